//! The log file, for finding faults: only with `--log`. It must never write to the screen.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use shared::Millis;

use crate::app::timeline::Local;

/// A file of lines; without one, lines go nowhere.
#[derive(Debug, Default)]
pub(crate) struct Log(Option<File>);

impl Log {
    /// Opens the log to append to it.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Self> {
        if let Some(dir) = path.and_then(Path::parent) {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        let open = |path| OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        path.map(open).transpose().map(Self)
    }

    /// Writes a line. A full disk is no reason to stop chatting.
    pub(crate) fn line(&mut self, at: Millis, line: &str) {
        if let Some(file) = &mut self.0 {
            let local = Local::new(at, 0);
            let date = local.date();
            let (hour, minute, second) = (local.hour, local.minute, at.div_euclid(1000).rem_euclid(60));
            let stamp = format!(
                "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
                date.year, date.month, date.day
            );
            writeln!(file, "{stamp} {line}").ok();
        }
    }
}
