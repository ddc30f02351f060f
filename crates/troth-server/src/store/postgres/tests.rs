use tokio_postgres::NoTls;

use super::*;
use crate::store::Store;
use crate::store::contract::store_contract;
use crate::testing::postgres::Postgres;

// One test for the whole contract, since each start of a server takes seconds.
#[tokio::test]
async fn postgresql_keeps_every_promise() {
    let Some(server) = Postgres::start() else {
        return;
    };
    store_contract!(each, {
        let url = server.database();
        PostgresStore::connect(&url).await.unwrap()
    });
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_an_older_start_changes_nothing() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let url = server.database();
    PostgresStore::connect(&url).await.unwrap();
    PostgresStore::connect(&url).await.unwrap();
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
        .execute("UPDATE troth_schema SET version = version + 1", &[])
        .await
        .unwrap();
    assert_eq!(
        PostgresStore::connect(&url).await.err(),
        Some(ConnectError::Newer)
    );
}

#[tokio::test]
async fn a_database_of_schema_1_keeps_its_rows_and_gets_the_new_tables() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let url = server.database();
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let numbers = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
    let tables = crate::store::sql::TABLES
        .replace("BYTES", "BYTEA")
        .replace("ROW_NUMBER", numbers);
    let old = format!(
        "{tables} CREATE TABLE troth_schema (version BIGINT NOT NULL);
         INSERT INTO troth_schema (version) VALUES (1);
         INSERT INTO secrets (name, value) VALUES ('root', '');"
    );
    client.batch_execute(&old).await.unwrap();
    PostgresStore::connect(&url).await.unwrap();
    let store = PostgresStore::connect(&url).await.unwrap();
    let kept = client.query_one("SELECT count(*) FROM secrets", &[]).await;
    assert_eq!(kept.unwrap().get::<_, i64>(0), 1);
    let operation = crate::network::op::plan::ListPlans;
    assert_eq!(store.run_operation(&operation).await, Ok(vec![]));
}

#[tokio::test]
async fn a_database_that_went_away_is_said_and_met_again() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let store = PostgresStore::connect(&server.database()).await.unwrap();
    store.ready().await.unwrap();
    server.crash();
    assert_eq!(store.ready().await, Err(StoreError::Unreachable));
    server.restart();
    assert_eq!(store.ready().await, Ok(()));
}

#[tokio::test]
async fn a_wrong_url_and_a_silent_server_are_told_apart() {
    assert_eq!(
        PostgresStore::connect("nonsense").await.err(),
        Some(ConnectError::BadUrl)
    );
    let silent = "postgres://troth@127.0.0.1:1/troth";
    assert_eq!(
        PostgresStore::connect(silent).await.err(),
        Some(ConnectError::Unreachable)
    );
}
