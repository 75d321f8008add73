//! Gives the proposals of the stream their places and times. The time is that of the stream, but it never runs back: another NATS server
//! that leads may have another clock.

use std::collections::VecDeque;

use shared::Millis;

use super::tail::Arrived;
use crate::chat::place::Place;
use crate::chat::proposal::Ordered;
use crate::order::place;

/// How far the stream was handed out.
#[derive(Debug)]
pub(super) struct Places {
    /// The rest of the last message.
    ready: VecDeque<Ordered>,
    /// The last one that was applied before, or handed out.
    after: Place,
    last_at: Millis,
}

impl Places {
    /// All after a place, at which it was this time.
    pub(super) fn new(after: Place, last_at: Millis) -> Self {
        Self { ready: VecDeque::new(), after, last_at }
    }

    /// Adds the proposals of the next message, without those that were applied before.
    pub(super) fn add(&mut self, Arrived { sequence, stored_at, frame }: Arrived) {
        self.last_at = self.last_at.max(stored_at);
        let (header, at) = (frame.header, self.last_at);
        let ordered = (0..).zip(frame.proposals).map(|(index, proposal)| {
            let origin = Some(header.origin(index));
            Ordered { place: place::of(sequence, index), at, origin, proposal }
        });
        self.ready.extend(ordered.filter(|ordered| ordered.place > self.after));
    }

    /// The next proposal, if there is one.
    pub(super) fn pop(&mut self) -> Option<Ordered> {
        let ordered = self.ready.pop_front()?;
        self.after = ordered.place;
        Some(ordered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::conn_id::NodeStart;
    use crate::chat::proposal::Proposal;
    use crate::order::jetstream::frame;

    fn arrived(sequence: u64, stored_at: Millis, first: u64, count: usize) -> Arrived {
        let line = crate::order::codec::encode(&Proposal::Tick).unwrap();
        let bytes = frame::encode(NodeStart { node: 1, start: 1 }, first, &vec![line; count]);
        Arrived { sequence, stored_at, frame: frame::decode(&bytes).unwrap() }
    }

    fn rest(places: &mut Places) -> Vec<(Place, Millis, u64)> {
        let next = || places.pop().map(|one| (one.place, one.at, one.origin.unwrap().number));
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn time_never_runs_back() {
        let mut places = Places::new(Place::default(), 500);
        for (sequence, stored_at) in [(1, 400), (2, 900), (3, 700), (4, 901)] {
            places.add(arrived(sequence, stored_at, sequence, 1));
        }
        assert_eq!(rest(&mut places).iter().map(|one| one.1).collect::<Vec<_>>(), [500, 900, 900, 901]);
    }

    #[test]
    fn a_message_that_was_applied_in_part_goes_on_behind_that() {
        let mut places = Places::new(place::of(7, 1), 0);
        places.add(arrived(7, 1, 11, 4));
        places.add(arrived(8, 2, 15, 1));
        let expected = [(place::of(7, 2), 1, 13), (place::of(7, 3), 1, 14), (place::of(8, 0), 2, 15)];
        assert_eq!(rest(&mut places), expected);
        // The tail was set up anew and reads it once more.
        places.add(arrived(8, 2, 15, 1));
        assert_eq!(rest(&mut places), []);
    }
}
