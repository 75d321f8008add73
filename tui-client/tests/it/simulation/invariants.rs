//! The invariants at the end of a history, once everything has settled: every message is stored once and in order, every
//! client shows exactly what is stored, and nothing is left in an outbox without a reason. Each violation is reported,
//! none is tolerated.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::event::React;
use shared::reaction::Reactions;
use shared::{Code, Event as Happened, Kind, Nonce, RoomName, Seq};
use tui_client::app::outbox::SendState;
use tui_client::app::timeline::Body;
use tui_client::event::Event;

use super::network::Wire;
use super::world::World;

/// How long everything may take to settle, in milliseconds: the heartbeat timeouts of both sides, the longest backoff,
/// and time for the rest.
const SETTLE_LIMIT: u64 = 75_000 + 75_000 + 30_000 + 60_000;
/// How many times a client pages back before the check fails.
const PAGES: usize = 60;

/// A message of a room: its seq and text.
type RoomMessage = (Seq, String);

impl World {
    /// Stops all faults and waits until every client is online and up to date.
    pub(crate) async fn settle(&mut self) {
        self.stop_faults();
        let limit = self.now() + SETTLE_LIMIT;
        // At least one round: an order of the operator may still be on its way, and would remove somebody during the
        // checks.
        let mut why = Some("nothing was looked at yet".to_owned());
        while let Some(reason) = why {
            assert!(self.now() < limit, "it does not settle: {reason}");
            let then = self.now() + 1000;
            self.until(then).await;
            self.lift_permanent_sanctions();
            why = self.unsettled();
        }
        // Who came is told a moment later, together with others.
        let then = self.now() + 1000;
        self.until(then).await;
        if self.random.one_in(4) {
            self.rest().await;
        }
        for who in 0..self.people.len() {
            self.read_everything(who).await;
        }
    }

    /// What has not settled yet.
    fn unsettled(&mut self) -> Option<String> {
        if let Some(why) = self.unsettled_nodes() {
            return Some(why);
        }
        let heads = self.disk().heads();
        (0..self.people.len())
            .find_map(|who| self.unsettled_person(who, &heads).map(|why| format!("{who}: {why}")))
    }

    fn unsettled_person(&self, who: usize, heads: &BTreeMap<RoomName, Seq>) -> Option<String> {
        let person = &self.people[who];
        let wire = person.link.as_ref().and_then(|link| self.wires.get(&link.wire));
        if !person.runs() || !person.app.status().is_online() || !wire.is_some_and(Wire::is_whole) {
            return Some(format!("not online: {:?}", person.app.status()));
        }
        if person.app.outbox().waiting() > 0 || !wire.is_some_and(Wire::is_quiet) {
            return Some(format!("still sending: {:?}", person.app.outbox()));
        }
        // What is asked for beside the outbox changes the rooms, too.
        if person.app.waits_for_answer() {
            return Some("waits for an answer".into());
        }
        self.disk().rooms_of(person.app.my_uid()).iter().find_map(|name| {
            let position = person.app.rooms().get(name).map(|room| room.position);
            let head = heads.get(name).copied();
            (position != head.or(Some(Seq::ZERO))).then(|| format!("at {position:?} of {head:?} in {name}"))
        })
    }

    /// Pages every room from its beginning to its end.
    async fn read_everything(&mut self, who: usize) {
        let rooms = self.people[who].app.rooms().list().iter().filter(|room| room.joined);
        let rooms: Vec<RoomName> = rooms.map(|room| room.name.clone()).collect();
        for name in rooms {
            self.go(who, &name);
            for attempt in 0.. {
                let room = self.people[who].app.rooms().get(&name).unwrap();
                let timeline = &room.timeline;
                if room.paging.is_none() && !timeline.has_older() && timeline.gaps().is_empty() {
                    break;
                }
                assert!(attempt < PAGES, "{who}: the rest of {name} does not come: {:?}", timeline.gaps());
                // To the beginning, and down again over what lies between.
                let keys = if timeline.has_older() { &["ctrl-home"][..] } else { &["pgdn"; 8][..] };
                for key in keys {
                    self.feed(who, Event::Key(key.parse().unwrap()));
                }
                let then = self.now() + 100;
                self.until(then).await;
            }
        }
    }

    /// Returns all violations.
    pub(crate) fn check_invariants(&mut self) -> Vec<String> {
        let mut wrong: Vec<String> = self.check_nodes();
        let events = self.disk().events();
        let mut rooms: BTreeMap<RoomName, Vec<&Happened>> = BTreeMap::new();
        for event in &events {
            rooms.entry(event.room.clone()).or_default().push(event);
        }
        for (name, room) in &rooms {
            check_chain(name, room, &mut wrong);
        }
        self.check_messages(&events, &mut wrong);
        self.check_sanctioned_senders(&events, &mut wrong);
        for who in 0..self.people.len() {
            self.check_outbox(who, &events, &mut wrong);
            self.check_screens(who, &rooms, &mut wrong);
            self.check_absent(who, &mut wrong);
        }
        wrong
    }

    /// Every accepted message is stored once, with the acknowledged seq, in the order it was written.
    fn check_messages(&mut self, events: &[Happened], wrong: &mut Vec<String>) {
        let mut stored: HashMap<&Nonce, Vec<&Happened>> = HashMap::new();
        let is_deletion = |event: &Happened| matches!(event.kind, Kind::Delete(_));
        for event in events.iter().filter(|event| is_written(event) || is_deletion(event)) {
            if let Some(nonce) = &event.nonce {
                stored.entry(nonce).or_default().push(event);
            }
        }
        self.check_texts(events, wrong);
        let mut last: HashMap<(usize, &RoomName), Seq> = HashMap::new();
        for message in &self.sent.messages {
            let found = stored.remove(&message.nonce).unwrap_or_default();
            self.counters.sent += 1;
            self.counters.acknowledged += u64::from(message.seq.is_some());
            let Some(event) = found.first() else {
                match (message.seq, message.is_uncertain, message.refused) {
                    (None, true, _) => self.counters.uncertain += 1,
                    (None, false, Some(why)) => {
                        self.counters.refused += 1;
                        self.counters.undeliverable += u64::from(why == Code::NoSuchUser);
                        self.counters.muted += u64::from(why == Code::Muted);
                    }
                    // What is deleted meanwhile is neither edited nor deleted once more.
                    _ if message.changes.is_some_and(|of| is_deleted(events, of)) => {
                        self.counters.dropped += 1;
                    }
                    _ => {
                        self.counters.lost += 1;
                        wrong.push(format!("lost: {message:?}"));
                    }
                }
                continue;
            };
            if found.len() > 1 {
                self.counters.doubled += 1;
                wrong.push(format!("doubled: {message:?} at {found:?}"));
            }
            if message.seq.is_some_and(|seq| seq != event.seq) || message.room != event.room {
                self.counters.lost += 1;
                wrong.push(format!("not where its writer was told: {message:?} is {event:?}"));
            }
            let may_be_refused = self.may_be_muted(event.from.uid, message.at, event.at);
            let is_deletion = message.text.is_empty();
            if message.refused.is_some() || may_be_refused || is_deletion || self.may_be_rolled_back() {
                // It was sent again after later messages, so its order is not checked. After a kill deletions go last.
                continue;
            }
            let before = last.entry((message.who, &message.room)).or_default();
            if event.seq < *before {
                self.counters.reordered += 1;
                wrong.push(format!("before what was written before: {message:?} at {}", event.seq));
            }
            *before = event.seq.max(*before);
        }
        wrong.extend(stored.into_keys().map(|nonce| format!("nobody said {nonce:?}")));
    }

    /// Every message says what was last written for it.
    fn check_texts(&self, events: &[Happened], wrong: &mut Vec<String>) {
        let mut last: HashMap<Seq, &str> = HashMap::new();
        for event in events.iter().filter(|event| is_written(event)) {
            let written = event.nonce.as_ref().and_then(|nonce| self.sent.get(nonce));
            if let Some(written) = written {
                last.insert(event.kind.of().unwrap_or(event.seq), &written.text);
            }
        }
        for event in events {
            if let Some(text) = message_text(event)
                && last.get(&event.seq).is_none_or(|written| *written != text)
            {
                wrong.push(format!("{event:?} was written as {:?}", last.get(&event.seq)));
            }
        }
    }

    /// Outboxes hold only refused messages, which are shown with the reason and not stored.
    fn check_outbox(&self, who: usize, events: &[Happened], wrong: &mut Vec<String>) {
        let app = &self.people[who].app;
        for entry in app.outbox().entries() {
            let is_stored = events.iter().any(|event| event.nonce.as_ref() == Some(&entry.unsent.nonce));
            let SendState::Failed(why) = entry.state else {
                wrong.push(format!("{who}: stored {is_stored}, and still there is {entry:?}"));
                continue;
            };
            let mut unsent =
                app.rooms().get(&entry.unsent.room).into_iter().flat_map(|room| room.timeline.unsent());
            let is_shown = unsent.any(|own| {
                own.nonce == entry.unsent.nonce && own.failed.is_some_and(|(shown, _)| shown == why)
            });
            // An edit is no entry, and a room that was left is not on the screen.
            let may_be_hidden = entry.unsent.act.of().is_some()
                || app.rooms().get(&entry.unsent.room).is_none() && entry.unsent.room.pair().is_none();
            if is_stored || !(is_shown || may_be_hidden) {
                wrong.push(format!(
                    "{who}: stored {is_stored}, shown {is_shown}, and still there is {entry:?}"
                ));
            }
        }
    }

    /// Every client knows who says that they are away, and shows nobody as away who is connected. Presence may be lost on the way to a slow reader, so only those are
    /// asked that greeted when there were no faults any more.
    fn check_absent(&self, who: usize, wrong: &mut Vec<String>) {
        let person = &self.people[who];
        if person.link.as_ref().zip(self.faults_stopped_at).is_none_or(|(link, at)| link.began < at) {
            return;
        }
        let here: BTreeSet<_> = self.people.iter().map(|person| person.app.my_uid()).collect();
        for member in person.app.rooms().everyone().people() {
            if member.away && here.contains(&member.uid) {
                wrong.push(format!("{who} sees {} away, who is connected", member.uid));
            }
        }
        let absent = self.disk().absent();
        let everyone = person.app.rooms().everyone().people().iter().map(|member| member.uid);
        for uid in everyone.filter(|uid| person.app.rooms().is_absent(*uid) != absent.contains(uid)) {
            wrong.push(format!("{who} is wrong about whether {uid} is away, of {absent:?}"));
        }
    }

    /// Every client shows the stored messages of its rooms in the stored order.
    fn check_screens(
        &mut self,
        who: usize,
        rooms: &BTreeMap<RoomName, Vec<&Happened>>,
        wrong: &mut Vec<String>,
    ) {
        let app = &self.people[who].app;
        let inside = self.disk().rooms_of(app.my_uid());
        let joined = app.rooms().list().iter().filter(|room| room.joined);
        for room in joined.filter(|room| !room.is_direct() && !inside.contains(&room.name)) {
            wrong.push(format!("{who} believes to be in {}", room.name));
        }
        for name in &inside {
            let Some(room) = app.rooms().get(name).filter(|room| room.joined) else {
                wrong.push(format!("{who} does not know to be in {name}"));
                continue;
            };
            let should = room_messages(rooms.get(name).map_or(&[], Vec::as_slice));
            let is: Vec<RoomMessage> = room
                .timeline
                .entries()
                .filter_map(|entry| {
                    let seq = entry.seq()?;
                    let facts = room.timeline.facts(seq);
                    let said = match entry.body() {
                        Body::Message(text) | Body::Action(text) => text,
                        Body::Event(Kind::Deleted(_)) => DELETED,
                        Body::Own(_) | Body::Notice(_) | Body::Event(_) => return None,
                    };
                    let (edited, reply_to) =
                        facts.map_or((false, None), |facts| (facts.edited, facts.reply_to));
                    let reactions = facts.map(|facts| facts.reactions.clone()).unwrap_or_default();
                    Some((seq, shown(said, edited, reply_to, &reactions)))
                })
                .collect();
            self.counters.seen += is.len() as u64;
            for own in room.timeline.unsent().filter(|own| own.failed.is_none()) {
                wrong.push(format!("{who} still shows as pending {own:?}"));
            }
            if is != should {
                let (lost, doubled) = compare(&should, &is);
                self.counters.lost += lost;
                self.counters.doubled += doubled;
                self.counters.reordered += u64::from(lost + doubled == 0);
                wrong.push(format!(
                    "{who} in {name}: {lost} lost, {doubled} doubled\nis {is:?}\nshould {should:?}"
                ));
            }
        }
    }
}

fn message_text(event: &Happened) -> Option<&str> {
    match &event.kind {
        Kind::Message(text) | Kind::Action(text) => Some(text.as_str()),
        _ => None,
    }
}

/// What stands for a deleted message.
const DELETED: &str = "(deleted)";

/// Whether there is a deleted message at this place.
fn is_deleted(events: &[Happened], of: Seq) -> bool {
    events.iter().any(|event| event.seq == of && matches!(event.kind, Kind::Deleted(_)))
}

/// Whether somebody wrote it: a message, perhaps deleted since, or another text for one.
fn is_written(event: &Happened) -> bool {
    matches!(event.kind, Kind::Message(_) | Kind::Action(_) | Kind::Deleted(_) | Kind::Edit(_))
}

/// The messages of a room as they should be shown by now.
fn room_messages(room: &[&Happened]) -> Vec<RoomMessage> {
    let mut reactions: HashMap<Seq, Reactions> = HashMap::new();
    for event in room {
        if let Kind::React(React { of, with, off }) = &event.kind {
            reactions.entry(*of).or_default().set(event.from.uid, with, *off);
        }
    }
    let message = |event: &&Happened| {
        if matches!(event.kind, Kind::Deleted(_)) {
            return Some((event.seq, shown(DELETED, false, None, &Reactions::default())));
        }
        let reactions = reactions.remove(&event.seq).unwrap_or_default();
        let said = message_text(event)?;
        Some((event.seq, shown(said, event.edited.is_some(), event.reply_to, &reactions)))
    };
    room.iter().filter_map(message).collect()
}

/// A message with all that belongs to it.
fn shown(said: &str, edited: bool, reply_to: Option<Seq>, reactions: &Reactions) -> String {
    let mut reacted: Vec<String> =
        reactions.iter().flat_map(|one| one.uids.iter().map(|uid| format!("{} {uid}", one.with))).collect();
    reacted.sort();
    format!("{said} edited {edited} answers {reply_to:?} reactions {reacted:?}")
}

/// Each event names the one before it.
fn check_chain(name: &RoomName, room: &[&Happened], wrong: &mut Vec<String>) {
    let mut last = Seq::ZERO;
    for event in room {
        if event.prev != last {
            wrong.push(format!("{name}: after {last} comes {event:?}"));
        }
        last = event.seq;
    }
}

/// The number of missing messages and of surplus ones.
fn compare(should: &[RoomMessage], is: &[RoomMessage]) -> (u64, u64) {
    let lost = should.iter().filter(|message| !is.contains(message)).count();
    let doubled = is.len().saturating_sub(should.len() - lost);
    (lost as u64, doubled as u64)
}
