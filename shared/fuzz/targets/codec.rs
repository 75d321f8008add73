//! The body is the test's own; it must not be anything else.
#![no_main]

#[path = "../../tests/it/fuzz/codec.rs"]
mod codec;

libfuzzer_sys::fuzz_target!(|input: &[u8]| codec::check(input));
