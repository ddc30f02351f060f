//! People, clocks, strategies, two clients and a server in one process.
