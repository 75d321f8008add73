//! `--host`: a server in this process, on a thread and a runtime of its own, started and stopped with the client.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};
use server::config::{Config as ServerConfig, parse_listen};
use server::log;
use server::service::Server;
use tokio::sync::oneshot;

use crate::address::Address;

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

/// Starts a server that listens on `address` when this returns. It keeps everything in `state_dir`; without one, where a
/// server keeps it by default. `allow_plaintext` lets other machines connect without TLS.
pub fn start(address: &Address, state_dir: Option<PathBuf>, allow_plaintext: bool) -> Result<Hosted> {
    let listen = parse_listen(&address.to_string()).map_err(|why| anyhow!("cannot listen there: {why}"))?;
    let server = ServerConfig { listen, allow_plaintext, ..ServerConfig::defaults()? };
    let server = ServerConfig { state_dir: state_dir.or(server.state_dir.clone()), ..server };
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
