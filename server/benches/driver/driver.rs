//! What the benchmarks share: a running `chinwagd`, connections to it from one thread, and what is measured of both.
//!
//! The driver must be cheaper than the server, on the same machine: one thread, non-blocking sockets in one epoll, lines
//! parsed only where a benchmark needs them.
#![allow(dead_code, reason = "each benchmark uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark stops at a fault, and asks for the time"
)]

pub(crate) mod daemon;
pub(crate) mod percentiles;
pub(crate) mod poller;
pub(crate) mod process;
pub(crate) mod wire;
