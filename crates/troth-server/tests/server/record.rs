//! What people do: sign up, write, read, be woken, come back after a restart.

use std::path::Path;

use troth_server::Config;
use troth_wire::api::{
    Append, Appended, Claim, Empty, Entries, GiveBack, Heads, InvitationAccept, InvitationCreate,
    InvitationCreated, Outcome, PasswordStarted, ProvenAct, PutDone, PutShare, RecoverStart,
    RecoverStarted, RecoveryProofStart, Returned, SignedIn, WAKE_FRAME, WakeHello,
    claim_signed_bytes,
};
use troth_wire::{Control, Envelope, InvitationId, Placed, SpaceId, Token, frame};
use tungstenite::Message;
use ureq::http::Method;

use crate::support::person;
use crate::support::postgres::Postgres;
use crate::support::running::Running;
use crate::support::writer::Writer;

const OURS: SpaceId = SpaceId([9; 16]);
const NOTHING: Option<&Empty> = None;

fn append(server: &Running, who: SignedIn, entries: Vec<Envelope>) -> Appended {
    let path = format!("/v1/spaces/{OURS}/entries");
    server
        .send(
            (Method::POST, &path),
            Some(who.token),
            Some(&Append { entries }),
        )
        .unwrap()
}

fn list(server: &Running, who: SignedIn) -> Entries {
    let path = format!("/v1/spaces/{OURS}/entries?after=0");
    server
        .send((Method::GET, &path), Some(who.token), NOTHING)
        .unwrap()
}

fn claim(server: &Running, who: SignedIn, writer: &Writer) {
    let sig = writer.device_sign(&claim_signed_bytes(&who.account, &writer.space));
    let claim = Claim {
        member: writer.member,
        device: writer.device(),
        sig,
    };
    let path = format!("/v1/spaces/{}/claim", writer.space);
    let Empty {} = server
        .send((Method::POST, &path), Some(who.token), Some(&claim))
        .unwrap();
}

/// Ana and Ben become a couple with four entries.
fn couple(server: &Running) -> ((SignedIn, Writer), (SignedIn, Writer)) {
    let (ana, ben) = (server.sign_up("ana", "one"), server.sign_up("ben", "two"));
    let (mut a, mut b) = (Writer::new(1, OURS), Writer::new(2, OURS));
    let mut entries = a.found();
    entries.push(a.add(&b));
    entries.push(a.begin_epoch(2, &[a.member, b.member]));
    assert_eq!(append(server, ana, entries).receipt.unwrap().place, 4);
    claim(server, ben, &b);
    b.epoch = a.epoch;
    ((ana, a), (ben, b))
}

fn write_restart_and_write_on(config: &Config) {
    let first = Running::start_with(config.clone()).unwrap();
    let ((ana, mut a), (ben, mut b)) = couple(&first);
    append(&first, ana, vec![a.content()]);
    append(&first, ben, vec![b.content_of(4096)]);
    let before = list(&first, ben);
    drop(first);
    let second = Running::start_with(config.clone()).unwrap();
    let after = list(&second, ana);
    assert_eq!((after.entries.len(), &after.entries), (6, &before.entries));
    let again = second.sign_in("ana", "one").unwrap();
    assert_eq!(again.account, ana.account);
    let appended = append(&second, again, vec![a.content()]);
    assert!(matches!(
        appended.outcomes[0],
        Outcome::Placed { place: 7, .. }
    ));
    assert_eq!(second.sign_in("ana", "two"), None);
}

#[test]
fn a_couple_writes_and_reads_on_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    write_restart_and_write_on(&Config::new(folder.path(), "127.0.0.1:0"));
}

#[test]
fn a_couple_writes_and_reads_on_across_a_restart_on_postgresql() {
    let Some(database) = Postgres::start() else {
        return;
    };
    let mut config = Config::new("/nowhere", "127.0.0.1:0");
    config.database = Some(database.database());
    write_restart_and_write_on(&config);
    // A database that crashes and comes back loses nothing that was acknowledged.
    database.crash();
    database.restart();
    let server = Running::start_with(config).unwrap();
    let ana = server.sign_in("ana", "one").unwrap();
    assert_eq!(list(&server, ana).entries.len(), 7);
}

#[test]
fn forgotten_and_changed_passwords_work_over_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ana = server.sign_up("ana", "one");
    let start = RecoverStart {
        login: "ana".to_owned(),
    };
    let started: RecoverStarted = server
        .send((Method::POST, "/v1/recover/start"), None, Some(&start))
        .unwrap();
    let finish = person::recover(&person::recovery_key("ana"), &started);
    let back: SignedIn = server
        .send((Method::POST, "/v1/recover/finish"), None, Some(&finish))
        .unwrap();
    assert_eq!(back.account, ana.account);
    let token = Some(back.token);
    let act = ProvenAct::ChangePassword;
    let started: RecoverStarted = server
        .send(
            (Method::POST, "/v1/proof/recovery"),
            token,
            Some(&RecoveryProofStart { act }),
        )
        .unwrap();
    let proof = person::recovery_proof(&person::recovery_key("ana"), &started, act);
    let (begun, start) = person::change_password("two");
    let started: PasswordStarted = server
        .send((Method::POST, "/v1/password/start"), token, Some(&start))
        .unwrap();
    let finish = begun.change(&started.response, 1, proof);
    let done: PutDone = server
        .send((Method::POST, "/v1/password/finish"), token, Some(&finish))
        .unwrap();
    assert_eq!(done.version, 2);
    assert_eq!(server.sign_in("ana", "one"), None);
    assert!(server.sign_in("ana", "two").is_some());

    server.delete_account(back.token, "two");
    assert_eq!(server.sign_in("ana", "two"), None);
}

type Line = tungstenite::WebSocket<tungstenite::stream::MaybeTlsStream<std::net::TcpStream>>;

fn open_line(server: &Running, token: Token) -> Line {
    let (mut line, _) = tungstenite::connect(format!("ws://{}/v1/wake", server.address)).unwrap();
    line.send(Message::Binary(frame::encode(&WakeHello { token }).into()))
        .unwrap();
    line
}

/// Reads up to the next wake-up, over pings.
fn woken(line: &mut Line) -> Option<usize> {
    loop {
        match line.read().ok()? {
            Message::Binary(wake) => return Some(wake.len()),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

#[test]
fn both_are_woken_by_frames_that_all_look_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ((ana, mut a), (ben, _)) = couple(&server);
    let (mut hers, mut his) = (open_line(&server, ana.token), open_line(&server, ben.token));
    // The first says that the line is good.
    assert_eq!(
        (woken(&mut hers), woken(&mut his)),
        (Some(WAKE_FRAME), Some(WAKE_FRAME))
    );
    append(&server, ana, vec![a.content_of(8192)]);
    assert_eq!(
        (woken(&mut hers), woken(&mut his)),
        (Some(WAKE_FRAME), Some(WAKE_FRAME))
    );
    let heads: Heads = server
        .send((Method::GET, "/v1/heads"), Some(ben.token), NOTHING)
        .unwrap();
    assert_eq!(heads.spaces[0].receipt.unwrap().place, 5);
}

#[test]
fn who_has_left_is_woken_for_leaving_and_for_nothing_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ((ana, mut a), (ben, mut b)) = couple(&server);
    let mut his = open_line(&server, ben.token);
    assert_eq!(woken(&mut his), Some(WAKE_FRAME));
    append(&server, ben, vec![b.control(&Control::Leave)]);
    assert_eq!(woken(&mut his), Some(WAKE_FRAME));
    append(&server, ana, vec![a.begin_epoch(3, &[a.member])]);
    // What wakes him next is his own session's end, which closes the line.
    let path = format!("/v1/sessions/{}", ben.session);
    let Empty {} = server
        .send((Method::DELETE, &path), Some(ben.token), NOTHING)
        .unwrap();
    assert_eq!(woken(&mut his), None);
}

#[test]
fn who_accepted_an_invitation_is_woken_by_being_admitted_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let (ana, ben) = (server.sign_up("ana", "one"), server.sign_up("ben", "two"));
    let (mut a, b) = (Writer::new(1, OURS), Writer::new(2, OURS));
    append(&server, ana, a.found());
    let invitation = InvitationId([5; 16]);
    let create = InvitationCreate {
        invitation,
        space: OURS,
        offer: vec![1].into(),
    };
    let _: InvitationCreated = server
        .send(
            (Method::POST, "/v1/invitations"),
            Some(ana.token),
            Some(&create),
        )
        .unwrap();
    let accept = InvitationAccept {
        member: b.member,
        answer: vec![1].into(),
    };
    let path = format!("/v1/invitations/{invitation}/accept");
    let Empty {} = server
        .send((Method::POST, &path), Some(ben.token), Some(&accept))
        .unwrap();
    let mut his = open_line(&server, ben.token);
    assert_eq!(woken(&mut his), Some(WAKE_FRAME));
    append(&server, ana, vec![a.content()]);
    append(&server, ana, vec![a.content()]);
    append(&server, ana, vec![a.add(&b)]);
    assert_eq!(woken(&mut his), Some(WAKE_FRAME));
    // One wake-up came for three entries: the next is that of the end of his own session.
    let heads: Heads = server
        .send((Method::GET, "/v1/heads"), Some(ben.token), NOTHING)
        .unwrap();
    assert_eq!(heads.spaces[0].receipt.unwrap().place, 5);
    let path = format!("/v1/sessions/{}", ben.session);
    let Empty {} = server
        .send((Method::DELETE, &path), Some(ben.token), NOTHING)
        .unwrap();
    // The entry that admits him may wake him a second time; then the line ends.
    let last = [woken(&mut his), woken(&mut his)];
    assert!(last.contains(&None), "{last:?}");
}

#[test]
fn a_line_without_a_good_token_ends_and_so_does_one_whose_session_ended() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ana = server.sign_up("ana", "one");
    assert_eq!(woken(&mut open_line(&server, Token([7; 32]))), None);
    let mut line = open_line(&server, ana.token);
    assert_eq!(woken(&mut line), Some(WAKE_FRAME));
    let path = format!("/v1/sessions/{}", ana.session);
    let Empty {} = server
        .send((Method::DELETE, &path), Some(ana.token), NOTHING)
        .unwrap();
    assert_eq!(woken(&mut line), None);
}

fn copy(from: &Path, to: &Path) {
    for name in ["troth.db", "troth.db-wal"] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

#[test]
fn after_an_honest_restore_either_partner_brings_back_what_was_lost() {
    let (folder, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = Running::start(folder.path());
    let ((ana, mut a), (ben, mut b)) = couple(&server);
    drop(server);
    copy(folder.path(), backup.path());
    let server = Running::start(folder.path());
    append(&server, ana, vec![a.content(), a.content()]);
    append(&server, ben, vec![b.content()]);
    let lost = list(&server, ben);
    drop(server);

    let mut config = Config::new(backup.path(), "127.0.0.1:0");
    config.restored = true;
    let restored = Running::start_with(config).unwrap();
    let now = list(&restored, ben);
    assert_eq!((now.entries.len(), now.receipt.place), (4, 4));
    assert!(now.receipt.log_epoch > lost.receipt.log_epoch);
    // Ben holds Ana's entries as well as his own.
    let returned = |placed: &Placed| Returned {
        received: placed.received,
        envelope: placed.envelope.clone(),
    };
    let give_back = GiveBack {
        after: 4,
        entries: lost.entries.iter().skip(4).map(returned).collect(),
        rest: Vec::new(),
        receipt: lost.receipt,
        from: None,
    };
    let path = format!("/v1/spaces/{OURS}/returned");
    let given: Appended = restored
        .send((Method::POST, &path), Some(ben.token), Some(&give_back))
        .unwrap();
    assert_eq!(given.outcomes.len(), 3);
    let back = list(&restored, ana);
    assert_eq!(back.entries, lost.entries, "minutes and heads too");
    assert!(!back.receipt.contradicts(&lost.receipt));
}

#[test]
fn a_share_is_taken_for_the_answer_that_binds_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ((ana, mut a), (ben, mut b)) = couple(&server);
    let question = a.content();
    let asked = question.id();
    let (hers, dummy) = (a.answer(asked, &[1; 32]), b.content());
    let his = b.answer(asked, &[2; 32]);
    let ids = [hers.id(), dummy.id(), his.id()];
    append(&server, ana, vec![question, hers, dummy, his]);
    let path = format!("/v1/spaces/{OURS}/reveals/{asked}/share");
    let put = |who: SignedIn, answer: usize, share: u8| {
        let put = PutShare {
            reveal_place: 5,
            answer: ids[answer],
            answer_place: 6 + answer as u64,
            share: vec![share; 32].into(),
        };
        let sent: Result<Empty, _> = server.send((Method::PUT, &path), Some(who.token), Some(&put));
        sent.is_ok()
    };
    assert!(put(ana, 0, 1));
    assert!(!put(ben, 1, 2) && !put(ben, 2, 3));
    assert!(put(ben, 2, 2));
}
