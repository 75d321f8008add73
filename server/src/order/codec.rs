//! Proposals as JSON lines, with a version: how they travel through an order that several servers share, and how they are
//! kept in it. A server that meets a newer version must not guess; it cannot follow the order until it is upgraded.

use serde::{Deserialize, Serialize};

use crate::chat::proposal::Proposal;

/// The version this server writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// A proposal in its envelope.
#[derive(Debug, Serialize, Deserialize)]
struct Envelope<P> {
    v: u32,
    proposal: P,
}

/// Why a line is not a proposal.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A newer server wrote it.
    #[error("a proposal has version {0}, this server knows up to {VERSION}; upgrade this server")]
    Version(u32),
    /// It is damaged.
    #[error("a proposal cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// A proposal as a line of JSON, without a line end.
///
/// # Errors
/// None that can happen with a proposal: all its maps have strings for keys.
pub fn encode(proposal: &Proposal) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Envelope { v: VERSION, proposal })
}

/// The proposal of a line.
///
/// # Errors
/// When it was written by a newer server, or is damaged.
pub fn decode(line: &str) -> Result<Proposal, DecodeError> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    match serde_json::from_str(line)? {
        Version { v } if v > VERSION => Err(DecodeError::Version(v)),
        Version { .. } => Ok(serde_json::from_str::<Envelope<Proposal>>(line)?.proposal),
    }
}
