//! Logging in over IRC, and who is let in at all: over real sockets.

use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, ServerName};

use server::stats::Transport;

use crate::client::{Client, LIMIT, transport};
use crate::daemon::Daemon;
use crate::irc::Irc;
use crate::test_server::{Setup, TestServer};

const IRC: [&str; 2] = ["--irc", "127.0.0.1:0"];

/// The answer of `AUTHENTICATE PLAIN`.
fn plain(name: &str, word: &str) -> String {
    Base64::encode_string(format!("\0{name}\0{word}").as_bytes())
}

/// Tries to log in; the line that says what became of it.
async fn log_in(irc: &mut Irc, name: &str, word: &str) -> String {
    irc.say("CAP LS 302\r\nCAP REQ :sasl message-tags labeled-response echo-message\r\nAUTHENTICATE PLAIN")
        .await;
    irc.until("AUTHENTICATE +").await;
    irc.say(&format!("AUTHENTICATE {}", plain(name, word))).await;
    let told = irc.until(" :").await;
    let last = told.last().unwrap().clone();
    if last.contains(" 900 ") { irc.line().await.unwrap() } else { last }
}

/// Somebody who logged in and is in.
async fn logged_in(irc: &mut Irc, name: &str, word: &str) {
    let told = log_in(irc, name, word).await;
    assert!(told.contains(" 903 "), "{told}");
    irc.say("NICK somebody\r\nUSER x 0 * :x\r\nCAP END").await;
    irc.until(" 376 ").await;
}

async fn set_word(client: &mut Client, word: &str) {
    client.ok(json!({"type": "irc_password", "word": word, "machine": "laptop"})).await;
}

fn strict(flags: &[&str]) -> TestServer {
    let strict = |timing: &mut server::timing::Timing| {
        (timing.exempt_loopback, timing.grace) = (false, Duration::ZERO);
    };
    Setup::new(&[&IRC[..], flags].concat()).timed(strict).open()
}

#[tokio::test]
async fn who_logs_in_by_a_word_is_themselves_in_their_rooms_and_irc_is_a_machine_of_theirs() {
    let server = TestServer::with(&IRC);
    let mut ann = server.guest("ann").await;
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    set_word(&mut ann, "open sesame").await;
    let secret = ann.secret.clone();
    for (name, word, numeric) in [
        ("ann", "open sesame", " 903 "),
        ("#1", "open sesame", " 903 "),
        ("ann", secret.as_str(), " 903 "),
        ("ann", "open sesam", " 904 "),
        ("ben", "open sesame", " 904 "),
        ("#2", secret.as_str(), " 904 "),
        ("no name at all", "open sesame", " 904 "),
        ("ann", "no", " 904 "),
    ] {
        let told = log_in(&mut Irc::connect(&server).await, name, word).await;
        assert!(told.contains(numeric), "{name}: {told}");
    }
    let mut irc = Irc::connect(&server).await;
    logged_in(&mut irc, "ann", "open sesame").await;
    irc.until(":ann!u1@chinwag JOIN #kitchen").await;
    assert_eq!(server.observer.stats.connections(Transport::Irc), 1);
    let machines = ann.ok(json!({"type": "machines"})).await.machines.unwrap();
    let names: Vec<_> = machines.iter().map(|machine| (machine.name.as_str(), machine.here)).collect();
    assert_eq!(names, [("laptop", true), ("IRC", true)]);
    // Taken out, it is closed, and the word works no longer.
    ann.ok(json!({"type": "unlink", "machine": 2})).await;
    irc.until("ERROR").await;
    let told = log_in(&mut Irc::connect(&server).await, "ann", "open sesame").await;
    assert!(told.contains(" 904 "), "{told}");
    server.stop().await;
}

#[tokio::test]
async fn another_word_ends_those_who_came_by_the_one_before() {
    let server = TestServer::with(&IRC);
    let mut ann = server.guest("ann").await;
    set_word(&mut ann, "open sesame").await;
    let mut thief = Irc::connect(&server).await;
    logged_in(&mut thief, "ann", "open sesame").await;
    set_word(&mut ann, "shut sesame").await;
    thief.until("ERROR").await;
    for (word, numeric) in [("open sesame", " 904 "), ("shut sesame", " 903 ")] {
        let told = log_in(&mut Irc::connect(&server).await, "ann", word).await;
        assert!(told.contains(numeric), "{word}: {told}");
    }
    server.stop().await;
}

#[tokio::test]
async fn wrong_words_count_as_guesses_and_then_the_right_one_is_not_even_tried() {
    let server = strict(&["--wrong-guesses", "3/1"]);
    let mut ann = server.guest("ann").await;
    set_word(&mut ann, "open sesame").await;
    for _ in 0..3 {
        let told = log_in(&mut Irc::connect(&server).await, "ann", "a guess").await;
        assert!(told.contains(" 904 ") && !told.contains("too many"), "{told}");
    }
    let told = log_in(&mut Irc::connect(&server).await, "ann", "open sesame").await;
    assert!(told.contains(" 904 ") && told.contains("too many"), "{told}");
    server.stop().await;
}

#[tokio::test]
async fn a_pass_logs_in_and_a_wrong_one_makes_no_stranger() {
    let server = TestServer::with(&IRC);
    let mut ann = server.guest("ann").await;
    set_word(&mut ann, "open-sesame").await;
    let secret = ann.secret.clone();
    for pass in ["ann:open-sesame", &secret] {
        let mut irc = Irc::connect(&server).await;
        irc.say(&format!("PASS {pass}\r\nNICK x1\r\nUSER x 0 * :x")).await;
        assert!(irc.until(" 001 ").await.last().unwrap().contains(" 001 ann "), "{pass}");
    }
    let mut irc = Irc::connect(&server).await;
    irc.say("PASS ann:guess-guess\r\nNICK x1\r\nUSER x 0 * :x").await;
    assert!(irc.until("ERROR").await[0].contains(" 464 "));
    server.stop().await;
}

/// A TLS connection that shows a certificate, and the SHA-256 of that.
async fn with_certificate(server: &TestServer) -> (BufReader<TlsStream<TcpStream>>, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let cert = rcgen::CertificateParams::new(vec!["ann".to_owned()]).unwrap().self_signed(&key).unwrap();
    let der = cert.der().clone();
    let hash: String = shared::FileHasher::of(&der).0.to_string();
    let config = transport::trusting_with(vec![der], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    let tcp = TcpStream::connect(server.irc.unwrap()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    (BufReader::new(TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap()), hash)
}

async fn tls_until(tls: &mut BufReader<TlsStream<TcpStream>>, what: &str) -> String {
    loop {
        let mut line = String::new();
        let read = tokio::time::timeout(LIMIT, tls.read_line(&mut line)).await;
        assert!(read.expect("nothing comes").unwrap() > 0, "the end, and no {what}");
        if line.contains(what) {
            return line;
        }
    }
}

#[tokio::test]
async fn a_certificate_that_was_registered_logs_in_without_a_word_and_another_does_not() {
    let server = TestServer::with(&IRC);
    let mut ann = server.guest("ann").await;
    for registered in [true, false] {
        let (mut tls, fingerprint) = with_certificate(&server).await;
        if registered {
            ann.ok(json!({"type": "irc_certificate", "fingerprint": fingerprint})).await;
        }
        tls.write_all(b"CAP LS 302\r\nCAP REQ sasl\r\nAUTHENTICATE EXTERNAL\r\nAUTHENTICATE +\r\n")
            .await
            .unwrap();
        assert!(tls_until(&mut tls, "sasl=").await.contains("sasl=PLAIN,EXTERNAL"));
        tls_until(&mut tls, if registered { " 903 " } else { " 904 " }).await;
        tls.write_all(b"NICK ben\r\nUSER x 0 * :x\r\nCAP END\r\n").await.unwrap();
        tls_until(&mut tls, if registered { " 001 ann " } else { " 001 ben " }).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn an_address_has_as_many_connections_over_irc_as_over_the_others_and_is_told_so() {
    let server = strict(&["--max-per-address", "2"]);
    let _ann = server.guest("ann").await;
    let _ben = Irc::greet(&server, "ben").await;
    let mut third = Irc::connect(&server).await;
    third.say("NICK eve").await;
    assert!(third.line().await.unwrap().starts_with("ERROR :"));
    assert_eq!(third.line().await, None);
    server.stop().await;
}

#[tokio::test]
async fn a_trusted_proxy_says_for_whom_it_connects_and_a_ban_by_address_holds() {
    let server = TestServer::with(&["--irc", "127.0.0.1:0", "--proxy-from", "127.0.0.1"]);
    let header = |from: &str| format!("PROXY TCP4 {from} 10.0.0.1 4000 6697");
    let tcp = TcpStream::connect(server.address).await.unwrap();
    let mut admin = Client::over(transport::Transport::Plain(tcp));
    admin.raw(format!("{}\r\n", header("192.0.2.1")).as_bytes()).await;
    admin.hello(json!({"name": "ann"})).await;
    admin.ok(json!({"type": "auth", "key": server.key})).await;
    let mut irc = Irc::connect(&server).await;
    irc.say(&format!("{}\r\nNICK ben\r\nUSER x 0 * :x", header("192.0.2.7"))).await;
    irc.until(" 376 ").await;
    let whois = admin.ok(json!({"type": "who", "name": "ben"})).await.users.unwrap().remove(0);
    let details = whois.details.clone().unwrap();
    assert_eq!((details.address, details.client.as_str()), ("192.0.2.7".parse().ok(), "irc"));
    admin.ok(json!({"type": "ban", "uid": whois.member.uid, "address": true})).await;
    irc.until("ERROR").await;
    let mut again = Irc::connect(&server).await;
    again.say(&format!("{}\r\nNICK eve\r\nUSER x 0 * :x", header("192.0.2.7"))).await;
    assert!(again.until("ERROR").await[0].contains(" 465 "));
    server.stop().await;
}

#[tokio::test]
async fn sockets_that_were_passed_by_the_name_irc_are_for_irc_clients() {
    let dir = TempDir::new().unwrap();
    let sockets = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let [json, irc] = sockets.each_ref().map(|socket| socket.local_addr().unwrap());
    let sockets = sockets.map(|socket| Some(socket.into()));
    let _daemon = Daemon::passed_as(dir.path(), sockets, "chinwagd.socket:irc");
    let mut ann = Client::greet(json, json!({"name": "ann"})).await;
    let _ben = Irc::greet_at(irc, "ben").await;
    ann.until("lobby ben joins").await;
}

#[tokio::test]
async fn who_does_not_register_in_time_is_closed_also_with_half_a_line_and_without_reading() {
    let server = Setup::new(&IRC).timed(|timing| timing.greeting = Duration::from_millis(300)).open();
    for said in ["", "NICK ann\r\nUSER x 0 * :x", "CAP LS 302\r\n"] {
        let mut tcp = TcpStream::connect(server.irc.unwrap()).await.unwrap();
        tcp.write_all(said.as_bytes()).await.unwrap();
        let mut rest = String::new();
        let read = tokio::time::timeout(LIMIT, tcp.read_to_string(&mut rest)).await;
        read.expect("it is not closed").unwrap();
        assert!(rest.contains("ERROR"), "{said:?}: {rest}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_message_that_is_sent_again_with_its_nonce_after_a_crash_is_one_message() {
    let dir = TempDir::new().unwrap();
    let mut daemon = Daemon::start(dir.path(), &IRC);
    let mut ann = daemon.guest("ann").await;
    set_word(&mut ann, "open sesame").await;
    let line = "@label=l1;+nonce=once-7 PRIVMSG #lobby :said once";
    let say = async |daemon: &mut Daemon| {
        let mut irc = Irc::at(daemon.irc()).await;
        logged_in(&mut irc, "ann", "open sesame").await;
        irc.say(&format!("JOIN #lobby\r\n{line}")).await;
        irc.until("label=l1").await.pop().unwrap()
    };
    let first = say(&mut daemon).await;
    assert!(first.contains("PRIVMSG #lobby :said once"), "{first}");
    daemon.signal("KILL");
    daemon.wait();
    let mut daemon = Daemon::start(dir.path(), &IRC);
    let again = say(&mut daemon).await;
    let msgid = |line: &str| {
        let tags = line.split(' ').next().unwrap().to_owned();
        tags.split([';', '@']).find(|tag| tag.starts_with("msgid=")).map(str::to_owned)
    };
    assert!(msgid(&first).is_some() && msgid(&first) == msgid(&again), "{first}\n{again}");
    let mut ben = daemon.guest("ben").await;
    let page = format!("{:?}", ben.ask(json!({"type": "history", "room": "lobby"})).await);
    assert_eq!(page.matches("said once").count(), 1, "{page}");
}
