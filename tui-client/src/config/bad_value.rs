//! Values on a command line that cannot be, told apart so that they can be told of in another language than clap's.

use std::net::SocketAddr;

use crate::ssh_door::options::parse_listen;

/// A value that cannot be. In English it says what is wrong and nothing of the wire's codes.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadValue {
    #[error("{0}")]
    Name(String),
    #[error("{0}")]
    Link(String),
    #[error("{0}")]
    Destination(String),
    #[error("{0}")]
    Address(&'static str),
    #[error("{0}")]
    Listen(String),
}

/// Reads where an ssh door listens.
pub(super) fn listen(raw: &str) -> Result<SocketAddr, BadValue> {
    parse_listen(raw).map_err(BadValue::Listen)
}
