//! How the server ends, and the `goodbye` each connection gets. Reconnects are spread over a few seconds, so that a
//! thousand clients do not reconnect at the same moment.

use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{Code, Line, Name, NodeAddress};

use crate::chat::conn_id::ConnId;
use crate::goodbye::spread;

/// The interval over which reconnects are spread, in milliseconds.
const RETURN_MS: u64 = 4000;
/// The same where other nodes of the cluster go on.
const ELSEWHERE_MS: u64 = 300;
/// The earliest reconnect, in milliseconds: the server needs time to restart.
const EARLIEST_MS: u64 = 500;

/// How the server ends.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) reason: Line,
    pub(super) by: Option<Name>,
    pub(super) restart: bool,
    pub(super) reconnect: bool,
}

impl Stop {
    /// The server ends by itself, because it cannot go on.
    pub(super) fn on_failure(restart: bool) -> Self {
        Self { reason: Line::default(), by: None, restart, reconnect: true }
    }

    /// The last line of a connection. Where there are others to go to, whoever may come back goes there, and soon.
    pub(super) fn goodbye(&self, conn: ConnId, others: &[NodeAddress]) -> Goodbye {
        let elsewhere = self.reconnect && !others.is_empty();
        let (code, message) = if elsewhere {
            (GoodbyeCode::Restarting, "this node stops; you will be connected to another one")
        } else if self.restart {
            (GoodbyeCode::Restarting, "the server restarts; you will be reconnected")
        } else {
            (GoodbyeCode::Error(Code::ShuttingDown), "the server was shut down")
        };
        Goodbye {
            code,
            message: message.into(),
            reason: self.reason.clone(),
            by: self.by.clone(),
            until: None,
            reconnect: self.reconnect,
            after_ms: self.reconnect.then(|| {
                if elsewhere { spread(conn, ELSEWHERE_MS) } else { EARLIEST_MS + spread(conn, RETURN_MS) }
            }),
            try_next: if elsewhere { others.to_vec() } else { vec![] },
        }
    }
}
