//! Ending connections and the server: `goodbye` lines, and the shutdown sequence (goodbye to everyone, a bounded time to
//! write them, then the store, whose last commit is waited for).

use std::time::Duration;

use shared::codec::append_line;
use shared::server_msg::Goodbye;
use shared::{Refusal, ServerMsg};

use super::Hub;
use crate::chat::conn_id::ConnId;
use crate::goodbye::{goodbye_after, last_lines};
use crate::order::Order;
use crate::store::Store;

/// How long connections have to read their goodbye before the server ends without them.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

impl<O: Order, S: Store> Hub<O, S> {
    pub(super) fn close(&mut self, conn: ConnId, goodbye: &Goodbye) {
        tracing::info!(conn = conn.number, why = goodbye.code.as_str(), "left");
        let mut line = Vec::new();
        append_line(&mut line, &ServerMsg::Goodbye(goodbye.clone()));
        self.delivery.close(conn, &line);
    }

    /// Nothing more comes from a connection: closes it, once the pages it asked for were sent.
    pub(super) fn finish(&mut self, conn: ConnId) {
        match self.asked.get_mut(&conn) {
            Some(asked) => asked.finishing = true,
            None => self.delivery.close(conn, &[]),
        }
    }

    /// A page that a connection asked for was sent.
    pub(super) fn on_page_sent(&mut self, conn: ConnId) {
        let Some(asked) = self.asked.get_mut(&conn) else { return };
        asked.pages -= 1;
        if asked.pages == 0 && self.asked.remove(&conn).is_some_and(|asked| asked.finishing) {
            self.delivery.close(conn, &[]);
        }
    }

    /// Ends a connection with a refusal: `error`, then `goodbye`.
    pub(super) fn reject(&mut self, conn: ConnId, refusal: Refusal, goodbye: Option<Box<Goodbye>>) {
        tracing::info!(conn = conn.number, why = %refusal.code, "refused");
        self.parts.stats.refused(refusal.code);
        self.note_kept_out(conn, &refusal);
        let goodbye = goodbye.map_or_else(|| goodbye_after(conn, &refusal), |goodbye| *goodbye);
        self.delivery.close(conn, &last_lines(refusal, goodbye));
    }

    /// Says goodbye to everyone, waits a bounded time until that is written, and closes the store. Returns whether to
    /// restart.
    pub(super) async fn shut_down(mut self) -> bool {
        let Some(stop) = self.stop.take() else { return false };
        tracing::info!(restart = stop.restart, connections = self.delivery.connections(), "stopping");
        self.flush_queued_effects();
        let others = self.other_addresses();
        let conns: Vec<ConnId> = self.delivery.open_connections().collect();
        for conn in conns {
            let goodbye = stop.goodbye(conn, &others);
            self.close(conn, &goodbye);
        }
        if self.parts.ending.send(true).is_err() {
            tracing::debug!("nobody listens any more");
        }
        let deadline = tokio::time::Instant::now() + SHUTDOWN_TIMEOUT;
        while self.delivery.connections() > 0 {
            let Ok(Some(msg)) = tokio::time::timeout_at(deadline, self.parts.hub_msgs.recv()).await else {
                break;
            };
            self.on_msg(msg);
        }
        self.exit().await;
        // Dropping the store waits for the last commit and closes the file.
        drop(self.parts.store);
        stop.restart
    }
}
