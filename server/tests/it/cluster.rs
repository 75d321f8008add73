//! Several servers as one, over real `nats-server` processes.

mod daemons;
mod entering;
mod faults;
mod files;
mod joining;
mod levels;
mod link;
mod linked;
pub(crate) mod nats;
mod newer_copies;
mod node;
mod operating;
mod order;
mod peer_files;
mod people;
mod put_back;
