//! `--host`: a server in this process, on a thread and a runtime of its own, started and stopped with the client. When an
//! admin asks for a restart, the thread sets up a new server on the same address with the same state.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow, bail};
use server::config::{Config as ServerConfig, Live, parse_listen};
use server::listener::acceptor::Acceptor;
use server::log;
use server::service::Server;
use server::tls::Tls;
use server::transport::pipe::{self, Pipe};
use shared::Fingerprint;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::address::Address;
use crate::hosting::Hosting;

/// Where the hosted server's log goes, in its state directory.
const LOG: &str = "host.log";
/// What a connection in memory holds in each direction: as much as a socket of the kernel.
const PIPE_BYTES: usize = 64 * 1024;

/// How the server is run.
#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    /// Where everything is kept; where a server keeps it by default, without it.
    pub state_dir: Option<PathBuf>,
    /// Whether other machines may connect without TLS.
    pub allow_plaintext: bool,
    /// A file with the password that everybody must give.
    pub password_file: Option<PathBuf>,
}

/// A server that runs beside the client until this is dropped: then everyone is told, and everything is on disk.
#[derive(Debug)]
pub struct Hosted {
    /// Where it listens.
    pub address: SocketAddr,
    /// What makes the host an admin.
    pub admin_key: String,
    /// What the others need to join.
    pub hosting: Hosting,
    /// Its key, as it is now.
    pub key: HostedKey,
    /// Where it keeps what it has.
    pub state_dir: PathBuf,
    /// The way into it for code in this process.
    pub entrance: HostedEntrance,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The key of the hosted server: of the one that runs now, for it may restart or read its certificate again.
#[derive(Clone, Debug, Default)]
pub struct HostedKey(Arc<Mutex<Option<Arc<Tls>>>>);

impl HostedKey {
    /// The key; none while no server runs.
    #[must_use]
    pub fn now(&self) -> Option<Fingerprint> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|tls| tls.fingerprint())
    }

    fn set(&self, tls: Option<Arc<Tls>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tls;
    }
}

/// The way into the hosted server for code in this process that speaks for people elsewhere: into the one that runs now, for
/// it may restart.
#[derive(Clone, Debug, Default)]
pub struct HostedEntrance(Arc<Mutex<Option<Entrance>>>);

/// What a running server is entered by. Its connections are tasks of its own runtime, whoever opens them.
#[derive(Clone, Debug)]
struct Entrance {
    acceptor: Acceptor,
    runtime: Handle,
    admin_key: String,
}

impl HostedEntrance {
    /// A connection of whoever has this address; none while no server runs.
    #[must_use]
    pub fn attach(&self, from: SocketAddr) -> Option<Pipe> {
        let Entrance { acceptor, runtime, .. } = self.now()?;
        let (near, far) = pipe::pair(PIPE_BYTES);
        let _entered = runtime.enter();
        acceptor.attach(far, from);
        Some(near)
    }

    /// A connection by which a door tells of itself; none while no server runs.
    #[must_use]
    pub fn attach_door(&self) -> Option<Pipe> {
        let Entrance { acceptor, runtime, .. } = self.now()?;
        let _entered = runtime.enter();
        Some(acceptor.attach_door())
    }

    /// What makes somebody an admin; none while no server runs.
    #[must_use]
    pub fn admin_key(&self) -> Option<String> {
        self.now().map(|entrance| entrance.admin_key)
    }

    fn now(&self) -> Option<Entrance> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, entrance: Option<Entrance>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = entrance;
    }
}

/// Starts a server that listens on `address` when this returns.
pub fn start(address: &Address, options: HostOptions) -> Result<Hosted> {
    let HostOptions { state_dir, allow_plaintext, password_file } = options;
    let listen = parse_listen(&address.to_string()).map_err(|why| anyhow!("cannot listen there: {why}"))?;
    check_password_file(password_file.as_deref())?;
    let has_password = password_file.is_some();
    let server = ServerConfig::defaults()?;
    let state_dir = state_dir.or_else(|| server.state_dir.clone());
    let live = Live { password_file, ..server.live.clone() };
    let server = ServerConfig { listen: vec![listen], allow_plaintext, state_dir, live, ..server };
    let kept_in = server.state_dir()?;
    log::to_file(&kept_in.join(Path::new(LOG)), &server);
    let (up, started) = std::sync::mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let (key, entrance) = (HostedKey::default(), HostedEntrance::default());
    let known = (key.clone(), entrance.clone());
    let run = move || run(server, &up, stopped, &known);
    let thread =
        std::thread::Builder::new().name("host".into()).spawn(run).context("cannot start a thread")?;
    let Started { address, admin_key, fingerprint } =
        started.recv().context("the server ended at once")??;
    let is_local = address.ip().is_loopback();
    let hosting =
        Hosting { addresses: addresses_for_others(address), is_local, fingerprint, has_password, ssh: None };
    Ok(Hosted {
        address,
        admin_key,
        hosting,
        key,
        state_dir: kept_in,
        entrance,
        stop: Some(stop),
        thread: Some(thread),
    })
}

/// The host's own client shows the password as it is in the file, so a hash of it does not do.
fn check_password_file(path: Option<&Path>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if text.starts_with("$argon2") {
        bail!("{} holds a hash; with --host it must hold the password itself", path.display());
    }
    if text.lines().next().map(str::trim) != Some(text.trim_end_matches(['\r', '\n'])) {
        bail!("{} must hold the password on one line, without spaces around it", path.display());
    }
    Ok(())
}

/// The addresses under which other machines reach a server that listens here; none where only this machine does. The
/// system is asked from which address it would send to some networks; nothing is sent.
pub fn addresses_for_others(listen: SocketAddr) -> Vec<SocketAddr> {
    let (ip, port) = (listen.ip(), listen.port());
    if ip.is_loopback() {
        return Vec::new();
    }
    if !ip.is_unspecified() {
        return vec![listen];
    }
    let v4 = [[192, 0, 2, 1], [10, 0, 0, 1], [172, 16, 0, 1], [192, 168, 0, 1]].map(Ipv4Addr::from);
    let v6 = [Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1)];
    let v6 = v6.into_iter().filter(|_| ip.is_ipv6());
    let mut found: Vec<SocketAddr> = Vec::new();
    for target in v4.map(IpAddr::from).into_iter().chain(v6.map(IpAddr::from)) {
        let Some(own) = own_address_towards(target) else { continue };
        let is_new = found.iter().all(|known| known.ip() != own);
        if is_new && !own.is_loopback() && !own.is_unspecified() {
            found.push((own, port).into());
        }
    }
    found
}

fn own_address_towards(target: IpAddr) -> Option<IpAddr> {
    let any: IpAddr =
        if target.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((target, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// What is known when the server listens.
struct Started {
    address: SocketAddr,
    admin_key: String,
    fingerprint: String,
}

type Up = std::sync::mpsc::Sender<Result<Started>>;
/// What others in this process know of the server that runs now.
type Known = (HostedKey, HostedEntrance);

fn run(config: ServerConfig, up: &Up, stopped: oneshot::Receiver<()>, known: &Known) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(up.send(Err(error.into()))),
    };
    let served = runtime.block_on(serve(config, up, stopped, known));
    known.0.set(None);
    known.1.set(None);
    if let Err(error) = served {
        log::failure(&error);
        // Nobody waits for it any more if a server was up before.
        up.send(Err(error)).ok();
    }
}

/// Serves until the client is gone or an admin stops the server, as many servers one after the other as were asked for.
async fn serve(
    mut config: ServerConfig,
    up: &Up,
    mut stopped: oneshot::Receiver<()>,
    (key, entrance): &Known,
) -> Result<()> {
    loop {
        let server = Server::open(&config)?;
        // Of port 0 the system has made one; it stays the same.
        let address = server.address()?;
        config.listen = vec![address];
        let admin_key = server.admin_key().reveal().to_owned();
        let fingerprint = server.tls().fingerprint().to_string();
        key.set(Some(Arc::clone(server.tls())));
        let (acceptor, runtime) = (server.acceptor(), Handle::current());
        entrance.set(Some(Entrance { acceptor, runtime, admin_key: admin_key.clone() }));
        let started = Started { address, admin_key, fingerprint };
        // The first server is waited for, the later ones are not.
        up.send(Ok(started)).ok();
        let ender = server.stopper();
        let running = server.run();
        tokio::pin!(running);
        tokio::select! {
            // Told to stop or to restart by an admin.
            restart = &mut running => {
                entrance.set(None);
                if !restart {
                    return Ok(());
                }
            }
            // The client is gone, with a word or without.
            _ = &mut stopped => {
                entrance.set(None);
                tokio::join!(ender.stop(), running);
                return Ok(());
            }
        }
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A server that panicked has stopped as well.
            thread.join().ok();
        }
        log::flush();
    }
}

#[cfg(test)]
mod tests {
    use super::addresses_for_others;

    #[test]
    fn others_are_told_the_address_that_is_listened_on_and_none_where_only_this_machine_reaches_it() {
        for (listen, told) in [
            ("127.0.0.1:7667", &[][..]),
            ("[::1]:7667", &[]),
            ("192.0.2.7:7000", &["192.0.2.7:7000"]),
            ("[2001:db8::7]:7667", &["[2001:db8::7]:7667"]),
        ] {
            let found = addresses_for_others(listen.parse().unwrap());
            assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), told, "{listen}");
        }
        // Which these are depends on the machine.
        let any = addresses_for_others("0.0.0.0:7000".parse().unwrap());
        assert!(
            any.iter().all(|own| own.port() == 7000 && !own.ip().is_loopback() && !own.ip().is_unspecified())
        );
    }
}
