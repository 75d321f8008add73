//! Tells the server of this door, for its operator's status and log, over a connection that lasts as long as the door; so the
//! door knows at once when the server does not take it, and says what to do about that.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use server::doors::DoorReport;
use shared::{Line, ServerMsg};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::door::Door;
use super::options::Server;
use super::route::connect;
use crate::host::HostedEntrance;
use crate::net::stream::Stream;

/// The server answers at once, or is no server.
const ANSWER: Duration = Duration::from_secs(10);
/// How often it is told how many are in.
const EVERY: Duration = Duration::from_secs(2);
/// How long until the next attempt.
const AGAIN: Duration = Duration::from_secs(2);
/// The longest answer that is read.
const ANSWER_BYTES: u64 = 4096;

/// Why the server does not know of the door.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// It does not run.
    Down,
    /// Its socket may not be opened.
    Forbidden,
    /// It does not let the door speak for others.
    NotTrusted,
    /// It refuses this door; what it says.
    Refused(String),
    /// Something else.
    Broken(String),
}

impl Trouble {
    fn of(error: &io::Error) -> Self {
        if matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound) {
            Self::Down
        } else if error.kind() == io::ErrorKind::PermissionDenied {
            Self::Forbidden
        } else {
            Self::Broken(error.to_string())
        }
    }
}

/// One way to the server, or to one node of several.
#[derive(Clone, Debug)]
enum Way {
    Socket(PathBuf),
    Hosted(HostedEntrance),
}

/// Tells every node of the door, again after every restart of it, until it is dropped. `listen` is where the door listens.
pub(super) async fn announce(door: &Arc<Door>, listen: Vec<SocketAddr>) {
    let listen: Vec<Line> =
        listen.iter().filter_map(|address| Line::parse(&address.to_string()).ok()).collect();
    let ways = match door.options.server.clone() {
        Server::Sockets(paths) => paths.into_iter().map(Way::Socket).collect(),
        Server::Hosted(entrance) => vec![Way::Hosted(entrance)],
    };
    let mut all = JoinSet::new();
    for way in ways {
        let (door, listen) = (Arc::clone(door), listen.clone());
        all.spawn(async move { announce_to(&way, &door, &listen).await });
    }
    all.join_all().await;
}

async fn announce_to(way: &Way, door: &Door, listen: &[Line]) {
    let mut told = None;
    loop {
        let trouble = match open(way, door, listen).await {
            Ok((stream, sessions)) => {
                tracing::info!("the server knows of this door");
                told = None;
                keep(stream, door, listen, sessions).await;
                // It ended; whether it restarts is seen soon.
                sleep(AGAIN).await;
                continue;
            }
            Err(trouble) => trouble,
        };
        if told.as_ref() != Some(&trouble) {
            tracing::error!("{}", Told(&trouble, way));
            told = Some(trouble);
        }
        sleep(AGAIN).await;
    }
}

/// Connects for the door itself, and tells of it.
async fn open(
    way: &Way,
    door: &Door,
    listen: &[Line],
) -> Result<(BufReader<Box<dyn Stream>>, usize), Trouble> {
    let stream: Box<dyn Stream> = match way {
        Way::Socket(path) => {
            let connected = timeout(ANSWER, connect(path, None)).await;
            Box::new(connected.map_err(|_| Trouble::Down)?.map_err(|error| Trouble::of(&error))?)
        }
        Way::Hosted(entrance) => Box::new(entrance.attach_door().ok_or(Trouble::Down)?),
    };
    let mut stream = BufReader::new(stream);
    let sessions = door.sessions();
    // A server that does not trust us has closed the connection, maybe before this is written.
    let written = stream.write_all(&line(door, listen, sessions)).await;
    let answer = timeout(ANSWER, answer(&mut stream)).await.map_err(|_| Trouble::NotTrusted)?;
    match answer {
        Ok(None) | Err(_) => Err(Trouble::NotTrusted),
        Ok(Some(ServerMsg::Ok(_))) => {
            written.map(|()| (stream, sessions)).map_err(|error| Trouble::of(&error))
        }
        Ok(Some(ServerMsg::Error(refusal))) => Err(Trouble::Refused(refusal.message)),
        Ok(Some(_)) => Err(Trouble::Broken("it answers something else".to_owned())),
    }
}

/// The next line; none at the end.
async fn answer(stream: &mut BufReader<Box<dyn Stream>>) -> io::Result<Option<ServerMsg>> {
    let mut line = String::new();
    if stream.take(ANSWER_BYTES).read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    ServerMsg::parse(line.as_bytes()).map(Some).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Tells how many are in while that changes, until the connection ends.
async fn keep(stream: BufReader<Box<dyn Stream>>, door: &Door, listen: &[Line], mut told: usize) {
    let (reader, mut writer) = tokio::io::split(stream);
    let ended = drain(reader);
    let telling = async {
        loop {
            sleep(EVERY).await;
            let sessions = door.sessions();
            if sessions != told {
                told = sessions;
                let line = line(door, listen, sessions);
                if writer.write_all(&line).await.is_err() || writer.flush().await.is_err() {
                    return;
                }
            }
        }
    };
    tokio::select! {
        () = ended => {}
        () = telling => {}
    }
}

/// Reads the answers, which say nothing new, to their end.
async fn drain(mut reader: impl AsyncRead + Unpin) {
    let mut scratch = [0; 512];
    while reader.read(&mut scratch).await.is_ok_and(|read| read > 0) {}
}

fn line(door: &Door, listen: &[Line], sessions: usize) -> Vec<u8> {
    let report = DoorReport {
        kind: Line::parse("ssh").unwrap_or_default(),
        listen: listen.to_vec(),
        key: Line::parse(door.fingerprint()).unwrap_or_default(),
        sessions: sessions.try_into().unwrap_or(u32::MAX),
    };
    let mut line = serde_json::json!({ "type": "door" });
    if let (Some(line), Ok(serde_json::Value::Object(report))) =
        (line.as_object_mut(), serde_json::to_value(report))
    {
        line.extend(report);
    }
    format!("{line}\n").into_bytes()
}

/// What is wrong, and what to do.
struct Told<'a>(&'a Trouble, &'a Way);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(trouble, Way::Socket(path)) = self else {
            return write!(f, "the server in this process does not take the door: {:?}", self.0);
        };
        let (path, user) = (path.display(), user());
        let add = format!(
            "add proxy-from = [\"unix:{user}\"] to its chinwagd.toml (/etc/chinwagd/chinwagd.toml of the package), \
             and reload it: systemctl reload chinwagd"
        );
        match trouble {
            Trouble::Down => {
                write!(f, "no server answers at {path}; start chinwagd, or name its socket with --server")
            }
            Trouble::Forbidden => write!(f, "the user {user} may not open {path}; {add}"),
            Trouble::NotTrusted => {
                write!(
                    f,
                    "the server at {path} does not trust the user {user} to say for whom it connects; {add}"
                )
            }
            Trouble::Refused(why) => write!(f, "the server at {path} does not know of this door: {why}"),
            Trouble::Broken(why) => write!(f, "the server at {path} cannot be told of this door: {why}"),
        }
    }
}

/// The user of this process, by name if it has one.
fn user() -> String {
    let uid = rustix::process::getuid().as_raw();
    server::unix_user::name(uid).unwrap_or_else(|| uid.to_string())
}
