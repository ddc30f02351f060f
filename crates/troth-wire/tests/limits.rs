//! The sizes and times that the pages of `docs/protocol/` promise, in bytes and minutes.
//!
//! A program elsewhere is built against these numbers, so a change of one is a change of the protocol.

use troth_wire::control::{Caps, ROTATE_AFTER_MINUTES};
use troth_wire::{api, envelope, frame};

#[test]
fn nothing_is_longer_than_the_pages_say() {
    let sizes = [
        (frame::MAX_FRAME, 2_097_152, "README.md, Frames: 2 MiB"),
        (envelope::MAX_HEADER, 4_096, "envelope.md: 4 KiB"),
        (envelope::MAX_BODY, 262_144, "envelope.md: 256 KiB"),
        (api::MAX_REQUEST, 1_114_112, "http.md: 1,114,112 bytes"),
        (api::MAX_BATCH, 512, "http.md: 512 entries"),
        (api::MAX_BATCH_BYTES, 1_048_576, "http.md: 1 MiB of entries"),
        (api::MAX_LINKS, 16_384, "http.md: 16,384 links"),
        (api::MAX_KEYRING, 262_144, "http.md: a keyring, 256 KiB"),
        (api::MAX_VAULT, 1_048_576, "http.md: a vault, 1 MiB"),
        (api::MAX_OFFER, 16_384, "http.md: an offer, 16 KiB"),
    ];
    for (is, written, page) in sizes {
        assert_eq!(is, written, "{page}");
    }
}

#[cfg(feature = "network")]
#[test]
fn nothing_of_the_json_api_is_longer_than_its_page_says() {
    assert_eq!(troth_wire::network::MAX_BODY, 262_144, "256 KiB");
    assert_eq!(troth_wire::network::MAX_IMPORT, 4_194_304, "4 MiB");
}

#[test]
fn invitations_sessions_and_epochs_end_when_the_pages_say() {
    assert_eq!(api::INVITATION_MINUTES, 4_320, "pairing.md: 72 hours");
    assert_eq!(api::SESSION_MINUTES, 129_600, "http.md: 90 days");
    assert_eq!(ROTATE_AFTER_MINUTES, 10_080, "control.md: a week");
    assert_eq!(api::SESSION_STEP, 43_200, "http.md: 30 days");
}

#[test]
fn what_a_member_may_do_is_a_set() {
    let both = Caps::CONTENT.and(Caps::CHECKPOINT);
    assert!(both.allow(Caps::CONTENT) && both.allow(Caps::CHECKPOINT));
    assert!(!Caps::CONTENT.allow(both));
    assert_eq!(both.and(Caps::CONTENT), both);
}
