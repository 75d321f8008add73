//! Where lines go: standard error, a file, or the journal. It is chosen once, at the start.

use std::fs::File;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::journal::{self, Journal};
use super::record::{Form, Record};
use crate::config::logging::Format;

/// Where lines go.
#[derive(Debug)]
pub(super) enum Output {
    Stderr(Form),
    File(Form, File),
    Journal(Journal),
}

impl Output {
    /// Where this format goes, and why it could not be the journal if it should have been.
    pub(super) fn of(format: Format) -> (Self, Option<std::io::Error>) {
        let (stream, identity) = (std::env::var("JOURNAL_STREAM").ok(), identity());
        Self::choose(format, is_journal(stream.as_deref(), identity), Path::new(journal::SOCKET))
    }

    /// The same for a program of another name than the server's.
    pub(super) fn of_program(self, program: &'static str) -> Self {
        match self {
            Self::Journal(journal) => Self::Journal(journal.of_program(program)),
            Self::Stderr(_) | Self::File(..) => self,
        }
    }

    pub(super) fn choose(format: Format, in_journal: bool, socket: &Path) -> (Self, Option<std::io::Error>) {
        let text = if in_journal { Form::Journal } else { Form::Text { colour: colour() } };
        let journal = || match Journal::open(socket) {
            Ok(journal) => (Self::Journal(journal), None),
            Err(error) => (Self::Stderr(text), Some(error)),
        };
        match format {
            Format::Auto if in_journal => journal(),
            Format::Journal => journal(),
            Format::Auto | Format::Text => (Self::Stderr(text), None),
            Format::Json => (Self::Stderr(Form::Json), None),
        }
    }

    /// Writes lines; waits until they are taken. What cannot be written is lost: there is nowhere else to say so.
    pub(super) fn write(&mut self, records: &[Record]) {
        match self {
            Self::Stderr(form) => to_stderr(records, *form),
            Self::File(form, file) => file.write_all(lines(records, *form).as_bytes()).unwrap_or_default(),
            Self::Journal(journal) => {
                for record in records {
                    if journal.send(record).is_err() {
                        to_stderr(std::slice::from_ref(record), Form::Journal);
                    }
                }
            }
        }
    }
}

fn to_stderr(records: &[Record], form: Form) {
    stderr().lock().write_all(lines(records, form).as_bytes()).ok();
}

fn lines(records: &[Record], form: Form) -> String {
    records.iter().map(|record| record.line(form)).collect()
}

/// The device and the inode of standard error.
fn identity() -> Option<(u64, u64)> {
    let file = File::from(stderr().as_fd().try_clone_to_owned().ok()?);
    let metadata = file.metadata().ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Whether standard error is what systemd connected to the journal (systemd.exec(5), `$JOURNAL_STREAM`): a program
/// whose standard error went elsewhere since then inherits the variable all the same.
pub(super) fn is_journal(stream: Option<&str>, identity: Option<(u64, u64)>) -> bool {
    let said = |(device, inode)| stream == Some(format!("{device}:{inode}").as_str());
    identity.is_some_and(said)
}

/// Whether somebody sees the log in colour, who does not want it otherwise (no-color.org).
pub(super) fn colour() -> bool {
    stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
