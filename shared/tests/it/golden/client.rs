//! The requests of `client.jsonl`, in its order: each one short, then with everything it can carry.

use shared::client_msg::{
    Absent, Announce, Auth, Ban, ClientMsg, Delete, Direct, Download, Edit, Empty, Hello, History,
    IrcCertificate, IrcPassword, Join, Kick, Link, ListRooms, Mute, NameOnly, Quit, React, Read, Rename,
    RoomKick, RoomMute, RoomOnly, RoomUid, Say, Search, SetLimit, SetRole, SetRoom, Shutdown, Topic,
    Transfer, UidOnly, Unlink, Upload, Who,
};
use shared::{
    CertificateHash, FileHasher, Line, LinkCode, Name, Nonce, Reaction, Request, RequestId, Role, RoomName,
    Secret, SecretHash, Seq, Text, TransferToken, Uid,
};

use crate::golden::event::{attachment, picture};

pub(crate) fn values() -> Vec<Request> {
    let mut values: Vec<_> =
        [greetings(), talk(), rooms(), past(), session(), moderation(), administration()]
            .into_iter()
            .flatten()
            .map(Request::unnamed)
            .collect();
    // An id may stand on every request; one shows where it is written.
    let named = ClientMsg::Ping(Empty {});
    values.push(Request { id: Some(RequestId::parse("req-1").unwrap()), msg: named });
    values.extend(set_up().into_iter().map(Request::unnamed));
    values.extend(files().into_iter().map(Request::unnamed));
    values
}

fn greetings() -> Vec<ClientMsg> {
    let hello = Hello { protocol: [1, 1], ..Hello::default() };
    vec![
        ClientMsg::Hello(hello.clone()),
        ClientMsg::Hello(Hello {
            client: line("chinwag 0.1.0"),
            name: Some(Name::parse("민수").unwrap()),
            secret: Some(Secret::from_bytes([0xfb; 32])),
            window: Some("5f0c9a3e".parse().unwrap()),
            compact: true,
            link: Some(LinkCode::from_bits(0x0123_4567_89ab_cdef)),
            machine: line("phone"),
            has: vec![SecretHash([9; 32])],
            password: Some("\u{1b}any \"string\"".to_owned()),
            resume: [(room("@3:17"), seq(811)), (room("lobby"), seq(812))].into(),
            ..hello
        }),
        ClientMsg::Identify(Empty {}),
    ]
}

fn talk() -> Vec<ClientMsg> {
    let thumb = Reaction::parse("👍").unwrap();
    let say = Say {
        room: room("lobby"),
        text: text("hi"),
        nonce: nonce("n1"),
        action: false,
        reply_to: None,
        file: None,
    };
    let direct = Direct {
        uid: uid(9),
        text: text("안녕 👩‍👩‍👧 ❤️"),
        nonce: nonce("n3"),
        action: false,
        reply_to: None,
        file: None,
    };
    vec![
        ClientMsg::Say(say.clone()),
        ClientMsg::Say(Say {
            text: text("waves\n\"twice\""),
            nonce: nonce("n2"),
            action: true,
            reply_to: Some(seq(811)),
            ..say
        }),
        ClientMsg::Direct(direct.clone()),
        ClientMsg::Direct(Direct { action: true, reply_to: Some(seq(811)), ..direct }),
        ClientMsg::Edit(Edit { room: room("lobby"), of: seq(811), text: text("hi all"), nonce: nonce("n4") }),
        ClientMsg::Delete(Delete {
            room: room("lobby"),
            of: seq(811),
            nonce: nonce("n5"),
            reason: Line::default(),
        }),
        ClientMsg::Delete(Delete {
            room: room("lobby"),
            of: seq(811),
            nonce: nonce("n6"),
            reason: line("spam"),
        }),
        ClientMsg::React(React { room: room("lobby"), of: seq(811), with: thumb.clone(), off: false }),
        ClientMsg::React(React { room: room("lobby"), of: seq(811), with: thumb, off: true }),
    ]
}

fn rooms() -> Vec<ClientMsg> {
    let only = |name| RoomOnly { room: room(name) };
    vec![
        ClientMsg::Join(Join { room: room("rust-한국"), word: None }),
        ClientMsg::Part(only("rust-한국")),
        ClientMsg::Typing(only("@3:17")),
        ClientMsg::Topic(Topic { room: room("lobby"), topic: line("lunch at noon") }),
        ClientMsg::Topic(Topic { room: room("lobby"), topic: Line::default() }),
        ClientMsg::Who(Who::default()),
        ClientMsg::Who(Who { room: Some(room("lobby")), ..Who::default() }),
        ClientMsg::Who(Who { uid: Some(uid(9)), ..Who::default() }),
        ClientMsg::Who(Who { after: Some(uid(9)), ..Who::default() }),
        ClientMsg::Who(Who { name: Some(Name::parse("민수").unwrap()), ..Who::default() }),
    ]
}

fn set_up() -> Vec<ClientMsg> {
    let kitchen = || room("kitchen");
    let word = || "열려라 참깨".parse().ok();
    vec![
        ClientMsg::Join(Join { room: kitchen(), word: word() }),
        ClientMsg::SetRoom(Box::new(SetRoom { private: Some(false), ..SetRoom::new(kitchen()) })),
        ClientMsg::SetRoom(Box::new(SetRoom {
            room: kitchen(),
            private: Some(true),
            word: word(),
            read_only: Some(true),
            pin: Some(seq(811)),
            notice: Some(line("wash your cup")),
            owner: Some(uid(9)),
            invite: Some(uid(3)),
        })),
        ClientMsg::RoomKick(RoomKick { room: kitchen(), uid: uid(9), reason: Line::default() }),
        ClientMsg::RoomKick(RoomKick { room: kitchen(), uid: uid(9), reason: line("spam") }),
        ClientMsg::RoomMute(RoomMute { room: kitchen(), uid: uid(9), reason: line("spam"), for_s: Some(60) }),
        ClientMsg::RoomUnmute(RoomUid { room: kitchen(), uid: uid(9) }),
    ]
}

fn past() -> Vec<ClientMsg> {
    let history = History::newest(room("lobby"));
    let search = Search { query: line("점심 lunch"), room: None, before: None, limit: None };
    vec![
        ClientMsg::History(history.clone()),
        ClientMsg::History(History { before: Some(seq(813)), ..history.clone() }),
        ClientMsg::History(History { after: Some(seq(0)), ..history.clone() }),
        ClientMsg::History(History { around: Some(seq(400)), limit: Some(50), ..history.clone() }),
        ClientMsg::History(History { before_at: Some(1_763_640_000_123), ..history.clone() }),
        ClientMsg::History(History { after_at: Some(0), ..history.clone() }),
        ClientMsg::History(History { around_at: Some(1_763_640_000_123), ..history }),
        ClientMsg::Search(search.clone()),
        ClientMsg::Search(Search {
            room: Some(room("lobby")),
            before: Some(seq(700)),
            limit: Some(20),
            ..search
        }),
    ]
}

fn session() -> Vec<ClientMsg> {
    vec![
        ClientMsg::Rename(Rename { name: Name::parse("calm-otter").unwrap() }),
        ClientMsg::Ping(Empty {}),
        ClientMsg::Pong(Empty {}),
        ClientMsg::Quit(Quit { quiet: false }),
        ClientMsg::Quit(Quit { quiet: true }),
        ClientMsg::Auth(Auth { key: "a key, \u{1b}any string".to_owned() }),
    ]
}

fn moderation() -> Vec<ClientMsg> {
    let (quiet, why) = (Line::default(), line("spam"));
    vec![
        ClientMsg::Kick(Kick { uid: uid(9), reason: quiet.clone() }),
        ClientMsg::Kick(Kick { uid: uid(9), reason: why.clone() }),
        ClientMsg::Ban(Ban { uid: uid(9), reason: quiet.clone(), for_s: None, address: false }),
        ClientMsg::Ban(Ban { uid: uid(9), reason: why.clone(), for_s: Some(3600), address: true }),
        ClientMsg::Unban(UidOnly { uid: uid(9) }),
        ClientMsg::Mute(Mute { uid: uid(9), reason: quiet, for_s: None }),
        ClientMsg::Mute(Mute { uid: uid(9), reason: why, for_s: Some(60) }),
        ClientMsg::Unmute(UidOnly { uid: uid(9) }),
        ClientMsg::Bans(Empty {}),
    ]
}

fn administration() -> Vec<ClientMsg> {
    let role = |role| ClientMsg::Role(SetRole { uid: uid(9), role });
    let reason = line("새 버전");
    vec![
        role(Role::Member),
        role(Role::Moderator),
        role(Role::Admin),
        ClientMsg::Announce(Announce { text: text("the cake is here") }),
        ClientMsg::Shutdown(Shutdown::default()),
        ClientMsg::Shutdown(Shutdown { in_s: 30, reason, restart: true, cancel: false }),
        ClientMsg::Shutdown(Shutdown { cancel: true, ..Shutdown::default() }),
        ClientMsg::Rooms(ListRooms::default()),
        ClientMsg::Rooms(ListRooms { after: Some(room("dev")), prefix: line("d"), limit: Some(50) }),
        ClientMsg::FreeName(NameOnly { name: "민수".parse().unwrap() }),
        ClientMsg::Limits(SetLimit::default()),
        ClientMsg::Limits(SetLimit { setting: line("max-per-address"), value: line("200") }),
        ClientMsg::Link(Link::default()),
        ClientMsg::Link(Link { machine: line("laptop") }),
        ClientMsg::Machines(Empty {}),
        ClientMsg::Unlink(Unlink { machine: 2 }),
        ClientMsg::IrcPassword(IrcPassword::default()),
        ClientMsg::IrcPassword(IrcPassword {
            word: "열려라 참깨".parse().unwrap(), machine: line("laptop")
        }),
        ClientMsg::IrcCertificate(IrcCertificate {
            fingerprint: CertificateHash([0xab; 32]),
            machine: line("laptop"),
        }),
        ClientMsg::Read(Read { room: room("lobby"), seq: seq(812) }),
        ClientMsg::Absent(Absent::default()),
        ClientMsg::Absent(Absent { why: line("lunch"), back: false }),
        ClientMsg::Absent(Absent { back: true, ..Absent::default() }),
    ]
}

fn files() -> Vec<ClientMsg> {
    let (sha256, proof) = FileHasher::of(b"hello\n");
    let upload = Upload { sha256, bytes: 6, proof: None };
    let token = || TransferToken::from_bytes([0xfb; 16]);
    let say = |file| Say {
        room: room("lobby"),
        text: text("hello.txt"),
        nonce: nonce("n7"),
        action: false,
        reply_to: None,
        file: Some(Box::new(file)),
    };
    let direct = |file| Direct {
        uid: uid(9),
        text: text("the cat"),
        nonce: nonce("n8"),
        action: false,
        reply_to: None,
        file: Some(Box::new(file)),
    };
    vec![
        ClientMsg::Upload(upload.clone()),
        ClientMsg::Upload(Upload { proof: Some(proof), ..upload }),
        ClientMsg::Download(Download { room: room("lobby"), of: seq(811) }),
        ClientMsg::Transfer(Transfer { token: token(), from: 0 }),
        ClientMsg::Transfer(Transfer { token: token(), from: 65_536 }),
        ClientMsg::Say(say(attachment())),
        ClientMsg::Direct(direct(picture())),
    ]
}

fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}

fn line(line: &str) -> Line {
    Line::parse(line).unwrap()
}

fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

fn nonce(nonce: &str) -> Nonce {
    Nonce::parse(nonce).unwrap()
}

fn seq(number: u64) -> Seq {
    Seq::new(number).unwrap()
}

fn uid(number: u64) -> Uid {
    Uid::new(number).unwrap()
}
