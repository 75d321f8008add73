//! The network side: one connection at a time, and how long to wait for the next one. It must not know what is said.

pub mod dial;
pub mod known_hosts;
pub mod link;
pub mod stream;

mod trust;
