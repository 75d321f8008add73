//! Presence: whether somebody is here, and by which connections. One person may have several, one for each window: they are
//! here as long as one of them is.

use serde::{Deserialize, Serialize};

use shared::{Millis, WindowId};

use super::conn_id::ConnId;
use super::greeting::Origin;
use super::place::Place;

/// Whether somebody is connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Connected, by these: at least one, in the order they came.
    Here(Vec<Connection>),
    /// The last connection was lost; may resume until `until`.
    Away {
        /// When they leave, in milliseconds since 1970.
        until: Millis,
    },
    /// Not present.
    Gone,
}

/// One connection of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Which.
    pub conn: ConnId,
    /// The window it is for, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// The machine it comes from, of somebody who had linked several when it greeted; otherwise zero, for the first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub machine: u32,
    /// Where it comes from.
    pub seen: Seen,
    /// In a cluster: the place of its greeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// Where somebody came from, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// From where.
    pub origin: Origin,
    /// When they greeted.
    pub since: Millis,
}

impl Presence {
    /// The connections; none of somebody who is not connected.
    #[must_use]
    pub fn connections(&self) -> &[Connection] {
        match self {
            Self::Here(connections) => connections,
            Self::Away { .. } | Self::Gone => &[],
        }
    }

    /// The connections from one machine.
    pub(super) fn on_machine(&self, machine: u32) -> impl Iterator<Item = &Connection> {
        self.connections().iter().filter(move |one| one.machine.max(1) == machine.max(1))
    }

    /// Whether there is one of these connections that a node other than that of the newcomer had not heard of when that greeted: it came
    /// later, and the newcomer may have been given up for it.
    pub(super) fn has_later(&self, among: &[ConnId], newcomer: ConnId, followed: Place) -> bool {
        let is_later = |one: &Connection| {
            among.contains(&one.conn) && one.conn.on != newcomer.on && one.at.is_some_and(|at| at > followed)
        };
        self.connections().iter().any(is_later)
    }

    /// The connections that a greeting takes the place of: those of the same window of the same machine, or all of the machine where it names none.
    pub(super) fn replaced_by(&self, machine: u32, window: Option<&WindowId>) -> Vec<ConnId> {
        let is_replaced = |one: &&Connection| window.is_none() || one.window.as_ref() == window;
        self.on_machine(machine).filter(is_replaced).map(|one| one.conn).collect()
    }
}

/// Whether a number is left out where it is written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
pub(super) fn is_zero(number: &u32) -> bool {
    *number == 0
}
