//! The client of the Unix socket: one request to a running server, and its answer, blocking and with a timeout.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use socket2::{Domain, SockAddr, Socket, Type};

use shared::codec::to_line;
use shared::{Refusal, RoomName, ServerMsg};

use super::output::{NoAnswer, NoServer, Refused};
use super::server_location::ServerLocation;
use crate::admin::request::OperatorRequest;

/// The id of every request; there is one at a time.
const ID: &str = "ctl";

/// A connection to a server.
#[derive(Debug)]
pub(super) struct SocketClient {
    stream: BufReader<UnixStream>,
    /// How long each request may take; a status waits two seconds for the store.
    timeout: Duration,
    /// The socket that answers.
    pub(super) path: PathBuf,
}

impl SocketClient {
    /// Connects to the first socket where somebody answers. Each request may take as long as `timeout`, and so may
    /// connecting: a server that accepts nothing leaves it waiting.
    pub(super) fn connect(location: &ServerLocation, timeout: Duration) -> Result<Self> {
        let mut silent = Vec::new();
        for path in location.sockets()? {
            match connect(&path, timeout) {
                Ok(stream) => return Ok(Self { stream: BufReader::new(stream), timeout, path }),
                Err(error) if is_timeout(&error) => return Err(NoServer(silence(&path, timeout)).into()),
                Err(error) => silent.push((path, error)),
            }
        }
        // A socket that may not be used says more than another that is not there.
        if let Some((path, _)) = silent.iter().find(|(_, error)| error.kind() == ErrorKind::PermissionDenied)
        {
            bail!(
                "you may not operate the server at {}; be its user, root, or a member of its --operator-group",
                path.display()
            );
        }
        let tried: Vec<String> = silent.iter().map(|(path, _)| path.display().to_string()).collect();
        let message = format!(
            "no server answers at {}; start it, or say where its socket is with --socket or --state-dir",
            tried.join(" or ")
        );
        Err(NoServer(message).into())
    }

    /// Makes one request and returns its `ok` as JSON.
    ///
    /// # Errors
    /// [`Refused`] for an `error` of the server, [`NoAnswer`] when none comes in time.
    pub(super) fn ask(&mut self, msg: &impl Serialize) -> Result<Value> {
        let mut request = serde_json::to_value(msg)?;
        request["id"] = json!(ID);
        let asked = to_line(&request);
        self.stream.get_mut().write_all(&asked).context("the server does not listen")?;
        let deadline = now() + self.timeout;
        loop {
            let Some(line) = self.line(deadline)? else {
                return Err(NoAnswer(no_answer(&self.path, self.timeout, &asked)).into());
            };
            let value: Value = serde_json::from_slice(&line).context("the server's answer is no JSON")?;
            match ServerMsg::parse(&line).context("the server's answer cannot be read")? {
                ServerMsg::Ok(_) if value["id"] == ID => return Ok(value),
                // A refusal of the whole connection has no id.
                ServerMsg::Error(refusal) => return Err(Refused(about(&request, refusal)).into()),
                ServerMsg::Goodbye(goodbye) => bail!("the server ended the connection: {}", goodbye.message),
                ServerMsg::Ok(_)
                | ServerMsg::Welcome(_)
                | ServerMsg::Event(_)
                | ServerMsg::Membership(_)
                | ServerMsg::Reacted(_)
                | ServerMsg::Joined(_)
                | ServerMsg::Parted(_)
                | ServerMsg::Invited(_)
                | ServerMsg::Resumed(_)
                | ServerMsg::Gap(_)
                | ServerMsg::Presence(_)
                | ServerMsg::KeptOut(_)
                | ServerMsg::Machines(_)
                | ServerMsg::Transfer(_)
                | ServerMsg::Transferred(_)
                | ServerMsg::Order(_)
                | ServerMsg::Cluster(_)
                | ServerMsg::Read(_)
                | ServerMsg::Ping(_)
                | ServerMsg::Pong(_)
                | ServerMsg::Identity(_)
                | ServerMsg::Unknown(_) => {}
            }
        }
    }

    /// The same, one field of the answer parsed.
    pub(super) fn ask_for<T: DeserializeOwned>(&mut self, msg: &impl Serialize, field: &str) -> Result<T> {
        let mut answer = self.ask(msg)?;
        let value = answer[field].take();
        serde_json::from_value(value).with_context(|| format!("the server's answer has no {field}"))
    }

    /// Everybody who is here, page by page; only those in a room, if one is given.
    pub(super) fn everybody(&mut self, room: Option<&RoomName>) -> Result<Vec<Value>> {
        let mut request = json!({"type": "who"});
        if let Some(room) = room {
            request["room"] = json!(room);
        }
        let mut everybody = Vec::new();
        loop {
            let mut page = self.ask(&request)?;
            let Value::Array(users) = page["users"].take() else { bail!("the server's answer has no users") };
            let last = users.last().map(|user| user["uid"].clone());
            everybody.extend(users);
            match last {
                Some(last) if page["more"] == true => request["after"] = last,
                Some(_) | None => return Ok(everybody),
            }
        }
    }

    /// The next line; none if it does not come in time.
    fn line(&mut self, deadline: Instant) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        // A timeout of zero would be none.
        let left = deadline.saturating_duration_since(now()).max(Duration::from_millis(1));
        self.stream.get_mut().set_read_timeout(Some(left))?;
        match self.stream.read_until(b'\n', &mut line) {
            Ok(0) => bail!("the server ended the connection without an answer"),
            Ok(_) => Ok(Some(line)),
            Err(error) if is_timeout(&error) => Ok(None),
            Err(error) => Err(error).context("the connection to the server broke"),
        }
    }
}

/// The refusal with the room or person it is about: the server does not repeat what it was asked.
fn about(request: &Value, refusal: Refusal) -> Refusal {
    let what = match (&request["room"], &request["uid"]) {
        (Value::String(room), _) => room.clone(),
        (_, Value::Number(uid)) => format!("#{uid}"),
        _ => return refusal,
    };
    Refusal { message: format!("{what}: {}", refusal.message), ..refusal }
}

/// Connects, also where the queue of a server that accepts nothing is full, which would make it wait for ever.
fn connect(path: &Path, timeout: Duration) -> std::io::Result<UnixStream> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // On Linux connecting ends with this one, too (unix(7), socket(7)).
    socket.set_write_timeout(Some(timeout))?;
    socket.connect(&SockAddr::unix(path)?)?;
    Ok(socket.into())
}

#[expect(clippy::disallowed_methods, reason = "a program of its own, which waits for one answer")]
fn now() -> Instant {
    Instant::now()
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// A server takes what was asked though nobody waits any more: one that was stopped when it goes on, a node when NATS does.
fn no_answer(path: &Path, timeout: Duration, asked: &[u8]) -> String {
    let silence = silence(path, timeout);
    if OperatorRequest::parse(asked).is_ok_and(|request| request.command.changes_nothing()) {
        return silence;
    }
    format!(
        "{silence}. What was asked may still be carried out later: see `chinwagd ctl audit`, or `chinwagd ctl whois WHO`, \
         before you ask again"
    )
}

fn silence(path: &Path, timeout: Duration) -> String {
    let seconds = timeout.as_secs();
    format!("the server at {} did not answer in {seconds} s; its log may say why", path.display())
}
