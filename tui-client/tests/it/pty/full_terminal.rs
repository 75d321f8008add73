//! A terminal that takes nothing more, on both ways to it: opened once more, non-blocking, and by threads, where it is not
//! the terminal the process is controlled by.

use std::fs::{File, read_dir, read_to_string};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::fs::OFlags;

use super::Person;
use crate::processes::{Daemon, Plain};

/// Starts a program in a session of its own, which has no terminal, and ends with it.
const WITHOUT_CONTROL: [&str; 2] = ["setsid", "--wait"];

/// The names of the threads of a process and of those it started.
fn threads(pid: &str) -> Vec<String> {
    let tasks = read_dir(format!("/proc/{pid}/task")).unwrap().map(|task| task.unwrap().path());
    let all = tasks.flat_map(|task| {
        let children = read_to_string(task.join("children")).unwrap();
        let name = read_to_string(task.join("comm")).unwrap();
        children.split_whitespace().flat_map(threads).chain([name.trim().to_owned()]).collect::<Vec<_>>()
    });
    all.collect()
}

impl Person {
    /// Whether the client reads and writes the terminal by threads.
    fn has_threads(&self) -> [bool; 2] {
        let threads = threads(&self.child.process_id().unwrap().to_string());
        ["input", "output"].map(|name| threads.iter().any(|thread| thread == name))
    }

    /// Stops reading what is written to the terminal, and fills what the terminal holds of it.
    fn fills_terminal(&self) {
        let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap();
        let name = self.master.tty_name().unwrap();
        let mut terminal = File::options().write(true).custom_flags(flags).open(name).unwrap();
        self.seen.terminal.lock().unwrap().is_stopped = true;
        // A terminal shows nothing of it; the one read that is under way ends with it.
        terminal.write_all(b"\0").unwrap();
        self.until("the last read", |terminal| terminal.is_unread);
        loop {
            match terminal.write(&[0; 1024]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Reads on.
    fn empties_terminal(&self) {
        self.seen.terminal.lock().unwrap().is_stopped = false;
        self.seen.news.notify_all();
    }
}

#[test]
fn a_terminal_that_is_full_holds_up_neither_the_keys_nor_the_network() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let mut bob = Plain::start(&daemon.address, "bob");
    for (by, has_threads, name) in [(&[][..], false, "alice"), (&WITHOUT_CONTROL, true, "anna")] {
        let program = [by, &[env!("CARGO_BIN_EXE_chinwag"), &daemon.address, "--name", name]].concat();
        let mut alice = Person::on("xterm-256color", tempfile::tempdir().unwrap(), &program);
        alice.sees(&format!("{name} is connected"));
        assert_eq!(alice.has_threads(), [has_threads; 2]);
        bob.say(&format!("ready for {name}"));
        alice.sees(&format!("ready for {name}"));
        alice.fills_terminal();
        for said in ["하나", "two", "three"] {
            alice.press(&format!("{said}, {name}\r"));
            bob.hears(&format!("{said}, {name}"));
            bob.say(&format!("{said} heard of {name}"));
        }
        alice.press("half a thought");
        alice.empties_terminal();
        // The newest picture comes, whatever was drawn in between.
        alice.sees(&format!("three heard of {name}"));
        alice.sees("half a thought");
        alice.press("\x03/quit\r");
        assert_eq!(alice.leaves(), 0);
    }
}
