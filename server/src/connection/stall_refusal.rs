//! The refusal of what a connection asks for while the nodes of a cluster cannot agree: it is not proposed, for nobody knows when it
//! would be carried out. What only asks something is answered all the same, and who quits need not come back to do so.
//!
//! People are refused when it lasts long, which the hub decides (`hub/order_stall`): they wait gladly, and see the outcome. The operator
//! is refused as soon as it is known (`order/report`): `chinwagd ctl` gives up after seconds, and what it asked for would be carried out
//! after it has said that it failed.

use std::time::Duration;

use shared::codec::to_line;
use shared::{ClientMsg, Code, Refusal, ServerMsg};

use super::context::Context;
use crate::chat::proposal::Proposal;
use crate::hub_msg::HubMsg;

/// When it makes sense to ask again.
const AGAIN: Duration = Duration::from_secs(5);

/// What becomes of a proposal.
#[derive(Debug)]
pub(super) enum InStall {
    /// It is proposed as ever, as everything is that is proposed while the nodes agree.
    Propose,
    /// It is dropped without an answer: how far something was read, which nobody waits to hear of, and which is told anew.
    Drop,
    /// It is refused, with this answer.
    Refuse(HubMsg),
}

/// What becomes of this one.
pub(super) fn of(proposal: &Proposal, context: &Context) -> InStall {
    let stands = || context.proposer.report().is_some_and(|order| order.why_it_stands().is_some());
    let is_refused = context.stall_flags.refuses_changes() || (is_of_operator(proposal) && stands());
    if !is_refused {
        return InStall::Propose;
    }
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
    InStall::Refuse(HubMsg::Answer(conn, to_line(&ServerMsg::Error(no_agreement(proposal).to(id)))))
}

/// Whether the operator asks for it, on a connection that waits for the answer.
fn is_of_operator(proposal: &Proposal) -> bool {
    matches!(proposal, Proposal::Operate(_) | Proposal::NewSecret(_) | Proposal::RemoveNode(_))
}

fn no_agreement(proposal: &Proposal) -> Refusal {
    let why = "the servers of this chat do not reach each other at the moment; nothing was changed, try again when they do";
    let stops = |msg: &ClientMsg| matches!(msg, ClientMsg::Shutdown(shutdown) if !shutdown.cancel);
    let hint = if let Proposal::Operate(operated) = proposal
        && stops(&operated.msg)
    {
        ". To stop this server alone: `systemctl stop chinwagd`, or SIGTERM"
    } else {
        ""
    };
    Refusal::new(Code::Storage, format!("{why}{hint}")).retry_after(AGAIN)
}

#[cfg(test)]
mod tests {
    use shared::Request;

    use super::*;
    use crate::chat::conn_id::{ConnId, NodeStart};
    use crate::chat::node_proposal::ProposedRemoval;
    use crate::chat::proposed_request::{ProposedOperation, ProposedRequest};

    const CONN: ConnId = ConnId::new(NodeStart { node: 1, start: 1 }, 1);

    fn msg(line: &str) -> ClientMsg {
        Request::parse(line.as_bytes()).unwrap().msg
    }

    fn operate(line: &str) -> Proposal {
        Proposal::Operate(Box::new(ProposedOperation::new(CONN, None, msg(line), 0)))
    }

    #[test]
    fn the_operator_is_told_from_people_also_where_a_node_is_taken_out() {
        let kick = r#"{"type":"kick","uid":1}"#;
        let removal =
            ProposedRemoval { conn: CONN, id: None, unix: 0, node: "busan".parse().unwrap(), force: true };
        assert!(is_of_operator(&operate(kick)) && is_of_operator(&Proposal::RemoveNode(Box::new(removal))));
        assert!(!is_of_operator(&Proposal::Request(Box::new(ProposedRequest::new(CONN, None, msg(kick))))));
    }

    #[test]
    fn whoever_wants_to_stop_the_chat_is_told_how_to_stop_one_server() {
        let hints = |line| no_agreement(&operate(line)).message.contains("systemctl stop");
        assert!(hints(r#"{"type":"shutdown"}"#));
        assert!(!hints(r#"{"type":"shutdown","cancel":true}"#) && !hints(r#"{"type":"kick","uid":1}"#));
    }
}
