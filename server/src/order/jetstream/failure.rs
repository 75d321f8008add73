//! Why an order over NATS cannot go on. What heals by itself is none of this: it is tried again for ever.

use super::frame::FrameError;
use super::options::OptionsError;

/// Why the order ended, or did not begin, on this server. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The options cannot be used.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// NATS is older than it may be.
    #[error(
        "the NATS server {server} has version {version}: before 2.10.23 it can lose the whole stream when it is killed; \
         upgrade NATS, or take the risk with --cluster-old-nats"
    )]
    OldNats {
        /// Its name.
        server: String,
        /// Its version.
        version: String,
    },
    /// NATS takes no messages as long as ours.
    #[error("NATS takes messages of at most {0} bytes: set max_payload to 1MB in its configuration")]
    MaxPayload(usize),
    /// The stream is there, but is not as it must be.
    #[error(
        "the stream {stream} cannot be used: {why}; change it with `nats stream edit`, or take another --cluster-name"
    )]
    Stream {
        /// Its name.
        stream: String,
        /// What is wrong.
        why: String,
    },
    /// What comes next is no longer in the stream.
    #[error(
        "the stream begins at {first} and this server needs {wanted}: it was away for too long, or is new; it must set itself \
         up from a snapshot of another server"
    )]
    Trimmed {
        /// The sequence that comes next.
        wanted: u64,
        /// The first one that the stream has.
        first: u64,
    },
    /// The stream ends before what was applied: it was lost, or restored from a backup.
    #[error(
        "the stream ends at {last} and this server has applied {applied}: NATS lost the stream, or it was restored from an \
         older backup; see \"NATS lost the stream\" in CLUSTER.md"
    )]
    WentBack {
        /// The last sequence applied.
        applied: u64,
        /// The last one of the stream.
        last: u64,
    },
    /// The stream has another message where one was applied: it was put back from a backup, or lost, and went on since.
    #[error(
        "the stream was put back from an older copy, or begun anew, and went on without this node: what this node has and what \
         the stream has differ at message {sequence} or before; see \"NATS lost the stream\" in CLUSTER.md"
    )]
    OtherHistory {
        /// The sequence at which another message was applied.
        sequence: u64,
    },
    /// There is no stream, though there was one.
    #[error(
        "NATS has no stream {stream}, of which this server has applied {applied} messages: NATS lost it, or \
         somebody deleted it, or cluster-name is not the one it had. To begin a stream anew from what this server has, start it \
         once with another cluster-name and --cluster-found; see \"NATS lost the stream\" in CLUSTER.md"
    )]
    Lost {
        /// Its name.
        stream: String,
        /// The last sequence applied.
        applied: u64,
    },
    /// A message in the middle of the stream is gone.
    #[error(
        "message {wanted} of the stream cannot be had, the next one is {got}: NATS has lost it, or somebody deleted it"
    )]
    Hole {
        /// The sequence that comes next.
        wanted: u64,
        /// The one that NATS delivered instead, each time.
        got: u64,
    },
    /// A message of the stream cannot be applied.
    #[error("message {sequence} of the stream cannot be applied: {error}")]
    Frame {
        /// Its sequence.
        sequence: u64,
        /// Why.
        error: FrameError,
    },
    /// The connection was closed for good.
    #[error("the connection to NATS was closed")]
    Closed,
}

impl Failure {
    /// Whether a start would end in the same way until a person has corrected something.
    #[must_use]
    pub fn needs_operator(&self) -> bool {
        match self {
            Self::Options(_)
            | Self::OldNats { .. }
            | Self::MaxPayload(_)
            | Self::Stream { .. }
            | Self::WentBack { .. }
            | Self::OtherHistory { .. }
            | Self::Lost { .. }
            | Self::Frame { .. } => true,
            // A start sets the node up anew, reads the message again, or connects again.
            Self::Trimmed { .. } | Self::Hole { .. } | Self::Closed => false,
        }
    }
}
