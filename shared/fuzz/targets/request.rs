//! The body is the test's own; it must not be anything else.
#![no_main]

#[path = "../../tests/it/fuzz/request.rs"]
mod request;

libfuzzer_sys::fuzz_target!(|input: &[u8]| request::check(input));
