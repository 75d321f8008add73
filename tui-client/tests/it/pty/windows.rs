//! Two windows of one person at real terminals.

use std::path::Path;
use std::time::Duration;

use super::Person;
use crate::processes::{Daemon, PATIENCE, Plain};
use crate::windows::known_home;

/// What a guest has heard up to the line with `last` in it.
pub(super) fn heard(guest: &Plain, last: &str) -> Vec<String> {
    let mut lines = vec![guest.hears("")];
    while !lines.last().is_some_and(|line| line.contains(last)) {
        lines.push(guest.hears(""));
    }
    lines
}

/// Waits until a file has `text` in it: the profile is written by a thread.
#[track_caller]
pub(super) fn holds(file: &Path, text: &str) {
    let step = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    while !std::fs::read_to_string(file).is_ok_and(|held| held.contains(text)) {
        assert!(waited < PATIENCE, "{text} was never written to {}", file.display());
        std::thread::sleep(step);
        waited += step;
    }
}

#[test]
fn two_windows_are_one_person_until_the_last_is_closed() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = daemon.address.as_str();
    let home = known_home(address, "kim");
    let mut guest = Plain::start(address, "minsu");
    guest.say("here");
    guest.hears(": here");
    let mut one = Person::at(home.clone(), &[address]);
    one.sees("kim ›");
    one.sees("here");
    let mut two = Person::at(home, &[address, "--lang", "ko"]);
    two.sees("here");
    guest.hears("kim");

    // Each has a draft of its own, and what one says is said in both.
    one.press("half a thought");
    one.sees("kim › half a thought");
    two.press("반가워요\r");
    one.sees("반가워요");
    two.sees("반가워요");
    one.until("its own draft", |terminal| terminal.input() == "kim › half a thought");
    one.press("\x03");

    // A room entered in one is there in the other, which goes on looking where it looks.
    one.press("/join kitchen\r");
    one.until("the room", |terminal| terminal.row(0).starts_with("kitchen"));
    two.sees(" kitchen");
    two.press("still in the lobby\r");
    guest.say("/join kitchen");
    guest.say("@kim tea?");
    one.sees("tea?");
    two.sees("!1");
    guest.say("/join lobby");
    one.press("/nick jun\r");
    one.sees("jun ›");
    two.sees("jun ›");

    // One window less is nothing to anybody, the last one is.
    one.press("/quit\r");
    assert_eq!(one.leaves(), 0);
    two.press("bye\r");
    let lines = heard(&guest, "jun: bye");
    assert!(!lines.iter().any(|line| line.contains('←')), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("lobby kim: still in the lobby")), "{lines:?}");
    two.press("/quit\r");
    assert_eq!(two.leaves(), 0);
    guest.hears("← jun");
}

#[test]
fn what_a_killed_window_had_written_goes_on_in_the_next_and_is_said_once() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = daemon.address.clone();
    let home = known_home(&address, "kim");
    let mut one = Person::at(home.clone(), &[&address]);
    one.sees("kim ›");
    let mut two = Person::at(home.clone(), &[&address]);
    two.sees("kim ›");
    drop(daemon);
    for (person, text) in [(&mut one, "said in one"), (&mut two, "said in two")] {
        person.sees("reconnecting");
        person.press(text);
        person.sees(text);
        person.press("\r");
        person.until("an empty draft", |terminal| terminal.input() == "kim ›");
        person.press("half a thought");
        person.sees("half a thought");
    }
    for (mut person, file) in [(one, "0.json"), (two, "0.window-2.json")] {
        holds(&home.path().join(".local/state/chinwag").join(&address).join(file), "half a thought");
        person.kill("-KILL");
        person.insists("");
    }
    let again = Person::at(home, &[&address]);
    again.sees("half a thought");
    let _daemon = Daemon::start(state.path(), &address);
    again.sees("kim ›");
    again.until("all of it, and nothing that waits", |terminal| {
        let screen = terminal.parser.screen().contents();
        ["said in one", "said in two"].iter().all(|text| screen.contains(text)) && !screen.contains("… said")
    });
    let mut guest = Plain::start(&address, "minsu");
    guest.say("/history");
    guest.say("the end");
    let said = heard(&guest, "the end");
    for text in ["said in one", "said in two"] {
        assert_eq!(said.iter().filter(|line| line.contains(text)).count(), 1, "{said:?}");
    }
}
