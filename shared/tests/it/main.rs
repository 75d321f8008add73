//! The wire, tested from outside: what is said, what is refused, and how a stream is cut.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, its helpers too")]

mod codes;
mod frames;
mod fuzz;
mod golden;
mod hostile;
mod names;
mod protocol_md;
mod requests;
mod rooms;
mod search_terms;
mod texts;
mod tokens;
mod tolerance;

use proptest::test_runner::Config;

/// The suite's property configuration: nothing is written beside the sources when a case fails.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}
