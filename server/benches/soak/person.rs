//! One person: a connection now and then, how far they are in each room, what they said and do not know to be kept.
//! Behaves as PROTOCOL.md asks of a client, and tells the ledger what it saw.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::driver::percentiles::Percentiles;
use super::driver::wire::Wire;
use super::ledger::Ledger;
use super::received::{Happened, Received};

/// What all people share.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) ledger: Ledger,
    /// From sending a message to its `ok`, and to its event at everybody.
    pub(crate) acks: Percentiles,
    pub(crate) events: Percentiles,
    pub(crate) pages: Percentiles,
    pub(crate) searches: Percentiles,
    pub(crate) counts: Counts,
}

/// How often what happened.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) deliveries: usize,
    pub(crate) gaps: usize,
    pub(crate) resumes: usize,
    pub(crate) slowed_down: usize,
    pub(crate) not_stored: usize,
}

/// How far somebody is in a room.
#[derive(Clone, Copy)]
struct Place {
    last: u64,
    /// Whether the next event must say that it follows on `last`.
    exact: bool,
}

/// A person.
pub(crate) struct Person {
    secret: Option<String>,
    pub(crate) wire: Option<Wire>,
    places: BTreeMap<String, Place>,
    /// Rooms that are being left.
    parting: BTreeSet<String>,
    /// Messages that are not known to be kept, with their texts; by number, so in order.
    unsettled: BTreeMap<usize, String>,
    /// What is to be sent again, and when.
    later: Vec<(Instant, String)>,
    /// Gaps that are being paged: the room, and down to where.
    paging: BTreeMap<String, u64>,
    /// When the page and the search that wait were asked for.
    asked: BTreeMap<&'static str, Instant>,
    /// Whether everything that was missed has come.
    pub(crate) is_live: bool,
    /// When to come back, if they are away and will.
    pub(crate) back_at: Option<Instant>,
    /// Whether they stop reading at times: how long they wait is their own fault.
    pub(crate) is_slow: bool,
    /// Whether they do not read.
    pub(crate) has_stopped: bool,
    pub(crate) ponged_at: Instant,
}

impl Person {
    /// Somebody who comes for the first time, at that time.
    pub(crate) fn new(at: Instant) -> Self {
        Self {
            secret: None,
            wire: None,
            places: BTreeMap::new(),
            parting: BTreeSet::new(),
            unsettled: BTreeMap::new(),
            later: Vec::new(),
            paging: BTreeMap::new(),
            asked: BTreeMap::new(),
            is_live: false,
            back_at: Some(at),
            is_slow: false,
            has_stopped: false,
            ponged_at: at,
        }
    }

    /// Greets over a new connection.
    pub(crate) fn greet(&mut self, wire: Wire) {
        (self.wire, self.back_at, self.is_live) = (Some(wire), None, false);
        let mut hello = String::from(r#"{"type":"hello","protocol":[1,1],"client":"soak""#);
        if let Some(secret) = &self.secret {
            write!(hello, r#","secret":"{secret}""#).ok();
        }
        if !self.places.is_empty() {
            let places = self.places.iter().map(|(room, place)| format!(r#""{room}":{}"#, place.last));
            write!(hello, r#","resume":{{{}}}"#, places.collect::<Vec<_>>().join(",")).ok();
        }
        self.send(&(hello + "}"));
    }

    /// Loses the connection without a word; comes back at that time, or never.
    pub(crate) fn lose(&mut self, back_at: Option<Instant>) {
        (self.wire, self.back_at, self.is_live, self.has_stopped) = (None, back_at, false, false);
        self.parting.clear();
        self.later.clear();
        self.asked.clear();
        // What was paged is not paged again: others see to it that everything is there.
        self.paging.clear();
    }

    /// The rooms to talk in.
    pub(crate) fn rooms(&self) -> Vec<String> {
        self.places.keys().filter(|room| !self.parting.contains(*room)).cloned().collect()
    }

    /// Whether nothing of theirs waits for an answer.
    pub(crate) fn is_settled(&self) -> bool {
        self.unsettled.is_empty() && self.later.is_empty() && self.parting.is_empty()
    }

    /// Whether they have everything that anybody saw in their rooms.
    pub(crate) fn has_all(&self, ledger: &Ledger) -> bool {
        self.is_live && self.places.iter().all(|(room, place)| place.last >= ledger.newest(room))
    }

    /// Says something.
    pub(crate) fn say(&mut self, room: &str, words: &str, ledger: &mut Ledger, now: Instant) {
        let number = ledger.say(room, now);
        let text = format!(
            r#"{{"type":"say","id":"{number}","room":"{room}","nonce":"n{number}","text":"{words} {number}"}}"#
        );
        self.send(&text);
        self.unsettled.insert(number, text);
    }

    /// Enters a room.
    pub(crate) fn join(&mut self, room: &str) {
        self.send(&format!(r#"{{"type":"join","id":"join","room":"{room}"}}"#));
    }

    /// Leaves a room, unless something that was said there is not settled.
    pub(crate) fn part(&mut self, room: &str, ledger: &mut Ledger) {
        let waits = |number: &usize| ledger.message(*number).is_some_and(|message| message.room == room);
        if !self.unsettled.keys().any(waits) && self.places.contains_key(room) {
            self.parting.insert(room.to_owned());
            self.send(&format!(r#"{{"type":"part","id":"part-{}","room":"{room}"}}"#, id_of(room)));
        }
    }

    /// Asks for a page of the past that ends here, unless one is asked for.
    pub(crate) fn page(&mut self, room: &str, before: u64, now: Instant) {
        if self.asked.insert("page", now).is_none() {
            self.send(&format!(
                r#"{{"type":"history","id":"page","room":"{room}","before":{before},"limit":100}}"#
            ));
        }
    }

    /// Searches, unless a search waits.
    pub(crate) fn search(&mut self, word: &str, now: Instant) {
        if self.asked.insert("search", now).is_none() {
            self.send(&format!(r#"{{"type":"search","id":"search","query":"{word}","limit":50}}"#));
        }
    }

    /// Sends what is due to be sent again, and what the socket did not take.
    pub(crate) fn send_due(&mut self, now: Instant) {
        let (due, later) = std::mem::take(&mut self.later).into_iter().partition(|(at, _)| *at <= now);
        self.later = later;
        let due: Vec<(Instant, String)> = due;
        for (_, line) in &due {
            self.send(line);
        }
        if let Some(wire) = &mut self.wire {
            wire.flush();
        }
    }

    /// Sends a line.
    pub(crate) fn send(&mut self, line: &str) {
        if let Some(wire) = &mut self.wire {
            wire.send(line);
        }
    }

    /// Something came.
    pub(crate) fn on_line(&mut self, line: &[u8], shared: &mut Shared, now: Instant) {
        let Some(received) = Received::parse(line) else {
            return shared.ledger.fault(format!("cannot be read: {}", String::from_utf8_lossy(line)));
        };
        match received.what.as_str() {
            "event" => {
                if let Some(event) = received.into_event() {
                    self.on_event(&event, shared, now);
                }
            }
            "welcome" => self.on_welcome(received, shared, now),
            "resumed" => self.on_live(shared),
            "gap" => self.on_gap(&received, shared),
            "ping" => self.send(r#"{"type":"pong"}"#),
            "ok" => self.on_ok(received, shared, now),
            "error" => self.on_error(&received, shared, now),
            "goodbye" => self.on_goodbye(&received, shared, now),
            _ => {}
        }
    }

    fn on_welcome(&mut self, mut welcome: Received, shared: &mut Shared, now: Instant) {
        self.secret = welcome.secret.take().or(self.secret.take());
        let heads = welcome.heads();
        let resumes = !self.places.is_empty();
        self.places.retain(|room, _| heads.contains_key(room));
        for (room, head) in heads {
            let place = self.places.entry(room.clone()).or_insert(Place { last: head, exact: true });
            if head < place.last {
                shared.ledger.fault(format!("{room} was set back from {} to {head}", place.last));
            }
        }
        if resumes {
            shared.counts.resumes += 1;
        } else {
            self.on_live(shared);
        }
        self.ponged_at = now;
    }

    /// Everything that was missed has come: says again what may not have been kept.
    fn on_live(&mut self, shared: &mut Shared) {
        self.is_live = true;
        for (number, line) in std::mem::take(&mut self.unsettled) {
            self.send(&line);
            if let Some(message) = shared.ledger.message(number) {
                message.again = true;
            }
            self.unsettled.insert(number, line);
        }
    }

    fn on_event(&mut self, event: &Happened, shared: &mut Shared, now: Instant) {
        let Some(place) = self.places.get_mut(&event.room) else { return };
        let Place { last, exact } = std::mem::replace(place, Place { last: event.seq, exact: true });
        if event.seq <= last {
            shared.ledger.fault(format!("{} {} came after {last}", event.room, event.seq));
        } else if exact && event.prev != last {
            let Happened { room, seq, prev, .. } = event;
            shared.ledger.fault(format!("{room} {seq} follows on {prev}, and {last} was the last"));
        }
        shared.ledger.seen(event);
        shared.counts.deliveries += 1;
        if let Some(message) = event.message().and_then(|number| shared.ledger.message(number))
            && self.is_live
            && !self.is_slow
            && !message.again
        {
            shared.events.add(now - message.sent);
        }
    }

    fn on_gap(&mut self, gap: &Received, shared: &mut Shared) {
        shared.counts.gaps += 1;
        let (Some(room), Some(after), Some(before)) = (&gap.room, gap.after, gap.before) else { return };
        let Some(place) = self.places.get_mut(room) else { return };
        *place = Place { last: before.saturating_sub(1), exact: false };
        self.paging.insert(room.clone(), after);
        self.page_gap(room, before);
    }

    fn page_gap(&mut self, room: &str, before: u64) {
        self.send(&format!(
            r#"{{"type":"history","id":"gap-{}","room":"{room}","before":{before},"limit":200}}"#,
            id_of(room)
        ));
    }

    fn on_ok(&mut self, ok: Received, shared: &mut Shared, now: Instant) {
        let id = ok.id.clone().unwrap_or_default();
        if let Ok(number) = id.parse::<usize>() {
            shared.ledger.acked(number, ok.seq);
            if let Some(message) = shared.ledger.message(number)
                && !message.again
            {
                shared.acks.add(now - message.sent);
            }
            self.unsettled.remove(&number);
        } else if let Some(room) = id.strip_prefix("part-").and_then(|id| self.room_of(id)) {
            self.parting.remove(&room);
            self.places.remove(&room);
        } else if let Some(state) = ok.state {
            self.places.entry(state.name).or_insert(Place { last: state.head, exact: true });
        } else if let Some(room) = id.strip_prefix("gap-").and_then(|id| self.room_of(id)) {
            let events = ok.events.unwrap_or_default();
            look_through(&events, shared);
            let down_to = self.paging.get(&room).copied().unwrap_or(0);
            match events.first() {
                Some(first) if first.seq > down_to && ok.more == Some(true) => {
                    self.page_gap(&room, first.seq);
                }
                _ => drop(self.paging.remove(&room)),
            }
        } else {
            look_through(&ok.events.unwrap_or_default(), shared);
            self.answered(&id, shared, now);
        }
    }

    /// The room that an id was made of.
    fn room_of(&self, id: &str) -> Option<String> {
        self.places.keys().find(|room| id_of(room) == id).cloned()
    }

    /// A page or a search was answered.
    fn answered(&mut self, id: &str, shared: &mut Shared, now: Instant) {
        if let Some(asked) = self.asked.remove(id) {
            let times = if id == "search" { &mut shared.searches } else { &mut shared.pages };
            times.add(now - asked);
        }
    }

    fn on_error(&mut self, error: &Received, shared: &mut Shared, now: Instant) {
        let (id, code) = (error.id.clone().unwrap_or_default(), error.code.clone().unwrap_or_default());
        let number = id.parse::<usize>().ok().filter(|number| self.unsettled.contains_key(number));
        let wait = Duration::from_millis(error.retry_ms.unwrap_or(1000));
        match (code.as_str(), number) {
            ("rate_limited" | "storage", Some(number)) => {
                let line = self.unsettled.get(&number).cloned().unwrap_or_default();
                self.later.push((now + wait, line));
                if let Some(message) = shared.ledger.message(number) {
                    message.again = true;
                }
            }
            // Asked for too much; it is let go.
            ("rate_limited", None) => drop(self.asked.remove(id.as_str())),
            _ => shared.ledger.fault(format!("{id} was refused: {code}: {:?}", error.message)),
        }
        if code == "storage" {
            shared.counts.not_stored += 1;
        } else {
            shared.counts.slowed_down += 1;
        }
        if let Some(room) = id.strip_prefix("gap-").and_then(|id| self.room_of(id)) {
            self.paging.remove(&room);
        }
        if self.secret.is_none() && self.places.is_empty() {
            self.lose(Some(now + wait));
        }
    }

    fn on_goodbye(&mut self, goodbye: &Received, shared: &mut Shared, now: Instant) {
        match goodbye.code.as_deref() {
            Some("quit") => {}
            Some("slow_consumer") => {
                self.lose(Some(now + Duration::from_millis(goodbye.after_ms.unwrap_or(1000))));
            }
            code => shared.ledger.fault(format!("was sent away: {code:?}")),
        }
    }
}

/// A room as a part of a request's id, which is ASCII.
fn id_of(room: &str) -> String {
    room.bytes().fold(String::new(), |id, byte| id + &format!("{byte:02x}"))
}

/// Looks at a page: it must be in order and say what others saw.
fn look_through(events: &[Happened], shared: &mut Shared) {
    if !events.is_sorted_by_key(|event| event.seq) {
        shared.ledger.fault("a page is not in order".to_owned());
    }
    for event in events {
        shared.ledger.seen(event);
    }
}
