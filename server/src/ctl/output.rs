//! What `chinwagd ctl` prints, as text or JSON, and the exit status. Control characters are replaced, so that what people
//! wrote cannot move the cursor of the operator's terminal.

use std::io::{BufWriter, ErrorKind, Stdout, Write};
use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;
use serde_json::json;

/// The exit status is 1 though the verb was carried out: `status` found something wrong, and has printed it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("something is wrong")]
pub struct Unwell;

/// Nobody answers at the socket.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoServer(pub String);

/// Somebody took the request and did not answer in time: whether it was carried out, or will be, is not known.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoAnswer(pub String);

/// The server said no.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", if .0.message.is_empty() { .0.code.as_str() } else { &.0.message })]
pub struct Refused(pub shared::Refusal);

/// The exit status for [`NoServer`] and [`NoAnswer`].
const NO_SERVER: u8 = 3;

/// Standard output.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<Stdout>,
    /// Whether programs read it.
    pub json: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { out: BufWriter::new(std::io::stdout()), json }
    }

    /// One line for people.
    pub(super) fn line(&mut self, text: &str) -> Result<()> {
        Ok(writeln!(self.out, "{}", printable(text))?)
    }

    /// The lines of a table.
    pub(super) fn table(&mut self, lines: &[String]) -> Result<()> {
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// What is known, a line each, by its name.
    pub(super) fn facts(&mut self, facts: &[(&str, String)]) -> Result<()> {
        let widest = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        facts.iter().try_for_each(|(name, fact)| self.line(format!("{name:widest$}  {fact}").trim_end()))
    }

    /// One JSON object on a line.
    pub(super) fn object(&mut self, object: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.out, object)?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// A line that is JSON already.
    pub(super) fn raw(&mut self, json: &str) -> Result<()> {
        Ok(writeln!(self.out, "{json}")?)
    }

    /// Flushes standard output.
    pub(super) fn finish(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }

    /// Prints what went wrong, if anything did, and returns the exit status.
    pub(super) fn conclude(mut self, done: Result<()>) -> ExitCode {
        let Err(error) = done else { return ExitCode::SUCCESS };
        if is_broken_pipe(&error) {
            // The reader of the pipe has ended, as `head` does.
            return ExitCode::SUCCESS;
        }
        if error.is::<Unwell>() {
            return ExitCode::FAILURE;
        }
        let (no_server, no_answer) = (error.is::<NoServer>(), error.is::<NoAnswer>());
        let message = printable(&format!("{error:#}"));
        if self.json {
            let code = match error.downcast_ref::<Refused>() {
                Some(Refused(refusal)) => refusal.code.as_str(),
                None if no_server => "no_server",
                None if no_answer => "timeout",
                None => "failed",
            };
            let object = json!({"type": "error", "code": code, "message": message});
            self.object(&object).and_then(|()| self.finish()).ok();
        }
        writeln!(std::io::stderr(), "chinwagd: {message}").ok();
        if no_server || no_answer { ExitCode::from(NO_SERVER) } else { ExitCode::FAILURE }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &std::io::Error| error.kind() == ErrorKind::BrokenPipe;
    error.downcast_ref::<std::io::Error>().is_some_and(broken)
        || error
            .downcast_ref::<serde_json::Error>()
            .is_some_and(|error| error.io_error_kind() == Some(ErrorKind::BrokenPipe))
}

/// Replaces control characters by `�`, line ends excepted.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || shared::text::is_safe(c) { c } else { '\u{fffd}' }).collect()
}
