//! Sockets the service manager has opened for us: they outlive this process, so whoever connects while it restarts
//! waits instead of being refused. It must not open any itself.

use std::net::TcpListener;
use std::os::unix::net::UnixListener;

use anyhow::{Result, bail};
use listenfd::ListenFd;

/// The number of the first passed descriptor, as `sd_listen_fds(3)` has it.
const FIRST: usize = 3;

/// What was passed.
#[derive(Debug, Default)]
pub struct PassedSockets {
    /// Listening TCP sockets, for everyone.
    pub tcp: Vec<TcpListener>,
    /// Listening Unix sockets, for the operator.
    pub unix: Vec<UnixListener>,
}

/// Takes what `LISTEN_FDS` announces; nothing when nothing was passed.
///
/// Must be called before there are threads: it takes the announcement out of the environment.
pub fn passed_sockets() -> Result<PassedSockets> {
    let mut descriptors = ListenFd::from_env();
    let mut passed = PassedSockets::default();
    for index in 0..descriptors.len() {
        if let Ok(Some(socket)) = descriptors.take_tcp_listener(index) {
            passed.tcp.push(socket);
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
