//! What `service` and `joining` hand to each other: the order that a server follows, its own or that of a cluster, and the state it begins with.

use std::any::Any;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;

use crate::assembly::State;
use crate::chat::conn_id::NodeStart;
use crate::chat::rules::Rules;
use crate::clock::Clock;
use crate::hub::replica::{Replica, Standing};
use crate::transfers::Transfers;

/// What was opened when the order is to be followed.
pub(super) struct Opened<'a> {
    pub(super) dir: &'a Path,
    pub(super) clock: &'a Arc<Clock>,
    /// How many times a server was started on this store before.
    pub(super) starts: u32,
    /// As the settings of this server have them.
    pub(super) rules: &'a Rules,
    pub(super) listen: &'a [String],
    /// The contents of files.
    pub(super) transfers: &'a Transfers,
}

/// The order that a server follows, and the state of the chat that it starts with there.
#[derive(Debug)]
pub(super) struct Followed<O> {
    /// What goes on until it is dropped, as long as the server runs.
    pub(super) held: Option<Box<dyn Any + Send>>,
    pub(super) order: O,
    pub(super) start: NodeStart,
    pub(super) state: State,
    pub(super) replica: Option<Replica>,
    /// How it stands to the cluster, if it is a node of one.
    pub(super) standing: Option<watch::Receiver<Standing>>,
}
