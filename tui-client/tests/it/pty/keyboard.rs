//! What comes from a terminal in ways no test of the parser sees: in pieces, unfinished, or not at all any more.

use std::path::Path;
use std::time::Duration;

use super::Person;
use crate::processes::{Daemon, PATIENCE, Plain};

/// A server, alice with these arguments, and bob who reads what she says.
fn alice_and_bob(args: &[&str]) -> (Daemon, tempfile::TempDir, Person, Plain) {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let alice = Person::with(&[&[daemon.address.as_str(), "--name", "alice"], args].concat());
    alice.sees("alice is connected");
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.say("ready");
    alice.sees("ready");
    (daemon, state, alice, bob)
}

/// Somebody who certainly hears what is said from now on.
fn listening(daemon: &Daemon) -> Plain {
    let mut bob = Plain::start(&daemon.address, "bob");
    bob.say("listening");
    bob.hears("listening");
    bob
}

impl Person {
    #[track_caller]
    fn drafts(&self, draft: &str) {
        self.until(draft, |terminal| terminal.input() == draft);
    }
}

#[test]
fn a_key_that_comes_in_pieces_is_that_key() {
    // So long that a machine that is busy does not make the pieces two keys.
    let (_daemon, _state, mut alice, bob) = alice_and_bob(&["--escape-wait", "5000"]);
    alice.press("abc");
    alice.drafts("alice › abc");
    alice.press("\x1b");
    alice.press("\r");
    alice.press("def");
    alice.sees("def");
    for piece in ["\x1b", "[", "1;", "5", "D", "x"] {
        alice.press(piece);
    }
    alice.sees("xdef");
    alice.press("\r");
    // One message of two lines: the name stands before the first.
    assert!(bob.hears("abc").contains("alice: abc"));
    let second = bob.hears("xdef");
    assert!(!second.contains("alice"), "{second}");
}

#[test]
fn a_paste_without_an_end_gives_the_keys_back_and_its_late_rest_is_not_sent() {
    let (_daemon, _state, mut alice, mut bob) = alice_and_bob(&[]);
    alice.press("\x1b[200~hello");
    alice.drafts("alice › hello");
    alice.press("\x7f");
    alice.drafts("alice › hell");
    alice.press(" and\rlate\r\x1b[201~");
    alice.sees("late");
    bob.say("anything yet?");
    alice.sees("anything yet?");
    alice.press("\r");
    assert!(bob.hears("hell").ends_with("alice: hell and"));
    let second = bob.hears("late");
    assert!(!second.contains("alice"), "{second}");
}

#[test]
fn ctrl_c_ends_a_paste_whose_end_does_not_come() {
    let (_daemon, _state, mut alice, bob) = alice_and_bob(&[]);
    alice.press("\x1b[200~hello");
    alice.press("\x03");
    alice.drafts("alice › hello");
    alice.press("!");
    alice.drafts("alice › hello!");
    alice.press("\r");
    bob.hears("alice: hello!");
}

#[test]
fn several_lines_in_one_read_are_pasted_and_not_sent() {
    let (_daemon, _state, mut alice, mut bob) = alice_and_bob(&[]);
    alice.press("one\rtwo \x1b[31mred\x1b[0m\rthree\r");
    alice.sees("three");
    bob.say("anything yet?");
    alice.sees("anything yet?");
    alice.press("\r");
    assert!(bob.hears("one").ends_with("alice: one"));
    assert!(bob.hears("two").ends_with("      two red"));
    let third = bob.hears("three");
    assert!(!third.contains("alice"), "{third}");
}

#[test]
fn a_terminal_that_goes_away_without_a_signal_ends_the_client_and_keeps_the_draft() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let bob = listening(&daemon);
    let home = tempfile::tempdir().unwrap();
    let slots = home.path().join(".local/state/chinwag");
    // In a session of its own it gets no SIGHUP for this terminal, whose other end `script` holds until it is killed.
    let client = format!("setsid -w {} {} --name alice", env!("CARGO_BIN_EXE_chinwag"), daemon.address);
    let mut alice = Person::on("xterm-256color", home, &["script", "-q", "-c", &client, "/dev/null"]);
    alice.sees("alice is connected");
    alice.press("half a thought");
    alice.drafts("alice › half a thought");
    alice.kill("-KILL");
    bob.hears("alice left");
    let (step, mut waited) = (Duration::from_millis(5), Duration::ZERO);
    while !kept(&slots).contains("half a thought") {
        assert!(waited < PATIENCE, "the draft was not kept: {}", kept(&slots));
        std::thread::sleep(step);
        waited += step;
    }
}

/// Every profile below a directory.
fn kept(slots: &Path) -> String {
    let dirs = slots.read_dir().into_iter().flatten().flatten();
    dirs.filter_map(|dir| std::fs::read_to_string(dir.path().join("0.json")).ok()).collect()
}

#[test]
fn a_terminal_that_cannot_place_a_cursor_gets_lines() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let bob = listening(&daemon);
    for (lang, words) in [("en", "has no full screen"), ("ko", "전체 화면을 쓸 수 없어")] {
        let home = tempfile::tempdir().unwrap();
        let client = [env!("CARGO_BIN_EXE_chinwag"), &daemon.address, "--name", lang, "--lang", lang];
        let mut alice = Person::on("dumb", home, &client);
        alice.sees(words);
        alice.press(&format!("hello from {lang}\r"));
        bob.hears(&format!("{lang}: hello from {lang}"));
        let terminal = alice.seen.terminal.lock().unwrap();
        assert!(!terminal.parser.screen().alternate_screen());
    }
}

#[test]
fn answers_of_the_terminal_change_the_picture_and_never_the_draft() {
    let (_daemon, _state, mut alice, _bob) = alice_and_bob(&[]);
    alice.press("before");
    alice.until("lines", |terminal| terminal.row(1).starts_with('─'));
    for piece in ["\x1b]11;rgb:ffff/", "ffff/ffff\x1b\\", "\x1b[1;", "3R", " after"] {
        alice.press(piece);
    }
    alice.until("ASCII lines", |terminal| terminal.row(1).starts_with('-'));
    alice.drafts("alice › before after");
    let terminal = alice.seen.terminal.lock().unwrap();
    let contents = terminal.parser.screen().contents();
    let ambiguous = ['─', '│', '┬', '┴', '·', '…', '↑'];
    assert!(!contents.contains(ambiguous), "{contents}");
}

#[test]
fn a_locale_that_is_not_utf8_is_told_on_the_full_screen_too() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    for (lang, told) in [("en", "This locale is not UTF-8"), ("ko", "UTF-8 로캘이 아니어서")] {
        let alice = Person::in_locale("C", &[&daemon.address, "--name", lang, "--lang", lang]);
        alice.sees(told);
        alice.sees(&format!("{lang} ›"));
    }
    let alice = Person::start(&daemon.address, "alice");
    alice.sees("alice is connected");
    assert!(!alice.seen.terminal.lock().unwrap().parser.screen().contents().contains("locale"));
}

#[test]
fn wide_ambiguous_characters_are_an_option_too() {
    let (_daemon, _state, alice, _bob) = alice_and_bob(&["--ambiguous-width", "wide"]);
    alice.until("ASCII lines", |terminal| terminal.row(1).starts_with('-'));
}

#[test]
fn under_tmux_a_copied_text_goes_to_tmux() {
    use std::os::unix::fs::PermissionsExt as _;

    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    // A `tmux` that keeps what it is given, and one that refuses it.
    for (last, words) in [("cat > \"$0.buffer\"", "copied to tmux"), ("exit 1", "set-clipboard on")] {
        let bin = tempfile::tempdir().unwrap();
        let tmux = bin.path().join("tmux");
        let script = format!("#!/bin/sh\n[ \"$*\" = 'load-buffer -w -' ] || exit 2\n{last}\n");
        std::fs::write(&tmux, script).unwrap();
        std::fs::set_permissions(&tmux, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("PATH={}:/usr/bin:/bin", bin.path().display());
        let client = ["env", &path, "TMUX=/tmp/socket,1,0", env!("CARGO_BIN_EXE_chinwag"), &daemon.address];
        let mut alice = Person::on("tmux-256color", tempfile::tempdir().unwrap(), &client);
        alice.sees("is connected");
        alice.press("take this\r");
        alice.sees("take this");
        alice.press("\x1b[1;3A");
        alice.sees("y copy");
        alice.press("y");
        alice.sees(words);
        let buffer = std::fs::read_to_string(bin.path().join("tmux.buffer")).unwrap_or_default();
        assert_eq!(buffer, if last == "exit 1" { "" } else { "take this" });
    }
}
