//! A hash map by numbers that the server itself gives out: uids, connections, colours. Nobody chooses them so that they collide, so
//! they need no hash that withstands that, which costs more than the rest of a look-up: a member list is one for each member.
//!
//! What others choose (names, nonces, secrets) stays in maps of `std` with their own hash.

use std::collections::HashMap;

/// The map.
pub type NumberMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;
