//! The Chinwag server as a library: `chinwagd` runs it, and `chinwag --host` runs it inside the client.
//!
//! A line of the wire goes, nearly straight, through [`listener`] → [`connection`] (reading, greeting, admission) →
//! [`order`] → [`hub`] → [`chat`] (pure: what is said, who is here) → [`store`] (kept) → [`delivery`] → sockets.
//! [`service`] puts these together and takes them apart; [`admin`], [`naming`], [`clock`] and [`config`] serve them.
//!
//! What is absent: no lock around the chat, no queue per connection, no answer before the disk has it.

pub mod admin;
pub mod chat;
pub mod clock;
pub mod config;
pub mod connection;
pub mod delivery;
pub mod export;
pub mod hub;
pub mod listener;
pub mod naming;
pub mod order;
pub mod service;
pub mod store;
