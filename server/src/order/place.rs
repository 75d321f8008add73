//! Places in an order over NATS: the sequence of the message in the stream, and the index of the proposal in it. So the
//! tail can begin at any place that was applied.

use crate::chat::place::Place;

/// Bits of the index.
pub(super) const BITS: u32 = 10;

/// The place of a proposal: the index counts from 0.
#[must_use]
pub const fn of(sequence: u64, index: u64) -> Place {
    Place(sequence << BITS | index)
}

/// The sequence of the message it is in; 0 before the first.
#[must_use]
pub const fn sequence(place: Place) -> u64 {
    place.0 >> BITS
}

/// The index of the proposal in that message.
#[must_use]
pub const fn index(place: Place) -> u64 {
    place.0 & ((1 << BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_the_stream() {
        assert!(of(1, 511) < of(2, 0));
        assert!(of(2, 0) < of(2, 1));
        assert_eq!((sequence(of(2, 511)), index(of(2, 511))), (2, 511));
        assert_eq!(sequence(Place::default()), 0);
    }
}
