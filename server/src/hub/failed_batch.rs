//! A rollback in progress: what is undone, what stands, and which rows must be read to know the committed state.

use tokio::time::Instant;

use shared::Event;

use super::pending::{Output, Pending};
use crate::chat::conn_id::ConnId;
use crate::chat::effect::{Effect, Record};
use crate::chat::rollback::Touched;

/// A rollback in progress.
#[derive(Debug)]
pub(super) struct FailedBatch {
    /// What is undone: the failed batch, and the writes applied on top of it.
    pub(super) undone: Vec<Pending>,
    /// Answers without writes, which are released after the rollback.
    pub(super) answers: Vec<Pending>,
    /// What must be read back.
    pub(super) touched: Touched,
    /// When to read again, after a read failed.
    pub(super) retry_at: Option<Instant>,
}

impl FailedBatch {
    pub(super) fn new(undone: Vec<Pending>, answers: Vec<Pending>) -> Self {
        let mut touched = Touched::default();
        for effect in undone.iter().flat_map(|pending| &pending.outputs).filter_map(effect) {
            if let Effect::Save(record) = effect {
                touch(&mut touched, record);
            }
        }
        Self { undone, answers, touched, retry_at: None }
    }

    /// The events that are undone, in order.
    pub(super) fn events(&self) -> Vec<Event> {
        let event = |output: &Output| match output {
            Output::Event(event, _) => Some(event.clone()),
            Output::Effect(_) => None,
        };
        self.undone.iter().flat_map(|pending| &pending.outputs).filter_map(event).collect()
    }

    /// Connections whose welcome is undone.
    pub(super) fn greeted(&self) -> Vec<ConnId> {
        let welcomed = |effect: &Effect| {
            if let Effect::Welcome { conn, .. } = effect { Some(*conn) } else { None }
        };
        let effects = self.undone.iter().flat_map(|pending| &pending.outputs).filter_map(effect);
        effects.filter_map(welcomed).collect()
    }
}

fn effect(output: &Output) -> Option<&Effect> {
    match output {
        Output::Effect(effect) => Some(effect),
        Output::Event(..) => None,
    }
}

fn touch(touched: &mut Touched, record: &Record) {
    match record {
        Record::Identity(identity) => drop(touched.people.insert(identity.uid)),
        Record::Member { uid, .. } => drop(touched.people.insert(*uid)),
        Record::Room { name, .. } => drop(touched.rooms.insert(name.clone())),
        Record::Sanction(sanction) => drop(touched.sanctioned.insert(sanction.target.uid)),
        Record::Lift { uid, .. } => drop(touched.sanctioned.insert(*uid)),
        Record::Forget(_)
        | Record::Audit(_)
        | Record::Edit { .. }
        | Record::Delete { .. }
        | Record::React { .. } => {}
    }
}
