//! `chinwagd ctl`, the real program against the real server: what it prints and how it ends.

mod backups;
mod compact;
mod person;
mod retention;
mod running;
mod silence;
mod store;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;

use serde_json::Value;

use crate::client::LIMIT;

/// `chinwagd ctl` with these words, for the server with this state directory.
pub(crate) fn command(dir: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwagd"));
    command.arg("ctl").args(words).arg("--state-dir").arg(dir).stdin(Stdio::null());
    for name in ["STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CHINWAGD_SOCKET", "CHINWAGD_STATE_DIR"] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end: its status, what it printed, and what it complained about.
pub(crate) fn ctl(dir: &Path, words: &[&str]) -> (i32, String, String) {
    said(command(dir, words).output().unwrap())
}

fn said(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().expect("it was killed"), text(output.stdout), text(output.stderr))
}

/// What it printed; it must have been content.
#[track_caller]
pub(crate) fn fine(dir: &Path, words: &[&str]) -> String {
    let (status, printed, complaint) = ctl(dir, words);
    assert_eq!((status, complaint.as_str()), (0, ""), "ctl {words:?}: {printed}");
    printed
}

/// Its answer in JSON.
#[track_caller]
pub(crate) fn json(dir: &Path, words: &[&str]) -> Value {
    let printed = fine(dir, &[words, &["--json"]].concat());
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

/// It must end with this status, and complain with these words in it; in JSON as well.
#[track_caller]
pub(crate) fn fails(dir: &Path, words: &[&str], status: i32, complaints: &[&str]) {
    let (ended, printed, complaint) = ctl(dir, words);
    assert_eq!((ended, printed.as_str()), (status, ""), "ctl {words:?}: {complaint}");
    for word in complaints {
        assert!(complaint.contains(word), "ctl {words:?} says nothing of {word}: {complaint}");
    }
    if status != 2 {
        let (ended, printed, _) = ctl(dir, &[words, &["--json"]].concat());
        let error: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!((ended, &error["type"]), (status, &Value::from("error")), "{printed}");
    }
}

/// A program that goes on printing.
pub(crate) struct Following {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Following {
    pub(crate) fn start(dir: &Path, words: &[&str]) -> Self {
        let mut child = command(dir, words).stdout(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            stdout.lines().all(|line| line.is_ok_and(|line| sender.send(line).is_ok()))
        });
        Self { child, lines }
    }

    /// The next line.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(LIMIT).expect("nothing more was printed")
    }

    /// The next line, without its time.
    #[track_caller]
    pub(crate) fn words(&self) -> String {
        let line = self.line();
        line.split_once("Z ").unwrap_or_else(|| panic!("no time in {line}")).1.to_owned()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
