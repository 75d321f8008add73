//! Proposals as lines of JSON in a versioned envelope, as an order shared by several servers sends and stores them. A
//! server that meets a newer version refuses to decode it and has to be upgraded: skipping or guessing would make its
//! state diverge.

use serde::{Deserialize, Serialize};

use shared::ClientMsg;

use crate::chat::level::{self, LEVEL};
use crate::chat::proposal::Proposal;

/// A proposal in its envelope. Its version is the level that it needs; see [`level`].
#[derive(Debug, Serialize, Deserialize)]
struct Envelope<P> {
    v: u32,
    proposal: P,
}

/// Why a line is not a proposal.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A newer server wrote it.
    #[error("a proposal has version {0}, this server knows up to {LEVEL}; upgrade this server")]
    Version(u32),
    /// It is damaged.
    #[error("a proposal cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Why a proposal is not written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// It would carry a secret, a password or a key in clear to every machine that shares the order.
    #[error("a greeting, an admin key, the word of a room, or what opens a content must not be proposed")]
    Secret,
    /// It cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// A proposal as a line of JSON, without a line end.
///
/// # Errors
/// When it holds a request that carries a secret; connections check those themselves and never propose them.
pub fn encode(proposal: &Proposal) -> Result<String, EncodeError> {
    let request = match proposal {
        Proposal::Request(asked) => Some(&asked.msg),
        Proposal::Operate(operated) => Some(&operated.msg),
        Proposal::Hello(_)
        | Proposal::NewSecret(_)
        | Proposal::Link(_)
        | Proposal::Machine(_)
        | Proposal::Granted { .. }
        | Proposal::WrongKey { .. }
        | Proposal::Lost { .. }
        | Proposal::NotWelcomed { .. }
        | Proposal::Stop { .. }
        | Proposal::Rules(_)
        | Proposal::Limit(_)
        | Proposal::Tick
        | Proposal::ClockStepped { .. }
        | Proposal::Found { .. }
        | Proposal::Enter(_)
        | Proposal::Alive(_)
        | Proposal::Exit
        | Proposal::RemoveNode(_)
        | Proposal::EvictNode { .. }
        | Proposal::NoncesLookedUp { .. }
        | Proposal::MessagesLookedUp { .. } => None,
    };
    if request.is_some_and(carries_secret) {
        return Err(EncodeError::Secret);
    }
    Ok(serde_json::to_string(&Envelope { v: level::of(proposal), proposal })?)
}

/// Whether a request has a secret, a password, a key, the word of a room in clear, or what opens a content.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other requests have none")]
fn carries_secret(request: &ClientMsg) -> bool {
    match request {
        ClientMsg::Hello(_) | ClientMsg::Auth(_) | ClientMsg::Transfer(_) | ClientMsg::IrcPassword(_) => true,
        ClientMsg::Join(join) => join.word.is_some(),
        ClientMsg::SetRoom(set) => set.word.is_some(),
        ClientMsg::Upload(upload) => upload.proof.is_some(),
        _ => false,
    }
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
        Version { v } if v > LEVEL => Err(DecodeError::Version(v)),
        Version { .. } => Ok(serde_json::from_str::<Envelope<Proposal>>(line)?.proposal),
    }
}
