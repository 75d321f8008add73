//! The people on the server, as far as the session was told of them: everybody is in the lobby.

use std::collections::BTreeMap;

use shared::server_msg::Member;
use shared::{Name, Role, Sender, Seq, Uid};

use crate::irc::names::{HOST, is_same, user};

/// Somebody.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Their name, which is their nick.
    pub(crate) name: Name,
    /// What they may do.
    pub(crate) role: Role,
    /// Whether their connection is lost and may come back.
    pub(crate) lost: bool,
    /// Whether they said that they are away.
    pub(crate) absent: bool,
    /// The event their name is from: the same change of name is told in each room.
    pub(crate) named: Seq,
}

impl Person {
    /// Whether they are away in IRC's sense.
    pub(crate) fn is_away(&self) -> bool {
        self.lost || self.absent
    }
}

/// Everybody that is known of.
#[derive(Debug, Default)]
pub(crate) struct Users {
    people: BTreeMap<Uid, Person>,
    /// The most there were at once.
    most: usize,
}

impl Users {
    /// Takes somebody as a room state has them; what else is known of them stays.
    pub(crate) fn put(&mut self, member: &Member, at: Seq) {
        let Member { uid, name, role, away, .. } = member;
        let absent = self.people.get(uid).is_some_and(|known| known.absent);
        let person = Person { name: name.clone(), role: *role, lost: *away, absent, named: at };
        self.people.insert(*uid, person);
        self.most = self.most.max(self.people.len());
    }

    /// Takes somebody who comes in, unless they are known.
    pub(crate) fn came(&mut self, sender: &Sender, at: Seq) {
        let person = self.people.entry(sender.uid).or_insert_with(|| Person {
            name: sender.name.clone(),
            role: Role::Member,
            lost: false,
            absent: false,
            named: at,
        });
        if at > person.named {
            person.name = sender.name.clone();
            person.named = at;
        }
        self.most = self.most.max(self.people.len());
    }

    pub(crate) fn get(&self, uid: Uid) -> Option<&Person> {
        self.people.get(&uid)
    }

    pub(crate) fn get_mut(&mut self, uid: Uid) -> Option<&mut Person> {
        self.people.get_mut(&uid)
    }

    pub(crate) fn remove(&mut self, uid: Uid) -> Option<Person> {
        self.people.remove(&uid)
    }

    /// Whoever has this nick, in any case.
    pub(crate) fn named(&self, nick: &str) -> Option<(Uid, &Person)> {
        let found = self.people.iter().find(|(_, person)| is_same(person.name.as_str(), nick));
        found.map(|(uid, person)| (*uid, person))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Uid, &Person)> {
        self.people.iter().map(|(uid, person)| (*uid, person))
    }

    /// The most there were at once, as far as this connection saw it.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }
}

/// `name!uUID@chinwag`: the uid is what stays when the name changes.
pub(crate) fn mask(name: &str, uid: Uid) -> String {
    format!("{name}!{}@{HOST}", account(uid))
}

/// The account of somebody, as `account-tag` and the like tell it. Names change and are given to others; a uid is not.
pub(crate) fn account(uid: Uid) -> String {
    user(uid)
}
