//! What must hold at the end, whatever the times were.

use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use super::driver::daemon::Daemon;
use super::minutes::{Minutes, Row};
use super::operator::Outcome;
use super::people::People;
use super::{KEEP_EVENTS, past};

/// How long retention may take to reach what was said: it looks every ten seconds, and has to get its turn.
const RETENTION: Duration = Duration::from_secs(30);
/// From when on retention by age must have deleted what is too old: two looks ten minutes apart, and its turn.
const AGES: Duration = Duration::from_mins(12);
/// When memory and descriptors are taken for settled, at the latest.
const SETTLED: Duration = Duration::from_mins(5);
/// How much resident memory may grow after that: allocators keep some of what was freed.
const GROWTH: u64 = 16 * 1024 * 1024;
/// How much of the disk the write-ahead logs may ever have.
const LOG_BYTES: u64 = 128 * 1024 * 1024;

/// What was checked so far.
pub(crate) struct Checks {
    dir: PathBuf,
    failed: usize,
}

impl Checks {
    /// Nothing yet.
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), failed: 0 }
    }

    fn check(&mut self, good: bool, what: &str, detail: &str) {
        self.failed += usize::from(!good);
        println!("{} {what}: {detail}", if good { "PASS" } else { "FAIL" });
    }

    /// Nothing was lost, doubled or out of order.
    pub(crate) fn talk(&mut self, people: &People, settled: bool) {
        let (said, acked, lost) = people.shared.ledger.counts();
        self.check(settled, "in the end everybody has everything", &format!("{}", people.connected()));
        self.check(said == acked, "every message was acknowledged", &format!("{acked} of {said}"));
        self.check(
            lost == 0,
            "every acknowledged message stands where it was acknowledged",
            &format!("{lost} do not"),
        );
        let (faults, count) = people.shared.ledger.faults();
        self.check(count == 0, "once, and in one order for everybody", &format!("{count} faults"));
        for fault in faults {
            println!("     {fault}");
        }
    }

    /// What the operator did came out as it should.
    pub(crate) fn operator(&mut self, outcomes: Vec<Outcome>) {
        for Outcome { what, good, detail } in outcomes {
            self.check(good, &what, &detail);
        }
    }

    /// Nothing grew that must not.
    pub(crate) fn growth(&mut self, minutes: &Minutes) {
        let rows = &minutes.rows;
        let (Some(last), Some(end)) = (rows.last(), rows.last().map(|row| row.at)) else { return };
        let settled = SETTLED.min(end / 3);
        let Some(first) = rows.iter().find(|row| row.at >= settled) else { return };
        let grew = last.resident.saturating_sub(first.resident) / 1024;
        let detail = format!("{grew} KiB more at the end than after {:.1?}", first.at);
        self.check(grew * 1024 <= GROWTH, "memory does not grow", &detail);
        // A connection is one descriptor; readers of the state directory may be open at the moment.
        let beyond = |row: &Row| row.descriptors.saturating_sub(row.connected as u64);
        let detail = format!("{} beside the connections, {} at first", beyond(last), beyond(first));
        self.check(beyond(last) <= beyond(first) + 3, "descriptors do not grow", &detail);
        // Those that read something for the operator go some seconds later.
        let detail = format!("{}, {} at first", last.threads, first.threads);
        self.check(last.threads <= first.threads + 4, "threads do not grow", &detail);
        let log = rows.iter().map(|row| row.log_bytes).max().unwrap_or(0);
        self.check(log <= LOG_BYTES, "the write-ahead log is bounded", &format!("{} MiB at most", log >> 20));
    }

    /// What is too much for a room, or too old, is gone.
    pub(crate) fn retention(&mut self, server: &Daemon, people: &People, ran: Duration) {
        let file = server.state_dir().join(server::store::schema::FILE);
        let db = rusqlite::Connection::open(&file).unwrap();
        let mut select = db
            .prepare(
                "SELECT room.name, count(*) FROM event JOIN room ON room.id = event.room GROUP BY room.id",
            )
            .unwrap();
        let rooms =
            select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).unwrap();
        let recent =
            Instant::now().checked_sub(RETENTION).map(|since| people.shared.ledger.said_since(since));
        let (mut most, mut too_many) = (0, Vec::new());
        for (room, count) in rooms.map(Result::unwrap) {
            let count = count.unsigned_abs();
            // Joins and leaves are events, too: as many again as was said.
            let new = 2 * recent.as_ref().and_then(|recent| recent.get(room.as_str())).copied().unwrap_or(0);
            most = most.max(count);
            if count > KEEP_EVENTS + new + 300 {
                too_many.push(format!("{room} has {count}"));
            }
        }
        let detail = format!("{most} events at most, {KEEP_EVENTS} are kept; {}", too_many.join(", "));
        self.check(too_many.is_empty(), "a room keeps what it may", &detail);
        let left = past::left(&file);
        if ran >= AGES {
            self.check(left == 0, "what is too old is gone", &format!("{left} are left"));
        } else {
            println!(
                "     {left} messages that are too old are left; it takes {AGES:?} to be sure of the clock"
            );
        }
    }

    /// The server ended well; says how it all was.
    pub(crate) fn end(mut self, status: ExitStatus) -> ExitCode {
        self.check(status.success(), "the server stopped when it was told to", &status.to_string());
        let log = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
        // The broken file is one that was put there.
        let is_fault = |line: &&str| line.contains(" ERROR ") && !line.contains("stays as it was");
        let errors: Vec<&str> = log.lines().filter(is_fault).collect();
        let (warned, count) = (log.matches(" WARN ").count(), errors.len());
        for line in errors.iter().take(5) {
            println!("     {line}");
        }
        self.check(errors.is_empty(), "its log has no errors", &format!("{count}, and {warned} warnings"));
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
