//! The body is the test's own; it must not be anything else.
#![no_main]

#[path = "../../tests/it/fuzz/words.rs"]
mod words;

libfuzzer_sys::fuzz_target!(|input: &[u8]| words::check(input));
