//! The connection of a transfer: to the server of the chat, known by the same key, opened with a token. What goes over it after the
//! greeting is raw.

use std::io;
use std::time::Duration;

use shared::client_msg::Transfer as Greeting;
use shared::codec::to_line;
use shared::server_msg::Transfer;
use shared::{ClientMsg, Refusal, Request, ServerMsg, TransferToken};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf};
use tokio::time::timeout;

use crate::event::{Protection, Reached};
use crate::net::dial::Dialing;
use crate::net::stream::Stream;

/// The longest line the server may say here.
const LINE: usize = 4 * 1024;
/// The server may take this long to answer a greeting.
const GREETING_TIMEOUT: Duration = Duration::from_secs(20);
/// The other side may take no bytes, or send none, for so long.
pub(super) const STALL: Duration = Duration::from_secs(30);

/// The way to the server.
pub(in crate::services) struct Route {
    /// A stream that is being opened.
    pub(in crate::services) dialing: Dialing,
    /// How the chat reached the server: what is reached now must be the same.
    pub(in crate::services) reached: Option<Reached>,
}

/// How an attempt to move bytes ended.
#[derive(Debug)]
pub(super) enum End {
    /// All of it has moved.
    Done,
    /// The connection did not come about, or ended too soon.
    Cut(String),
    /// The server does not want it.
    Refused(Refusal),
    /// What is sent is not what was read through, or what was received not what the message says.
    Changed,
    /// The disk does not want it.
    Disk(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Cut(error.to_string())
    }
}

/// An open transfer.
pub(super) struct Opened {
    pub(super) stream: Box<dyn Stream>,
    /// What the server moves.
    pub(super) transfer: Transfer,
    /// What came behind its answer.
    pub(super) rest: Vec<u8>,
}

/// Opens a transfer.
pub(super) async fn open(route: Route, token: TransferToken, from: u64) -> Result<Opened, End> {
    let Route { dialing, reached } = route;
    let dialed = dialing.await.map_err(|lost| End::Cut(format!("{lost:?}")))?;
    if !is_same(reached.as_ref(), &dialed.reached) {
        return Err(End::Cut("another server answers there, or it shows another key".to_owned()));
    }
    let mut stream = dialed.stream;
    let greeting = Request::unnamed(ClientMsg::Transfer(Greeting { token, from }));
    stream.write_all(&to_line(&greeting)).await?;
    stream.flush().await?;
    let mut rest = Vec::new();
    let said = timeout(GREETING_TIMEOUT, read_line(&mut stream, &mut rest));
    let said = said.await.map_err(|_| End::Cut("no answer".to_owned()))??;
    if let ServerMsg::Transfer(transfer) = said {
        return Ok(Opened { stream, transfer, rest });
    }
    Err(end_of(said))
}

/// Whether a server is the one of the chat. Where an authority vouches for its name, its key may be another one.
fn is_same(chat: Option<&Reached>, now: &Reached) -> bool {
    match chat {
        Some(Reached { protection: Protection::Authority, .. }) => now.protection == Protection::Authority,
        Some(chat) => chat.key.is_none() || chat.key == now.key,
        None => false,
    }
}

/// What the server said in place of what was awaited.
pub(super) fn end_of(said: ServerMsg) -> End {
    if let ServerMsg::Error(refusal) = said {
        return End::Refused(refusal);
    }
    End::Cut("the server said something else".to_owned())
}

/// Reads a line; what comes behind it stays in `rest`.
pub(super) async fn read_line<R: tokio::io::AsyncRead + Unpin>(
    from: &mut R,
    rest: &mut Vec<u8>,
) -> Result<ServerMsg, End> {
    loop {
        if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let mut line: Vec<u8> = rest.drain(..=end).collect();
            line.truncate(end);
            return ServerMsg::parse(&line).map_err(|_| End::Cut("a line that is none".to_owned()));
        }
        if rest.len() > LINE {
            return Err(End::Cut("an endless line".to_owned()));
        }
        let mut piece = [0; 1024];
        match from.read(&mut piece).await? {
            0 => return Err(End::Cut("the server closed it".to_owned())),
            count => rest.extend_from_slice(piece.get(..count).unwrap_or_default()),
        }
    }
}

/// What the server says while it is sent to: its end, whatever it is.
pub(super) async fn hear_end(mut half: ReadHalf<Box<dyn Stream>>, mut rest: Vec<u8>, bytes: u64) -> End {
    match read_line(&mut half, &mut rest).await {
        Ok(ServerMsg::Transferred(done)) if done.bytes == bytes => End::Done,
        Ok(other) => end_of(other),
        Err(end) => end,
    }
}
