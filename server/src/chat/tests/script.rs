//! Parses and runs scripts: one proposal per line, and its effects as short lines below it.
//!
//! A line that begins with `>` is proposed; the lines up to the next one are its effects, in order. The effects of `>>` are
//! not compared. Numbers at the beginning are connections.
//!
//! ```text
//! rules max_users=2                      (before everything else)
//! > 1 hello wish=ann names=a,b secret=1 window=w resume=lobby:3
//! > 1 say lobby n1 hi                    (me, direct UID, join, part, rename, topic, who, kick, …)
//! > 1 hello role=admin unix=1000 from=192.0.2.7 client=nc   (the origin of the connection)
//! > 1 ban 2 60 spam    > 1 banip 2 - spam (for 60 s; for good, with the address; mute alike)
//! > 1 operator kick 2                    (the server's operator, answered on connection 1)
//! > 1 link 7 laptop   > 2 hello link=7 machine=phone   > 1 machines   > 1 unlink 2   > 1 read lobby 3   > 1 absent WHY   > 1 back   (a code's hash is as a secret's)
//! > 1 lost   > 1 unwelcomed   > 1 key admin   > stop   > at 5000   > rules max_users=3   > limit max-users 3
//! > step 3600000                          (the wall clock is set, by so many ms)
//! > edit ROOM SEQ n1 TEXT    > delete ROOM SEQ n1 [REASON]    > react ROOM SEQ +1    > unreact ROOM SEQ +1    > reply ROOM SEQ n1 TEXT
//! > join ROOM [WORD]    > private ROOM [WORD]    > open ROOM    > readonly ROOM [off]    > pin ROOM SEQ    > notice ROOM TEXT
//! > owner ROOM UID    > invite ROOM UID    > remove ROOM UID [REASON]    > hush ROOM UID [SECONDS]    > unhush ROOM UID
//! > found UID ROOM SEQ #QUESTION AUTHOR [REACTIONS] (or missing, unknown in place of the author: the store's answer for a message)
//! > lookup UID n1 new                    (unknown; or the seq, room and text of the message that has the nonce)
//! ```
//!
//! Every request has the id `i`. The secret of a new identity has the number of its first connection. Records are not shown,
//! except for the audit trail: the properties check that what is stored is enough to restart from.

mod show;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use shared::limits::Limits;
use shared::server_msg::ServerInfo;
use shared::{Line, Millis, Name, Request, Role, RoomName, Sender, Seq, Style, Uid};

pub(super) use self::show::show;
use crate::chat::conn_id::{ConnId, NodeStart};
use crate::chat::dedupe::Said;
use crate::chat::effect::Effect;
use crate::chat::greeting::{Greeting, Origin};
use crate::chat::limit_change::LimitChange;
use crate::chat::linked_secret::MadeOf;
use crate::chat::message_lookup::{MessageAnswer, MessageLookup, MessageQuestion};
use crate::chat::place::Place;
use crate::chat::proposal::{
    NonceAnswer, NonceLookup, Ordered, Proposal, ProposedLink, ProposedMachine, ProposedSecret, SecretHash,
};
use crate::chat::proposed_request::{ProposedOperation, ProposedRequest};
use crate::chat::rules::Rules;
use crate::chat::{Chat, Memory};

/// Runs a script and compares the effects with those it lists.
#[track_caller]
pub(super) fn check(script: &str) {
    let lines: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let actual = play(&lines);
    let expected: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    assert!(actual == expected, "\n--- this happened\n{}\n", actual.join("\n"));
}

/// The script with the actual effects.
fn play(lines: &[&str]) -> Vec<String> {
    let mut stage = Stage::new(rules(""));
    let mut actual = Vec::new();
    for line in lines {
        if let Some(wanted) = line.strip_prefix("rules ") {
            stage = Stage::new(rules(wanted));
            actual.push((*line).to_owned());
        } else if let Some(hidden) = line.strip_prefix(">>") {
            stage.play(hidden.trim());
            actual.push((*line).to_owned());
        } else if let Some(shown) = line.strip_prefix('>') {
            actual.push((*line).to_owned());
            actual.extend(stage.play(shown.trim()));
        }
    }
    actual
}

/// The rules of a chat, with `key=value` changes.
pub(super) fn rules(changes: &str) -> Rules {
    let limits = Limits { windows: 3, ..Limits::default() };
    let mut rules =
        Rules { max_users: 100, ..Rules::new(ServerInfo::new(line("chinwag"), line("0")), limits) };
    for (key, value) in changes.split_whitespace().filter_map(|change| change.split_once('=')) {
        match key {
            "max_users" => rules.max_users = value.parse().unwrap(),
            "rooms" => rules.creation.rooms = value.parse().unwrap(),
            "max_rooms" => rules.creation.rooms_each = value.parse().unwrap(),
            "newcomer_history" => rules.newcomer_history = value.parse().unwrap(),
            "file_bytes" => rules.limits.file_bytes = value.parse().unwrap(),
            "new_rooms" => rules.creation.new_rooms = value.parse().unwrap(),
            other => panic!("no rule {other}"),
        }
    }
    rules
}

fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

/// A chat with a clock, and the head of each room for checking the chain of events.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) chat: Chat,
    pub(super) now: Millis,
    place: Place,
    heads: HashMap<RoomName, Seq>,
}

impl Stage {
    pub(super) fn new(rules: Rules) -> Self {
        let chat = Chat::new(rules, Memory::default(), 0);
        Self { chat, now: 0, place: Place::default(), heads: HashMap::new() }
    }

    /// Proposes one line; returns its effects as lines.
    pub(super) fn play(&mut self, line: &str) -> Vec<String> {
        let effects = self.propose(line);
        effects.iter().filter_map(|effect| self.show(effect)).collect()
    }

    /// Proposes one line.
    pub(super) fn propose(&mut self, line: &str) -> Vec<Effect> {
        if let Some(at) = line.strip_prefix("at ") {
            self.now = at.parse().unwrap();
        }
        if let Some(by) = line.strip_prefix("step ") {
            self.now += by.parse::<Millis>().unwrap();
        }
        self.handle(proposal(line))
    }

    /// Proposes something at the present time.
    pub(super) fn handle(&mut self, proposal: Proposal) -> Vec<Effect> {
        let ordered = self.order(proposal);
        self.chat.handle(ordered)
    }

    /// Gives a proposal the next place and the present time.
    pub(super) fn order(&mut self, proposal: Proposal) -> Ordered {
        self.place = self.place.next();
        Ordered { place: self.place, at: self.now, origin: None, proposal }
    }

    fn show(&mut self, effect: &Effect) -> Option<String> {
        if let Effect::Publish(event) = effect {
            let head = self.heads.insert(event.room.clone(), event.seq).unwrap_or_default();
            assert_eq!(event.prev, head, "the chain of {} is broken at {}", event.room, event.seq);
            assert_eq!(event.at, self.now);
        }
        show(effect)
    }
}

/// Parses a line of a script.
pub(super) fn proposal(line: &str) -> Proposal {
    if line == "stop" {
        return Proposal::Stop { restart: false };
    }
    if line.starts_with("at ") {
        return Proposal::Tick;
    }
    if let Some(changes) = line.strip_prefix("rules ") {
        return Proposal::Rules(Box::new(rules(changes)));
    }
    if let Some((setting, value)) = line.strip_prefix("limit ").and_then(|limit| limit.split_once(' ')) {
        return Proposal::Limit(LimitChange::parse(setting, value).unwrap());
    }
    if let Some(by) = line.strip_prefix("step ") {
        return Proposal::ClockStepped { by: by.parse().unwrap() };
    }
    if let Some(rest) = line.strip_prefix("lookup ") {
        return looked_up(rest);
    }
    if let Some(rest) = line.strip_prefix("found ") {
        return found(rest);
    }
    let (conn, said) = line.split_once(' ').unwrap_or_else(|| panic!("no such line: {line}"));
    let conn = conn_id(conn.parse().unwrap_or_else(|_| panic!("no connection: {line}")));
    let (verb, rest) = said.split_once(' ').unwrap_or((said, ""));
    match verb {
        "hello" => Proposal::Hello(Box::new(greeting(conn, rest))),
        "lost" => Proposal::Lost { conn },
        "unwelcomed" => Proposal::NotWelcomed { conn, fresh: secret(conn.number) },
        "operator" => {
            let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            if matches!(verb, "revoke" | "reset") {
                let (whose, hash) = rest.split_once(' ').unwrap_or_else(|| panic!("whose secret: {line}"));
                return Proposal::NewSecret(Box::new(ProposedSecret {
                    conn,
                    id: "i".parse().ok(),
                    unix: 1000,
                    uid: uid(whose.parse().unwrap()),
                    hash: secret(hash.parse().unwrap()),
                    reset: verb == "reset",
                }));
            }
            let ProposedRequest { conn, id, msg, word, .. } = asked(conn, verb, rest);
            Proposal::Operate(Box::new(ProposedOperation { conn, id, msg, word, unix: 1000 }))
        }
        "link" => {
            let (code, machine) = rest.split_once(' ').unwrap_or((rest, ""));
            let (code, machine) = (secret(code.parse().unwrap()), Line::parse(machine).unwrap());
            Proposal::Link(Box::new(ProposedLink { conn, id: "i".parse().ok(), code, machine }))
        }
        "word" | "certificate" => {
            let made_of = if verb == "word" { MadeOf::Word } else { MadeOf::Certificate };
            let (hash, name) = rest.split_once(' ').unwrap_or((rest, ""));
            let hash = hash.parse().ok().map(secret);
            Proposal::Machine(Box::new(ProposedMachine {
                conn,
                id: "i".parse().ok(),
                made_of,
                secret: hash,
                name: Line::parse(if verb == "word" { "IRC" } else { "IRC certificate" }).unwrap(),
                machine: Line::parse(name).unwrap(),
            }))
        }
        "wrongkey" => Proposal::WrongKey { conn },
        "key" => Proposal::Granted { conn, id: "i".parse().ok(), role: role(rest) },
        _ => Proposal::Request(Box::new(asked(conn, verb, rest))),
    }
}

fn role(word: &str) -> Role {
    serde_json::from_value(json!(word)).unwrap()
}

/// The store's answer for a nonce; after `new` the greatest one, if the store says it.
fn looked_up(rest: &str) -> Proposal {
    let words: Vec<_> = rest.splitn(5, ' ').collect();
    let (uid, nonce) = (uid(words[0].parse().unwrap()), words[1].parse().unwrap());
    let answer = match words[2] {
        "new" => NonceAnswer::New,
        "unknown" => NonceAnswer::Unknown,
        seq => {
            let kind = shared::Kind::Message(words[4].parse().unwrap());
            let seq = Seq::new(seq.parse().unwrap()).unwrap();
            NonceAnswer::Said(Said::new(seq, &words[3].parse().unwrap(), &kind, None, None))
        }
    };
    let greatest = words.get(3).filter(|_| words[2] == "new").map(|greatest| greatest.parse().unwrap());
    Proposal::NoncesLookedUp { lookups: vec![NonceLookup { uid, nonce, answer, greatest }] }
}

/// The store's answer for a message; its author is called as the uid says.
fn found(rest: &str) -> Proposal {
    let words: Vec<_> = rest.split(' ').collect();
    let answer = match words[4] {
        "missing" => MessageAnswer::Missing,
        "unknown" => MessageAnswer::Unknown,
        author => {
            let author = author.parse().unwrap();
            let name = format!("number-{author}").parse().unwrap();
            let from = Sender { uid: uid(author), name, style: Style::new(1, false).unwrap() };
            let reactions = words.get(5).map_or(0, |count| count.parse().unwrap());
            MessageAnswer::Found { from, reactions }
        }
    };
    let (room, of) = (words[1].parse().unwrap(), Seq::new(words[2].parse().unwrap()).unwrap());
    let number = words[3].trim_start_matches('#').parse().unwrap();
    let question = MessageQuestion { uid: uid(words[0].parse().unwrap()), room, of, number };
    let lookup = MessageLookup { question, answer };
    Proposal::MessagesLookedUp { lookups: vec![lookup] }
}

/// A connection by its number.
pub(super) fn conn_id(number: u64) -> ConnId {
    ConnId::new(NodeStart::default(), number)
}

/// The hash of the secret that is made for this connection.
pub(super) fn secret(conn: u64) -> SecretHash {
    let byte = u8::try_from(conn % 256).unwrap();
    let high = u8::try_from(conn / 256).unwrap();
    let mut bytes = [byte; 32];
    bytes[0] = high;
    SecretHash(bytes)
}

fn greeting(conn: ConnId, words: &str) -> Greeting {
    let mut greeting = Greeting {
        origin: Origin::default(),
        conn,
        id: None,
        window: None,
        wish: None,
        shown: None,
        link: None,
        machine: Line::default(),
        has: Vec::new(),
        resume: std::collections::BTreeMap::new(),
        fresh: secret(conn.number),
        candidates: names("calm-otter,bold-fox"),
        followed: None,
    };
    for (key, value) in words.split_whitespace().filter_map(|word| word.split_once('=')) {
        match key {
            "window" => greeting.window = Some(value.parse().unwrap()),
            "wish" => greeting.wish = Some(value.parse().unwrap()),
            "secret" => greeting.shown = Some(secret(value.parse().unwrap())),
            "link" => greeting.link = Some(secret(value.parse().unwrap())),
            "machine" => greeting.machine = line(value),
            "has" => greeting.has = value.split(',').map(|one| secret(one.parse().unwrap())).collect(),
            "names" => greeting.candidates = names(value),
            "from" => greeting.origin.address = Some(value.parse().unwrap()),
            "unix" => greeting.origin.unix = Some(value.parse().unwrap()),
            "client" => greeting.origin.client = line(value),
            "role" => greeting.origin.role = role(value),
            "resume" => greeting.resume = positions(value),
            other => panic!("a hello has no {other}"),
        }
    }
    greeting
}

fn names(list: &str) -> Vec<Name> {
    list.split(',').map(|name| name.parse().unwrap()).collect()
}

fn positions(list: &str) -> std::collections::BTreeMap<RoomName, Seq> {
    let position = |pair: &str| {
        let (room, seq) = pair.rsplit_once('=').or_else(|| pair.rsplit_once(':')).unwrap();
        (room.parse().unwrap(), Seq::new(seq.parse().unwrap()).unwrap())
    };
    list.split(',').map(position).collect()
}

fn asked(conn: ConnId, verb: &str, rest: &str) -> ProposedRequest {
    let request = Request::parse(wire(verb, rest).to_string().as_bytes());
    let Request { id, msg } = request.unwrap_or_else(|refusal| panic!("{verb} {rest}: {refusal:?}"));
    let mut asked = ProposedRequest::new(conn, id, msg);
    asked.held = match verb {
        "bring" => asked.file().map(|file| file.bytes),
        "bringother" => asked.file().map(|file| file.bytes + 1),
        _ => None,
    };
    asked
}

/// The line of the wire for a request.
fn wire(verb: &str, rest: &str) -> Value {
    let word = |n: usize| rest.split(' ').nth(n).unwrap_or_default();
    let after = |n: usize| rest.splitn(n + 1, ' ').nth(n).unwrap_or_default();
    let number = |n: usize| word(n).parse::<u64>().unwrap_or_else(|_| panic!("no number: {verb} {rest}"));
    let mut fields = match verb {
        "say" => json!({"room": word(0), "nonce": word(1), "text": after(2)}),
        "me" => json!({"type": "say", "room": word(0), "nonce": word(1), "text": after(2), "action": true}),
        "reply" => {
            json!({"type": "say", "room": word(0), "reply_to": number(1), "nonce": word(2), "text": after(3)})
        }
        "bring" | "bringother" | "bringunsent" => {
            let file = json!({"name": word(2), "bytes": number(3), "sha256": word(3).repeat(64)});
            json!({"type": "say", "room": word(0), "nonce": word(1), "text": word(2), "file": file})
        }
        "upload" => json!({"sha256": "0".repeat(64), "bytes": number(0)}),
        "download" => json!({"room": word(0), "of": number(1)}),
        "edit" => json!({"room": word(0), "of": number(1), "nonce": word(2), "text": after(3)}),
        "delete" => json!({"room": word(0), "of": number(1), "nonce": word(2), "reason": after(3)}),
        "react" => json!({"room": word(0), "of": number(1), "with": word(2)}),
        "unreact" => json!({"type": "react", "room": word(0), "of": number(1), "with": word(2), "off": true}),
        "direct" => json!({"uid": number(0), "nonce": word(1), "text": after(2)}),
        "join" if !word(1).is_empty() => json!({"room": word(0), "word": after(1)}),
        "join" | "part" | "typing" => json!({"room": rest}),
        "unlink" => json!({"machine": number(0)}),
        "absent" => json!({"why": rest}),
        "back" => json!({"type": "absent", "back": true}),
        "read" => json!({"room": word(0), "seq": number(1)}),
        "private" if word(1).is_empty() => json!({"type": "set_room", "room": word(0), "private": true}),
        "private" => json!({"type": "set_room", "room": word(0), "word": after(1)}),
        "open" => json!({"type": "set_room", "room": word(0), "private": false}),
        "readonly" => json!({"type": "set_room", "room": word(0), "read_only": word(1) != "off"}),
        "pin" => json!({"type": "set_room", "room": word(0), "pin": number(1)}),
        "notice" => json!({"type": "set_room", "room": word(0), "notice": after(1)}),
        "owner" => json!({"type": "set_room", "room": word(0), "owner": number(1)}),
        "invite" => json!({"type": "set_room", "room": word(0), "invite": number(1)}),
        "remove" => json!({"type": "room_kick", "room": word(0), "uid": number(1), "reason": after(2)}),
        "hush" if word(2).is_empty() => json!({"type": "room_mute", "room": word(0), "uid": number(1)}),
        "hush" => json!({"type": "room_mute", "room": word(0), "uid": number(1), "for_s": number(2)}),
        "unhush" => json!({"type": "room_unmute", "room": word(0), "uid": number(1)}),
        "rename" => json!({"name": rest}),
        "topic" => json!({"room": word(0), "topic": after(1)}),
        "who" if !rest.is_empty() => json!({"room": rest}),
        "history" if word(1).is_empty() => json!({"room": word(0)}),
        "history" => json!({"room": word(0), word(1): number(2), "limit": number(3)}),
        "search" => json!({"query": rest}),
        "quiet" => json!({"type": "quit", "quiet": true}),
        "kick" => json!({"uid": number(0), "reason": after(1)}),
        "role" => json!({"uid": number(0), "role": word(1)}),
        "announce" => json!({"text": rest}),
        "shutdown" => json!({"in_s": number(0), "reason": after(1)}),
        "restart" => json!({"type": "shutdown", "in_s": number(0), "restart": true}),
        "cancel" => json!({"type": "shutdown", "cancel": true}),
        "ban" | "banip" | "mute" => {
            let mut fields =
                json!({"type": verb.trim_end_matches("ip"), "uid": number(0), "reason": after(2)});
            if let Ok(seconds) = word(1).parse::<u64>() {
                fields["for_s"] = json!(seconds);
            }
            if verb == "banip" {
                fields["address"] = json!(true);
            }
            fields
        }
        "unban" | "unmute" => json!({"uid": number(0)}),
        "whois" => json!({"type": "who", "uid": number(0)}),
        "whoname" => json!({"type": "who", "name": rest}),
        "rooms" | "limits" if rest.is_empty() => json!({}),
        "rooms" if word(1).is_empty() => json!({"limit": number(0)}),
        "rooms" => json!({"limit": number(0), "after": word(1)}),
        "roomslike" => json!({"type": "rooms", "prefix": rest}),
        "freename" => json!({"type": "free_name", "name": rest}),
        "limits" => json!({"setting": word(0), "value": word(1)}),
        _ => Value::Object(Map::new()),
    };
    let object = fields.as_object_mut().unwrap();
    object.entry("type").or_insert_with(|| json!(verb));
    object.insert("id".into(), json!("i"));
    fields
}

/// A uid by its number.
pub(super) fn uid(number: u64) -> Uid {
    Uid::new(number).unwrap()
}
