//! What every store must do; its tests run on each of them.

use std::task::Poll;

use troth_wire::api::{GiveBack, Link, Outcome, Returned};
use troth_wire::head::Statement;
use troth_wire::{
    AccountId, Control, EntryId, Envelope, Head, InvitationId, MemberId, Refusal, SessionId,
    SpaceId,
};
use zeroize::Zeroizing;

use super::*;
use crate::testing::{NOON, Writer};

/// Makes one test of each promise, or runs each in turn on a store that an expression makes.
macro_rules! store_contract {
    (tests, $fresh:ident; $($promise:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $promise() {
            // The second half keeps what the store lives in.
            let (store, _home) = $fresh();
            $crate::store::contract::$promise(&store).await;
        }
    )*};
    (each, $fresh:tt; $($promise:ident),* $(,)?) => {$(
        eprintln!(stringify!($promise));
        $crate::store::contract::$promise(&$fresh).await;
    )*};
    ($how:tt, $fresh:tt) => {
        $crate::store::contract::store_contract!(
            $how, $fresh;
            secrets_are_kept_from_the_first_start_on,
            a_login_belongs_to_one_account,
            a_blob_is_replaced_only_at_the_version_last_seen,
            a_new_password_ends_every_other_session,
            a_new_password_with_old_slots_changes_nothing,
            a_proof_opens_one_session_only,
            a_caller_who_hangs_up_leaves_no_ended_session_valid,
            a_caller_who_hangs_up_leaves_no_old_member_bound,
            a_used_proof_stays_used_until_it_expires,
            a_proof_from_before_a_new_password_does_nothing,
            a_proof_of_the_words_holds_while_they_do,
            a_proof_of_a_deleted_account_does_nothing,
            an_expired_session_is_not_found_and_is_swept,
            a_session_grows_and_never_shrinks,
            a_session_that_was_ended_is_not_renewed,
            an_invitation_is_answered_once,
            an_expired_invitation_cannot_be_answered,
            a_decline_leaves_no_binding,
            who_accepted_is_bound_by_the_entry_that_admits_them,
            two_who_accepted_under_one_name_are_both_bound_to_nobody,
            a_member_is_one_account,
            a_claim_ends_with_the_device_that_signed_it,
            a_claim_by_another_device_outlives_the_first,
            what_the_record_showed_outlives_every_device,
            a_refused_claim_is_noted_once_for_each_device,
            who_is_bound_to_nobody_is_not_judged,
            who_gives_a_record_back_keeps_nobody_out_of_it,
            only_the_inviter_withdraws,
            appended_entries_are_listed_in_order,
            an_append_again_is_no_second_entry,
            a_batch_may_name_heads_from_before_and_within_it,
            what_comes_after_a_refused_entry_is_skipped,
            a_page_ends_at_its_limits,
            a_full_space_takes_no_more_words_and_lets_people_go_on_without_them,
            an_account_begins_so_many_spaces,
            many_appends_at_once_take_each_place_once,
            a_state_read_back_after_many_entries_goes_on,
            what_is_given_back_keeps_its_minutes_and_needs_the_whole_chain,
            the_first_entry_that_binds_a_share_is_known,
            a_share_is_kept_once,
            the_last_account_takes_the_space_along,
            rows_of_one_account_are_not_anothers,
        );
    };
}
pub(crate) use store_contract;

const ANA: AccountId = AccountId([1; 16]);
const BEN: AccountId = AccountId([2; 16]);
const OURS: SpaceId = SpaceId([9; 16]);

fn session(account: AccountId, number: u8) -> Session {
    Session {
        token: TokenHash([number; 32]),
        session: SessionId([number; 16]),
        account,
        label: vec![number; 3],
        day: 20_000,
        expires: NOON + 100,
    }
}

fn account(id: AccountId, number: u8) -> NewAccount {
    let account = Account {
        account: id,
        login: LoginHash([number; 32]),
        password: vec![number; 192],
        recovery: [number; 32],
    };
    let blobs = BlobKind::ALL
        .map(|kind| (kind, vec![kind.number(); 8]))
        .to_vec();
    NewAccount {
        account,
        blobs,
        session: session(id, number),
    }
}

/// A proof of an account as [`account`] makes it, with a challenge of this name.
fn proof(id: AccountId, way: Way, challenge: u8) -> Proof {
    let account = account(id, id.0[0]).account;
    Proof {
        challenge: [challenge; 16],
        until: NOON + 2,
        account: id,
        way,
        basis: Basis::of(&account, way),
    }
}

fn new_password(replaces: u64, keep: u8) -> NewPassword {
    NewPassword {
        password: vec![9; 192],
        recovery: None,
        slots: Put {
            replaces,
            bytes: vec![9],
        },
        keep: SessionId([keep; 16]),
        word: vec![7; 80],
    }
}

async fn two_accounts(store: &impl Store) {
    assert_eq!(store.add_account(account(ANA, 1)).await, Ok(Stored::DONE));
    assert_eq!(store.add_account(account(BEN, 2)).await, Ok(Stored::DONE));
}

fn invitation(expires: u64) -> Invitation {
    Invitation {
        invitation: InvitationId([5; 16]),
        account: ANA,
        space: OURS,
        offer: vec![1, 2, 3],
        state: InvitationState::Open,
        answer: Vec::new(),
        expires,
        guest: None,
    }
}

async fn append(store: &impl Store, entries: Vec<Envelope>) -> Appended {
    append_to(store, OURS, entries).await
}

async fn append_to(store: &impl Store, space: SpaceId, entries: Vec<Envelope>) -> Appended {
    let quota = Quota {
        spaces: u64::MAX,
        bytes: u64::MAX,
    };
    append_within(store, (space, quota), entries).await
}

async fn append_within(
    store: &impl Store,
    (space, quota): (SpaceId, Quota),
    entries: Vec<Envelope>,
) -> Appended {
    let keys = KnownKeys::default();
    let entries = entries
        .into_iter()
        .map(|entry| Candidate::new(entry, &keys))
        .collect();
    store
        .append(Append {
            account: ANA,
            member: store.member(ANA, space).await.unwrap(),
            space,
            entries,
            minute: NOON,
            quota,
            returned: None,
        })
        .await
        .unwrap()
}

/// Runs futures together, in one task.
async fn all<F: Future>(futures: impl Iterator<Item = F>) {
    let mut waiting: Vec<_> = futures.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if waiting.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

const ALL: Page = Page {
    after: 0,
    through: u64::MAX,
    count: 1000,
    bytes: usize::MAX,
};

async fn founded(store: &impl Store) -> Writer {
    let mut ana = Writer::new(1, OURS);
    let appended = append(store, ana.found()).await;
    assert_eq!(appended.place, 2, "{appended:?}");
    ana
}

pub(super) async fn secrets_are_kept_from_the_first_start_on(store: &impl Store) {
    let fresh = |number| Secrets {
        opaque: Zeroizing::new(vec![number; 40]),
        log_key: Zeroizing::new([number; 32]),
        root: Zeroizing::new([number; 32]),
        log_epoch: 0,
    };
    store.secrets(fresh(1)).await.unwrap();
    assert_eq!(store.raise_log_epoch(0).await, Ok(1));
    assert_eq!(store.raise_log_epoch(77).await, Ok(77));
    let kept = store.secrets(fresh(2)).await.unwrap();
    assert_eq!(
        (
            kept.opaque[0],
            kept.log_key[0],
            kept.root[0],
            kept.log_epoch
        ),
        (1, 1, 1, 77)
    );
}

pub(super) async fn a_login_belongs_to_one_account(store: &impl Store) {
    two_accounts(store).await;
    let other = account(AccountId([7; 16]), 1);
    assert_eq!(store.add_account(other).await, Ok(Stored::CONFLICT));
    let found = store
        .find_account(LoginHash([1; 32]))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found, account(ANA, 1).account);
    assert_eq!(
        store.account(BEN).await.unwrap(),
        Some(account(BEN, 2).account)
    );
    assert_eq!(store.find_account(LoginHash([3; 32])).await, Ok(None));
}

pub(super) async fn a_blob_is_replaced_only_at_the_version_last_seen(store: &impl Store) {
    two_accounts(store).await;
    let put = |replaces, byte| Put {
        replaces,
        bytes: vec![byte; 70_000],
    };
    let keyring = BlobKind::Keyring;
    assert_eq!(
        store.put_blob(ANA, keyring, put(1, 7)).await,
        Ok(Stored::Done { version: 2 })
    );
    let refused = store.put_blob(ANA, keyring, put(1, 8)).await;
    assert_eq!(refused, Ok(Stored::Conflict { version: 2 }));
    assert_eq!(
        store.blob(ANA, keyring).await,
        Ok(Some((2, vec![7; 70_000])))
    );
    assert_eq!(store.blob_size(ANA, keyring).await, Ok(Some((2, 70_000))));
    assert_eq!(store.blob(BEN, keyring).await, Ok(Some((1, vec![1; 8]))));
}

pub(super) async fn a_new_password_ends_every_other_session(store: &impl Store) {
    two_accounts(store).await;
    let by_password = |number| proof(ANA, Way::Password, number);
    let opened = store.open_session(by_password(1), session(ANA, 3)).await;
    assert_eq!(opened, Ok(Stored::DONE));
    let is_open = async |number| {
        let found = store.session(TokenHash([number; 32]), NOON).await;
        found.unwrap().is_some()
    };
    assert!(is_open(3).await);
    let new = NewPassword {
        recovery: Some([9; 32]),
        ..new_password(1, 1)
    };
    assert_eq!(
        store.change_password(by_password(2), new).await,
        Ok(Some(Stored::Done { version: 2 }))
    );
    assert!(!is_open(3).await);
    assert!(is_open(1).await);
    assert!(is_open(2).await);
    let changed = store.account(ANA).await.unwrap().unwrap();
    assert_eq!(
        (changed.password, changed.recovery),
        (vec![9; 192], [9; 32])
    );
    let word = store.blob(ANA, BlobKind::Word).await.unwrap();
    assert_eq!(word.map(|(_, bytes)| bytes), Some(vec![7; 80]));
    assert_eq!(store.blob(BEN, BlobKind::Word).await, Ok(None));
}

pub(super) async fn a_new_password_with_old_slots_changes_nothing(store: &impl Store) {
    two_accounts(store).await;
    let good = proof(ANA, Way::Password, 1);
    assert_eq!(
        store.change_password(good, new_password(4, 7)).await,
        Ok(Some(Stored::Conflict { version: 1 }))
    );
    assert_eq!(
        store.account(ANA).await.unwrap(),
        Some(account(ANA, 1).account)
    );
    let token = TokenHash([1; 32]);
    assert!(store.session(token, NOON).await.unwrap().is_some());
    assert_eq!(store.blob(ANA, BlobKind::Word).await, Ok(None));
}

pub(super) async fn a_proof_opens_one_session_only(store: &impl Store) {
    two_accounts(store).await;
    let good = proof(ANA, Way::Password, 1);
    let opened = store.open_session(good, session(ANA, 3)).await;
    assert_eq!(opened, Ok(Stored::DONE));
    let again = store.open_session(good, session(ANA, 77)).await;
    assert_eq!(again, Ok(Stored::CONFLICT));
    assert_eq!(store.session(TokenHash([77; 32]), NOON).await, Ok(None));
}

/// Asks once and hangs up, as a connection that breaks off drops what it asked for.
async fn hang_up<T>(mut asked: Pending<'_, T>) {
    std::future::poll_fn(|context| {
        let _left = asked.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

/// Writes something else and waits for it: what was asked before it is committed, or never will be.
async fn settle(store: &impl Store) {
    let put = Put {
        replaces: u64::MAX / 4,
        bytes: vec![0; 8],
    };
    store.put_blob(ANA, BlobKind::Vault, put).await.unwrap();
}

pub(super) async fn a_caller_who_hangs_up_leaves_no_ended_session_valid(store: &impl Store) {
    two_accounts(store).await;
    for number in 1..=2 {
        // Looked up first, so that a store that remembers does.
        let found = store.session(TokenHash([number; 32]), NOON).await;
        assert!(found.unwrap().is_some());
    }
    hang_up(store.end_session(ANA, SessionId([1; 16]))).await;
    settle(store).await;
    let left = store.list_sessions(ANA).await.unwrap().len();
    let found = store.session(TokenHash([1; 32]), NOON).await.unwrap();
    assert_eq!(
        usize::from(found.is_some()),
        left,
        "an ended session is valid"
    );

    hang_up(store.delete_account(proof(BEN, Way::Password, 9))).await;
    settle(store).await;
    let left = store.list_sessions(BEN).await.unwrap().len();
    let found = store.session(TokenHash([2; 32]), NOON).await.unwrap();
    assert_eq!(
        usize::from(found.is_some()),
        left,
        "a deleted account is in"
    );
}

pub(super) async fn a_caller_who_hangs_up_leaves_no_old_member_bound(store: &impl Store) {
    two_accounts(store).await;
    let [one, two] = [1, 2].map(|number| Writer::new(number, OURS));
    store.bind_member(binding(ANA, &one)).await.unwrap();
    assert_eq!(store.member(ANA, OURS).await, Ok(Some(one.member)));
    hang_up(store.bind_member(binding(ANA, &two))).await;
    settle(store).await;
    let listed = store.list_spaces(ANA).await.unwrap();
    let bound = listed.first().map(|(_, member)| *member);
    assert_eq!(store.member(ANA, OURS).await, Ok(bound));
}

pub(super) async fn a_used_proof_stays_used_until_it_expires(store: &impl Store) {
    two_accounts(store).await;
    let good = proof(ANA, Way::Password, 1);
    let opened = store.open_session(good, session(ANA, 3)).await;
    assert_eq!(opened, Ok(Stored::DONE));
    assert_eq!(store.end_session(ANA, SessionId([3; 16])).await, Ok(true));
    store.sweep(good.until + 1).await.unwrap();
    let again = store.open_session(good, session(ANA, 3)).await;
    assert_eq!(again, Ok(Stored::CONFLICT));
    assert_eq!(store.delete_account(good).await, Ok(false));
    let changed = store.change_password(good, new_password(1, 1)).await;
    assert_eq!(changed, Ok(None));
    // Nothing is kept of it for longer than it could be taken for good.
    store.sweep(good.forgotten()).await.unwrap();
    let late = store.open_session(good, session(ANA, 3)).await;
    assert_eq!(late, Ok(Stored::DONE));
}

pub(super) async fn a_proof_from_before_a_new_password_does_nothing(store: &impl Store) {
    two_accounts(store).await;
    let old = |number| proof(ANA, Way::Password, number);
    let changed = store.change_password(old(1), new_password(1, 1)).await;
    assert_eq!(changed, Ok(Some(Stored::Done { version: 2 })));
    let opened = store.open_session(old(2), session(ANA, 3)).await;
    assert_eq!(opened, Ok(Stored::CONFLICT));
    let again = store.change_password(old(3), new_password(2, 1)).await;
    assert_eq!(again, Ok(None));
    assert_eq!(store.delete_account(old(4)).await, Ok(false));
    assert!(store.account(ANA).await.unwrap().is_some());
}

pub(super) async fn a_proof_of_the_words_holds_while_they_do(store: &impl Store) {
    two_accounts(store).await;
    let words = |number| proof(ANA, Way::Recovery, number);
    let changed = store.change_password(words(1), new_password(1, 1)).await;
    assert_eq!(changed, Ok(Some(Stored::Done { version: 2 })));
    let opened = store.open_session(words(2), session(ANA, 3)).await;
    assert_eq!(opened, Ok(Stored::DONE));
    let new = NewPassword {
        recovery: Some([8; 32]),
        ..new_password(2, 1)
    };
    let changed = store.change_password(words(3), new).await;
    assert_eq!(changed, Ok(Some(Stored::Done { version: 3 })));
    let opened = store.open_session(words(4), session(ANA, 4)).await;
    assert_eq!(opened, Ok(Stored::CONFLICT));
}

pub(super) async fn a_proof_of_a_deleted_account_does_nothing(store: &impl Store) {
    two_accounts(store).await;
    let good = |number| proof(ANA, Way::Password, number);
    assert_eq!(store.delete_account(good(1)).await, Ok(true));
    assert_eq!(store.account(ANA).await, Ok(None));
    let opened = store.open_session(good(2), session(ANA, 3)).await;
    assert_eq!(opened, Ok(Stored::CONFLICT));
    assert_eq!(store.delete_account(good(3)).await, Ok(false));
    // One with the same login and password is another account.
    let successor = account(AccountId([7; 16]), 1);
    assert_eq!(store.add_account(successor).await, Ok(Stored::DONE));
    let opened = store.open_session(good(4), session(ANA, 3)).await;
    assert_eq!(opened, Ok(Stored::CONFLICT));
}

/// For stores that share one database: what one server took, no other takes.
pub(super) async fn a_proof_counts_once_among_servers(one: &impl Store, other: &impl Store) {
    two_accounts(one).await;
    for round in 0..8 {
        let good = proof(ANA, Way::Password, round);
        let (first, second) = tokio::join!(
            one.open_session(good, session(ANA, 100 + round)),
            other.open_session(good, session(ANA, 200 + round)),
        );
        let mut both = [first.unwrap(), second.unwrap()];
        both.sort_by_key(|stored| *stored != Stored::DONE);
        assert_eq!(both, [Stored::DONE, Stored::CONFLICT], "round {round}");
    }
    let (change, sign_in) = (proof(ANA, Way::Password, 50), proof(ANA, Way::Password, 51));
    let changed = one.change_password(change, new_password(1, 1)).await;
    assert_eq!(changed, Ok(Some(Stored::Done { version: 2 })));
    let late = other.open_session(sign_in, session(ANA, 3)).await;
    assert_eq!(late, Ok(Stored::CONFLICT));
}

pub(super) async fn an_expired_session_is_not_found_and_is_swept(store: &impl Store) {
    two_accounts(store).await;
    let token = TokenHash([1; 32]);
    assert_eq!(store.session(token, NOON).await, Ok(Some(session(ANA, 1))));
    assert_eq!(store.session(token, NOON + 100).await, Ok(None));
    store.sweep(NOON + 99).await.unwrap();
    assert_eq!(store.list_sessions(ANA).await, Ok(vec![session(ANA, 1)]));
    store.sweep(NOON + 100).await.unwrap();
    assert_eq!(store.list_sessions(ANA).await, Ok(vec![]));
}

pub(super) async fn a_session_grows_and_never_shrinks(store: &impl Store) {
    two_accounts(store).await;
    let (token, expires) = (TokenHash([1; 32]), session(ANA, 1).expires);
    // Read first, so that a store that remembers sessions must notice.
    assert_eq!(store.session(token, NOON).await, Ok(Some(session(ANA, 1))));
    store.renew_session(token, expires + 500).await.unwrap();
    let grown = Session {
        expires: expires + 500,
        ..session(ANA, 1)
    };
    assert_eq!(store.session(token, expires).await, Ok(Some(grown.clone())));
    store.renew_session(token, expires + 100).await.unwrap();
    assert_eq!(store.session(token, expires).await, Ok(Some(grown)));
    let other = store.list_sessions(BEN).await.unwrap();
    assert_eq!(other, vec![session(BEN, 2)]);
}

pub(super) async fn a_session_that_was_ended_is_not_renewed(store: &impl Store) {
    two_accounts(store).await;
    let token = TokenHash([1; 32]);
    let ended = store.end_session(ANA, session(ANA, 1).session).await;
    assert_eq!(ended, Ok(true));
    store.renew_session(token, NOON + 5000).await.unwrap();
    assert_eq!(store.session(token, NOON).await, Ok(None));
    assert_eq!(store.list_sessions(ANA).await, Ok(vec![]));
}

pub(super) async fn an_invitation_is_answered_once(store: &impl Store) {
    two_accounts(store).await;
    let open = invitation(NOON + 1);
    assert_eq!(store.add_invitation(open.clone()).await, Ok(Stored::DONE));
    assert_eq!(
        store.add_invitation(open.clone()).await,
        Ok(Stored::CONFLICT)
    );
    assert_eq!(
        store.invitation(open.invitation).await,
        Ok(Some(open.clone()))
    );
    let member = MemberId([4; 16]);
    let guest = Guest {
        account: BEN,
        member,
    };
    let yes = |answer| Answered::Accept { guest, answer };
    assert_eq!(
        store
            .answer_invitation(open.invitation, yes(vec![8]), NOON)
            .await,
        Ok(true)
    );
    assert_eq!(
        store
            .answer_invitation(open.invitation, yes(vec![9]), NOON)
            .await,
        Ok(false)
    );
    let no = store
        .answer_invitation(open.invitation, Answered::Decline, NOON)
        .await;
    assert_eq!(no, Ok(false));
    let answered = store.invitation(open.invitation).await.unwrap().unwrap();
    assert_eq!(
        (answered.state, answered.answer, answered.guest),
        (InvitationState::Accepted, vec![8], Some(guest))
    );
    assert_eq!(store.member(BEN, OURS).await, Ok(None));
    assert_eq!(store.list_spaces(BEN).await, Ok(vec![]));
}

async fn accepted(store: &impl Store, number: u8, account: AccountId, member: MemberId) {
    let open = Invitation {
        invitation: InvitationId([number; 16]),
        ..invitation(NOON + 1)
    };
    let id = open.invitation;
    store.add_invitation(open).await.unwrap();
    let yes = Answered::Accept {
        guest: Guest { account, member },
        answer: vec![8],
    };
    assert_eq!(store.answer_invitation(id, yes, NOON).await, Ok(true));
}

pub(super) async fn who_accepted_is_bound_by_the_entry_that_admits_them(store: &impl Store) {
    let mut ana = founded(store).await;
    let ben = Writer::new(2, OURS);
    accepted(store, 5, BEN, ben.member).await;
    assert_eq!(append(store, vec![ana.content()]).await.rebound, []);
    assert_eq!(store.member(BEN, OURS).await, Ok(None));
    let admitted = append(store, vec![ana.add(&ben)]).await;
    assert!(admitted.moved, "{admitted:?}");
    assert_eq!(admitted.rebound, [BEN]);
    assert_eq!(store.member(BEN, OURS).await, Ok(Some(ben.member)));
}

pub(super) async fn two_who_accepted_under_one_name_are_both_bound_to_nobody(store: &impl Store) {
    let mut ana = founded(store).await;
    let ben = Writer::new(2, OURS);
    accepted(store, 5, BEN, ben.member).await;
    accepted(store, 6, AccountId([6; 16]), ben.member).await;
    assert_eq!(append(store, vec![ana.add(&ben)]).await.rebound, []);
    assert_eq!(store.member(BEN, OURS).await, Ok(None));
}

fn binding(account: AccountId, writer: &Writer) -> Binding {
    Binding {
        account,
        space: OURS,
        member: writer.member,
        shown: Shown::By(writer.device()),
    }
}

pub(super) async fn a_member_is_one_account(store: &impl Store) {
    two_accounts(store).await;
    let ana = founded(store).await;
    let second = binding(BEN, &ana);
    assert_eq!(store.bind_member(second).await, Ok(Stored::CONFLICT));
    assert_eq!(store.member(BEN, OURS).await, Ok(None));
    // The account itself may do so again, by any device, and a free member is anybody's.
    assert_eq!(
        store.bind_member(binding(ANA, &ana)).await,
        Ok(Stored::DONE)
    );
    let ben = Writer::new(2, OURS);
    assert_eq!(
        store.bind_member(binding(BEN, &ben)).await,
        Ok(Stored::DONE)
    );
    let taken = binding(ANA, &ben);
    assert_eq!(store.bind_member(taken).await, Ok(Stored::CONFLICT));
    assert_eq!(store.member(ANA, OURS).await, Ok(Some(ana.member)));
    let gone = store.delete_account(proof(ANA, Way::Password, 9)).await;
    assert_eq!(gone, Ok(true));
    assert_eq!(
        store.bind_member(binding(BEN, &ana)).await,
        Ok(Stored::DONE)
    );
    assert_eq!(store.member(BEN, OURS).await, Ok(Some(ana.member)));
}

/// Ends the device of a writer from a second one.
fn ended_from_another(writer: &Writer, number: u8) -> (Writer, Vec<Envelope>) {
    let (mut second, device) = (writer.with_device(number), writer.device());
    let cert = second.cert();
    let entries = vec![
        second.control(&Control::DeviceAdd { cert }),
        second.control(&Control::DeviceRevoke { device }),
    ];
    (second, entries)
}

pub(super) async fn a_claim_ends_with_the_device_that_signed_it(store: &impl Store) {
    two_accounts(store).await;
    let mut ana = founded(store).await;
    let mut ben = Writer::new(2, OURS);
    append(store, vec![ana.add(&ben)]).await;
    ben.epoch = ana.epoch;
    // The account of someone with a copy of Ben's device claimed first.
    let thief = AccountId([6; 16]);
    let claimed = store.bind_member(binding(thief, &ben)).await;
    assert_eq!(claimed, Ok(Stored::DONE));
    assert_eq!(
        store.bind_member(binding(BEN, &ben)).await,
        Ok(Stored::CONFLICT)
    );
    // Ana's device carries the entry by which Ben ends the copied device.
    let (second, ended) = ended_from_another(&ben, 77);
    let appended = append(store, ended).await;
    assert_eq!((appended.place, appended.rebound), (5, vec![thief]));
    assert_eq!(store.member(thief, OURS).await, Ok(None));
    assert_eq!(store.list_spaces(thief).await, Ok(vec![]));
    let claimed = store.bind_member(binding(BEN, &second)).await;
    assert_eq!(claimed, Ok(Stored::DONE));
    assert_eq!(
        store.bind_member(binding(thief, &ben)).await,
        Ok(Stored::CONFLICT)
    );
}

pub(super) async fn a_claim_by_another_device_outlives_the_first(store: &impl Store) {
    let mut ana = founded(store).await;
    let mut ben = Writer::new(2, OURS);
    append(store, vec![ana.add(&ben)]).await;
    ben.epoch = ana.epoch;
    store.bind_member(binding(BEN, &ben)).await.unwrap();
    let (second, mut ended) = ended_from_another(&ben, 77);
    let end = ended.split_off(1);
    append(store, ended).await;
    store.bind_member(binding(BEN, &second)).await.unwrap();
    assert_eq!(append(store, end).await.rebound, []);
    assert_eq!(store.member(BEN, OURS).await, Ok(Some(ben.member)));
}

pub(super) async fn what_the_record_showed_outlives_every_device(store: &impl Store) {
    let mut ana = founded(store).await;
    let mut ben = Writer::new(2, OURS);
    accepted(store, 5, BEN, ben.member).await;
    assert_eq!(append(store, vec![ana.add(&ben)]).await.rebound, [BEN]);
    ben.epoch = ana.epoch;
    // A claim on top makes the binding no weaker.
    for (account, writer, number) in [(ANA, &ana, 77), (BEN, &ben, 78)] {
        store.bind_member(binding(account, writer)).await.unwrap();
        let (_, ended) = ended_from_another(writer, number);
        assert_eq!(append(store, ended).await.rebound, []);
        let bound = store.member(account, OURS).await;
        assert_eq!(bound, Ok(Some(writer.member)));
    }
}

pub(super) async fn a_refused_claim_is_noted_once_for_each_device(store: &impl Store) {
    two_accounts(store).await;
    let ana = founded(store).await;
    let (one, two) = (ana.device(), ana.with_device(77).device());
    for (device, told) in [(one, Some(ANA)), (one, None), (two, Some(ANA)), (one, None)] {
        let noted = store.note_refused_claim(OURS, ana.member, device).await;
        assert_eq!(noted, Ok(told));
    }
    let mut both = vec![one, two];
    both.sort_unstable();
    assert_eq!(store.refused_claims(OURS).await, Ok(both));
    let elsewhere = SpaceId([99; 16]);
    assert_eq!(store.refused_claims(elsewhere).await, Ok(vec![]));
    let gone = store.delete_account(proof(ANA, Way::Password, 9)).await;
    assert_eq!(gone, Ok(true));
    assert_eq!(store.refused_claims(OURS).await, Ok(vec![]));
}

pub(super) async fn who_gives_a_record_back_keeps_nobody_out_of_it(store: &impl Store) {
    two_accounts(store).await;
    let (mut ana, mut ben) = (Writer::new(1, OURS), Writer::new(2, OURS));
    let mut entries = ana.found();
    entries.push(ana.add(&ben));
    entries.push(ana.begin_epoch(2, &[ana.member, ben.member]));
    ben.epoch = ana.epoch;
    entries.push(ben.content());
    // Ben has the whole record, but it is his account's word alone that he is anybody there.
    assert_eq!(append(store, entries).await.place, 5);
    assert_eq!(
        store.bind_member(binding(BEN, &ana)).await,
        Ok(Stored::DONE)
    );
    assert_eq!(store.member(ANA, OURS).await, Ok(None));
    assert_eq!(
        store.bind_member(binding(ANA, &ben)).await,
        Ok(Stored::DONE)
    );
    assert_eq!(
        store.bind_member(binding(ANA, &ana)).await,
        Ok(Stored::CONFLICT)
    );
}

pub(super) async fn who_is_bound_to_nobody_is_not_judged(store: &impl Store) {
    let mut ana = founded(store).await;
    let known = ana.content();
    append(store, vec![known.clone()]).await;
    let keys = KnownKeys::default();
    let fresh = ana.content();
    for entries in [vec![], vec![known], vec![fresh]] {
        let outcomes = vec![
            Outcome::Refused {
                refusal: Refusal::NotAMember
            };
            entries.len()
        ];
        let entries = entries
            .into_iter()
            .map(|entry| Candidate::new(entry, &keys))
            .collect();
        let append = Append {
            account: BEN,
            member: None,
            space: OURS,
            entries,
            minute: NOON,
            quota: Quota {
                spaces: u64::MAX,
                bytes: u64::MAX,
            },
            returned: None,
        };
        let appended = store.append(append).await.unwrap();
        assert_eq!((appended.outcomes, appended.readable), (outcomes, 0));
    }
}

pub(super) async fn an_expired_invitation_cannot_be_answered(store: &impl Store) {
    let open = invitation(NOON);
    store.add_invitation(open.clone()).await.unwrap();
    let late = store
        .answer_invitation(open.invitation, Answered::Decline, NOON)
        .await;
    assert_eq!(late, Ok(false));
    assert_eq!(store.count_invitations(ANA).await, Ok(1));
    store.sweep(NOON).await.unwrap();
    assert_eq!(store.invitation(open.invitation).await, Ok(None));
    assert_eq!(store.count_invitations(ANA).await, Ok(0));
}

pub(super) async fn a_decline_leaves_no_binding(store: &impl Store) {
    let open = invitation(NOON + 1);
    store.add_invitation(open.clone()).await.unwrap();
    let no = store
        .answer_invitation(open.invitation, Answered::Decline, NOON)
        .await;
    assert_eq!(no, Ok(true));
    let answered = store.invitation(open.invitation).await.unwrap().unwrap();
    assert_eq!(
        (answered.state, answered.answer),
        (InvitationState::Declined, vec![])
    );
    assert_eq!(store.list_spaces(BEN).await, Ok(vec![]));
}

pub(super) async fn only_the_inviter_withdraws(store: &impl Store) {
    let open = invitation(NOON + 1);
    store.add_invitation(open.clone()).await.unwrap();
    assert_eq!(
        store.withdraw_invitation(BEN, open.invitation).await,
        Ok(false)
    );
    assert_eq!(
        store.withdraw_invitation(ANA, open.invitation).await,
        Ok(true)
    );
    assert_eq!(
        store.withdraw_invitation(ANA, open.invitation).await,
        Ok(false)
    );
    assert_eq!(store.invitation(open.invitation).await, Ok(None));
}

pub(super) async fn appended_entries_are_listed_in_order(store: &impl Store) {
    let mut ana = founded(store).await;
    let entries = vec![ana.content(), ana.content(), ana.content()];
    let appended = append(store, entries.clone()).await;
    assert!(appended.grew && appended.place == 5, "{appended:?}");
    let listed = store
        .list_entries(OURS, Page { after: 2, ..ALL })
        .await
        .unwrap();
    let places: Vec<_> = listed.iter().map(|placed| placed.place).collect();
    let envelopes: Vec<_> = listed
        .iter()
        .map(|placed| placed.envelope.clone())
        .collect();
    assert_eq!((places, envelopes), (vec![3, 4, 5], entries));
    assert_eq!(listed.last().map(|placed| placed.head), Some(appended.head));
    let state = store.log_state(OURS).await.unwrap().unwrap();
    assert_eq!((state.place, state.head), (5, appended.head));
    assert_eq!(store.member(ANA, OURS).await, Ok(Some(ana.member)));
    assert_eq!(store.list_spaces(ANA).await, Ok(vec![(OURS, ana.member)]));
}

pub(super) async fn an_append_again_is_no_second_entry(store: &impl Store) {
    let mut ana = founded(store).await;
    let entries = vec![ana.content(), ana.content()];
    let first = append(store, entries.clone()).await;
    let again = append(store, entries).await;
    assert_eq!(again.outcomes, first.outcomes);
    assert!(!again.grew && again.place == 4, "{again:?}");
    assert_eq!(store.list_entries(OURS, ALL).await.unwrap().len(), 4);
}

pub(super) async fn a_batch_may_name_heads_from_before_and_within_it(store: &impl Store) {
    let mut ana = founded(store).await;
    let heads = store.list_entries(OURS, ALL).await.unwrap();
    ana.seen = (2, heads[1].head);
    let first = ana.content();
    let within = (3, heads[1].head.next(&first.id(), NOON));
    let second = ana.content();
    ana.seen = within;
    let third = ana.content();
    ana.seen = (1, heads[0].head);
    let appended = append(store, vec![first, second, third, ana.content()]).await;
    assert_eq!(appended.place, 6, "{appended:?}");
}

pub(super) async fn what_comes_after_a_refused_entry_is_skipped(store: &impl Store) {
    let mut ana = founded(store).await;
    let mut stranger = Writer::new(8, OURS);
    stranger.epoch = 1;
    let entries = vec![ana.content(), stranger.content(), ana.content()];
    let appended = append(store, entries).await;
    let refused = Outcome::Refused {
        refusal: Refusal::UnknownDevice,
    };
    assert!(matches!(
        appended.outcomes[0],
        Outcome::Placed { place: 3, .. }
    ));
    assert_eq!(appended.outcomes[1..], [refused, Outcome::Skipped]);
    assert_eq!(store.list_entries(OURS, ALL).await.unwrap().len(), 3);
}

pub(super) async fn a_page_ends_at_its_limits(store: &impl Store) {
    let mut ana = founded(store).await;
    append(store, vec![ana.content(), ana.content()]).await;
    let places = |page| async move {
        let listed = store.list_entries(OURS, page).await.unwrap();
        listed.iter().map(|placed| placed.place).collect::<Vec<_>>()
    };
    assert_eq!(places(Page { count: 2, ..ALL }).await, [1, 2]);
    assert_eq!(places(Page { bytes: 1, ..ALL }).await, [1]);
    assert_eq!(
        places(Page {
            after: 1,
            through: 3,
            ..ALL
        })
        .await,
        [2, 3]
    );
    assert_eq!(places(Page { after: 4, ..ALL }).await, [0; 0]);
}

pub(super) async fn a_full_space_takes_no_more_words_and_lets_people_go_on_without_them(
    store: &impl Store,
) {
    let mut ana = founded(store).await;
    let quota = Quota {
        spaces: u64::MAX,
        bytes: 64 * 1024,
    };
    let within = (OURS, quota);
    // Past the place at which the state is stored again, so that the count is read back too.
    let (mut written, mut refused) = (0, None);
    for _ in 0..200 {
        let mut next = ana.clone();
        let appended = append_within(store, within, vec![next.content()]).await;
        match appended.over {
            None => {
                written += appended.written;
                ana = next;
            }
            Some(over) => {
                refused = Some((over, appended));
                break;
            }
        }
    }
    let (over, appended) = refused.unwrap();
    assert_eq!(over, Over::Bytes);
    assert_eq!((appended.grew, appended.outcomes.len()), (false, 0));
    assert!(written > 48 * 1024 && written <= 64 * 1024, "{written}");
    let entries = store.list_entries(OURS, ALL).await.unwrap();
    assert_eq!(entries.last().unwrap().place, appended.place);
    // What was placed before is answered as ever, and an epoch may still begin.
    let last = entries.last().unwrap().envelope.clone();
    let again = append_within(store, within, vec![last]).await;
    assert_eq!((again.over, again.outcomes.len()), (None, 1));
    let epoch = ana.begin_epoch(1, &[ana.member]);
    let begun = append_within(store, within, vec![epoch]).await;
    assert!(begun.grew, "{begun:?}");
}

pub(super) async fn an_account_begins_so_many_spaces(store: &impl Store) {
    two_accounts(store).await;
    let quota = Quota {
        spaces: 2,
        bytes: u64::MAX,
    };
    let begin = async |number| {
        let space = SpaceId([number; 16]);
        let mut writer = Writer::new(1, space);
        let entries = writer.found();
        append_within(store, (space, quota), entries).await
    };
    assert_eq!(begin(1).await.over, None);
    assert_eq!(begin(2).await.over, None);
    let third = begin(3).await;
    assert_eq!((third.over, third.grew), (Some(Over::Spaces), false));
    let spaces = store.list_spaces(ANA).await.unwrap();
    assert_eq!(spaces.len(), 2);
    assert!(store.log_state(SpaceId([3; 16])).await.unwrap().is_none());
    // A space that is there goes on.
    let space = SpaceId([1; 16]);
    let entries = Writer::new(1, space).found();
    let again = append_within(store, (space, quota), entries).await;
    assert_eq!((again.over, again.outcomes.len()), (None, 2));
}

pub(super) async fn many_appends_at_once_take_each_place_once(store: &impl Store) {
    let mut ana = founded(store).await;
    let entries: Vec<_> = (0..24).map(|_| ana.content()).collect();
    // All wait together. Those that find a gap come again, until each has its place.
    for _ in 0..entries.len() {
        all(entries
            .iter()
            .map(|entry| append(store, vec![entry.clone()])))
        .await;
    }
    let listed = store
        .list_entries(OURS, Page { after: 2, ..ALL })
        .await
        .unwrap();
    assert_eq!(
        listed
            .iter()
            .map(|it| it.envelope.clone())
            .collect::<Vec<_>>(),
        entries
    );
    let places: Vec<_> = listed.iter().map(|placed| placed.place).collect();
    assert_eq!(places, (3..27).collect::<Vec<_>>());
}

pub(super) async fn a_state_read_back_after_many_entries_goes_on(store: &impl Store) {
    let mut ana = founded(store).await;
    for _ in 0..3 {
        let entries = (0..50).map(|_| ana.content()).collect();
        append(store, entries).await;
    }
    let state = store.log_state(OURS).await.unwrap().unwrap();
    let listed = store.list_entries(OURS, ALL).await.unwrap();
    assert_eq!(
        (state.place, Some(state.head)),
        (152, listed.last().map(|last| last.head))
    );
    let replayed = listed.iter().fold(LogState::default(), |state, placed| {
        let past = |place: u64| {
            listed
                .get(usize::try_from(place).unwrap() - 1)
                .map(|it| it.head)
        };
        troth_wire::admit(&state, &placed.envelope, past, placed.received)
            .unwrap()
            .next
    });
    assert_eq!(*state, replayed);
    ana.seen = (1, listed[0].head);
    let appended = append(store, vec![ana.content()]).await;
    assert_eq!(appended.place, 153, "{appended:?}");
}

pub(super) async fn the_first_entry_that_binds_a_share_is_known(store: &impl Store) {
    let mut ana = founded(store).await;
    let question = ana.content();
    let other = EntryId([4; 32]);
    let asked = question.id();
    let entries = vec![
        question,
        ana.answer(other, &[1; 32]),
        ana.content(),
        ana.answer(asked, &[2; 32]),
        ana.answer(asked, &[3; 32]),
    ];
    assert_eq!(append(store, entries).await.place, 7);
    let first = async |question, member| store.first_binding(OURS, question, member).await;
    assert_eq!(first(asked, ana.member).await, Ok(Some(6)));
    assert_eq!(first(other, ana.member).await, Ok(Some(4)));
    assert_eq!(first(asked, MemberId([9; 16])).await, Ok(None));
    let elsewhere = SpaceId([8; 16]);
    let found = store.first_binding(elsewhere, asked, ana.member).await;
    assert_eq!(found, Ok(None));
}

/// Gives these entries back, with the minutes and links as told.
async fn give_back(store: &impl Store, returned: GiveBack) -> Appended {
    let keys = KnownKeys::default();
    let entries = returned.entries.iter();
    let entries = entries.map(|it| Candidate::new(it.envelope.clone(), &keys));
    store
        .append(Append {
            account: ANA,
            member: store.member(ANA, OURS).await.unwrap(),
            space: OURS,
            entries: entries.collect(),
            minute: NOON + 900,
            quota: Quota::NONE,
            returned: Some(returned),
        })
        .await
        .unwrap()
}

/// What a server lost after Ana's founding, of which the last is given as a link.
fn lost_by(ana: &mut Writer, head: Head) -> (GiveBack, Returned) {
    let lost: Vec<_> = (1..=3).map(|it| (ana.content(), NOON + 7 * it)).collect();
    let head = lost.iter().fold(head, |head, (entry, minute)| {
        head.next(&entry.id(), *minute)
    });
    let receipt = Statement {
        space: OURS,
        log_epoch: 0,
        place: 5,
        head,
        minute: NOON,
    }
    .sign(&ed25519_dalek::SigningKey::from_bytes(&[5; 32]));
    let returned = |(envelope, received): &(Envelope, u64)| Returned {
        received: *received,
        envelope: envelope.clone(),
    };
    let mut entries: Vec<_> = lost.iter().map(returned).collect();
    let last = entries.pop().unwrap();
    let link = Link {
        id: last.envelope.id(),
        received: last.received,
    };
    let whole = GiveBack {
        after: 2,
        entries,
        rest: vec![link],
        receipt,
        from: None,
    };
    (whole, last)
}

pub(super) async fn what_is_given_back_keeps_its_minutes_and_needs_the_whole_chain(
    store: &impl Store,
) {
    let mut ana = founded(store).await;
    let state = store.log_state(OURS).await.unwrap().unwrap();
    let (whole, last) = lost_by(&mut ana, state.head);
    let head = whole.receipt.head;
    let changes: [fn(&mut GiveBack); 6] = [
        |it| it.entries[1].received -= 1,
        |it| it.rest[0].received += 1,
        |it| it.rest.clear(),
        |it| it.entries.swap(0, 1),
        |it| it.after = 1,
        |it| it.receipt.place = 6,
    ];
    for change in changes {
        let mut changed = whole.clone();
        change(&mut changed);
        let refused = give_back(store, changed).await;
        assert!(!refused.grew && refused.place == 2, "{refused:?}");
    }
    let taken = give_back(store, whole.clone()).await;
    assert!(taken.grew && taken.place == 4, "{taken:?}");
    let again = give_back(store, whole.clone()).await;
    assert!(!again.grew && again.place == 4, "{again:?}");
    let last = GiveBack {
        after: 4,
        entries: vec![last],
        rest: Vec::new(),
        ..whole
    };
    assert_eq!(give_back(store, last).await.head, head);
    let listed = store
        .list_entries(OURS, Page { after: 2, ..ALL })
        .await
        .unwrap();
    let minutes: Vec<_> = listed.iter().map(|it| it.received).collect();
    assert_eq!(minutes, [NOON + 7, NOON + 14, NOON + 21]);
    // What is new is not before what was given back, whatever the clock says.
    assert_eq!(append(store, vec![ana.content()]).await.place, 6);
    let newest = store
        .list_entries(OURS, Page { after: 5, ..ALL })
        .await
        .unwrap();
    assert_eq!(newest[0].received, NOON + 21);
}

pub(super) async fn a_share_is_kept_once(store: &impl Store) {
    let share = |byte| Share {
        space: OURS,
        reveal: EntryId([1; 32]),
        member: MemberId([1; 16]),
        answer: EntryId([2; 32]),
        share: vec![byte; 32],
    };
    assert_eq!(store.put_share(share(1)).await, Ok(Stored::DONE));
    assert_eq!(store.put_share(share(1)).await, Ok(Stored::DONE));
    assert_eq!(store.put_share(share(2)).await, Ok(Stored::CONFLICT));
    assert_eq!(
        store.list_shares(OURS, EntryId([1; 32])).await,
        Ok(vec![share(1)])
    );
    assert_eq!(store.list_shares(OURS, EntryId([3; 32])).await, Ok(vec![]));
}

pub(super) async fn the_last_account_takes_the_space_along(store: &impl Store) {
    two_accounts(store).await;
    let mut ana = founded(store).await;
    let ben = Writer::new(2, OURS);
    store.bind_member(binding(BEN, &ben)).await.unwrap();
    assert_eq!(append(store, vec![ana.content()]).await.place, 3);
    assert_eq!(
        store.delete_account(proof(ANA, Way::Password, 1)).await,
        Ok(true)
    );
    assert_eq!(store.account(ANA).await, Ok(None));
    assert_eq!(store.session(TokenHash([1; 32]), NOON).await, Ok(None));
    assert_eq!(store.blob(ANA, BlobKind::Vault).await, Ok(None));
    assert_eq!(store.member(ANA, OURS).await, Ok(None));
    assert_eq!(store.list_entries(OURS, ALL).await.unwrap().len(), 3);
    assert_eq!(
        store.delete_account(proof(BEN, Way::Password, 2)).await,
        Ok(true)
    );
    assert_eq!(store.list_entries(OURS, ALL).await, Ok(vec![]));
    assert_eq!(store.log_state(OURS).await, Ok(None));
    // The name is free again, and nothing of the old record is remembered.
    let mut ben = Writer::new(2, OURS);
    assert_eq!(append(store, ben.found()).await.place, 2);
}

pub(super) async fn rows_of_one_account_are_not_anothers(store: &impl Store) {
    two_accounts(store).await;
    assert_eq!(store.end_session(BEN, SessionId([1; 16])).await, Ok(false));
    assert_eq!(store.end_session(ANA, SessionId([1; 16])).await, Ok(true));
    assert_eq!(store.session(TokenHash([1; 32]), NOON).await, Ok(None));
    assert!(
        store
            .session(TokenHash([2; 32]), NOON)
            .await
            .unwrap()
            .is_some()
    );
    let theirs = SpaceId([8; 16]);
    let mut ana = Writer::new(1, theirs);
    let refused = append_to(store, OURS, ana.found()).await;
    assert_eq!(
        refused.outcomes,
        [
            Outcome::Refused {
                refusal: Refusal::WrongSpace
            },
            Outcome::Skipped
        ]
    );
    assert_eq!(store.log_state(OURS).await, Ok(None));
    store.ready().await.unwrap();
}
