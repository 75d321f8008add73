//! The refusal of what a connection asks for while the nodes of a cluster cannot agree for long: it is not proposed, for nobody knows
//! when it would be carried out. What only asks something is answered all the same. When that is, the hub decides (`hub/order_stall`).

use shared::codec::to_line;
use shared::{Code, Refusal, ServerMsg};

use super::context::Context;
use crate::chat::proposal::Proposal;
use crate::hub_msg::HubMsg;

/// The answer to what is not proposed now; none to what is.
pub(super) fn of(proposal: &Proposal, context: &Context) -> Option<HubMsg> {
    if proposal.changes_nothing() {
        return None;
    }
    let (conn, id) = proposal.reply_to()?;
    context.stats.refused(Code::Storage);
    Some(HubMsg::Answer(conn, to_line(&ServerMsg::Error(no_agreement().to(id)))))
}

fn no_agreement() -> Refusal {
    let why = "the servers of this chat cannot agree at the moment; this was not carried out, try again when they can";
    Refusal::new(Code::Storage, why)
}
