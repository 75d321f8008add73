//! The invariants at the end of a history, once everything has settled: every message is stored once and in order, every
//! client shows exactly what is stored, and nothing is left in an outbox without a reason. Each violation is reported,
//! none is tolerated.

use std::collections::{BTreeMap, HashMap};

use shared::{Code, Event as Happened, Kind, RoomName, Seq};
use tui_client::app::outbox::SendState;
use tui_client::app::timeline::Body;
use tui_client::event::Event;

use super::disk::Batch;
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
        for who in 0..self.people.len() {
            self.read_everything(who).await;
        }
    }

    /// What has not settled yet.
    fn unsettled(&self) -> Option<String> {
        if self.server.is_none() || self.disk.state.batch() != Batch::None {
            return Some("the server is not at rest".into());
        }
        let heads = self.disk.heads();
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
        self.disk.rooms_of(person.app.my_uid()).iter().find_map(|name| {
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
        let events = self.disk.events();
        let mut rooms: BTreeMap<RoomName, Vec<&Happened>> = BTreeMap::new();
        for event in &events {
            rooms.entry(event.room.clone()).or_default().push(event);
        }
        let mut wrong: Vec<String> = self.disk.state.commit_error().into_iter().collect();
        for (name, room) in &rooms {
            check_chain(name, room, &mut wrong);
        }
        self.check_messages(&events, &mut wrong);
        self.check_sanctioned_senders(&events, &mut wrong);
        for who in 0..self.people.len() {
            self.check_outbox(who, &events, &mut wrong);
            self.check_screens(who, &rooms, &mut wrong);
        }
        wrong
    }

    /// Every accepted message is stored once, with the acknowledged seq, in the order it was written.
    fn check_messages(&mut self, events: &[Happened], wrong: &mut Vec<String>) {
        let mut stored: HashMap<&str, Vec<&Happened>> = HashMap::new();
        for event in events {
            if let Some(text) = message_text(event) {
                stored.entry(text).or_default().push(event);
            }
        }
        let mut last: HashMap<(usize, &RoomName), Seq> = HashMap::new();
        for message in &self.sent.messages {
            let found = stored.remove(message.text.as_str()).unwrap_or_default();
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
            if message.refused.is_some() || may_be_refused || self.counters.full_disks > 0 {
                // It was sent again after later messages, so its order is not checked.
                continue;
            }
            let before = last.entry((message.who, &message.room)).or_default();
            if event.seq < *before {
                self.counters.reordered += 1;
                wrong.push(format!("before what was written before: {message:?} at {}", event.seq));
            }
            *before = event.seq.max(*before);
        }
        wrong.extend(stored.into_keys().map(|text| format!("nobody said {text:?}")));
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
            // A room that was left is not on the screen.
            let may_be_hidden =
                app.rooms().get(&entry.unsent.room).is_none() && entry.unsent.room.pair().is_none();
            if is_stored || !(is_shown || may_be_hidden) {
                wrong.push(format!(
                    "{who}: stored {is_stored}, shown {is_shown}, and still there is {entry:?}"
                ));
            }
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
        let inside = self.disk.rooms_of(app.my_uid());
        let joined = app.rooms().list().iter().filter(|room| room.joined);
        for room in joined.filter(|room| !room.is_direct() && !inside.contains(&room.name)) {
            wrong.push(format!("{who} believes to be in {}", room.name));
        }
        for name in &inside {
            let Some(room) = app.rooms().get(name).filter(|room| room.joined) else {
                wrong.push(format!("{who} does not know to be in {name}"));
                continue;
            };
            let should: Vec<RoomMessage> =
                rooms.get(name).into_iter().flatten().filter_map(|event| room_message(event)).collect();
            let is: Vec<RoomMessage> = room
                .timeline
                .entries()
                .filter_map(|entry| match entry.body() {
                    Body::Message(text) | Body::Action(text) => Some((entry.seq()?, text.to_string())),
                    Body::Own(_) | Body::Notice(_) | Body::Event(_) => None,
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

fn room_message(event: &Happened) -> Option<RoomMessage> {
    message_text(event).map(|text| (event.seq, text.to_owned()))
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
