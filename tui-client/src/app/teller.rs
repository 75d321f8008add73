//! A room's events for somebody without a screen, who reads each line once: all of them, once, in the room's order.
//! It must not fetch what is missing; it says what that is.

use std::collections::BTreeMap;

use shared::{Event, Seq};

/// What was told of a room, and what waits for something before it.
#[derive(Debug, Default)]
pub struct Teller {
    told: Seq,
    waiting: BTreeMap<Seq, Event>,
}

impl Teller {
    /// Begins after `head`: what happened before is not told.
    #[must_use]
    pub fn begin(head: Seq) -> Self {
        Self { told: head, waiting: BTreeMap::new() }
    }

    /// Takes an event in, live or paged.
    pub fn hear(&mut self, event: &Event) {
        if event.seq > self.told {
            self.waiting.insert(event.seq, event.clone());
        }
    }

    /// The next event to tell: one that follows what was told last.
    pub fn next_to_tell(&mut self) -> Option<Event> {
        let first = self.waiting.first_entry()?;
        if first.get().prev > self.told {
            return None;
        }
        let event = first.remove();
        self.told = event.seq;
        Some(event)
    }

    /// What is missing ends before this: nothing, when everything up to `position` is told.
    #[must_use]
    pub fn missing_before(&self, position: Seq) -> Option<Seq> {
        match self.waiting.first_key_value() {
            Some((first, _)) => Some(*first),
            None => (position > self.told).then(|| position.next()),
        }
    }

    /// What is missing cannot be had: go on after it.
    pub fn give_up(&mut self, position: Seq) {
        self.told = self.waiting.first_key_value().map_or(position.max(self.told), |(_, first)| first.prev);
    }
}

#[cfg(test)]
mod tests {
    use shared::{Event, Seq};

    use super::Teller;

    fn seq(n: u64) -> Seq {
        Seq::new(n).unwrap()
    }

    fn hear(teller: &mut Teller, n: u64, prev: u64) {
        let event = format!(
            r#"{{"room":"lobby","seq":{n},"prev":{prev},"at":0,"from":{{"uid":1,"name":"kim","style":{{"color":1}}}},"kind":"join"}}"#
        );
        teller.hear(&serde_json::from_str::<Event>(&event).unwrap());
    }

    fn told(teller: &mut Teller) -> Vec<u64> {
        std::iter::from_fn(|| teller.next_to_tell()).map(|event| event.seq.get()).collect()
    }

    #[test]
    fn what_comes_in_order_is_told_at_once_and_once() {
        let mut teller = Teller::begin(seq(10));
        for (n, prev) in [(9, 8), (10, 9), (12, 10), (12, 10), (15, 12)] {
            hear(&mut teller, n, prev);
        }
        assert_eq!(told(&mut teller), [12, 15]);
        assert_eq!(teller.missing_before(seq(15)), None);
    }

    #[test]
    fn what_comes_after_a_gap_waits_until_the_gap_is_filled() {
        let mut teller = Teller::begin(seq(10));
        hear(&mut teller, 20, 18);
        assert_eq!((told(&mut teller), teller.missing_before(seq(20))), (vec![], Some(seq(20))));
        hear(&mut teller, 18, 15);
        assert_eq!((told(&mut teller), teller.missing_before(seq(20))), (vec![], Some(seq(18))));
        hear(&mut teller, 15, 10);
        assert_eq!(told(&mut teller), [15, 18, 20]);
    }

    #[test]
    fn a_gap_with_nothing_after_it_is_missed_too() {
        let mut teller = Teller::begin(seq(10));
        assert_eq!(teller.missing_before(seq(30)), Some(seq(31)));
        teller.give_up(seq(30));
        assert_eq!(teller.missing_before(seq(30)), None);
    }

    #[test]
    fn what_cannot_be_had_is_passed_over() {
        let mut teller = Teller::begin(seq(10));
        hear(&mut teller, 20, 18);
        teller.give_up(seq(20));
        assert_eq!(told(&mut teller), [20]);
    }
}
