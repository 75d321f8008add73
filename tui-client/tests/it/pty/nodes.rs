//! A node dies while somebody types: what they see.

use std::time::Duration;

use tokio::time::Instant;

use super::Person;
use crate::nodes::{someone_there, two_ways};
use crate::processes::Daemon;

#[test]
fn while_a_line_is_typed_a_node_dies_and_the_line_is_sent_at_the_other_one() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let (one, two, both) = two_ways(&daemon);
    let lee = someone_there(&daemon);
    let mut kim = Person::start(&both, "kim");
    kim.sees("kim is connected");
    kim.press("said before\r");
    lee.hears("kim: said before");
    kim.press("half a tho");
    kim.until("the draft", |terminal| terminal.input() == "kim › half a tho");
    one.kill();
    let killed = Instant::now();
    kim.sees(&format!("connected to {}", two.address));
    assert!(killed.elapsed() < Duration::from_secs(2), "{:?}", killed.elapsed());
    kim.press("ught\r");
    let heard = lee.hears("kim: ");
    assert!(heard.ends_with("half a thought"), "{heard}");
    kim.sees("half a thought");
    let terminal = kim.seen.terminal.lock().unwrap();
    let screen = terminal.parser.screen().contents();
    assert!(!screen.contains("Disconnected") && !screen.contains("connected again"), "{screen}");
    let allowed = ["", "kim › half a tho", "kim ›"];
    let strange = |draft: &String| {
        !draft.starts_with("kim ›") && !allowed.contains(&draft.as_str()) && !draft.starts_with('›')
    };
    assert!(!terminal.drafts.iter().any(strange), "{:?}", terminal.drafts);
}
