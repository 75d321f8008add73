//! Why a connection ended, as the log says it.

use shared::Refusal;

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum End {
    /// The hub has said the last word.
    Said,
    /// The peer closed.
    Closed,
    /// The transport failed.
    Failed(std::io::Error),
    /// The peer broke a rule that ends a connection.
    Fatal(Refusal),
    /// The peer took nothing for too long.
    Stalled,
    /// The peer asked for more than it took.
    GivenUp,
    /// The server ends.
    ServerEnds,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said => f.write_str("goodbye was said"),
            Self::Closed => f.write_str("the peer closed it"),
            Self::Failed(error) => write!(f, "abnormal: {error}"),
            Self::Fatal(refusal) => write!(f, "abnormal: {}", refusal.code),
            Self::GivenUp => f.write_str("abnormal: the peer asked for more than it read"),
            Self::Stalled => f.write_str("abnormal: the peer stopped reading"),
            Self::ServerEnds => f.write_str("the server ends"),
        }
    }
}
