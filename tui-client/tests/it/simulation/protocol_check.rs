//! Checks what the server sends on one connection against `PROTOCOL.md`: nothing is sent before it is committed, every
//! event follows the one before it or a gap, `resumed` names the positions the client has. Only observes; a violation
//! panics.

use std::collections::{BTreeMap, BTreeSet};

use shared::client_msg::Hello;
use shared::server_msg::{
    Answer, Gap, GoodbyeCode, Membership, Presence, PresenceChange, PresenceState, Reacted, Resumed,
    RoomState, Welcome,
};
use shared::{ClientMsg, Event, Request, RequestId, RoomName, Secret, Seq, ServerMsg, Uid};

use super::disk::State;

/// The checked state of one connection.
#[derive(Default)]
pub(crate) struct ProtocolCheck {
    secret: Option<Secret>,
    resume: BTreeMap<RoomName, Seq>,
    /// The last seq of every room that is followed.
    last: BTreeMap<RoomName, Seq>,
    joins: BTreeSet<RequestId>,
    parts: BTreeMap<RequestId, RoomName>,
    /// Rooms that were left: late events may still come.
    left: BTreeSet<RoomName>,
    /// Rooms that this connection was in or invited to: the only private ones it may be told of.
    known: BTreeSet<RoomName>,
    /// How many private rooms it was told of.
    pub(crate) private_listed: u64,
    /// Who was said to be typing.
    pub(crate) typing: Vec<Uid>,
}

impl ProtocolCheck {
    pub(crate) fn new(hello: &Hello) -> Self {
        Self { secret: hello.secret.clone(), resume: hello.resume.clone(), ..Self::default() }
    }

    /// The client sends a request.
    pub(crate) fn on_request(&mut self, request: &Request) {
        let Some(id) = request.id.clone() else { return };
        match &request.msg {
            ClientMsg::Join(_) => drop(self.joins.insert(id)),
            ClientMsg::Part(part) => {
                self.left.insert(part.room.clone());
                self.parts.insert(id, part.room.clone());
            }
            _ => {}
        }
    }

    /// Checks a message of the server. `owners` has the identity of each secret. Returns the client's new uid if the
    /// server had forgotten its identity.
    pub(crate) fn on_said(
        &mut self,
        msg: &ServerMsg,
        disk: &State,
        owners: &mut BTreeMap<String, Uid>,
    ) -> Option<Uid> {
        match msg {
            ServerMsg::Welcome(welcome) => return self.on_welcome(welcome, disk, owners),
            ServerMsg::Event(event) => self.on_event(event, disk),
            ServerMsg::Membership(told) => self.on_membership(told, disk),
            ServerMsg::Reacted(told) => self.on_reacted(told, disk),
            ServerMsg::Gap(gap) => self.on_gap(gap),
            ServerMsg::Resumed(resumed) => self.on_resumed(resumed),
            ServerMsg::Ok(answer) => self.on_answer(answer, disk),
            ServerMsg::Joined(joined) => {
                let RoomState { name, head, .. } = &joined.state;
                self.known.insert(name.clone());
                assert_eq!(self.last.insert(name.clone(), *head), None, "joined, and was in {name}");
                self.left.remove(name);
            }
            ServerMsg::Invited(invited) => drop(self.known.insert(invited.room.clone())),
            ServerMsg::Parted(parted) => {
                let last = self.last.remove(&parted.room);
                assert!(last.is_some(), "parted, and was not in {}", parted.room);
            }
            ServerMsg::Presence(told) => self.on_presence(told),
            ServerMsg::Goodbye(goodbye) => {
                // Every client has a window of its own.
                assert_ne!(goodbye.code, GoodbyeCode::Replaced);
            }
            _ => {}
        }
        None
    }

    fn on_welcome(
        &mut self,
        welcome: &Welcome,
        disk: &State,
        owners: &mut BTreeMap<String, Uid>,
    ) -> Option<Uid> {
        let uid = welcome.you.uid;
        let mut anew = None;
        match (&self.secret, &welcome.secret) {
            (Some(shown), None) => {
                assert_eq!(owners.get(shown.as_str()), Some(&uid), "the secret brought back somebody else");
            }
            (None, Some(fresh)) => drop(owners.insert(fresh.as_str().to_owned(), uid)),
            // An identity that never spoke may be forgotten; the client gets a new one.
            (Some(shown), Some(fresh)) => {
                let owner = *owners.get(shown.as_str()).expect("a secret that nobody was given");
                assert!(!disk.has_spoken(owner), "identity {owner} spoke, and is {uid} now");
                owners.insert(fresh.as_str().to_owned(), uid);
                anew = Some(uid);
            }
            (None, None) => panic!("identity {uid} was given no secret"),
        }
        for RoomState { name, head, .. } in &welcome.rooms {
            let from = self.resume.get(name).copied().unwrap_or(*head).min(*head);
            self.last.insert(name.clone(), from);
            self.known.insert(name.clone());
        }
        anew
    }

    /// Who types is told to those who are in the room.
    fn on_presence(&mut self, told: &Presence) {
        let types = |change: &&PresenceChange| change.state == PresenceState::Typing;
        for change in told.changes.iter().filter(types) {
            let Some(room) = &told.room else { panic!("{} types nowhere", change.uid) };
            let may_know = self.last.contains_key(room) || self.left.contains(room) || room.pair().is_some();
            assert!(may_know, "who types in {room}, where we are not: {told:?}");
            self.typing.push(change.uid);
        }
    }

    fn on_event(&mut self, event: &Event, disk: &State) {
        assert!(disk.has(event.seq), "told before it was kept: {event:?}");
        match self.last.get_mut(&event.room) {
            Some(last) => {
                assert!(event.seq > *last, "after {last} comes again {event:?}");
                assert_eq!(event.prev, *last, "something is missing before {event:?}");
                *last = event.seq;
            }
            None if event.room.pair().is_some() => drop(self.last.insert(event.room.clone(), event.seq)),
            None => assert!(self.left.contains(&event.room), "of a room we are not in: {event:?}"),
        }
    }

    /// A run takes the place of joins and leaves that are kept, and says of each person where they are at its end. Who came
    /// in its middle hears all of it.
    fn on_membership(&mut self, told: &Membership, disk: &State) {
        let events = told.events();
        assert!(events.iter().all(|event| disk.has(event.seq)), "told before it was kept: {told:?}");
        assert!(events.windows(2).all(|two| two[0].seq < two[1].seq), "{told:?}");
        assert_eq!(events.last().map(|event| event.seq), Some(told.seq), "{told:?}");
        let kept = disk.net_changes(&told.room, told.prev, told.seq);
        let came = told.came.iter().map(|came| (came.uid, true));
        let left = told.left.iter().map(|left| (left.uid, false));
        let passed = told.passed.iter().map(|uid| (*uid, false));
        let mut said = left.chain(passed).collect::<BTreeMap<_, _>>();
        said.extend(came);
        assert_eq!(said, kept, "{told:?}");
        self.follow(&told.room, told.prev, told.seq);
    }

    fn on_reacted(&mut self, told: &Reacted, disk: &State) {
        let events = told.events();
        assert!(events.iter().all(|event| disk.has(event.seq)), "told before it was kept: {told:?}");
        assert!(events.windows(2).all(|two| two[0].seq < two[1].seq), "{told:?}");
        assert_eq!(events.last().map(|event| event.seq), Some(told.seq), "{told:?}");
        self.follow(&told.room, told.prev, told.seq);
    }

    /// A line for all events after `prev` up to `seq` follows what was told.
    fn follow(&mut self, room: &RoomName, prev: Seq, seq: Seq) {
        match self.last.get_mut(room) {
            Some(last) => {
                assert!(seq > *last, "after {last} comes again {prev} to {seq} of {room}");
                assert!(prev <= *last, "something is missing between {last} and {prev} of {room}");
                *last = seq;
            }
            None => assert!(self.left.contains(room), "of a room we are not in, {room}: {prev} to {seq}"),
        }
    }

    fn on_gap(&mut self, gap: &Gap) {
        let is_direct = gap.room.pair().is_some();
        // A direct room may begin with a gap.
        let known = self.last.get(&gap.room).copied().or(is_direct.then_some(gap.after));
        assert_eq!(known, Some(gap.after), "a gap that does not begin where we are: {gap:?}");
        assert!(gap.before > gap.after, "{gap:?}");
        self.last.insert(gap.room.clone(), Seq::new(gap.before.get() - 1).unwrap());
    }

    fn on_resumed(&mut self, resumed: &Resumed) {
        for (room, seq) in &resumed.rooms {
            assert_eq!(self.last.get(room), Some(seq), "resumed, but not where we are in {room}");
        }
    }

    fn on_answer(&mut self, answer: &Answer, disk: &State) {
        if let Some(seq) = answer.seq {
            assert!(disk.has(seq) || seq == Seq::ZERO, "acknowledged before it was kept: {answer:?}");
        }
        for event in answer.events.iter().flatten() {
            assert!(disk.has(event.seq), "{event:?}");
        }
        for room in answer.rooms.iter().flatten().filter(|room| room.private) {
            assert!(self.known.contains(&room.name), "told of {}, which is private", room.name);
            self.private_listed += 1;
        }
        let Some(id) = &answer.id else { return };
        if self.joins.remove(id)
            && let Some(RoomState { name, head, .. }) = &answer.state
        {
            self.left.remove(name);
            self.known.insert(name.clone());
            // Joining again changes nothing.
            self.last.entry(name.clone()).or_insert(*head);
        }
        if let Some(room) = self.parts.remove(id) {
            self.last.remove(&room);
        }
    }
}
