//! Who can be picked: everybody here, those the act is not for with the reason, and those it holds for already. It must not
//! pick.

use shared::server_msg::SanctionKind;
use shared::{Millis, Role, Uid};

use super::{Dialog, Verb, Whom};
use crate::app::App;

/// Somebody in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub whom: Whom,
    /// Their role.
    pub role: Role,
    /// Whether their connection is lost.
    pub away: bool,
    /// Whether the act holds for them already, and until when: picking them lifts it.
    pub held: Option<Option<Millis>>,
    /// Why they cannot be picked.
    pub bar: Option<Bar>,
}

/// Why somebody cannot be picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// It is oneself.
    You,
    /// They have as much say.
    Rank(Role),
}

impl Dialog {
    /// Those who fit what was typed: first those whose names begin with it, last those who cannot be picked.
    #[must_use]
    pub fn people(&self, app: &App) -> Vec<Person> {
        let kind = match self.verb {
            Verb::Ban => Some(SanctionKind::Ban),
            Verb::Mute => Some(SanctionKind::Mute),
            Verb::Kick
            | Verb::Unban
            | Verb::Unmute
            | Verb::Role(_)
            | Verb::Announce
            | Verb::Shutdown
            | Verb::CallOff => None,
        };
        let held = |uid: Uid| {
            let sanctions = app.sanctions().iter();
            let of_kind = sanctions.filter(|sanction| Some(sanction.kind) == kind);
            of_kind.filter(|sanction| sanction.target.uid == uid).map(|sanction| sanction.until).next()
        };
        let here = app.everyone().people().iter().map(|member| Person {
            whom: Whom { uid: member.uid, name: member.name.clone(), style: member.style },
            role: member.role,
            away: member.away,
            held: held(member.uid),
            bar: bar(app, member.uid, member.role),
        });
        let mut people: Vec<Person> = here.collect();
        for sanction in app.sanctions().iter().filter(|sanction| Some(sanction.kind) == kind) {
            let target = &sanction.target;
            if people.iter().all(|person| person.whom.uid != target.uid) {
                people.push(Person {
                    whom: Whom { uid: target.uid, name: target.name.clone(), style: target.style },
                    role: Role::Member,
                    away: false,
                    held: Some(sanction.until),
                    bar: None,
                });
            }
        }
        let query = self.query.text().trim().to_lowercase();
        let place = |person: &Person| person.whom.name.as_str().to_lowercase().find(&query);
        people.retain(|person| place(person).is_some());
        people.sort_by_key(|person| (person.bar.is_some(), place(person) != Some(0)));
        people
    }

    /// Where the one picked out is in the list; the first, while nobody is.
    #[must_use]
    pub fn picked_at(&self, people: &[Person]) -> usize {
        people.iter().position(|person| Some(person.whom.uid) == self.picked).unwrap_or(0)
    }
}

fn bar(app: &App, uid: Uid, role: Role) -> Option<Bar> {
    if uid == app.my_uid() {
        return Some(Bar::You);
    }
    (role >= app.role()).then_some(Bar::Rank(role))
}
