//! The body is the one of the regression test that replays the corpus.
#![no_main]

#[path = "../../tests/it/fuzz/words.rs"]
mod words;

libfuzzer_sys::fuzz_target!(|input: &[u8]| words::check(input));
