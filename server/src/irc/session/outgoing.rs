//! A message on its way from the IRC client to the server.

use shared::{Nonce, Seq, Text};

/// What is said, however it was written.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    /// Its text.
    pub(crate) text: Text,
    /// Whether it is something done (`/me`).
    pub(crate) action: bool,
    /// Whether it came as a `NOTICE`, whose refusal is not told.
    pub(crate) notice: bool,
    /// Its mark.
    pub(crate) nonce: Nonce,
    /// The message it answers.
    pub(crate) reply_to: Option<Seq>,
}
