//! Why a connection ended, and the text of it for the log.

use shared::Refusal;

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum EndReason {
    /// The hub has written the goodbye, or could not write any more.
    GoodbyeSent,
    /// The peer closed.
    Closed,
    /// The transport failed.
    Failed(std::io::Error),
    /// The peer violated the protocol in a way that ends the connection.
    Fatal(Box<Refusal>),
    /// The socket stayed unwritable for too long.
    WriteStall,
    /// The peer asked for more than it read; its outbox overflowed.
    SlowConsumer,
    /// The server ends.
    ServerEnds,
}

impl EndReason {
    /// The peer violated the protocol, and is told this.
    pub(super) fn fatal(refusal: Refusal) -> Self {
        Self::Fatal(Box::new(refusal))
    }
}

impl std::fmt::Display for EndReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::GoodbyeSent => f.write_str("goodbye was said"),
            Self::Closed => f.write_str("the peer closed it"),
            Self::Failed(error) => write!(f, "abnormal: {error}"),
            Self::Fatal(refusal) => write!(f, "abnormal: {}", refusal.code),
            Self::SlowConsumer => f.write_str("abnormal: the peer asked for more than it read"),
            Self::WriteStall => f.write_str("abnormal: the peer stopped reading"),
            Self::ServerEnds => f.write_str("the server ends"),
        }
    }
}
