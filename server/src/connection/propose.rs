//! Proposes what a connection asks for. While the nodes of a cluster cannot agree it may be refused before that
//! (`stall_refusal`). While a cluster is upgraded it is refused too where it needs what not all nodes know.

use shared::codec::to_line;
use shared::{Code, Refusal, ServerMsg};

use super::context::Context;
use super::end::EndReason;
use super::stall_refusal::{self, InStall};
use crate::chat::level;
use crate::chat::proposal::Proposal;
use crate::hub_msg::HubMsg;
use crate::order::{ProposeError, Refused};

/// Proposes something that a connection asked for, and waits while there is no room.
pub(super) async fn propose(proposal: Proposal, context: &Context) -> Result<(), EndReason> {
    match stall_refusal::of(&proposal, context) {
        InStall::Propose => {}
        InStall::Drop => return Ok(()),
        InStall::Refuse(refused) => {
            return context.tell_hub(refused).await.map_err(|_| EndReason::ServerEnds);
        }
    }
    let newer = (level::of(&proposal) > level::FIRST).then(|| proposal.reply_to()).flatten();
    match context.proposer.propose(proposal).await {
        Ok(()) => Ok(()),
        Err(ProposeError::Refused(why @ Refused::NotYet)) => {
            let Some((conn, id)) = newer else { return Ok(()) };
            context.stats.refused(Code::BadRequest);
            let refusal = Refusal::new(Code::BadRequest, why.to_string()).to(id);
            let answer = HubMsg::Answer(conn, to_line(&ServerMsg::Error(refusal)));
            context.tell_hub(answer).await.map_err(|_| EndReason::ServerEnds)
        }
        Err(ProposeError::Refused(Refused::Never(_)) | ProposeError::Closed(_)) => Err(EndReason::ServerEnds),
    }
}
