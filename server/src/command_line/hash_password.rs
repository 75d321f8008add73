//! `chinwagd hash-password`: prints what to write into a password file. The password comes from standard input, on a
//! terminal without echo, and never from the command line, where other users of the machine could read it.

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _, stderr, stdin, stdout};
use std::os::fd::AsFd as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::password;

/// The most bytes of a password; a greeting has little more room.
const MOST: u64 = 1024;

/// Asks for a password, twice on a terminal, and prints its hash.
pub fn run() -> Result<ExitCode> {
    let password = if stdin().is_terminal() { ask()? } else { read()? };
    let hash = password::hash(&password)?;
    writeln!(stdout(), "{hash}").context("cannot write to standard output")?;
    Ok(ExitCode::SUCCESS)
}

fn read() -> Result<String> {
    let mut text = String::new();
    stdin().take(MOST + 3).read_to_string(&mut text).context("cannot read the password; it must be UTF-8")?;
    check(text.trim_end_matches(['\r', '\n']))
}

fn check(password: &str) -> Result<String> {
    if password.is_empty() {
        bail!("no password was given; write it to standard input");
    }
    if password.contains(['\r', '\n']) {
        bail!("a password is one line; remove the others");
    }
    if password.len() as u64 > MOST {
        bail!("a password has at most {MOST} bytes; shorten it");
    }
    Ok(password.to_owned())
}

fn ask() -> Result<String> {
    let quiet = Quiet::begin()?;
    let (first, second) = (line("Password: ")?, line("Once more: ")?);
    drop(quiet);
    if first != second {
        bail!("the two are not the same; try again");
    }
    check(&first)
}

fn line(prompt: &str) -> Result<String> {
    write!(stderr(), "{prompt}").and_then(|()| stderr().flush()).context("cannot write to the terminal")?;
    let mut line = String::new();
    stdin().lock().read_line(&mut line).context("cannot read the password")?;
    // The line end that was typed is not shown either.
    writeln!(stderr()).context("cannot write to the terminal")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal without echo, until dropped.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> Result<Self> {
        let before = tcgetattr(stdin().as_fd()).context("cannot ask the terminal for its settings")?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin().as_fd(), OptionalActions::Flush, &quiet).context("cannot turn the echo off")?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // What cannot be put back now could not be put back later.
        tcsetattr(stdin().as_fd(), OptionalActions::Flush, &self.0).ok();
    }
}
