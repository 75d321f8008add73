//! The body is the one of the regression test that replays the corpus.
#![no_main]

#[path = "../../tests/it/fuzz/pictures.rs"]
mod pictures;

libfuzzer_sys::fuzz_target!(|input: &[u8]| pictures::check(input));
