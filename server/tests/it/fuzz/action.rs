//! Turns the bytes of a fuzzer into actions on the chat: people come and go, make every request there is, and time passes.

use std::net::IpAddr;

use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::greeting::{Greeting, Origin};
use server::chat::linked_secret::MadeOf;
use server::chat::proposal::{Proposal, ProposedLink, ProposedMachine, SecretHash};
use server::chat::proposed_request::{ProposedOperation, ProposedRequest};
use shared::client_msg::{Empty, Read, Unlink};
use shared::{ClientMsg, Line, Millis, Name, Request, RequestId, Role, RoomName, Seq};

/// Names that get in each other's way: some are alike, one claims a role, one is what a server would pick.
const NAMES: [&str; 8] = ["ann", "Ann", "ben", "modern", "modem", "민수", "admin", "calm-otter"];
const ROOMS: [&str; 7] = ["lobby", "kitchen", "cellar", "attic", "@1:2", "@2:3", "@1:9"];
/// The last two are one household.
const ADDRESSES: [&str; 4] = ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:2::2"];
const TEXTS: [&str; 3] = ["hi", "bye", "차 마실래요?"];
const WAITS: [Millis; 4] = [1, 1000, 61_000, 400_000];
const TIMES: [&str; 5] =
    ["", r#","for_s":1"#, r#","for_s":60"#, r#","for_s":100000"#, r#","for_s":18446744073709551615"#];

/// An input that is read as actions.
pub(super) struct Actions<'a> {
    bytes: &'a [u8],
    now: Millis,
    conns: u64,
}

impl<'a> Actions<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, now: 0, conns: 0 }
    }

    /// The next action, when it happens; nothing when the input is at its end. Time never passes a deadline unnoticed.
    pub(super) fn next(&mut self, deadline: Option<Millis>) -> Option<(Millis, Proposal)> {
        if self.bytes.is_empty() {
            return None;
        }
        let proposal = match self.byte() % 32 {
            0..=4 => self.hello(),
            5 => Proposal::Lost { conn: self.conn() },
            6 => {
                self.now += *self.one_of(&WAITS);
                Proposal::Tick
            }
            7 => self.granted(),
            8 => self.operate(),
            9 => self.machines(),
            _ => self.request(),
        };
        if deadline.is_some_and(|at| at <= self.now) && !matches!(proposal, Proposal::Tick) {
            self.now += 1;
        }
        Some((self.now, proposal))
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    fn below(&mut self, most: u64) -> u64 {
        u64::from(self.byte()) % most
    }

    fn one_of<'b, T>(&mut self, list: &'b [T]) -> &'b T {
        &list[usize::from(self.byte()) % list.len()]
    }

    /// One that has greeted, or one that never did.
    fn conn(&mut self) -> ConnId {
        conn_id(self.below(self.conns + 2))
    }

    fn hello(&mut self) -> Proposal {
        self.conns += 1;
        let conn = conn_id(self.conns);
        let looks = self.byte();
        let wish: Option<Name> = (looks & 1 == 1).then(|| self.one_of(&NAMES).parse().unwrap());
        let shown = (looks & 2 == 2).then(|| secret(self.below(16)));
        let lobby = RoomName::lobby();
        let resume =
            (looks & 4 == 4).then(|| (lobby, Seq::new(self.below(40)).unwrap())).into_iter().collect();
        let address: Option<IpAddr> = (looks & 8 == 8).then(|| self.one_of(&ADDRESSES).parse().unwrap());
        let role = if looks & 0xf0 == 0xf0 { Role::Admin } else { Role::Member };
        let origin = Origin { address, client: Line::default(), role, ..Origin::default() };
        let candidates = ["calm-otter", "bold-fox"].map(|name| name.parse().unwrap()).to_vec();
        let fresh = secret(self.conns);
        let window = (looks & 0x60 == 0x20).then(|| self.one_of(&["a", "b"]).parse().unwrap());
        let id = (looks & 16 == 16).then(|| "h".parse().unwrap());
        let link = (looks & 0x8f == 0x80).then(|| secret(100 + self.below(3)));
        Proposal::Hello(Box::new(Greeting {
            conn,
            id,
            origin,
            window,
            wish,
            shown,
            link,
            machine: Line::default(),
            has: Vec::new(),
            resume,
            fresh,
            candidates,
            followed: None,
        }))
    }

    fn granted(&mut self) -> Proposal {
        let role = *self.one_of(&[Role::Member, Role::Moderator, Role::Admin]);
        Proposal::Granted { conn: self.conn(), id: "g".parse().ok(), role }
    }

    fn operate(&mut self) -> Proposal {
        let (id, msg) = self.line();
        Proposal::Operate(Box::new(ProposedOperation::new(conn_id(1_000_000), id, msg, 1000)))
    }

    /// What concerns one's own machines: three codes there are.
    fn machines(&mut self) -> Proposal {
        let (conn, id, number) = (self.conn(), "m".parse().ok(), self.below(3));
        let msg = match self.below(6) {
            4 | 5 => {
                let made_of = *self.one_of(&[MadeOf::Word, MadeOf::Certificate]);
                let hash = secret(200 + self.below(3));
                let hash = if made_of == MadeOf::Word && number == 0 { None } else { Some(hash) };
                let (name, machine) = (Line::parse("IRC").unwrap(), Line::default());
                return Proposal::Machine(Box::new(ProposedMachine {
                    conn,
                    id,
                    made_of,
                    secret: hash,
                    name,
                    machine,
                }));
            }
            0 => {
                let (code, machine) = (secret(100 + number), Line::default());
                return Proposal::Link(Box::new(ProposedLink { conn, id, code, machine }));
            }
            1 => ClientMsg::Machines(Empty {}),
            2 => ClientMsg::Unlink(Unlink { machine: u32::try_from(number).unwrap() + 1 }),
            _ => ClientMsg::Read(Read { room: RoomName::lobby(), seq: Seq::new(self.below(40)).unwrap() }),
        };
        Proposal::Request(Box::new(ProposedRequest::new(conn, id, msg)))
    }

    fn request(&mut self) -> Proposal {
        let conn = self.conn();
        let (id, msg) = self.line();
        let mut asked = ProposedRequest::new(conn, id, msg);
        asked.held = match asked.file().map(|file| file.bytes) {
            Some(7) => Some(8),
            bytes => bytes.filter(|bytes| *bytes == 6),
        };
        Proposal::Request(Box::new(asked))
    }

    /// A request as it stands in a line of the wire.
    fn line(&mut self) -> (Option<RequestId>, ClientMsg) {
        let verb = self.byte();
        let id = if verb & 0x80 == 0 { r#","id":"i""# } else { "" };
        let (room, uid) = (*self.one_of(&ROOMS), self.below(9));
        let fields = match verb & 0x1f {
            0..=4 => format!(r#""say","room":"{room}",{}{id}"#, self.message()),
            5 | 6 => format!(r#""direct","uid":{uid},{}{id}"#, self.message()),
            7 | 8 => format!(r#""join","room":"{room}"{id}"#),
            9 => format!(r#""part","room":"{room}"{id}"#),
            10 => format!(r#""rename","name":"{}"{id}"#, self.one_of(&NAMES)),
            11 => format!(r#""topic","room":"{room}","topic":"tea"{id}"#),
            12 => format!(r#""who","room":"{room}"{id}"#),
            13 => format!(r#""who","uid":{uid}{id}"#),
            14 => format!(r#""history","room":"{room}","before":{uid}{id}"#),
            15 => format!(r#""search","query":"tea","room":"{room}"{id}"#),
            16 => format!(r#""typing","room":"{room}"{id}"#),
            17 => format!(r#""ping"{id}"#),
            18 => format!(r#""quit","quiet":{}{id}"#, uid % 2 == 0),
            19 => format!(r#""bans"{id}"#),
            20 => format!(r#""kick","uid":{uid},"reason":"tea"{id}"#),
            // The model learns of these by their answer.
            21 | 22 => {
                format!(r#""ban","uid":{uid},"address":{},"id":"i"{}"#, verb & 0x20 == 0, self.one_of(&TIMES))
            }
            23 => format!(r#""unban","uid":{uid},"id":"i""#),
            24 | 25 => format!(r#""mute","uid":{uid},"id":"i"{}"#, self.one_of(&TIMES)),
            26 => format!(r#""unmute","uid":{uid},"id":"i""#),
            27 => format!(
                r#""role","uid":{uid},"role":"{}"{id}"#,
                self.one_of(&["member", "moderator", "admin"])
            ),
            28 => format!(r#""announce","text":"tea"{id}"#),
            29 => format!(r#""shutdown","in_s":{},"cancel":{}{id}"#, self.byte(), verb & 0x20 == 0),
            30 if uid < 5 => format!(r#""search","query":"tea"{id}"#),
            30 => format!(r#""download","room":"{room}","of":{uid}{id}"#),
            _ if uid < 5 => format!(r#""who"{id}"#),
            _ => format!(r#""upload","bytes":{},"sha256":"{}"{id}"#, uid + 3, "0".repeat(64)),
        };
        let line = format!(r#"{{"type":{fields}}}"#);
        let request = Request::parse(line.as_bytes()).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
        (request.id, request.msg)
    }

    fn message(&mut self) -> String {
        let (text, looks) = (*self.one_of(&TEXTS), self.byte());
        let nonce = looks % 8;
        let file = match looks & 0xc0 {
            0xc0 => self::file(5 + (looks >> 3) % 3),
            _ => String::new(),
        };
        format!(r#""text":"{text}","nonce":"n{nonce}","action":{}{file}"#, nonce == 7)
    }
}

/// A file of so many bytes: of 5 bytes nothing was sent, what was sent as 6 is so, and as 7 it is not.
fn file(bytes: u8) -> String {
    format!(r#","file":{{"name":"tea","bytes":{bytes},"sha256":"{}"}}"#, "0".repeat(64))
}

/// The hash of the secret of whoever was new on this connection.
fn secret(conn: u64) -> SecretHash {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&conn.to_le_bytes());
    SecretHash(bytes)
}

fn conn_id(number: u64) -> ConnId {
    ConnId::new(NodeStart::default(), number)
}
