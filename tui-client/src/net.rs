//! The network side of a client: dialing a server with TLS and trust on first use, and one connection at a time.

pub mod dial;
pub mod known_hosts;
pub mod link;
pub mod stream;

mod pinned_key;
mod trust;
