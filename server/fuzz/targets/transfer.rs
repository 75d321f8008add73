//! The body is the one of the regression test that replays the corpus.
#![no_main]

#[path = "../../tests/it/fuzz/transfer.rs"]
mod transfer;

libfuzzer_sys::fuzz_target!(|input: &[u8]| transfer::check(input));
