//! Starting where it cannot work: one line that says what to do.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use troth_server::{Config, ServeError};

use crate::support::running::Running;

fn refused(config: Config) -> ServeError {
    let error = Running::start_with(config).unwrap_err();
    let line = error.to_string();
    assert!(!line.contains('\n') && line.contains("; "), "{line}");
    error
}

#[test]
fn a_port_in_use_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(matches!(
        refused(Config::new(folder.path(), address)),
        ServeError::AddressInUse
    ));
    let strange = Config::new(folder.path(), "somewhere");
    assert!(matches!(refused(strange), ServeError::AddressRefused));
}

#[test]
fn a_folder_belongs_to_one_server_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Running::start(folder.path());
    let second = Config::new(folder.path(), "127.0.0.1:0");
    assert!(matches!(refused(second.clone()), ServeError::FolderInUse));
    drop(first);
    assert!(Running::start_with(second).is_ok());
}

#[test]
fn a_file_in_place_of_the_folder_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    let inside = Config::new(file.join("data"), "127.0.0.1:0");
    assert!(matches!(refused(inside), ServeError::DataFolder));
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    // The kernel's own folder refuses everybody, root included.
    let config = Config::new("/proc/troth", "127.0.0.1:0");
    assert!(matches!(
        refused(config),
        ServeError::ReadOnly | ServeError::DataFolder
    ));
}

#[test]
fn a_damaged_or_newer_database_is_said_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("troth.db");
    std::fs::write(&file, vec![b'x'; 8192]).unwrap();
    let config = Config::new(folder.path(), "127.0.0.1:0");
    assert!(matches!(refused(config), ServeError::Broken));
    assert_eq!(std::fs::read(&file).unwrap(), vec![b'x'; 8192]);
}

#[test]
fn a_wrong_database_url_and_a_silent_database_are_told_apart() {
    let mut config = Config::new("/nowhere", "127.0.0.1:0");
    config.database = Some("mysql://somewhere".to_owned());
    assert!(matches!(refused(config.clone()), ServeError::DatabaseUrl));
    config.database = Some("postgres://troth@127.0.0.1:1/troth".to_owned());
    assert!(matches!(refused(config), ServeError::DatabaseUnreachable));
}

#[test]
fn the_database_is_for_its_owners_eyes_alone_even_in_an_open_folder() {
    let folder = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let server = Running::start(folder.path());
    for name in ["troth.db", "troth.db-wal"] {
        let mode = std::fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(server);
}
