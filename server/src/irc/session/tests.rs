//! The session by itself: lines of IRC and messages of the server in, lines of IRC and requests out.

mod rig;

mod history;
mod lines;
mod messages;
mod order;
mod people;
mod presence;
mod registration;
mod rooms;
mod sasl;
