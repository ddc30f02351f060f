//! People, a PostgreSQL and a running server.

pub mod person;
pub mod postgres;
pub mod practice;
pub mod running;
pub mod writer;
