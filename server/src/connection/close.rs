//! Closing a connection, and refusing one that the hub does not know.

use std::time::Duration;

use shared::Refusal;

use super::context::Context;
use crate::chat::conn_id::ConnId;
use crate::goodbye::refusal_lines;
use crate::transport::socket::Socket;

/// How long a peer may take to read its last lines and to close.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Closes a connection so that the peer can read everything that was written to it.
pub(super) async fn half_close(socket: &Socket) {
    tokio::time::timeout(CLOSE_TIMEOUT, socket.half_close()).await.ok();
}

/// Refuses a connection that the hub does not know.
pub async fn refuse(conn: ConnId, socket: &Socket, refusal: Refusal, context: &Context) {
    context.note_refusal(socket.peer, &refusal);
    tell_refusal(conn, socket, refusal).await;
}

/// Tells the peer of a refusal that is noted already, and closes the connection.
pub async fn tell_refusal(conn: ConnId, socket: &Socket, refusal: Refusal) {
    let lines = refusal_lines(conn, refusal);
    tokio::time::timeout(CLOSE_TIMEOUT, socket.write_all(&lines)).await.ok();
    half_close(socket).await;
}
