//! A copy of a store while it is written to: as it was at one moment, in one file.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::{schema, writer};

/// How long to wait before a file that is busy is tried again.
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// Copies a store into a file that is there and empty.
///
/// # Errors
/// When either cannot be read or written.
pub(crate) fn copy(source: &Connection, to: &Path) -> rusqlite::Result<()> {
    let mut target = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    {
        let copy = Backup::new(source, &mut target)?;
        // A checkpoint, mostly, may hold an exclusive lock for a moment.
        while copy.step(-1)? != StepResult::Done {
            std::thread::sleep(BUSY_PAUSE);
        }
    }
    // One file, without a write-ahead log beside it.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    // As in a store that was stopped: of what is damaged later it is known what was there. What is damaged now the check tells.
    if schema::version(&target)? == schema::newest_version() {
        writer::fill_lookups(&mut target).ok();
    }
    Ok(())
}
