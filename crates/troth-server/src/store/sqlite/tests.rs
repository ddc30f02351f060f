use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::store::contract::store_contract;

fn fresh() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("troth.db")).unwrap();
    (store, folder)
}

store_contract!(tests, fresh);

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("troth.db");
    drop(SqliteStore::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "user_version", schema::SCHEMA + 1)
        .unwrap();
    drop(connection);
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::Newer)));
}

#[tokio::test]
async fn a_file_of_schema_1_keeps_its_rows_and_gets_the_new_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("troth.db");
    let connection = Connection::open(&path).unwrap();
    let tables = crate::store::sql::TABLES
        .replace("BYTES", "BLOB")
        .replace("ROW_NUMBER", "INTEGER PRIMARY KEY");
    connection.execute_batch(&tables).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    let row = "INSERT INTO secrets (name, value) VALUES ('root', x'01')";
    connection.execute(row, []).unwrap();
    drop(connection);
    drop(SqliteStore::open(&path).unwrap());
    let store = SqliteStore::open(&path).unwrap();
    let kept = store.read(|it| it.query_row("SELECT count(*) FROM secrets", [], |row| row.get(0)));
    assert_eq!(kept.await, Ok(1_i64));
    let operation = crate::network::op::plan::ListPlans;
    assert_eq!(store.run_operation(operation).await, Ok(vec![]));
}

#[test]
fn a_number_that_was_seen_outside_is_not_given_again() {
    let (store, home) = fresh();
    drop(store);
    let connection = Connection::open(home.path().join("troth.db")).unwrap();
    let seen = connection
        .prepare("SELECT name FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name")
        .and_then(|mut query| {
            let names = query.query_map([], |row| row.get::<_, String>(0))?;
            names.collect::<Result<Vec<_>, _>>()
        });
    assert_eq!(seen.unwrap(), ["audit", "notices"]);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("troth.db");
    std::fs::write(&path, vec![b'x'; 4096]).unwrap();
    assert!(matches!(
        SqliteStore::open(&path),
        Err(OpenError::Damaged(_))
    ));
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_half_written() {
    let (store, _home) = fresh();
    let limit = |pages: i64| {
        store.inner.writer.run(move |work| {
            let set = work.connection.pragma_update(None, "max_page_count", pages);
            set.map_err(|error| failed(&error))
        })
    };
    limit(40).await.unwrap();
    let account = troth_wire::AccountId([1; 16]);
    let put = |length| crate::store::Put {
        replaces: 0,
        bytes: vec![7; length],
    };
    let kind = crate::store::BlobKind::Vault;
    let refused = crate::store::Store::put_blob(&store, account, kind, put(1_000_000)).await;
    assert_eq!(refused, Err(StoreError::Full));
    assert_eq!(
        crate::store::Store::blob_size(&store, account, kind).await,
        Ok(None)
    );
    limit(1_000_000).await.unwrap();
    let stored = crate::store::Store::put_blob(&store, account, kind, put(1_000_000)).await;
    assert_eq!(stored, Ok(crate::store::Stored::Done { version: 1 }));
}
