//! Passwords, words, codes and links that do not fit.

use crate::harness::{ANA, BEN, Stage, password};

fn sign_in(stage: &Stage, home: &str, login: &str, stdin: &str) -> crate::harness::Done {
    let arguments = [
        "account",
        "sign-in",
        "--server",
        &stage.server.url,
        "--login",
        login,
    ];
    stage.run(home, &arguments, stdin)
}

fn recover(stage: &Stage, home: &str, login: &str, stdin: &str) -> crate::harness::Done {
    let arguments = [
        "account",
        "recover",
        "--server",
        &stage.server.url,
        "--login",
        login,
    ];
    stage.run(home, &arguments, stdin)
}

fn words_of(kit: &serde_json::Value) -> String {
    let words: Vec<&str> = kit["words"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(words.len(), 24);
    words.join(" ")
}

#[test]
fn a_second_device_opens_the_same_record_with_password_and_device_code() {
    let stage = Stage::empty();
    let kit = stage.sign_up(ANA, "Ana");
    let code = kit["device_code"].as_str().unwrap();
    stage.run(ANA, &["note", "write", "only mine"], "").good();
    stage.run(ANA, &["sync"], "").good();

    sign_in(
        &stage,
        "phone",
        ANA,
        &format!("{}\n{code}\n", password(ANA)),
    )
    .good();

    let sessions = stage.json("phone", &["account", "sessions"]);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    assert_eq!(stage.json("phone", &["account", "show"])["name"], "Ana");
}

#[test]
fn a_copied_home_folder_is_out_once_the_other_devices_are_signed_out() {
    let stage = Stage::empty();
    let kit = stage.sign_up(ANA, "Ana");
    let code = kit["device_code"].as_str().unwrap();
    stage.json(ANA, &["pair", "invite"]);
    let secrets = format!("{}\n{code}\n", password(ANA));
    sign_in(&stage, "phone", ANA, &secrets).good();
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([stage.path(ANA), stage.path("copy")])
        .status();
    assert!(copied.unwrap().success());
    stage.run("copy", &["sync"], "").good();

    let ended = stage.json("phone", &["account", "sessions", "end-others"]);
    assert_eq!(ended["ended"], 1);
    stage.run("phone", &["sync"], "").good();
    for home in ["copy", ANA] {
        let out = stage.run(home, &["sync"], "");
        assert_ne!(out.code, 0, "{out:?}");
    }
    let record = stage.record("phone");
    assert!(!record.as_array().unwrap().is_empty());
    assert_eq!(stage.record("phone"), record);
}

#[test]
fn a_wrong_password_a_wrong_code_and_an_unknown_login_are_answered_alike() {
    let stage = Stage::empty();
    let kit = stage.sign_up(ANA, "Ana");
    let code = kit["device_code"].as_str().unwrap();

    let wrong = sign_in(&stage, "x", ANA, &format!("not the password\n{code}\n"));
    let unknown = sign_in(
        &stage,
        "x",
        "nobody",
        &format!("not the password\n{code}\n"),
    );
    // The right password with a device code that is one, but another's.
    let other = stage.sign_up(BEN, "Ben");
    let code = other["device_code"].as_str().unwrap();
    let stolen = sign_in(&stage, "x", ANA, &format!("{}\n{code}\n", password(ANA)));

    assert_eq!(wrong.stderr, unknown.stderr);
    assert_eq!(wrong.stderr, stolen.stderr);
    for refused in [wrong, unknown, stolen] {
        refused.bad(5, "wrong");
    }
}

#[test]
fn a_wrong_device_code_and_no_code_are_told() {
    let stage = Stage::empty();
    stage.sign_up(ANA, "Ana");

    sign_in(&stage, "x", ANA, &format!("{}\nabc\n", password(ANA))).bad(5, "device code");
    sign_in(&stage, "x", ANA, &format!("{}\n", password(ANA))).bad(2, "stdin");
}

#[test]
fn the_recovery_words_open_the_account_and_set_a_new_password() {
    let stage = Stage::empty();
    let kit = stage.sign_up(ANA, "Ana");
    let words = words_of(&kit);

    let recovered = recover(
        &stage,
        "new",
        ANA,
        &format!("{words}\na quite different one\n"),
    )
    .good();

    assert!(recovered.stdout.contains("device code"));
    assert_eq!(stage.json("new", &["account", "show"])["name"], "Ana");
    let code = kit["device_code"].as_str().unwrap();
    let old = sign_in(&stage, "x", ANA, &format!("{}\n{code}\n", password(ANA)));
    old.bad(5, "wrong");
}

#[test]
fn the_kit_is_taken_as_it_was_printed() {
    let stage = Stage::empty();
    let create = [
        "account",
        "create",
        "--server",
        &stage.server.url,
        "--login",
        ANA,
        "--name",
        "Ana",
    ];
    let kit = stage
        .run(ANA, &create, &format!("{}\n", password(ANA)))
        .good()
        .stdout;
    let printed = kit.split("\n\nType").next().unwrap();

    recover(
        &stage,
        "new",
        ANA,
        &format!("{printed}\na quite different one\n"),
    )
    .good();
}

#[test]
fn wrong_words_open_nothing() {
    let stage = Stage::empty();
    let kit = stage.sign_up(ANA, "Ana");
    let other = stage.sign_up(BEN, "Ben");
    let mut slip: Vec<String> = words_of(&kit).split(' ').map(str::to_owned).collect();
    slip.swap(0, 1);

    recover(&stage, "x", ANA, "one two three\nnew password here\n").bad(5, "24 words");
    recover(
        &stage,
        "x",
        ANA,
        &format!("{}\nnew password here\n", words_of(&other)),
    )
    .bad(5, "wrong");
    let slipped = recover(
        &stage,
        "x",
        ANA,
        &format!("{}\nnew password here\n", slip.join(" ")),
    );
    assert_eq!(slipped.code, 5, "{slipped:?}");
    stage
        .run(ANA, &["account", "rehearse"], &words_of(&other))
        .bad(5, "do not open");
    stage
        .run(ANA, &["account", "rehearse"], &words_of(&kit))
        .good();
}

#[test]
fn a_changed_password_is_the_one_that_counts() {
    let stage = Stage::empty();
    let kit = stage.sign_up(ANA, "Ana");
    let code = kit["device_code"].as_str().unwrap();

    let change = |old: &str| {
        stage.run(
            ANA,
            &["account", "password"],
            &format!("{old}\nfresh and long\n"),
        )
    };
    change("not it").bad(5, "wrong");
    change(&password(ANA)).good();

    sign_in(&stage, "x", ANA, &format!("{}\n{code}\n", password(ANA))).bad(5, "wrong");
    sign_in(&stage, "y", ANA, &format!("fresh and long\n{code}\n")).good();
}

#[test]
fn an_account_is_deleted_with_its_password_alone() {
    let stage = Stage::one();

    stage
        .run(ANA, &["account", "delete"], "wrong\n")
        .bad(5, "wrong");
    stage
        .run(ANA, &["account", "delete"], &format!("{}\n", password(ANA)))
        .good();

    stage
        .run(ANA, &["status"], "")
        .bad(5, "nobody is signed in");
    stage.sign_up("again", "Ana");
}

#[test]
fn a_link_works_once() {
    let stage = Stage::couple();
    stage.sign_up("cleo", "Cleo");
    let used = stage.json("cleo", &["pair", "invite"]);
    let used = used["link"].as_str().unwrap();
    stage.sign_up("dan", "Dan");
    stage.sign_up("eve", "Eve");

    stage.run("dan", &["pair", "accept", used], "").good();

    stage
        .run("eve", &["pair", "accept", used], "")
        .bad(1, "used, withdrawn or over");
    let fresh = stage.json("eve", &["pair", "invite"]);
    let fresh = fresh["link"].as_str().unwrap();
    stage
        .run(ANA, &["pair", "accept", fresh], "")
        .bad(1, "one couple space");
}

#[test]
fn a_withdrawn_link_and_a_cut_link_are_told() {
    let stage = Stage::one();
    stage.sign_up(BEN, "Ben");
    let link = stage.json(ANA, &["pair", "invite"]);
    let link = link["link"].as_str().unwrap();
    let (page, secret) = link.split_once('#').unwrap();
    let (_, cut) = secret.split_at(1);

    let seen = stage.run("stranger", &["pair", "look", link], "").good();
    assert!(seen.stdout.contains("Ana"), "{seen:?}");
    assert!(!stage.path("stranger").exists());
    stage
        .run(BEN, &["pair", "accept", page], "")
        .bad(2, "invitation link");
    stage
        .run(BEN, &["pair", "accept", &format!("{page}#{cut}")], "")
        .bad(2, "invitation link");
    stage.run(ANA, &["pair", "withdraw"], "").good();

    stage
        .run(BEN, &["pair", "accept", link], "")
        .bad(1, "used, withdrawn or over");
    stage
        .run("stranger", &["pair", "look", link], "")
        .bad(1, "used, withdrawn or over");
}

#[test]
fn nobody_accepts_their_own_invitation_and_not_now_needs_no_account() {
    let stage = Stage::one();
    let link = stage.json(ANA, &["pair", "invite"]);
    let link = link["link"].as_str().unwrap();

    stage
        .run(ANA, &["pair", "accept", link], "")
        .bad(1, "your own invitation");
    stage.run("stranger", &["pair", "decline", link], "").good();

    assert_eq!(stage.json(ANA, &["pair", "show"])["pairing"], "declined");
}
