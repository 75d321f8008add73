//! The network side: one connection at a time, and how long to wait for the next one. It must not know what is said.

pub mod backoff;
pub mod link;
