//! The log file of a client, for finding faults: only with `--log`. Never the terminal, which the screen is on.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use jiff::tz::TimeZone;
use shared::Millis;

use crate::local_time::local_time;

/// A file of lines, each with its time and the server it is about; without a file, lines go nowhere.
#[derive(Debug, Default)]
pub struct Log {
    file: Option<File>,
    server: String,
}

impl Log {
    /// Opens the log to append to it.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        if let Some(dir) = path.and_then(Path::parent) {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        let open = |path| OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        Ok(Self { file: path.map(open).transpose()?, server: String::new() })
    }

    /// The log of the client of this server.
    #[must_use]
    pub fn of_server(self, server: String) -> Self {
        Self { server, ..self }
    }

    /// Writes a line. A full disk is no reason to stop chatting.
    pub fn line(&mut self, at: Millis, line: &str) {
        if let Some(file) = &mut self.file {
            let stamp = local_time(at, &TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ");
            writeln!(file, "{stamp} {}: {line}", self.server).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn lines_of_several_servers_say_of_which_each_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chinwag.log");
        for server in ["a.example", "b.example:7000"] {
            Log::open(Some(&path)).unwrap().of_server(server.into()).line(0, "connection lost");
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            "1970-01-01T00:00:00Z a.example: connection lost\n1970-01-01T00:00:00Z b.example:7000: connection lost\n"
        );
    }
}
