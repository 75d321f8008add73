//! `--plain` at a real terminal: lines arrive above the row that is being typed, and the terminal is given back.

use std::io::Write as _;

use super::{Person, Terminal};
use crate::processes::{Daemon, Plain};

fn start(address: &str, more: &[&str]) -> Person {
    Person::with(&[&["--plain", address, "--name", "alice"], more].concat())
}

/// The last row that has something in it, and the column the cursor is in.
fn last_row(terminal: &Terminal) -> (String, u16) {
    let screen = terminal.parser.screen();
    let (row, column) = screen.cursor_position();
    (terminal.row(row), column)
}

#[test]
fn what_arrives_never_cuts_into_the_row_being_typed() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = start(&daemon.address, &[]);
    alice.until("the prompt", |terminal| last_row(terminal).0 == "lobby alice ›");
    let mut bob = Plain::start(&daemon.address, "bob");
    let mut typed = String::new();
    for (n, key) in "반쯤 쓴 half a 말".chars().enumerate() {
        typed.push(key);
        alice.press(&key.to_string());
        bob.say(&format!("between {n}."));
        alice.sees(&format!("lobby bob: between {n}."));
        let want = format!("lobby alice › {typed}");
        alice.until(&want, |terminal| last_row(terminal).0 == want.trim_end());
    }
    // Every line is whole, in a row of its own.
    let contents = alice.seen.terminal.lock().unwrap().parser.screen().contents();
    let rows: Vec<&str> = contents.lines().filter(|row| row.contains("between")).collect();
    assert!(rows.iter().all(|row| row.starts_with('[') && row.ends_with('.')), "{contents}");
    alice.press("\x7f\x7f\x7f!\r");
    bob.hears("반쯤 쓴 half !");
    alice.until("an empty row", |terminal| last_row(terminal) == ("lobby alice ›".into(), 14));
    // What was said before comes back, and goes by Ctrl-U.
    alice.press("\x1b[A");
    alice.until("the line before", |terminal| last_row(terminal).0.ends_with("› 반쯤 쓴 half !"));
    alice.press("\x15\x04");
    assert_eq!(alice.leaves(), 0);
}

#[test]
fn a_line_that_is_refused_stays_in_the_row() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = start(&daemon.address, &[]);
    alice.sees("lobby alice ›");
    alice.press("/nonsense\r");
    alice.sees("there is no /nonsense");
    alice.until("the line again", |terminal| last_row(terminal).0 == "lobby alice › /nonsense");
    // Ctrl-C clears it, and the second one on an empty row leaves.
    alice.press("\x03\x03");
    alice.sees("press Ctrl-C again to leave");
    alice.press("\x03");
    assert_eq!(alice.leaves(), 3);
}

#[test]
fn tab_completes_commands_names_and_rooms() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut bob = Plain::start(&daemon.address, "bob-the-builder");
    let mut alice = start(&daemon.address, &[]);
    alice.sees("lobby alice ›");
    bob.say("hello");
    alice.sees("bob-the-builder: hello");
    let completes = |alice: &mut Person, keys: &str, row: &str| {
        alice.press(keys);
        alice.until(row, |terminal| last_row(terminal).0 == format!("lobby alice › {row}"));
        alice.press("\x15");
        alice.until("an empty row", |terminal| last_row(terminal).0 == "lobby alice ›");
    };
    completes(&mut alice, "bo\t", "bob-the-builder:");
    completes(&mut alice, "/sea\t", "/search");
    completes(&mut alice, "/검\t", "/검색");
    completes(&mut alice, "/msg @bo\t", "/msg @bob-the-builder");
    completes(&mut alice, "/q\t\t", "/quiet");
    completes(&mut alice, "/q\t\x1b[Z", "/quiet");
    bob.say("/join kitchen");
    bob.say("in here");
    bob.hears("kitchen bob-the-builder: in here");
    // The first Tab asks which rooms there are.
    alice.press("/join \t");
    alice.press("\x15");
    alice.press("/rooms\r");
    alice.sees("kitchen");
    completes(&mut alice, "/join ki\t", "/join kitchen");
}

#[test]
fn a_failed_connection_is_told_once() {
    for (lang, once, ends) in [
        ("en", "Cannot reach", "chinwag: no connection in time"),
        ("ko", "접속할 수 없습니다", "chinwag: 제때 접속하지"),
    ] {
        let alice = Person::with(&["--plain", "127.0.0.1:1", "--wait", "1", "--lang", lang]);
        alice.sees(ends);
        let contents = alice.seen.terminal.lock().unwrap().parser.screen().contents();
        assert_eq!(contents.matches(once).count(), 1, "{contents}");
        assert_eq!(alice.leaves(), 4);
    }
}

#[test]
fn bytes_that_are_no_character_are_told_once() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = start(&daemon.address, &[]);
    alice.sees("lobby alice ›");
    alice.keyboard.write_all(b"caf\xe9 au\xe9 lait").unwrap();
    alice.sees("-- Your terminal sent bytes that are not UTF-8");
    alice.until("the rest", |terminal| last_row(terminal).0 == "lobby alice › caf au lait");
    assert_eq!(alice.seen.terminal.lock().unwrap().parser.screen().contents().matches("UTF-8;").count(), 1);
}

#[test]
fn the_terminal_is_given_back_at_any_end() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    for (what, status) in [("/quit", 0), ("-TERM", 0), ("-USR1", 101)] {
        // The panic is asked for by a signal that only debug builds listen to.
        if what == "-USR1" && !cfg!(debug_assertions) {
            continue;
        }
        let mut alice = start(&daemon.address, &[]);
        alice.sees("alice ›");
        alice.press("half a thought");
        alice.sees("half a thought");
        if what == "/quit" {
            alice.press("\x15/quit\r");
        } else {
            alice.kill(what);
        }
        assert_eq!(alice.leaves(), status, "{what}");
    }
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_the_row_is_there_again_afterwards() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut alice = start(&daemon.address, &[]);
    alice.sees("lobby alice ›");
    alice.press("half");
    alice.sees("› half");
    alice.press("\x1a");
    alice.until("cooked mode", |terminal| !terminal.parser.screen().bracketed_paste());
    alice.is_stopped();
    alice.kill("-CONT");
    alice.until("our row", |terminal| terminal.parser.screen().bracketed_paste());
    alice.press(" a thought");
    alice.until("all of it", |terminal| last_row(terminal).0 == "lobby alice › half a thought");
    alice.press("\x15\x04");
    assert_eq!(alice.leaves(), 0);
}

#[test]
fn a_locale_that_is_not_utf8_gets_one_sentence_and_ascii() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut bob = Plain::start(&daemon.address, "민수");
    for locale in ["C", "ko_KR.eucKR"] {
        let mut alice = Person::in_locale(locale, &["--plain", &daemon.address]);
        alice.sees("This locale is not UTF-8");
        alice.sees("is connected");
        bob.say("한글 and ascii…");
        alice.sees("lobby ??: ?? and ascii...");
        let contents = alice.seen.terminal.lock().unwrap().parser.screen().contents();
        assert!(contents.is_ascii(), "{contents}");
        assert_eq!(contents.matches("not UTF-8").count(), 1);
        alice.press("\x04");
        assert_eq!(alice.leaves(), 0);
    }
}
