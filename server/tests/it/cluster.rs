//! Several servers as one, over real `nats-server` processes.

mod joining;
mod link;
pub(crate) mod nats;
mod node;
mod order;
mod pieces;
