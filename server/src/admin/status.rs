//! The answer to the operator's `status`: its data types, and counting the store for it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use shared::server_msg::{Durability, ServerInfo};
use shared::{Millis, RequestId, RoomName};

use super::cluster::ClusterReport;
use crate::config::file_limits::FileLimits;
use crate::doors::DoorReport;
use crate::stats::kept_out::Total;
use crate::store::compaction;
use crate::store::files::DiskUse;
use crate::store::lookups;
use crate::store::schema::{self, FILE};
use crate::store::search_index::status::IndexReport;
use crate::transfers::stats::TransferStats;

/// The trouble when a commit failed within the last minutes.
pub const FAILED_LATELY: &str =
    "the store refused what was said within the last 5 minutes; look at the disk and the log";

/// The answer to `status`: the wire's `ok` with one field more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "ok")]
pub struct StatusAnswer {
    /// The request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The status.
    pub status: Status,
}

/// The state of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Whether everything a client may need works.
    pub healthy: bool,
    /// The problems, as text; empty when healthy.
    pub troubles: Vec<String>,
    /// What does not change while it runs.
    #[serde(flatten)]
    pub facts: Facts,
    /// The uptime, in milliseconds.
    pub uptime_ms: u64,
    /// Its time, in milliseconds since 1970.
    pub now: Millis,
    /// People connected.
    pub users: usize,
    /// Connections, the operator's own included.
    pub connections: usize,
    /// Rooms, direct ones included.
    pub rooms: usize,
    /// Proposals that wait for the store.
    pub waiting: usize,
    /// Gaps sent to connections, since the start.
    pub gaps: u64,
    /// Connections closed as slow consumers, since the start.
    pub slow: u64,
    /// Refusals of any code, since the start.
    pub refusals: u64,
    /// Commits that failed, since the start.
    pub commit_failures: u64,
    /// How its cluster is, if it is a node of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterReport>,
    /// Whom limits kept out, since the start.
    #[serde(default)]
    pub kept_out: Vec<Total>,
    /// What the operator's connection measured.
    #[serde(flatten)]
    pub probed: ProbeReport,
}

/// What does not change while a server runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Its name and version.
    pub server: ServerInfo,
    /// Its process id.
    pub pid: u32,
    /// Where it listens for clients.
    pub listen: Vec<String>,
    /// Where it listens for IRC clients.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub irc: Vec<String>,
    /// Its Unix sockets.
    pub sockets: Vec<PathBuf>,
    /// The state directory.
    pub state_dir: PathBuf,
    /// What an acknowledged message survives.
    pub durability: Durability,
}

/// What the operator's connection collects before it asks the hub, so that the hub does not wait: settings in force, and
/// measurements of the store with a timeout.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProbeReport {
    /// The fingerprint of the certificate, if there is one.
    pub tls: Option<String>,
    /// After how many days events are deleted; 0 for never.
    pub keep_days: u32,
    /// How many events a room keeps; 0 for all.
    pub keep_events: u32,
    /// The rooms that keep something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep_rooms: Vec<KeptRoom>,
    /// The duration of a test commit, in microseconds; none if it failed or took too long.
    pub commit_us: Option<u64>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_error: Option<String>,
    /// What the store holds; none if it could not be read in time.
    pub store: Option<Holdings>,
    /// The contents of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<FileReport>,
    /// The doors there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doors: Vec<DoorReport>,
    /// How the search index does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<IndexReport>,
    /// What is free on its disk for the server's user, in bytes.
    #[serde(default)]
    pub free_bytes: Option<u64>,
    /// When the certificate expires, in milliseconds since 1970.
    #[serde(default)]
    pub tls_expires: Option<Millis>,
    /// The key that was announced for the next certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_next: Option<String>,
    /// What is wrong with the disk or the certificate, as text.
    #[serde(default)]
    pub problems: Vec<String>,
    /// What should be known though it is no trouble yet, as text.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// What a room keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRoom {
    /// The room.
    pub room: RoomName,
    /// After how many days its events are deleted; 0 for never.
    pub days: u32,
    /// How many events it keeps; 0 for all.
    pub events: u32,
}

/// The contents of files: what is kept, and what is moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// The longest that is taken, in bytes; 0 where none is.
    pub longest: u64,
    /// How many contents are kept.
    pub contents: u64,
    /// What they take, in bytes.
    pub bytes: u64,
    /// What they may take.
    pub most_bytes: u64,
    /// What was received of those whose sender was cut off, in bytes.
    pub part_bytes: u64,
    /// Transfers that run.
    pub running: u64,
    /// Contents received whole, since the start.
    pub received: u64,
    /// Contents sent to their end, since the start.
    pub sent: u64,
    /// Transfers, and questions for one, that were refused, since the start.
    pub refused: u64,
}

impl FileReport {
    /// What is so now.
    #[must_use]
    pub fn of(stats: &TransferStats, limits: FileLimits) -> Self {
        Self {
            longest: limits.longest(),
            contents: stats.contents.get(),
            bytes: stats.bytes.get(),
            most_bytes: limits.files_total.0,
            part_bytes: stats.part_bytes.get(),
            running: stats.running.get(),
            received: stats.uploads.get(),
            sent: stats.downloads.get(),
            refused: stats.refused.get(),
        }
    }
}

/// What the store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    /// Events of all kinds.
    pub events: u64,
    /// Messages.
    pub messages: u64,
    /// The seq of the newest event.
    pub last_seq: u64,
    /// Identities.
    pub identities: u64,
    /// The size of its file, in bytes.
    pub bytes: u64,
    /// What of it is free inside the file: it is used again, or given back by `ctl compact`.
    #[serde(default)]
    pub free_bytes: u64,
    /// The size of its write-ahead log, in bytes.
    pub wal_bytes: u64,
}

impl Holdings {
    /// Counts the rows. Takes some tens of milliseconds for a million events, so call it on a blocking thread.
    pub fn count(dir: &Path) -> rusqlite::Result<Self> {
        let db = schema::open_reader(&dir.join(FILE))?;
        let used = DiskUse::of(dir);
        let (events, messages) = lookups::count(&db)?;
        Ok(Self {
            events: u64::try_from(events).unwrap_or(0),
            // Messages are exactly the events with a nonce.
            messages: u64::try_from(messages).unwrap_or(0),
            last_seq: number(&db, "SELECT coalesce(max(seq), 0) FROM event")?,
            identities: number(&db, "SELECT count(*) FROM identity")?,
            bytes: used.store,
            // The newest pages may be in the log alone.
            free_bytes: compaction::free_bytes(&db)?.0.min(used.store),
            wal_bytes: used.log,
        })
    }
}

fn number(db: &Connection, sql: &str) -> rusqlite::Result<u64> {
    let number: i64 = db.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(number).unwrap_or(0))
}
