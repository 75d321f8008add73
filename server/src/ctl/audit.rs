//! `audit`: prints the audit trail, what operators, admins and moderators did, from the store's file.

use anyhow::{Context as _, Result};
use clap::Args;
use rusqlite::Row;
use serde::Serialize;

use super::columns;
use super::output::Output;
use super::server_location::ServerLocation;
use crate::store::schema;
use crate::utc;

/// How much of it.
#[derive(Clone, Debug, Args)]
pub struct Audit {
    /// The last so many acts
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub lines: u32,
}

/// One act.
#[derive(Debug, Serialize)]
struct Entry {
    at: i64,
    act: String,
    by: i64,
    by_name: String,
    place: String,
    target: Option<i64>,
    target_name: String,
    reason: String,
    detail: String,
}

impl Entry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            at: row.get(0)?,
            act: row.get(1)?,
            by: row.get(2)?,
            by_name: row.get(3)?,
            place: row.get(4)?,
            target: row.get(5)?,
            target_name: row.get(6)?,
            reason: row.get(7)?,
            detail: row.get(8)?,
        })
    }

    fn row(&self) -> Vec<String> {
        let target =
            self.target.map_or_else(|| "-".to_owned(), |uid| format!("{} (#{uid})", self.target_name));
        let by = format!("{} (#{})", self.by_name, self.by);
        let why = [self.detail.as_str(), self.reason.as_str()].into_iter().filter(|text| !text.is_empty());
        vec![
            utc::text(self.at),
            by.trim_start().to_owned(),
            self.place.clone(),
            self.act.clone(),
            target.trim_start().to_owned(),
            why.collect::<Vec<_>>().join(" · "),
        ]
    }
}

impl Audit {
    pub(super) fn run(&self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let path = location.store()?;
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let db = schema::open_reader(&path)?;
            let mut select = db.prepare(
                "SELECT at, act, by, by_name, place, target, target_name, reason, detail FROM audit
                 ORDER BY id DESC LIMIT ?1",
            )?;
            select.query_map([self.lines], Entry::read)?.collect()
        };
        let mut acts = read().with_context(|| format!("cannot read {}", path.display()))?;
        acts.reverse();
        if output.json {
            return acts.iter().try_for_each(|act| output.object(act));
        }
        if acts.is_empty() {
            return output.line("nobody has done anything yet");
        }
        let rows: Vec<_> = acts.iter().map(Entry::row).collect();
        output.table(&columns::lines(&["WHEN", "WHO", "FROM", "ACT", "WHOM", "WHY"], &rows))
    }
}
