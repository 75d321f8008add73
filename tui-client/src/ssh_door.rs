//! Terminals of other people, reached by ssh: `ssh HOST` shows the screen that `chinwag` shows, and whoever has it needs nothing
//! installed.
//!
//! It runs as a service beside chinwagd (`chinwag ssh-door`), or in the process of a client that hosts a server (`chinwag
//! --host --ssh`): [`options`] says what the door is to do, [`route`] is its way to the server, [`service`] is what runs it.
//!
//! A connection is a task of the library (russh) with our `handler` in it, watched by another one (`connection`) that
//! knows how long each step may take. What a channel brings goes to the shell as events of a terminal, and frames go out
//! through the channel's own window (`session`), so a client that does not read costs its own frames and nothing else.
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
pub mod limits;
pub mod options;
pub mod person;
pub mod route;
pub mod service;

mod announce;

mod connection;
mod counts;
mod door;
mod handler;
mod protocol;
mod session;
mod socket;
mod spool;
mod stage;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

pub use self::door::Door;
use self::options::Options;

/// How long a door that stops waits for the terminals to be given back and the profiles to be written.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long no connection is accepted when the system has no file left for one.
const NO_FILES: Duration = Duration::from_millis(200);

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
