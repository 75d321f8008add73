//! The body is the one of the regression test that replays the corpus.
#![no_main]

#[path = "../../tests/it/fuzz/incoming.rs"]
mod incoming;

libfuzzer_sys::fuzz_target!(|input: &[u8]| incoming::check(input));
