//! What is done to messages while the server is down, over a `kill -9` of server and client.

use super::Person;
use super::windows::{heard, holds};
use crate::processes::{Daemon, Plain};
use crate::windows::known_home;

#[test]
fn a_deletion_and_a_reaction_outlive_the_death_of_server_and_client_and_are_done_once() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = daemon.address.clone();
    let home = known_home(&address, "kim");
    let mut guest = Plain::start(&address, "minsu");
    let mut kim = Person::at(home.clone(), &[&address]);
    kim.sees("kim ›");
    kim.press("a slip of the tongue\r");
    guest.hears(": a slip of the tongue");
    guest.say("tea at four");
    kim.sees("tea at four");
    drop(daemon);
    kim.sees("reconnecting");
    kim.press("/react ^ ok\r");
    kim.sees("[ok 1…]");
    kim.press("/delete ^\r");
    kim.sees("Delete this message?");
    // One that comes too soon is no answer; afterwards it does nothing.
    while !kim.seen.terminal.lock().unwrap().parser.screen().contents().contains("(deleting…)") {
        kim.press("\r");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let profile = home.path().join(".local/state/chinwag").join(&address).join("0.json");
    holds(&profile, "\"deletes\"");
    holds(&profile, "\"reacts\"");
    kim.kill("-KILL");
    kim.insists("");

    let kim = Person::at(home, &[&address]);
    let _daemon = Daemon::start(state.path(), &address);
    kim.sees("kim deleted this message");
    kim.sees("[ok 1]");
    kim.until("nothing that waits", |terminal| !terminal.parser.screen().contents().contains('…'));
    let mut late = Plain::start(&address, "late");
    late.say("/history");
    late.say("the end");
    let lines = heard(&late, "the end");
    assert!(!lines.iter().any(|line| line.contains("slip of the tongue")), "{lines:?}");
    for what in ["kim deleted a message", "kim reacted"] {
        assert_eq!(lines.iter().filter(|line| line.contains(what)).count(), 1, "{what}: {lines:?}");
    }
}
