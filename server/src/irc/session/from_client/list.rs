//! `LIST`: which rooms there are.

use shared::ClientMsg;
use shared::client_msg::ListRooms;

use crate::irc::line::Line;
use crate::irc::numeric::RPL_LISTSTART;
use crate::irc::session::listing::Listing;
use crate::irc::session::pending::Purpose;
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let mut listing = Listing::default();
    let words = line.param(0).unwrap_or_default().split(',').filter(|word| !word.is_empty());
    for word in words {
        if let Some(most) = word.strip_prefix('<').and_then(|most| most.parse().ok()) {
            listing.fewer_than = Some(most);
        } else if let Some(least) = word.strip_prefix('>').and_then(|least| least.parse().ok()) {
            listing.more_than = Some(least);
        } else {
            listing.only.extend(room_of(word));
        }
    }
    state.numeric(RPL_LISTSTART, ["Channel", "Users  Name"]);
    state.ask(ClientMsg::Rooms(ListRooms::default()), Purpose::List(Box::new(listing)));
}
