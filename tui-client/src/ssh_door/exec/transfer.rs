//! The content of a file, between standard input or output and the server: nothing of this machine's disk is read, and what
//! is sent waits in a file without a name in the door's directory, for its hash must be known before.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use shared::codec::to_line;
use shared::{
    ClientMsg, FileHash, FileHasher, FileProof, Refusal, Request, ServerMsg, TransferToken, client_msg,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::net::dial::Dialing;
use crate::net::stream::Stream;
use crate::pictures::media_type::HEAD;
use crate::ssh_door::spool::Share;

/// What is moved at once.
const PIECE: usize = 64 * 1024;
/// The longest line the server may say here.
const LINE: usize = 4 * 1024;
/// The server may take, or send, nothing for so long; and take so long to write to its disk at the end.
const STALL: Duration = Duration::from_secs(30);
const LAST_ANSWER: Duration = Duration::from_mins(5);

/// Why a content was not moved.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The server does not want it.
    Refused(Refusal),
    /// The connection, or a disk.
    Failed(io::Error),
    /// It is longer than the server takes.
    TooLong(u64),
    /// All that wait to be sent take as much of the disk as they may.
    Crowded,
    /// Nobody takes what is written to standard output.
    Unread,
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// What standard input had.
pub(super) struct Content {
    file: File,
    _share: Share,
    /// The first bytes, which say what kind it is of.
    pub(super) head: Vec<u8>,
    pub(super) bytes: u64,
    pub(super) sha256: FileHash,
    pub(super) proof: FileProof,
}

/// Reads standard input to its end, at most so many bytes, into a file of this directory that has no name: it is gone with us.
pub(super) async fn take_in(
    mut stdin: impl AsyncRead + Unpin,
    dir: &Path,
    longest: u64,
    mut share: Share,
) -> Result<Content, Stopped> {
    std::fs::create_dir_all(dir)?;
    let mut file = tempfile::tempfile_in(dir)?;
    let (mut hasher, mut bytes, mut piece) = (FileHasher::default(), 0_u64, vec![0; PIECE]);
    let mut head = Vec::new();
    loop {
        let count = stdin.read(&mut piece).await?;
        let Some(read @ [_, ..]) = piece.get(..count) else { break };
        bytes += count as u64;
        if bytes > longest {
            return Err(Stopped::TooLong(longest));
        }
        if !share.take(count as u64) {
            return Err(Stopped::Crowded);
        }
        hasher.update(read);
        head.extend(read.iter().take(HEAD.saturating_sub(head.len())));
        file.write_all(read)?;
    }
    let (sha256, proof) = hasher.finish();
    Ok(Content { file, _share: share, head, bytes, sha256, proof })
}

/// Sends it.
pub(super) async fn send(
    mut content: Content,
    dialing: Dialing,
    token: TransferToken,
) -> Result<(), Stopped> {
    let (mut stream, from, _, mut rest) = open(dialing, token).await?;
    content.file.seek(SeekFrom::Start(from))?;
    let mut piece = vec![0; PIECE];
    loop {
        let count = content.file.read(&mut piece)?;
        let Some(read @ [_, ..]) = piece.get(..count) else { break };
        if let Err(error) = within(STALL, stream.write_all(read)).await {
            // It may have said why.
            return Err(match timeout(STALL, read_line(&mut stream, &mut rest)).await {
                Ok(Ok(said)) => end_of(said),
                Ok(Err(_)) | Err(_) => error.into(),
            });
        }
    }
    within(STALL, stream.flush()).await?;
    match timeout(LAST_ANSWER, read_line(&mut stream, &mut rest)).await {
        Ok(Ok(ServerMsg::Transferred(done))) if done.bytes == content.bytes => Ok(()),
        Ok(Ok(said)) => Err(end_of(said)),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
    }
}

/// Fetches a content and writes it to standard output.
pub(super) async fn fetch(
    dialing: Dialing,
    token: TransferToken,
    stdout: &mut (impl AsyncWrite + Unpin),
) -> Result<FileHash, Stopped> {
    let (mut stream, _, bytes, rest) = open(dialing, token).await?;
    let (mut hasher, mut left, mut piece) = (FileHasher::default(), bytes, rest);
    loop {
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        piece.truncate(most);
        hasher.update(&piece);
        left -= piece.len() as u64;
        stdout.write_all(&piece).await.map_err(|_| Stopped::Unread)?;
        if left == 0 {
            stdout.flush().await.map_err(|_| Stopped::Unread)?;
            return Ok(hasher.finish().0);
        }
        piece.resize(PIECE, 0);
        let count = within(STALL, stream.read(&mut piece)).await?;
        if count == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        piece.truncate(count);
    }
}

/// Opens a transfer: the stream, the first byte that is moved, how many there are in all, and what came already.
async fn open(
    dialing: Dialing,
    token: TransferToken,
) -> Result<(Box<dyn Stream>, u64, u64, Vec<u8>), Stopped> {
    let lost = |lost| Stopped::Failed(io::Error::other(format!("{lost:?}")));
    let mut stream = dialing.await.map_err(lost)?.stream;
    let greeting = Request::unnamed(ClientMsg::Transfer(client_msg::Transfer { token, from: 0 }));
    within(STALL, stream.write_all(&to_line(&greeting))).await?;
    within(STALL, stream.flush()).await?;
    let mut rest = Vec::new();
    let said = within(STALL, read_line(&mut stream, &mut rest)).await?;
    if let ServerMsg::Transfer(transfer) = said {
        return Ok((stream, transfer.from, transfer.bytes, rest));
    }
    Err(end_of(said))
}

/// What the server said in place of what was awaited.
fn end_of(said: ServerMsg) -> Stopped {
    if let ServerMsg::Error(refusal) = said {
        return Stopped::Refused(refusal);
    }
    io::Error::from(io::ErrorKind::InvalidData).into()
}

async fn within<T>(limit: Duration, done: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(limit, done).await.map_err(|_| io::ErrorKind::TimedOut)?
}

/// Reads a line; what comes behind it stays in `rest`.
async fn read_line(from: &mut (impl AsyncRead + Unpin), rest: &mut Vec<u8>) -> io::Result<ServerMsg> {
    loop {
        if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let mut line: Vec<u8> = rest.drain(..=end).collect();
            line.truncate(end);
            return ServerMsg::parse(&line).map_err(|_| io::ErrorKind::InvalidData.into());
        }
        if rest.len() > LINE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut piece = [0; 1024];
        match from.read(&mut piece).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => rest.extend_from_slice(piece.get(..count).unwrap_or_default()),
        }
    }
}
