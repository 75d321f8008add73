//! `CHATHISTORY`, what is asked for (<https://ircv3.net/specs/extensions/chathistory>): [`Span`] is read from the parameters,
//! [`Gathering`] is a span being gathered. The server's pages hold events of every kind, and the client asks for messages, so one
//! request may take several pages: each goes on where the one before ended, until there are as many as were wanted, the other end of the
//! span is reached, or it has been [`MAX_PAGES`].

use std::collections::VecDeque;

use shared::client_msg::History;
use shared::{Event, Kind, Millis, RoomName, Seq};

use crate::irc::msgid;
use crate::utc;

/// The most pages that one request reads. With fewer messages than were asked for the client asks on from the oldest it has.
const MAX_PAGES: usize = 8;
/// The events of a page beside the messages that are wanted: joins, leaves and the like.
const BESIDE: usize = 20;

/// A place in the history of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A message, by `msgid=`.
    Message(Seq),
    /// A time, by `timestamp=`.
    Time(Millis),
}

/// A history with somebody whose uid is being asked for.
#[derive(Debug)]
pub(crate) struct HistoryWith {
    /// The subcommand.
    pub(crate) command: String,
    /// The nick as it was written.
    pub(crate) target: String,
    /// What is asked for.
    pub(crate) wanted: (Span, usize),
}

/// Which part of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// The newest, after this place.
    Latest(Option<Place>),
    /// The newest before this place.
    Before(Place),
    /// The oldest after this place.
    After(Place),
    /// About half on each side.
    Around(Place),
    /// Between the two, beginning at the first.
    Between(Place, Place),
}

impl Place {
    /// Reads `msgid=s813` or `timestamp=2026-11-21T08:14:27.042Z`.
    pub(crate) fn parse(written: &str) -> Option<Self> {
        match written.split_once('=')? {
            ("msgid", id) => msgid::parse(id).map(Self::Message),
            ("timestamp", time) => utc::parse(time).map(Self::Time),
            _ => None,
        }
    }

    /// The place behind it.
    fn after(self) -> Self {
        match self {
            Self::Message(seq) => Self::Message(seq.next()),
            Self::Time(at) => Self::Time(at.saturating_add(1)),
        }
    }

    /// Where an event stands, seen from here.
    fn compare(self, event: &Event) -> std::cmp::Ordering {
        match self {
            Self::Message(seq) => event.seq.cmp(&seq),
            Self::Time(at) => event.at.cmp(&at),
        }
    }

    /// Whether it is later than the other one, as far as the two can be compared.
    fn is_later_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::Message(one), Self::Message(other)) => one > other,
            (Self::Time(one), Self::Time(other)) => one > other,
            (Self::Message(_), Self::Time(_)) | (Self::Time(_), Self::Message(_)) => false,
        }
    }
}

/// One direction of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Leg {
    /// Whether it goes from new to old.
    is_backwards: bool,
    /// Behind which place it goes on; `None` for the end of the log.
    from: Option<Place>,
    /// Where it ends at the latest.
    until: Option<Place>,
    /// How many messages it still wants.
    wanted: usize,
}

/// A span that is being gathered.
#[derive(Debug)]
pub(crate) struct Gathering {
    room: RoomName,
    /// The target as the client wrote it.
    pub(crate) target: String,
    /// Whether everything that happened is wanted, not only what was said (`draft/event-playback`).
    is_playback: bool,
    leg: Leg,
    next: Option<Leg>,
    gathered: VecDeque<Event>,
    pages: usize,
}

impl Gathering {
    /// At most so many events of a span.
    pub(crate) fn new(room: RoomName, target: &str, span: Span, limit: usize, is_playback: bool) -> Self {
        let leg = |is_backwards, from, until, wanted| Leg { is_backwards, from, until, wanted };
        let (first, next) = match span {
            Span::Latest(until) => (leg(true, None, until, limit), None),
            Span::Before(place) => (leg(true, Some(place), None, limit), None),
            Span::After(place) => (leg(false, Some(place), None, limit), None),
            Span::Around(place) => {
                let older = limit / 2 + 1;
                let newer = limit.saturating_sub(older);
                let next = (newer > 0).then_some(leg(false, Some(place), None, newer));
                (leg(true, Some(place.after()), None, older.min(limit)), next)
            }
            Span::Between(from, until) => {
                (leg(from.is_later_than(until), Some(from), Some(until), limit), None)
            }
        };
        let (target, gathered) = (target.to_owned(), VecDeque::new());
        Self { room, target, is_playback, leg: first, next, gathered, pages: 0 }
    }

    /// The page that comes next.
    pub(crate) fn page(&self) -> History {
        let mut page = History::newest(self.room.clone());
        page.limit = Some(self.leg.wanted.saturating_add(BESIDE));
        match (self.leg.is_backwards, self.leg.from) {
            (true, Some(Place::Message(seq))) => page.before = Some(seq),
            (true, Some(Place::Time(at))) => page.before_at = Some(at),
            (false, Some(Place::Message(seq))) => page.after = Some(seq),
            (false, Some(Place::Time(at))) => page.after_at = Some(at),
            (_, None) => {}
        }
        page
    }

    /// Takes a page; whether another one is needed.
    pub(crate) fn take(&mut self, events: Vec<Event>, more: bool) -> bool {
        self.pages += 1;
        let edge = if self.leg.is_backwards { events.first() } else { events.last() };
        let edge = edge.map(|event| Place::Message(event.seq));
        let is_over = if self.leg.is_backwards {
            self.take_leg(events.into_iter().rev())
        } else {
            self.take_leg(events.into_iter())
        };
        if !is_over && more && edge.is_some() {
            self.leg.from = edge;
        } else {
            let Some(next) = self.next.take() else { return false };
            self.leg = next;
        }
        self.pages < MAX_PAGES
    }

    /// Takes the events of a page in the leg's order; whether it is at its end.
    fn take_leg(&mut self, events: impl Iterator<Item = Event>) -> bool {
        for event in events {
            let at_end = self.leg.until.is_some_and(|until| {
                let order = until.compare(&event);
                if self.leg.is_backwards { order.is_le() } else { order.is_ge() }
            });
            if at_end {
                return true;
            }
            if !self.is_wanted(&event) {
                continue;
            }
            if self.leg.wanted == 0 {
                return true;
            }
            self.leg.wanted -= 1;
            if self.leg.is_backwards {
                self.gathered.push_front(event);
            } else {
                self.gathered.push_back(event);
            }
        }
        self.leg.wanted == 0
    }

    fn is_wanted(&self, event: &Event) -> bool {
        match event.kind {
            Kind::Message(_) | Kind::Action(_) | Kind::Announce(_) => true,
            Kind::Join | Kind::Leave(_) | Kind::Rename(_) | Kind::Topic(_) | Kind::Kick(_) | Kind::Ban(_) => {
                self.is_playback
            }
            // A page has messages as they are by then: edits and reactions are in them, and what was deleted is not.
            Kind::Mute(_)
            | Kind::Role(..)
            | Kind::Edit(_)
            | Kind::Delete(_)
            | Kind::Deleted(_)
            | Kind::React(_)
            | Kind::SetRoom(_)
            | Kind::Unknown => false,
        }
    }

    /// What was gathered, oldest first.
    pub(crate) fn finish(self) -> impl Iterator<Item = Event> {
        self.gathered.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{Sender, Text};

    /// A room in which every third event is a message, at ten times its seq.
    fn log() -> Vec<Event> {
        let event = |number: u64| {
            let kind =
                if number.is_multiple_of(3) { Kind::Message(Text::parse("hi").unwrap()) } else { Kind::Join };
            let [prev, seq] = [number - 1, number].map(|number| Seq::new(number).unwrap());
            let at = i64::try_from(number).unwrap() * 10;
            Event::new(RoomName::lobby(), (prev, seq), at, Sender::operator(), kind)
        };
        (1..=300).map(event).collect()
    }

    /// What the server would answer.
    fn answer(log: &[Event], asked: &History) -> (Vec<Event>, bool) {
        let limit = asked.limit.unwrap().min(50);
        let is_before = |event: &&Event| {
            asked.before.is_none_or(|seq| event.seq < seq) && asked.before_at.is_none_or(|at| event.at < at)
        };
        let is_after = |event: &&Event| {
            asked.after.is_none_or(|seq| event.seq > seq) && asked.after_at.is_none_or(|at| event.at > at)
        };
        let all: Vec<Event> = log.iter().filter(is_before).filter(is_after).cloned().collect();
        let more = all.len() > limit;
        let is_forwards = asked.after.is_some() || asked.after_at.is_some();
        let skipped = if is_forwards { 0 } else { all.len().saturating_sub(limit) };
        (all.into_iter().skip(skipped).take(limit).collect(), more)
    }

    #[track_caller]
    fn check(span: Span, limit: usize, is_playback: bool, want: &[u64]) {
        let log = log();
        let mut gathering = Gathering::new(RoomName::lobby(), "#lobby", span, limit, is_playback);
        loop {
            let (events, more) = answer(&log, &gathering.page());
            if !gathering.take(events, more) {
                break;
            }
        }
        let got: Vec<u64> = gathering.finish().map(|event| event.seq.get()).collect();
        assert_eq!(got, want, "{span:?}");
    }

    fn message(number: u64) -> Place {
        Place::Message(Seq::new(number).unwrap())
    }

    #[test]
    fn a_span_is_gathered_from_as_many_pages_as_it_takes() {
        check(Span::Latest(None), 2, false, &[297, 300]);
        check(Span::Latest(None), 2, true, &[299, 300]);
        check(Span::Latest(Some(message(291))), 9, false, &[294, 297, 300]);
        check(Span::Latest(Some(Place::Time(2940))), 9, false, &[297, 300]);
        check(Span::Before(message(9)), 9, false, &[3, 6]);
        check(Span::Before(Place::Time(95)), 2, false, &[6, 9]);
        check(Span::After(message(3)), 2, false, &[6, 9]);
        check(Span::After(Place::Time(2940)), 9, false, &[297, 300]);
        check(Span::Around(message(30)), 1, false, &[30]);
        check(Span::Around(message(30)), 3, false, &[27, 30, 33]);
        check(Span::Around(Place::Time(300)), 4, false, &[24, 27, 30, 33]);
        check(Span::Between(message(3), message(15)), 9, false, &[6, 9, 12]);
        check(Span::Between(message(15), message(3)), 2, false, &[9, 12]);
        check(Span::Between(Place::Time(30), Place::Time(150)), 2, false, &[6, 9]);
        let all: Vec<u64> = (1..=100).map(|number| number * 3).collect();
        check(Span::After(message(0)), 100, false, &all);
    }

    #[test]
    fn a_place_is_a_message_or_a_time() {
        assert_eq!(Place::parse("msgid=s813"), Some(message(813)));
        assert_eq!(Place::parse("timestamp=1970-01-01T00:00:01.500Z"), Some(Place::Time(1500)));
        for bad in ["*", "", "s813", "msgid=813", "timestamp=", "timestamp=yesterday", "time=1"] {
            assert_eq!(Place::parse(bad), None, "{bad:?}");
        }
    }
}
