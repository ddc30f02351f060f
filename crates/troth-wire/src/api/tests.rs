use super::*;
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
