//! The lines of the server on a connection that moves a content, and the end of it.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use shared::codec::to_line;
use shared::{Refusal, ServerMsg};
use tokio::time::timeout;

use crate::transport::socket::Socket;

/// How long a peer may take to read a last line, and to close.
const CLOSING: Duration = Duration::from_secs(1);

/// Says a line, which takes no longer than this.
pub(super) async fn say(socket: &Socket, msg: &ServerMsg, within: Duration) -> Result<()> {
    let line = to_line(msg);
    let said = async {
        socket.write_all(&line).await?;
        flush(socket).await
    };
    timeout(within, said).await.map_err(|_| Error::from(ErrorKind::TimedOut))?
}

/// Writes what encryption has kept back.
pub(super) async fn flush(socket: &Socket) -> Result<()> {
    while !socket.flush()? {
        socket.writable().await?;
    }
    Ok(())
}

/// Says why not, and closes.
pub(super) async fn refuse(socket: &Socket, refusal: Refusal) {
    socket.stats.refused(refusal.code);
    // Whoever is gone hears nothing.
    say(socket, &ServerMsg::Error(refusal), CLOSING).await.ok();
    close(socket).await;
}

/// Closes, so that the peer reads everything that was written.
pub(super) async fn close(socket: &Socket) {
    timeout(CLOSING, socket.half_close()).await.ok();
}
