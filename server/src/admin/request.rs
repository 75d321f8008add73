//! Requests over the operator's Unix socket: those of the wire, and those that only the operator has.

use serde::Deserialize;

use shared::{ClientMsg, Code, NodeName, Refusal, Request, RequestId, Uid};

use crate::chat::proposal::SecretHash;

/// A request of the operator.
#[derive(Clone, Debug, PartialEq)]
pub struct OperatorRequest {
    /// Repeated in the answer.
    pub id: Option<RequestId>,
    /// What is asked.
    pub command: OperatorCommand,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum OperatorCommand {
    /// A request of the wire, for the chat.
    Wire(ClientMsg),
    /// `status`: health, counters, sizes.
    Status,
    /// `new_secret`: replace the secret of an identity.
    NewSecret(NewSecret),
    /// `remove_node`: take a node out of the cluster.
    RemoveNode(RemoveNode),
    /// `reload`: read the configuration and the certificates again.
    Reload,
}

impl OperatorRequest {
    /// Parses a line. The refusal carries the request's `id` whenever that could be read.
    pub fn parse(line: &[u8]) -> Result<Self, Refusal> {
        if let Some((kind, id)) = Request::heading(line)
            && let Some(command) = OperatorCommand::of(&kind, line)
        {
            return match command {
                Ok(command) => Ok(Self { id, command }),
                Err(refusal) => Err(refusal.to(id)),
            };
        }
        let Request { id, msg } = Request::parse(line)?;
        Ok(Self { id, command: OperatorCommand::Wire(msg) })
    }
}

impl OperatorCommand {
    /// Whether everything is the same afterwards.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        match self {
            Self::Wire(msg) => msg.changes_nothing(),
            Self::Status => true,
            Self::NewSecret(_) | Self::RemoveNode(_) | Self::Reload => false,
        }
    }

    /// The commands that are not requests of the wire.
    fn of(kind: &str, line: &[u8]) -> Option<Result<Self, Refusal>> {
        match kind {
            "status" => Some(Ok(Self::Status)),
            "reload" => Some(Ok(Self::Reload)),
            "new_secret" => {
                let wrong = |_| Refusal::new(Code::BadRequest, "new_secret has a uid, a hash, and reset");
                Some(serde_json::from_slice(line).map(Self::NewSecret).map_err(wrong))
            }
            "remove_node" => {
                let wrong = |_| Refusal::new(Code::BadRequest, "remove_node has a node, and force");
                Some(serde_json::from_slice(line).map(Self::RemoveNode).map_err(wrong))
            }
            _ => None,
        }
    }
}

/// Another secret for an identity. Only its hash travels: whoever asks has made the secret.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct NewSecret {
    /// Whose.
    pub uid: Uid,
    /// The SHA-256 of it.
    pub hash: SecretHash,
    /// Whether somebody has it, who will come back with it.
    #[serde(default)]
    pub reset: bool,
}

/// A node that belongs to the cluster no more.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RemoveNode {
    /// Which.
    pub node: NodeName,
    /// Whether also if it runs.
    #[serde(default)]
    pub force: bool,
}
