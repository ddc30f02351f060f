//! Commands that are killed in the middle: nothing is lost and nothing is written twice.

use crate::harness::{BEN, Stage, finish, password, start};
use crate::proxy::{Proxy, Stuck};

const CLEO: &str = "cleo";

/// A couple of which Cleo reaches the server through a proxy.
fn couple_through_a_proxy() -> (Stage, Proxy) {
    let stage = Stage::empty();
    let proxy = Proxy::to(stage.server.address());
    stage.sign_up(BEN, "Ben");
    let create = [
        "account", "create", "--server", &proxy.url, "--login", CLEO, "--name", "Cleo",
    ];
    stage
        .run(CLEO, &create, &format!("{}\n", password(CLEO)))
        .good();
    let link = stage.json(CLEO, &["pair", "invite"]);
    let link = link["link"]
        .as_str()
        .unwrap()
        .replace(&proxy.url, &stage.server.url);
    stage.run(BEN, &["pair", "accept", &link], "").good();
    stage.run(CLEO, &["pair", "confirm"], "").good();
    stage.run(BEN, &["pair", "confirm"], "").good();
    stage.run(CLEO, &["sync"], "").good();
    (stage, proxy)
}

/// Kills the command at its first request, then at its second, and so on until it gets through.
fn kill_at_every_request(side: Stuck) {
    let (stage, proxy) = couple_through_a_proxy();
    let home = stage.path(CLEO);
    let mut written = 0;
    for round in 0.. {
        assert!(round < 64, "the command never gets through");
        let text = format!("Round {round}?");
        proxy.hold_after(round, side);
        let mut command = start(&[
            "--home",
            home.to_str().unwrap(),
            "reveal",
            "start",
            &text,
            "--json",
        ]);
        let held = proxy.holds(&mut command);
        if held {
            command.kill().unwrap();
            command.wait().unwrap();
        } else {
            assert_eq!(finish(command, "").code, 0);
        }
        proxy.open();
        stage.run(CLEO, &["sync"], "").good();
        let prompts = prompts(&stage, CLEO);
        let copies = prompts.iter().filter(|prompt| **prompt == text).count();
        assert!(copies <= 1, "{text} is there {copies} times");
        written += copies;
        assert_eq!(prompts.len(), written, "something else came or went");
        if !held {
            assert_eq!(copies, 1);
            break;
        }
    }
    assert!(
        written > 1,
        "the command was never killed after it had written"
    );
    stage.settle(&[BEN, CLEO]);
    let (mine, theirs) = (
        stage.json(CLEO, &["record", "verify"]),
        stage.json(BEN, &["record", "verify"]),
    );
    assert_eq!(mine["intact"], true, "{mine}");
    assert_eq!(mine["head"], theirs["head"]);
}

fn prompts(stage: &Stage, home: &str) -> Vec<String> {
    let reveals = stage.json(home, &["reveal", "list"]);
    let prompts = reveals.as_array().unwrap().iter();
    prompts
        .map(|reveal| reveal["prompt"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_command_killed_before_the_server_hears_of_it_loses_and_doubles_nothing() {
    kill_at_every_request(Stuck::BeforeTheServer);
}

#[test]
fn a_command_killed_before_the_answer_comes_loses_and_doubles_nothing() {
    kill_at_every_request(Stuck::AfterTheServer);
}

/// Two commands of one home at once take turns; neither is lost.
#[test]
fn many_commands_at_once_in_one_home_all_find_their_place() {
    let stage = Stage::couple();
    let home = stage.path(BEN);
    let commands: Vec<_> = (0..8)
        .map(|at| {
            start(&[
                "--home",
                home.to_str().unwrap(),
                "reveal",
                "start",
                &format!("At once {at}?"),
            ])
        })
        .collect();

    for command in commands {
        assert_eq!(finish(command, "").code, 0);
    }

    stage.run(BEN, &["sync"], "").good();
    assert_eq!(prompts(&stage, BEN).len(), 8);
    assert_eq!(stage.json(BEN, &["record", "verify"])["intact"], true);
}
