//! Words that were not sent: whatever becomes of a session, they are not lost without a word.

use crate::harness::{ANA, BEN, Done, Server, Stage, password, troth};

/// The other device of the person in these tests.
const PHONE: &str = "phone";

/// The password after it was changed.
const NEW: &str = "another long password";

/// A couple, and what opens Ana's account.
struct Couple {
    stage: Stage,
    code: String,
    words: String,
}

impl Couple {
    fn new() -> Self {
        let stage = Stage::empty();
        let kit = stage.sign_up(ANA, "Ana");
        stage.sign_up(BEN, "Ben");
        let link = stage.json(ANA, &["pair", "invite"]);
        let link = link["link"].as_str().unwrap().to_owned();
        stage.run(BEN, &["pair", "accept", &link], "").good();
        stage.run(ANA, &["pair", "confirm"], "").good();
        stage.run(BEN, &["pair", "confirm"], "").good();
        stage.settle(&[ANA, BEN]);
        let code = kit["device_code"].as_str().unwrap().to_owned();
        let words = kit["words"].as_array().unwrap().iter();
        let words: Vec<&str> = words.map(|word| word.as_str().unwrap()).collect();
        let words = words.join(" ");
        Self { stage, code, words }
    }

    /// Ana signs in with these, in a home.
    fn sign_in(&self, home: &str, password: &str, code: &str) -> Done {
        let url = self.stage.server.url.clone();
        let arguments = [
            "account", "sign-in", "--server", &url, "--login", ANA, "--json",
        ];
        self.stage
            .run(home, &arguments, &format!("{password}\n{code}\n"))
    }

    fn sign_in_usually(&self, home: &str) -> Done {
        self.sign_in(home, &password(ANA), &self.code)
    }

    /// Writes a commitment; returns what the command said.
    fn promise(&self, home: &str, text: &str) -> Done {
        let arguments = ["commitment", "make", text, "--by", "2030-06-01", "--json"];
        self.stage.run(home, &arguments, "").good()
    }

    /// Writes while the server is away; it is back afterwards, on the same address.
    fn promise_in_the_tunnel(&mut self, home: &str, text: &str) {
        self.away();
        let made = self.promise(home, text);
        assert_eq!(made.json()["waiting"], 1, "{made:?}");
        assert!(made.stderr.contains("offline"), "{made:?}");
        self.back();
    }

    fn away(&mut self) {
        self.stage.server.stop();
    }

    fn back(&mut self) {
        let address = self.stage.server.address().to_owned();
        self.stage.server = Server::start_with(&self.stage.path("data"), &address, &[]);
    }

    /// What Ben's device shows of the commitments.
    fn ben_reads(&self) -> Vec<String> {
        self.stage.run(BEN, &["sync"], "").good();
        let listed = self.stage.json(BEN, &["commitment", "list"]);
        let listed = listed.as_array().unwrap().iter();
        listed
            .map(|one| one["text"].as_str().unwrap().to_owned())
            .collect()
    }

    fn notes_of(&self, home: &str) -> Vec<String> {
        let listed = self.stage.json(home, &["note", "list"]);
        let listed = listed.as_array().unwrap().iter();
        listed
            .map(|one| one["text"].as_str().unwrap().to_owned())
            .collect()
    }

    fn sign_out(&self, home: &str, more: &[&str]) -> Done {
        let arguments = [&["account", "sign-out"], more].concat();
        self.stage.run(home, &arguments, "")
    }

    fn end(&self, home: &str) {
        let listed = self.stage.json(home, &["account", "sessions"]);
        let other = listed.as_array().unwrap().iter();
        let other = other.filter(|one| one["this"] == false);
        for one in other {
            let id = one["id"].as_str().unwrap();
            let arguments = ["account", "sessions", "end", id];
            self.stage.run(home, &arguments, "").good();
        }
    }
}

#[test]
fn signing_out_with_unsent_entries_is_refused_with_their_number() {
    let mut couple = Couple::new();
    couple.away();
    couple.promise(ANA, "written in the tunnel");
    couple.promise(ANA, "and one more");

    let out = couple.sign_out(ANA, &[]).bad(1, "2 unsent entries");
    assert!(out.stderr.contains("--yes"), "{out:?}");
    couple.back();

    couple.sign_out(ANA, &[]).good();
    let there = couple.ben_reads();
    assert!(
        there.contains(&"written in the tunnel".to_owned()),
        "{there:?}"
    );
    assert!(there.contains(&"and one more".to_owned()), "{there:?}");
}

#[test]
fn signing_out_knowingly_drops_what_could_not_be_sent() {
    let mut couple = Couple::new();
    couple.away();
    couple.promise(ANA, "never mind");
    couple.sign_out(ANA, &["--yes"]).good();
    couple
        .stage
        .run(ANA, &["status"], "")
        .bad(5, "nobody is signed in here");
    couple.back();
    assert_eq!(couple.ben_reads(), Vec::<String>::new());
}

#[test]
fn a_note_written_just_before_signing_out_is_there_on_the_next_device() {
    let couple = Couple::new();
    couple
        .stage
        .run(ANA, &["note", "write", "what I could not say"], "")
        .good();
    couple.sign_out(ANA, &[]).good();
    couple.sign_in_usually(PHONE).good();
    assert_eq!(couple.notes_of(PHONE), ["what I could not say"]);
}

#[test]
fn a_note_that_cannot_be_uploaded_keeps_the_device_signed_in() {
    let mut couple = Couple::new();
    couple.stage.run(ANA, &["sync"], "").good();
    couple.away();
    couple
        .stage
        .run(ANA, &["note", "write", "on the mountain"], "")
        .good();
    couple.sign_out(ANA, &[]).bad(1, "1 unsent note");
    couple.back();
    couple.sign_out(ANA, &[]).good();
    couple.sign_in_usually(PHONE).good();
    assert_eq!(couple.notes_of(PHONE), ["on the mountain"]);
}

#[test]
fn a_note_beside_another_devices_vault_is_not_left_behind_in_a_locked_one() {
    let couple = Couple::new();
    let lock = ["vault", "set-lock"];
    couple.stage.run(ANA, &lock, "1234\n").good();
    couple.stage.run(ANA, &["sync"], "").good();
    couple.sign_in_usually(PHONE).good();
    couple
        .stage
        .run(ANA, &["note", "write", "from here"], "")
        .good();
    couple.stage.run(ANA, &["vault", "lock"], "").good();
    // The phone's vault is newer, and Ana's cannot be merged with it while it is locked.
    couple
        .stage
        .run(PHONE, &["vault", "unlock"], "1234\n")
        .good();
    couple
        .stage
        .run(PHONE, &["note", "write", "from the phone"], "")
        .good();
    couple.stage.run(PHONE, &["sync"], "").good();

    couple.sign_out(ANA, &[]).bad(1, "vault unlock");
    couple.stage.run(ANA, &["vault", "unlock"], "1234\n").good();
    couple.sign_out(ANA, &[]).good();
    couple.stage.run(PHONE, &["sync"], "").good();
    let mut notes = couple.notes_of(PHONE);
    notes.sort();
    assert_eq!(notes, ["from here", "from the phone"]);
}

#[test]
fn an_answer_that_only_this_device_can_open_is_counted_before_signing_out() {
    let couple = Couple::new();
    let started = ["reveal", "start", "One?", "--without-referee"];
    let started = couple
        .stage
        .run(ANA, &[started.as_slice(), &["--json"]].concat(), "");
    let started = started.good().json();
    let id = started["id"].as_str().unwrap().to_owned();
    let answer = ["reveal", "answer", &id, "From Ana."];
    couple.stage.run(ANA, &answer, "").good();
    couple
        .sign_out(ANA, &[])
        .bad(1, "1 answer that only this device can open");
    couple.stage.run(BEN, &["sync"], "").good();
    couple
        .stage
        .run(BEN, &["reveal", "answer", &id, "From Ben."], "")
        .good();
    couple.stage.settle(&[ANA, BEN]);
    couple.sign_out(ANA, &[]).good();
}

#[test]
fn after_a_new_password_the_offline_device_signs_in_again_in_place() {
    let mut couple = Couple::new();
    couple.sign_in_usually(PHONE).good();
    couple.promise_in_the_tunnel(ANA, "written on the train");
    let change = format!("{}\n{NEW}\n", password(ANA));
    couple
        .stage
        .run(PHONE, &["account", "password"], &change)
        .good();

    // Said at once, at every command, and nothing goes.
    let said = couple.stage.run(ANA, &["sync", "--json"], "");
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.stderr.contains("troth account sign-in"), "{said:?}");
    let more = couple.promise(ANA, "and one while signed out");
    assert_eq!(more.json()["waiting"], 2, "{more:?}");
    assert!(more.stderr.contains("was signed out"), "{more:?}");
    assert!(more.stderr.contains("not sent"), "{more:?}");

    couple
        .sign_in(ANA, &password(ANA), &couple.code)
        .bad(5, "wrong");
    let again = couple.sign_in(ANA, NEW, &couple.code).good();
    assert_eq!(again.json()["sent"], 2, "{again:?}");
    let there = couple.ben_reads();
    assert!(
        there.contains(&"written on the train".to_owned()),
        "{there:?}"
    );
    assert!(
        there.contains(&"and one while signed out".to_owned()),
        "{there:?}"
    );
}

#[test]
fn a_device_whose_session_was_ended_comes_back_as_a_new_one_with_its_words() {
    let mut couple = Couple::new();
    couple.sign_in_usually(PHONE).good();
    let before = couple.stage.json(ANA, &["account", "show"]);
    couple.away();
    couple.promise(ANA, "before it was ended");
    couple
        .stage
        .run(ANA, &["note", "write", "a note from then"], "")
        .good();
    couple.back();
    couple.end(PHONE);
    couple.stage.settle(&[PHONE, BEN]);

    assert_eq!(couple.stage.run(ANA, &["sync"], "").code, 5);
    couple.sign_in_usually(ANA).good();
    let after = couple.stage.json(ANA, &["account", "show"]);
    assert_ne!(
        before["device"], after["device"],
        "an ended device came back"
    );
    let there = couple.ben_reads();
    assert!(
        there.contains(&"before it was ended".to_owned()),
        "{there:?}"
    );
    couple.stage.run(PHONE, &["sync"], "").good();
    assert_eq!(couple.notes_of(PHONE), ["a note from then"]);
    let checked = couple.stage.json(BEN, &["record", "verify"]);
    assert_eq!(checked["intact"], true);
}

#[test]
fn a_device_that_was_not_ended_keeps_its_key_and_has_one_session() {
    let couple = Couple::new();
    let before = couple.stage.json(ANA, &["account", "show"]);
    couple.sign_in_usually(ANA).good();
    let after = couple.stage.json(ANA, &["account", "show"]);
    assert_eq!(before["device"], after["device"]);
    let sessions = couple.stage.json(ANA, &["account", "sessions"]);
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    assert_eq!(sessions[0]["device"], after["device"]);
}

#[test]
fn after_a_recovery_elsewhere_the_device_comes_back_with_the_new_kit() {
    let mut couple = Couple::new();
    couple.promise_in_the_tunnel(ANA, "before the recovery");
    let url = couple.stage.server.url.clone();
    let recover = [
        "account", "recover", "--server", &url, "--login", ANA, "--json",
    ];
    let given = format!("{}\n{NEW}\n", couple.words);
    let kit = couple.stage.run(PHONE, &recover, &given).good().json();
    let code = kit["device_code"].as_str().unwrap();

    couple.sign_in(ANA, NEW, &couple.code).bad(5, "wrong");
    couple.sign_in(ANA, NEW, code).good();
    let there = couple.ben_reads();
    assert!(
        there.contains(&"before the recovery".to_owned()),
        "{there:?}"
    );
}

#[test]
fn the_recovery_words_open_the_home_itself_again() {
    let mut couple = Couple::new();
    couple.promise_in_the_tunnel(ANA, "before I forgot");
    let url = couple.stage.server.url.clone();
    let recover = ["account", "recover", "--server", &url, "--login", ANA];
    let given = format!("{}\n{NEW}\n", couple.words);
    couple.stage.run(ANA, &recover, &given).good();
    let there = couple.ben_reads();
    assert!(there.contains(&"before I forgot".to_owned()), "{there:?}");
}

#[test]
fn another_account_is_refused_in_this_home_and_nothing_changes() {
    let mut couple = Couple::new();
    couple.promise_in_the_tunnel(ANA, "still Ana's");
    let kit = couple.stage.sign_up("eve", "Eve");
    let code = kit["device_code"].as_str().unwrap();
    let url = couple.stage.server.url.clone();
    let before = couple.stage.json(ANA, &["account", "show"]);

    let arguments = ["account", "sign-in", "--server", &url, "--login", "eve"];
    let given = format!("{}\n{code}\n", password("eve"));
    couple
        .stage
        .run(ANA, &arguments, &given)
        .bad(1, "another account is signed in here");
    let words = kit["words"].as_array().unwrap().iter();
    let words: Vec<&str> = words.map(|word| word.as_str().unwrap()).collect();
    let recover = ["account", "recover", "--server", &url, "--login", "eve"];
    let given = format!("{}\n{NEW}\n", words.join(" "));
    couple
        .stage
        .run(ANA, &recover, &given)
        .bad(1, "another account is signed in here");

    let after = couple.stage.json(ANA, &["account", "show"]);
    assert_eq!(before, after, "the home of another account was written to");
    // The refused recovery changed nothing of Eve's either, and left no session.
    let sessions = couple.stage.json("eve", &["account", "sessions"]);
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    couple.stage.run(ANA, &["sync"], "").good();
    assert!(couple.ben_reads().contains(&"still Ana's".to_owned()));
}

#[test]
fn an_export_holds_what_waits_and_says_so() {
    let mut couple = Couple::new();
    couple.promise(ANA, "sent and signed");
    couple.away();
    couple.promise(ANA, "only on this device");
    couple.promise(ANA, "and this too");
    let file = couple.stage.path("taken");
    let file = file.to_str().unwrap();
    let said = couple.stage.run(ANA, &["export", "--out", file], "").good();
    assert!(said.stdout.contains("2 entries are waiting"), "{said:?}");

    let text = String::from_utf8(std::fs::read(file).unwrap()).unwrap();
    let (record, waiting) = text
        .split_once("WAITING, NOT IN THE RECORD: 2 entries")
        .unwrap();
    assert!(record.contains("sent and signed") && !record.contains("only on this device"));
    assert!(waiting.contains("only on this device") && waiting.contains("and this too"));
    let checked = troth(&["verify", file, "--json"], "").good().json();
    assert_eq!(checked["waiting"], 2, "{checked}");
    assert_eq!(checked["intact"], true, "{checked}");
    let plain = troth(&["verify", file], "").good();
    assert!(
        plain.stdout.contains("2 entries are waiting to be sent"),
        "{plain:?}"
    );

    // Words that wait cannot be changed in the file either, nor passed off as placed.
    let bent = text.replacen("only on this device", "only on that device", 1);
    std::fs::write(file, bent).unwrap();
    troth(&["verify", file], "").code_is(3);
}

#[test]
fn deleting_the_account_sends_what_was_written_for_the_partner() {
    let mut couple = Couple::new();
    couple.promise_in_the_tunnel(ANA, "a last word");
    let given = format!("{}\n", password(ANA));
    couple.stage.run(ANA, &["account", "delete"], &given).good();
    assert!(couple.ben_reads().contains(&"a last word".to_owned()));
}
