//! Several clients of one person on one machine: the real binaries share an identity.

use std::sync::Arc;

use crate::processes::{Daemon, Plain, run_at};

/// A home directory of somebody whom the server at `address` knows.
pub(crate) fn known_home(address: &str, name: &str) -> Arc<tempfile::TempDir> {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let mut first = Plain::at(Arc::clone(&home), &[address, "--name", name]);
    first.say("I was here");
    first.hears(": I was here");
    first.ends();
    home
}

#[test]
fn a_script_beside_a_client_is_the_same_person_and_one_with_another_name_is_not() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = daemon.address.as_str();
    let home = known_home(address, "kim");
    let guest = Plain::start(address, "minsu");
    guest.hears("minsu is connected");
    let mut kim = Plain::at(Arc::clone(&home), &[address]);
    kim.say("hello");
    guest.hears("kim: hello");
    let script = run_at(home.path(), &[address, "--plain"], b"done\n");
    assert_eq!(script.status, 0, "{}", script.err);
    let bot = run_at(home.path(), &[address, "--plain", "--name", "beeper"], b"beep\n");
    assert_eq!(bot.status, 0, "{}", bot.err);
    kim.hears("kim: done");
    kim.say("still kim");
    let mut heard = Vec::new();
    while !heard.last().is_some_and(|line: &String| line.contains("still kim")) {
        heard.push(guest.hears(""));
    }
    let heard: Vec<_> =
        heard.iter().map(|line| line.split_once("] ").map_or(&**line, |(_, said)| said)).collect();
    let said: Vec<_> = heard.iter().filter(|line| line.contains(": ")).collect();
    assert_eq!(said, [&"lobby kim: done", &"lobby beeper: beep", &"lobby kim: still kim"]);
    assert!(!heard.iter().any(|line| line.contains("kim") && !line.contains(": ")), "{heard:?}");
}
