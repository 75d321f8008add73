//! The body is the one of the regression test that replays the corpus.
#![no_main]

#[path = "../../tests/it/fuzz/irc_line.rs"]
mod irc_line;

libfuzzer_sys::fuzz_target!(|input: &[u8]| irc_line::check(input));
