//! Levels: what the chat does, by versions of its own. Nodes of two versions of this program run side by side while a cluster is
//! upgraded, and must have the same chat; so whatever is new in it has a level, and is done once every node knows that level, by the
//! place in the order where the last of them entered with it: see [`super::nodes::Nodes::level`].
//!
//! Who adds something to the chat raises [`LEVEL`] with the first of it after a release, and
//! - gives a new proposal or request its level in [`of`]; it is not sent before, and has that level as its version in the order, so
//!   that a node that does not know it stops, instead of guessing. A new field of one counts as a new proposal: a node that does
//!   not know it would leave it out without a word;
//! - asks [`super::Chat::level`] where the chat would answer, write or keep anything otherwise than before.
//!
//! What has no outcome in the chat (metrics, logs, the wire of a client) needs none.

use shared::ClientMsg;

use super::proposal::Proposal;

/// The level of the first version that had clusters.
pub const FIRST: u32 = 1;
/// From here on the starts of nodes that were removed are remembered, so that none of them enters again.
pub const REMOVED_STARTS: u32 = 2;
/// From here on whoever is new by a greeting that was never answered is forgotten at once.
pub const NOT_WELCOMED: u32 = 2;
/// The newest level that this version knows.
pub const LEVEL: u32 = 2;

/// The level that every node must know before this is proposed.
#[must_use]
pub fn of(proposal: &Proposal) -> u32 {
    match proposal {
        Proposal::Request(asked) => of_request(&asked.msg),
        Proposal::Operate(operated) => of_request(&operated.msg),
        Proposal::NotWelcomed { .. } => NOT_WELCOMED,
        Proposal::Hello(_)
        | Proposal::NewSecret(_)
        | Proposal::Link(_)
        | Proposal::Machine(_)
        | Proposal::Granted { .. }
        | Proposal::WrongKey { .. }
        | Proposal::Lost { .. }
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
        | Proposal::MessagesLookedUp { .. } => FIRST,
    }
}

fn of_request(request: &ClientMsg) -> u32 {
    match request {
        ClientMsg::Hello(_)
        | ClientMsg::Identify(_)
        | ClientMsg::Say(_)
        | ClientMsg::Direct(_)
        | ClientMsg::Edit(_)
        | ClientMsg::Delete(_)
        | ClientMsg::React(_)
        | ClientMsg::Join(_)
        | ClientMsg::Part(_)
        | ClientMsg::Rename(_)
        | ClientMsg::Topic(_)
        | ClientMsg::SetRoom(_)
        | ClientMsg::RoomKick(_)
        | ClientMsg::RoomMute(_)
        | ClientMsg::RoomUnmute(_)
        | ClientMsg::Who(_)
        | ClientMsg::History(_)
        | ClientMsg::Search(_)
        | ClientMsg::Typing(_)
        | ClientMsg::Ping(_)
        | ClientMsg::Pong(_)
        | ClientMsg::Quit(_)
        | ClientMsg::Auth(_)
        | ClientMsg::Bans(_)
        | ClientMsg::Kick(_)
        | ClientMsg::Ban(_)
        | ClientMsg::Unban(_)
        | ClientMsg::Mute(_)
        | ClientMsg::Unmute(_)
        | ClientMsg::Role(_)
        | ClientMsg::Announce(_)
        | ClientMsg::Shutdown(_)
        | ClientMsg::Rooms(_)
        | ClientMsg::FreeName(_)
        | ClientMsg::Limits(_)
        | ClientMsg::Link(_)
        | ClientMsg::Machines(_)
        | ClientMsg::Unlink(_)
        | ClientMsg::IrcPassword(_)
        | ClientMsg::IrcCertificate(_)
        | ClientMsg::Read(_)
        | ClientMsg::Absent(_)
        | ClientMsg::Upload(_)
        | ClientMsg::Download(_)
        | ClientMsg::Transfer(_) => FIRST,
    }
}
