//! What a client that hosts a server tells the person about it: how others join, and which key they are to expect. Plain
//! data, found out by [`crate::host`].

use std::net::{IpAddr, SocketAddr};

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
    /// How people come in by ssh, where they may.
    pub ssh: Option<HostedSsh>,
}

/// What others need to come in by ssh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedSsh {
    /// The port.
    pub port: u16,
    /// The addresses of this machine; none where only this machine reaches it, or where none is known.
    pub hosts: Vec<IpAddr>,
    /// Whether only this machine reaches it.
    pub is_local: bool,
    /// The fingerprint of the host key, which ssh shows at the first visit.
    pub fingerprint: String,
}
