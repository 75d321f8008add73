//! The log file of a client, for finding faults: only with `--log`. Never the terminal, which the screen is on.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use jiff::tz::TimeZone;
use shared::Millis;

use crate::local_time::local_time;

/// A file of lines; without one, lines go nowhere.
#[derive(Debug, Default)]
pub struct Log(Option<File>);

impl Log {
    /// Opens the log to append to it.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        if let Some(dir) = path.and_then(Path::parent) {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        let open = |path| OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        path.map(open).transpose().map(Self)
    }

    /// Writes a line. A full disk is no reason to stop chatting.
    pub fn line(&mut self, at: Millis, line: &str) {
        if let Some(file) = &mut self.0 {
            let stamp = local_time(at, &TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ");
            writeln!(file, "{stamp} {line}").ok();
        }
    }
}
