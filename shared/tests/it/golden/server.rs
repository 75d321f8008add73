//! The server's messages of `server.jsonl`, in its order. Events have a file of their own.

use shared::client_msg::Empty;
use shared::event::{Countdown, Kind, Leave, Sender};
use shared::limits::{Limits, WINDOWS};
use shared::server_msg::{
    Absence, Answer, Came, ClusterInfo, Details, Durability, Form, Gap, Goodbye, GoodbyeCode, Identity,
    Invited, Joined, KeptOut, Left, LimitValue, LinkOffer, ListedRoom, Machine, Machines, Member, Membership,
    Order, OrderState, Parted, Presence, PresenceChange, PresenceState, Reacted, Reacts, ReadTo, Resumed,
    RoomState, Sanction, SanctionKind, ServerInfo, ServerMsg, Transfer, Transferred, User, Welcome, You,
};
use shared::{
    Code, Fingerprint, Line, LinkCode, Name, NodeAddress, Reaction, Refusal, RequestId, Role, RoomName,
    RoomSettings, Secret, Seq, Style, Text, TransferToken, Uid,
};

use crate::golden::event::event;

pub(crate) fn values() -> Vec<ServerMsg> {
    [welcomes(), answers(), errors(), notices(), goodbyes(), set_up(), files(), cluster()]
        .into_iter()
        .flatten()
        .collect()
}

fn welcomes() -> Vec<ServerMsg> {
    let server = ServerInfo::new(line("chinwag"), line("0.1.0"));
    let you = You { uid: uid(17), name: name("calm-otter"), style: style(6, false), role: Role::Member };
    let short = Welcome {
        protocol: 1,
        server,
        you: you.clone(),
        secret: None,
        rooms: vec![],
        limits: Limits::default(),
        durability: Durability::Disk,
        motd: String::new(),
        next_key: None,
        countdown: None,
        machines: None,
        absent: vec![],
        cluster: None,
    };
    let countdown = Countdown {
        in_ms: Some(12_500),
        restart: true,
        reason: line("new version"),
        by: Some(name("bold-fox")),
    };
    let full = Welcome {
        server: ServerInfo {
            id: Some("9f2c41d07be3a658".parse().unwrap()),
            key: Some(shared::Fingerprint::of(b"")),
            ..short.server.clone()
        },
        you: You { role: Role::Admin, ..you },
        secret: Some(Secret::from_bytes([0; 32])),
        rooms: vec![
            lobby(),
            RoomState { members: vec![], topic: Line::default(), read: Some(seq(800)), ..lobby() },
        ],
        limits: Limits { pace_burst: 0, pace_per_s: 0, windows: WINDOWS, ..Limits::default() },
        durability: Durability::Full,
        motd: "welcome\n환영합니다".to_owned(),
        next_key: Some(Fingerprint::of(b"")),
        countdown: Some(countdown),
        machines: Some(2),
        ..short.clone()
    };
    let newer = Welcome { durability: Durability::Unknown, ..short.clone() };
    let away = Welcome { absent: vec![uid(3), uid(9)], ..short.clone() };
    let mut values: Vec<_> =
        [short, full, newer, away].map(|welcome| ServerMsg::Welcome(Box::new(welcome))).into();
    values.push(ServerMsg::Identity(Identity { server: "9f2c41d07be3a658".parse().unwrap() }));
    values
}

fn answers() -> Vec<ServerMsg> {
    let ok = |answer| ServerMsg::Ok(Box::new(answer));
    let answer = || Answer { id: Some(id("1")), ..Answer::default() };
    let direct = RoomName::direct(uid(17), uid(9));
    let users = vec![
        User {
            member: otter(),
            rooms: vec![RoomName::lobby()],
            last_seen: None,
            absent: None,
            windows: None,
            details: None,
        },
        User {
            member: fox(),
            rooms: vec![],
            last_seen: Some(1_763_640_000_123),
            absent: None,
            windows: None,
            details: None,
        },
    ];
    let details = Details {
        present: true,
        address: Some([192, 0, 2, 7].into()),
        client: line("chinwag 0.1.0"),
        since: Some(1_763_640_000_123),
        sanctions: vec![mute()],
    };
    let whois = vec![
        User {
            member: fox(),
            rooms: vec![RoomName::lobby()],
            last_seen: None,
            absent: None,
            windows: Some(2),
            details: Some(details),
        },
        User {
            member: fox(),
            rooms: vec![],
            last_seen: None,
            absent: None,
            windows: Some(0),
            details: Some(Details::default()),
        },
    ];
    let rooms =
        vec![listed("dev"), ListedRoom { topic: line("lunch at noon"), people: 2, ..listed("lobby") }];
    let settings = [("max-per-address", "200"), ("new-identities", "100/60")];
    let settings = settings.map(|(setting, value)| LimitValue { setting: line(setting), value: line(value) });
    let offer = LinkOffer { code: Some(LinkCode::from_bits(0x0123_4567_89ab_cdef)), valid_ms: 600_000 };
    let away = User { absent: Some(Absence { why: Line::default(), ..lunch() }), ..users[0].clone() };
    let page = vec![event(Kind::Message(Text::parse("hi").unwrap())), event(Kind::Join)];
    vec![
        ServerMsg::done(None),
        ServerMsg::done(Some(id("1"))),
        ServerMsg::stored(Some(id("1")), seq(813)),
        ok(Answer { seq: Some(seq(814)), room: Some(direct.clone()), ..answer() }),
        ok(Answer { seq: Some(seq(812)), room: Some(RoomName::lobby()), state: Some(lobby()), ..answer() }),
        ok(Answer { role: Some(Role::Admin), ..answer() }),
        ok(Answer { users: Some(users), ..answer() }),
        ok(Answer { users: Some(whois), ..answer() }),
        ok(Answer { bans: Some(vec![]), ..answer() }),
        ok(Answer { bans: Some(vec![ban(), mute()]), ..answer() }),
        ok(Answer { events: Some(page), more: Some(true), ..answer() }),
        ok(Answer { events: Some(vec![]), more: Some(false), ..answer() }),
        ok(Answer { events: Some(vec![]), more: Some(true), before: Some(seq(700)), ..answer() }),
        ok(Answer {
            users: Some(vec![User {
                member: otter(),
                rooms: vec![RoomName::lobby()],
                last_seen: None,
                absent: None,
                windows: None,
                details: None,
            }]),
            more: Some(true),
            ..answer()
        }),
        ok(Answer { state: Some(RoomState { more: true, ..lobby() }), ..answer() }),
        ok(Answer { rooms: Some(rooms), more: Some(false), ..answer() }),
        ok(Answer { settings: Some(settings.into()), ..answer() }),
        ok(Answer { link: Some(offer), ..answer() }),
        ok(Answer { machines: Some(machines()), ..answer() }),
        ok(Answer { seq: Some(seq(814)), room: Some(direct), absent: Some(lunch()), ..answer() }),
        ok(Answer { users: Some(vec![away]), ..answer() }),
    ]
}

fn lunch() -> Absence {
    Absence { since: 1_763_640_000_123, why: line("lunch") }
}

fn errors() -> Vec<ServerMsg> {
    let slow = Refusal { retry_ms: Some(1500), ..Refusal::new(Code::RateLimited, "slow down") };
    let full = Refusal::new(Code::TooManyConnections, "too many").by_setting("max-per-address");
    let rooms = Refusal { limit: Some(20), ..Refusal::new(Code::RateLimited, "too many rooms") };
    let rooms = rooms.by_setting("max-rooms-each").to(Some(id("1")));
    let mut errors =
        vec![slow, full, rooms, Refusal::new(Code::Forbidden, "only an admin may do this").to(Some(id("2")))];
    errors.extend(Code::ALL.map(|code| Refusal::new(code, "")));
    errors.push(Refusal::new(Code::Unknown, ""));
    errors.into_iter().map(ServerMsg::Error).collect()
}

fn notices() -> Vec<ServerMsg> {
    let change = |number, state| PresenceChange { uid: uid(number), state };
    let typing = Presence { room: Some(RoomName::lobby()), changes: vec![change(9, PresenceState::Typing)] };
    let states = [PresenceState::Here, PresenceState::Away, PresenceState::Gone, PresenceState::Unknown];
    let said = [PresenceState::Absent, PresenceState::Back].map(|state| change(9, state));
    let said_so = Presence { room: Some(RoomName::lobby()), changes: said.into() };
    let everywhere = Presence { room: None, changes: states.map(|state| change(9, state)).into() };
    vec![
        ServerMsg::Resumed(Resumed::default()),
        ServerMsg::Resumed(Resumed { rooms: [(RoomName::lobby(), seq(812))].into() }),
        ServerMsg::Membership(Box::new(crowd())),
        ServerMsg::Membership(Box::new(Membership {
            came: vec![],
            left: vec![],
            passed: vec![uid(4)],
            ..crowd()
        })),
        ServerMsg::Reacted(Box::new(reactions())),
        ServerMsg::Joined(Box::new(Joined { state: lobby() })),
        ServerMsg::Parted(Parted { room: "rust-한국".parse().unwrap(), by: None, reason: Line::default() }),
        ServerMsg::Gap(Gap { room: RoomName::lobby(), after: seq(12), before: seq(700) }),
        ServerMsg::Presence(typing),
        ServerMsg::Presence(said_so),
        ServerMsg::Presence(everywhere),
        ServerMsg::Ping(Empty {}),
        ServerMsg::Pong(Empty {}),
        ServerMsg::KeptOut(KeptOut {
            setting: line("max-per-address"),
            count: 3,
            address: Some([192, 0, 2, 7].into()),
            at: 1_763_640_000_123,
        }),
        ServerMsg::Machines(Machines { machines: machines() }),
        ServerMsg::Read(ReadTo { room: RoomName::lobby(), seq: seq(812) }),
        ServerMsg::Unknown(Empty {}),
    ]
}

/// Rooms that are set up otherwise than most.
fn set_up() -> Vec<ServerMsg> {
    let kitchen: RoomName = "kitchen".parse().unwrap();
    let settings = RoomSettings {
        owner: Some(uid(17)),
        private: true,
        word: true,
        read_only: true,
        pin: Some(seq(811)),
        notice: line("wash your cup"),
    };
    let (topic, by) = (line("lunch at noon"), Some(ban().by));
    let rooms = vec![ListedRoom { private: true, read_only: true, ..listed("kitchen") }];
    vec![
        ServerMsg::Joined(Box::new(Joined { state: RoomState { settings, ..lobby() } })),
        ServerMsg::Ok(Box::new(Answer { rooms: Some(rooms), more: Some(false), ..Answer::default() })),
        ServerMsg::Invited(Invited { room: kitchen.clone(), by: None, topic: Line::default() }),
        ServerMsg::Invited(Invited { room: kitchen.clone(), by, topic }),
        ServerMsg::Parted(Parted { room: kitchen, by: Some(name("bold-fox")), reason: line("spam") }),
    ]
}

fn listed(name: &str) -> ListedRoom {
    let name = RoomName::parse(name).unwrap();
    ListedRoom { name, topic: Line::default(), people: 0, private: false, read_only: false }
}

fn crowd() -> Membership {
    let (Member { uid, name, style, .. }, fox) = (otter(), fox());
    Membership {
        room: RoomName::lobby(),
        seq: seq(820),
        prev: seq(812),
        at: 1_763_640_000_123,
        came: vec![Came { seq: seq(813), uid, name, style }],
        left: vec![Left { seq: seq(816), how: Leave::Lost, uid: fox.uid, name: fox.name, style: fox.style }],
        passed: vec![Uid::new(4).unwrap(), Uid::new(11).unwrap()],
    }
}

fn reactions() -> Reacted {
    let (Member { uid, name, style, .. }, fox) = (otter(), fox());
    let with: Reaction = "👍".parse().unwrap();
    let (of, off) = (seq(811), false);
    let first = Reacts { seq: seq(813), uid, name, style, of, with: with.clone(), off };
    let back = Reacts { seq: seq(814), uid: fox.uid, name: fox.name, style: fox.style, of, with, off: true };
    Reacted {
        room: RoomName::lobby(),
        seq: seq(815),
        prev: seq(812),
        at: 1_763_640_000_123,
        reactions: vec![first, back],
    }
}

fn goodbyes() -> Vec<ServerMsg> {
    let goodbye = |code, reconnect| Goodbye {
        code,
        message: String::new(),
        reason: Line::default(),
        by: None,
        until: None,
        reconnect,
        after_ms: None,
        try_next: vec![],
    };
    let mut goodbyes = vec![
        goodbye(GoodbyeCode::Quit, false),
        goodbye(GoodbyeCode::Replaced, false),
        Goodbye {
            message: "you were kicked by bold-fox".to_owned(),
            reason: line("spam"),
            by: Some(name("bold-fox")),
            ..goodbye(GoodbyeCode::Kicked, false)
        },
        Goodbye { until: Some(1_763_643_600_123), ..goodbye(GoodbyeCode::Error(Code::Banned), false) },
        Goodbye { after_ms: Some(0), ..goodbye(GoodbyeCode::SlowConsumer, true) },
        Goodbye { after_ms: Some(1234), ..goodbye(GoodbyeCode::Restarting, true) },
        Goodbye { by: Some(name("bold-fox")), ..goodbye(GoodbyeCode::Unlinked, false) },
    ];
    goodbyes.extend(Code::ALL.map(|code| goodbye(GoodbyeCode::Error(code), false)));
    goodbyes.push(goodbye(GoodbyeCode::Error(Code::Unknown), false));
    goodbyes.into_iter().map(ServerMsg::Goodbye).collect()
}

fn machines() -> Vec<Machine> {
    let machine = |number, name, here, own: bool| {
        let connected = own.then_some(1_763_640_000_456);
        Machine { number, name: line(name), since: 1_763_640_000_123, connected, here, own }
    };
    vec![machine(1, "laptop", true, true), machine(3, "", false, false)]
}

fn ban() -> Sanction {
    Sanction {
        kind: SanctionKind::Ban,
        reason: line("spam"),
        until: Some(1_763_643_600_123),
        address: Some([0x2001, 0xdb8, 1, 2, 0, 0, 0, 0].into()),
        ..mute()
    }
}

fn files() -> Vec<ServerMsg> {
    let token = Some(TransferToken::from_bytes([0xfb; 16]));
    vec![
        ServerMsg::Ok(Box::new(Answer { id: Some(id("1")), token, ..Answer::default() })),
        ServerMsg::Transfer(Transfer { from: 0, bytes: 6 }),
        ServerMsg::Transferred(Transferred { bytes: 6 }),
    ]
}

fn mute() -> Sanction {
    let sender = |member: Member| Sender { uid: member.uid, name: member.name, style: member.style };
    Sanction {
        kind: SanctionKind::Mute,
        target: sender(fox()),
        by: sender(otter()),
        at: 1_763_640_000_123,
        reason: Line::default(),
        until: None,
        address: None,
    }
}

fn lobby() -> RoomState {
    RoomState {
        name: RoomName::lobby(),
        topic: line("lunch at noon"),
        head: seq(812),
        members: vec![otter(), fox()],
        more: false,
        read: None,
        settings: RoomSettings::default(),
        form: Form::Full,
    }
}

fn otter() -> Member {
    Member { uid: uid(17), name: name("calm-otter"), style: style(6, false), role: Role::Member, away: false }
}

fn fox() -> Member {
    Member { uid: uid(9), name: name("bold-fox"), style: style(9, true), role: Role::Moderator, away: true }
}

fn id(id: &str) -> RequestId {
    RequestId::parse(id).unwrap()
}

fn name(name: &str) -> Name {
    Name::parse(name).unwrap()
}

fn line(line: &str) -> Line {
    Line::parse(line).unwrap()
}

fn style(color: u8, underline: bool) -> Style {
    Style::new(color, underline).unwrap()
}

fn seq(number: u64) -> Seq {
    Seq::new(number).unwrap()
}

fn uid(number: u64) -> Uid {
    Uid::new(number).unwrap()
}

fn cluster() -> Vec<ServerMsg> {
    let nodes: Vec<NodeAddress> =
        ["seoul.example:7667", "[2001:db8::7]:7667"].map(|told| told.parse().unwrap()).into();
    let [ServerMsg::Welcome(welcome), ..] = &welcomes()[..] else { unreachable!() };
    let info =
        ClusterInfo { node: Some("seoul".parse().unwrap()), nodes: nodes.clone(), ..ClusterInfo::default() };
    let known = ClusterInfo { keys: [(nodes[0].clone(), Fingerprint::of(b""))].into(), ..info.clone() };
    let again = known.clone();
    let known = Welcome { cluster: Some(known), ..(**welcome).clone() };
    let welcome = Welcome { cluster: Some(info), ..(**welcome).clone() };
    let [ServerMsg::Goodbye(quit), ..] = &goodbyes()[..] else { unreachable!() };
    let code = GoodbyeCode::Restarting;
    let goodbye = Goodbye { code, reconnect: true, after_ms: Some(40), try_next: nodes, ..quit.clone() };
    vec![
        ServerMsg::Welcome(Box::new(welcome)),
        ServerMsg::Welcome(Box::new(known)),
        ServerMsg::Goodbye(goodbye),
        ServerMsg::Order(Order { state: OrderState::Stalled, for_ms: Some(4000) }),
        ServerMsg::Order(Order { state: OrderState::Flowing, for_ms: None }),
        ServerMsg::Order(Order { state: OrderState::Unknown, for_ms: None }),
        ServerMsg::Cluster(again),
    ]
}
