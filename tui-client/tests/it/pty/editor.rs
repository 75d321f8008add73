//! The person's own editor has the terminal, and gives it back whatever becomes of it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use super::Person;
use crate::processes::{Daemon, Plain};

/// Alice, whose editor is this script, and the home she has it in. Its first argument is the file.
struct Desk {
    home: Arc<tempfile::TempDir>,
    address: String,
}

impl Desk {
    fn with(address: &str, script: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("an editor");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::create_dir(home.path().join("run")).unwrap();
        Self { home: Arc::new(home), address: address.to_owned() }
    }

    fn alice(&self) -> Person {
        let visual = format!("VISUAL='{}' --wait", self.home.path().join("an editor").display());
        self.alice_with(&visual)
    }

    fn alice_with(&self, visual: &str) -> Person {
        let runtime = format!("XDG_RUNTIME_DIR={}", self.runtime().display());
        let client = [env!("CARGO_BIN_EXE_chinwag"), &self.address, "--name", "alice"];
        let program = [&["env", visual, &runtime], &client[..]].concat();
        let alice = Person::on("xterm-256color", self.home.clone(), &program);
        alice.sees("alice ›");
        alice
    }

    fn runtime(&self) -> std::path::PathBuf {
        self.home.path().join("run")
    }

    /// Whether nothing of a text is left.
    fn is_clean(&self) -> bool {
        is_empty(&self.runtime())
    }
}

fn is_empty(directory: &Path) -> bool {
    std::fs::read_dir(directory).unwrap().next().is_none()
}

impl Person {
    #[track_caller]
    fn has_draft(&self, draft: &str) {
        self.until(draft, |terminal| {
            terminal.parser.screen().alternate_screen()
                && terminal.input() == format!("alice › {draft}").trim()
        });
    }

    #[track_caller]
    fn is_in_editor(&self, text: &str) {
        self.until(text, |terminal| {
            let screen = terminal.parser.screen();
            !screen.alternate_screen() && screen.contents().contains(text)
        });
    }
}

#[test]
fn the_editor_has_the_terminal_to_itself_and_the_chat_goes_on() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    // In the mode of a Unix shell's terminal, Ctrl-C is a signal to it and to us.
    let script = "trap 'echo CAUGHT' INT; echo \"EDITING $1 $(cat \"$2\")\"
        until read line; do :; done; printf '%s\\n둘째 줄\\n' \"$line\" >\"$2\"";
    let desk = Desk::with(&daemon.address, script);
    let mut alice = desk.alice();
    let mut bob = Plain::start(&daemon.address, "bob");
    alice.press("half a thought");
    alice.has_draft("half a thought");
    alice.press("\x1be");
    alice.is_in_editor("EDITING --wait half a thought");
    assert!(!desk.is_clean());
    for n in 0..50 {
        bob.say(&format!("meanwhile {n}"));
    }
    bob.hears("meanwhile 49");
    alice.press("\x03");
    alice.is_in_editor("CAUGHT");
    alice.until("nothing of the chat", |terminal| !terminal.parser.screen().contents().contains("meanwhile"));
    alice.press("whole\r");
    alice.sees("meanwhile 49");
    alice.until("both lines", |terminal| {
        let screen = terminal.parser.screen().contents();
        screen.contains("alice › whole") && screen.contains("둘째 줄")
    });
    assert!(desk.is_clean(), "the file is gone");
    alice.press("\r");
    assert!(bob.hears("whole").ends_with("alice: whole"));
    assert!(bob.hears("둘째").ends_with("둘째 줄"), "the end of the last line is no line");

    // What is typed behind the command is what the editor begins with, and by the keys of readline.
    alice.press("/editor more\r");
    alice.is_in_editor("EDITING --wait more");
    alice.press("more words\r");
    alice.sees("alice › more words");
    alice.press("\x03\x18\x05");
    alice.is_in_editor("EDITING --wait");
    alice.press("\r");
    alice.sees("둘째 줄");
    alice.press("\x03/quit\r");
    assert_eq!(alice.leaves(), 0);
}

#[test]
fn an_editor_that_fails_or_is_not_there_leaves_the_draft() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let desk = Desk::with(&daemon.address, "echo lost >\"$2\"; exit 3");
    let mut alice = desk.alice();
    alice.press("half a thought\x1be");
    alice.sees("the draft is as it was");
    alice.has_draft("half a thought");
    assert!(desk.is_clean());
    alice.press("\x03/quit\r");
    assert_eq!(alice.leaves(), 0);

    let mut alice = desk.alice_with("VISUAL=/no/such/editor");
    alice.press("half a thought\x1be");
    alice.sees("/no/such/editor does not start");
    alice.has_draft("half a thought");
    assert!(desk.is_clean());
    alice.press("\x03/quit\r");
    assert_eq!(alice.leaves(), 0);
}

#[test]
fn who_is_ended_while_an_editor_runs_keeps_what_it_had_saved() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    // A raw terminal on the alternate screen is left behind, as by an editor that is killed.
    let script = "printf '\\033[?1049h\\033[?1h'; stty raw -echo; echo 'saved by then' >\"$2\"; echo EDITING; read line";
    let desk = Desk::with(&daemon.address, script);
    let mut alice = desk.alice();
    alice.press("\x1be");
    alice.sees("EDITING");
    alice.kill("-TERM");
    assert_eq!(alice.leaves(), 0);
    assert!(desk.is_clean());
    let mut again = desk.alice();
    again.has_draft("saved by then");
    again.press("\x03/quit\r");
    assert_eq!(again.leaves(), 0);
}

#[test]
fn an_editor_that_stops_stops_us_too() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let desk = Desk::with(
        &daemon.address,
        "echo EDITING; kill -STOP $$; echo CONTINUED; read line; echo $line >\"$2\"",
    );
    let mut alice = desk.alice();
    alice.press("\x1be");
    alice.is_in_editor("EDITING");
    alice.is_stopped();
    // As the Unix shell's `fg` does.
    alice.kill_group("-CONT");
    alice.is_in_editor("CONTINUED");
    alice.press("written\r");
    alice.has_draft("written");
    alice.press("\x03/quit\r");
    assert_eq!(alice.leaves(), 0);
}
