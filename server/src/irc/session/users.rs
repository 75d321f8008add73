//! The people on the server, as far as the session was told of them. What is known of each is shared with the other sessions
//! ([`People`]), so that somebody costs a session no more than a pointer.

use std::sync::Arc;

use shared::server_msg::Member;
use shared::{Name, Role, Sender, Seq, Uid};

use crate::irc::names::{HOST, is_same, user};
use crate::irc_people::{People, Person};

/// Everybody that is known of.
#[derive(Debug)]
pub(crate) struct Users {
    shared: People,
    /// By their uid, ascending.
    people: Vec<Arc<Person>>,
    /// The most there were at once.
    most: usize,
}

impl Users {
    pub(crate) fn new(shared: People) -> Self {
        Self { shared, people: Vec::new(), most: 0 }
    }

    /// Takes somebody as a room state has them; what else is known of them stays. `at` is the event the state is from.
    pub(crate) fn put(&mut self, member: &Member, at: Seq) {
        let Member { uid, name, role, away, .. } = member;
        if self.get(*uid).is_none() {
            self.insert(new(*uid, name, at));
        }
        self.change(*uid, |person| {
            if person.name != *name {
                (person.name, person.named) = (name.clone(), at);
            }
            (person.role, person.lost) = (*role, *away);
        });
    }

    /// Takes somebody who comes in, unless they are known.
    pub(crate) fn came(&mut self, sender: &Sender, at: Seq) {
        let Some(known) = self.get(sender.uid) else {
            return self.insert(new(sender.uid, &sender.name, at));
        };
        if at > known.named {
            self.change(sender.uid, |person| {
                (person.name, person.named) = (sender.name.clone(), at);
            });
        }
    }

    pub(crate) fn get(&self, uid: Uid) -> Option<&Person> {
        let at = self.find(uid).ok()?;
        self.people.get(at).map(AsRef::as_ref)
    }

    /// Changes what is known of somebody; gives what was known before.
    pub(crate) fn change(&mut self, uid: Uid, change: impl FnOnce(&mut Person)) -> Option<Arc<Person>> {
        let at = self.find(uid).ok()?;
        let known = self.people.get_mut(at)?;
        let mut person = Person::clone(known);
        change(&mut person);
        if person == **known {
            return Some(Arc::clone(known));
        }
        Some(std::mem::replace(known, self.shared.share(person)))
    }

    pub(crate) fn remove(&mut self, uid: Uid) -> Option<Arc<Person>> {
        let at = self.find(uid).ok()?;
        Some(self.people.remove(at))
    }

    /// Whoever has this nick, in any case.
    pub(crate) fn named(&self, nick: &str) -> Option<(Uid, &Person)> {
        self.iter().find(|(_, person)| is_same(person.name.as_str(), nick))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Uid, &Person)> {
        self.people.iter().map(|person| (person.uid, &**person))
    }

    /// The most there were at once, as far as this connection saw it.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }

    /// Where somebody stands, or would.
    fn find(&self, uid: Uid) -> Result<usize, usize> {
        self.people.binary_search_by_key(&uid, |person| person.uid)
    }

    fn insert(&mut self, person: Person) {
        let Err(at) = self.find(person.uid) else { return };
        // Twice as many, as a vector makes room by itself, is much where every session has one.
        if self.people.len() == self.people.capacity() {
            self.people.reserve_exact(self.people.len() / 8 + 8);
        }
        self.people.insert(at, self.shared.share(person));
        self.most = self.most.max(self.people.len());
    }
}

/// Somebody of whom nothing else is known.
fn new(uid: Uid, name: &Name, named: Seq) -> Person {
    Person { uid, name: name.clone(), role: Role::Member, lost: false, absent: false, named, in_lobby: None }
}

/// `name!uUID@chinwag`: the uid is what stays when the name changes.
pub(crate) fn mask(name: &str, uid: Uid) -> String {
    format!("{name}!{}@{HOST}", account(uid))
}

/// The account of somebody, in each place where IRC tells one: 900, `account-tag`, `extended-join`, `WHOX`, `WHOIS`. Programs obey
/// whoever has an account, so it must never become somebody else's. A name can; a uid cannot.
pub(crate) fn account(uid: Uid) -> String {
    user(uid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_heard_the_same_of_somebody_have_it_once_and_one_that_heard_more_has_its_own() {
        let people = People::default();
        let [mut one, mut two] = [Users::new(people.clone()), Users::new(people)];
        let ann = serde_json::from_str(r#"{"uid":7,"name":"ann","style":{"color":6}}"#).unwrap();
        let (uid, seq) = (Uid::new(7).unwrap(), Seq::new(9).unwrap());
        one.put(&ann, Seq::ZERO);
        two.put(&ann, Seq::ZERO);
        assert!(std::ptr::eq(one.get(uid).unwrap(), two.get(uid).unwrap()));
        one.change(uid, |person| person.absent = true);
        assert!(one.get(uid).unwrap().is_away() && !two.get(uid).unwrap().is_away());
        two.change(uid, |person| person.absent = true);
        assert!(std::ptr::eq(one.get(uid).unwrap(), two.get(uid).unwrap()));
        // The state of another room, with the same name, is nothing new.
        one.put(&ann, seq);
        assert!(std::ptr::eq(one.get(uid).unwrap(), two.get(uid).unwrap()));
    }
}
