//! `restore`: puts a backup in the place of the message store of a server that is stopped. The store that was there is moved
//! aside, and the state directory is locked meanwhile, so that no server starts on half of it.

use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use super::backup::{PartialFile, check_or_leave_index_out};
use super::output::Output;
use super::server_location::ServerLocation;
use super::verify::check_finished;
use crate::state_dir::{self, LOCK_FILE};
use crate::store::beside;
use crate::store::schema::FILE;
use crate::store::search_index;

/// What to put back.
#[derive(Clone, Debug, Args)]
pub struct Restore {
    /// A file made by `backup`
    pub file: PathBuf,
}

impl Restore {
    pub(super) fn run(&self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let dir = location.state_dir()?;
        check_finished(&self.file)?;
        state_dir::make(&dir)?;
        // Held to the end, so that no server starts meanwhile.
        let lock = state_dir::lock(&dir).context("the server must be stopped first")?;
        let store = dir.join(FILE);
        let mut partial = PartialFile::beside(&store)?;
        let read = || -> std::io::Result<u64> {
            std::io::copy(
                &mut File::open(&self.file)?,
                &mut File::options().write(true).open(partial.path())?,
            )
        };
        read().with_context(|| format!("cannot copy {}", self.file.display()))?;
        let checked = check_or_leave_index_out(&mut partial, &store);
        let (summary, is_index_left_out) = checked.with_context(|| self.file.display().to_string())?;
        give_to_owner_of(&dir, &[partial.path(), &dir.join(LOCK_FILE)])?;
        let aside = if store.exists() {
            let moved = beside::move_aside(&store, "replaced");
            Some(moved.with_context(|| format!("cannot move {} aside", store.display()))?)
        } else {
            None
        };
        // It is of the store that was there; the server makes another one.
        let index = dir.join(search_index::FILE);
        search_index::remove(&index).with_context(|| format!("cannot remove {}", index.display()))?;
        let bytes = partial.keep_as(&store)?;
        drop(lock);
        if output.json {
            let aside = aside.map(|aside| aside.display().to_string());
            return output.object(&json!({
                "file": store.display().to_string(), "bytes": bytes, "seq": summary.seq, "version": summary.version,
                "aside": aside, "index_left_out": is_index_left_out,
            }));
        }
        if is_index_left_out {
            output.line(
                "the search index in the backup is damaged and was left out; the server makes it anew",
            )?;
        }
        if let Some(aside) = aside {
            output.line(&format!("the store that was there is now {}", aside.display()))?;
        }
        output.line(&format!("{}: {bytes} bytes, up to seq {}", store.display(), summary.seq))
    }
}

/// Files that root makes get the owner of the state directory, so that the server can open them.
pub(super) fn give_to_owner_of(dir: &Path, files: &[&Path]) -> Result<()> {
    let owner = std::fs::metadata(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    for file in files {
        let now = std::fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?;
        if (now.uid(), now.gid()) != (owner.uid(), owner.gid()) {
            let given = chown(file, Some(owner.uid()), Some(owner.gid()));
            given.with_context(|| format!("cannot give {} to the server's user", file.display()))?;
        }
    }
    Ok(())
}
