//! The client against real sockets, a simulated network, and a real terminal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails by panicking, its helpers too, and says what it counted"
)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing among many")]

mod chaos;
mod files;
mod fuzz;
mod happy_eyeballs;
mod manual;
mod net;
mod nodes;
mod picture;
mod plain;
mod processes;
mod profile;
mod pty;
mod shells;
mod simulation;
mod trust;
mod whose_profile;
mod windows;
