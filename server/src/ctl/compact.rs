//! `compact`: gives the space that is free inside the store's file back to the disk. In steps of a few milliseconds while people
//! chat; or, `--offline`, by writing the file anew, which a store from before version 5 needs once.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use rusqlite::Connection;
use serde_json::json;

use super::backup::check;
use super::output::Output;
use super::partial_file::PartialFile;
use super::restore::give_to_owner_of;
use super::server_location::ServerLocation;
use super::size::size;
use crate::state_dir::{self, LOCK_FILE};
use crate::store::{beside, compaction, schema};

/// What must be left on the disk when the file is written anew, in bytes.
const LEFT: u64 = 64 * 1024 * 1024;

/// How.
#[derive(Clone, Copy, Debug, Args)]
pub struct Compact {
    /// Write the whole file anew; the server must be stopped, and the disk must have room for what is in use of the file
    #[arg(long)]
    pub offline: bool,
}

impl Compact {
    pub(super) fn run(self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let store = location.store()?;
        let (before, filled) =
            if self.offline { anew(&store, compaction::fill_checksums)? } else { (in_steps(&store)?, 0) };
        let after = std::fs::metadata(&store).with_context(|| store.display().to_string())?.len();
        let given_back = before.saturating_sub(after);
        if output.json {
            return output.object(&json!({"given_back": given_back, "bytes": after, "checksums": filled}));
        }
        if filled > 0 {
            output.line(&format!("{filled} events have a checksum now"))?;
        }
        let what = if given_back == 0 {
            "nothing was free".to_owned()
        } else {
            format!("{} given back", size(given_back))
        };
        output.line(&format!("{what}; the store has {}", size(after)))
    }
}

/// The size before, in bytes.
fn in_steps(store: &Path) -> Result<u64> {
    let cannot_read = || format!("cannot read {}", store.display());
    let db = schema::open_reader(store).with_context(cannot_read)?;
    if !compaction::goes_in_steps(&db).with_context(cannot_read)? {
        bail!(
            "this store was made by a chinwagd that could not do that: stop the server, `chinwagd ctl compact --offline`, start \
             it again; once"
        );
    }
    let (free, all) = compaction::free_bytes(&db).with_context(cannot_read)?;
    drop(db);
    let is_shown = std::io::stderr().is_terminal();
    let mut shown = 0;
    compaction::give_back(store, |left| {
        let percent = free.saturating_sub(left).saturating_mul(100).checked_div(free).unwrap_or(100);
        if is_shown && percent > shown {
            shown = percent;
            // Progress only: whether the terminal takes it does not matter.
            write!(std::io::stderr(), "\r{percent} % of {}", size(free)).ok();
        }
        anyhow::Ok(())
    })
    .with_context(|| format!("cannot make {} smaller", store.display()))?;
    if shown > 0 {
        writeln!(std::io::stderr()).ok();
    }
    Ok(all)
}

/// Writes the store anew, without its free pages and what was in them, after a change; the size before, in bytes, and what the change
/// returns.
pub(super) fn anew<T>(store: &Path, change: impl FnOnce(&mut Connection) -> Result<T>) -> Result<(u64, T)> {
    let dir = store.parent().unwrap_or(Path::new("."));
    // Held to the end, so that no server starts meanwhile.
    let _lock = state_dir::lock(dir).context("the server must be stopped first")?;
    let db = schema::open_reader(store).with_context(|| format!("cannot read {}", store.display()))?;
    let (unused, all) = compaction::free_bytes(&db)?;
    drop(db);
    let needed = all.saturating_sub(unused).saturating_add(LEFT);
    if let Some(free) = beside::free_bytes(dir).filter(|free| *free < needed) {
        bail!(
            "the disk has {} left, and writing the store anew takes {}; copies in {} that are not needed any more (chinwag.db.*) \
             can be deleted",
            size(free),
            size(needed),
            dir.display()
        );
    }
    let partial = PartialFile::beside(store)?;
    let changed = compaction::write_anew(store, partial.path(), change)
        .with_context(|| format!("cannot write {} anew", store.display()))?;
    check(partial.path())?;
    give_to_owner_of(dir, &[partial.path(), &dir.join(LOCK_FILE)])?;
    // What the last connection left of these is empty, and belongs to the file that goes.
    for part in ["-wal", "-shm"] {
        std::fs::remove_file(beside::with_suffix(store, part)).ok();
    }
    partial.keep_as(store)?;
    Ok((all, changed))
}
