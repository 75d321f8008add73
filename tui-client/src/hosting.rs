//! What a client that hosts a server tells the person about it: how others join, and which key they are to expect. Plain
//! data, found out by [`crate::host`].

use std::net::SocketAddr;

/// What others need to join the hosted server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosting {
    /// The addresses under which other machines reach it; none where only this machine does, or where none is known.
    pub addresses: Vec<SocketAddr>,
    /// Whether only this machine reaches it.
    pub is_local: bool,
    /// The fingerprint of its key, which clients show at their first visit.
    pub fingerprint: String,
    /// Whether it wants a password.
    pub has_password: bool,
}
