//! Presence: whether somebody is here, and by which connections. One person may have several, one for each window: they are
//! here as long as one of them is.

use serde::{Deserialize, Serialize};

use shared::{Millis, WindowId};

use super::conn_id::ConnId;
use super::proposal::Origin;

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
    /// Where it comes from.
    pub seen: Seen,
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

    /// The connections that a greeting takes the place of: those of the same window, or all where it names none.
    pub(super) fn replaced_by(&self, window: Option<&WindowId>) -> Vec<ConnId> {
        let is_replaced = |one: &&Connection| window.is_none() || one.window.as_ref() == window;
        self.connections().iter().filter(is_replaced).map(|one| one.conn).collect()
    }
}
