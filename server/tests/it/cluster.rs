//! Several servers as one, over real `nats-server` processes.

mod daemons;
mod files;
mod joining;
mod link;
pub(crate) mod nats;
mod node;
mod order;
mod pieces;
