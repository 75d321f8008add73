//! `hello`: a connection becomes that of an identity, new or known: one of several, if it says which of its windows it is.
//! Bans, the number of users and names are checked here; the password was checked by admission, so that it is in no proposal.

use std::sync::Arc;
use std::time::Duration;

use shared::server_msg::{Gap, Goodbye, GoodbyeCode, PresenceState, RoomState, Welcome};
use shared::{Code, Kind, Millis, Name, PROTOCOL, Refusal, RoomName, Seq, ServerMsg, Uid};

use crate::chat::audit::AuditAction;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::{Effect, Record};
use crate::chat::greeting::{Greeting, Origin};
use crate::chat::limit_change::setting;
use crate::chat::place::Place;
use crate::chat::presence::{Connection, Presence, Seen};
use crate::chat::proposal::SecretHash;
use crate::chat::{Chat, list_size, name_rules, sanction};

/// So long somebody may owe events and still come in: who comes and goes a few times is not kept out.
const COMING_AND_GOING: Duration = Duration::from_mins(1);
/// When somebody comes back whose greeting came after that over another node.
const LATE_RETRY: Duration = Duration::from_secs(1);

impl Chat {
    pub(in crate::chat) fn hello(&mut self, now: Millis, greeting: Greeting) {
        let (conn, id) = (greeting.conn, greeting.id.clone());
        // First: somebody who is banned learns nothing else, and changes nothing.
        if let Some((refusal, goodbye)) = self.check_ban(now, &greeting) {
            let goodbye = Some(Box::new(goodbye));
            return self.effects.push(Effect::Reject { conn, refusal: refusal.to(id), goodbye });
        }
        let shown = greeting.shown.filter(|_| greeting.link.is_none());
        // A word or a certificate may have been taken out and given again.
        let is_gone = |secret| self.roster.is_taken_out(secret) && self.roster.by_secret(secret).is_none();
        if shown.is_some_and(is_gone) {
            // As a stranger they would say to everybody what they meant to say as themselves.
            let (refusal, goodbye) = taken_out();
            let goodbye = Some(Box::new(goodbye));
            return self.effects.push(Effect::Reject { conn, refusal: refusal.to(id), goodbye });
        }
        match self.admit(now, greeting) {
            Ok(()) => {}
            Err(refusal) => {
                self.effects.clear();
                self.effects.push(Effect::Reject { conn, refusal: refusal.to(id), goodbye: None });
            }
        }
    }

    /// The ban that applies: to a known identity its own, wherever it comes from; to a new one that of its address.
    fn check_ban(&self, now: Millis, greeting: &Greeting) -> Option<(Refusal, Goodbye)> {
        let shown = greeting.shown.and_then(|secret| self.roster.by_secret(secret));
        let Some(uid) = shown.or_else(|| self.offered(now, greeting.link?)) else {
            let ban = self.sanctions.ban_from(greeting.origin.address?, now)?;
            let refusal = sanction::address_ban_refusal(ban, now);
            let goodbye = sanction::address_ban_goodbye(ban, &refusal);
            return Some((refusal, goodbye));
        };
        let ban = self.sanctions.ban(uid, now)?;
        Some((sanction::ban_refusal(ban, now), sanction::ban_goodbye(ban)))
    }

    fn admit(&mut self, now: Millis, greeting: Greeting) -> Result<(), Refusal> {
        if self.stopping.as_ref().is_some_and(|stop| stop.at <= now) {
            return Err(Refusal::new(Code::ShuttingDown, "the server is stopping; try again later"));
        }
        let code_owner = greeting.link.map(|code| self.check_code(now, code)).transpose()?;
        if code_owner
            .is_some_and(|uid| greeting.has.iter().any(|secret| self.roster.by_secret(*secret) == Some(uid)))
        {
            let already = "this machine is one of yours already; greet with its secret";
            return Err(Refusal::new(Code::AlreadyLinked, already));
        }
        let known = code_owner.or_else(|| greeting.shown.and_then(|secret| self.roster.by_secret(secret)));
        let was =
            known.and_then(|uid| self.roster.get(uid)).map_or(Presence::Gone, |one| one.presence.clone());
        if was == Presence::Gone && self.roster.present_count() >= self.rules.max_users {
            let most = self.rules.max_users;
            return Err(Refusal::new(
                Code::ServerFull,
                format!("the server takes {most} users and is full; try later"),
            )
            .by_setting(setting::MAX_USERS)
            .at_most(u64::try_from(most).unwrap_or(u64::MAX)));
        }
        if let Some(uid) = known.filter(|_| was == Presence::Gone) {
            self.check_owes_no_events(now, uid, COMING_AND_GOING)?;
        }
        let Greeting { conn, origin, window, wish, shown, link, machine, resume, fresh, candidates, .. } =
            greeting;
        let (followed, at) = (greeting.followed, greeting.followed.map(|_| self.applied));
        let window = window.filter(|_| self.rules.limits.windows > 1);
        let identity = known.and_then(|uid| self.roster.get(uid));
        let number = identity.zip(shown).map_or(0, |(identity, secret)| identity.machine_with(secret));
        let mut replaced = was.replaced_by(number, window.as_ref());
        check_not_late(&was, &replaced, conn, followed)?;
        if link.is_some() {
            replaced.clear();
        } else if was.on_machine(number).count() - replaced.len() >= self.rules.limits.windows {
            return Err(too_many_windows(self.rules.limits.windows));
        }
        let (uid, is_new) = match known {
            Some(uid) => (uid, false),
            None => (self.create_identity(now, &origin, fresh, wish.clone(), &candidates)?, true),
        };
        if known.is_some() {
            // A name is public too, so a muted person keeps theirs.
            let wish = wish.filter(|_| self.check_not_muted(now, uid).is_ok());
            self.keep_or_change_name(now, uid, wish, &candidates)?;
        }
        // Nothing is refused from here on: the code works no longer.
        let linked = link.and_then(|code| self.link_machine(now, code, fresh, &machine));
        let machine = linked.unwrap_or(number);
        for &old in &replaced {
            self.deferred.drop_of(uid, old);
        }
        let (proved, seen) = (origin.role, Seen { origin, since: now });
        if let Some(identity) = self.roster.get_mut(uid) {
            identity.left_at = None;
            identity.seen = Some(Arc::new(seen.clone()));
            if let Some(linked) = &mut identity.linked {
                linked.note_connected(machine, now);
            }
        }
        self.roster.attach(uid, Connection { conn, window, machine, seen, at }, &replaced);
        if let Some(number) = linked {
            self.audit_machine(now, conn, AuditAction::Link, number);
        }
        self.close(replaced, &replaced_goodbye());
        self.save(uid);
        if was == Presence::Gone {
            self.leave_rooms_without_place(uid);
        }
        self.enter_rooms(now, uid, &was);
        if is_new {
            let lobby = RoomName::lobby();
            let since = self.rooms.get(&lobby).map_or(Seq::ZERO, |state| state.head);
            self.note_entry(uid, &lobby, since);
        }
        if let Some(requester) = self.requester(uid, conn, None).filter(|requester| requester.role < proved) {
            self.raise_role(now, &requester, proved);
        }
        self.welcome(now, conn, uid, is_new || link.is_some());
        for invited in self.invitations(uid) {
            self.tell(conn, ServerMsg::Invited(invited));
        }
        if link.is_some() {
            self.tell_machines(uid, conn);
        }
        for room in self.roster.rooms_of(uid) {
            let head = self.rooms.get(&room).map_or(Seq::ZERO, |state| state.head);
            // What a newcomer may not read is not sent again either; what they may read before they came in, they page.
            let floor = self.read_limit(uid, &room).map_or(Seq::ZERO, |limit| limit.since);
            let wanted = resume.get(&room).copied().unwrap_or(head).min(head);
            let after = wanted.max(floor.min(head));
            if after > wanted {
                let gap = Gap { room: room.clone(), after: wanted, before: after.next() };
                self.tell(conn, ServerMsg::Gap(gap));
            }
            self.effects.push(Effect::Follow { conn, room, after });
        }
        if !resume.is_empty() {
            self.effects.push(Effect::Resumed { conn });
        }
        Ok(())
    }

    /// Whose machine greets with a code.
    fn check_code(&self, now: Millis, code: SecretHash) -> Result<Uid, Refusal> {
        let wrong =
            "the link code is wrong, was used, or is too old; /link on your other machine makes a new one";
        self.offered(now, code).ok_or_else(|| Refusal::new(Code::LinkInvalid, wrong))
    }

    fn create_identity(
        &mut self,
        now: Millis,
        origin: &Origin,
        secret: SecretHash,
        wish: Option<Name>,
        candidates: &[Name],
    ) -> Result<Uid, Refusal> {
        let name = match wish {
            Some(name) => {
                self.check_free(&name, None)?;
                name
            }
            None => self.free_name(candidates),
        };
        self.check_new_identity(now, origin)?;
        let uid = self.roster.create(secret, name);
        if let Some(gone) =
            self.roster.forget_one(|uid| self.sanctions.has_any(uid) || self.settings_index.owns_private(uid))
        {
            self.effects.push(Effect::Save(Record::Forget(gone)));
        }
        Ok(uid)
    }

    /// Renames a known identity if it wishes another name, or if its name was taken since it left.
    fn keep_or_change_name(
        &mut self,
        now: Millis,
        uid: Uid,
        wish: Option<Name>,
        candidates: &[Name],
    ) -> Result<(), Refusal> {
        let Some(one) = self.roster.get(uid) else { return Ok(()) };
        // The name of somebody who spoke or was here was never free, whoever else may have one that is alike by newer rules.
        let (current, kept) = (one.name.clone(), one.spoke || one.is_present());
        let taken = !kept && self.roster.by_name(&current).is_some_and(|owner| owner != uid);
        match wish {
            Some(wish) if wish != current || taken => {
                self.check_free(&wish, Some(uid))?;
                self.check_owes_no_events(now, uid, Duration::ZERO)?;
                self.charge_events(now, uid);
                self.change_name(now, uid, &wish);
            }
            None if taken => {
                let name = self.free_name(candidates);
                self.roster.rename(uid, &name);
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// Refuses a name that claims a role or that somebody else has.
    pub(in crate::chat) fn check_free(&self, name: &Name, me: Option<Uid>) -> Result<(), Refusal> {
        name_rules::check(name)?;
        match self.roster.by_name(name) {
            Some(owner) if Some(owner) != me => Err(Refusal::new(
                Code::NameTaken,
                "somebody is called that, or something that looks like it; choose another name",
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// The first free candidate, or one with a number appended, or a guest name.
    pub(super) fn free_name(&self, candidates: &[Name]) -> Name {
        let free = |name: &Name| self.check_free(name, None).is_ok();
        if let Some(name) = candidates.iter().find(|name| free(name)) {
            return name.clone();
        }
        let numbered = (2..=u64::MAX).flat_map(|n| candidates.iter().map(move |name| format!("{name}-{n}")));
        let guests = (1..=u64::MAX).map(|n| format!("guest-{n}"));
        let mut names = numbered.take(64).chain(guests).filter_map(|name| Name::parse(&name).ok());
        names.find(free).unwrap_or_else(|| unreachable!("there are more guest numbers than people"))
    }

    /// Enters the rooms of somebody who connected. Publishes joins, or only presence if they were away (resume), or nothing if
    /// they were here.
    fn enter_rooms(&mut self, now: Millis, uid: Uid, was: &Presence) {
        let Some(identity) = self.roster.get(uid) else { return };
        let from = identity.to_sender();
        match was {
            Presence::Here(_) => return,
            Presence::Away { .. } => return self.presence(uid, None, PresenceState::Here),
            Presence::Gone => {}
        }
        self.charge_events(now, uid);
        for room in self.roster.rooms_of(uid) {
            let new = self.rooms.entry(room.clone()).or_default().enter(uid);
            if room.pair().is_some() {
                self.presence(uid, Some(room), PresenceState::Here);
            } else if new {
                self.publish(now, &room, from.clone(), Kind::Join);
            }
        }
    }

    fn welcome(&mut self, now: Millis, conn: ConnId, uid: Uid, has_fresh_secret: bool) {
        let Some(identity) = self.roster.get(uid) else { return };
        // Each room may list its share, and what the rooms before it left over.
        let (mut left, mut rooms) = (list_size::MOST, Vec::new());
        for (room, to_come) in identity.rooms.iter().zip((1..=identity.rooms.len()).rev()) {
            let Some(state) = self.room_state(room, left / to_come) else { continue };
            let listed: usize = state.members.iter().map(list_size::member).sum();
            left = left.saturating_sub(listed);
            let read = identity.linked.as_ref().and_then(|linked| linked.read.get(room).copied());
            rooms.push(RoomState { read, ..state });
        }
        let machines = identity.linked.as_ref().map(|linked| linked.machines.len());
        let welcome = Welcome {
            protocol: PROTOCOL[1],
            server: self.rules.server.clone(),
            you: identity.to_you(),
            secret: None,
            rooms,
            limits: self.rules.limits.clone(),
            durability: self.rules.durability,
            motd: self.rules.motd.clone(),
            next_key: self.rules.next_key.clone(),
            countdown: self.stopping.as_ref().map(|stopping| stopping.left(now)),
            machines: machines.and_then(|machines| u32::try_from(machines).ok()),
            absent: self.roster.absent(),
            cluster: None,
        };
        self.effects.push(Effect::Welcome { conn, welcome: Box::new(welcome), has_fresh_secret });
    }
}

/// Refuses a greeting that comes late: its window has connected over another node meanwhile, of which the node of the greeting had
/// not heard yet. The newer connection would be closed for one that may be given up already.
fn check_not_late(
    was: &Presence,
    replaced: &[ConnId],
    newcomer: ConnId,
    followed: Option<Place>,
) -> Result<(), Refusal> {
    if followed.is_some_and(|followed| was.has_later(replaced, newcomer, followed)) {
        let late = "you connected over another server meanwhile; connect again if you are not there any more";
        return Err(Refusal::new(Code::Timeout, late).retry_after(LATE_RETRY));
    }
    Ok(())
}

fn taken_out() -> (Refusal, Goodbye) {
    let message = "this machine was taken out by another of yours; link it again to come back";
    let goodbye = Goodbye {
        code: GoodbyeCode::Unlinked,
        message: message.into(),
        reason: shared::Line::default(),
        by: None,
        until: None,
        reconnect: false,
        after_ms: None,
        try_next: Vec::new(),
    };
    (Refusal::new(Code::TakenOut, message), goodbye)
}

fn too_many_windows(most: usize) -> Refusal {
    let many = format!("you are connected {most} times already; close another window first");
    Refusal::new(Code::TooManyWindows, many)
}

fn replaced_goodbye() -> Goodbye {
    Goodbye {
        code: GoodbyeCode::Replaced,
        message: "the same identity connected again from somewhere else".into(),
        reason: shared::Line::default(),
        by: None,
        until: None,
        reconnect: false,
        after_ms: None,
        try_next: Vec::new(),
    }
}
