//! How connections and the server end. It must not decide that they do.

use std::time::Duration;

use shared::codec::append_line;
use shared::server_msg::{Farewell, Goodbye};
use shared::{Code, Line, Millis, Name, Refusal, ServerMsg};

use super::{Hub, spread};
use crate::chat::proposal::ConnId;
use crate::order::Order;
use crate::store::Store;

/// How long connections have to take their goodbye before the server ends without them.
const PARTING: Duration = Duration::from_secs(2);
/// Over how long clients spread their return.
const RETURN_MS: Millis = 4000;
/// The earliest a client returns, so that the server has had time to come back.
const EARLIEST_MS: u64 = 500;

/// How the server ends.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) reason: Line,
    pub(super) by: Option<Name>,
    pub(super) restart: bool,
    pub(super) reconnect: bool,
}

impl<O: Order, S: Store> Hub<O, S> {
    pub(super) fn close(&mut self, conn: ConnId, goodbye: &Goodbye) {
        tracing::info!(conn = conn.0, why = goodbye.code.as_str(), "left");
        let mut line = Vec::new();
        append_line(&mut line, &ServerMsg::Goodbye(goodbye.clone()));
        self.delivery.close(conn, &line);
    }

    /// A greeting that is refused: what is wrong, then goodbye.
    pub(super) fn reject(&mut self, conn: ConnId, refusal: Refusal, goodbye: Option<Box<Goodbye>>) {
        tracing::info!(conn = conn.0, why = %refusal.code, "refused");
        self.parts.stats.refused(refusal.code);
        let goodbye = goodbye.map_or_else(|| goodbye_after(&refusal), |goodbye| *goodbye);
        self.delivery.close(conn, &last_lines(refusal, goodbye));
    }

    /// Tells everyone, gives them a moment to take it, and closes the store.
    pub(super) async fn say_farewell(mut self) -> bool {
        let Some(stop) = self.stop.take() else { return false };
        tracing::info!(restart = stop.restart, users = self.parts.chat.users(), "stopping");
        let conns: Vec<ConnId> = self.delivery.sockets().map(|(conn, _)| conn).collect();
        for conn in conns {
            let goodbye = stop.goodbye(conn);
            self.close(conn, &goodbye);
        }
        if self.parts.ending.send(true).is_err() {
            tracing::debug!("nobody listens any more");
        }
        let deadline = tokio::time::Instant::now() + PARTING;
        while self.delivery.connections() > 0 {
            let Ok(Some(local)) = tokio::time::timeout_at(deadline, self.parts.local.recv()).await else {
                break;
            };
            self.on_local(local);
        }
        // Dropping the store waits for the last commit and closes the file.
        drop(self.parts.store);
        stop.restart
    }
}

impl Stop {
    fn goodbye(&self, conn: ConnId) -> Goodbye {
        let (code, message) = if self.restart {
            (Farewell::Restarting, "the server restarts; you will be reconnected")
        } else {
            (Farewell::Error(Code::ShuttingDown), "the server was shut down")
        };
        Goodbye {
            code,
            message: message.into(),
            reason: self.reason.clone(),
            by: self.by.clone(),
            until: None,
            reconnect: self.reconnect,
            after_ms: self.reconnect.then(|| EARLIEST_MS + spread(conn, RETURN_MS)),
        }
    }
}

/// The `error` and the `goodbye` of a connection that ends with a refusal.
pub(crate) fn farewell_lines(refusal: Refusal) -> Vec<u8> {
    let goodbye = goodbye_after(&refusal);
    last_lines(refusal, goodbye)
}

fn last_lines(refusal: Refusal, goodbye: Goodbye) -> Vec<u8> {
    let mut lines = Vec::new();
    append_line(&mut lines, &ServerMsg::Error(refusal));
    append_line(&mut lines, &ServerMsg::Goodbye(goodbye));
    lines
}

fn goodbye_after(refusal: &Refusal) -> Goodbye {
    // What the person can change by waiting is worth coming back for; a wrong name or secret is not.
    const PASSING: [Code; 5] =
        [Code::Timeout, Code::TooManyConnections, Code::ServerFull, Code::Storage, Code::ShuttingDown];
    let wait = refusal.retry_ms.or_else(|| PASSING.contains(&refusal.code).then_some(5000));
    Goodbye {
        code: Farewell::Error(refusal.code),
        message: refusal.message.clone(),
        reason: Line::default(),
        by: None,
        until: None,
        reconnect: wait.is_some(),
        after_ms: wait,
    }
}
