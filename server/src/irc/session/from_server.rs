//! What the server says, message by message.

mod answer;
mod event;
mod goodbye;
mod history;
mod membership;
mod message;
mod missed;
mod order;
mod presence;

use shared::ServerMsg;
use shared::client_msg::Empty;
use shared::{ClientMsg, Request};

use super::output::Action;
use super::state::{Phase, State};

/// Takes a message.
pub(super) fn take(state: &mut State, msg: ServerMsg) {
    match msg {
        ServerMsg::Welcome(welcome) => state.on_welcome(&welcome),
        ServerMsg::Ok(answer) => answer::ok(state, *answer),
        ServerMsg::Error(refusal) if state.phase == Phase::Greeting => state.on_refused_greeting(&refusal),
        ServerMsg::Error(refusal) => answer::refused(state, &refusal),
        ServerMsg::Event(event) => state.on_event(*event),
        ServerMsg::Membership(membership) => {
            membership.events().into_iter().for_each(|event| state.on_event(event));
        }
        ServerMsg::Reacted(reacted) => reacted.events().into_iter().for_each(|event| state.on_event(event)),
        ServerMsg::Joined(joined) => state.on_joined(&joined.state),
        ServerMsg::Parted(parted) => state.on_parted(&parted),
        ServerMsg::Invited(invited) => state.on_invited(&invited),
        ServerMsg::Gap(gap) => state.on_gap(&gap),
        ServerMsg::Presence(presence) => state.on_presence(&presence),
        ServerMsg::Ping(_) => {
            let pong = Request::unnamed(ClientMsg::Pong(Empty {}));
            state.out.actions.push(Action::Ask(Box::new(pong)));
        }
        ServerMsg::Read(read) => state.on_read_to(&read),
        ServerMsg::Goodbye(goodbye) => state.on_goodbye(&goodbye),
        ServerMsg::Order(order) => state.on_order(&order),
        // What admins of the server, other machines and transfers are told, and of the nodes of a cluster.
        ServerMsg::Resumed(_)
        | ServerMsg::KeptOut(_)
        | ServerMsg::Machines(_)
        | ServerMsg::Identity(_)
        | ServerMsg::Pong(_)
        | ServerMsg::Transfer(_)
        | ServerMsg::Transferred(_)
        | ServerMsg::Cluster(_)
        | ServerMsg::Unknown(_) => {}
    }
}

/// Whether an event does not follow the last one that was seen of its room.
fn missed_by(seen: shared::Seq, event: &shared::Event) -> bool {
    event.prev > seen
}
