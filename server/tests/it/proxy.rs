//! Connections that a trusted proxy makes for others, by the PROXY protocol.

use std::io::Write as _;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use server::transport::peer::Peer;

use crate::client::transport::{self, Transport};
use crate::client::{Client, dial, hello, show};
use crate::test_server::{Setup, TestServer};

/// A header of version 2 with this source address, and a TLV that nobody reads.
fn header(source: [u8; 4]) -> Vec<u8> {
    let addresses = [source, [10, 0, 0, 1]].concat();
    let rest = [&addresses[..], &[0x0f, 0xa0, 0x1d, 0xf3], &[0x04, 0, 1, 0]].concat();
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [b"\r\n\r\n\0\r\nQUIT\n\x21\x11", &length[..], &rest].concat()
}

const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0";
const ANN: [u8; 4] = [192, 0, 2, 7];

async fn dialed(server: &TestServer, header: &[u8]) -> TcpStream {
    let mut tcp = dial(server.address).await;
    tcp.write_all(header).await.unwrap();
    tcp
}

async fn greeted(server: &TestServer, header: &[u8]) -> Client {
    let mut client = Client::over(Transport::Plain(dialed(server, header).await));
    client.hello(json!({})).await;
    client
}

/// The address that an admin is told of somebody.
async fn address_of(admin: &mut Client, uid: u64) -> String {
    let whois = admin.ok(json!({"type": "who", "uid": uid})).await;
    let details = whois.users.unwrap()[0].details.clone().unwrap();
    details.address.map_or_else(|| "none".to_owned(), |address| address.to_string())
}

/// Whether the connection is closed without a word.
async fn is_closed(mut tcp: impl tokio::io::AsyncRead + Unpin) -> bool {
    let mut rest = Vec::new();
    // A reset is as good as an end.
    let read = tokio::time::timeout(crate::client::LIMIT, tcp.read_to_end(&mut rest)).await;
    read.expect("it stays open").map_or(true, |_| rest.is_empty())
}

#[tokio::test]
async fn the_address_in_the_header_is_whose_the_connection_is() {
    let server = TestServer::with(&["--proxy-from", "127.0.0.0/8"]);
    let mut admin = greeted(&server, LOCAL).await;
    admin.ok(json!({"type": "auth", "key": server.key})).await;
    let own = admin.uid();
    assert_eq!(address_of(&mut admin, own).await, "127.0.0.1", "a local command leaves the proxy's");
    let ann = greeted(&server, &header(ANN)).await;
    assert_eq!(address_of(&mut admin, ann.uid()).await, "192.0.2.7");
    let ben = greeted(&server, b"PROXY TCP6 2001:db8::7 ::1 4000 7667\r\n").await;
    assert_eq!(address_of(&mut admin, ben.uid()).await, "2001:db8::7");
    let tcp = dialed(&server, &header([192, 0, 2, 8])).await;
    let name = ServerName::try_from("localhost").unwrap();
    let tls = TlsConnector::from(transport::trusting()).connect(name, tcp).await.unwrap();
    let mut cat = Client::over(Transport::Tls(Box::new(tls)));
    cat.hello(json!({})).await;
    assert_eq!(address_of(&mut admin, cat.uid()).await, "192.0.2.8");
    admin.ok(json!({"type": "ban", "uid": ann.uid(), "address": true})).await;
    let mut again = Client::over(Transport::Plain(dialed(&server, &header(ANN)).await));
    again.send(hello(&json!({}))).await;
    again.until("error banned").await;
}

#[tokio::test]
async fn limits_hold_for_the_address_in_the_header() {
    let tea = json!({"password": "tea"});
    for (limit, value, first, expected) in [
        ("--max-per-address", "1", &tea, "error too_many_connections"),
        ("--wrong-guesses", "1/1", &json!({"password": "milk"}), "error rate_limited"),
    ] {
        let setup = Setup::new(&["--proxy-from", "127.0.0.1"]).with(limit, value);
        let file = setup.dir.path().join("password");
        std::fs::write(&file, "tea").unwrap();
        let server = setup.with("--password-file", file.to_str().unwrap()).open();
        let (mut said, mut kept) = (Vec::new(), Vec::new());
        for (source, fields) in [(ANN, first), (ANN, &tea), ([192, 0, 2, 8], &tea)] {
            let mut client = Client::over(Transport::Plain(dialed(&server, &header(source)).await));
            client.send(hello(fields)).await;
            said.push(show(&client.next().await.unwrap()));
            kept.push(client);
        }
        assert_eq!(said[1], expected);
        assert!(said[2].starts_with("welcome"), "{said:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_sends_no_header_is_not_served() {
    let setup = Setup::new(&["--proxy-from", "127.0.0.1"]);
    let server = setup.timed(|timing| timing.greeting = crate::daemon::ms(200)).open();
    let line = hello(&json!({"name": "ann"})).to_string() + "\n";
    let long = [b"\r\n\r\n\0\r\nQUIT\n\x21\x11", &[0xff, 0xff][..], &[0; 100]].concat();
    let (whole, cut) = (header(ANN), header(ANN)[..20].to_vec());
    for begin in [line.as_bytes(), b"\x16\x03\x01\x00\x05", b"GET / HTTP/1.1\r\n", &long, &cut, b""] {
        let tcp = dialed(&server, begin).await;
        assert!(is_closed(tcp).await, "{}", begin.escape_ascii());
    }
    // The header in pieces, and what follows in the same packet.
    let mut tcp = dialed(&server, &whole[..5]).await;
    tcp.write_all(&[&whole[5..], line.as_bytes()].concat()).await.unwrap();
    Client::over(Transport::Plain(tcp)).until("welcome ann").await;
}

#[tokio::test]
async fn a_header_of_anybody_else_is_refused_and_a_reload_says_who_is_trusted() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let server = TestServer::with(&["--config", file.path().to_str().unwrap()]);
    assert!(is_closed(dialed(&server, &header(ANN)).await).await);
    assert!(is_closed(dialed(&server, b"PROXY TCP4 192.0.2.7 10.0.0.1 4000 7667\r\n").await).await);
    writeln!(&file, "proxy-from = ['10.0.0.0/8', '127.0.0.1']").unwrap();
    server.reloader.reload().await.unwrap();
    greeted(&server, &header(ANN)).await;
}

#[tokio::test]
async fn a_proxy_on_the_unix_socket_is_known_by_its_user_and_operates_nothing() {
    let server = TestServer::with(&["--proxy-from", "unix:113,unix:0"]);
    let mut admin = server.admin("ann").await;
    for (begin, address) in [(header(ANN), "192.0.2.7"), (LOCAL.to_vec(), "none")] {
        let (mut near, far) = UnixStream::pair().unwrap();
        server.acceptor.serve_unix(far, Peer::Unix { uid: 113, operator: true });
        near.write_all(&begin).await.unwrap();
        let mut ben = Client::over(Transport::Unix(near));
        ben.send(json!({"type": "status", "id": "s"})).await;
        ben.until("error unknown_type").await;
        ben.hello(json!({})).await;
        assert_eq!(address_of(&mut admin, ben.uid()).await, address);
    }
    let (mut near, far) = UnixStream::pair().unwrap();
    server.acceptor.serve_unix(far, Peer::Unix { uid: 113, operator: false });
    near.write_all(b"{\"type\":\"status\"}\n").await.unwrap();
    assert!(is_closed(near).await);
}
