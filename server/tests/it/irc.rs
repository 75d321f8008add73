//! The IRC door over a socket: a real server, IRC on one side, the JSON wire on the other.

use std::net::SocketAddr;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::client::LIMIT;
use crate::test_server::TestServer;

/// An IRC client.
pub(crate) struct Irc {
    stream: BufReader<TcpStream>,
}

impl Irc {
    /// A connection to the door of a server that has one.
    pub(crate) async fn connect(server: &TestServer) -> Self {
        Self::at(server.irc.expect("no --irc")).await
    }

    /// A connection to the door at this address.
    pub(crate) async fn at(address: SocketAddr) -> Self {
        Self { stream: BufReader::new(TcpStream::connect(address).await.unwrap()) }
    }

    /// Somebody who is in by this nick, there.
    pub(crate) async fn greet_at(address: SocketAddr, nick: &str) -> Self {
        let mut irc = Self::at(address).await;
        irc.say(&format!("NICK {nick}\r\nUSER x 0 * :x")).await;
        irc.until(" 376 ").await;
        irc
    }

    /// Somebody who is in by this nick.
    pub(crate) async fn greet(server: &TestServer, nick: &str) -> Self {
        Self::greet_at(server.irc.expect("no --irc"), nick).await
    }

    /// It says nothing more.
    pub(crate) async fn shut_down(&mut self) {
        self.stream.get_mut().shutdown().await.unwrap();
    }

    pub(crate) async fn say(&mut self, line: &str) {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
    }

    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).await.unwrap();
    }

    /// The next line; nothing at the end.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = tokio::time::timeout(LIMIT, self.stream.read_line(&mut line)).await;
        (read.expect("nothing comes").unwrap() > 0).then(|| line.trim_end().to_owned())
    }

    /// The lines up to the first one that contains this.
    pub(crate) async fn until(&mut self, what: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await.unwrap_or_else(|| panic!("the end, and no {what}: {lines:?}"));
            let found = line.contains(what);
            lines.push(line);
            if found {
                return lines;
            }
        }
    }
}

#[tokio::test]
async fn people_on_irc_talk_with_the_others() {
    let server = TestServer::with(&["--irc", "127.0.0.1:0"]);
    let mut ann = server.guest("ann").await;
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    let mut ben = Irc::greet(&server, "ben").await;
    ben.say("JOIN #kitchen\r\nPRIVMSG #kitchen :hello 한글").await;
    let joined = ben.until(" 366 ").await;
    assert!(joined[0].starts_with(":irc.chinwag NOTICE ben :you are new here"), "{}", joined[0]);
    assert_eq!(joined[1], ":ben!u2@chinwag JOIN #kitchen");
    assert_eq!(joined[2], ":irc.chinwag 353 ben = #kitchen :@ann ben");
    let mut eve = Irc::greet(&server, "eve").await;
    eve.say("JOIN #kitchen").await;
    eve.until(" 366 ").await;
    assert_eq!(ben.line().await.unwrap(), ":eve!u3@chinwag JOIN #kitchen");
    ann.ok(json!({"type": "say", "room": "kitchen", "text": "hi all", "nonce": "n1"})).await;
    for irc in [&mut ben, &mut eve] {
        assert_eq!(irc.line().await.unwrap(), ":ann!u1@chinwag PRIVMSG #kitchen :hi all");
    }
    ben.say("PRIVMSG ann :psst\r\nQUIT :bye").await;
    assert!(ben.until("ERROR").await[0].contains("bye"));
    assert!(ben.line().await.is_none());
    assert_eq!(eve.line().await.unwrap(), ":ben!u2@chinwag QUIT :left");
    server.stop().await;
    let end = eve.until("ERROR").await;
    assert_eq!(end, ["ERROR :Closing link: the server was shut down"]);
}

#[tokio::test]
async fn a_nick_that_is_taken_is_refused_and_another_is_taken() {
    let server = TestServer::with(&["--irc", "127.0.0.1:0"]);
    let _ann = server.guest("ann").await;
    let mut irc = Irc::connect(&server).await;
    irc.say("NICK ann\r\nUSER x 0 * :x").await;
    assert_eq!(
        irc.line().await.unwrap(),
        ":irc.chinwag 433 * ann :Nickname is already in use; choose another, or log in by SASL if it is yours"
    );
    irc.say("NICK anna").await;
    assert!(irc.line().await.unwrap().starts_with(":irc.chinwag 001 anna :"));
    server.stop().await;
}
