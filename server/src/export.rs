//! A room's past, written out: JSON lines for programs, or text for people. It must not disturb a running server:
//! it only reads, and sees one moment of the store.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};

use anyhow::{Context as _, Result, bail};
use rusqlite::OptionalExtension as _;

use shared::event::Act;
use shared::{Event, Kind, Millis, RoomName};

use crate::config::{self, Export};
use crate::store::{FILE, schema};

/// Writes a room to where the options say.
pub fn run(export: &Export) -> Result<()> {
    let path = config::state_dir(export.state_dir.as_ref())?.join(FILE);
    if !path.exists() {
        bail!("there is no message store at {}; say where it is with --state-dir", path.display());
    }
    let db = schema::open_reader(&path).with_context(|| format!("cannot read {}", path.display()))?;
    match &export.output {
        Some(file) => {
            let file_name = || format!("cannot write {}", file.display());
            let file = File::create(file).with_context(file_name)?;
            write_room(&db, export, &mut BufWriter::new(file)).with_context(file_name)
        }
        None => match write_room(&db, export, &mut BufWriter::new(std::io::stdout().lock())) {
            // Whoever reads the pipe has seen enough.
            Err(error) if is_broken_pipe(&error) => Ok(()),
            done => done,
        },
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn write_room(db: &rusqlite::Connection, export: &Export, out: &mut impl Write) -> Result<()> {
    let room = export.room.as_str();
    let find = "SELECT id FROM room WHERE name = ?1";
    let id: Option<i64> = db.query_row(find, [room], |row| row.get(0)).optional()?;
    let Some(id) = id else { bail!("there is no room \"{room}\" in this store") };
    let mut select = db.prepare("SELECT body FROM event WHERE room = ?1 ORDER BY seq")?;
    let mut rows = select.query([id])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(0)?;
        if export.text {
            let event = serde_json::from_str(&body).context("an event in the store cannot be read")?;
            writeln!(out, "{}", text_line(&event, &export.room))?;
        } else {
            writeln!(out, "{body}")?;
        }
    }
    Ok(out.flush()?)
}

/// One event as a line for people, the time in UTC; further lines of a message are indented.
fn text_line(event: &Event, room: &RoomName) -> String {
    let (at, name) = (utc(event.at), &event.from.name);
    let indented = |text: &str| text.replace('\n', "\n    ");
    let act = |what: &str, act: &Act| {
        let why = if act.reason.is_empty() { String::new() } else { format!(": {}", act.reason) };
        format!("* {name} {what} {}{why}", act.target.name)
    };
    let what = match &event.kind {
        Kind::Message(text) => format!("<{name}> {}", indented(text.as_str())),
        Kind::Action(text) => format!("* {name} {}", indented(text.as_str())),
        Kind::Join => format!("* {name} joined {room}"),
        Kind::Leave(_) => format!("* {name} left"),
        Kind::Rename(to) => format!("* {name} is now {to}"),
        Kind::Topic(topic) => format!("* {name} set the topic: {topic}"),
        Kind::Kick(kick) => act("kicked", kick),
        Kind::Ban(ban) => act("banned", ban),
        Kind::Mute(mute) => act("muted", mute),
        Kind::Announce(said) => format!("! {name}: {}", indented(said.text.as_str())),
        Kind::Role(target, role) => format!("* {name} made {} {role:?}", target.name).to_lowercase(),
        Kind::Unknown => "* something this version does not know".to_owned(),
    };
    format!("{at} {what}")
}

/// `2026-11-21 08:14:27Z`: the proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`.
fn utc(at: Millis) -> String {
    let (days, second) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000) / 1000);
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02}Z", second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc() {
        for (at, want) in [
            (0, "1970-01-01 00:00:00Z"),
            (951_782_399_999, "2000-02-28 23:59:59Z"),
            (951_782_400_000, "2000-02-29 00:00:00Z"),
            (1_795_248_867_000, "2026-11-21 08:14:27Z"),
            (-1, "1969-12-31 23:59:59Z"),
        ] {
            assert_eq!(utc(at), want);
        }
    }

    #[test]
    fn a_message_of_two_lines_stays_one_entry() {
        let event = r#"{"room":"lobby","seq":2,"prev":1,"at":0,"from":{"uid":1,"name":"calm-otter","style":{"color":6}},"kind":"message","text":"one\n둘","nonce":"n1"}"#;
        let event = serde_json::from_str(event).unwrap();
        assert_eq!(text_line(&event, &RoomName::lobby()), "1970-01-01 00:00:00Z <calm-otter> one\n    둘");
    }
}
