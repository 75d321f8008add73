//! Rings that come and go with those who follow them.

use std::sync::Arc;

use bytes::Bytes;

use super::*;
use crate::chat::conn_id::NodeStart;
use crate::transport::peer::Peer;
use crate::transport::pipe::{Pipe, pair};
use crate::transport::socket::Stream;

fn conn(number: u64) -> ConnId {
    ConnId::new(NodeStart::default(), number)
}

fn room(n: u64) -> RoomName {
    RoomName::parse(&format!("r{n}")).unwrap()
}

fn event(seq: u64, bytes: usize) -> Encoded {
    Encoded { seq: Seq::new(seq).unwrap(), line: Bytes::from(vec![b'x'; bytes]) }
}

/// A connection, and its far end.
fn open(delivery: &mut Delivery, number: u64) -> Pipe {
    let (near, far) = pair(64);
    let socket = Socket::new(Stream::Memory(near), Peer::Local, 0, Arc::default());
    delivery.open(conn(number), Arc::new(socket));
    far
}

#[test]
fn a_ring_goes_with_the_last_who_follows_it_and_its_place_is_used_again() {
    let mut delivery = Delivery::default();
    let _ends = [open(&mut delivery, 1), open(&mut delivery, 2)];
    for n in 0..50 {
        delivery.begin_loading(&room(n));
        delivery.begin(&room(n), Seq::ZERO, &[]);
        delivery.follow(conn(1), &room(n), Seq::ZERO);
        delivery.follow(conn(2), &room(n), Seq::ZERO);
        delivery.append(&room(n), &[event(n + 1, 1000)], false);
        delivery.presence(room(n), Uid::ZERO, PresenceState::Here);
        delivery.unfollow(conn(1), &room(n));
        assert!(delivery.has_ring(&room(n)));
        if n % 2 == 0 {
            delivery.unfollow(conn(2), &room(n));
            assert!(!delivery.has_ring(&room(n)));
        }
    }
    assert_eq!((delivery.rings.len(), delivery.ring_bytes), (25, 25_000));
    delivery.closed(conn(2));
    assert_eq!((delivery.by_room.len(), delivery.ring_bytes, delivery.free_rings.len()), (0, 0, 25));
    assert!(!delivery.has_coalesced());
    delivery.begin(&room(7), Seq::ZERO, &[event(1, 10)]);
    assert_eq!((delivery.rings.len(), delivery.ring_bytes), (25, 10));
    // Whoever waited for it is gone.
    delivery.forget_unfollowed(&room(7));
    assert!(!delivery.has_ring(&room(7)));
}

#[test]
fn all_rings_together_have_a_limit_and_the_largest_give_way() {
    let mut delivery = Delivery::default();
    delivery.begin(&room(0), Seq::ZERO, &[event(1, 100)]);
    for n in 1..=40 {
        delivery.begin(&room(n), Seq::ZERO, &[]);
        for seq in 1..=4 {
            delivery.append(&room(n), &[event(seq, 1024 * 1024)], true);
        }
    }
    assert!(delivery.ring_bytes <= ALL_RINGS && delivery.ring_bytes > ALL_RINGS / 2);
    assert_eq!(delivery.ring_bytes, delivery.rings.iter().map(Ring::bytes).sum::<u64>());
    assert_eq!(delivery.rings[0].bytes(), 100);
}
