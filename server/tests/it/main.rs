//! The server over real sockets: a house to talk in, clients that talk, and the real binary.
//!
//! Nothing here waits for time to pass: what must have happened is proved by an answer that comes after it. Every
//! time in a test is a limit after which it has failed, or one of the server's own, shortened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, its helpers too, and says what it had to leave out"
)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing among many")]

mod client;
mod ctl;
mod daemon;
mod house;

mod comeback;
mod configuring;
mod fuzz;
mod greeting;
mod history;
mod hostile;
mod limits;
mod logging;
mod manual;
mod metrics;
mod moderation;
mod operating;
mod passed;
mod past;
mod presence;
mod reloading;
mod session;
mod slow;
mod starting;
mod stopping;
mod storage;
mod supervised;
mod talking;
mod tls;
mod unit;
