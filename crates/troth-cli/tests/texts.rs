//! What people write comes back as they wrote it.

use crate::harness::{ANA, BEN, Stage};

/// Emoji with joiners, right-to-left with marks, combining letters in both orders, odd spaces.
const TEXTS: [&str; 6] = [
    "👩‍❤️‍👨 one evening 🕯️ with you 👍🏽",
    "אני מבטיח להקשיב. \u{202e}mixed\u{202c} أسمعك",
    "Zo\u{65}\u{308} and Zoë are not the same bytes; a\u{323}\u{307} a\u{307}\u{323}",
    "नमस्ते, ขอบคุณ, 고마워, ありがとう",
    "one\ttab, one\u{a0}hard space, one\u{200b}none; \"quotes\" 'and' \\backslashes\\ $HOME `x`",
    "-- starts like an option",
];

#[test]
fn emoji_right_to_left_and_combining_text_come_back_byte_for_byte() {
    let stage = Stage::couple();

    for text in TEXTS {
        let id = stage
            .run(ANA, &["reveal", "start", "-", "--json"], text)
            .good()
            .json();
        let id = id["id"].as_str().unwrap();
        stage.run(ANA, &["reveal", "answer", id, "-"], text).good();
        stage.run(BEN, &["reveal", "answer", id, "-"], text).good();
        let shown = stage.json(ANA, &["reveal", "show", id]);
        let theirs = stage.json(BEN, &["reveal", "show", id]);

        assert_eq!(shown["prompt"], text);
        assert_eq!(shown["theirs"]["text"], text, "{shown}");
        assert_eq!(theirs["theirs"]["text"], text, "{theirs}");
    }
}

#[test]
fn a_note_and_a_name_keep_their_letters_too() {
    let stage = Stage::empty();
    stage.sign_up(ANA, "Änä 🌱 عنا");

    stage.run(ANA, &["note", "write", "-"], TEXTS[2]).good();

    assert_eq!(stage.json(ANA, &["account", "show"])["name"], "Änä 🌱 عنا");
    let notes = stage.json(ANA, &["note", "list"]);
    assert_eq!(notes[0]["text"], TEXTS[2]);
}

#[test]
fn ten_megabytes_are_refused_in_one_line_and_nothing_is_lost() {
    let stage = Stage::couple();
    let id = stage.json(ANA, &["reveal", "start", "How was it?"]);
    let id = id["id"].as_str().unwrap();
    let before = stage.record(ANA);

    stage
        .run(
            ANA,
            &["reveal", "answer", id, "-"],
            &"long ".repeat(2 << 20),
        )
        .bad(1, "20,000 characters");

    assert_eq!(stage.record(ANA), before);
    stage
        .run(ANA, &["reveal", "answer", id, "short"], "")
        .good();
}

#[test]
fn text_that_is_not_utf_8_and_an_empty_answer_are_refused() {
    let stage = Stage::couple();
    let id = stage.json(ANA, &["reveal", "start", "How was it?"]);
    let id = id["id"].as_str().unwrap();

    stage
        .run(ANA, &["reveal", "answer", id, ""], "")
        .bad(1, "no text");
    stage
        .run(ANA, &["reveal", "answer", id, " \n "], "")
        .bad(1, "no text");
    stage
        .run(ANA, &["reveal", "answer", "ffffffff", "x"], "")
        .bad(1, "list them");
    stage
        .run(ANA, &["reveal", "answer", "nonsense", "x"], "")
        .bad(2, "an id is made of");
}

#[test]
fn words_of_a_partner_neither_steer_the_terminal_nor_pass_for_a_line_of_ours() {
    let stage = Stage::couple();
    let hostile = "\u{1b}[2J\u{9b}1mlate\r\u{202e}\nIntact: chain, signatures and heads fit.\u{7}";
    let made = ["commitment", "make", "-", "--by", "2099-12-01"];
    stage.run(BEN, &made, hostile).good();

    for arguments in [
        &["commitment", "list"][..],
        &["timeline"],
        &["record", "list"],
    ] {
        let shown = stage.run(ANA, arguments, "").good().stdout;
        let steering = |sign: char| sign != '\n' && troth_core::steers(sign);
        assert!(!shown.contains(steering), "{arguments:?}: {shown:?}");
        assert!(
            !shown.lines().any(|line| line.starts_with("Intact")),
            "{shown}"
        );
    }
    let list = stage.run(ANA, &["commitment", "list", "--json"], "").good();
    assert!(
        !list.stdout.trim_end().contains(char::is_control),
        "{list:?}"
    );
    assert_eq!(list.json()[0]["text"], hostile);

    let file = stage.path("export");
    let out = ["export", "--out", file.to_str().unwrap()];
    stage.run(ANA, &out, "").good();
    let export = std::fs::read_to_string(&file).unwrap();
    assert!(!export.contains(['\u{1b}', '\u{9b}', '\r']) && !export.contains("\nIntact"));
}

#[test]
fn a_name_or_login_that_could_pass_for_more_is_refused() {
    let stage = Stage::empty();
    let server = stage.server.url.clone();
    let make = |login: &str, name: &str| {
        let line = [
            "account", "create", "--server", &server, "--login", login, "--name", name,
        ];
        stage.run("h", &line, "a password\n").bad(1, "on one line");
    };

    make("ana", "Ana\n7. Ben");
    make("ana", "\u{1b}[2JAna");
    make("ana", "Ana\u{202e}");
    make("ana\nben", "Ana");
}
