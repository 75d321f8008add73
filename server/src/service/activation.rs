//! Socket activation: takes the listening sockets that the service manager has opened (`LISTEN_FDS`). They outlive this
//! process, so that clients that connect during a restart wait instead of being refused. Sockets for IRC clients are told from
//! others by their name (`FileDescriptorName=irc`).

use std::net::TcpListener;
use std::os::unix::net::UnixListener;

use anyhow::{Result, bail};
use listenfd::ListenFd;

/// The number of the first passed descriptor, as `sd_listen_fds(3)` has it.
const FIRST: usize = 3;

/// What a socket for IRC clients is called.
const IRC: &str = "irc";

/// The sockets passed by the service manager.
#[derive(Debug, Default)]
pub struct PassedSockets {
    /// Listening TCP sockets, for everyone.
    pub tcp: Vec<TcpListener>,
    /// Listening TCP sockets for IRC clients.
    pub irc: Vec<TcpListener>,
    /// Listening Unix sockets, for the operator.
    pub unix: Vec<UnixListener>,
}

impl PassedSockets {
    /// Whether none was passed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tcp.is_empty() && self.irc.is_empty() && self.unix.is_empty()
    }
}

/// Takes the sockets that `LISTEN_FDS` announces; none without it.
///
/// Must be called before there are threads, since it removes the variable from the environment.
pub fn passed_sockets() -> Result<PassedSockets> {
    let mut descriptors = ListenFd::from_env();
    let mut passed = PassedSockets::default();
    // One name for each descriptor (`sd_listen_fds_with_names(3)`).
    let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
    let mut names = names.split(':');
    for index in 0..descriptors.len() {
        let name = names.next().unwrap_or_default();
        if let Ok(Some(socket)) = descriptors.take_tcp_listener(index) {
            if name == IRC { &mut passed.irc } else { &mut passed.tcp }.push(socket);
        } else if let Ok(Some(socket)) = descriptors.take_unix_listener(index) {
            passed.unix.push(socket);
        } else {
            bail!(
                "descriptor {} that was passed in LISTEN_FDS is neither a TCP nor a Unix socket; \
                 use ListenStream= in the socket unit",
                FIRST + index
            );
        }
    }
    Ok(passed)
}
