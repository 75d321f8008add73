//! How the message store keeps things: how durable a commit is, and how long the past is kept.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use shared::RoomName;

/// The most days that can be asked for: a hundred years.
pub const MOST_DAYS: u32 = 36_500;

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Sync {
    /// The operating system has it: survives the end of this process.
    #[default]
    Normal,
    /// The disk has it: survives power loss, as far as the disk keeps its word.
    Full,
}

/// How long the past is kept. Zero means for ever, or any number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Days after which an event is deleted.
    pub days: u32,
    /// Events each room keeps.
    pub per_room: u32,
    /// The rooms that are kept otherwise.
    pub rooms: RoomKeeps,
}

impl Keep {
    /// Days and events that a room keeps.
    #[must_use]
    pub fn of(&self, room: &RoomName) -> (u32, u32) {
        let own = self.rooms.0.get(room).copied().unwrap_or_default();
        (own.days.unwrap_or(self.days), own.events.unwrap_or(self.per_room))
    }

    /// Whether anything is deleted by its age.
    #[must_use]
    pub fn is_by_age(&self) -> bool {
        self.days > 0 || self.rooms.have_days()
    }

    /// Whether anything is deleted by the number of events.
    #[must_use]
    pub fn is_by_number(&self) -> bool {
        self.per_room > 0 || self.rooms.0.values().any(|own| own.events.is_some_and(|events| events > 0))
    }
}

/// What single rooms keep, as `dev=7d, board=500, ops=30d/1000, archive=all`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomKeeps(Arc<BTreeMap<RoomName, RoomKeep>>);

/// What one room keeps; what is not said is as for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RoomKeep {
    days: Option<u32>,
    events: Option<u32>,
}

impl RoomKeeps {
    /// Whether a room has a number of days of its own.
    #[must_use]
    pub fn have_days(&self) -> bool {
        self.0.values().any(|own| own.days.is_some())
    }

    /// The rooms.
    pub fn rooms(&self) -> impl Iterator<Item = &RoomName> {
        self.0.keys()
    }

    /// How many rooms are kept otherwise.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl FromStr for RoomKeeps {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut rooms = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let form = || format!("{part:?}: give ROOM=DAYSd, ROOM=EVENTS, ROOM=DAYSd/EVENTS or ROOM=all");
            let (room, keep) = part.split_once('=').ok_or_else(form)?;
            let room =
                RoomName::parse(room.trim()).map_err(|invalid| format!("{part:?}: {}", invalid.why))?;
            let keep = RoomKeep::parse(keep.trim()).ok_or_else(form)?;
            if rooms.insert(room.clone(), keep).is_some() {
                return Err(format!("{room} is there twice"));
            }
        }
        Ok(Self(Arc::new(rooms)))
    }
}

impl RoomKeep {
    fn parse(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self { days: Some(0), events: Some(0) });
        }
        let (days, events) = match text.split_once('/') {
            Some((days, events)) => (Some(days), Some(events)),
            None if text.ends_with('d') => (Some(text), None),
            None => (None, Some(text)),
        };
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let days = match days {
            Some(days) => Some(number(days.trim().strip_suffix('d')?).filter(|days| *days <= MOST_DAYS)?),
            None => None,
        };
        let events = match events {
            Some(events) => Some(number(events)?),
            None => None,
        };
        Some(Self { days, events })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_keeps_what_it_is_given_and_otherwise_what_all_keep() {
        let rooms: RoomKeeps = "dev=7d, Board=500 ,ops = 30d/1000,archive=all, 회의=0d,".parse().unwrap();
        let keep = Keep { days: 90, per_room: 10_000, rooms };
        for (room, want) in [
            ("lobby", (90, 10_000)),
            ("dev", (7, 10_000)),
            ("board", (90, 500)),
            ("ops", (30, 1000)),
            ("archive", (0, 0)),
            ("회의", (0, 10_000)),
        ] {
            assert_eq!(keep.of(&RoomName::parse(room).unwrap()), want, "{room}");
        }
        assert_eq!(keep.rooms.count(), 5);
    }

    #[test]
    fn what_is_no_rule_for_a_room_is_told() {
        for (text, told) in [
            ("dev", "ROOM=DAYSd"),
            ("dev=", "ROOM=DAYSd"),
            ("dev=week", "ROOM=DAYSd"),
            ("dev=7d/", "ROOM=DAYSd"),
            ("dev=40000d", "ROOM=DAYSd"),
            ("two words=7d", "letters"),
            ("dev=7d, DEV=8d", "twice"),
        ] {
            let error = text.parse::<RoomKeeps>().unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
        assert_eq!("".parse(), Ok(RoomKeeps::default()));
    }

    #[test]
    fn what_is_deleted_by_age_and_by_number_is_known() {
        let keep = |rooms: &str| Keep { days: 0, per_room: 0, rooms: rooms.parse().unwrap() };
        let both = |keep: Keep| (keep.is_by_age(), keep.is_by_number());
        assert_eq!(both(keep("")), (false, false));
        assert_eq!(both(keep("a=7d")), (true, false));
        assert_eq!(both(keep("a=7")), (false, true));
        assert_eq!(both(Keep { days: 1, ..keep("a=all") }), (true, false));
    }
}
