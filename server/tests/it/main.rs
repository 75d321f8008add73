//! Integration tests of the server: one in this process (`test_server`) with clients over real sockets (`client`), and the
//! real `chinwagd` (`daemon`).
//!
//! Nothing here waits for time to pass: what must have happened is proved by an answer that comes after it. Every
//! time in a test is a limit after which it has failed, or one of the server's own, shortened; a test of what must not
//! happen waits past the moment when it would.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, its helpers too, and says what it had to leave out"
)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing among many")]

mod client;
#[cfg(feature = "cluster")]
mod cluster;
mod cluster_example;
#[path = "../../benches/costs/core.rs"]
#[expect(dead_code, reason = "the benchmark has uses for the rest of it")]
mod costs_core;
mod ctl;
mod daemon;
mod damage;
mod test_server;

mod addresses;
mod alerts;
mod attach;
mod changed;
mod configuration;
mod doors;
mod files;
mod fuzz;
mod handshake;
mod history;
mod hostile;
mod hub;
mod idle_memory;
mod irc;
mod irc_login;
mod irc_resume;
mod limits;
mod local_users;
mod logging;
mod machines;
mod manual;
mod membership;
mod messages;
mod metrics;
mod moderation;
mod operator_socket;
mod presence;
mod private_rooms;
mod proposals;
mod protocol_session;
mod proxy;
mod reload;
mod resume;
mod service_manager;
mod shutdown;
mod slow_consumer;
mod socket_activation;
mod startup;
mod store;
mod systemd_unit;
mod tls;
mod windows;
mod write_failures;
