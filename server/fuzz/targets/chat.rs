//! The body is the one of the regression test that replays the corpus.
#![no_main]

#[path = "../../tests/it/fuzz/chat.rs"]
mod chat;
#[path = "../../tests/it/fuzz/action.rs"]
mod action;
#[path = "../../tests/it/fuzz/model.rs"]
mod model;

libfuzzer_sys::fuzz_target!(|input: &[u8]| chat::check(input));
