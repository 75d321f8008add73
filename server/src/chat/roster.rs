//! All identities and their presence, with indices by secret, name and connection. Names of identities that never spoke
//! are freed when they leave, and such identities are deleted after the resume window or when there are too many of them,
//! so that visitors leave nothing behind.

pub(super) mod snapshot;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use shared::server_msg::{Absence, Member, You};
use shared::{Millis, Name, Role, RoomName, Sender, Seq, Style, Uid};

use super::conn_id::{ConnId, NodeStart};
use super::forgotten_nonces::ForgottenNonces;
use super::linked::Linked;
use super::name_key::NameKey;
use super::presence::{Connection, Presence, Seen};
use super::proposal::SecretHash;
use super::sorted::{SortedMap, SortedSet};
use crate::number_map::NumberMap;

/// The most identities that are kept though they never spoke and are gone; the one gone longest is forgotten first.
const MAX_FORGETTABLE: usize = 4096;

/// A person, present or not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// Their number; never reused.
    pub uid: Uid,
    /// The hash of the secret that authenticates them.
    pub secret: SecretHash,
    /// Their name.
    pub name: Name,
    /// Their colour.
    pub style: Style,
    /// Their role.
    pub role: Role,
    /// Whether they are connected, and by what; or away, or gone.
    pub presence: Presence,
    /// The rooms they are in, or will be in when they come back.
    pub rooms: SortedSet<RoomName>,
    /// The event by which they came into a room, where there may be something before it that newcomers may not read.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub since: SortedMap<RoomName, Seq>,
    /// When they left, if they are gone and it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Millis>,
    /// Whether they ever sent a message; their name stays reserved if so.
    pub spoke: bool,
    /// Which of their nonces may be only in the store.
    #[serde(default = "ForgottenNonces::unread")]
    pub forgotten: ForgottenNonces,
    /// Whether a rollback may have left the stored row behind this one.
    pub unsaved: bool,
    /// Their machines, where they linked several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<Box<Linked>>,
    /// That they are away, as they said; until they leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Box<Absence>>,
    /// Where they connected from last. Not stored: lost on restart.
    #[serde(skip)]
    pub seen: Option<Arc<Seen>>,
}

impl Identity {
    /// As the sender of an event.
    #[must_use]
    pub fn to_sender(&self) -> Sender {
        Sender { uid: self.uid, name: self.name.clone(), style: self.style }
    }

    /// As an entry of a member list.
    #[must_use]
    pub fn to_member(&self) -> Member {
        let away = self.presence.connections().is_empty();
        Member { uid: self.uid, name: self.name.clone(), style: self.style, role: self.role, away }
    }

    /// As their own welcome has them.
    #[must_use]
    pub fn to_you(&self) -> You {
        You { uid: self.uid, name: self.name.clone(), style: self.style, role: self.role }
    }

    /// The hashes of the secrets that authenticate them.
    pub(super) fn secrets(&self) -> impl Iterator<Item = SecretHash> {
        let machines = self.linked.iter().flat_map(|linked| &linked.machines);
        machines.map(|machine| machine.secret).chain([self.secret])
    }

    /// The secrets of machines of theirs that were taken out.
    fn taken_out(&self) -> impl Iterator<Item = SecretHash> {
        self.linked.iter().flat_map(|linked| linked.taken_out())
    }

    /// The machine that a secret of theirs is for; zero if none are linked.
    pub(super) fn machine_with(&self, secret: SecretHash) -> u32 {
        self.linked.as_ref().and_then(|linked| linked.by_secret(secret)).unwrap_or(0)
    }

    /// Whether they count as a user: connected or away.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.presence != Presence::Gone
    }

    /// Their connections, in the order they came.
    pub fn conns(&self) -> impl Iterator<Item = ConnId> {
        self.presence.connections().iter().map(|connection| connection.conn)
    }

    /// Where one of their connections comes from, or where they came from last.
    pub(super) fn seen_on(&self, conn: ConnId) -> Option<&Seen> {
        let on = self.presence.connections().iter().find(|connection| connection.conn == conn);
        on.map(|connection| &connection.seen).or(self.seen.as_deref())
    }

    /// Whether somebody must be kept though they never spoke: for their role, their machines, or because of a direct room.
    fn must_be_kept(&self) -> bool {
        self.role > Role::Member
            || self.linked.is_some()
            || self.rooms.iter().any(|room| room.pair().is_some())
    }

    fn keeps_name(&self) -> bool {
        self.spoke || self.is_present() || self.role > Role::Member
    }
}

/// Everyone.
#[derive(Debug, Default)]
pub struct Roster {
    /// Boxed, since a map keeps up to as many empty places as full ones.
    identities: NumberMap<Uid, Box<Identity>>,
    by_secret: HashMap<SecretHash, Uid>,
    /// The secrets of machines that were taken out, and whose they were.
    taken_out: HashMap<SecretHash, Uid>,
    by_name: HashMap<NameKey, Uid>,
    by_conn: NumberMap<ConnId, Uid>,
    /// Who is away, by the end of their resume window.
    away: BTreeSet<(Millis, Uid)>,
    /// Who said that they are away.
    absent: BTreeSet<Uid>,
    /// Who is gone and never spoke, in the order they left, with the time they are forgotten.
    forgettable: VecDeque<(Millis, Uid)>,
    /// When somebody who leaves now is forgotten.
    pub(super) forget_at: Millis,
    /// How many people belong to each room, here or not; direct rooms are not counted.
    belonging: BTreeMap<RoomName, usize>,
    /// How many present people have each style.
    styles: NumberMap<Style, usize>,
    present: usize,
    /// How many of those present are connected.
    connected: usize,
    last_uid: Uid,
    /// Whom [`Roster::create`] made last, until they are present: so long they cannot be forgettable.
    created: Option<Uid>,
}

impl Roster {
    /// The stored identities; those that were present are away until `until`.
    pub(super) fn new(mut identities: Vec<Identity>, last_uid: Uid, until: Millis) -> Self {
        let mut roster = Self { last_uid, forget_at: until, ..Self::default() };
        // Of two with one name it belongs to whoever is here, then to whoever spoke: a role may have been given to somebody
        // gone whose name was taken.
        identities.sort_by_key(|identity| (!identity.is_present(), !identity.spoke));
        for mut identity in identities {
            let was_present = std::mem::replace(&mut identity.presence, Presence::Gone) != Presence::Gone;
            identity.forgotten =
                if identity.spoke { ForgottenNonces::unread() } else { ForgottenNonces::default() };
            let uid = identity.uid;
            roster.insert(identity);
            if was_present {
                roster.set_presence(uid, Presence::Away { until });
            }
        }
        roster
    }

    fn insert(&mut self, identity: Identity) {
        // A role reserves the name, but may have been given to somebody gone whose name somebody else had taken by then.
        if identity.keeps_name() && self.by_name(&identity.name).is_none() {
            self.claim(&identity.name, identity.uid);
        }
        if !identity.spoke && !identity.is_present() {
            self.forgettable.push_back((self.forget_at, identity.uid));
        }
        if identity.absent.is_some() {
            self.absent.insert(identity.uid);
        }
        self.count_rooms(&identity);
        self.index_secrets(&identity);
        self.identities.insert(identity.uid, Box::new(identity));
    }

    fn index_secrets(&mut self, identity: &Identity) {
        self.by_secret.extend(identity.secrets().map(|secret| (secret, identity.uid)));
        self.taken_out.extend(identity.taken_out().map(|secret| (secret, identity.uid)));
    }

    fn count_rooms(&mut self, identity: &Identity) {
        for room in identity.rooms.iter().filter(|room| room.pair().is_none()) {
            *self.belonging.entry(room.clone()).or_default() += 1;
        }
    }

    /// Makes somebody belong to a room; false when they did.
    pub(super) fn add_room(&mut self, uid: Uid, room: &RoomName) -> bool {
        let Some(identity) = self.identities.get_mut(&uid) else { return false };
        // Everybody's share one string.
        let room = self.belonging.get_key_value(room).map_or(room, |(room, _)| room);
        let is_new = identity.rooms.insert(room.clone());
        if is_new && room.pair().is_none() {
            let room = room.clone();
            *self.belonging.entry(room).or_default() += 1;
        }
        is_new
    }

    /// Makes somebody belong to a room no more.
    pub(super) fn remove_room(&mut self, uid: Uid, room: &RoomName) {
        let Some(identity) = self.identities.get_mut(&uid) else { return };
        identity.since.remove(room);
        if identity.rooms.remove(room)
            && let Some(count) = self.belonging.get_mut(room)
        {
            *count -= 1;
            if *count == 0 {
                self.belonging.remove(room);
            }
        }
    }

    /// The rooms that somebody belongs to, by name, direct ones left out.
    pub fn rooms(&self) -> impl Iterator<Item = &RoomName> {
        self.belonging.keys()
    }

    /// Whether anybody belongs to a room, here or not.
    pub(super) fn is_anybodys(&self, room: &RoomName) -> bool {
        self.belonging.contains_key(room)
    }

    /// Creates an identity that is not present yet.
    pub(super) fn create(&mut self, secret: SecretHash, name: Name) -> Uid {
        let uid = self.last_uid.next();
        (self.last_uid, self.created) = (uid, Some(uid));
        let style = self.least_used_style();
        self.by_secret.insert(secret, uid);
        self.identities.insert(
            uid,
            Box::new(Identity {
                uid,
                secret,
                name,
                style,
                role: Role::Member,
                presence: Presence::Gone,
                rooms: SortedSet::default(),
                since: SortedMap::default(),
                left_at: None,
                spoke: false,
                forgotten: ForgottenNonces::default(),
                unsaved: false,
                linked: None,
                absent: None,
                seen: None,
            }),
        );
        self.add_room(uid, &RoomName::lobby());
        uid
    }

    /// The colour that the fewest people present have; plain before underlined, in palette order.
    fn least_used_style(&self) -> Style {
        let uses = |style: &Style| self.styles.get(style).copied().unwrap_or(0);
        Style::ALL.into_iter().min_by_key(uses).unwrap_or(Style::ALL[0])
    }

    /// Gives somebody another secret, and these machines; the secrets before are nobody's.
    pub(super) fn replace_secrets(&mut self, uid: Uid, secret: SecretHash, linked: Option<Box<Linked>>) {
        let Some(identity) = self.identities.get_mut(&uid) else { return };
        for before in identity.secrets() {
            if self.by_secret.get(&before) == Some(&uid) {
                self.by_secret.remove(&before);
            }
        }
        for before in identity.taken_out() {
            self.taken_out.remove(&before);
        }
        (identity.secret, identity.linked) = (secret, linked);
        self.by_secret.extend(identity.secrets().map(|secret| (secret, uid)));
        self.taken_out.extend(identity.taken_out().map(|secret| (secret, uid)));
    }

    /// Makes a secret one of somebody's.
    pub(super) fn add_secret(&mut self, uid: Uid, secret: SecretHash) {
        self.by_secret.insert(secret, uid);
    }

    /// A secret of somebody's is nobody's. Where it was their first, it is this one that is now.
    pub(super) fn drop_secret(&mut self, uid: Uid, secret: SecretHash, next: Option<SecretHash>) {
        self.by_secret.remove(&secret);
        self.taken_out.insert(secret, uid);
        if let (Some(identity), Some(next)) = (self.identities.get_mut(&uid), next)
            && identity.secret == secret
        {
            identity.secret = next;
        }
    }

    /// The identity with a uid.
    #[must_use]
    pub fn get(&self, uid: Uid) -> Option<&Identity> {
        self.identities.get(&uid).map(Box::as_ref)
    }

    pub(super) fn get_mut(&mut self, uid: Uid) -> Option<&mut Identity> {
        self.identities.get_mut(&uid).map(Box::as_mut)
    }

    /// The connections that a start of a node holds, in a fixed order.
    pub(super) fn conns_on(&self, start: NodeStart) -> Vec<ConnId> {
        let mut conns: Vec<ConnId> = self.by_conn.keys().filter(|conn| conn.on == start).copied().collect();
        conns.sort_unstable();
        conns
    }

    /// The identity of a connection.
    #[must_use]
    pub fn by_conn(&self, conn: ConnId) -> Option<&Identity> {
        self.get(*self.by_conn.get(&conn)?)
    }

    pub(super) fn by_secret(&self, secret: SecretHash) -> Option<Uid> {
        self.by_secret.get(&secret).copied()
    }

    /// Whether it was the secret of a machine that was taken out.
    pub(super) fn is_taken_out(&self, secret: SecretHash) -> bool {
        self.taken_out.contains_key(&secret)
    }

    /// Who has this name, or one that looks like it.
    #[must_use]
    pub fn by_name(&self, name: &Name) -> Option<Uid> {
        NameKey::of(name).find_map(|key| self.by_name.get(&key).copied())
    }

    pub(super) fn rooms_of(&self, uid: Uid) -> Vec<RoomName> {
        self.get(uid).map(|identity| identity.rooms.iter().cloned().collect()).unwrap_or_default()
    }

    /// All identities, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Identity> {
        self.identities.values().map(Box::as_ref)
    }

    /// Everyone connected or away, by uid.
    pub fn present(&self) -> impl Iterator<Item = &Identity> {
        let mut here: Vec<_> = self.all().filter(|identity| identity.is_present()).collect();
        here.sort_by_key(|identity| identity.uid);
        here.into_iter()
    }

    /// The number of people connected or away.
    pub(super) fn present_count(&self) -> usize {
        self.present
    }

    /// The number of people connected.
    pub(super) fn connected(&self) -> usize {
        self.connected
    }

    pub(super) fn next_deadline(&self) -> Option<Millis> {
        let (away, forgettable) = (self.away.first(), self.forgettable.front());
        [away, forgettable].into_iter().flatten().map(|(at, _)| *at).min()
    }

    /// Those whose resume window is over.
    pub(super) fn overdue(&self, now: Millis) -> Vec<Uid> {
        self.away.iter().take_while(|(until, _)| *until <= now).map(|(_, uid)| *uid).collect()
    }

    /// Gives somebody another name; the caller has checked that it is free.
    pub(super) fn rename(&mut self, uid: Uid, name: &Name) {
        let Some(identity) = self.identities.get_mut(&uid) else { return };
        let old = std::mem::replace(&mut identity.name, name.clone());
        let keeps = identity.keeps_name();
        self.release(&old, uid);
        if keeps {
            self.claim(name, uid);
        }
    }

    /// Two stored names may be alike by rules that are newer than they are: both stay, and keep others away.
    fn claim(&mut self, name: &Name, uid: Uid) {
        for key in NameKey::of(name) {
            self.by_name.entry(key).or_insert(uid);
        }
    }

    fn release(&mut self, name: &Name, uid: Uid) {
        for key in NameKey::of(name) {
            if self.by_name.get(&key) == Some(&uid) {
                self.by_name.remove(&key);
            }
        }
    }

    /// Changes somebody's presence and updates all indices.
    pub(super) fn set_presence(&mut self, uid: Uid, presence: Presence) {
        let Some(identity) = self.identities.get_mut(&uid) else { return };
        if identity.presence == presence {
            return;
        }
        let was = std::mem::replace(&mut identity.presence, presence);
        let (style, name, keeps, spoke) =
            (identity.style, identity.name.clone(), identity.keeps_name(), identity.spoke);
        match was {
            Presence::Here(connections) => {
                self.connected -= 1;
                for old in connections {
                    self.by_conn.remove(&old.conn);
                }
            }
            Presence::Away { until } => drop(self.away.remove(&(until, uid))),
            Presence::Gone => {
                self.present += 1;
                *self.styles.entry(style).or_default() += 1;
                if self.created.take_if(|created| *created == uid).is_none() {
                    self.forgettable.retain(|(_, forgettable)| *forgettable != uid);
                }
            }
        }
        match &identity.presence {
            Presence::Here(connections) => {
                self.connected += 1;
                self.by_conn.extend(connections.iter().map(|new| (new.conn, uid)));
            }
            Presence::Away { until } => drop(self.away.insert((*until, uid))),
            Presence::Gone => {
                self.present -= 1;
                identity.absent = None;
                self.absent.remove(&uid);
                self.styles.entry(style).and_modify(|uses| *uses = uses.saturating_sub(1));
                if !spoke {
                    self.forgettable.push_back((self.forget_at, uid));
                }
            }
        }
        if keeps {
            self.claim(&name, uid);
        } else {
            self.release(&name, uid);
        }
    }

    /// Somebody is away, as they say, or is not any more.
    pub(super) fn set_absent(&mut self, uid: Uid, absence: Option<Box<Absence>>) {
        let Some(identity) = self.identities.get_mut(&uid) else { return };
        if absence.is_some() {
            self.absent.insert(uid);
        } else {
            self.absent.remove(&uid);
        }
        identity.absent = absence;
    }

    /// Those who said that they are away, by uid.
    pub(super) fn absent(&self) -> Vec<Uid> {
        self.absent.iter().copied().collect()
    }

    /// Adds a connection of somebody, in the place of some others.
    pub(super) fn attach(&mut self, uid: Uid, connection: Connection, replaced: &[ConnId]) {
        let Some(identity) = self.identities.get(&uid) else { return };
        let before = identity.presence.connections();
        // As long as it must be: it is kept for as long as they are here.
        let mut connections = Vec::with_capacity(before.len() + 1);
        connections.extend(before.iter().filter(|old| !replaced.contains(&old.conn)).cloned());
        connections.push(connection);
        connections.shrink_to_fit();
        self.set_presence(uid, Presence::Here(connections));
    }

    /// Removes a connection of somebody if they have another one; returns whether they have.
    pub(super) fn detach(&mut self, uid: Uid, conn: ConnId) -> bool {
        let Some(identity) = self.identities.get(&uid) else { return false };
        let others = identity.presence.connections().iter().filter(|connection| connection.conn != conn);
        let mut connections: Vec<_> = others.cloned().collect();
        connections.shrink_to_fit();
        let is_left = !connections.is_empty();
        if is_left {
            self.set_presence(uid, Presence::Here(connections));
        }
        is_left
    }

    /// Shifts all times.
    pub(super) fn shift(&mut self, by: Millis) {
        let away: Vec<Uid> = std::mem::take(&mut self.away).into_iter().map(|(_, uid)| uid).collect();
        for uid in away {
            let Some(Presence::Away { until }) = self.identities.get_mut(&uid).map(|one| &mut one.presence)
            else {
                continue;
            };
            *until = until.saturating_add(by);
            self.away.insert((*until, uid));
        }
        for (at, _) in &mut self.forgettable {
            *at = at.saturating_add(by);
        }
        self.forget_at = self.forget_at.saturating_add(by);
    }

    /// If too many are forgettable, forgets the one gone longest that need not be kept.
    pub(super) fn forget_one(&mut self, is_sanctioned: impl Fn(Uid) -> bool) -> Option<Uid> {
        while self.forgettable.len() > MAX_FORGETTABLE {
            let (_, uid) = self.forgettable.pop_front()?;
            if self.forget(uid, &is_sanctioned) {
                return Some(uid);
            }
        }
        None
    }

    /// Forgets those whose time is over, except those that must be kept; returns them.
    pub(super) fn forget_overdue(&mut self, now: Millis, is_sanctioned: impl Fn(Uid) -> bool) -> Vec<Uid> {
        let mut forgotten = Vec::new();
        while let Some((_, uid)) = self.forgettable.pop_front_if(|(at, _)| *at <= now) {
            if self.forget(uid, &is_sanctioned) {
                forgotten.push(uid);
            }
        }
        forgotten
    }

    fn forget(&mut self, uid: Uid, is_sanctioned: impl Fn(Uid) -> bool) -> bool {
        let must_be_kept = self.get(uid).is_some_and(Identity::must_be_kept) || is_sanctioned(uid);
        if !must_be_kept {
            self.drop_identity(uid);
        }
        !must_be_kept
    }

    /// Removes an identity.
    pub(super) fn remove(&mut self, uid: Uid) {
        self.set_presence(uid, Presence::Gone);
        self.forgettable.retain(|(_, forgettable)| *forgettable != uid);
        self.drop_identity(uid);
    }

    /// Removes an identity that is gone and not among those to be forgotten any more.
    fn drop_identity(&mut self, uid: Uid) {
        for room in self.rooms_of(uid) {
            self.remove_room(uid, &room);
        }
        let Some(identity) = self.identities.remove(&uid) else { return };
        for secret in identity.secrets() {
            self.by_secret.remove(&secret);
        }
        for secret in identity.taken_out() {
            self.taken_out.remove(&secret);
        }
        self.release(&identity.name, uid);
    }
}
