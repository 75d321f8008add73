//! The chat: identities, presence, rooms, sanctions, idempotency keys. One deterministic state machine without I/O.
//!
//! [`Chat::handle`] takes one ordered proposal and returns its effects as data; the hub carries them out. The chat reads
//! no clock, no random numbers, no socket and no file: the time comes with the proposal, random values are part of it. So
//! the same proposals in the same order make the same state on every machine, which the simulation and snapshots rely on.
//!
//! [`proposal`] is the input ([`greeting`], [`proposed_request`], [`node_proposal`] are some of its kinds, [`place`] is where one
//! stands), [`effect`] the output, [`command`] has one file for each request.
//!
//! State: [`roster`] (all [`identity`]s) and [`presence`] (their connections), [`room`] and [`room_settings`], [`sanction`] (bans and
//! mutes), [`dedupe`] (idempotency keys), [`creation_limit`] (token buckets), `nonce_queue` (requests that wait for a look into the
//! store), [`rules`] (settings), [`nodes`] (the servers of a cluster). [`snapshot`] is all of it as data, [`linked`] one person's
//! machines, [`rollback`] undoes what was not committed, [`digest`] shows whether nodes agree.
//!
//! [`audit`] is the audit trail, [`name_key`] says which names look alike, [`name_rules`] which are free, [`address_prefix`] which
//! addresses count as one, [`limit_key`] who counts as one for limits, [`newcomer_history`] how far back somebody may read,
//! [`limit_change`] which limits an admin may change, [`level`] what all nodes of a cluster must know before it is used.

pub mod address_prefix;
pub mod audit;
pub mod command;
pub mod conn_id;
pub mod creation_limit;
pub mod dedupe;
pub mod digest;
pub mod effect;
pub mod find;
pub mod forgotten_nonces;
pub mod greeting;
pub mod identity;
pub mod level;
pub mod limit_change;
pub mod limit_key;
pub mod linked;
pub mod linked_secret;
mod list_size;
pub mod message_lookup;
pub mod name_key;
pub mod name_rules;
pub mod newcomer_history;
pub mod node_identity;
pub mod node_proposal;
pub mod nodes;
mod nonce_queue;
pub mod place;
pub mod presence;
pub mod proposal;
pub mod proposed_request;
pub mod rollback;
pub mod room;
pub mod room_settings;
pub mod roster;
pub mod rules;
pub mod sanction;
pub mod snapshot;
pub mod sorted;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use shared::server_msg::{Form, Goodbye, PresenceState, RoomState, Sanction};
use shared::{Attachment, Event, Kind, Millis, Nonce, RoomName, Sender, Seq, Uid};

use self::conn_id::ConnId;
use self::creation_limit::CreationCounters;
use self::dedupe::Dedupe;
use self::effect::{Effect, Record};
use self::identity::Identity;
use self::linked::Offer;
use self::nodes::Nodes;
use self::nonce_queue::NonceQueue;
use self::place::Place;
use self::proposal::{Ordered, Proposal, SecretHash};
use self::room::Room;
use self::room_settings::{Settings, SettingsIndex};
use self::roster::Roster;
use self::rules::Rules;
use self::sanction::Sanctions;

/// The state as the store has it: what was committed when the server last stopped.
#[derive(Debug, Default)]
pub struct Memory {
    /// Everyone who has an identity.
    pub identities: Vec<Identity>,
    /// Every room, with its topic and head.
    pub rooms: Vec<(RoomName, Room)>,
    /// Every ban and mute, those that have expired since included.
    pub sanctions: Vec<Sanction>,
    /// The newest seq used.
    pub last_seq: Seq,
    /// The newest uid used.
    pub last_uid: Uid,
}

/// The state machine.
#[derive(Debug)]
pub struct Chat {
    rules: Rules,
    roster: Roster,
    rooms: HashMap<RoomName, Room>,
    /// Follows from how the rooms are set up.
    settings_index: SettingsIndex,
    sanctions: Sanctions,
    dedupe: Dedupe,
    deferred: NonceQueue,
    creation: CreationCounters,
    nodes: Nodes,
    last_seq: Seq,
    stopping: Option<Stopping>,
    /// The codes by which other machines may be linked. Ordered, so that a snapshot has the same bytes.
    offers: BTreeMap<SecretHash, Offer>,
    /// The place of the last proposal that was applied, and its time.
    applied: Place,
    now: Millis,
    /// The effects of the proposal that is being applied, so far.
    effects: Vec<Effect>,
}

/// A shutdown countdown.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stopping {
    at: Millis,
    restart: bool,
    reason: shared::Line,
    by: shared::Name,
}

/// What the sender of an event says of it beside its kind.
#[derive(Clone, Debug, Default)]
struct Mark {
    nonce: Option<Nonce>,
    reply_to: Option<Seq>,
    file: Option<Box<Attachment>>,
}

impl Chat {
    /// A chat with the state of `memory`. Whoever was present then is away now, and may resume until the resume window
    /// after `now` is over.
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
        let (dedupe, creation) = (Dedupe::default(), CreationCounters::new(&rules.creation, &rules.limits));
        let (sanctions, moved) = Sanctions::of_run_before(memory.sanctions, now);
        let last_seq = memory.last_seq;
        // Kept with the first proposal.
        let moved = moved.into_iter().map(|sanction| Effect::Save(Record::Sanction(Box::new(sanction))));
        let effects = moved.collect();
        let mut chat = Self {
            rules,
            roster,
            rooms,
            settings_index: SettingsIndex::default(),
            sanctions,
            dedupe,
            deferred: NonceQueue::default(),
            creation,
            nodes: Nodes::default(),
            last_seq,
            stopping: None,
            offers: BTreeMap::new(),
            applied: Place::default(),
            now,
            effects,
        };
        chat.index_settings();
        chat
    }

    /// Finds how the rooms are set up, after all of them were replaced.
    fn index_settings(&mut self) {
        for (name, room) in &self.rooms {
            if let Some(settings) = &room.settings {
                self.settings_index.add(name, settings);
            }
        }
    }

    /// Sets a room up otherwise, in memory.
    fn replace_settings(&mut self, name: &RoomName, settings: Option<Box<Settings>>) {
        let room = self.rooms.entry(name.clone()).or_default();
        if let Some(before) = &room.settings {
            self.settings_index.remove(name, before);
        }
        room.settings = settings;
        if let Some(after) = &room.settings {
            self.settings_index.add(name, after);
        }
    }

    /// Applies one proposal and returns its effects, in order.
    pub fn handle(&mut self, ordered: Ordered) -> Vec<Effect> {
        let Ordered { place, at: now, origin, proposal } = ordered;
        if origin.is_none() && !self.nodes.is_empty() {
            return self.answer(proposal);
        }
        (self.applied, self.now) = (place, now);
        self.roster.forget_at = now + self.rules.resume_ms();
        if origin.is_some_and(|origin| !self.takes_from_node(now, origin, &proposal)) {
            return std::mem::take(&mut self.effects);
        }
        match proposal {
            Proposal::Hello(greeting) => self.hello(now, *greeting),
            Proposal::Request(request) => self.request(now, *request),
            Proposal::Operate(operated) => self.operate(now, *operated),
            Proposal::NewSecret(proposed) => self.new_secret(now, &proposed),
            Proposal::Link(proposed) => self.link(now, *proposed),
            Proposal::Machine(proposed) => self.set_machine(now, &proposed),
            Proposal::Granted { conn, id, role } => self.granted(now, conn, id, role),
            Proposal::WrongKey { conn } => self.wrong_key(now, conn),
            Proposal::Lost { conn } => self.connection_lost(now, conn),
            Proposal::NotWelcomed { conn, fresh } => self.not_welcomed(now, conn, fresh),
            Proposal::Stop { restart } => self.stop(restart),
            Proposal::Rules(rules) => self.change_rules(*rules),
            Proposal::Limit(change) => {
                let mut rules = self.rules.clone();
                change.apply(&mut rules);
                self.change_rules(rules);
            }
            Proposal::Tick => self.tick(now),
            Proposal::ClockStepped { by } => self.clock_stepped(by),
            Proposal::Found { .. } => {}
            Proposal::Enter(entry) => self.node_enters(now, origin, *entry),
            Proposal::Alive(alive) => self.node_is_alive(origin, &alive),
            Proposal::Exit => self.node_exits(now, origin),
            Proposal::RemoveNode(proposed) => self.remove_node(now, &proposed),
            Proposal::EvictNode { node } => self.nodes.evict(now, &node),
            Proposal::NoncesLookedUp { lookups } => self.nonces_looked_up(now, &lookups),
            Proposal::MessagesLookedUp { lookups } => self.messages_looked_up(now, &lookups),
        }
        std::mem::take(&mut self.effects)
    }

    /// Answers what a node was asked, which has no place in the order: nothing is changed by it.
    fn answer(&mut self, read: Proposal) -> Vec<Effect> {
        if read.changes_nothing() {
            self.answer_read(read);
        }
        std::mem::take(&mut self.effects)
    }

    fn change_rules(&mut self, rules: Rules) {
        self.creation.change(&rules.creation, &rules.limits);
        self.rules = rules;
    }

    /// When the next [`Proposal::Tick`] is due, if one is.
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

    /// What of the chat is in force: a node does nothing that another one does not know.
    #[must_use]
    pub fn level(&self) -> u32 {
        self.nodes.level()
    }

    /// The nodes of the cluster; none of a server of its own.
    #[must_use]
    pub fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// The place of the last proposal that was applied.
    #[must_use]
    pub fn applied(&self) -> Place {
        self.applied
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The number of people who are connected; those away are not counted.
    #[must_use]
    pub fn users(&self) -> usize {
        self.roster.connected()
    }

    /// The number of rooms, direct ones included.
    #[must_use]
    pub fn room_count(&self) -> usize {
        self.rooms.len()
    }

    fn publish(&mut self, now: Millis, room: &RoomName, from: Sender, kind: Kind) -> Seq {
        self.publish_marked(now, room, from, Mark::default(), kind)
    }

    fn publish_marked(&mut self, now: Millis, room: &RoomName, from: Sender, mark: Mark, kind: Kind) -> Seq {
        let seq = self.last_seq.next();
        self.last_seq = seq;
        let state = self.rooms.entry(room.clone()).or_default();
        let prev = std::mem::replace(&mut state.head, seq);
        let event = Event::new(room.clone(), (prev, seq), now, from, kind);
        let Mark { nonce, reply_to, file } = mark;
        self.effects.push(Effect::Publish(Event { nonce, reply_to, file, ..event }));
        seq
    }

    fn save(&mut self, uid: Uid) {
        if let Some(identity) = self.roster.get(uid) {
            self.effects.push(Effect::Save(Record::Identity(Arc::new(identity.clone()))));
        }
    }

    fn presence(&mut self, uid: Uid, room: Option<RoomName>, state: PresenceState) {
        let rooms = room.map_or_else(|| self.roster.rooms_of(uid), |room| vec![room]);
        self.effects.extend(rooms.into_iter().map(|room| Effect::Presence { room, uid, state }));
    }

    /// A room with those in it, as far as their list takes no more than so many bytes.
    fn room_state(&self, name: &RoomName, most: usize) -> Option<RoomState> {
        let room = self.rooms.get(name)?;
        let pair = name.pair().map(|(a, b)| [a, b]);
        // The members of a direct room are always its two people, present or not.
        let uids = pair.as_ref().map_or(room.members.as_slice(), <[Uid; 2]>::as_slice);
        let everybody = uids.iter().filter_map(|&uid| self.roster.get(uid));
        let (members, more) = list_size::cut(everybody.map(Identity::to_member), list_size::member, most);
        let (topic, head) = (room.topic.clone(), room.head);
        let settings = room.settings.as_ref().map(|settings| settings.told()).unwrap_or_default();
        let name = name.clone();
        Some(RoomState { name, topic, head, members, more, read: None, settings, form: Form::Full })
    }

    /// All connections of somebody follow a room, from the event after `after`.
    fn follow(&mut self, uid: Uid, room: &RoomName, after: Seq) {
        for conn in self.conns_of(uid) {
            self.effects.push(Effect::Follow { conn, room: room.clone(), after });
        }
    }

    fn conns_of(&self, uid: Uid) -> Vec<ConnId> {
        self.roster.get(uid).map(|identity| identity.conns().collect()).unwrap_or_default()
    }

    /// Says goodbye to connections and closes them.
    fn close(&mut self, conns: Vec<ConnId>, goodbye: &Goodbye) {
        let close = |conn| Effect::Close { conn, goodbye: Box::new(goodbye.clone()) };
        self.effects.extend(conns.into_iter().map(close));
    }

    /// Sends one connection an answer, or what it did not ask for.
    fn tell(&mut self, conn: ConnId, msg: shared::ServerMsg) {
        self.effects.push(Effect::Tell { conn, msg: Box::new(msg) });
    }
}
