//! Heartbeat: a connection from which nothing was heard for a while is pinged, and given up when it stays silent.

use std::time::Duration;

use bytes::Bytes;

use shared::{Code, Refusal};

use super::Hub;
use crate::chat::conn_id::ConnId;
use crate::order::Order;
use crate::store::Store;

impl<O: Order, S: Store> Hub<O, S> {
    /// A connection was opened.
    pub(super) fn watch_heartbeat(&mut self, conn: ConnId) {
        let at = self.parts.clock.uptime_ms() + millis(self.parts.heartbeat.ping);
        self.heartbeats.add(at, conn);
    }

    /// Pings connections, or gives them up, that were silent for too long.
    pub(super) fn check_heartbeats(&mut self) {
        let now = self.parts.clock.uptime_ms();
        let [ping, drop] = [self.parts.heartbeat.ping, self.parts.heartbeat.drop].map(millis);
        while let Some(conn) = self.heartbeats.next_due(now) {
            let Some(socket) = self.delivery.open_socket(conn) else { continue };
            let silent = socket.silent_ms(now);
            if silent >= drop {
                tracing::info!(conn = conn.number, from = %socket.peer, "gave up a silent connection");
                let silent = "nothing was heard of you for too long; connect again";
                self.reject(conn, Refusal::new(Code::Timeout, silent), None);
                continue;
            }
            let is_due = silent >= ping;
            if is_due && socket.first_ping() {
                self.delivery.tell(conn, Bytes::from_static(b"{\"type\":\"ping\"}\n"));
            }
            // Of one that was pinged it is looked whether it answered, at the latest when the next ping may be due.
            let next = if is_due { (drop - silent).min(ping) } else { ping - silent };
            self.heartbeats.add(now + next.max(1), conn);
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
