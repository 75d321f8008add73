//! The Chinwag server as a library: `chinwagd` runs it, and `chinwag --host` runs it inside the client.
//!
//! A request goes through [`listener`] (accept, first-byte sniffing) → [`connection`] (greeting, admission, rate limits)
//! → [`order`] (a place and a time) → [`hub`] (the actor) → [`chat`] (the state machine, without I/O) → [`store`] (group
//! commit) → [`delivery`] (fan-out through one ring buffer per room) → [`transport`]. The contents of files go past all of it, by
//! [`transfers`]. [`irc`] is another way in, for IRC clients, with what it remembers of people in [`irc_people`] and
//! [`irc_positions`]; programs that are one tell of themselves in [`doors`]. [`assembly`] builds these parts, [`service`] runs them as
//! a process.
//!
//! What several of them share: [`hub_msg`] (what the hub is told beside proposals), [`encoded`] (an event as its line), [`goodbye`],
//! [`stats`], [`timing`], [`admin`] (the admin key, the operators, the status). Below them are [`config`], [`log`],
//! [`tls`], [`clock`], [`utc`], [`token_bucket`], [`password`], [`derived_secrets`], [`random_names`], [`state_dir`],
//! [`private_files`], [`small_file`], [`byte_size`], [`unix_group`], [`unix_user`], [`descriptors`], [`number_map`] and
//! [`constant_time`]. [`ctl`] is the operator's command line, for a running server and for the files of a stopped one;
//! [`command_line`] is the program's own.
//!
//! Several servers as one: `order/jetstream` shares the order over NATS, `service/joining` makes a server a node, `chat/nodes` leases
//! and counts nodes, `hub/following` applies what all propose, `hub/divergence` compares what came of it, `hub/order_stall` says when
//! NATS stands, and `transfers/replication` has every file on every node.
//!
//! One actor owns the chat, so there is no lock around it. A connection has a cursor per room and no queue of copies.
//! Nothing is sent before it is committed.

pub mod admin;
pub mod assembly;
pub mod byte_size;
pub mod chat;
pub mod clock;
pub mod command_line;
pub mod config;
pub mod connection;
pub mod constant_time;
pub mod ctl;
pub mod delivery;
pub mod derived_secrets;
pub mod descriptors;
pub mod doors;
pub mod encoded;
pub mod goodbye;
pub mod hub;
pub mod hub_msg;
pub mod irc;
pub mod irc_people;
pub mod irc_positions;
pub mod listener;
pub mod log;
pub mod number_map;
pub mod order;
pub mod password;
pub mod private_files;
pub mod random_names;
pub mod service;
pub mod small_file;
pub mod state_dir;
pub mod stats;
pub mod store;
pub mod timing;
pub mod tls;
pub mod token_bucket;
pub mod transfers;
pub mod transport;
pub mod unix_group;
pub mod unix_user;
pub mod utc;
