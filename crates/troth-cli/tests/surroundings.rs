//! Addresses, ports and folders that are not what they should be.

use std::fs::Permissions;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::harness::{ANA, Server, Stage, finish, password, troth};

fn create_at(stage: &Stage, home: &str, url: &str) -> crate::harness::Done {
    let arguments = [
        "account", "create", "--server", url, "--login", home, "--name", "Ana",
    ];
    stage.run(home, &arguments, &format!("{}\n", password(home)))
}

#[test]
fn an_address_where_nothing_listens_is_said_and_leaves_the_home_empty() {
    let stage = Stage::empty();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();

    create_at(&stage, ANA, &format!("http://{free}")).bad(4, "cannot be reached");

    create_at(&stage, ANA, &stage.server.url).good();
}

#[test]
fn what_is_no_address_is_a_wrong_command_line() {
    let stage = Stage::empty();

    for url in [
        "troth.example.org",
        "ftp://example.org",
        "http://",
        "http://h/path",
    ] {
        create_at(&stage, ANA, url).bad(2, "https://troth.example.org");
    }
}

#[test]
fn another_kind_of_server_is_told_apart() {
    let stage = Stage::empty();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let page =
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\n\r\nhello";
            let _ = stream.write_all(page.as_bytes());
        }
    });

    create_at(&stage, ANA, &url).bad(4, "not a troth server");
}

#[test]
fn a_port_in_use_is_said_in_one_line() {
    let stage = Stage::empty();
    let data = stage.path("other");

    let second = [
        "serve",
        "--listen",
        stage.server.address(),
        "--data",
        data.to_str().unwrap(),
    ];

    troth(&second, "").bad(6, "in use");
}

#[test]
fn an_address_that_cannot_be_listened_on_is_said() {
    let stage = Stage::empty();
    let data = stage.path("other");
    let serve = |listen: &str| {
        troth(
            &[
                "serve",
                "--listen",
                listen,
                "--data",
                data.to_str().unwrap(),
            ],
            "",
        )
    };

    serve("nonsense").bad(6, "address");
    serve("192.0.2.1:0").bad(6, "address");
}

#[test]
fn a_database_that_cannot_be_reached_or_named_is_said() {
    let stage = Stage::empty();
    let data = stage.path("other");
    let serve = |url: &str| {
        let data = data.to_str().unwrap();
        troth(
            &[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                data,
                "--database",
                url,
            ],
            "",
        )
    };

    serve("nonsense").bad(2, "postgres://");
    let away = serve("postgres://nobody@127.0.0.1:1/none");
    // The server's own log has a line on it too.
    assert_eq!(away.code, 4, "{away:?}");
    assert!(
        away.stderr
            .lines()
            .last()
            .unwrap()
            .contains("does not answer"),
        "{away:?}"
    );
}

#[test]
fn a_file_in_place_of_the_data_folder_is_said() {
    let stage = Stage::empty();
    let file = stage.path("file");
    std::fs::write(&file, "not a folder").unwrap();

    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        file.to_str().unwrap(),
    ];

    troth(&serve, "").bad(6, "folder");
    assert_eq!(std::fs::read(&file).unwrap(), b"not a folder");
}

#[test]
fn a_file_in_place_of_the_home_is_said() {
    let stage = Stage::empty();
    std::fs::write(stage.path(ANA), "not a folder").unwrap();

    create_at(&stage, ANA, &stage.server.url).bad(6, "home folder");
}

/// Root may write anywhere, so the command runs as another user.
#[test]
fn a_folder_that_may_not_be_written_is_said_by_server_and_client() {
    let stage = Stage::empty();
    let locked = stage.path("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, Permissions::from_mode(0o555)).unwrap();
    std::fs::set_permissions(stage.path(""), Permissions::from_mode(0o755)).unwrap();
    let data = locked.to_str().unwrap();
    let home = locked.join("home");

    let serve = as_nobody(&["serve", "--listen", "127.0.0.1:0", "--data", data], "");
    let create = as_nobody(
        &[
            "--home",
            home.to_str().unwrap(),
            "account",
            "create",
            "--server",
            &stage.server.url,
            "--login",
            "ana",
            "--name",
            "Ana",
        ],
        "a long password\n",
    );

    serve.bad(6, "folder");
    create.bad(6, "home folder");
}

fn as_nobody(arguments: &[&str], stdin: &str) -> crate::harness::Done {
    let is_root =
        std::fs::metadata("/proc/self").map(|meta| std::os::unix::fs::MetadataExt::uid(&meta));
    let mut command = if is_root.unwrap() == 0 {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(env!("CARGO_BIN_EXE_troth"));
        command
    } else {
        crate::harness::binary()
    };
    let child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    finish(child, stdin)
}

#[test]
fn a_server_that_is_asked_to_stop_ends_well_and_starts_again_on_the_same_folder() {
    let mut stage = Stage::one();
    let address = stage.server.address().to_owned();

    assert_eq!(stage.server.stop(), 0);

    stage.server = Server::start_with(&stage.path("data"), &address, &[]);
    let status = stage.json(ANA, &["status"]);
    assert_eq!(status["online"], true);
}

#[test]
fn without_the_server_what_is_written_waits_and_is_sent_later() {
    let mut stage = Stage::couple();
    let address = stage.server.address().to_owned();
    stage.server.kill();

    let offline = stage
        .run(ANA, &["reveal", "start", "Alone?", "--json"], "")
        .good();

    assert_eq!(offline.stderr.lines().count(), 1, "{offline:?}");
    assert!(offline.stderr.contains("offline"), "{offline:?}");
    assert_eq!(offline.json()["waiting"], 1);
    let waiting = stage
        .run(ANA, &["record", "list", "--json"], "")
        .good()
        .json();
    assert!(waiting.as_array().unwrap().last().unwrap()["place"].is_null());
    assert_eq!(stage.run(ANA, &["sync"], "").code, 4);

    stage.server = Server::start_with(&stage.path("data"), &address, &[]);
    let sent = stage.run(ANA, &["status", "--json"], "").good().json();
    assert_eq!(sent["waiting"], 0);
}
