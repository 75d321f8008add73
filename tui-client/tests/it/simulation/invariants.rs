//! What must hold when a history is over and everything has settled. It must not overlook anything for the sake of a
//! green test.

use std::collections::{BTreeMap, HashMap};

use shared::{Code, Event as Happened, Kind, RoomName, Seq};
use tui_client::app::outbox::SendState;
use tui_client::app::timeline::Body;
use tui_client::event::Event;

use super::disk::Batch;
use super::network::Wire;
use super::world::World;

/// How long everything may take to settle, in milliseconds: both sides find a dead connection out, the longest wait
/// before another attempt, and time for the rest.
const SETTLING: u64 = 75_000 + 75_000 + 30_000 + 60_000;
/// How many times somebody asks for what is older before we say that it does not come.
const PAGES: usize = 60;

/// A message as it stands in a room.
type Standing = (Seq, String);

impl World {
    /// Waits until everybody is back and has everything.
    pub(crate) async fn settle(&mut self) {
        self.heal();
        let limit = self.now() + SETTLING;
        // What was done last may not have come to the server yet, and would throw somebody out who is looked at.
        let mut why = Some("nothing was looked at yet".to_owned());
        while let Some(reason) = why {
            assert!(self.now() < limit, "it does not settle: {reason}");
            let then = self.now() + 1000;
            self.until(then).await;
            self.amnesty();
            why = self.unsettled();
        }
        for who in 0..self.people.len() {
            self.read_everything(who).await;
        }
    }

    /// What is still under way.
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

    /// Scrolls every room up to its beginning.
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
                self.feed(who, Event::Key("ctrl-home".parse().unwrap()));
                let then = self.now() + 100;
                self.until(then).await;
            }
        }
    }

    /// Everything that is wrong.
    pub(crate) fn judge(&mut self) -> Vec<String> {
        let events = self.disk.events();
        let mut rooms: BTreeMap<RoomName, Vec<&Happened>> = BTreeMap::new();
        for event in &events {
            rooms.entry(event.room.clone()).or_default().push(event);
        }
        let mut wrong: Vec<String> = self.disk.state.local_failure().into_iter().collect();
        for (name, room) in &rooms {
            check_chain(name, room, &mut wrong);
        }
        self.check_messages(&events, &mut wrong);
        self.check_silence(&events, &mut wrong);
        for who in 0..self.people.len() {
            self.check_outbox(who, &events, &mut wrong);
            self.check_screens(who, &rooms, &mut wrong);
        }
        wrong
    }

    /// Every message that was taken is in the store once, where its writer was told, in the order it was written.
    fn check_messages(&mut self, events: &[Happened], wrong: &mut Vec<String>) {
        let mut stored: HashMap<&str, Vec<&Happened>> = HashMap::new();
        for event in events {
            if let Some(text) = said(event) {
                stored.entry(text).or_default().push(event);
            }
        }
        let mut last: HashMap<(usize, &RoomName), Seq> = HashMap::new();
        for message in &self.sent.messages {
            let found = stored.remove(message.text.as_str()).unwrap_or_default();
            self.counters.sent += 1;
            self.counters.acknowledged += u64::from(message.seq.is_some());
            let Some(event) = found.first() else {
                match (message.seq, message.is_doubtful, message.refused) {
                    (None, true, _) => self.counters.doubtful += 1,
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
                // It went again later, after what was written since; its writer may not have been told why.
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

    /// Nothing waits to be sent, and what was refused is shown with the reason and not stored.
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
            // A room one has left is not there to show it in.
            let may_be_hidden =
                app.rooms().get(&entry.unsent.room).is_none() && entry.unsent.room.pair().is_none();
            if is_stored || !(is_shown || may_be_hidden) {
                wrong.push(format!(
                    "{who}: stored {is_stored}, shown {is_shown}, and still there is {entry:?}"
                ));
            }
        }
    }

    /// Everybody has the same in the same order, and in the rooms they are in.
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
            let should: Vec<Standing> =
                rooms.get(name).into_iter().flatten().filter_map(|event| standing(event)).collect();
            let is: Vec<Standing> = room
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
                let (lost, doubled) = differ(&should, &is);
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

fn said(event: &Happened) -> Option<&str> {
    match &event.kind {
        Kind::Message(text) | Kind::Action(text) => Some(text.as_str()),
        _ => None,
    }
}

fn standing(event: &Happened) -> Option<Standing> {
    said(event).map(|text| (event.seq, text.to_owned()))
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

/// How many are missing, and how many are there too often.
fn differ(should: &[Standing], is: &[Standing]) -> (u64, u64) {
    let lost = should.iter().filter(|message| !is.contains(message)).count();
    let doubled = is.len().saturating_sub(should.len() - lost);
    (lost as u64, doubled as u64)
}
