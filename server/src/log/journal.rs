//! systemd's journal, by its native protocol (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL>): an entry is a datagram of fields.
//!
//! Not the crate tracing-journald: it takes fields past whoever would leave an address out, its messages show no field
//! to whoever reads them with journalctl, and its socket cannot be another one in a test.

use std::io::Result;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use super::record::{Record, plain, priority};

/// Where the journal listens.
pub(super) const SOCKET: &str = "/run/systemd/journal/socket";

/// What the server is called in it.
const PROGRAM: &str = "chinwagd";
/// What our fields begin with.
const PREFIX: &str = "CHINWAGD_";

/// The journal.
#[derive(Debug)]
pub(super) struct Journal {
    socket: UnixDatagram,
    path: PathBuf,
    /// What the program is called in it.
    program: &'static str,
}

impl Journal {
    /// The journal that listens here, or why none does.
    pub(super) fn open(path: &Path) -> Result<Self> {
        UnixDatagram::unbound()?.connect(path)?;
        // Not connected: a journal that starts again may have another socket of the same name.
        Ok(Self { socket: UnixDatagram::unbound()?, path: path.to_owned(), program: PROGRAM })
    }

    /// The same for a program of another name.
    pub(super) fn of_program(self, program: &'static str) -> Self {
        Self { program, ..self }
    }

    /// Hands a line over. It waits for a journal that is behind, as the system's own library does. Our lines are much
    /// shorter than the most a datagram takes; one that is not, is an error.
    pub(super) fn send(&self, record: &Record) -> Result<()> {
        self.socket.send_to(&entry(self.program, record), &self.path).map(drop)
    }
}

/// The message is the whole line, as it is read everywhere else; the fields are there to search by.
fn entry(program: &str, record: &Record) -> Vec<u8> {
    let mut entry = Vec::new();
    put(&mut entry, "MESSAGE", &record.words());
    put(&mut entry, "PRIORITY", &priority(record.level).to_string());
    put(&mut entry, "SYSLOG_IDENTIFIER", program);
    for (name, value) in &record.fields {
        let name = PREFIX.to_owned() + &name.to_ascii_uppercase().replace(['.', '-'], "_");
        put(&mut entry, &name, &plain(value));
    }
    entry
}

/// A field in the form that takes any value: its length in front.
fn put(entry: &mut Vec<u8>, name: &str, value: &str) {
    let length = u64::try_from(value.len()).unwrap_or(u64::MAX);
    entry.extend_from_slice(name.as_bytes());
    entry.push(b'\n');
    entry.extend_from_slice(&length.to_le_bytes());
    entry.extend_from_slice(value.as_bytes());
    entry.push(b'\n');
}
