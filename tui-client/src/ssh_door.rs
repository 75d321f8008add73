//! Terminals of other people, reached by ssh: `ssh HOST` shows the screen that `chinwag` shows, and whoever has it needs nothing
//! installed.
//!
//! It runs as a service beside chinwagd (`chinwag ssh-door`), or in the process of a client that hosts a server (`chinwag
//! --host --ssh`): [`options`] says what the door is to do, [`route`] is its way to the server, [`service`] is what runs it.
//!
//! A connection is a task of the library (russh) with our [`handler`] in it, watched by another one ([`connection`]) that
//! knows how long each step may take. What a channel brings goes to the shell as events of a terminal, and frames go out
//! through the channel's own window ([`session`]), so a client that does not read costs its own frames and nothing else.
//! Who somebody is, is their key ([`identity`]); what is kept of that is in [`keys`], their client is put together by [`person`],
//! and how the server is reached is in [`route`].
//!
//! Whatever a client sends is a stranger's: there is no shell, no program, no file, no forwarding here, and every queue,
//! size and time has its bound in [`limits`].

pub mod admins;
pub mod environment;
pub mod exec;
pub mod host_key;
pub mod identity;
pub mod input;
pub mod keys;
pub mod options;
pub mod person;
pub mod route;
pub mod service;

mod announce;

mod connection;
mod counts;
mod handler;
mod limits;
mod protocol;
mod session;
mod socket;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use self::admins::Admins;
use self::counts::Counts;
use self::identity::KeyId;
use self::keys::Keys;
use self::options::{Options, Server};

/// How long a door that stops waits for the terminals to be given back and the profiles to be written.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long no connection is accepted when the system has no file left for one.
const NO_FILES: Duration = Duration::from_millis(200);

/// What all connections of a door share.
pub struct Door {
    /// What it was told.
    pub options: Options,
    /// What is kept of each key.
    pub keys: Arc<Keys>,
    /// Whose keys are admins'.
    pub admins: Admins,
    config: Arc<russh::server::Config>,
    fingerprint: String,
    counts: Counts,
    log: Box<dyn Fn(&str) + Send + Sync>,
    stop: CancellationToken,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Door {
    /// Reads the files of a door, and makes its host key at the first start. `log` takes lines and must not wait; the door
    /// runs until `stop`. May wait for a disk.
    pub fn open(
        options: Options,
        log: impl Fn(&str) + Send + Sync + 'static,
        stop: CancellationToken,
    ) -> Result<Arc<Self>> {
        let host_key = match &options.host_key {
            Some(path) => host_key::read(path)?,
            None => host_key::open_or_make(&options.host_key_path())?,
        };
        let admins = Admins::open(options.admins.clone(), options.admin_key_file.clone())?;
        let fingerprint = host_key::fingerprint(&host_key);
        let config = Arc::new(protocol::config(host_key, &options.limits));
        let (log, counts) = (Box::new(log), Counts::new(options.limits));
        let keys = Arc::new(Keys::new(options.keys_dir(), options.keys_max));
        Ok(Arc::new(Self { options, keys, admins, config, fingerprint, counts, log, stop }))
    }

    /// What people compare when they come for the first time: `SHA256:…`.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The sessions there are.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.counts.sessions()
    }

    /// What makes whoever has this key an admin at the server, if it is an admin's.
    #[must_use]
    pub fn admin_key_for(&self, key: Option<KeyId>) -> Option<String> {
        if !key.is_some_and(|key| self.admins.is_admin(key)) {
            return None;
        }
        match &self.options.server {
            Server::Hosted(entrance) => entrance.admin_key(),
            Server::Socket(_) => self.admins.server_key(),
        }
    }

    fn log(&self, line: &str) {
        (self.log)(line);
    }
}

/// Listens at the addresses of the options.
pub async fn listen(options: &Options) -> Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for address in &options.listen {
        let listener = TcpListener::bind(address).await;
        listeners.push(listener.with_context(|| format!("cannot listen for ssh at {address}"))?);
    }
    Ok(listeners)
}

/// Lets people in until `stop`; then every terminal is given back, everybody is told, and all they have is written.
pub async fn serve(door: Arc<Door>, listeners: Vec<TcpListener>) {
    let mut accepting = JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept(listener, Arc::clone(&door)));
    }
    while accepting.join_next().await.is_some() {}
}

/// Accepts at one address until the door stops, and waits for those that came by it.
async fn accept(listener: TcpListener, door: Arc<Door>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = door.stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((tcp, peer)) => let_in(tcp, peer, &door, &mut connections),
                Err(error) => on_accept_error(&door, &error).await,
            }
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(LAST_WORDS, all_ended).await.is_err() {
        door.log("ssh: not all sessions have ended in time");
    }
}

fn let_in(tcp: TcpStream, peer: SocketAddr, door: &Arc<Door>, connections: &mut JoinSet<()>) {
    let Some(seat) = door.counts.stranger(peer.ip()) else {
        door.log(&format!("ssh: {peer}: too many connections that have not authenticated"));
        // A line before the version is allowed (RFC 4253 4.2); ssh shows it. There is room in a new connection.
        tcp.try_write(b"chinwag: too many connections; try again in a moment\r\n").ok();
        return;
    };
    connections.spawn(connection::run(tcp, peer, Arc::clone(door), seat));
}

/// A connection that was gone before it was taken is nothing; without files, others have to end first.
async fn on_accept_error(door: &Door, error: &io::Error) {
    if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
        door.log(&format!("ssh: cannot accept: {error}"));
        tokio::time::sleep(NO_FILES).await;
    }
}
