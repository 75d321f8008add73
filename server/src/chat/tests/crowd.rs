//! Many people in many rooms: no answer is longer than a line may be, and everybody is found by paging.

use std::collections::BTreeSet;

use serde_json::json;

use shared::codec::to_line;
use shared::limits::SERVER_LINE_BYTES;
use shared::server_msg::User;
use shared::{Request, Role, RoomName, ServerMsg, Style, Uid};

use super::script::rules;
use crate::chat::conn_id::{ConnId, NodeStart};
use crate::chat::effect::Effect;
use crate::chat::forgotten_nonces::ForgottenNonces;
use crate::chat::greeting::{Greeting, Origin};
use crate::chat::identity::Identity;
use crate::chat::place::Place;
use crate::chat::presence::Presence;
use crate::chat::proposal::{Ordered, Proposal, SecretHash};
use crate::chat::proposed_request::ProposedRequest;
use crate::chat::sorted::SortedMap;
use crate::chat::{Chat, Memory};

const PEOPLE: u64 = 600;
const ROOMS: usize = 50;

fn secret(uid: u64) -> SecretHash {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&uid.to_be_bytes());
    SecretHash(bytes)
}

/// People with long names who are all in the same rooms with long names.
fn crowd() -> Chat {
    let rooms: BTreeSet<RoomName> =
        (0..ROOMS).map(|n| RoomName::parse(&format!("{n:02}{}", "방".repeat(15))).unwrap()).collect();
    let person = |uid: u64| Identity {
        since: SortedMap::default(),
        left_at: None,
        uid: Uid::new(uid).unwrap(),
        secret: secret(uid),
        name: format!("{}{uid:04}", "민".repeat(10)).parse().unwrap(),
        style: Style::new(14, true).unwrap(),
        role: Role::Moderator,
        presence: Presence::Away { until: 0 },
        rooms: rooms.iter().cloned().chain([RoomName::lobby()]).collect(),
        spoke: true,
        forgotten: ForgottenNonces::unread(),
        unsaved: false,
        linked: None,
        absent: None,
        seen: None,
    };
    let memory = Memory {
        identities: (1..=PEOPLE).map(person).collect(),
        last_uid: Uid::new(PEOPLE).unwrap(),
        ..Memory::default()
    };
    Chat::new(rules("max_users=1000"), memory, 0)
}

const CONN: ConnId = ConnId { on: NodeStart { node: 0, start: 0 }, number: 1 };

fn greet(chat: &mut Chat) -> ServerMsg {
    let greeting = Greeting {
        window: None,
        conn: CONN,
        id: None,
        origin: Origin::default(),
        wish: None,
        shown: Some(secret(1)),
        link: None,
        machine: shared::Line::default(),
        has: Vec::new(),
        resume: std::collections::BTreeMap::new(),
        fresh: secret(9999),
        candidates: vec![],
        followed: None,
    };
    let proposal = Proposal::Hello(Box::new(greeting));
    let effects = chat.handle(Ordered { place: Place::default(), at: 1, origin: None, proposal });
    let welcome = effects.into_iter().find_map(|effect| match effect {
        Effect::Welcome { welcome, .. } => Some(ServerMsg::Welcome(welcome)),
        _ => None,
    });
    welcome.expect("not welcome")
}

fn who(chat: &mut Chat, mut request: serde_json::Value) -> (Vec<User>, bool) {
    request["type"] = json!("who");
    let Request { id, msg } = Request::parse(request.to_string().as_bytes()).unwrap();
    let proposal = Proposal::Request(Box::new(ProposedRequest::new(CONN, id, msg)));
    let effects = chat.handle(Ordered { place: Place::default(), at: 2, origin: None, proposal });
    let Some(Effect::Tell { msg, .. }) = effects.into_iter().next() else { panic!("no answer") };
    assert!(to_line(&msg).len() < SERVER_LINE_BYTES / 2);
    let ServerMsg::Ok(answer) = *msg else { panic!("{msg:?}") };
    (answer.users.unwrap(), answer.more == Some(true))
}

#[test]
fn a_welcome_lists_a_share_of_each_room_and_says_where_it_is_cut() {
    let mut chat = crowd();
    let welcome = greet(&mut chat);
    assert!(to_line(&welcome).len() < SERVER_LINE_BYTES / 2);
    let ServerMsg::Welcome(welcome) = welcome else { unreachable!() };
    assert_eq!(welcome.rooms.len(), ROOMS + 1);
    for room in &welcome.rooms {
        assert!(room.more && room.members.len() > 50, "{} has {}", room.name, room.members.len());
    }
}

#[test]
fn everybody_is_paged_once() {
    let mut chat = crowd();
    greet(&mut chat);
    let first_room = format!("00{}", "방".repeat(15));
    for room in [None, Some(first_room)] {
        let (mut found, mut pages, mut more) = (Vec::new(), 0, true);
        while more {
            let mut request = json!({});
            if let Some(room) = &room {
                request["room"] = json!(room);
            }
            if let Some(last) = found.last() {
                request["after"] = json!(last);
            }
            let (users, goes_on) = who(&mut chat, request);
            found.extend(users.iter().map(|user| user.member.uid.get()));
            (pages, more) = (pages + 1, goes_on);
        }
        assert_eq!(found, (1..=PEOPLE).collect::<Vec<_>>());
        assert!(pages > 1, "all in one page");
    }
}
