//! The body is the test's own; it must not be anything else.
#![no_main]

#[path = "../../tests/it/fuzz/incoming.rs"]
mod incoming;

libfuzzer_sys::fuzz_target!(|input: &[u8]| incoming::check(input));
