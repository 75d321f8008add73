//! What is done to messages while the server is down, over a `kill -9` of server and client.

use std::path::{Path, PathBuf};

use super::Person;
use super::windows::{heard, holds};
use crate::processes::{Daemon, PATIENCE, Plain};
use crate::windows::known_home;

/// Presses Enter until the question is answered: one that comes too soon is no answer, afterwards it does nothing.
fn says_yes(kim: &mut Person, sign: &str) {
    kim.sees("Delete this message?");
    while !kim.seen.terminal.lock().unwrap().parser.screen().contents().contains(sign) {
        kim.press("\r");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// The files below a directory that have these bytes in them.
fn files_with(dir: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else if std::fs::read(&path).is_ok_and(|held| held.windows(bytes.len()).any(|part| part == bytes)) {
            found.push(path);
        }
    }
    found
}

/// Waits until no file below a directory has these bytes in it: one may be just about to be replaced.
fn has_no_file_with(dir: &Path, bytes: &[u8]) {
    let tries = 1 + PATIENCE.as_millis() / 20;
    for _ in 0..tries {
        if files_with(dir, bytes).is_empty() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(files_with(dir, bytes), Vec::<PathBuf>::new());
}

#[test]
fn nothing_of_a_deleted_message_is_in_the_files_of_its_writer() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let home = known_home(&daemon.address, "kim");
    let guest = Plain::start(&daemon.address, "minsu");
    let mut kim = Person::at(home.clone(), &[&daemon.address]);
    kim.sees("kim ›");
    kim.sees("minsu");
    kim.press("my word is xyzzy\r");
    guest.hears(": my word is xyzzy");
    let files = home.path().join(".local/state/chinwag");
    let profile = files.join(&daemon.address).join("0.json");
    holds(&profile, "xyzzy");
    // Others may hear it before its writer knows that it is stored.
    holds(&profile, r#""outbox":[]"#);
    kim.press("/edit ^ my word was xyzzy, too\r");
    kim.sees("xyzzy, too (edited)");
    kim.press("half a thought");
    holds(&profile, "half a thought");
    assert!(!files_with(&files, b"xyzzy").is_empty(), "its lines are kept as long as it is there");
    kim.press("\x15/delete ^\r");
    says_yes(&mut kim, "deleted this message");
    guest.hears("kim deleted");
    // What is kept next is kept after that.
    kim.press("another thought");
    holds(&profile, "another thought");
    has_no_file_with(home.path(), b"xyzzy");
    kim.press("\x15/quit\r");
    assert_eq!(kim.leaves(), 0);
    assert_eq!(files_with(home.path(), b"xyzzy"), Vec::<PathBuf>::new());
}

#[test]
fn a_deletion_and_a_reaction_outlive_the_death_of_server_and_client_and_are_done_once() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = daemon.address.clone();
    let home = known_home(&address, "kim");
    let mut guest = Plain::start(&address, "minsu");
    let mut kim = Person::at(home.clone(), &[&address]);
    kim.sees("kim ›");
    kim.sees("minsu");
    kim.press("a slip of the tongue\r");
    guest.hears(": a slip of the tongue");
    guest.say("tea at four");
    kim.sees("tea at four");
    drop(daemon);
    kim.sees("reconnecting");
    kim.press("/react ^ ok\r");
    kim.sees("[ok 1…]");
    kim.press("/delete ^\r");
    says_yes(&mut kim, "(deleting…)");
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
