//! Opens a link by a program of the person's desktop: `$BROWSER`, else `open` (macOS) or `xdg-open`. Never by a shell, and the link is
//! one word. There is none over ssh, or where no desktop is: what it opens would appear on another screen, or nowhere.

use std::env;
use std::io;
use std::process::{Command, Stdio};
use std::thread;

use tokio::sync::mpsc;

use crate::terminal::{Opener, TerminalEvent};

/// A program that opens links.
pub(super) struct Browser {
    /// The program and its first arguments.
    words: Vec<String>,
    sink: mpsc::Sender<TerminalEvent>,
}

impl Browser {
    /// The program of this environment, if there is one.
    pub(super) fn of_environment(sink: mpsc::Sender<TerminalEvent>) -> Option<Self> {
        let var = |name: &str| env::var(name).unwrap_or_default();
        program(&var).map(|words| Self { words, sink })
    }
}

/// The words of the program to open links with.
fn program(var: &impl Fn(&str) -> String) -> Option<Vec<String>> {
    let is_set = |name: &str| !var(name).is_empty();
    if is_set("SSH_CONNECTION") || is_set("SSH_TTY") {
        return None;
    }
    // A list of programs, of which the first is taken.
    let browser = var("BROWSER");
    let words: Vec<String> =
        browser.split(':').next().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    if !words.is_empty() {
        return Some(words);
    }
    if cfg!(target_os = "macos") {
        return Some(vec!["open".into()]);
    }
    (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")).then(|| vec!["xdg-open".into()])
}

impl Opener for Browser {
    fn open(&mut self, address: String) {
        let (words, sink) = (self.words.clone(), self.sink.clone());
        let failed = TerminalEvent::Opened(Err(String::new()));
        let run = move || {
            let opened = open(&words, &address).map_err(|error| error.to_string());
            // Without a shell nobody waits for it.
            sink.blocking_send(TerminalEvent::Opened(opened)).ok();
        };
        if thread::Builder::new().name("opener".into()).spawn(run).is_err() {
            self.sink.try_send(failed).ok();
        }
    }
}

/// Runs the program. One that goes on by itself, as a browser does, is not waited for longer than it takes to see it start.
fn open(words: &[String], address: &str) -> io::Result<()> {
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::NotFound)?;
    let mut child = Command::new(program)
        .args(arguments.iter().map(|word| word.replace("%s", address)))
        .args((!arguments.iter().any(|word| word.contains("%s"))).then_some(address))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program}: {status}"))) }
}

#[cfg(test)]
mod tests {
    use super::{open, program};

    fn found(set: &[(&str, &str)]) -> Option<String> {
        let var = |name: &str| {
            set.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
                .unwrap_or_default()
        };
        program(&var).map(|words| words.join(" "))
    }

    #[test]
    fn links_are_opened_where_the_person_sits() {
        assert_eq!(found(&[("BROWSER", "firefox --new-tab:w3m")]).as_deref(), Some("firefox --new-tab"));
        assert_eq!(found(&[("BROWSER", "firefox"), ("SSH_CONNECTION", "a")]), None);
        if cfg!(target_os = "linux") {
            assert_eq!(found(&[("DISPLAY", ":0")]).as_deref(), Some("xdg-open"));
            assert_eq!(found(&[]), None);
        }
    }

    #[test]
    fn the_address_is_one_word_and_no_shell_reads_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("opened");
        // What a shell would run stays text: the address is the argument of the program.
        let words = ["touch", "--", file.to_str().unwrap()].map(str::to_owned);
        let address = directory.path().join("a;b $(c)").to_str().unwrap().to_owned();
        open(&words, &address).unwrap();
        assert!(file.exists() && std::path::Path::new(&address).exists());
        assert!(open(&["false".to_owned()], "x").is_err());
        assert!(open(&["/no/such/program".to_owned()], "x").is_err());
    }
}
