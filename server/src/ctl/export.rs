//! `export`: all events of a room as JSON lines, or as text. Reads the store's file in one read transaction (a snapshot, by
//! `SQLite`'s WAL), so a running server is not held up.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use rusqlite::OptionalExtension as _;

use super::event_text;
use super::output::{Output, printable};
use super::server_location::ServerLocation;
use crate::store::schema;
use crate::utc;

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
        match &self.output {
            Some(file) => {
                let file_name = || format!("cannot write {}", file.display());
                let mut out = BufWriter::new(File::create(file).with_context(file_name)?);
                self.each_line(&db, |line| Ok(writeln!(out, "{line}")?)).with_context(file_name)?;
                out.flush().with_context(file_name)
            }
            None => self.each_line(&db, |line| output.raw(line)),
        }
    }

    fn each_line(&self, db: &rusqlite::Connection, mut write: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let room = self.room.as_str();
        let find = "SELECT id FROM room WHERE name = ?1";
        let id: Option<i64> = db.query_row(find, [room], |row| row.get(0)).optional()?;
        let Some(id) = id else { bail!("there is no room \"{room}\" in this store") };
        let mut select = db.prepare("SELECT body FROM event WHERE room = ?1 ORDER BY seq")?;
        let mut rows = select.query([id])?;
        while let Some(row) = rows.next()? {
            let body: String = row.get(0)?;
            if self.text {
                let event: shared::Event =
                    serde_json::from_str(&body).context("an event in the store cannot be read")?;
                write(&printable(&format!("{} {}", utc::text(event.at), event_text::describe(&event))))?;
            } else {
                write(&body)?;
            }
        }
        Ok(())
    }
}
