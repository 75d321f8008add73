//! What a hub is made of, put together by `assembly`.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::heartbeat_timeouts::HeartbeatTimeouts;
use super::replica::Replica;
use super::stall_flags::StallFlags;
use crate::admin::status::Facts;
use crate::chat::Chat;
use crate::clock::Clock;
use crate::config::live::{Current, Terms};
use crate::delivery::ring::RingCapacity;
use crate::hub_msg::HubMsg;
use crate::stats::Stats;
use crate::store::Results;
use crate::transfers::Transfers;

/// The parts the hub is made of.
#[derive(Debug)]
pub struct Parts<O, S> {
    /// The chat.
    pub chat: Chat,
    /// Where proposals come from.
    pub order: O,
    /// Messages beside the proposals.
    pub hub_msgs: mpsc::Receiver<HubMsg>,
    /// The results of the store's threads.
    pub results: Results,
    /// The store.
    pub store: S,
    /// The clock.
    pub clock: Arc<Clock>,
    /// Becomes true when the server ends, after the goodbyes were queued.
    pub ending: watch::Sender<bool>,
    /// When idle connections are pinged and dropped.
    pub heartbeat: HeartbeatTimeouts,
    /// The capacity of each room's ring buffer.
    pub capacity: RingCapacity,
    /// The settings in force.
    pub terms: Current,
    /// The contents of files.
    pub transfers: Transfers,
    /// Replaces them.
    pub change: watch::Sender<Arc<Terms>>,
    /// The constant part of the status.
    pub facts: Facts,
    /// The counters.
    pub stats: Arc<Stats>,
    /// What it is in its cluster, if it is a node of one.
    pub replica: Option<Replica>,
    /// Whether nothing new is taken.
    pub stall_flags: StallFlags,
}
