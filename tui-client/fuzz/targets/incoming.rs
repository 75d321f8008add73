//! libFuzzer's entry; the body is in `tests/it/fuzz/incoming.rs`, where it also runs on the kept corpus.
#![no_main]

#[path = "../../tests/it/fuzz/incoming.rs"]
mod incoming;

libfuzzer_sys::fuzz_target!(|input: &[u8]| incoming::check(input));
