//! A batch that was not committed, while what is committed is being read.

use tokio::time::Instant;

use shared::Event;

use super::pending::{Output, Pending};
use crate::chat::conn_id::ConnId;
use crate::chat::effect::{Effect, Record};
use crate::chat::rollback::Touched;

/// What is undone, and what stands.
#[derive(Debug)]
pub(super) struct RollingBack {
    /// Everything that is undone: the batch, and what was carried out on top of it.
    pub(super) undone: Vec<Pending>,
    /// What only answers, and stands.
    pub(super) answers: Vec<Pending>,
    /// What must be read.
    pub(super) touched: Touched,
    /// When the store is asked again, after it could not be read.
    pub(super) retry_at: Option<Instant>,
}

impl RollingBack {
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

    /// Connections that were about to be welcomed.
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
        Record::Forget(_) | Record::Audit(_) => {}
    }
}
