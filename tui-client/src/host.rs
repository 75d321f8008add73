//! `--host`: a server in this process. It must not know more of the server than how to start and stop it.

use std::net::SocketAddr;
use std::path::Path;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};
use server::config::{Config as ServerConfig, parse_listen};
use server::log;
use server::service::Server;
use tokio::sync::oneshot;

use crate::config::Config;

/// Where the hosted server's log goes, in its state directory.
const LOG: &str = "host.log";

/// A server that runs beside the client until this is dropped: then everyone is told, and everything is on disk.
#[derive(Debug)]
pub struct Hosted {
    /// Where it listens.
    pub address: SocketAddr,
    /// What makes the host an admin.
    pub admin_key: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts a server as the configuration says; it listens when this returns.
pub fn start(config: &Config) -> Result<Hosted> {
    let listen =
        parse_listen(&config.address.to_string()).map_err(|why| anyhow!("cannot listen there: {why}"))?;
    let server =
        ServerConfig { listen, allow_plaintext: config.allow_plaintext, ..ServerConfig::defaults()? };
    log::to_file(&server.state_dir()?.join(Path::new(LOG)), &server);
    let (up, started) = std::sync::mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let run = move || run(&server, &up, stopped);
    let thread =
        std::thread::Builder::new().name("host".into()).spawn(run).context("cannot start a thread")?;
    let (address, admin_key) = started.recv().context("the server ended at once")??;
    Ok(Hosted { address, admin_key, stop: Some(stop), thread: Some(thread) })
}

type Started = Result<(SocketAddr, String)>;

fn run(config: &ServerConfig, up: &std::sync::mpsc::Sender<Started>, stopped: oneshot::Receiver<()>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(up.send(Err(error.into()))),
    };
    runtime.block_on(async move {
        let opened =
            Server::open(config).and_then(|server| server.address().map(|address| (server, address)));
        let (server, address) = match opened {
            Ok(opened) => opened,
            Err(error) => return drop(up.send(Err(error))),
        };
        let key = server.admin_key().reveal().to_owned();
        if up.send(Ok((address, key))).is_err() {
            return;
        }
        let ender = server.stopper();
        let running = server.run();
        tokio::pin!(running);
        tokio::select! {
            // Told to stop by an admin.
            _ = &mut running => {}
            // The client is gone, with a word or without.
            _ = stopped => drop(tokio::join!(ender.stop(), running)),
        }
    });
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
