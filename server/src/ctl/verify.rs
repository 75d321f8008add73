//! `verify`: whether a backup would restore, and whether everything in it can be read: the file's structure, every event by its
//! checksum, people and sanctions, and every file that messages bring by its hash. Ends with 1 when anything is damaged, and says what, by room and seq.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::json;

use super::contents::{Present, folder_of, hash};
use super::output::{Output, Unwell};
use crate::store::verify::{Report, verify};
use crate::transfers::folder::Folder;

/// How many damaged events are printed for people; programs are given more.
const PRINTED: usize = 50;

/// What to read.
#[derive(Clone, Debug, Args)]
pub struct Verify {
    /// A file made by `backup`
    pub file: PathBuf,
}

impl Verify {
    pub(super) fn run(&self, output: &mut Output) -> Result<()> {
        check_finished(&self.file)?;
        let name = self.file.display().to_string();
        let report = read_all(&self.file, &folder_of(&self.file)).with_context(|| name.clone())?;
        if output.json {
            let mut object = serde_json::to_value(&report)?;
            object["file"] = json!(name);
            object["whole"] = json!(report.is_whole());
            output.object(&object)?;
        } else {
            show(&name, &report, output)?;
        }
        output.finish()?;
        if report.is_whole() { Ok(()) } else { Err(Unwell.into()) }
    }
}

fn show(name: &str, report: &Report, output: &mut Output) -> Result<()> {
    let Report { version, seq, rooms, events, messages, identities, sanctions, audit, .. } = report;
    output.line(&format!(
        "{name}: version {version}, up to seq {seq}; {events} events, {messages} of them messages, in {rooms} rooms; \
         {identities} people, {sanctions} bans and mutes, {audit} lines of audit trail"
    ))?;
    if report.without_checksum > 0 {
        output.line(&format!(
            "{} events are from before there were checksums; that they can be read is all that is known of them",
            report.without_checksum
        ))?;
    }
    for damage in report.damaged.iter().take(PRINTED) {
        output.line(&format!("damaged: {} {}: {}", damage.room, damage.seq, damage.why))?;
    }
    let more = report.damaged_events.saturating_sub(PRINTED as u64);
    if more > 0 {
        output.line(&format!("damaged: {more} events more"))?;
    }
    if report.files > 0 {
        output.line(&format!("{} files that messages bring", report.files))?;
    }
    for file in report.damaged_files.iter().take(PRINTED) {
        output.line(&format!(
            "damaged: the file of {} {}, {}: {}",
            file.room, file.seq, file.sha256, file.why
        ))?;
    }
    let more = report.damaged_file_count.saturating_sub(PRINTED as u64);
    if more > 0 {
        output.line(&format!("damaged: {more} files more"))?;
    }
    report.problems.iter().try_for_each(|problem| output.line(&format!("damaged: {problem}")))?;
    if report.old_index_damaged {
        output.line("the search index in it, of an older version, is damaged; a restore leaves it out")?;
    }
    output.line(if report.is_whole() { "whole: it can be restored" } else { "DAMAGED" })
}

/// Reads a store and the contents in this folder that its messages bring.
pub(super) fn read_all(store: &Path, folder: &Folder) -> Result<Report> {
    let present = Present::in_folder(folder)?;
    verify(store, |content| {
        let Some(path) = present.path(content.sha256) else { return Some("it is missing".to_owned()) };
        match hash(path, |_| Ok(())) {
            Ok((sha256, _)) if sha256 == content.sha256 => None,
            Ok(_) => Some("it is not what was sent: its hash is another".to_owned()),
            Err(error) => Some(format!("it cannot be read: {error}")),
        }
    })
}

/// Says what is wrong in one sentence, if anything is.
pub(super) fn verdict(report: &Report) -> Result<()> {
    if report.is_whole() {
        return Ok(());
    }
    let first = report.damaged.first().map(|damage| format!("{} {}", damage.room, damage.seq));
    let file = || report.damaged_files.first().map(|file| format!("the file of {} {}", file.room, file.seq));
    let first = first.or_else(file).or_else(|| report.problems.first().cloned()).unwrap_or_default();
    bail!(
        "{} events and {} files cannot be read, {} other problems: {first}",
        report.damaged_events,
        report.damaged_file_count,
        report.problems.len()
    )
}

/// Refuses a store in use: it has a write-ahead log beside it, which is part of it.
pub(super) fn check_finished(file: &Path) -> Result<()> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        bail!(
            "{} is a store in use, part of it is in the file beside it; make a backup of it first",
            file.display()
        );
    }
    Ok(())
}
