//! The session by itself: lines of IRC and messages of the server in, lines of IRC and requests out.

mod rig;

mod messages;
mod people;
mod registration;
mod rooms;
mod sasl;
