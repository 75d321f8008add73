//! The Unix socket: accepts programs on this machine, and asks the kernel which user runs them (`SO_PEERCRED`), so that
//! the server's own user, root and a group are operators without a key. Its file is made for the owner (or the group)
//! only, replaces one that a dead server left, and goes with the server. While a user is trusted as a proxy (a door), every
//! user may open it, as every user may connect over loopback: the rights to operate go by the user, never by the file.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::{Instant, timeout};

use shared::codec::to_line;
use shared::{Code, Refusal, ServerMsg};

use super::ACCEPT_RETRY_DELAY;
use super::acceptor::Acceptor;
use super::complaints::Complaints;
use crate::admin::operators::Operators;
use crate::config::{Config, Live};
use crate::connection::{self, close};
use crate::descriptors;
use crate::transport::peer::Peer;
use crate::transport::socket::Stream;
use crate::transport::trusted_proxy::TrustedProxy;
use crate::unix_group::Group;

/// The bytes a socket's path may have, its end not counted: `sun_path` in unix(7).
const PATH_BYTES: usize = 107;

/// The sockets for programs on this machine; none, mostly one, or several that were passed.
#[derive(Debug)]
pub struct UnixSockets {
    listeners: Vec<UnixListener>,
    operators: Operators,
    /// The file we made: it goes with us.
    file: Option<SocketFile>,
}

/// The file of a socket that we bound.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    inode: u64,
    /// Its mode while no user is trusted as a proxy.
    mode: u32,
}

/// How long whoever asks a server that is starting may take, and the bytes of what they ask that are read.
const STARTING_TIMEOUT: Duration = Duration::from_secs(1);
/// The same.
const STARTING_BYTES: u64 = 16 * 1024;

/// The mode of a socket that every user may open.
const OPEN_MODE: u32 = 0o666;

impl UnixSockets {
    /// The sockets that were passed, or one of our own where the configuration says. Must be called inside a tokio
    /// runtime.
    pub fn open(passed: Vec<std::os::unix::net::UnixListener>, config: &Config) -> Result<Self> {
        let group = config.operator_group.as_deref().map(Group::find).transpose()?;
        if !passed.is_empty() {
            return Self::adopt(passed, group);
        }
        let sockets = config.socket()?.map_or_else(Self::disabled, |path| Self::bind(&path, group))?;
        sockets.open_to(&config.live);
        Ok(sockets)
    }

    /// No socket at all: `--socket none`.
    fn disabled() -> Result<Self> {
        Ok(Self { listeners: vec![], operators: Operators::new(own_uid()?, None), file: None })
    }

    /// Binds a socket for the server's own user and, if there is one, a group. A file that a dead server left is
    /// removed; one that answers, or is no socket, is an error. Must be called inside a tokio runtime.
    fn bind(path: &Path, group: Option<Group>) -> Result<Self> {
        check_length(path)?;
        remove_stale(path)?;
        Self::bind_for(path, group).with_context(|| {
            format!("cannot listen on {}; give another path with --socket, or --socket none", path.display())
        })
    }

    fn bind_for(path: &Path, group: Option<Group>) -> Result<Self> {
        let listener = UnixListener::bind(path)?;
        let inode = std::fs::symlink_metadata(path)?.ino();
        let file = |mode| Some(SocketFile { path: path.to_owned(), inode, mode });
        let mode = if let Some(group) = &group {
            chown(path, None, Some(group.gid)).with_context(|| {
                format!("this user may not give it to the group {}; add the user to it", group.gid)
            })?;
            0o660
        } else {
            0o600
        };
        // Until here the mode was what the umask left; whoever connected so early is checked by user id all the same.
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
        let operators = Operators::new(own_uid()?, group);
        Ok(Self { listeners: vec![listener], operators, file: file(mode) })
    }

    /// Lets every user open the file, or only the operators, as these settings want it.
    fn open_to(&self, settings: &Live) {
        let Some(file) = self.file.as_ref().filter(|file| file.is_ours()) else { return };
        let has_door = settings.proxy_from.iter().any(TrustedProxy::is_unix);
        let mode = if has_door { OPEN_MODE } else { file.mode };
        if let Err(error) = std::fs::set_permissions(&file.path, std::fs::Permissions::from_mode(mode)) {
            tracing::warn!(%error, path = %file.path.display(), "could not change the mode of the socket");
        }
    }

    /// Takes sockets that were bound by somebody else, who has seen to their files. Must be called inside a tokio
    /// runtime.
    fn adopt(passed: Vec<std::os::unix::net::UnixListener>, group: Option<Group>) -> Result<Self> {
        let adopt = |socket: std::os::unix::net::UnixListener| {
            socket.set_nonblocking(true)?;
            UnixListener::from_std(socket)
        };
        let listeners = passed.into_iter().map(adopt).collect::<std::io::Result<_>>();
        let listeners = listeners.context("cannot serve a Unix socket that was passed")?;
        Ok(Self { listeners, operators: Operators::new(own_uid()?, group), file: None })
    }

    /// The paths of those that have one.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        let path = |listener: &UnixListener| Some(listener.local_addr().ok()?.as_pathname()?.to_owned());
        self.listeners.iter().filter_map(path).collect()
    }

    /// Accepts until the task is dropped.
    pub async fn run(self, acceptor: Acceptor) {
        let mut complaints = Complaints::default();
        let mut terms = acceptor.0.context.admission.terms.clone();
        loop {
            let accepted = tokio::select! {
                accepted = self.accept() => accepted,
                () = terms.changed() => {
                    self.open_to(&terms.get().settings);
                    continue;
                }
            };
            match accepted {
                Ok(stream) => match stream.peer_cred() {
                    Ok(cred) => {
                        let operator = self.operators.admit(cred.uid(), cred.gid(), cred.pid());
                        acceptor.serve_unix(stream, Peer::Unix { uid: cred.uid(), operator });
                    }
                    Err(error) => tracing::warn!(%error, "the system does not say who connects"),
                },
                Err(error) => {
                    complaints.add(&error.to_string());
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
    }

    /// While the server is not there yet: answers whoever asks something with what it waits for. Never ends.
    pub async fn answer_while_starting(&self, waits_for: impl Fn() -> String) -> Infallible {
        loop {
            match self.accept().await {
                // One after the other: nobody else is served meanwhile.
                Ok(stream) => drop(timeout(STARTING_TIMEOUT, tell_starting(stream, &waits_for)).await),
                Err(_) => tokio::time::sleep(ACCEPT_RETRY_DELAY).await,
            }
        }
    }

    /// The next connection on any of them; none ever where there are none.
    async fn accept(&self) -> std::io::Result<UnixStream> {
        poll_fn(|context| {
            let ready = self.listeners.iter().find_map(|listener| match listener.poll_accept(context) {
                Poll::Ready(accepted) => Some(accepted),
                Poll::Pending => None,
            });
            ready.map_or(Poll::Pending, |accepted| Poll::Ready(accepted.map(|(stream, _)| stream)))
        })
        .await
    }
}

/// Reads a request, so that its end can be heard, and answers it.
async fn tell_starting(mut stream: UnixStream, waits_for: impl Fn() -> String) -> std::io::Result<()> {
    BufReader::new(&mut stream).take(STARTING_BYTES).read_until(b'\n', &mut Vec::new()).await?;
    let why = format!("this server is not there yet: {}; its log says more", waits_for());
    stream.write_all(&to_line(&ServerMsg::Error(Refusal::new(Code::Storage, why)))).await
}

impl Acceptor {
    /// Serves a connection over a Unix socket on a task of its own. `peer` is who is at its other end, by the kernel's word:
    /// limits by user hold for them as those by address do for others, unless they may operate the server. A trusted proxy
    /// says for whom it connects, as over the network; whoever may operate the server anyway may also connect for themself,
    /// without a header, since a door and the operator can be one user.
    pub fn serve_unix(&self, mut stream: UnixStream, peer: Peer) {
        let acceptor = self.clone();
        tokio::spawn(async move {
            let is_proxy = acceptor.trusts(peer);
            let peer = if is_proxy && !(peer.operator().is_some() && acceptor.is_for_itself(&stream).await) {
                match acceptor.proxied(&mut stream, peer).await {
                    // As over the network: what limits these are their addresses, and how many files there are.
                    Some(Some(_)) if descriptors::is_short(&stream, descriptors::operators_share()) => {
                        return acceptor
                            .0
                            .unix_places
                            .complain("file descriptors are short; the last ones are kept for the operator");
                    }
                    Some(Some(from)) => Peer::Net(from),
                    // Whoever is behind a proxy operates nothing.
                    Some(None) => Peer::Unix { uid: peer.unix().unwrap_or_default(), operator: false },
                    None => return,
                }
            } else {
                peer
            };
            let context = Arc::clone(&acceptor.0.context);
            let place = acceptor.0.unix_places.take(peer).ok_or_else(|| {
                let many = "too many connections on the Unix socket; close one first";
                Refusal::new(Code::TooManyConnections, many)
            });
            let slot = peer.limit_key().map(|key| acceptor.acquire_slot(key)).transpose();
            let (conn, socket) = (context.conn_ids.next(), acceptor.socket(Stream::Unix(stream), peer));
            let (place, slot) = match place.and_then(|place| Ok((place, slot?))) {
                Ok(admitted) => admitted,
                Err(refusal) => {
                    context.note_refusal(peer, &refusal);
                    let turn = acceptor.0.refusals.turn(peer.limit_key(), context.clock.uptime_ms());
                    if turn.is_some() {
                        close::tell_refusal(conn, &socket, refusal).await;
                    }
                    return;
                }
            };
            let permits = match &slot {
                Some(slot) => slot.wait_to_greet().await,
                None => Vec::new(),
            };
            let greet_by = Instant::now() + context.greeting;
            connection::serve(conn, socket, greet_by, permits, context).await;
            drop((place, slot));
        });
    }
}

impl Drop for UnixSockets {
    /// Removes the file, unless another server has put its own there.
    fn drop(&mut self) {
        let Some(file) = self.file.as_ref().filter(|file| file.is_ours()) else { return };
        if let Err(error) = std::fs::remove_file(&file.path) {
            tracing::warn!(%error, path = %file.path.display(), "could not remove the socket");
        }
    }
}

impl SocketFile {
    /// Whether another server has put its own there.
    fn is_ours(&self) -> bool {
        std::fs::symlink_metadata(&self.path).is_ok_and(|meta| meta.ino() == self.inode)
    }
}

/// Whose process this is, by the kernel's word.
fn own_uid() -> Result<u32> {
    let cred = UnixStream::pair().and_then(|(near, _far)| near.peer_cred());
    Ok(cred.context("the system does not say whose process this is")?.uid())
}

fn check_length(path: &Path) -> Result<()> {
    let bytes = path.as_os_str().as_bytes().len();
    if bytes > PATH_BYTES {
        bail!(
            "the path of the Unix socket has {bytes} bytes, the system takes {PATH_BYTES}: {}; \
             give a shorter one with --socket, or --socket none",
            path.display()
        );
    }
    Ok(())
}

/// Removes a socket that nobody listens on any more.
fn remove_stale(path: &Path) -> Result<()> {
    let meta = match std::fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot look at {}", path.display())),
    };
    if !meta.file_type().is_socket() {
        bail!("{} is there already and no socket; give another path with --socket", path.display());
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).with_context(|| format!("cannot remove the old {}", path.display()))
        }
        Ok(_) | Err(_) => {
            bail!("another server answers on {}; give another path with --socket", path.display())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_is_its_owners_and_goes_with_the_server() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("s");
        let sockets = UnixSockets::bind(&path, None).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let error = UnixSockets::bind(&path, None).unwrap_err().to_string();
        assert!(error.contains("another server answers"), "{error}");
        drop(sockets);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_a_dead_server_left_is_replaced_and_nothing_else_is() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("s");
        // The file of a socket stays when its process ends.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        drop(UnixSockets::bind(&path, None).unwrap());
        std::fs::write(&path, "mine").unwrap();
        let error = UnixSockets::bind(&path, None).unwrap_err().to_string();
        assert!(error.contains("no socket"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }

    #[tokio::test]
    async fn a_path_that_is_too_long_is_said_to_be() {
        let dir = tempfile::TempDir::new().unwrap();
        let room = PATH_BYTES - dir.path().as_os_str().len() - 1;
        drop(UnixSockets::bind(&dir.path().join("x".repeat(room)), None).unwrap());
        let error = UnixSockets::bind(&dir.path().join("x".repeat(room + 1)), None).unwrap_err().to_string();
        assert!(error.contains("108 bytes") && error.contains("--socket none"), "{error}");
    }
}
