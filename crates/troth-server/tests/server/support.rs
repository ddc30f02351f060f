//! People, a PostgreSQL and a running server.

#[path = "../support/person.rs"]
pub mod person;
#[path = "../support/postgres.rs"]
pub mod postgres;
#[path = "../support/running.rs"]
pub mod running;
#[path = "../support/writer.rs"]
pub mod writer;
