//! The order of lines: in line mode each event of a room is printed once and in the room's order, whatever the order in
//! which live events and history pages arrive. Events after a gap wait until the gap is filled; what is missing is said by
//! [`LineOrder::missing_before`], and `history_paging.rs` asks for it.

use std::collections::BTreeMap;

use shared::{Event, Seq};

use super::memory_budget::Bytes as _;

/// What was printed of a room, and what waits for something before it.
#[derive(Debug, Default)]
pub struct LineOrder {
    printed: Seq,
    waiting: BTreeMap<Seq, Event>,
    /// What those that wait take in memory.
    bytes: usize,
}

impl LineOrder {
    /// Begins after `head`: what happened before is not printed.
    #[must_use]
    pub fn starting_after(head: Seq) -> Self {
        Self { printed: head, ..Self::default() }
    }

    /// Takes an event in, live or paged.
    pub fn add(&mut self, event: &Event) {
        if event.seq > self.printed {
            self.bytes += event.bytes();
            if let Some(before) = self.waiting.insert(event.seq, event.clone()) {
                self.bytes -= before.bytes();
            }
        }
    }

    /// The next event to print: one that follows what was printed last.
    pub fn next_in_order(&mut self) -> Option<Event> {
        let first = self.waiting.first_entry()?;
        if first.get().prev > self.printed {
            return None;
        }
        let event = first.remove();
        self.bytes -= event.bytes();
        self.printed = event.seq;
        Some(event)
    }

    /// What waits takes so much memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// What is missing ends before this: nothing, when everything up to `position` is printed.
    #[must_use]
    pub fn missing_before(&self, position: Seq) -> Option<Seq> {
        match self.waiting.first_key_value() {
            Some((first, _)) => Some(*first),
            None => (position > self.printed).then(|| position.next()),
        }
    }

    /// What is missing cannot be had: go on after it.
    pub fn skip_gap(&mut self, position: Seq) {
        self.printed =
            self.waiting.first_key_value().map_or(position.max(self.printed), |(_, first)| first.prev);
    }
}

#[cfg(test)]
mod tests {
    use shared::{Event, Seq};

    use super::LineOrder;

    fn seq(n: u64) -> Seq {
        Seq::new(n).unwrap()
    }

    fn hear(line_order: &mut LineOrder, n: u64, prev: u64) {
        let event = format!(
            r#"{{"room":"lobby","seq":{n},"prev":{prev},"at":0,"from":{{"uid":1,"name":"kim","style":{{"color":1}}}},"kind":"join"}}"#
        );
        line_order.add(&serde_json::from_str::<Event>(&event).unwrap());
    }

    fn printed(line_order: &mut LineOrder) -> Vec<u64> {
        std::iter::from_fn(|| line_order.next_in_order()).map(|event| event.seq.get()).collect()
    }

    #[test]
    fn what_comes_in_order_is_printed_at_once_and_once() {
        let mut line_order = LineOrder::starting_after(seq(10));
        for (n, prev) in [(9, 8), (10, 9), (12, 10), (12, 10), (15, 12)] {
            hear(&mut line_order, n, prev);
        }
        assert_eq!(printed(&mut line_order), [12, 15]);
        assert_eq!(line_order.missing_before(seq(15)), None);
    }

    #[test]
    fn what_comes_after_a_gap_waits_until_the_gap_is_filled() {
        let mut line_order = LineOrder::starting_after(seq(10));
        hear(&mut line_order, 20, 18);
        assert_eq!((printed(&mut line_order), line_order.missing_before(seq(20))), (vec![], Some(seq(20))));
        hear(&mut line_order, 18, 15);
        assert_eq!((printed(&mut line_order), line_order.missing_before(seq(20))), (vec![], Some(seq(18))));
        hear(&mut line_order, 15, 10);
        assert_eq!(printed(&mut line_order), [15, 18, 20]);
    }

    #[test]
    fn a_gap_with_nothing_after_it_is_missed_too() {
        let mut line_order = LineOrder::starting_after(seq(10));
        assert_eq!(line_order.missing_before(seq(30)), Some(seq(31)));
        line_order.skip_gap(seq(30));
        assert_eq!(line_order.missing_before(seq(30)), None);
    }

    #[test]
    fn what_cannot_be_had_is_passed_over() {
        let mut line_order = LineOrder::starting_after(seq(10));
        hear(&mut line_order, 20, 18);
        line_order.skip_gap(seq(20));
        assert_eq!(printed(&mut line_order), [20]);
    }
}
