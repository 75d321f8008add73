//! Files that servers of a cluster give each other, over the connection they have to NATS anyway: a snapshot of the store,
//! the contents of files. Plain requests and answers, nothing is kept by NATS.
//!
//! Whoever wants something asks all, takes one of those who say that they have it, lets it open that
//! (which may mean to make it), and reads it piece by piece. The whole must have the SHA-256 that was told when it was
//! opened. If the peer goes away, another one is taken, and what was read already stays if it is the same there.

mod ask_all;
mod fetch;
mod protocol;
mod serve;

pub use self::ask_all::Answers;
pub use self::fetch::{FetchError, Fetched, Known};
pub use self::protocol::{Peers, Source};
pub use self::serve::Serving;
