//! Replays the corpora (`assets/fuzz`) of the fuzz targets in `server/fuzz` as regression tests: the targets' bodies are the modules [`chat`],
//! [`irc_line`], [`irc_session`] and [`transfer`], which need no fuzzer.

mod action;
mod chat;
mod irc_line;
mod irc_session;
mod model;
mod transfer;

use std::path::Path;

#[test]
fn whatever_was_proposed_the_chat_kept_its_promises() {
    replay("chat", chat::check);
}

#[test]
fn whatever_was_sent_a_line_of_irc_was_read_and_written_as_one() {
    replay("irc_line", irc_line::check);
}

#[test]
fn whatever_was_said_a_session_of_irc_wrote_lines_and_requests() {
    replay("irc_session", irc_session::check);
}

#[test]
fn whatever_was_sent_a_transfer_moved_what_it_said() {
    replay("transfer", transfer::check);
}

fn replay(target: &str, check: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fuzz").join(target);
    let inputs: Vec<_> = dir.read_dir().unwrap().map(|input| input.unwrap().path()).collect();
    assert!(!inputs.is_empty(), "{} is empty", dir.display());
    let fails = |input: &Path| {
        let bytes = std::fs::read(input).unwrap();
        std::panic::catch_unwind(|| check(&bytes)).is_err()
    };
    let failed: Vec<_> = inputs.iter().filter(|input| fails(input)).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
