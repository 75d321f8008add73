//! What the store has of one person: reading all of it, and deleting it. Their events keep their places, as events of a kind that
//! no client knows, so that the chains of the rooms hold.

use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::{Value, json};

use shared::server_msg::Sanction;
use shared::{Event, Millis, Name, Sender, Uid};

use super::checksum;
use super::old_index;
use super::stored_event::{self, StoredEvent};
use crate::chat::room_settings::Settings;

/// How many events are looked at in one transaction.
const WINDOW: i64 = 10_000;
/// Which events are somebody's: what they did, and what was done to them. A message names nobody as its target, and all
/// events are encoded alike.
const THEIRS: &str = "(event.uid = ?1 OR (event.nonce IS NULL AND (instr(event.body, '\"target\":{\"uid\":' || ?1 || ',') > 0
    OR instr(event.body, '\"owner\":{\"uid\":' || ?1 || ',') > 0 OR instr(event.body, '\"invited\":{\"uid\":' || ?1 || ',') > 0)))";

/// Everybody the store knows.
pub(crate) fn known(db: &Connection) -> rusqlite::Result<Vec<(Uid, Name)>> {
    let mut select = db.prepare("SELECT uid, name FROM identity ORDER BY uid")?;
    let rows = select.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter();
    Ok(rows.filter_map(|(uid, name)| Some((Uid::try_from(uid).ok()?, Name::parse(&name).ok()?))).collect())
}

/// How many events are theirs, and how many of those are messages.
pub(crate) fn count(db: &Connection, uid: Uid) -> rusqlite::Result<(i64, i64)> {
    let sql = format!("SELECT count(*), count(nonce) FROM event WHERE {THEIRS}");
    db.query_row(&sql, [uid.to_i64()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Hands everything over that the store has of somebody, as JSON objects; nothing that is secret.
pub(crate) fn read<E: From<rusqlite::Error>>(
    db: &Connection,
    uid: Uid,
    mut take: impl FnMut(&Value) -> Result<(), E>,
) -> Result<(), E> {
    for (sql, of) in [
        (
            "SELECT json_object('uid', uid, 'name', name, 'role', role, 'color', color, 'underline', underline,
                 'spoke', spoke, 'left_at', left_at, 'machines', (SELECT json_group_array(json_object('name',
                 value ->> 'name', 'since', value ->> 'since')) FROM json_each(linked, '$.machines')),
                 'read', json_extract(linked, '$.read'), 'absent', json(absent))
             FROM identity WHERE uid = ?1",
            "identity",
        ),
        (
            "SELECT json_object('room', room.name, 'since', member.since)
             FROM member JOIN room ON room.id = member.room WHERE member.uid = ?1",
            "member",
        ),
        (
            "SELECT json_object('room', name) FROM room WHERE json_valid(settings) AND json_extract(settings, '$.owner') = ?1",
            "owner",
        ),
        ("SELECT body FROM sanction WHERE uid = ?1", "sanction"),
        (
            "SELECT json_object('at', at, 'act', act, 'by', by, 'by_name', by_name, 'place', place, 'target', target,
                 'target_name', target_name, 'reason', reason, 'detail', detail)
             FROM audit WHERE by = ?1 OR target = ?1 ORDER BY id",
            "audit",
        ),
    ] {
        let rows: Vec<String> = db
            .prepare(sql)?
            .query_map([uid.to_i64()], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        rows.iter().try_for_each(|row| take(&json!({"type": of, of: of_json(row)})))?;
    }
    let sql = format!(
        "SELECT {}, room.name FROM event JOIN room ON room.id = event.room
         WHERE {THEIRS} AND event.seq > ?2 AND event.seq <= ?3 ORDER BY event.seq",
        stored_event::COLUMNS
    );
    let newest: i64 = db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?;
    let mut after = 0;
    while after < newest {
        let mut select = db.prepare_cached(&sql)?;
        let events = select.query_map((uid.to_i64(), after, after + WINDOW), |row| {
            let room: String = row.get(stored_event::AFTER)?;
            stored_event::place(db, row, &room)
        })?;
        let events = events.collect::<rusqlite::Result<Vec<_>>>()?;
        events.iter().try_for_each(|event| take(&json!({"type": "event", "event": of_json(&event.body)})))?;
        after += WINDOW;
    }
    Ok(())
}

/// A row that is no JSON is handed over as a text.
fn of_json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deleted {
    /// Events.
    pub(crate) events: u64,
    /// Bans that hold for an address, and stay without the name.
    pub(crate) kept_bans: u64,
}

/// Deletes it, and writes into the audit trail that it was done. What is left in the pages of the file is for the caller to
/// be rid of: see `compaction::write_anew`.
pub(crate) fn delete(db: &mut Connection, uid: Uid, now: Millis, place: &str) -> anyhow::Result<Deleted> {
    db.pragma_update(None, "secure_delete", true)?;
    let work = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = uid.to_i64();
    let mut deleted = Deleted { events: delete_events(&work, number)?, ..Deleted::default() };
    work.execute("DELETE FROM reaction WHERE uid = ?1", [number])?;
    work.execute("DELETE FROM identity WHERE uid = ?1", [number])?;
    work.execute("DELETE FROM member WHERE uid = ?1", [number])?;
    deleted.kept_bans = clear_sanctions(&work, uid)?;
    clear_rooms(&work, uid)?;
    // It has words of theirs.
    old_index::delete_all(&work)?;
    work.execute(
        "UPDATE audit SET by_name = '', place = '', detail = '', reason = '' WHERE by = ?1",
        [number],
    )?;
    work.execute("UPDATE audit SET target_name = '', detail = '', reason = '' WHERE target = ?1", [number])?;
    work.execute(
        "INSERT INTO audit (at, by, by_name, place, act, target, target_name, reason, detail)
         VALUES (?1, 0, ?2, ?3, 'delete-person', ?4, '', '', ?5)",
        (now, Sender::operator().name.as_str(), place, number, format!("events={}", deleted.events)),
    )?;
    work.commit()?;
    Ok(deleted)
}

fn delete_events(db: &Transaction<'_>, uid: i64) -> rusqlite::Result<u64> {
    let sql = format!(
        "SELECT {}, room.name FROM event JOIN room ON room.id = event.room WHERE {THEIRS}",
        stored_event::COLUMNS
    );
    let mut select = db.prepare(&sql)?;
    let rows = select.query_map([uid], |row| {
        let room: String = row.get(stored_event::AFTER)?;
        let prev = match stored_event::read(row, &room)? {
            StoredEvent::Good(body) => {
                serde_json::from_str::<Event>(&body).ok().map(|event| event.prev.to_i64())
            }
            StoredEvent::Bad(_) => None,
        };
        let (seq, room_id, at) = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
        Ok((seq, room_id, at, room, prev.unwrap_or(0)))
    })?;
    let mut update =
        db.prepare("UPDATE event SET uid = 0, nonce = NULL, body = ?2, sum = ?3 WHERE seq = ?1")?;
    let mut count = 0;
    for (seq, room_id, at, room, prev) in rows.collect::<rusqlite::Result<Vec<_>>>()? {
        let from = Sender::operator();
        let body = json!({"room": room, "seq": seq, "prev": prev, "at": at, "from": from, "kind": "deleted"});
        let body = body.to_string();
        update.execute((seq, &body, checksum::of([seq, room_id, at, 0], None, body.as_bytes())))?;
        count += 1;
    }
    Ok(count)
}

/// Their rooms belong to nobody, and no room invites or mutes them.
fn clear_rooms(db: &Transaction<'_>, uid: Uid) -> anyhow::Result<()> {
    let mut select = db.prepare("SELECT id, settings FROM room WHERE settings <> ''")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (id, kept) in rows.collect::<rusqlite::Result<Vec<(i64, String)>>>()? {
        let Ok(mut settings) = serde_json::from_str::<Settings>(&kept) else { continue };
        settings.owner = settings.owner.filter(|owner| *owner != uid);
        settings.muted.remove(&uid);
        settings.invited.remove(&uid);
        let settings = serde_json::to_string(&settings)?;
        db.execute("UPDATE room SET settings = ?2 WHERE id = ?1", (id, settings))?;
    }
    Ok(())
}

/// What holds for them goes with the identity it holds for; a ban of an address stays, and so does what they did to others,
/// both without their name. How many bans stay.
fn clear_sanctions(db: &Transaction<'_>, uid: Uid) -> anyhow::Result<u64> {
    let mut select = db.prepare("SELECT kind, uid, body FROM sanction")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut kept = 0;
    for (kind, of, body) in rows.collect::<rusqlite::Result<Vec<(String, i64, String)>>>()? {
        let Ok(mut sanction) = serde_json::from_str::<Sanction>(&body) else { continue };
        let nameless = Name::parse(&format!("deleted-{uid}"))?;
        if of == uid.to_i64() {
            if sanction.address.is_none() {
                db.execute("DELETE FROM sanction WHERE kind = ?1 AND uid = ?2", (&kind, of))?;
                continue;
            }
            (sanction.target.name, sanction.reason) = (nameless.clone(), shared::Line::default());
            kept += 1;
        }
        if sanction.by.uid == uid {
            (sanction.by.name, sanction.reason) = (nameless, shared::Line::default());
        }
        let body = serde_json::to_string(&sanction)?;
        db.execute("UPDATE sanction SET body = ?3 WHERE kind = ?1 AND uid = ?2", (&kind, of, body))?;
    }
    Ok(kept)
}
