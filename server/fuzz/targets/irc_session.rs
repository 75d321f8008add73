//! The body is the one of the regression test that replays the corpus.
#![no_main]

#[path = "../../tests/it/fuzz/irc_session.rs"]
mod irc_session;

libfuzzer_sys::fuzz_target!(|input: &[u8]| irc_session::check(input));
