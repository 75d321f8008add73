//! The body is the test's own; it must not be anything else.
#![no_main]

#[path = "../../tests/it/fuzz/chat.rs"]
mod chat;
#[path = "../../tests/it/fuzz/action.rs"]
mod action;
#[path = "../../tests/it/fuzz/model.rs"]
mod model;

libfuzzer_sys::fuzz_target!(|input: &[u8]| chat::check(input));
