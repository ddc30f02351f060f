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
async fn a_proof_used_on_one_server_is_used_on_the_other() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let url = server.database();
    let one = PostgresStore::connect(&url).await.unwrap();
    let other = PostgresStore::connect(&url).await.unwrap();
    crate::store::contract::a_proof_counts_once_among_servers(&one, &other).await;
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

#[tokio::test]
async fn a_page_is_cut_by_the_database_before_it_is_sent() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let url = server.database();
    PostgresStore::connect(&url).await.unwrap();
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    // Forty entries of 256 KiB: 10 MiB where a page holds one.
    let fill = "INSERT INTO entries (space, place, device, aseq, received, head, header, sig, body)
         SELECT 'ours', place, 'd', place, 0, 'h', 'header', 's', \
         convert_to(repeat('x', 262144), 'UTF8') FROM generate_series(1, 40) AS place";
    client.execute(fill, &[]).await.unwrap();
    let limit = 1024 * 1024_i64;
    let ours = b"ours".as_slice();
    let sent = async |after: i64, most: i64| {
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&ours, &after, &1000_i64, &512_i64, &most];
        let rows = client
            .query(crate::store::sql::LIST_PAGE, &values)
            .await
            .unwrap();
        let places: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
        let bytes: usize = rows.iter().map(|row| row.get::<_, &[u8]>(5).len()).sum();
        (places, bytes)
    };
    let (places, bytes) = sent(7, limit).await;
    assert_eq!(places, [8, 9, 10]);
    assert!(bytes <= 1024 * 1024, "{bytes} bytes came for one page");
    // One entry comes, however large: or a reader would never get on.
    assert_eq!(sent(7, 1).await.0, [8]);
}

/// Makes an authority, and a certificate of it for `localhost`, with the openssl command.
fn certificates(folder: &std::path::Path) {
    let openssl = |line: &str| {
        let made = std::process::Command::new("openssl")
            .args(line.split(' '))
            .current_dir(folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{line}: {said}");
    };
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost").unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for authority in ["ours", "other"] {
        openssl(&format!(
            "req -x509 {key} -keyout {authority}.key -out {authority}.pem -days 2 -subj /CN={authority}"
        ));
    }
    openssl(&format!(
        "req {key} -keyout server.key -out server.csr -subj /CN=localhost"
    ));
    openssl(
        "x509 -req -in server.csr -CA ours.pem -CAkey ours.key -CAcreateserial -days 2 \
         -extfile names -out server.pem",
    );
}

fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

/// What the database says of the connection that asks.
async fn encrypted(url: &str) -> Result<bool, ConnectError> {
    PostgresStore::connect(url).await?;
    let (config, tls) = tls::read(url)?;
    let (client, connection) = config.connect(tls).await.unwrap();
    tokio::spawn(connection);
    let asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Ok(client.query_one(asked, &[]).await.unwrap().get(0))
}

#[tokio::test]
async fn a_connection_is_encrypted_as_the_url_says_or_not_made() {
    let Some(server) = Postgres::start() else {
        return;
    };
    server.database();
    let home = tempfile::tempdir().unwrap();
    certificates(home.path());
    let port = free_port();
    let url = |host: &str, query: &str| format!("postgres://troth@{host}:{port}/troth0?{query}");
    let root = |name: &str| {
        let path = home.path().join(name);
        format!("sslmode=verify-full&sslrootcert={}", path.display())
    };

    // A server that speaks plainly alone: nothing falls back to it.
    let here = format!("-c listen_addresses=localhost -c port={port}");
    server.crash();
    server.restart_with(&here, &[]);
    let plain = encrypted(&url("localhost", "sslmode=disable")).await;
    assert_eq!(plain, Ok(false));
    for asked in ["sslmode=require", &root("ours.pem")] {
        let refused = encrypted(&url("localhost", asked)).await;
        assert_eq!(refused, Err(ConnectError::Tls), "{asked}");
    }

    server.crash();
    // The paths are seen from the data folder.
    server.restart_with(
        &format!("{here} -c ssl=on -c ssl_key_file=../server.key -c ssl_cert_file=../server.pem"),
        &[
            &home.path().join("server.key"),
            &home.path().join("server.pem"),
        ],
    );
    let [ours, other] = ["ours.pem", "other.pem"].map(root);
    let (ours, other) = (ours.as_str(), other.as_str());
    for (host, query, expected) in [
        ("localhost", "sslmode=require", Ok(true)),
        ("127.0.0.1", "sslmode=require", Ok(true)),
        ("localhost", "sslmode=disable", Ok(false)),
        ("localhost", ours, Ok(true)),
        // Another name, another authority, no public authority.
        ("127.0.0.1", ours, Err(ConnectError::Tls)),
        ("localhost", other, Err(ConnectError::Tls)),
        ("localhost", "sslmode=verify-full", Err(ConnectError::Tls)),
    ] {
        assert_eq!(
            encrypted(&url(host, query)).await,
            expected,
            "{host} {query}"
        );
    }
}
