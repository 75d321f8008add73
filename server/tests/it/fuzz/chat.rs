//! The chat under any proposals in any order (the fuzz target `chat`): the invariants of the [`model`](super::model) hold
//! after each, and a second chat that is given the same proposals has the same effects (determinism).

use server::chat::creation_limit::CreationLimits;
use server::chat::place::Place;
use server::chat::proposal::Ordered;
use server::chat::rules::Rules;
use server::chat::{Chat, Memory};
use shared::Line;
use shared::server_msg::{Durability, ServerInfo};

use super::action::Actions;
use super::model::{MOST_ROOMS, MOST_ROOMS_EACH, MOST_USERS, Model};

/// The input is read as actions, a few bytes each.
pub(super) fn check(input: &[u8]) {
    let (mut chat, mut twin) =
        (Chat::new(rules(), Memory::default(), 0), Chat::new(rules(), Memory::default(), 0));
    let (mut model, mut actions) = (Model::default(), Actions::new(input));
    let mut place = Place::default();
    while let Some((at, proposal)) = actions.next(chat.next_deadline()) {
        let expected = model.expect(at, &proposal, &chat);
        place = place.next();
        let ordered = Ordered { place, at, origin: None, proposal };
        let effects = chat.handle(ordered.clone());
        let again = twin.handle(ordered);
        assert_eq!(format!("{effects:?}"), format!("{again:?}"), "the same proposals make another chat");
        model.check(&expected, &effects, &chat);
    }
}

/// Few users and few rooms, so that the limits are met.
fn rules() -> Rules {
    let line = |text: &str| Line::parse(text).unwrap();
    Rules {
        server: ServerInfo::new(line("chinwag"), line("0")),
        motd: String::new(),
        durability: Durability::Disk,
        max_users: MOST_USERS,
        creation: CreationLimits { rooms: MOST_ROOMS, rooms_each: MOST_ROOMS_EACH, ..CreationLimits::START },
        next_key: None,
        newcomer_history: server::chat::newcomer_history::NewcomerHistory::All,
        files_off: false,
        limits: shared::limits::Limits { file_bytes: 10, ..shared::limits::Limits::default() },
    }
}
