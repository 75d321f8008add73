//! Lines of events that many clients of one process are sent alike, since they look at the same room: each is decoded once, by
//! whoever reads it first, and all of them get the same event. Decoding is most of what a line costs.
//!
//! It is a table of as many places as lines can be between the first and the last of these clients; each line has one place, and
//! whatever else has the same takes it. A line is the same only if all its bytes are, so nobody gets what was not sent to them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use shared::{Event, Kind, ServerMsg};

/// How many lines are kept: a few seconds of very much talk.
const LINES: usize = 1 << LINES_LOG2;
const LINES_LOG2: u32 = 12;
/// Longer lines are rare, and decoded by everybody: all that is kept is at most twenty megabytes, and mostly three.
const LONGEST: usize = 2048;
/// So much of a line tells it from others: room and number stand at its beginning.
const DISTINCT: usize = 128;
/// How the line of an event begins.
const BEGINNING: &[u8] = br#"{"type":"event","#;

/// The lines of events that were decoded last.
pub struct LineCache {
    places: Mutex<Vec<Option<Known>>>,
}

struct Known {
    line: Box<[u8]>,
    event: Arc<Event>,
}

impl fmt::Debug for LineCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineCache").finish_non_exhaustive()
    }
}

impl Default for LineCache {
    fn default() -> Self {
        let places = std::iter::repeat_with(|| None).take(LINES).collect();
        Self { places: Mutex::new(places) }
    }
}

impl LineCache {
    /// The event of a line; nothing where it is something else, is long, or cannot be read.
    #[must_use]
    pub fn event(&self, line: &[u8]) -> Option<Arc<Event>> {
        if line.len() > LONGEST || !line.starts_with(BEGINNING) {
            return None;
        }
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.get_mut(place_of(line))?;
        if let Some(known) = place
            && *known.line == *line
        {
            return Some(Arc::clone(&known.event));
        }
        let Ok(ServerMsg::Event(event)) = ServerMsg::parse(line) else { return None };
        let event: Arc<Event> = event.into();
        if let Kind::Delete(_) = &event.kind {
            // What is deleted is not kept here either, wherever it is.
            places.iter_mut().for_each(|place| *place = None);
            return Some(event);
        }
        *place = Some(Known { line: line.into(), event: Arc::clone(&event) });
        Some(event)
    }
}

/// Where a line is kept. Two that have the same place are decoded again and again, no more, so that it need not be hard to find such.
fn place_of(line: &[u8]) -> usize {
    let words = line.chunks_exact(8).take(DISTINCT / 8);
    let words = words.map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default()));
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let hash = words.fold(0, mix).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(hash >> (u64::BITS - LINES_LOG2)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::{LONGEST, LineCache, place_of};
    use crate::app::tests::{happened, message};

    #[test]
    fn the_same_line_is_the_same_event_and_another_is_not() {
        let cache = LineCache::default();
        let [one, other] = [7, 8].map(|seq| message("lobby", seq, 18, "민수", "밥 먹자"));
        let first = cache.event(one.as_bytes()).unwrap();
        assert!(Arc::ptr_eq(&first, &cache.event(one.as_bytes()).unwrap()));
        assert_eq!(cache.event(other.as_bytes()).unwrap().seq.get(), 8);
        // The same place, and another text.
        let changed = one.replace("밥", "떡");
        assert_eq!(place_of(changed.as_bytes()), place_of(one.as_bytes()));
        assert_eq!(cache.event(changed.as_bytes()).unwrap().kind.text().unwrap().as_str(), "떡 먹자");
        assert_eq!(cache.event(one.as_bytes()), Some(first));
    }

    #[test]
    fn what_was_deleted_is_not_kept() {
        let cache = LineCache::default();
        let said = message("lobby", 7, 18, "ann", "the word is swordfish");
        let kept = Arc::downgrade(&cache.event(said.as_bytes()).unwrap());
        assert!(kept.upgrade().is_some());
        let delete = happened("lobby", 8, 18, "ann", r#""kind":"delete","of":7,"nonce":"n""#);
        assert_eq!(cache.event(delete.as_bytes()).unwrap().seq.get(), 8);
        assert!(kept.upgrade().is_none());
    }

    #[test]
    fn what_is_no_event_or_is_long_is_left_to_the_reader() {
        let cache = LineCache::default();
        for line in [r#"{"type":"ping"}"#, r#"{"type":"event","room":"lobby"}"#, "", "{"] {
            assert_eq!(cache.event(line.as_bytes()), None, "{line}");
        }
        let long = message("lobby", 7, 18, "ann", &"a".repeat(LONGEST));
        assert_eq!(cache.event(long.as_bytes()), None);
    }

    #[test]
    fn lines_that_follow_each_other_have_places_of_their_own() {
        let lines = (1..=1_000).map(|seq| message("lobby", 100_000 + seq, 18, "ann", "hi"));
        let places: BTreeSet<usize> = lines.map(|line| place_of(line.as_bytes())).collect();
        // By chance alone it would be 886.
        assert!(places.len() > 800, "{}", places.len());
    }
}
