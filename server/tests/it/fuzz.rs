//! Replays the corpus (`assets/fuzz/chat`) of the fuzz target in `server/fuzz` as a regression test: the target's body is the module [`chat`],
//! which needs no fuzzer.

mod action;
mod chat;
mod model;

use std::path::Path;

#[test]
fn whatever_was_proposed_the_chat_kept_its_promises() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fuzz/chat");
    let inputs: Vec<_> = dir.read_dir().unwrap().map(|input| input.unwrap().path()).collect();
    assert!(!inputs.is_empty(), "{} is empty", dir.display());
    let fails = |input: &Path| {
        let bytes = std::fs::read(input).unwrap();
        std::panic::catch_unwind(|| chat::check(&bytes)).is_err()
    };
    let failed: Vec<_> = inputs.iter().filter(|input| fails(input)).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
