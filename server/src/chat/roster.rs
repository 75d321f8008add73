//! All identities and their presence, with indices by secret (`secrets`), name and connection. Names of identities that never spoke
//! are freed when they leave, and such identities are deleted after the resume window or when there are too many of them
//! (`forgetting`), so that visitors leave nothing behind.

mod forgetting;
mod secrets;
pub(super) mod snapshot;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use shared::server_msg::Absence;
use shared::{Millis, Name, Role, RoomName, Style, Uid};

use super::conn_id::{ConnId, NodeStart};
use super::forgotten_nonces::ForgottenNonces;
use super::identity::Identity;
use super::name_key::NameKey;
use super::presence::{Connection, Presence};
use super::proposal::SecretHash;
use super::sorted::{SortedMap, SortedSet};
use crate::number_map::NumberMap;

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
}
