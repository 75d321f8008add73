//! What runs a door: a process beside chinwagd (`chinwag ssh-door`), which ends by a signal and reads its admins again by
//! another, which in a terminal says that the terminal is gone, too, and ends it then; or a thread and a runtime of its own in the process of a client that hosts a server, so that neither the screen
//! nor the server waits for it.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};
use server::config::Config as ServerConfig;
use server::service::notify;
use server::{descriptors, log};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::announce::announce;
use super::options::Options;
use super::{Door, listen, serve};

/// Runs a door until a signal ends it. Its log is like the server's.
#[must_use]
pub fn run(options: Options) -> ExitCode {
    let logs = ServerConfig::defaults().and_then(|config| Ok(log::to_operator_of("chinwag-ssh", &config)?));
    if let Err(error) = logs {
        // Where even stderr is gone, the exit status has to do.
        writeln!(io::stderr(), "chinwag: cannot start the log: {error:#}").ok();
        return ExitCode::FAILURE;
    }
    descriptors::raise_limit();
    let served = runtime().and_then(|runtime| runtime.block_on(serve_until_signal(options)));
    let status = if let Err(error) = served {
        log::failure(&error);
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    };
    log::flush();
    status
}

/// After so many steps of tasks it is looked what the network brings, keys among it: with much to do, each takes as long as a turn
/// ([`crate::fair_share`]).
const EVENT_INTERVAL: u32 = 8;

/// One thread: what takes long is the handshake, and that is short.
fn runtime() -> Result<Runtime> {
    Builder::new_current_thread().event_interval(EVENT_INTERVAL).enable_all().build().context("cannot start")
}

async fn serve_until_signal(options: Options) -> Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hangup = signal(SignalKind::hangup())?;
    let stop = CancellationToken::new();
    let (door, listeners, addresses) = open(options, stop.clone()).await?;
    notify::ready();
    let in_terminal = io::stdin().is_terminal();
    let terminal_gone = CancellationToken::new();
    let reloads = async {
        while hangup.recv().await.is_some() {
            if in_terminal && !has_terminal() {
                terminal_gone.cancel();
                continue;
            }
            notify::reloading();
            match door.admins.reload() {
                Ok(count) => tracing::info!(admins = count, "read the keys of the admins again"),
                Err(error) => tracing::error!("the admins stay as they were: {error:#}"),
            }
            notify::ready();
        }
    };
    let stops = async {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM"),
            _ = interrupt.recv() => tracing::info!("interrupted"),
            () = terminal_gone.cancelled() => tracing::info!("the terminal it was started in is gone"),
        }
        notify::stopping();
        stop.cancel();
    };
    tokio::select! {
        ((), ()) = async { tokio::join!(serve(Arc::clone(&door), listeners), stops) } => {}
        ((), ()) = async { tokio::join!(announce(&door, addresses), reloads) } => {}
    }
    tracing::info!("stopped");
    Ok(())
}

/// Whether there is a controlling terminal: SIGHUP comes by hand as well, to read the admins again.
fn has_terminal() -> bool {
    std::fs::File::open("/dev/tty").is_ok()
}

/// Opens a door: reads its files, and listens.
async fn open(
    options: Options,
    stop: CancellationToken,
) -> Result<(Arc<Door>, Vec<TcpListener>, Vec<SocketAddr>)> {
    // Before a host key is made: a port that is taken leaves the disk alone.
    let listeners = listen(&options).await?;
    let addresses: Vec<SocketAddr> =
        listeners.iter().map(TcpListener::local_addr).collect::<io::Result<_>>().context("no address")?;
    let door = Door::open(options, |line| tracing::info!("{line}"), stop)?;
    for address in &addresses {
        tracing::info!(%address, key = door.fingerprint(), "listening for ssh");
    }
    Ok((door, listeners, addresses))
}

/// A door in this process, until it is dropped: then every terminal is given back.
#[derive(Debug)]
pub struct RunningDoor {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// The fingerprint of its key.
    pub fingerprint: String,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

/// What is known when a door listens.
type Started = Result<(Vec<SocketAddr>, String)>;

/// Starts a door that listens when this returns.
pub fn start(options: Options) -> Result<RunningDoor> {
    let stop = CancellationToken::new();
    let (up, started) = std::sync::mpsc::channel::<Started>();
    let ends = stop.clone();
    let run = move || match runtime() {
        Ok(runtime) => runtime.block_on(async {
            match open(options, ends).await {
                Ok((door, listeners, addresses)) => {
                    up.send(Ok((addresses.clone(), door.fingerprint().to_owned()))).ok();
                    tokio::select! {
                        () = serve(Arc::clone(&door), listeners) => {}
                        () = announce(&door, addresses) => {}
                    }
                }
                Err(error) => drop(up.send(Err(error))),
            }
        }),
        Err(error) => drop(up.send(Err(error))),
    };
    let thread = std::thread::Builder::new().name("ssh-door".into()).spawn(run);
    let thread = thread.context("cannot start a thread")?;
    let (addresses, fingerprint) = started.recv().context("the ssh door ended at once")??;
    Ok(RunningDoor { addresses, fingerprint, stop, thread: Some(thread) })
}

impl Drop for RunningDoor {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // One that panicked has stopped as well.
            thread.join().ok();
        }
    }
}
