//! The doors there are: programs that let people in another way (by ssh) and connect for each of them. A door tells of itself
//! over a connection of its own, and is forgotten when that ends, so that nothing is left of one that was killed. It is for
//! the operator's status and the log only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use shared::{Code, Line, Refusal};

use crate::chat::conn_id::ConnId;

/// So many doors are told of; one more is refused, and works all the same.
const MOST: usize = 16;
/// So many addresses of one.
const MOST_ADDRESSES: usize = 16;

/// What a door says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorReport {
    /// What people come by: `ssh`.
    pub kind: Line,
    /// Where it listens.
    pub listen: Vec<Line>,
    /// The fingerprint of the key that people know it by.
    pub key: Line,
    /// How many are in by it.
    pub sessions: u32,
}

/// The doors there are.
#[derive(Debug, Default)]
pub struct Doors(Mutex<BTreeMap<ConnId, DoorReport>>);

/// A door's entry, until it is dropped.
#[derive(Debug)]
pub(crate) struct DoorEntry {
    doors: Arc<Doors>,
    conn: ConnId,
}

impl Doors {
    /// What they say of themselves.
    #[must_use]
    pub fn reports(&self) -> Vec<DoorReport> {
        self.lock().values().cloned().collect()
    }

    /// Notes a door that tells of itself for the first time.
    pub(crate) fn enter(self: &Arc<Self>, conn: ConnId, report: DoorReport) -> Result<DoorEntry, Refusal> {
        check(&report)?;
        let mut doors = self.lock();
        if doors.len() >= MOST {
            let many = "there are too many doors; this one is not told of";
            return Err(Refusal::new(Code::TooManyConnections, many));
        }
        tracing::info!(
            kind = %report.kind.as_str(), listen = listed(&report), key = %report.key.as_str(), "a door is open"
        );
        doors.insert(conn, report);
        Ok(DoorEntry { doors: Arc::clone(self), conn })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ConnId, DoorReport>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DoorEntry {
    /// What it says of itself has changed.
    pub(crate) fn update(&self, report: DoorReport) -> Result<(), Refusal> {
        check(&report)?;
        self.doors.lock().insert(self.conn, report);
        Ok(())
    }
}

impl Drop for DoorEntry {
    fn drop(&mut self) {
        if let Some(report) = self.doors.lock().remove(&self.conn) {
            tracing::info!(kind = %report.kind.as_str(), listen = listed(&report), "a door has closed");
        }
    }
}

fn check(report: &DoorReport) -> Result<(), Refusal> {
    if report.listen.len() > MOST_ADDRESSES {
        return Err(Refusal::new(
            Code::BadRequest,
            format!("a door tells of {MOST_ADDRESSES} addresses at most; leave some out"),
        ));
    }
    Ok(())
}

fn listed(report: &DoorReport) -> String {
    report.listen.iter().map(Line::as_str).collect::<Vec<_>>().join(", ")
}
