//! The client of the Unix socket: one request to a running server, and its answer, blocking and with a timeout.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use shared::codec::to_line;
use shared::{Refusal, RoomName, ServerMsg};

use super::output::{NoServer, Refused};
use super::server_location::ServerLocation;

/// How long the server may take to answer; a status waits two seconds for the store.
const PATIENCE: Duration = Duration::from_secs(10);
/// The id of every request; there is one at a time.
const ID: &str = "ctl";

/// A connection to a server.
#[derive(Debug)]
pub(super) struct SocketClient {
    stream: BufReader<UnixStream>,
    /// The socket that answers.
    pub(super) path: PathBuf,
}

impl SocketClient {
    /// Connects to the first socket where somebody answers.
    pub(super) fn connect(location: &ServerLocation) -> Result<Self> {
        let mut silent = Vec::new();
        for path in location.sockets()? {
            match UnixStream::connect(&path) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(PATIENCE))?;
                    stream.set_write_timeout(Some(PATIENCE))?;
                    return Ok(Self { stream: BufReader::new(stream), path });
                }
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
    /// [`Refused`] for an `error` of the server, [`NoServer`] when no answer comes in time.
    pub(super) fn ask(&mut self, msg: &impl Serialize) -> Result<Value> {
        let mut request = serde_json::to_value(msg)?;
        request["id"] = json!(ID);
        self.stream.get_mut().write_all(&to_line(&request)).context("the server does not listen")?;
        loop {
            let line = self.line()?;
            let value: Value = serde_json::from_slice(&line).context("the server's answer is no JSON")?;
            match ServerMsg::parse(&line).context("the server's answer cannot be read")? {
                ServerMsg::Ok(_) if value["id"] == ID => return Ok(value),
                // A refusal of the whole connection has no id.
                ServerMsg::Error(refusal) => return Err(Refused(about(&request, refusal)).into()),
                ServerMsg::Goodbye(goodbye) => bail!("the server ended the connection: {}", goodbye.message),
                ServerMsg::Ok(_)
                | ServerMsg::Welcome(_)
                | ServerMsg::Event(_)
                | ServerMsg::Resumed(_)
                | ServerMsg::Gap(_)
                | ServerMsg::Presence(_)
                | ServerMsg::Ping(_)
                | ServerMsg::Pong(_)
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

    fn line(&mut self) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line) {
            Ok(0) => bail!("the server ended the connection without an answer"),
            Ok(_) => Ok(line),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(NoServer(silence(&self.path)).into())
            }
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

fn silence(path: &Path) -> String {
    format!(
        "the server at {} did not answer in {} s; its log may say why",
        path.display(),
        PATIENCE.as_secs()
    )
}
