//! Properties that hold for any sequence of proposals, with restarts, failed commits and clock steps.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use proptest::prelude::*;
use proptest::test_runner::Config;

use shared::server_msg::{Sanction, SanctionKind};
use shared::{Event, Kind, Line, Nonce, RoomName, Seq, Uid};

use super::script::{Stage, conn_id, proposal, rules};
use crate::chat::conn_id::ConnId;
use crate::chat::dedupe::Said;
use crate::chat::effect::{Effect, Record};
use crate::chat::forgotten_nonces::ForgottenNonces;
use crate::chat::identity::Identity;
use crate::chat::name_key::NameKey;
use crate::chat::presence::Presence;
use crate::chat::proposal::{NonceAnswer, NonceLookup, Proposal};
use crate::chat::room::Room;
use crate::chat::room_settings::Settings;
use crate::chat::snapshot::Snapshot;
use crate::chat::sorted::SortedSet;
use crate::chat::{Chat, Memory};

/// Names that collide: some look alike, one claims a role, one is a random name.
const NAMES: [&str; 8] = ["ann", "Ann", "ben", "modern", "modem", "민수", "admin", "calm-otter"];
const ROOMS: [&str; 5] = ["lobby", "kitchen", "cellar", "@1:2", "@2:3"];
const RULES: &str = "max_users=5 max_rooms=4";

/// An input: a line of a script, or an event of the store or the clock.
#[derive(Clone, Debug)]
enum Action {
    /// A line for an existing connection, chosen when it is applied.
    Line(usize, String),
    /// A new connection greets.
    Hello(String),
    /// This many milliseconds pass.
    Wait(i64),
    /// The commit of the line's message fails.
    Revoked(usize, String),
    /// The server is killed and restarts from what is stored.
    Restart,
    /// The oldest nonce lookup is answered.
    Answer,
    /// The wall clock is set.
    ClockStep(i64),
}

fn action() -> impl Strategy<Value = Action> {
    let name = prop::sample::select(&NAMES[..]);
    let room = prop::sample::select(&ROOMS[..]);
    let nonce = 0..6_u8;
    let text = prop::sample::select(&["hi", "bye"][..]);
    let uid = 0..6_u8;
    let conn = 0..8_usize;
    let verb = prop::sample::select(&["ban", "banip", "mute", "mute"][..]);
    let operator_verb = prop::sample::select(&["kick", "ban", "unban", "mute", "unmute", "whois"][..]);
    let term = prop::sample::select(&["-", "1", "60", "400"][..]);
    let said = (room.clone(), nonce.clone(), text.clone());
    let hello = (prop::option::of(name.clone()), prop::option::of(1..12_u8), prop::option::of(0..9_u8));
    let address = prop::sample::select(&["192.0.2.7", "192.0.2.8", "127.0.0.1"][..]);
    let window = prop::sample::select(&["", " window=a", " window=b", " window=c", " window=d"][..]);
    let hello = (hello, address, window).prop_map(|((wish, secret, resume), address, window)| {
        let wish = wish.map_or_else(String::new, |name| format!(" wish={name}"));
        let secret = secret.map_or_else(String::new, |conn| format!(" secret={conn}"));
        let resume = resume.map_or_else(String::new, |seq| format!(" resume=lobby:{seq}"));
        Action::Hello(format!("{wish}{secret}{resume}{window} from={address}"))
    });
    let message = prop_oneof![
        said.clone().prop_map(|(room, nonce, text)| format!("say {room} n{nonce} {text}")),
        (uid.clone(), nonce, text).prop_map(|(uid, nonce, text)| format!("direct {uid} n{nonce} {text}")),
    ];
    let set_up = prop_oneof![
        Just("private attic"),
        Just("private attic sesame"),
        Just("open attic"),
        Just("join attic sesame"),
        Just("join attic wrong"),
        Just("readonly attic"),
        Just("readonly attic off"),
        Just("notice attic tea"),
    ];
    let in_room = prop::sample::select(&["owner", "invite", "remove", "hush", "unhush"][..]);
    let request = prop_oneof![
        4 => message.clone(),
        3 => set_up.prop_map(ToOwned::to_owned),
        3 => (in_room, uid.clone()).prop_map(|(verb, uid)| format!("{verb} attic {uid}")),
        1 => Just("hush attic 1 60".to_owned()),
        3 => room.clone().prop_map(|room| format!("join {room}")),
        2 => room.clone().prop_map(|room| format!("part {room}")),
        2 => name.prop_map(|name| format!("rename {name}")),
        1 => room.clone().prop_map(|room| format!("topic {room} tea")),
        1 => room.clone().prop_map(|room| format!("who {room}")),
        1 => room.prop_map(|room| format!("typing {room}")),
        2 => prop::sample::select(&["absent tea", "absent", "back"][..]).prop_map(ToOwned::to_owned),
        1 => prop::sample::select(&["who", "bans", "ping", "pong", "search tea", "cancel", "quit", "quiet"][..])
            .prop_map(ToOwned::to_owned),
        1 => uid.clone().prop_map(|uid| format!("kick {uid}")),
        2 => (verb, uid.clone(), term).prop_map(|(verb, uid, term)| format!("{verb} {uid} {term} 도배")),
        1 => uid.clone().prop_map(|uid| format!("unban {uid}")),
        1 => uid.clone().prop_map(|uid| format!("unmute {uid}")),
        1 => uid.clone().prop_map(|uid| format!("whois {uid}")),
        1 => (operator_verb, uid.clone()).prop_map(|(verb, uid)| format!("operator {verb} {uid}")),
        1 => uid.prop_map(|uid| format!("role {uid} moderator")),
        1 => Just("key admin".to_owned()),
        1 => Just("shutdown 5".to_owned()),
        2 => Just("lost".to_owned()),
    ];
    prop_oneof![
        3 => hello,
        16 => (conn.clone(), request).prop_map(|(conn, line)| Action::Line(conn, line)),
        1 => (conn, message).prop_map(|(conn, line)| Action::Revoked(conn, line)),
        1 => (0..400_000_i64).prop_map(Action::Wait),
        1 => Just(Action::Restart),
        6 => Just(Action::Answer),
        1 => prop::sample::select(&[3_600_000, -3_600_000, -5000][..]).prop_map(Action::ClockStep),
    ]
}

/// A model of the store, in memory.
#[derive(Debug, Default)]
struct StoreModel {
    events: Vec<Event>,
    identities: BTreeMap<Uid, Identity>,
    members: BTreeMap<(Uid, RoomName), Seq>,
    rooms: BTreeMap<RoomName, (Line, Option<Box<Settings>>)>,
    sanctions: Vec<Sanction>,
    last_uid: Uid,
}

impl StoreModel {
    fn keep(&mut self, effect: &Effect) {
        match effect {
            Effect::Publish(event) => {
                self.rooms.entry(event.room.clone()).or_default();
                self.events.push(event.clone());
            }
            Effect::Save(Record::Identity(identity)) => {
                self.last_uid = self.last_uid.max(identity.uid);
                self.identities.insert(identity.uid, (**identity).clone());
            }
            Effect::Save(Record::Forget(uid)) => {
                self.identities.remove(uid);
                self.members.retain(|(member, _), _| member != uid);
            }
            Effect::Save(Record::Room { name, topic, settings }) => {
                self.rooms.insert(name.clone(), (topic.clone(), settings.clone()));
            }
            Effect::Save(Record::Member { uid, room, inside: true, since }) => {
                self.rooms.entry(room.clone()).or_default();
                self.members.insert((*uid, room.clone()), *since);
            }
            Effect::Save(Record::Member { uid, room, inside: false, .. }) => {
                self.members.remove(&(*uid, room.clone()));
            }
            Effect::Save(Record::Sanction(sanction)) => {
                self.lift(sanction.kind, sanction.target.uid);
                self.sanctions.push((**sanction).clone());
            }
            Effect::Save(Record::Lift { kind, uid }) => self.lift(*kind, *uid),
            _ => {}
        }
    }

    fn lift(&mut self, kind: SanctionKind, uid: Uid) {
        self.sanctions.retain(|one| (one.kind, one.target.uid) != (kind, uid));
    }

    /// Whether a stored ban or mute is in force for somebody.
    fn holds(&self, kind: SanctionKind, uid: Uid, now: i64) -> bool {
        let on_them = |one: &&Sanction| one.kind == kind && one.target.uid == uid;
        self.sanctions.iter().filter(on_them).any(|one| one.until.is_none_or(|until| until > now))
    }

    fn said(&self, uid: Uid, nonce: &Nonce) -> Option<&Event> {
        self.events.iter().find(|event| event.from.uid == uid && event.is_marked(nonce))
    }

    fn greatest_nonce(&self, uid: Uid) -> Option<Nonce> {
        let theirs = self.events.iter().filter(|event| event.from.uid == uid);
        theirs.filter_map(|event| event.nonce.clone()).max()
    }

    fn head(&self, room: &RoomName) -> Seq {
        self.events.iter().rev().find(|event| event.room == *room).map_or(Seq::ZERO, |event| event.seq)
    }

    /// The state as `store/load.rs` would load it.
    fn memory(&self) -> Memory {
        let identity = |identity: &Identity| {
            let rooms = self.members.iter().filter(|((uid, _), _)| *uid == identity.uid);
            let since = rooms.clone().filter(|(_, since)| **since != Seq::ZERO);
            let since = since.map(|((_, room), since)| (room.clone(), *since)).collect();
            let presence = if identity.is_present() { Presence::Away { until: 0 } } else { Presence::Gone };
            let rooms = rooms.map(|((_, room), _)| room.clone()).chain([RoomName::lobby()]).collect();
            Identity { presence, rooms, since, forgotten: ForgottenNonces::unread(), ..identity.clone() }
        };
        let room = |(name, (topic, settings)): (&RoomName, &(Line, Option<Box<Settings>>))| {
            let (topic, settings) = (topic.clone(), settings.clone());
            let room = Room { topic, head: self.head(name), members: Vec::new(), settings };
            (name.clone(), room)
        };
        Memory {
            identities: self.identities.values().map(identity).collect(),
            rooms: self.rooms.iter().map(room).collect(),
            sanctions: self.sanctions.clone(),
            last_seq: self.events.last().map_or(Seq::ZERO, |event| event.seq),
            last_uid: self.last_uid,
        }
    }
}

/// A chat with a model of the store, a clock and connections.
#[derive(Debug)]
struct Harness {
    stage: Stage,
    store: StoreModel,
    last_conn: u64,
    heads: HashMap<RoomName, Seq>,
    last_seq: Seq,
    /// The rooms that each connection follows.
    follows: HashMap<ConnId, SortedSet<RoomName>>,
    /// Answers to nonce lookups that were not proposed yet.
    answers: VecDeque<NonceLookup>,
    /// All effects, to compare two runs.
    log: Vec<String>,
}

impl Harness {
    fn new() -> Self {
        Self {
            stage: Stage::new(rules(RULES)),
            store: StoreModel::default(),
            last_conn: 0,
            heads: HashMap::new(),
            last_seq: Seq::ZERO,
            follows: HashMap::new(),
            answers: VecDeque::new(),
            log: Vec::new(),
        }
    }

    fn run(actions: &[Action]) -> Self {
        let mut harness = Self::new();
        for action in actions {
            harness.apply(action);
            harness.check(action);
        }
        harness
    }

    fn apply(&mut self, action: &Action) {
        match action {
            Action::Hello(how) => {
                self.last_conn += 1;
                self.propose(&format!("{} hello{how}", self.last_conn));
            }
            Action::Line(conn, line) => {
                let conn = self.conn(*conn);
                self.propose(&format!("{conn} {line}"));
            }
            Action::Wait(ms) => {
                self.stage.now += ms;
                if self.stage.chat.next_deadline().is_some_and(|at| at <= self.stage.now) {
                    self.propose(&format!("at {}", self.stage.now));
                }
            }
            Action::Revoked(conn, line) => self.fail(&format!("{} {line}", self.conn(*conn))),
            Action::Restart => self.restart(),
            Action::Answer => self.answer(),
            Action::ClockStep(by) => {
                self.stage.now += by;
                let effects = self.stage.handle(Proposal::ClockStepped { by: *by });
                self.record("a step", &effects);
                self.keep(effects);
            }
        }
    }

    /// A welcomed connection; sometimes the newest one, which may have been refused.
    fn conn(&self, choice: usize) -> u64 {
        let roster = &self.stage.chat.roster;
        let is_live = |conn: &u64| roster.by_conn(conn_id(*conn)).is_some();
        let live: Vec<u64> = (1..=self.last_conn).filter(is_live).collect();
        let chosen = live.get(choice % live.len().max(1)).filter(|_| choice < 7);
        chosen.copied().unwrap_or(self.last_conn.max(1))
    }

    fn handle(&mut self, line: &str) -> Vec<Effect> {
        let effects = self.stage.handle(proposal(line));
        self.record(line, &effects);
        effects
    }

    /// Logs the effects, and looks up nonces as early as the store can.
    fn record(&mut self, what: &str, effects: &[Effect]) {
        self.log.push(format!("{what}: {effects:?}"));
        for effect in effects {
            if let Effect::LookUpNonce { uid, nonce, .. } = effect {
                let said = self.store.said(*uid, nonce);
                let said = said.map(Said::of);
                let answer = said.map_or(NonceAnswer::New, NonceAnswer::Said);
                let greatest = self.store.greatest_nonce(*uid);
                self.answers.push_back(NonceLookup { uid: *uid, nonce: nonce.clone(), answer, greatest });
            }
        }
    }

    /// Proposes the two oldest answers of the store together.
    fn answer(&mut self) {
        let lookups: Vec<_> = self.answers.drain(..self.answers.len().min(2)).collect();
        let effects = self.stage.handle(Proposal::NoncesLookedUp { lookups });
        self.record("an answer", &effects);
        self.keep(effects);
    }

    fn propose(&mut self, line: &str) {
        let effects = self.handle(line);
        self.keep(effects);
    }

    fn keep(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Publish(event) = &effect {
                self.publish(event);
            }
            self.store.keep(&effect);
            self.note_followed(&effect);
        }
    }

    fn note_followed(&mut self, effect: &Effect) {
        match effect {
            Effect::Follow { conn, room, .. } => {
                let is_new = self.follows.entry(*conn).or_default().insert(room.clone());
                assert!(is_new, "{conn} follows {room} twice");
            }
            Effect::Unfollow { conn, room } => {
                let followed = self.follows.entry(*conn).or_default().remove(room);
                assert!(followed, "{conn} did not follow {room}");
            }
            Effect::Close { conn, .. } | Effect::Finish { conn } => drop(self.follows.remove(conn)),
            _ => {}
        }
    }

    fn publish(&mut self, event: &Event) {
        assert!(event.seq > self.last_seq, "the seq {} is not above {}", event.seq, self.last_seq);
        self.last_seq = event.seq;
        let head = self.heads.insert(event.room.clone(), event.seq).unwrap_or_default();
        assert_eq!(event.prev, head, "the chain of {} is broken", event.room);
        let is_muted = self.store.holds(SanctionKind::Mute, event.from.uid, self.stage.now);
        let speech =
            matches!(event.kind, Kind::Message(_) | Kind::Action(_) | Kind::Topic(_) | Kind::Rename(_));
        assert!(!(is_muted && speech), "{} is muted and was heard: {event:?}", event.from.uid);
        if let Some(nonce) = &event.nonce {
            assert_eq!(self.store.said(event.from.uid, nonce), None, "{nonce} was said twice");
        }
    }

    /// Fails the commit of a line's effects, if they are a message and nothing else: only an event can be revoked without
    /// reading the store.
    fn fail(&mut self, line: &str) {
        let effects = self.handle(line);
        let events: Vec<_> = effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Publish(event) if event.nonce.is_some()))
            .collect();
        let other = effects.iter().any(|effect| {
            !matches!(effect, Effect::Tell { .. } | Effect::Publish(_) | Effect::Save(Record::Identity(_)))
        });
        if other || events.is_empty() {
            return effects.iter().for_each(|effect| {
                if let Effect::Publish(event) = effect {
                    self.publish(event);
                }
                self.store.keep(effect);
                self.note_followed(effect);
            });
        }
        for effect in events {
            if let Effect::Publish(event) = effect {
                self.last_seq = event.seq;
                self.stage.chat.revoke(event);
            }
        }
    }

    fn restart(&mut self) {
        let before = self.people();
        self.answers.clear();
        self.follows.clear();
        self.stage.chat = Chat::new(rules(RULES), self.store.memory(), self.stage.now);
        self.last_seq = self.store.events.last().map_or(Seq::ZERO, |event| event.seq);
        assert_eq!(self.people(), before, "something was not stored");
    }

    /// What must survive a restart.
    fn people(&self) -> Vec<String> {
        let everyone = (1..=self.store.last_uid.get())
            .filter_map(|uid| self.stage.chat.roster.get(super::script::uid(uid)));
        let now = self.stage.now;
        let shown = everyone.map(|identity| {
            let Identity { uid, name, style, role, rooms, .. } = identity;
            let on = self.stage.chat.sanctions.on(*uid, now);
            format!("{uid} {name} {style:?} {role:?} {rooms:?} present={} {on:?}", identity.is_present())
        });
        shown.collect()
    }

    fn check(&self, action: &Action) {
        let chat = &self.stage.chat;
        let mut keys = HashSet::new();
        for identity in chat.roster.present() {
            for key in NameKey::of(&identity.name) {
                assert!(keys.insert(key), "two are called {} after {action:?}", identity.name);
            }
            assert_eq!(chat.roster.by_name(&identity.name), Some(identity.uid), "after {action:?}");
            assert!(identity.rooms.contains(&RoomName::lobby()));
            let banned = self.store.holds(SanctionKind::Ban, identity.uid, self.stage.now);
            assert!(!banned, "{} is banned and here after {action:?}", identity.uid);
        }
        assert!(keys.len() <= 5, "more users than the server takes");
        let here = chat.roster.present().filter(|identity| matches!(identity.presence, Presence::Here(_)));
        assert_eq!(chat.users(), here.count());
        let mut conns = HashSet::new();
        for identity in chat.roster.present() {
            assert!(identity.conns().count() <= 3, "too many windows of {} after {action:?}", identity.uid);
            for conn in identity.conns() {
                assert!(conns.insert(conn), "{conn} is of two people after {action:?}");
                assert_eq!(chat.roster.by_conn(conn).map(|one| one.uid), Some(identity.uid));
                assert_eq!(self.follows.get(&conn), Some(&identity.rooms), "{conn} after {action:?}");
            }
        }
        let known = (1..=self.last_conn).filter(|conn| chat.roster.by_conn(conn_id(*conn)).is_some());
        assert_eq!(known.count(), conns.len(), "after {action:?}");
        for one in &self.store.sanctions {
            let known = chat.roster.get(one.target.uid).is_some();
            assert!(known, "{} was forgotten though something holds for them", one.target.uid);
        }
        for (name, room) in &chat.rooms {
            let mut listed = room.members.clone();
            listed.sort_unstable();
            let inside = chat.roster.present().filter(|identity| identity.rooms.contains(name));
            let inside: Vec<Uid> = inside.map(|identity| identity.uid).collect();
            assert_eq!(listed, inside, "the members of {name} after {action:?}");
            assert_eq!(room.head, self.heads.get(name).copied().unwrap_or_default(), "the head of {name}");
        }
        for identity in chat.roster.present() {
            for name in &identity.rooms {
                assert!(chat.rooms.contains_key(name), "{name} is no room after {action:?}");
                let open = name.pair().is_none_or(|(a, b)| [a, b].contains(&identity.uid));
                assert!(open, "{} is in {name}", identity.uid);
            }
        }
    }
}

/// The one with the role is the older one, and is read first at a restart.
#[test]
fn a_name_belongs_to_whoever_spoke_also_after_a_restart() {
    let hello = |wish: &str| Action::Hello(format!(" {wish} from=192.0.2.7"));
    let line = |text: &str| Action::Line(0, text.to_owned());
    let harness = Harness::run(&[
        hello(""),
        hello("wish=ben"),
        Action::Restart,
        Action::Wait(300_000),
        hello("wish=ben"),
        line("key admin"),
        line("role 2 moderator"),
        line("role 3 member"),
        line("say lobby n hi"),
        line("quit"),
        Action::Restart,
    ]);
    let ben = "ben".parse().unwrap();
    assert_eq!(harness.stage.chat.roster.by_name(&ben), Some(super::script::uid(3)));
}

proptest! {
    #![proptest_config(Config { cases: 100, max_shrink_iters: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn member_lists_names_and_event_chains_stay_consistent_whatever_is_proposed(
        actions in prop::collection::vec(action(), 0..100),
    ) {
        let harness = Harness::run(&actions);
        prop_assert_eq!(harness.log, Harness::run(&actions).log, "the same proposals made another chat");
    }

    #[test]
    fn a_chat_set_up_from_a_snapshot_goes_on_byte_for_byte(actions in prop::collection::vec(action(), 0..80)) {
        let (mut harness, mut copied) = (Harness::new(), Harness::new());
        for action in &actions {
            // Between any two proposals the state goes through JSON.
            let snapshot = copied.stage.chat.snapshot().encode().unwrap();
            copied.stage.chat = Chat::from_snapshot(Snapshot::decode(&snapshot).unwrap());
            harness.apply(action);
            copied.apply(action);
            copied.check(action);
            prop_assert_eq!(harness.log.last(), copied.log.last(), "after {:?}", action);
            let states = [&harness, &copied].map(|harness| harness.stage.chat.snapshot().encode().unwrap());
            prop_assert_eq!(&states[0], &states[1], "after {:?}", action);
        }
        prop_assert_eq!(harness.log, copied.log);
    }
}

/// A role reserves a name, but may be given to somebody gone whose name somebody else has by then.
#[test]
fn a_name_belongs_to_whoever_is_present_also_after_a_restart() {
    let hello = || Action::Hello(" from=192.0.2.7".into());
    let line = |text: &str| Action::Line(0, text.into());
    Harness::run(&[
        hello(),
        line("lost"),
        hello(),
        line("key admin"),
        line("ban 1 - 도배"),
        line("role 1 moderator"),
        hello(),
        Action::Restart,
    ]);
}
