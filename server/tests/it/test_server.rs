//! A server in this process, on a free port and with a state directory of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use server::config::sources::{Read, Sources};
use server::listener::acceptor::Acceptor;
use server::service::observer::Observer;
use server::service::reload::Reloader;
use server::service::{Server, Stopper};
use server::timing::Timing;
use server::tls::Tls;

use crate::client::Client;

/// A running server.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    /// Where IRC clients connect, if it listens for them.
    pub(crate) irc: Option<SocketAddr>,
    pub(crate) key: String,
    pub(crate) stopper: Stopper,
    pub(crate) tls: Arc<Tls>,
    pub(crate) reloader: Arc<Reloader>,
    pub(crate) observer: Observer,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) acceptor: Acceptor,
    running: JoinHandle<bool>,
    setup: Setup,
}

/// How to open a server, and where it keeps things.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) dir: Arc<TempDir>,
    flags: Vec<String>,
    timing: Timing,
}

impl Setup {
    /// Flags of `chinwagd` beside the usual ones: a free port, and no pace unless one is given.
    pub(crate) fn new(flags: &[&str]) -> Self {
        let flags = flags.iter().map(ToString::to_string).collect();
        Self { dir: Arc::new(TempDir::new().unwrap()), flags, timing: Timing::default() }
    }

    pub(crate) fn timed(mut self, change: impl FnOnce(&mut Timing)) -> Self {
        change(&mut self.timing);
        self
    }

    pub(crate) fn with(mut self, flag: &str, value: &str) -> Self {
        self.flags.extend([flag.to_owned(), value.to_owned()]);
        self
    }

    /// Opens it, but does not serve.
    pub(crate) fn open_without_running(&self) -> Server {
        let (read, _) = self.read().unwrap();
        Server::open_timed(&read.config, self.timing).unwrap()
    }

    /// Reads its configuration.
    fn read(&self) -> anyhow::Result<(Read, Sources)> {
        let dir = self.dir.path().to_str().unwrap();
        let mut args = vec!["chinwagd", "--state-dir", dir];
        for (flag, usual) in [("--listen", "127.0.0.1:0"), ("--pace", "off")] {
            let in_file = flag == "--pace" && self.flags.iter().any(|given| given == "--config");
            if !in_file && !self.flags.iter().any(|given| given == flag) {
                args.extend([flag, usual]);
            }
        }
        args.extend(self.flags.iter().map(String::as_str));
        let sources = Sources::new(args, []);
        Ok((sources.read()?, sources))
    }

    /// Opens it, or says why that was not possible.
    pub(crate) fn try_open(&self) -> anyhow::Result<TestServer> {
        let (read, sources) = self.read()?;
        let server = Server::open_timed(&read.config, self.timing)?;
        Ok(TestServer {
            address: server.address()?,
            irc: server.irc_addresses()?.first().copied(),
            key: server.admin_key().reveal().to_owned(),
            stopper: server.stopper(),
            tls: Arc::clone(server.tls()),
            reloader: server.reloader(sources, read),
            observer: server.observer(),
            metrics: server.metrics_address(),
            acceptor: server.acceptor(),
            running: tokio::spawn(server.run()),
            setup: self.clone(),
        })
    }

    pub(crate) fn open(&self) -> TestServer {
        self.try_open().unwrap()
    }
}

impl TestServer {
    pub(crate) fn open() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(flags: &[&str]) -> Self {
        Setup::new(flags).open()
    }

    /// Its state directory.
    pub(crate) fn dir(&self) -> &std::path::Path {
        self.setup.dir.path()
    }

    /// Somebody new, by this name.
    pub(crate) async fn guest(&self, name: &str) -> Client {
        Client::greet(self.address, json!({"name": name})).await
    }

    /// Somebody new, by this name, over TLS.
    pub(crate) async fn guest_tls(&self, name: &str) -> Client {
        Client::greet_tls(self.address, json!({"name": name})).await
    }

    /// A greeting with these fields.
    pub(crate) async fn greet(&self, fields: Value) -> Client {
        Client::greet(self.address, fields).await
    }

    /// Somebody new, by this name, who shows the key.
    pub(crate) async fn admin(&self, name: &str) -> Client {
        let mut admin = self.guest(name).await;
        admin.ok(json!({"type": "auth", "key": self.key})).await;
        admin
    }

    /// Waits until the server has ended by itself.
    pub(crate) async fn ended(self) -> Setup {
        let ended = tokio::time::timeout(crate::client::LIMIT, self.running).await;
        ended.expect("the server did not end").unwrap();
        self.setup
    }

    /// Stops it.
    pub(crate) async fn stop(self) -> Setup {
        self.stopper.stop().await;
        self.ended().await
    }

    /// Stops it and opens it again in the same directory, on another port.
    pub(crate) async fn again(self) -> Self {
        self.stop().await.open()
    }
}
