//! A scripted server: it says what the test tells it to.

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tui_client::address::Address;

/// A welcome to an empty lobby.
pub(crate) const WELCOME: &str = r#"{"type":"welcome","protocol":1,"server":{"name":"fake","version":"0"},"you":{"uid":17,"name":"kim","style":{"color":6}},"secret":"0000000000000000000000000000000000000000000","rooms":[{"name":"lobby","head":0,"members":[]}],"durability":"disk"}"#;

/// A listener on a free port.
pub(crate) struct FakeServer {
    listener: TcpListener,
}

/// The server's end of a connection.
pub(crate) struct Peer {
    stream: BufReader<TcpStream>,
}

impl FakeServer {
    pub(crate) async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(crate) fn address(&self) -> Address {
        self.listener.local_addr().unwrap().into()
    }

    pub(crate) async fn accept(&self) -> Peer {
        let (stream, _) = self.listener.accept().await.unwrap();
        Peer { stream: BufReader::new(stream) }
    }

    /// Accepts somebody, hears the greeting and welcomes them.
    pub(crate) async fn welcome(&self) -> Peer {
        let mut peer = self.accept().await;
        assert!(peer.read().await.contains("\"hello\""));
        peer.write(WELCOME).await;
        peer
    }
}

impl Peer {
    /// The next line.
    pub(crate) async fn read(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.stream.read_line(&mut line).await.unwrap(), 0, "the client closed the connection");
        line.trim_end().to_owned()
    }

    /// The next bytes, whatever they are.
    pub(crate) async fn read_some(&mut self) {
        assert!(!self.stream.fill_buf().await.unwrap().is_empty());
        let read = self.stream.buffer().len();
        self.stream.consume(read);
    }

    /// The next line that has `what` in it.
    pub(crate) async fn read_until(&mut self, what: &str) -> String {
        loop {
            let line = self.read().await;
            if line.contains(what) {
                return line;
            }
        }
    }

    pub(crate) async fn write(&mut self, line: &str) {
        self.write_raw(format!("{line}\n").as_bytes()).await;
    }

    /// The same, unless the client is gone.
    pub(crate) async fn try_write(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{line}\n").as_bytes()).await
    }

    pub(crate) async fn write_raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }
}
