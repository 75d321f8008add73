//! The network side of a client: dialing a server with TLS and trust on first use, and one connection at a time.

pub mod dial;
pub mod happy_eyeballs;
pub mod heartbeat;
pub mod known_hosts;
pub mod link;
pub mod stream;

mod introduction;
mod pinned_key;
mod trust;
