//! How the server ends, and the `goodbye` each connection gets. Reconnects are spread over a few seconds, so that a
//! thousand clients do not reconnect at the same moment.

use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{Code, Line, Name};

use crate::chat::conn_id::ConnId;
use crate::goodbye::spread;

/// The interval over which reconnects are spread, in milliseconds.
const RETURN_MS: u64 = 4000;
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

    pub(super) fn goodbye(&self, conn: ConnId) -> Goodbye {
        let (code, message) = if self.restart {
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
            after_ms: self.reconnect.then(|| EARLIEST_MS + spread(conn, RETURN_MS)),
            try_next: Vec::new(),
        }
    }
}
