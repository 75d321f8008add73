//! `backup`: a copy of the message store, made while people chat. It is written to a partial file beside the one that was asked for, checked, synced
//! and then renamed, so there is never half a copy under the name that was asked for.
//!
//! The copy is made by `SQLite`'s backup interface in one step, page by page, inside one read transaction: the file
//! is in WAL mode, so the server goes on committing meanwhile, and the copy is the store as it was when it began.
//! `VACUUM INTO` would give the same moment and a tidier file, but builds every index anew: on a small machine that is
//! several times the work, and as much longer that the write-ahead log cannot be emptied. The contents of files come into a folder
//! beside it, see `contents`.

mod contents;
mod series;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use self::contents::{ContentsCopy, Counts};
use super::contents::folder_beside;
use super::output::Output;
use super::output_file;
use super::partial_file::PartialFile;
use super::server_location::ServerLocation;
use super::size::size;
use super::verify::{read_all, verdict};
use super::without_index::copy_without_index;
use crate::clock;
use crate::store::copy::copy;
use crate::store::schema;

/// Where to copy to.
#[derive(Clone, Debug, Args)]
pub struct Backup {
    /// The file to write, for its owner only; with --keep, the directory it is written into
    #[arg(value_name = "FILE|DIR")]
    pub file: PathBuf,

    /// Name the copy by the time, verify all of it, and let the newest N in the directory stay
    #[arg(long, value_name = "N", conflicts_with = "force", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub keep: Option<u32>,

    /// Replace the file if it is there: a regular file, outside the state directory
    #[arg(long)]
    pub force: bool,
}

impl Backup {
    pub(super) fn run(&self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let (store, dir) = (location.store()?, location.state_dir()?);
        let file =
            if self.keep.is_some() { series::next(&self.file, clock::wall())? } else { self.file.clone() };
        self.check_free(&dir, &file)?;
        let source =
            schema::open_reader(&store).with_context(|| format!("cannot read {}", store.display()))?;
        let earlier = self.keep.map(|_| series::others(&self.file, &file)).transpose()?.unwrap_or_default();
        let mut files = ContentsCopy::beside(&file, &dir, &earlier)?;
        files.take(&store)?;
        let mut partial = PartialFile::beside(&file)?;
        copy(&source, partial.path())
            .with_context(|| format!("cannot copy {} to {}", store.display(), file.display()))?;
        let checked = check_or_leave_index_out(&mut partial, &file);
        let counts = if checked.is_ok() { files.finish(partial.path())? } else { Counts::default() };
        if self.keep.is_some()
            && let Err(damage) = read_all(partial.path(), &files.folder()).and_then(|report| verdict(&report))
        {
            let damaged = series::damaged(&self.file);
            files.keep_as(&damaged)?;
            partial.keep_as(&damaged)?;
            bail!(
                "the copy is damaged, and so is the store: {damage:#}. It is {}; no other was removed",
                damaged.display()
            );
        }
        let (summary, _) = checked?;
        self.check_free(&dir, &file)?;
        files.keep_as(&file)?;
        let bytes = partial.keep_as(&file)?;
        let removed = self
            .keep
            .map(|keep| series::remove_old(&self.file, keep, &file))
            .transpose()?
            .unwrap_or_default();
        let name = file.display().to_string();
        if output.json {
            let mut object =
                json!({"file": name, "bytes": bytes, "seq": summary.seq, "version": summary.version});
            if counts.files + counts.missing > 0 {
                object["files"] = json!(counts.files);
                object["file_bytes"] = json!(counts.bytes);
                object["missing_files"] = json!(counts.missing);
            }
            if self.keep.is_some() {
                object["removed"] = json!(removed);
            }
            return output.object(&object);
        }
        output.line(&format!("{name}: {bytes} bytes, up to seq {}", summary.seq))?;
        show_files(&file, counts, output)?;
        removed.iter().try_for_each(|old| output.line(&format!("removed {}", old.display())))
    }

    fn check_free(&self, state_dir: &Path, file: &Path) -> Result<()> {
        if !self.force && file.symlink_metadata().is_ok() {
            bail!("{} is there already; give another name, or --force to replace it", file.display());
        }
        output_file::only_regular(file)?;
        output_file::keep_out_of(state_dir, file)?;
        let folder = folder_beside(file);
        match folder.symlink_metadata() {
            Ok(meta) if !self.force || !meta.is_dir() => {
                let another = "is in the way of the files that belong to the copy; give another name";
                bail!("{} {another}", folder.display())
            }
            Ok(_) | Err(_) => output_file::keep_out_of(state_dir, &folder),
        }
    }
}

/// Says what the copy has of files, if messages bring any.
fn show_files(file: &Path, counts: Counts, output: &mut Output) -> Result<()> {
    let Counts { files, bytes, missing } = counts;
    if files > 0 {
        let folder = folder_beside(file);
        output.line(&format!(
            "{}: {files} files, {}; it belongs to the copy",
            folder.display(),
            size(bytes)
        ))?;
    }
    if missing == 0 {
        return Ok(());
    }
    output.line(&format!(
        "{missing} files that messages bring are not in the state directory; verify names them"
    ))
}

/// What a checked store holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary {
    /// The seq of its newest event.
    pub(super) seq: i64,
    /// The version of its tables.
    pub(super) version: i64,
}

/// Checks the copy of a store that will be `file`. Where only the search index of an older version is damaged, it is replaced by
/// a copy without; the result says so.
pub(super) fn check_or_leave_index_out(partial: &mut PartialFile, file: &Path) -> Result<(Summary, bool)> {
    let damage = match check(partial.path()) {
        Ok(summary) => return Ok((summary, false)),
        Err(damage) => damage,
    };
    let without = PartialFile::beside(file)?;
    // What else is wrong is told as it was found.
    let Ok(true) = copy_without_index(partial.path(), without.path()) else { return Err(damage) };
    *partial = without;
    Ok((check(partial.path())?, true))
}

/// Whether a file is a store this server can serve, and what it holds. No other process may have the file open.
pub(super) fn check(path: &Path) -> Result<Summary> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
    let db = db.context("the file is no database")?;
    let check = || db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    let verdict = check().context("the file is no database")?;
    if verdict != "ok" {
        bail!(
            "it is damaged: {verdict}; take another backup, or save what can be read with `sqlite3 FILE .recover`"
        );
    }
    let version = schema::check_tables(&db)?;
    let seq = db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?;
    Ok(Summary { seq, version })
}
