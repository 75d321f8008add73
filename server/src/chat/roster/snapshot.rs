//! The roster as part of a snapshot: identities, name owners, deadlines. The indices that follow from these (by
//! connection, away, colours) are rebuilt.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use shared::{Millis, Uid};

use super::Roster;
use crate::chat::identity::Identity;
use crate::chat::name_key::NameKey;
use crate::chat::presence::{Presence, Seen};

/// The roster as data, each list in a fixed order, so that the same state has the same bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::chat) struct RosterSnapshot {
    /// By uid.
    people: Vec<Person>,
    /// The owner of each name. Cannot be rebuilt: of two people with names that look alike, one is the owner.
    names: BTreeMap<NameKey, Uid>,
    /// Who never spoke and is gone, in the order they are forgotten.
    forgettable: Vec<(Millis, Uid)>,
    forget_at: Millis,
    last_uid: Uid,
}

/// An identity, with the field that is not stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Person {
    #[serde(flatten)]
    identity: Identity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
}

impl Roster {
    pub(in crate::chat) fn snapshot(&self) -> RosterSnapshot {
        let person = |identity: &Identity| Person {
            identity: Identity { seen: None, ..identity.clone() },
            seen: identity.seen.as_deref().cloned(),
        };
        let mut people: Vec<_> = self.all().map(person).collect();
        people.sort_by_key(|person| person.identity.uid);
        RosterSnapshot {
            people,
            names: self.by_name.iter().map(|(key, uid)| (key.clone(), *uid)).collect(),
            forgettable: self.forgettable.iter().copied().collect(),
            forget_at: self.forget_at,
            last_uid: self.last_uid,
        }
    }

    pub(in crate::chat) fn from_snapshot(snapshot: RosterSnapshot) -> Self {
        let RosterSnapshot { people, names, forgettable, forget_at, last_uid } = snapshot;
        let mut roster = Self {
            by_name: names.into_iter().collect(),
            forgettable: forgettable.into(),
            forget_at,
            last_uid,
            ..Self::default()
        };
        for Person { identity, seen } in people {
            let identity = Identity { seen: seen.map(Arc::new), ..identity };
            let uid = identity.uid;
            roster.by_conn.extend(identity.conns().map(|conn| (conn, uid)));
            match &identity.presence {
                Presence::Here(_) => roster.connected += 1,
                Presence::Away { until } => drop(roster.away.insert((*until, uid))),
                Presence::Gone => {}
            }
            if identity.absent.is_some() {
                roster.absent.insert(uid);
            }
            if identity.is_present() {
                roster.present += 1;
                *roster.styles.entry(identity.style).or_default() += 1;
            }
            roster.count_rooms(&identity);
            roster.index_secrets(&identity);
            roster.identities.insert(uid, Box::new(identity));
        }
        roster
    }
}
