//! How many direct conversations one person begins: whoever begins one pays for it, nobody else.

use std::collections::{BTreeMap, BTreeSet};

use shared::{Code, Request, Role, RoomName, ServerMsg, Style, Uid};

use super::script::{conn_id, rules, secret};
use crate::chat::creation_limit::MAX_DIRECT_EACH;
use crate::chat::effect::Effect;
use crate::chat::forgotten_nonces::ForgottenNonces;
use crate::chat::greeting::{Greeting, Origin};
use crate::chat::identity::Identity;
use crate::chat::place::Place;
use crate::chat::presence::Presence;
use crate::chat::proposal::{Ordered, Proposal};
use crate::chat::proposed_request::ProposedRequest;
use crate::chat::room::Room;
use crate::chat::sorted::SortedMap;
use crate::chat::{Chat, Memory};

/// Somebody in these direct conversations.
fn person(number: u64, with: impl Iterator<Item = u64>) -> Identity {
    let uid = |number| Uid::new(number).unwrap();
    Identity {
        uid: uid(number),
        secret: secret(number),
        name: format!("person-{number}").parse().unwrap(),
        style: Style::new(1, false).unwrap(),
        role: Role::Member,
        presence: Presence::Gone,
        rooms: with
            .map(|other| RoomName::direct(uid(number), uid(other)))
            .chain([RoomName::lobby()])
            .collect(),
        since: SortedMap::default(),
        left_at: None,
        spoke: false,
        forgotten: ForgottenNonces::default(),
        unsaved: false,
        linked: None,
        absent: None,
        seen: None,
    }
}

/// What a direct message from one person to another is answered.
fn direct(chat: &mut Chat, from: u64, to: u64) -> Option<Code> {
    let greeting = Greeting {
        conn: conn_id(from),
        id: None,
        origin: Origin::default(),
        window: None,
        wish: None,
        shown: Some(secret(from)),
        link: None,
        machine: shared::Line::default(),
        has: Vec::new(),
        resume: BTreeMap::new(),
        fresh: secret(65_000),
        candidates: vec![],
        followed: None,
    };
    let line = format!(r#"{{"type":"direct","id":"i","uid":{to},"text":"hi","nonce":"{from}-{to}"}}"#);
    let Request { id, msg } = Request::parse(line.as_bytes()).unwrap();
    let request = ProposedRequest::new(conn_id(from), id, msg);
    let mut effects = Vec::new();
    for proposal in [Proposal::Hello(Box::new(greeting)), Proposal::Request(Box::new(request))] {
        effects = chat.handle(Ordered { place: Place(1), at: 0, origin: None, proposal });
    }
    let answer = effects.into_iter().find_map(|effect| match effect {
        Effect::Tell { msg, .. } => Some(*msg),
        _ => None,
    });
    match answer.unwrap() {
        ServerMsg::Error(refusal) => Some(refusal.code),
        _ => None,
    }
}

#[test]
fn whoever_is_in_many_conversations_begins_no_more_and_others_still_speak_to_them() {
    let most = MAX_DIRECT_EACH as u64;
    let others = (2..most + 4).map(|other| person(other, std::iter::empty()));
    let memory = Memory {
        identities: others.chain([person(1, 2..most + 2)]).collect(),
        rooms: (2..most + 2)
            .map(|other| (RoomName::direct(Uid::new(1).unwrap(), Uid::new(other).unwrap()), Room::default()))
            .collect(),
        last_uid: Uid::new(most + 4).unwrap(),
        ..Memory::default()
    };
    let mut chat = Chat::new(rules("max_users=1000"), memory, 0);
    let unique: BTreeSet<_> = chat.roster().get(Uid::new(1).unwrap()).unwrap().rooms.iter().collect();
    assert_eq!(unique.len(), MAX_DIRECT_EACH + 1);
    assert_eq!(direct(&mut chat, 1, most + 2), Some(Code::RateLimited));
    assert_eq!(direct(&mut chat, 1, 2), None, "those there are go on");
    assert_eq!(direct(&mut chat, most + 3, 1), None, "whoever is spoken to pays nothing");
    assert_eq!(direct(&mut chat, 1, most + 3), None, "and answers");
}
