//! Small reads by key that the hub needs of what is committed, as data: the hub hands them to a reader thread and goes on,
//! the answers come back through a channel. Nothing of `SQLite` shows here.

use shared::{Nonce, RoomName, Sender, Uid};

use crate::chat::dedupe::Said;
use crate::chat::message_lookup::MessageQuestion;
use crate::chat::rollback::{CommittedState, Touched};
use crate::encoded::Encoded;

/// What is read.
#[derive(Clone, Debug, PartialEq)]
pub enum PointRead {
    /// The message somebody marked with a nonce.
    Nonce(Uid, Nonce),
    /// A message in a room, for somebody who wants to change it.
    Message(MessageQuestion),
    /// The newest events of a room, at most so many.
    Tail(RoomName, usize),
    /// People, bans and mutes, and topics as they were committed, for a rollback.
    Committed(Touched),
}

/// What was found. An error is the store's own words.
#[derive(Debug)]
pub enum PointAnswer {
    /// What the nonce marks.
    Nonce(Uid, Nonce, Result<Marked, String>),
    /// Who said the message, and how many reactions it has; nothing where there is none.
    Message(MessageQuestion, Result<Option<(Sender, u32)>, String>),
    /// The newest events of a room, oldest first, as they go over the wire.
    Tail(RoomName, Result<Tail, String>),
    /// What is committed of what a failed batch had changed.
    Committed(Result<CommittedState, String>),
}

/// What is stored of somebody with a nonce.
#[derive(Debug)]
pub struct Marked {
    /// The message with it, if there is one.
    pub said: Option<Said>,
    /// The greatest of all their nonces, by its bytes.
    pub greatest: Option<Nonce>,
}

/// The newest events of a room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tail {
    /// The events, oldest first.
    pub events: Vec<Encoded>,
    /// Whether there may be older ones.
    pub is_cut: bool,
    /// How many of them could not be read; something keeps their places.
    pub unreadable: u32,
}
