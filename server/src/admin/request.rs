//! Requests over the operator's Unix socket: those of the wire, and those that only the operator has.

use shared::{ClientMsg, Refusal, Request, RequestId};

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
    /// `reload`: read the configuration and the certificates again.
    Reload,
}

impl OperatorRequest {
    /// Parses a line. The refusal carries the request's `id` whenever that could be read.
    pub fn parse(line: &[u8]) -> Result<Self, Refusal> {
        if let Some((kind, id)) = Request::heading(line)
            && let Some(command) = OperatorCommand::of(&kind)
        {
            return Ok(Self { id, command });
        }
        let Request { id, msg } = Request::parse(line)?;
        Ok(Self { id, command: OperatorCommand::Wire(msg) })
    }
}

impl OperatorCommand {
    /// The commands that are not requests of the wire.
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "status" => Some(Self::Status),
            "reload" => Some(Self::Reload),
            _ => None,
        }
    }
}
