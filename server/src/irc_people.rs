//! What IRC sessions know of people, kept once for all of them: most sessions know the same of the same people, and with a copy for
//! each session the memory would grow with the square of their number.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use shared::{Name, Role, Seq, Uid};

/// So many entries are let stand before the first are swept.
const FEW: usize = 64;

/// Somebody, as a session knows them. It never changes: who changes becomes another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Person {
    pub(crate) uid: Uid,
    /// Their name, which is their nick.
    pub(crate) name: Name,
    /// What they may do.
    pub(crate) role: Role,
    /// Whether their connection is lost and may come back.
    pub(crate) lost: bool,
    /// Whether they said that they are away.
    pub(crate) absent: bool,
    /// The event their name is from: the same change of name is told in each room. Zero where it is from the welcome.
    pub(crate) named: Seq,
    /// Whether they are in the lobby, and since which event. Zero where that is from the state of the room.
    pub(crate) in_lobby: Option<Seq>,
}

impl Person {
    /// Whether they are away in IRC's sense.
    pub(crate) fn is_away(&self) -> bool {
        self.lost || self.absent
    }
}

/// The people that any session knows. A session has it as a value: what it gets out of it depends on nothing but what it puts in.
#[derive(Clone, Debug, Default)]
pub struct People(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    people: HashSet<Arc<Person>>,
    /// At so many entries those that no session has any more are taken out.
    sweep_at: usize,
}

impl People {
    /// The entry that is like this one, for all sessions the same.
    pub(crate) fn share(&self, person: Person) -> Arc<Person> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.people.get(&person) {
            return Arc::clone(known);
        }
        if kept.people.len() >= kept.sweep_at {
            kept.people.retain(|person| Arc::strong_count(person) > 1);
            kept.sweep_at = kept.people.len() * 2 + FEW;
        }
        let person = Arc::new(person);
        kept.people.insert(Arc::clone(&person));
        person
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(uid: u64) -> Person {
        let (uid, name) = (Uid::new(uid).unwrap(), Name::parse("ann").unwrap());
        Person { uid, name, role: Role::Member, lost: false, absent: false, named: Seq::ZERO, in_lobby: None }
    }

    #[test]
    fn what_is_the_same_is_kept_once_and_what_nobody_has_any_more_is_swept() {
        let people = People::default();
        let one = people.share(person(1));
        assert!(Arc::ptr_eq(&one, &people.share(person(1))));
        assert!(!Arc::ptr_eq(&one, &people.share(Person { lost: true, ..person(1) })));
        for uid in 2..10_000 {
            people.share(person(uid));
        }
        assert!(people.0.lock().unwrap().people.len() <= 2 * FEW + 2);
        assert!(Arc::ptr_eq(&one, &people.share(person(1))));
    }
}
