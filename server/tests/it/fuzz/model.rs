//! A model of the chat to check it against from outside: who may do what, who gets an answer, which numbers follow. It
//! keeps only what it takes to judge the effects, so that a fault in the chat is not repeated in it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use server::chat::Chat;
use server::chat::conn_id::ConnId;
use server::chat::effect::{Effect, Query};
use server::chat::name_key::NameKey;
use server::chat::proposal::Proposal;
use shared::{ClientMsg, Event, Kind, Millis, RequestId, Role, RoomName, Seq, ServerMsg, Uid};

/// The most people at once.
pub(super) const MOST_USERS: usize = 5;
/// The most rooms with somebody in them, direct ones not counted.
pub(super) const MOST_ROOMS: u32 = 3;
/// The same for one person.
pub(super) const MOST_ROOMS_EACH: u32 = 2;

/// What was seen of a chat.
#[derive(Default)]
pub(super) struct Model {
    live: BTreeMap<ConnId, Uid>,
    last_seq: Seq,
    heads: HashMap<RoomName, Seq>,
    /// Until when, `None` for good; what has run out counts for nothing.
    banned: BTreeMap<Uid, Option<Millis>>,
    muted: BTreeMap<Uid, Option<Millis>>,
    /// Where somebody last came from, and from where nobody new may come while they are banned.
    seen_at: BTreeMap<Uid, Option<IpAddr>>,
    shut_out: BTreeMap<Uid, IpAddr>,
}

/// One proposal, and how things stood before it.
pub(super) struct Step {
    now: Millis,
    proposal: Proposal,
    /// Who asks; uid 0 is the operator.
    by: Option<(Uid, Role)>,
    roles: BTreeMap<Uid, Role>,
}

impl Model {
    /// Notes how things stand.
    pub(super) fn expect(&self, now: Millis, proposal: &Proposal, chat: &Chat) -> Step {
        let roles: BTreeMap<Uid, Role> = chat.roster().all().map(|one| (one.uid, one.role)).collect();
        let asker = proposal.conn().and_then(|conn| self.live.get(&conn)).copied();
        let by = match proposal {
            Proposal::Operate(_) => Some((Uid::ZERO, Role::Admin)),
            _ => asker.map(|uid| (uid, roles[&uid])),
        };
        Step { now, proposal: proposal.clone(), by, roles }
    }

    /// Checks what came of a proposal, and how things stand now.
    pub(super) fn check(&mut self, step: &Step, effects: &[Effect], chat: &Chat) {
        let about_nobody = !matches!(step.proposal, Proposal::Hello(_)) && step.proposal.conn().is_some();
        if about_nobody && step.by.is_none() {
            let only_closed = effects.iter().all(|effect| matches!(effect, Effect::Finish { .. }));
            assert!(only_closed, "a connection nobody knows: {:?} made {effects:?}", step.proposal);
        }
        check_answers(step, effects);
        for effect in effects {
            match effect {
                Effect::Publish(event) => self.check_event(step, event, chat),
                Effect::Welcome { conn, welcome, has_fresh_secret } => {
                    assert_eq!(Some(*conn), step.proposal.conn());
                    self.live.insert(*conn, welcome.you.uid);
                    self.check_admitted(step, welcome.you.uid, *has_fresh_secret);
                    for room in &welcome.rooms {
                        check_open(welcome.you.uid, &room.name, chat);
                    }
                }
                Effect::Follow { conn, room, .. } => check_open(self.live[conn], room, chat),
                Effect::Read { conn, query, .. } if step.by.is_some_and(|(uid, _)| uid != Uid::ZERO) => {
                    if let Query::Page { room, .. } | Query::File { room, .. } = query {
                        check_open(self.live[conn], room, chat);
                    }
                    if let Query::Find { rooms, .. } = query {
                        for room in rooms {
                            check_open(self.live[conn], room, chat);
                        }
                    }
                }
                Effect::Tell { conn, msg } => self.check_told(step, *conn, msg),
                Effect::Upload { conn, uid, upload, .. } => {
                    assert!(self.live[conn] == *uid && upload.bytes <= 10, "{upload:?}");
                    assert!(!in_force(&self.muted, *uid, step.now), "{upload:?} of somebody muted");
                }
                Effect::Close { conn, .. } => drop(self.live.remove(conn).expect("closed twice")),
                _ => {}
            }
        }
        if let Proposal::Lost { conn } = step.proposal {
            self.live.remove(&conn);
        }
        self.note_sanctions(step, effects);
        self.check_roles(step, chat);
        // Where nothing came of it, all is as it was.
        if !effects.is_empty() {
            self.check_state(step, chat);
        }
    }

    /// Numbers follow, and what is said is said by whom and where it may be.
    fn check_event(&mut self, step: &Step, event: &Event, chat: &Chat) {
        assert!(event.seq > self.last_seq && event.at == step.now, "{event:?}");
        self.last_seq = event.seq;
        let head = self.heads.insert(event.room.clone(), event.seq).unwrap_or_default();
        assert_eq!(event.prev, head, "the chain of {} is broken", event.room);
        if event.from.uid != Uid::ZERO {
            let from = chat.roster().get(event.from.uid).expect("from nobody");
            assert_eq!(from.style, event.from.style);
        }
        let by = step.by.unwrap_or_else(|| {
            let (Proposal::Hello(_) | Proposal::Tick) = step.proposal else { panic!("{event:?} by nobody") };
            (event.from.uid, Role::Member)
        });
        assert_eq!(event.from.uid, by.0, "{event:?}");
        match &event.kind {
            Kind::Message(_) | Kind::Action(_) => {
                assert!(self.live.values().any(|uid| *uid == by.0), "{event:?} by nobody here");
                assert!(!in_force(&self.muted, by.0, step.now), "{event:?} by somebody muted");
                // Who sent something else, or nothing, brings nothing.
                assert!(
                    event.file.as_ref().is_none_or(|file| file.bytes == 6),
                    "{event:?} without its content"
                );
                assert!(event.room.pair().is_none_or(|(a, b)| [a, b].contains(&by.0)), "{event:?}");
                assert!(
                    chat.roster().get(by.0).is_some_and(|one| one.rooms.contains(&event.room)),
                    "{event:?}"
                );
            }
            Kind::Kick(act) | Kind::Ban(act) | Kind::Mute(act) => {
                let target = act.target.uid;
                assert!(by.1 >= Role::Moderator, "{event:?} by a member");
                let below = step.roles[&target] < by.1;
                assert!(below || by.0 == Uid::ZERO || by.0 == target, "{event:?} against one as high");
            }
            Kind::Announce(_) => assert_eq!(by.1, Role::Admin, "{event:?}"),
            _ => {}
        }
    }

    /// Who is told something is connected, and it is for them to know.
    fn check_told(&self, step: &Step, conn: ConnId, msg: &ServerMsg) {
        if is_answer(msg) {
            return;
        }
        let told = *self.live.get(&conn).unwrap_or_else(|| panic!("{msg:?} told to nobody"));
        // Also somebody who is here since this proposal.
        let by = step.by.map(|(uid, _)| uid).or_else(|| self.live.get(&step.proposal.conn()?).copied());
        match msg {
            // What one's other windows and machines did.
            ServerMsg::Joined(_) | ServerMsg::Read(_) | ServerMsg::Machines(_) | ServerMsg::Gap(_) => {
                assert_eq!(by, Some(told), "{msg:?}");
            }
            ServerMsg::Invited(_) | ServerMsg::Parted(_) => {}
            _ => panic!("{msg:?} told to {told}"),
        }
    }

    fn check_admitted(&mut self, step: &Step, uid: Uid, new: bool) {
        let Proposal::Hello(greeting) = &step.proposal else { panic!("welcome without hello") };
        let address = greeting.origin.address;
        self.seen_at.insert(uid, address);
        let shut_out = |(banned, from): (&Uid, &IpAddr)| {
            in_force(&self.banned, *banned, step.now)
                && address.is_some_and(|address| near(address) == near(*from))
        };
        let is_out = new && greeting.origin.role == Role::Member && self.shut_out.iter().any(shut_out);
        assert!(!is_out, "somebody new from a banned address");
    }

    /// Bans and mutes by the requests that were granted.
    fn note_sanctions(&mut self, step: &Step, effects: &[Effect]) {
        let msg = match &step.proposal {
            Proposal::Request(asked) => &asked.msg,
            Proposal::Operate(operated) => &operated.msg,
            _ => return,
        };
        let granted =
            |effect: &Effect| matches!(effect, Effect::Tell { msg, .. } if matches!(**msg, ServerMsg::Ok(_)));
        if !effects.iter().any(granted) {
            return;
        }
        let until = |for_s: Option<u64>| for_s.map(|s| step.now + Millis::try_from(s).unwrap() * 1000);
        match msg {
            ClientMsg::Ban(ban) => {
                self.banned.insert(ban.uid, until(ban.for_s));
                self.shut_out.remove(&ban.uid);
                if let (true, Some(address)) = (ban.address, self.seen_at[&ban.uid]) {
                    self.shut_out.insert(ban.uid, address);
                }
            }
            ClientMsg::Unban(unban) => drop(self.banned.remove(&unban.uid)),
            ClientMsg::Mute(mute) => drop(self.muted.insert(mute.uid, until(mute.for_s))),
            ClientMsg::Unmute(unmute) => drop(self.muted.remove(&unmute.uid)),
            _ => {}
        }
    }

    /// Nobody rises, or falls, but by a grant.
    fn check_roles(&self, step: &Step, chat: &Chat) {
        for one in chat.roster().all() {
            let before = step.roles.get(&one.uid).copied().unwrap_or_default();
            if one.role == before {
                continue;
            }
            let by_grant = match &step.proposal {
                Proposal::Granted { role, .. } => {
                    step.by.is_some_and(|(uid, _)| uid == one.uid) && *role == one.role
                }
                Proposal::Hello(greeting) => {
                    self.live.get(&greeting.conn) == Some(&one.uid) && greeting.origin.role == one.role
                }
                Proposal::Request(asked) => {
                    is_grant(&asked.msg, one.uid, one.role) && step.by.unwrap().1 == Role::Admin
                }
                Proposal::Operate(operated) => is_grant(&operated.msg, one.uid, one.role),
                _ => false,
            };
            assert!(by_grant, "{} became {:?} by {:?}", one.name, one.role, step.proposal);
        }
    }

    fn check_state(&self, step: &Step, chat: &Chat) {
        let roster = chat.roster();
        let present: Vec<_> = roster.present().collect();
        assert!(present.len() <= MOST_USERS, "{} are here", present.len());
        // Several connections may be one person's.
        let connected: HashSet<&Uid> = self.live.values().collect();
        assert_eq!(chat.users(), connected.len());
        for (conn, uid) in &self.live {
            assert_eq!(roster.by_conn(*conn).map(|one| one.uid), Some(*uid));
        }
        let mut keys = HashSet::new();
        for one in &present {
            for key in NameKey::of(&one.name) {
                assert!(keys.insert(key), "two are called {}", one.name);
            }
            assert!(one.rooms.contains(&RoomName::lobby()));
            assert!(
                open_rooms(one.rooms.iter()) <= MOST_ROOMS_EACH as usize,
                "{} is in {:?}",
                one.name,
                one.rooms
            );
            assert!(!in_force(&self.banned, one.uid, step.now), "{} is banned and here", one.name);
            assert!(one.rooms.iter().all(|room| chat.rooms().any(|(name, _)| name == room)));
        }
        let peopled = chat.rooms().filter(|(_, room)| !room.members.is_empty()).map(|(name, _)| name);
        assert!(open_rooms(peopled) <= MOST_ROOMS as usize, "too many rooms");
        for (name, room) in chat.rooms() {
            let inside: Vec<Uid> =
                present.iter().filter(|one| one.rooms.contains(name)).map(|one| one.uid).collect();
            let mut listed = room.members.clone();
            listed.sort_unstable();
            assert_eq!(listed, inside, "the members of {name}");
            assert_eq!(room.head, self.heads.get(name).copied().unwrap_or_default(), "the head of {name}");
        }
    }
}

/// Every request that has an id is answered once, and nobody else is answered.
fn check_answers(step: &Step, effects: &[Effect]) {
    let is_for = |given: Option<&RequestId>, id: &RequestId| given == Some(id);
    let answers = |id: &RequestId| {
        let answer = |effect: &&Effect| match effect {
            Effect::Tell { msg, .. } => match &**msg {
                ServerMsg::Ok(answer) => is_for(answer.id.as_ref(), id),
                ServerMsg::Error(refusal) => is_for(refusal.id.as_ref(), id),
                _ => false,
            },
            Effect::Read { id: given, .. } | Effect::Upload { id: given, .. } => is_for(given.as_ref(), id),
            _ => false,
        };
        effects.iter().filter(answer).count()
    };
    let conn = step.proposal.conn();
    for effect in effects {
        let answered = match effect {
            Effect::Tell { conn, msg } if is_answer(msg) => conn,
            Effect::Read { conn, .. } => conn,
            _ => continue,
        };
        assert_eq!(Some(*answered), conn, "an answer to somebody else: {effect:?}");
    }
    let id = match &step.proposal {
        Proposal::Request(asked) => asked.id.as_ref(),
        Proposal::Operate(operated) => operated.id.as_ref(),
        Proposal::Granted { id, .. } => id.as_ref(),
        Proposal::Hello(_) => {
            return assert_eq!(effects.iter().filter(|effect| is_verdict(effect)).count(), 1);
        }
        _ => None,
    };
    if let (Some(id), true) = (id, step.by.is_some()) {
        assert_eq!(answers(id), 1, "{:?} made {effects:?}", step.proposal);
    }
}

/// Whether somebody asked for it; the rest is told to whom it concerns, such as an invitation.
fn is_answer(msg: &ServerMsg) -> bool {
    matches!(msg, ServerMsg::Ok(_) | ServerMsg::Error(_) | ServerMsg::Pong(_))
}

fn check_open(uid: Uid, room: &RoomName, chat: &Chat) {
    assert!(room.pair().is_none_or(|(a, b)| [a, b].contains(&uid)), "{uid} sees {room}");
    assert!(chat.roster().get(uid).unwrap().rooms.contains(room), "{uid} sees {room}");
}

/// How many of these are not direct rooms.
fn open_rooms<'a>(names: impl Iterator<Item = &'a RoomName>) -> usize {
    names.filter(|name| name.pair().is_none()).count()
}

/// Whether a greeting was answered by this.
fn is_verdict(effect: &Effect) -> bool {
    matches!(effect, Effect::Welcome { .. } | Effect::Reject { .. })
}

fn is_grant(msg: &ClientMsg, uid: Uid, role: Role) -> bool {
    matches!(msg, ClientMsg::Role(grant) if grant.uid == uid && grant.role == role)
}

fn in_force(sanctions: &BTreeMap<Uid, Option<Millis>>, uid: Uid, now: Millis) -> bool {
    sanctions.get(&uid).is_some_and(|until| until.is_none_or(|until| until > now))
}

/// An address, or the household of an IPv6 address.
fn near(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => IpAddr::from((u128::from(v6) >> 64 << 64).to_be_bytes()),
        IpAddr::V4(_) => address,
    }
}
