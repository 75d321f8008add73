//! The IRC door: people with an IRC client, and bots, in the same rooms as everybody else. Each IRC connection is a client of
//! this server like any other: it speaks the JSON lines of `PROTOCOL.md` through a pipe that is attached to the
//! [`Acceptor`](crate::listener::acceptor::Acceptor), so admission, limits, bans, order and resume hold for it, and the chat,
//! the hub and the delivery know nothing of IRC.
//!
//! [`mod@line`] is one line of IRC, read and written. [`names`] are rooms and people as IRC names them, [`msgid`] is what
//! an event is called, [`split`] brings long texts into lines and back, [`formatting`] takes out what clients send of colours.
//! [`session`] is what one connection knows and says, without I/O; [`connection`] is the task around it, with the
//! socket; `login` finds out whose a word or a certificate is. `numeric` names the replies, `refusal_texts` says what to do about
//! those that refuse, `isupport` says what is taken.

pub mod connection;
pub mod formatting;
mod isupport;
pub mod line;
mod login;
pub mod msgid;
pub mod names;
mod numeric;
mod refusal_texts;
pub mod session;
pub mod split;
