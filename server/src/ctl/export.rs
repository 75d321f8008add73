//! `export`: all events of a room as JSON lines, or as text, up to the newest at the time it began. The store's file is read
//! in pages, each a short transaction that is over before anything of it is written: a snapshot that is held while a pipe
//! takes nothing would keep a running server from emptying its write-ahead log. A message that brings a file has, as `content`, where that
//! lies.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::contents::Present;
use super::event_text;
use super::output::{Output, printable};
use super::output_file;
use super::server_location::ServerLocation;
use crate::store::lookups::{self, Order, Range};
use crate::store::schema;
use crate::store::stored_event::{self, Placed};
use crate::transfers::folder::Folder;

/// How many events are read at once: at most some megabytes.
const PAGE: i64 = 500;

/// What to export, and how.
#[derive(Clone, Debug, Args)]
pub struct Export {
    /// The room
    pub room: shared::RoomName,

    /// Lines for people instead of JSON lines
    #[arg(long, conflicts_with = "json")]
    pub text: bool,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(&self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let path = location.store()?;
        let db = schema::open_reader(&path).with_context(|| format!("cannot read {}", path.display()))?;
        schema::version(&db).and_then(|version| schema::read_as_newest(&db, version))?;
        let files = Present::in_folder(&Folder::of(&location.state_dir()?))?;
        match &self.output {
            Some(file) => {
                output_file::keep_out_of(&location.state_dir()?, file)?;
                let file_name = || format!("cannot write {}", file.display());
                let mut out = BufWriter::new(File::create(file).with_context(file_name)?);
                self.each_line(&db, &files, |line| Ok(writeln!(out, "{line}")?)).with_context(file_name)?;
                out.flush().with_context(file_name)
            }
            None => self.each_line(&db, &files, |line| output.raw(line)),
        }
    }

    fn each_line(
        &self,
        db: &rusqlite::Connection,
        files: &Present,
        mut write: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let room = self.room.as_str();
        let Some(id) = lookups::room_id(db, room)? else {
            bail!("there is no room \"{room}\" in this store")
        };
        let newest = lookups::newest_below(db, id, i64::MAX)?;
        let (mut after, mut damaged) = (0, Vec::new());
        while after < newest {
            let before = newest.saturating_add(1);
            let range = Range { after, before, limit: PAGE, order: Order::Oldest };
            let page = stored_event::list(db, room, id, range)?;
            // Nothing is left of what retention has deleted meanwhile.
            let Some(Placed { seq, .. }) = page.last() else { break };
            after = *seq;
            for placed in &page {
                damaged.extend(placed.damage.map(|_| placed.seq.to_string()));
                if self.text {
                    let line = event_text::line(placed, false);
                    let place =
                        files.of_event(&placed.body).map(|path| format!("\n    in {}", path.display()));
                    write(&printable(&(line + &place.unwrap_or_default())))?;
                } else {
                    write(&with_place(&placed.body, files))?;
                }
            }
        }
        if damaged.is_empty() {
            return Ok(());
        }
        bail!(
            "everything was written, but {} events cannot be read and only their places are there: {}; `chinwagd ctl verify` \
             looks for them in a backup",
            damaged.len(),
            damaged.join(", ")
        )
    }
}

/// An event as the store has it, with the place of the content of its file as one field more.
fn with_place<'a>(body: &'a str, files: &Present) -> Cow<'a, str> {
    let path = files.of_event(body).and_then(|path| serde_json::to_string(&path.to_string_lossy()).ok());
    match path.zip(body.strip_suffix('}')) {
        Some((path, fields)) => format!("{fields},\"content\":{path}}}").into(),
        None => body.into(),
    }
}
