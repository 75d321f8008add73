//! The refusal of what a connection asks for while the nodes of a cluster cannot agree for long: it is not proposed, for nobody knows
//! when it would be carried out. What only asks something is answered all the same, and who quits need not come back to do so. When that
//! is, the hub decides (`hub/order_stall`).

use std::time::Duration;

use shared::codec::to_line;
use shared::{ClientMsg, Code, Refusal, ServerMsg};

use super::context::Context;
use crate::chat::proposal::Proposal;
use crate::hub_msg::HubMsg;

/// When it makes sense to ask again.
const AGAIN: Duration = Duration::from_secs(5);

/// What becomes of a proposal meanwhile.
#[derive(Debug)]
pub(super) enum InStall {
    /// It is proposed as ever.
    Propose,
    /// It is dropped without an answer: how far something was read, which nobody waits to hear of, and which is told anew.
    Drop,
    /// It is refused, with this answer.
    Refuse(HubMsg),
}

/// What becomes of this one.
pub(super) fn of(proposal: &Proposal, context: &Context) -> InStall {
    if let Proposal::Request(asked) = proposal {
        if matches!(asked.msg, ClientMsg::Quit(_)) {
            return InStall::Propose;
        }
        if matches!(asked.msg, ClientMsg::Read(_)) && asked.id.is_none() {
            return InStall::Drop;
        }
    }
    if proposal.changes_nothing() {
        return InStall::Propose;
    }
    let Some((conn, id)) = proposal.reply_to() else { return InStall::Propose };
    context.stats.refused(Code::Storage);
    InStall::Refuse(HubMsg::Answer(conn, to_line(&ServerMsg::Error(no_agreement().to(id)))))
}

fn no_agreement() -> Refusal {
    let why = "the servers of this chat do not reach each other at the moment; nothing was changed, try again when they do";
    Refusal::new(Code::Storage, why).retry_after(AGAIN)
}
