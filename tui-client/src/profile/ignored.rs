//! The people somebody ignores, by uid, as it is kept in the profile; and what of an ignored person is hidden.
//!
//! [`Ignored::hides`] is the only place that decides that. What is hidden was taken in like everything else: it keeps its place in
//! the room, and is shown again when the person is not ignored any more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::{Event, Kind, Millis, Name, Uid};

/// The people somebody ignores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ignored(BTreeMap<Uid, Choice>);

/// What was chosen last about one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What they were called last.
    pub name: Name,
    /// When it was chosen: of several windows' choices the newest counts.
    pub since: Millis,
    /// They are not ignored any more. It is kept so that another window's older choice does not bring it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    lifted: bool,
}

impl Ignored {
    /// The most people that can be ignored. Beyond it nobody is added.
    pub const MOST: usize = 1_000;

    /// Whether nothing was ever chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether somebody is ignored.
    #[must_use]
    pub fn has(&self, uid: Uid) -> bool {
        self.name_of(uid).is_some()
    }

    /// What somebody who is ignored was called last.
    #[must_use]
    pub fn name_of(&self, uid: Uid) -> Option<&Name> {
        self.0.get(&uid).filter(|choice| !choice.lifted).map(|choice| &choice.name)
    }

    /// Whether something that a person did is hidden: what they say, that they come and go, what they are called. What they do
    /// to a room or to others as its moderator is the room's, and stays.
    #[must_use]
    pub fn hides(&self, uid: Uid, kind: &Kind) -> bool {
        self.has(uid) && is_their_own(kind)
    }

    /// The same of an event.
    #[must_use]
    pub fn hides_event(&self, event: &Event) -> bool {
        self.hides(event.from.uid, &event.kind)
    }

    /// Who is ignored, by uid.
    pub fn people(&self) -> impl Iterator<Item = (Uid, &Choice)> {
        self.0.iter().filter(|(_, choice)| !choice.lifted).map(|(uid, choice)| (*uid, choice))
    }

    /// From now on somebody is ignored. Says whether there is room for it.
    pub fn add(&mut self, uid: Uid, name: Name, now: Millis) -> bool {
        if !self.0.contains_key(&uid) && self.0.len() >= Self::MOST {
            self.0.retain(|_, choice| !choice.lifted);
            if self.0.len() >= Self::MOST {
                return false;
            }
        }
        self.0.insert(uid, Choice { name, since: now, lifted: false });
        true
    }

    /// Somebody is not ignored any more.
    pub fn lift(&mut self, uid: Uid, now: Millis) {
        if let Some(choice) = self.0.get_mut(&uid) {
            (choice.lifted, choice.since) = (true, now);
        }
    }

    /// Whether somebody who is ignored was called otherwise last.
    #[must_use]
    pub fn is_renamed(&self, uid: Uid, name: &Name) -> bool {
        self.name_of(uid).is_some_and(|known| known != name)
    }

    /// What somebody is called now.
    pub fn rename(&mut self, uid: Uid, name: &Name) {
        if let Some(choice) = self.0.get_mut(&uid) {
            choice.name = name.clone();
        }
    }

    /// Somebody who is ignored, by name or `#number`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Uid> {
        let uid = Uid::parse_written(name);
        let name = name.trim_start_matches('@').to_lowercase();
        let fits =
            |uid_of: Uid, choice: &Choice| Some(uid_of) == uid || choice.name.as_str().to_lowercase() == name;
        self.people().find(|(uid, choice)| fits(*uid, choice)).map(|(uid, _)| uid)
    }

    /// What another window kept counts where it was chosen later, person by person.
    pub fn merge(&mut self, other: Self) {
        for (uid, choice) in other.0 {
            if self.0.get(&uid).is_none_or(|known| known.since < choice.since) {
                self.0.insert(uid, choice);
            }
        }
    }
}

/// Whether an event is about nobody but the person who did it.
fn is_their_own(kind: &Kind) -> bool {
    match kind {
        Kind::Message(_)
        | Kind::Action(_)
        | Kind::Join
        | Kind::Leave(_)
        | Kind::Rename(_)
        | Kind::Edit(_)
        | Kind::React(_)
        | Kind::Deleted(_) => true,
        Kind::Topic(_)
        | Kind::Kick(_)
        | Kind::Ban(_)
        | Kind::Mute(_)
        | Kind::Role(..)
        | Kind::Announce(_)
        | Kind::Delete(_)
        | Kind::SetRoom(_)
        | Kind::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use shared::Uid;

    use super::Ignored;

    fn uid(number: u64) -> Uid {
        Uid::new(number).unwrap()
    }

    #[test]
    fn of_several_windows_the_newest_choice_about_each_person_counts() {
        let (mut one, mut other) = (Ignored::default(), Ignored::default());
        assert!(one.add(uid(18), "troll".parse().unwrap(), 5) && one.add(uid(20), "bot".parse().unwrap(), 9));
        assert!(
            other.add(uid(19), "spam".parse().unwrap(), 6) && other.add(uid(20), "bot".parse().unwrap(), 3)
        );
        other.lift(uid(20), 4);
        one.merge(other);
        assert_eq!([18, 19, 20].map(|number| one.has(uid(number))), [true, true, true]);
        let mut later = one.clone();
        later.lift(uid(18), 20);
        one.merge(later);
        assert_eq!([18, 19, 20].map(|number| one.has(uid(number))), [false, true, true]);
        let kept = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Ignored>(&kept).unwrap(), one);
    }

    #[test]
    fn the_list_is_bounded_and_lifted_ones_make_room() {
        let mut ignored = Ignored::default();
        let most = u64::try_from(Ignored::MOST).unwrap();
        for number in 1..=most {
            assert!(ignored.add(uid(number), "xy".parse().unwrap(), 1));
        }
        assert!(!ignored.add(uid(most + 1), "xy".parse().unwrap(), 1));
        ignored.lift(uid(1), 2);
        assert!(ignored.add(uid(most + 1), "xy".parse().unwrap(), 3));
        assert_eq!(ignored.people().count(), Ignored::MOST);
    }
}
