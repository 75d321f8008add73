//! The parts of the way of a message: parsing its line, the chat, encoding the event, delivering it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::effect::Effect;
use server::chat::greeting::{Greeting, Origin};
use server::chat::place::Place;
use server::chat::proposal::{Ordered, Proposal, SecretHash};
use server::chat::proposed_request::ProposedRequest;
use server::chat::{Chat, Memory};
use server::delivery::Delivery;
use server::delivery::ring::RingCapacity;
use server::encoded::Encoded;
use server::token_bucket::Rate;
use server::transport::peer::Peer;
use server::transport::socket::{Socket, Stream};
use shared::client_msg::Quit;
use shared::server_msg::Form;
use shared::{ClientMsg, Event, Kind, Name, Nonce, Request, RoomName, Sender, Seq, Style, Text, Uid};
use tokio::net::UnixStream;

use crate::core::{START, rules};
use crate::counted::count;
use crate::members::say_line;

/// A line becomes a request.
pub(crate) fn parse() {
    let lines: Vec<String> = (0..=50).map(say_line).collect();
    count("parse a say", 50, |turn| {
        let line = &lines[turn as usize];
        assert!(matches!(Request::parse(line.as_bytes()), Ok(Request { msg: ClientMsg::Say(_), .. })));
        line.len()
    });
}

/// The chat takes a message in a room of a hundred.
pub(crate) fn handle() {
    let mut chat = Chat::new(rules(), Memory::default(), START);
    let mut place = Place::default();
    let mut handle = |proposal| {
        place = place.next();
        chat.handle(Ordered { place, at: START, origin: None, proposal })
    };
    for number in 0..100 {
        handle(Proposal::Hello(Box::new(greeting(number))));
    }
    let mut says: Vec<Option<Proposal>> = (0..=50).map(|number| Some(request(number))).collect();
    count("chat handles a say", 50, |turn| {
        let effects = handle(says[turn as usize].take().unwrap());
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Publish(_))));
        0
    });
}

/// The chat greets somebody new, where thousands were who said nothing and left.
pub(crate) fn greet() {
    const LEFT: u64 = 4096;
    let mut rules = rules();
    rules.creation.new_identities = Rate::Off;
    let mut chat = Chat::new(rules, Memory::default(), START);
    let mut place = Place::default();
    let mut handle = |proposal| {
        place = place.next();
        chat.handle(Ordered { place, at: START, origin: None, proposal })
    };
    for number in 0..LEFT {
        handle(Proposal::Hello(Box::new(greeting(number))));
        let quit = ClientMsg::Quit(Quit::default());
        handle(Proposal::Request(Box::new(ProposedRequest::new(conn(number), None, quit))));
    }
    let mut greetings: Vec<_> = (LEFT..=LEFT + 50).map(|number| Some(greeting(number))).collect();
    count("chat greets somebody new", 50, |turn| {
        let effects = handle(Proposal::Hello(Box::new(greetings[turn as usize].take().unwrap())));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Publish(_))));
        0
    });
}

pub(crate) fn conn(number: u64) -> ConnId {
    ConnId::new(NodeStart::default(), number)
}

pub(crate) fn greeting(number: u64) -> Greeting {
    let [mut fresh, zero] = [[0; 32]; 2];
    fresh[..8].copy_from_slice(&number.to_le_bytes());
    assert!(number == 0 || fresh != zero);
    Greeting {
        conn: conn(number),
        id: None,
        origin: Origin::default(),
        window: None,
        wish: Some(Name::parse(&format!("member-{number}")).unwrap()),
        shown: None,
        link: None,
        machine: shared::Line::default(),
        has: Vec::new(),
        resume: BTreeMap::new(),
        fresh: SecretHash(fresh),
        candidates: Vec::new(),
        followed: None,
    }
}

fn request(number: u32) -> Proposal {
    let Request { id, msg } = Request::parse(say_line(number).as_bytes()).unwrap();
    Proposal::Request(Box::new(ProposedRequest::new(conn(7), id, msg)))
}

/// An event becomes its line.
pub(crate) fn encode() {
    let events: Vec<Event> = (0..=50).map(event).collect();
    count("encode an event", 50, |turn| Encoded::new(&events[turn as usize]).line.len());
}

/// A message as it was published.
pub(crate) fn event(number: u64) -> Event {
    let room = RoomName::lobby();
    let text = Text::parse(&"내일 회의는 열 시에 합니다, the build is green ".repeat(2)).unwrap();
    let from = Sender {
        uid: Uid::new(number % 100 + 1).unwrap(),
        name: Name::parse("calm-otter").unwrap(),
        style: Style::ALL[0],
    };
    let place = [number, number + 1].map(|seq| Seq::new(seq).unwrap());
    let at = START + i64::try_from(number).unwrap();
    let nonce = Some(Nonce::parse(&format!("n{number:08}")).unwrap());
    Event { nonce, ..Event::new(room, place.into(), at, from, Kind::Message(text)) }
}

/// A message goes to a hundred sockets that take it.
pub(crate) async fn deliver() {
    let (room, (mut delivery, far_ends)) = (RoomName::lobby(), lobby(100).await);
    let lines: Vec<Encoded> = (0..=20).map(|number| Encoded::new(&event(number))).collect();
    count("deliver to 100 sockets", 20, |turn| {
        let line = &lines[turn as usize];
        delivery.append(&room, std::slice::from_ref(line));
        delivery.flush();
        line.line.len() * far_ends.len()
    });
    check(&far_ends, lines.iter().map(|line| line.line.len()).sum()).await;
}

/// Whoever said it gets the answer and the message behind it.
pub(crate) async fn answer() {
    let (room, (mut delivery, far_ends)) = (RoomName::lobby(), lobby(1).await);
    let lines: Vec<Encoded> = (0..=20).map(|number| Encoded::new(&event(number))).collect();
    let ok = br#"{"type":"ok","id":"1"}"#;
    count("answer and message to its sender", 20, |turn| {
        let line = &lines[turn as usize];
        delivery.tell(conn(0), Bytes::from_static(ok));
        delivery.append(&room, std::slice::from_ref(line));
        delivery.flush();
        ok.len() + line.line.len()
    });
    check(&far_ends, lines.iter().map(|line| ok.len() + line.line.len()).sum()).await;
}

/// So many who are in the lobby, and the far ends of their sockets.
async fn lobby(members: u64) -> (Delivery, Vec<UnixStream>) {
    let mut delivery = Delivery::new(RingCapacity::default(), Arc::default());
    let room = RoomName::lobby();
    delivery.begin_loading(&room);
    delivery.begin(&room, Seq::ZERO, &[]);
    let mut far_ends = Vec::new();
    for number in 0..members {
        let (near, far) = UnixStream::pair().unwrap();
        near.writable().await.unwrap();
        let socket = Socket::new(Stream::Unix(near), Peer::Local, 0, Arc::default());
        delivery.open(conn(number), Arc::new(socket), Form::default());
        delivery.follow(conn(number), &room, Seq::ZERO);
        far_ends.push(far);
    }
    delivery.flush();
    (delivery, far_ends)
}

/// Everything has come to all of them.
async fn check(far_ends: &[UnixStream], all: usize) {
    let mut read = vec![0; 64 * 1024];
    for far in far_ends {
        far.readable().await.unwrap();
        assert_eq!(far.try_read(&mut read).unwrap(), all);
    }
}
