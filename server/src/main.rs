//! `chinwagd`: reads the command line, runs the server with its signals (SIGTERM and SIGINT stop it, SIGHUP reloads), starts
//! it again when an admin asked for that, and says in one sentence why it could not.

use std::io::{IsTerminal as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

use server::command_line::{Cli, Subcommands, hash_password};
use server::config::Config;
use server::config::sources::{Read, Sources};
use server::order::Order;
use server::service::activation::{self, PassedSockets};
use server::service::check;
#[cfg(feature = "cluster")]
use server::service::joining::ClusterOrder;
use server::service::reload::Reloader;
#[cfg(feature = "cluster")]
use server::service::unfit;
use server::service::{Server, notify};
use server::timing::Timing;
use server::{descriptors, listener, log};

fn main() -> ExitCode {
    let Cli { flags, subcommand } = Cli::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    if let Some(Subcommands::Ctl(ctl)) = subcommand {
        return ctl.run();
    }
    let sources = Sources::of_process();
    // A subcommand takes no settings from the command line.
    let sources = if subcommand.is_some() { sources.without_flags() } else { sources };
    let read = sources.read();
    // It changes the environment, so before the first other thread is started, which is the log's.
    let passed = activation::passed_sockets();
    // When the settings cannot be read, the log that says so goes by the command line alone.
    let logging = log::to_operator(read.as_ref().map_or(&flags.config, |read| &read.config));
    if let Err(error) = logging {
        writeln!(std::io::stderr(), "cannot start a thread for the log: {error}").ok();
        return ExitCode::FAILURE;
    }
    let done = if let Some(Subcommands::HashPassword) = subcommand {
        hash_password::run()
    } else if flags.check_config {
        read.and_then(|read| check(&read)).map(|()| ExitCode::SUCCESS)
    } else {
        match read.and_then(|read| read.load().map(|_| read)) {
            Ok(read) => passed.and_then(|passed| {
                // A service manager, and whoever holds the sockets, starts the server again itself.
                let is_supervised = notify::is_supervised() || !passed.is_empty();
                Ok(match run(sources, read, passed)? {
                    End::Stopped => ExitCode::SUCCESS,
                    End::Unfit => ExitCode::from(BAD_CONFIGURATION),
                    End::Restart if is_supervised => ExitCode::from(RESTART),
                    End::Restart => start_again(),
                })
            }),
            Err(error) => {
                tracing::error!("{error:#}");
                Ok(ExitCode::from(BAD_CONFIGURATION))
            }
        }
    };
    let code = done.unwrap_or_else(|error| {
        tracing::error!("{error:#}");
        ExitCode::FAILURE
    });
    log::flush();
    code
}

/// The exit status when the configuration will not do, or a node must not go on as it is, so that the service manager does not try
/// it again: `EX_CONFIG` of sysexits(3).
const BAD_CONFIGURATION: u8 = 78;

/// `--check-config`: reads every file that a server would read, and changes nothing.
fn check(read: &Read) -> Result<()> {
    read.load()?;
    warn(read);
    for warning in &check::state(&read.config)? {
        tracing::warn!("{warning}");
    }
    let what =
        read.file.as_ref().map_or("no configuration file is given".to_owned(), |f| f.display().to_string());
    writeln!(std::io::stdout(), "ok: {what}").context("cannot write to standard output")
}

/// Says what is no mistake for sure.
fn warn(read: &Read) {
    for warning in read.warnings.iter().chain(&read.config.warnings()) {
        tracing::warn!("{warning}");
    }
}

/// The exit status after a restart was asked for, so that the service manager starts the server again: `EX_TEMPFAIL` of
/// sysexits(3).
const RESTART: u8 = 75;

/// How a server ended.
enum End {
    /// For good.
    Stopped,
    /// An admin asked for a restart.
    Restart,
    /// It is a node that must not go on as it is; the log says why, and what to do.
    Unfit,
}

/// Replaces this process by a new one of the same command line: it reads its settings again, and is the new program if
/// that was replaced meanwhile. Returns only if that fails.
fn start_again() -> ExitCode {
    tracing::info!("starting again");
    log::flush();
    let mut args = std::env::args_os();
    let program = args.next().unwrap_or_else(|| "chinwagd".into());
    let error = Command::new(&program).args(args).exec();
    tracing::error!(%error, program = %program.display(), "cannot start again; start the server by hand");
    ExitCode::from(RESTART)
}

fn run(sources: Sources, read: Read, passed: PassedSockets) -> Result<End> {
    descriptors::raise_limit();
    // One thread for the whole chat: an event is written to every socket where it was made, and no lock is shared.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start the runtime")?.block_on(serve(sources, read, passed))
}

async fn serve(sources: Sources, read: Read, passed: PassedSockets) -> Result<End> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let hangup = signal(SignalKind::hangup())?;
    warn(&read);
    tokio::select! {
        () = listener::wait_for_addresses(addresses(&read.config, &passed), read.config.free_bind) => {}
        _ = terminate.recv() => return Ok(End::Stopped),
        _ = interrupt.recv() => return Ok(End::Stopped),
    }
    if read.config.cluster.node()?.is_some() {
        let server = tokio::select! {
            server = join(passed, &read.config) => match server {
                Ok(server) => server,
                Err(error) if is_unfit(&error) => {
                    tracing::error!("{error:#}");
                    return Ok(End::Unfit);
                }
                Err(error) => return Err(error),
            },
            _ = terminate.recv() => return Ok(End::Stopped),
            _ = interrupt.recv() => return Ok(End::Stopped),
        };
        return Box::pin(run_server(server, sources, read, [terminate, interrupt, hangup])).await;
    }
    let server = Server::open_on(passed, &read.config, Timing::default())?;
    Box::pin(run_server(server, sources, read, [terminate, interrupt, hangup])).await
}

/// Opens a node of a cluster.
#[cfg(feature = "cluster")]
async fn join(passed: PassedSockets, config: &Config) -> Result<Server<ClusterOrder>> {
    Box::pin(Server::join(passed, config, Timing::default())).await
}

/// Whether a node could not be opened for a reason that a person must correct.
#[cfg(feature = "cluster")]
fn is_unfit(error: &anyhow::Error) -> bool {
    unfit::is_unfit(error)
}

#[cfg(not(feature = "cluster"))]
fn is_unfit(_error: &anyhow::Error) -> bool {
    false
}

/// This program is built without clusters.
#[cfg(not(feature = "cluster"))]
async fn join(_passed: PassedSockets, _config: &Config) -> Result<Server> {
    anyhow::bail!(
        "this chinwagd was built without the feature cluster; leave the settings cluster and node out"
    )
}

/// Runs a server until it ends or a signal stops it.
async fn run_server<O: Order>(
    server: Server<O>,
    sources: Sources,
    read: Read,
    [mut terminate, mut interrupt, hangup]: [Signal; 3],
) -> Result<End> {
    let dir = read.config.state_dir()?;
    let tls = server.tls().fingerprint();
    for address in server.addresses()? {
        tracing::info!(%address, state = %dir.display(), %tls, "listening");
    }
    for address in server.irc_addresses()? {
        tracing::info!(%address, "listening for IRC clients");
    }
    let (stopper, mut ending, standing) = (server.stopper(), server.ending(), server.standing());
    let end = |restart| match &standing {
        Some(standing) if standing.borrow().is_final() => End::Unfit,
        Some(_) | None if restart => End::Restart,
        Some(_) | None => End::Stopped,
    };
    let reporting = tokio::spawn(notify::report(server.health()));
    let mut hung_up = tokio::spawn(reload_on(hangup, server.reloader(sources, read)));
    let running = server.run();
    tokio::pin!(running);
    let signalled = tokio::select! {
        restart = &mut running => {
            notify::stopping();
            return Ok(end(restart));
        }
        _ = ending.wait_for(|ending| *ending) => false,
        _ = terminate.recv() => {
            tracing::info!("SIGTERM");
            true
        }
        Ok(()) = &mut hung_up => {
            tracing::info!("the terminal is gone");
            true
        }
        _ = interrupt.recv() => {
            tracing::info!("interrupted");
            true
        }
    };
    notify::stopping();
    reporting.abort();
    let stop = async {
        if signalled {
            stopper.stop().await;
        }
    };
    // `stop` waits for the hub, so the hub must go on running meanwhile.
    let ((), restart) = tokio::join!(stop, running);
    tracing::info!("stopped");
    Ok(end(restart))
}

/// Where a start opens sockets itself.
fn addresses(config: &Config, passed: &PassedSockets) -> Vec<SocketAddr> {
    let unless = |passed: &[TcpListener], configured: &[SocketAddr]| {
        if passed.is_empty() { configured.to_vec() } else { Vec::new() }
    };
    let mut addresses = unless(&passed.tcp, &config.listen);
    addresses.extend(unless(&passed.irc, &config.irc));
    addresses.extend(config.metrics);
    addresses
}

/// Reloads at every SIGHUP. Returns when the signal means that the terminal the server was started on is gone, since then
/// nobody is left who could stop it with Ctrl-C.
async fn reload_on(mut hangup: Signal, reloader: Arc<Reloader>) {
    let had_terminal = std::io::stdin().is_terminal();
    while hangup.recv().await.is_some() {
        if had_terminal && !std::io::stdin().is_terminal() {
            return;
        }
        notify::reloading();
        // The result is logged by the reloader.
        reloader.reload().await.ok();
        notify::ready();
    }
}
