use super::*;
use crate::id::{AccountId, Digest, SpaceId};
use crate::strict;

#[test]
fn codes_keep_their_numbers_and_an_unknown_one_survives() {
    for (code, number) in ErrorCode::ALL.iter().zip(1..) {
        assert_eq!(code.number(), number);
        assert_eq!(ErrorCode::from_number(number), *code);
    }
    let unknown = strict::decode::<ErrorCode>(&strict::encode(&ErrorCode::Other(999)));
    assert_eq!(unknown, Ok(ErrorCode::Other(999)));
}

#[test]
fn a_problem_without_extras_reads_back() {
    let problem = Problem {
        code: ErrorCode::SlowDown,
        seconds: Some(30),
        version: None,
        request: vec![1, 2, 3].into(),
    };
    assert_eq!(strict::decode(&strict::encode(&problem)), Ok(problem));
}

#[test]
fn an_answer_with_a_key_of_a_later_version_still_reads() {
    // {0: 7, 9: "later"} as a `PutDone`.
    let bytes = [0xa2, 0x00, 0x07, 0x09, 0x65, b'l', b'a', b't', b'e', b'r'];
    assert_eq!(strict::decode(&bytes), Ok(PutDone { version: 7 }));
}

#[test]
fn nothing_secret_is_shown_in_a_debug_output() {
    let hello = WakeHello {
        token: Token([7; 32]),
    };
    assert!(!format!("{hello:?}").contains('7'));
}

#[test]
fn what_is_signed_says_what_it_is_for_and_about_whom() {
    let (account, space) = (AccountId([1; 16]), SpaceId([2; 16]));
    let claim = [b"troth/v1/claim".as_slice(), &[1; 16], &[2; 16]].concat();
    assert_eq!(claim_signed_bytes(&account, &space).as_slice(), claim);

    let nonce = Digest([3; 32]);
    let recovery = [b"troth/v1/recover".as_slice(), &[3; 32]].concat();
    assert_eq!(recovery_signed_bytes(&nonce).as_slice(), recovery);
    let acts = [ProvenAct::ChangePassword, ProvenAct::DeleteAccount];
    let [password, deletion] = acts.map(|act| act_signed_bytes(&nonce, act));
    assert!(password != deletion && ![password, deletion].contains(&recovery));
}
