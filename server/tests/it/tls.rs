//! TLS on the port that speaks plain lines as well: what is said, what is refused, what a stranger can do before and
//! after the handshake.

use std::fs;
use std::io::{IoSlice, Read as _, Write as _};
use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ClientConnection;
use tokio_rustls::rustls::pki_types::ServerName;

use server::chat::conn_id::{ConnId, NodeStart};
use server::delivery::subscriber::Subscriber;
use server::tls::Tls;
use server::transport::peer::Peer;
use server::transport::socket::{Socket, Stream};
use server::transport::tls_stream::TlsStream;
use shared::ServerMsg;
use shared::server_msg::Form;

use crate::client::{Client, LIMIT, dial, hello, show, transport};
use crate::daemon::{Daemon, fails, ms};
use crate::slow_consumer::flood;
use crate::test_server::{Setup, TestServer};

#[tokio::test]
async fn one_port_speaks_tls_and_plain_lines_and_both_hear_each_other() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest_tls("ann").await, server.guest("ben").await);
    assert_eq!(ann.transport().fingerprint(), server.tls.fingerprint());
    ann.until("lobby ben joins").await;
    ann.say("hi").await;
    ben.expect("lobby ann: hi").await;
    ben.say("hello").await;
    ann.until("lobby ben: hello").await;
    ann.ok(json!({"type": "quit", "quiet": true})).await;
    ann.until("goodbye quit").await;
    // An end that TLS did not announce would be an error here.
    let mut rest = Vec::new();
    assert_eq!(ann.transport().read_to_end(&mut rest).await.unwrap(), 0);
}

/// A TLS client whose bytes are in our hands.
struct ByHand {
    tcp: TcpStream,
    tls: ClientConnection,
}

impl ByHand {
    async fn dial(server: &TestServer, record: Option<usize>) -> Self {
        let mut config = Arc::unwrap_or_clone(transport::trusting());
        config.max_fragment_size = record;
        let name = ServerName::try_from("localhost").unwrap();
        Self { tcp: dial(server.address).await, tls: ClientConnection::new(Arc::new(config), name).unwrap() }
    }

    /// What TLS wants to send now.
    fn outgoing(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut bytes).unwrap();
        }
        bytes
    }

    /// Takes what the server sends, once; false at its end.
    async fn take(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let read = tokio::time::timeout(LIMIT, self.tcp.read(&mut buffer)).await;
        let Ok(read @ 1..) = read.expect("nothing was heard") else { return false };
        let mut bytes = &buffer[..read];
        while !bytes.is_empty() {
            self.tls.read_tls(&mut bytes).unwrap();
            self.tls.process_new_packets().unwrap();
        }
        true
    }

    /// Sends what is to be sent, so many bytes at a time, until this line has come.
    async fn until(&mut self, at_once: usize, what: &str) {
        let mut heard = String::new();
        while !heard.contains(what) {
            for some in self.outgoing().chunks(at_once) {
                self.tcp.write_all(some).await.unwrap();
            }
            assert!(self.take().await, "the end instead of {what}");
            self.tls.reader().read_to_string(&mut heard).ok();
        }
    }
}

#[tokio::test]
async fn a_handshake_and_its_lines_may_come_byte_by_byte() {
    let server = TestServer::open();
    let mut ann = ByHand::dial(&server, None).await;
    ann.tcp.set_nodelay(true).unwrap();
    writeln!(ann.tls.writer(), "{}", hello(&json!({"name": "ann"}))).unwrap();
    ann.until(1, "welcome").await;
    ann.tls.writer().write_all(b"{\"type\":\"ping\",\"id\":\"7\"}\n").unwrap();
    ann.until(1, "\"id\":\"7\"").await;
}

#[tokio::test]
async fn a_line_may_be_cut_into_many_records_and_a_record_may_hold_many_lines() {
    let server = TestServer::open();
    let mut ann = ByHand::dial(&server, Some(40)).await;
    writeln!(ann.tls.writer(), "{}", hello(&json!({"name": "ann"}))).unwrap();
    ann.until(usize::MAX, "welcome").await;
    let mut ben = ByHand::dial(&server, None).await;
    writeln!(ben.tls.writer(), "{}", hello(&json!({"name": "ben"}))).unwrap();
    for n in 0..100 {
        writeln!(ben.tls.writer(), "{}", json!({"type": "ping", "id": n.to_string()})).unwrap();
    }
    ben.until(usize::MAX, "\"id\":\"99\"").await;
}

#[tokio::test]
async fn a_slow_tls_reader_delays_nobody_and_gets_everything_in_order() {
    let server = Setup::new(&[]).timed(|timing| timing.write_stall = ms(60_000)).open();
    let (mut ann, mut slow) = (server.guest("ann").await, server.guest_tls("slow").await);
    slow.take(64 * 1024);
    // Within the room's ring, so nothing may be missing; with nothing after it that would bring the last one along.
    ann.say_all(flood().take(900)).await;
    for text in flood().take(900) {
        slow.expect(&format!("lobby ann: {text}")).await;
    }
    slow.expect_silence().await;
}

/// What was taken and waits, encrypted, for the kernel is little, and is sent without anything coming after it.
#[tokio::test]
async fn the_last_word_is_not_left_behind() {
    let dir = tempfile::TempDir::new().unwrap();
    let tls = Tls::open(None, &[std::net::Ipv4Addr::LOCALHOST.into()], dir.path()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accept = async {
        let (tcp, from) = listener.accept().await.unwrap();
        socket2::SockRef::from(&tcp).set_send_buffer_size(8192).unwrap();
        let tls = TlsStream::accept(tcp, Box::new(tls.session().unwrap())).await.unwrap();
        Arc::new(Socket::new(Stream::Tls(Box::new(tls)), Peer::Net(from), 0, Arc::default()))
    };
    let (socket, mut client) = tokio::join!(accept, Client::connect_tls(address));
    let mut subscriber =
        Subscriber::new(ConnId::new(NodeStart::default(), 1), Arc::clone(&socket), Form::Full);
    let mut lines = 0;
    while !subscriber.blocked {
        lines += 1;
        subscriber.push(format!("{lines:0999}\n").as_bytes());
        subscriber.pump(&[]);
    }
    assert_eq!(subscriber.backlog(), 0, "all was taken");
    let much = [IoSlice::new(&[b'x'; 64])];
    assert_eq!(socket.try_write(&much).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    let send = async {
        while subscriber.blocked {
            socket.writable().await.unwrap();
            subscriber.unblock();
        }
    };
    let read = async {
        for n in 1..=lines {
            assert_eq!(client.line().await.unwrap(), format!("{n:0999}\n"));
        }
    };
    tokio::join!(send, read);
}

#[tokio::test]
async fn a_tls_reader_who_stopped_gets_a_gap_and_goes_on() {
    let server = Setup::new(&[]).timed(|timing| timing.write_stall = ms(60_000)).open();
    let (mut ann, mut slow) = (server.guest("ann").await, server.guest_tls("slow").await);
    ann.say_all(flood()).await;
    loop {
        match slow.next().await.expect("the reader was dropped") {
            // A ping, if the flood took longer than a connection may be silent.
            ServerMsg::Event(_) | ServerMsg::Ping(_) => {}
            other => break assert_eq!(show(&other), "gap lobby"),
        }
    }
    ann.say("now").await;
    slow.until("lobby ann: now").await;
}

#[tokio::test]
async fn a_tls_reader_who_takes_nothing_for_too_long_is_dropped() {
    let server = Setup::new(&[]).timed(|timing| timing.write_stall = ms(200)).open();
    let (mut ann, slow) = (server.guest("ann").await, server.guest_tls("slow").await);
    slow.take_little();
    ann.say_all(flood().take(crate::slow_consumer::ENOUGH)).await;
    ann.expect_presence("lobby slow away").await;
}

#[tokio::test]
async fn whoever_asks_over_tls_and_never_reads_is_told_so_in_the_end() {
    let server = Setup::new(&[]).timed(|timing| timing.write_stall = ms(60_000)).open();
    let greedy = server.guest_tls("greedy").await;
    crate::slow_consumer::is_given_up_and_told_so(&server, greedy).await;
}

/// Sends this, and hears no word of ours until the end.
async fn ends(server: &TestServer, bytes: &[u8]) -> Vec<u8> {
    let mut tcp = dial(server.address).await;
    tcp.write_all(bytes).await.unwrap();
    let mut heard = Vec::new();
    let end = tokio::time::timeout(LIMIT, tcp.read_to_end(&mut heard)).await;
    end.expect("the connection does not end").ok();
    heard
}

#[tokio::test]
async fn garbage_that_begins_like_tls_costs_its_connection_an_alert() {
    let server = TestServer::open();
    let mut ann = server.guest_tls("ann").await;
    for garbage in [
        &b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"[..],
        b"\x16\x16\x16\x16\x16\x16\x16\x16\x16",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\xff\xff\x01",
        b"\x16{\"type\":\"hello\"}\n",
        b"\x16\x03\x01\x00\x04\x02\x00\x00\x00",
    ] {
        let heard = ends(&server, garbage).await;
        // An alert (RFC 8446, section 6) is seven bytes; nothing else is said.
        assert!(heard.len() == 7 && heard[0] == 0x15, "{garbage:x?}: {heard:x?}");
    }
    ann.say("still here").await;
}

#[tokio::test]
async fn a_handshake_without_end_is_cut_off_long_before_its_time() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = ms(600_000)).open();
    // One message of 60 kB, in records of 4 kB.
    let mut endless = Vec::new();
    for record in 0..15 {
        endless.extend_from_slice(b"\x16\x03\x01\x10\x00");
        let mut body = vec![0; 4096];
        if record == 0 {
            body[..4].copy_from_slice(b"\x01\x00\xea\x60");
        }
        endless.extend_from_slice(&body);
    }
    ends(&server, &endless).await;
    server.guest_tls("ann").await.say("hi").await;
}

#[tokio::test]
async fn a_handshake_that_stalls_ends_with_the_time_for_a_greeting() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = ms(200)).open();
    assert_eq!(ends(&server, b"\x16").await, b"");
    let mut ann = ByHand::dial(&server, None).await;
    let hello = ann.outgoing();
    assert_eq!(ends(&server, &hello[..hello.len() - 1]).await, b"");
    // The server's half of the handshake, and no more.
    assert_eq!(ends(&server, &hello).await[0], 0x16);
}

#[tokio::test]
async fn a_handshake_does_not_stretch_the_time_for_a_greeting() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = ms(300)).open();
    let mut ann = Client::connect_tls(server.address).await;
    ann.expect("error timeout").await;
    ann.expect("goodbye timeout").await;
    ann.expect_end().await;
}

#[tokio::test]
async fn inside_tls_the_first_byte_counts_as_well() {
    let server = TestServer::open();
    for nonsense in ["GET / HTTP/1.1\r\n\r\n", "\n", "\u{16}\u{3}\u{1}"] {
        let mut stranger = Client::connect_tls(server.address).await;
        stranger.raw(nonsense.as_bytes()).await;
        stranger.expect_end().await;
    }
}

#[tokio::test]
async fn what_is_not_encrypted_after_the_handshake_ends_the_connection() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let again = ByHand::dial(&server, None).await.outgoing();
    for (name, garbage) in [
        ("plain", &b"{\"type\":\"ping\"}\n"[..]),
        ("forged", b"\x17\x03\x03\x00\x20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("again", &again),
        ("alert", b"\x15\x03\x03\x00\x02\x02\x28"),
    ] {
        let mut ben = server.guest_tls(name).await;
        ann.until(&format!("lobby {name} joins")).await;
        ben.transport().below().write_all(garbage).await.unwrap();
        ben.expect_end().await;
        ann.expect_presence(&format!("lobby {name} away")).await;
    }
    ann.expect_silence().await;
}

#[tokio::test]
async fn new_keys_are_fine_but_not_without_end() {
    let server = TestServer::open();
    let mut ann = server.guest_tls("ann").await;
    for text in ["one", "two", "three"] {
        ann.transport().tls().refresh_traffic_keys().unwrap();
        ann.say(text).await;
    }
    for _ in 0..100 {
        ann.transport().tls().refresh_traffic_keys().unwrap();
        ann.transport().flush().await.ok();
    }
    while ann.line().await.is_some() {}
}

#[tokio::test]
async fn a_connection_that_is_cut_is_an_ordinary_end() {
    let server = TestServer::open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest_tls("ben").await);
    ann.until("lobby ben joins").await;
    // Half of it, without a word of TLS: a truncation.
    socket2::SockRef::from(ben.stream()).shutdown(std::net::Shutdown::Write).unwrap();
    ann.expect_presence("lobby ben away").await;
    let cut = server.guest_tls("cut").await;
    ann.until("lobby cut joins").await;
    cut.break_off();
    ann.expect_presence("lobby cut away").await;
}

#[tokio::test]
async fn a_server_that_ends_says_goodbye_over_tls() {
    let server = TestServer::open();
    let mut ann = server.guest_tls("ann").await;
    server.stop().await;
    ann.until("goodbye shutting_down").await;
    ann.expect_end().await;
}

#[tokio::test]
async fn a_new_certificate_is_for_new_connections_and_a_broken_one_for_nobody() {
    let (dir, other) = (tempfile::TempDir::new().unwrap(), tempfile::TempDir::new().unwrap());
    let mut daemon = Daemon::start(dir.path(), &[]);
    drop(Daemon::start(other.path(), &[]));
    let mut ann = Client::greet_tls(daemon.address, json!({"name": "ann"})).await;
    let first = ann.transport().fingerprint();
    daemon.wait_log(first.as_str());
    fs::copy(other.path().join("tls.crt"), dir.path().join("tls.crt")).unwrap();
    daemon.signal("HUP");
    let why = daemon.wait_log("stays as it was");
    assert!(why.contains("does not belong"), "{why}");
    let mut ben = Client::greet_tls(daemon.address, json!({"name": "ben"})).await;
    assert_eq!(ben.transport().fingerprint(), first);
    fs::copy(other.path().join("tls.key"), dir.path().join("tls.key")).unwrap();
    daemon.signal("HUP");
    daemon.wait_log("read the certificate again");
    let mut cat = Client::greet_tls(daemon.address, json!({"name": "cat"})).await;
    let second = cat.transport().fingerprint();
    assert_ne!(second, first);
    daemon.wait_log(second.as_str());
    ann.say("still here").await;
    cat.until("lobby ann: still here").await;
}

#[test]
fn a_certificate_and_a_key_of_two_pairs_do_not_start() {
    let (dir, other) = (tempfile::TempDir::new().unwrap(), tempfile::TempDir::new().unwrap());
    drop((Daemon::start(dir.path(), &[]), Daemon::start(other.path(), &[])));
    let (cert, key) = (dir.path().join("tls.crt"), other.path().join("tls.key"));
    let flags =
        ["--listen", "127.0.0.1:0", "--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let (status, said) = fails(dir.path(), &flags);
    assert!(status == 78 && said.contains("does not belong"), "{said}");
}
