//! `restore`: puts a backup in the place of the message store of a server that is stopped. The store that was there is moved
//! aside, the contents of files that are beside the backup are put in place, and the state directory is locked meanwhile, so that no server starts on half of it.

use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use shared::FileProof;

use super::backup::check_or_leave_index_out;
use super::contents::{Present, copy_checked, folder_of, wanted};
use super::output::Output;
use super::partial_file::PartialFile;
use super::server_location::ServerLocation;
use super::verify::check_finished;
use crate::private_files::make_dir;
use crate::state_dir::{self, LOCK_FILE};
use crate::store::beside;
use crate::store::brought::Brought;
use crate::store::schema::FILE;
use crate::store::search_index;
use crate::transfers::folder::{FILES_DIR, Folder};

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
        // Before the store that refers to them.
        let files = restore_files(partial.path(), &folder_of(&self.file), &dir)?;
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
                "aside": aside, "index_left_out": is_index_left_out, "files": files.restored,
                "missing_files": files.missing,
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
        output.line(&format!("{}: {bytes} bytes, up to seq {}", store.display(), summary.seq))?;
        files.show(output)
    }
}

/// What became of the contents of files.
#[derive(Debug, Default)]
struct RestoredFiles {
    /// How many are there now.
    restored: u64,
    /// Those that are not, by their hash.
    missing: Vec<String>,
}

impl RestoredFiles {
    fn show(&self, output: &mut Output) -> Result<()> {
        if self.restored > 0 {
            output.line(&format!("{} files that messages bring are in place", self.restored))?;
        }
        let missing = |missing| output.line(&format!("missing or damaged in the backup: the file {missing}"));
        self.missing.iter().try_for_each(missing)
    }
}

/// Puts the contents in place that the messages of a store bring. One that is damaged is left out: what can be read is of more use.
fn restore_files(store: &Path, from: &Folder, dir: &Path) -> Result<RestoredFiles> {
    let wanted = wanted(store)?;
    let mut files = RestoredFiles::default();
    if wanted.is_empty() {
        return Ok(files);
    }
    let to = Folder::of(dir);
    to.make().context("cannot make the folder of files")?;
    let (backup, present) = (Present::in_folder(from)?, Present::in_folder(&to)?);
    for content in wanted {
        let is_in_place = present.find(content).is_some();
        if is_in_place || backup.find(content).is_some_and(|found| restore_file(found, content, &to).is_ok())
        {
            files.restored += 1;
        } else {
            files.missing.push(content.sha256.to_string());
        }
    }
    give_tree_to_owner_of(dir, &dir.join(FILES_DIR))?;
    Ok(files)
}

fn restore_file((from, proof): (&Path, FileProof), content: Brought, to: &Folder) -> Result<()> {
    let path = to.content(content.sha256, proof);
    make_dir(path.parent().unwrap_or(&path))?;
    let partial = PartialFile::beside(&path)?;
    copy_checked(from, partial.path(), (content.sha256, proof))?;
    partial.keep_as(&path).map(drop)
}

/// The same of a folder and all that is in it.
fn give_tree_to_owner_of(dir: &Path, tree: &Path) -> Result<()> {
    give_to_owner_of(dir, &[tree])?;
    for entry in std::fs::read_dir(tree).with_context(|| format!("cannot read {}", tree.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            give_tree_to_owner_of(dir, &entry.path())?;
        } else {
            give_to_owner_of(dir, &[&entry.path()])?;
        }
    }
    Ok(())
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
