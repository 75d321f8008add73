//! The answer to a question for a token, as it comes back to the hub.

use shared::{Refusal, RequestId, TransferToken};

use crate::chat::conn_id::ConnId;

/// What became of a question for a token.
#[derive(Debug)]
pub(super) struct TokenAnswer {
    pub(super) conn: ConnId,
    pub(super) id: Option<RequestId>,
    pub(super) token: Result<Option<TransferToken>, Refusal>,
}
