//! The door's ways to the server. Each connection is a person's own, from their own address, so that limits, bans and the
//! log hold for them as for whoever comes over the network; and it has no rights of the door's user.
//!
//! Over the Unix socket the address goes ahead in a PROXY header, which the server takes from the users it trusts
//! (`proxy-from`) and from nobody else. In memory it is an argument.
//!
//! Where there are sockets of several nodes, a connection that ended is followed by one to the next node: the one before may take
//! connections and serve nobody.

use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use server::listener::proxy_header;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::options::Server;
use crate::event::{Lost, Protection, Reached};
use crate::host::HostedEntrance;
use crate::met::Met;
use crate::net::dial::{Dial, Dialed, Dialing};
use crate::net::stream::Stream;

/// A server of this machine that does not take a connection within this does not run.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Server {
    /// The way to it for whoever has this address.
    #[must_use]
    pub fn dial_for(&self, from: SocketAddr) -> Box<dyn Dial> {
        match self {
            Self::Sockets(paths) => Box::new(SocketDial::new(paths.clone(), from)),
            Self::Hosted(entrance) => Box::new(HostedDial { entrance: entrance.clone(), from }),
        }
    }
}

/// Connects to a Unix socket of the server for somebody.
#[derive(Clone, Debug)]
struct SocketDial {
    paths: Vec<PathBuf>,
    from: SocketAddr,
    /// How many sockets were gone on to: the remainder by their number is the one to begin with.
    next: Arc<AtomicUsize>,
}

impl SocketDial {
    fn new(paths: Vec<PathBuf>, from: SocketAddr) -> Self {
        Self { paths, from, next: Arc::default() }
    }

    fn path(&self, at: usize) -> Option<&Path> {
        self.paths.get(at.checked_rem(self.paths.len())?).map(PathBuf::as_path)
    }

    async fn connect(self, at: usize) -> Result<Dialed, Lost> {
        let path = self.path(at).ok_or(Lost::Refused)?;
        let stream = timeout(TIMEOUT, connect(path, Some(self.from))).await.map_err(|_| Lost::Silent)?;
        Ok(dialed(Box::new(stream.map_err(|error| lost(&error))?), Protection::UnixSocket))
    }
}

impl Dial for SocketDial {
    fn dial(&self) -> Dialing {
        let dial = self.clone();
        Box::pin(async move {
            let mut end = Err(Lost::Refused);
            for _ in 0..dial.paths.len() {
                end = dial.clone().connect(dial.next.fetch_add(1, Ordering::Relaxed)).await;
                if end.is_ok() {
                    break;
                }
            }
            end
        })
    }

    fn has_other_nodes(&self) -> bool {
        self.paths.len() > 1
    }

    /// To the node of the connection: another one does not know what this one has allowed.
    fn dial_beside(&self) -> Dialing {
        Box::pin(self.clone().connect(self.next.load(Ordering::Relaxed).saturating_sub(1)))
    }
}

/// Connects, and says for whom: for the door itself without an address.
pub(super) async fn connect(path: &Path, from: Option<SocketAddr>) -> io::Result<UnixStream> {
    let mut stream = UnixStream::connect(path).await?;
    stream.write_all(&proxy_header::header(from)).await?;
    Ok(stream)
}

fn lost(error: &io::Error) -> Lost {
    // No file is what a server leaves that has ended.
    let is_down = matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound);
    if is_down { Lost::Refused } else { Lost::Unreachable(error.into()) }
}

/// Connects to the server in this process for somebody.
#[derive(Clone, Debug)]
struct HostedDial {
    entrance: HostedEntrance,
    from: SocketAddr,
}

impl Dial for HostedDial {
    fn dial(&self) -> Dialing {
        let pipe = self.entrance.attach(self.from).ok_or(Lost::Refused);
        Box::pin(ready(pipe.map(|pipe| dialed(Box::new(pipe), Protection::Own))))
    }
}

/// The operator has said which server it is, so every secret the door keeps is for it.
fn dialed(stream: Box<dyn Stream>, protection: Protection) -> Dialed {
    let reached = Reached { key: None, protection };
    Dialed { stream, reached, met: Met { is_own: true, ..Met::default() } }
}
