//! The Chinwag server as a library: `chinwagd` runs it, and `chinwag --host` runs it inside the client.
//!
//! A line of the wire goes, nearly straight, through [`listener`] → [`connection`] (reading, greeting, admission) →
//! [`order`] → [`hub`] → [`chat`] (pure: what is said, who is here) → [`store`] (kept) → [`delivery`] → sockets.
//! [`service`] puts these together and takes them apart. Below them all are [`config`] (the settings), [`log`], [`tls`],
//! [`clock`], [`utc`], [`token_bucket`] (rate limits), [`password`], [`random_names`], [`state_dir`], [`private_files`]
//! and [`constant_time`].
//! [`ctl`] is the other program in the binary: what an operator says to a running server, or does to a stopped one.
//! [`command_line`] stands above everything.
//!
//! What is absent: no lock around the chat, no queue per connection, no answer before the disk has it.

pub mod admin;
pub mod assembly;
pub mod chat;
pub mod clock;
pub mod command_line;
pub mod config;
pub mod connection;
pub mod constant_time;
pub mod ctl;
pub mod delivery;
pub mod encoded;
pub mod goodbye;
pub mod hub;
pub mod hub_msg;
pub mod listener;
pub mod log;
pub mod order;
pub mod password;
pub mod private_files;
pub mod random_names;
pub mod service;
pub mod state_dir;
pub mod stats;
pub mod store;
pub mod timing;
pub mod tls;
pub mod token_bucket;
pub mod transport;
pub mod utc;
