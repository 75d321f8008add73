//! `chinwagd`: reads the command line, runs the server, and says in one sentence why it could not.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};

use server::config::sources::Sources;
use server::config::{Command, Config};
use server::service::{Server, log_to_stderr};

fn main() -> ExitCode {
    let sources = Sources::of_process();
    let cli = sources.command_line().unwrap_or_else(|error| error.exit());
    if let Some(Command::Ctl(ctl)) = cli.command {
        return ctl.run();
    }
    log_to_stderr();
    let done =
        if cli.check_config { check(&sources) } else { sources.read().and_then(|cli| run(&cli.config)) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads all that a server would read, and opens nothing.
fn check(sources: &Sources) -> Result<()> {
    let cli = sources.read()?;
    cli.config.load()?;
    let what =
        sources.file(&cli).map_or("no configuration file is given".to_owned(), |f| f.display().to_string());
    writeln!(std::io::stdout(), "ok: {what}").context("cannot write to standard output")
}

fn run(config: &Config) -> Result<()> {
    // One thread for the whole chat: an event is written to every socket where it was made, and no lock is shared.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start the runtime")?.block_on(serve(config))
}

async fn serve(config: &Config) -> Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let server = Server::open(config)?;
    let dir = config.state_dir()?;
    tracing::info!(address = %server.address()?, state = %dir.display(), "listening");
    let stopper = server.stopper();
    let running = server.run();
    tokio::pin!(running);
    tokio::select! {
        _ = &mut running => return Ok(()),
        _ = terminate.recv() => tracing::info!("SIGTERM"),
        _ = interrupt.recv() => tracing::info!("interrupted"),
    }
    // The hub goes on running while it is told.
    tokio::join!(stopper.stop(), running);
    tracing::info!("stopped");
    Ok(())
}
