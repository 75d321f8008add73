//! The chat itself: who is here, which rooms there are, what may be said. One deterministic state machine.
//!
//! [`Chat::handle`] takes proposals in order and returns what must be done, as data. It knows no clock, no randomness, no
//! socket, no tokio and no file: the order gives each proposal its time, fresh tokens arrive inside it, so the same proposals
//! in the same order make the same chat on any machine.
//!
//! Reading order: [`proposal`] comes in, [`effect`] goes out, [`command`] is one file a verb; [`roster`], [`room`],
//! [`sanction`] and [`dedupe`] are the state; [`audit`] says what is written down, [`naming`] which names are free to
//! take, [`address_prefix`] what is one address, [`creation_limit`] how much one may make.

pub mod address_prefix;
pub mod audit;
pub mod command;
pub mod conn_id;
pub mod creation_limit;
pub mod dedupe;
mod deferred;
pub mod effect;
pub mod name_rules;
pub mod proposal;
pub mod room;
pub mod roster;
pub mod rules;
pub mod sanction;
pub mod snapshot;

pub mod rollback;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use shared::server_msg::{PresenceState, RoomState, Sanction};
use shared::{Event, Kind, Millis, Nonce, RoomName, Sender, Seq, Uid};

use self::conn_id::ConnId;
use self::creation_limit::CreationCounters;
use self::dedupe::Dedupe;
use self::deferred::Deferred;
use self::effect::{Effect, Record};
use self::proposal::{Ordered, Place, Proposal};
use self::room::Room;
use self::roster::{Identity, Roster};
use self::rules::Rules;
use self::sanction::Sanctions;

/// What the store remembers from before: the chat at the moment the server last stopped.
#[derive(Debug, Default)]
pub struct Memory {
    /// Everyone who has an identity.
    pub identities: Vec<Identity>,
    /// Every room, with its topic and head.
    pub rooms: Vec<(RoomName, Room)>,
    /// Every ban and mute, those that ran out in the meantime included.
    pub sanctions: Vec<Sanction>,
    /// The newest seq given out.
    pub last_seq: Seq,
    /// The newest uid given out.
    pub last_uid: Uid,
}

/// The state machine.
#[derive(Debug)]
pub struct Chat {
    rules: Rules,
    roster: Roster,
    rooms: HashMap<RoomName, Room>,
    sanctions: Sanctions,
    dedupe: Dedupe,
    deferred: Deferred,
    creation: CreationCounters,
    last_seq: Seq,
    stopping: Option<Stopping>,
    /// The place of the last proposal that was carried out, and its time.
    applied: Place,
    now: Millis,
    /// What the proposal at hand has caused so far.
    effects: Vec<Effect>,
}

/// A countdown to the end.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stopping {
    at: Millis,
    restart: bool,
    reason: shared::Line,
    by: shared::Name,
}

impl Chat {
    /// A chat that goes on from `memory`. Whoever was present then is away now, and may come back until the resume
    /// window after `now` has passed.
    #[must_use]
    pub fn new(rules: Rules, memory: Memory, now: Millis) -> Self {
        let mut rooms: HashMap<_, _> = memory.rooms.into_iter().collect();
        rooms.entry(RoomName::lobby()).or_default();
        let until = now + rules.resume_ms();
        let roster = Roster::new(memory.identities, memory.last_uid, until);
        for identity in roster.present() {
            for name in &identity.rooms {
                rooms.entry(name.clone()).or_default().enter(identity.uid);
            }
        }
        let (dedupe, creation) = (Dedupe::default(), CreationCounters::new(&rules.creation));
        let sanctions = Sanctions::new(memory.sanctions);
        let (last_seq, effects) = (memory.last_seq, Vec::new());
        Self {
            rules,
            roster,
            rooms,
            sanctions,
            dedupe,
            deferred: Deferred::default(),
            creation,
            last_seq,
            stopping: None,
            applied: Place::default(),
            now,
            effects,
        }
    }

    /// Carries out one proposal and says what must be done about it, in order.
    pub fn handle(&mut self, ordered: Ordered) -> Vec<Effect> {
        let Ordered { place, at: now, proposal } = ordered;
        (self.applied, self.now) = (place, now);
        self.roster.forget_at = now + self.rules.resume_ms();
        match proposal {
            Proposal::Hello(greeting) => self.hello(now, *greeting),
            Proposal::Request(request) => self.request(now, *request),
            Proposal::Operate(operated) => self.operate(now, *operated),
            Proposal::Granted { conn, id, role } => self.granted(now, conn, id, role),
            Proposal::WrongKey { conn } => self.wrong_key(now, conn),
            Proposal::Lost { conn } => self.connection_lost(now, conn),
            Proposal::Stop { restart } => self.stop(restart),
            Proposal::Rules(rules) => self.change_rules(*rules),
            Proposal::Tick => self.tick(now),
            Proposal::ClockStepped { by } => self.clock_stepped(by),
            Proposal::NonceLookedUp { uid, nonce, answer } => self.nonce_looked_up(now, uid, &nonce, &answer),
        }
        std::mem::take(&mut self.effects)
    }

    fn change_rules(&mut self, rules: Rules) {
        self.creation.change(&rules.creation);
        self.rules = rules;
    }

    /// When the chat next wants a [`Proposal::Tick`], if at all.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        let stop = self.stopping.as_ref().map(|s| s.at);
        [self.roster.next_deadline(), stop].into_iter().flatten().min()
    }

    /// Everyone who has an identity.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Every room, direct ones included, in no order.
    pub fn rooms(&self) -> impl Iterator<Item = (&RoomName, &Room)> {
        self.rooms.iter()
    }

    /// How many people are here, those away not counted.
    #[must_use]
    pub fn users(&self) -> usize {
        self.roster.connected()
    }

    /// How many rooms there are, direct ones included.
    #[must_use]
    pub fn room_count(&self) -> usize {
        self.rooms.len()
    }

    fn publish(
        &mut self,
        now: Millis,
        room: &RoomName,
        from: Sender,
        nonce: Option<Nonce>,
        kind: Kind,
    ) -> Seq {
        let seq = self.last_seq.next();
        self.last_seq = seq;
        let state = self.rooms.entry(room.clone()).or_default();
        let prev = std::mem::replace(&mut state.head, seq);
        self.effects.push(Effect::Publish(Event {
            room: room.clone(),
            seq,
            prev,
            at: now,
            from,
            nonce,
            kind,
        }));
        seq
    }

    fn save(&mut self, uid: Uid) {
        if let Some(identity) = self.roster.get(uid) {
            self.effects.push(Effect::Save(Record::Identity(Box::new(identity.clone()))));
        }
    }

    fn presence(&mut self, uid: Uid, room: Option<RoomName>, state: PresenceState) {
        let rooms = room.map_or_else(|| self.roster.rooms_of(uid), |room| vec![room]);
        self.effects.extend(rooms.into_iter().map(|room| Effect::Presence { room, uid, state }));
    }

    fn room_state(&self, name: &RoomName) -> Option<RoomState> {
        let room = self.rooms.get(name)?;
        let here = room.members.iter().filter_map(|&uid| self.roster.get(uid)).map(Identity::to_member);
        let members = match name.pair() {
            // Both people belong to a direct room, whether they are here or not.
            Some((a, b)) => {
                [a, b].into_iter().filter_map(|uid| self.roster.get(uid)).map(Identity::to_member).collect()
            }
            None => here.collect(),
        };
        Some(RoomState { name: name.clone(), topic: room.topic.clone(), head: room.head, members })
    }

    fn reply(&mut self, conn: ConnId, msg: shared::ServerMsg) {
        self.effects.push(Effect::Reply { conn, msg: Box::new(msg) });
    }
}
