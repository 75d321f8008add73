//! Where the server listens and who comes from where: addresses that are not there yet, IPv4 on a socket for IPv6, and a
//! process that has no file descriptors left.

use std::net::TcpStream;

use serde_json::json;
use tempfile::TempDir;

use crate::client::Client;
use crate::ctl::{fine, json as answer};
use crate::daemon::Daemon;
use crate::test_server::Setup;

/// An address of a documentation network (RFC 5737), which no machine has.
const ABSENT: &str = "192.0.2.1:0";

#[test]
fn an_address_that_is_not_there_yet_is_waited_for_and_a_stop_is_heard_meanwhile() {
    let dir = TempDir::new().unwrap();
    let mut daemon = Daemon::waiting(dir.path(), ABSENT);
    let said = daemon.wait_log("waiting for it");
    assert!(said.contains("192.0.2.1") && said.contains("--free-bind"), "{said}");
    daemon.signal("TERM");
    let (status, log) = daemon.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(!log.contains("another server"), "{log}");
}

#[test]
fn an_address_that_is_not_there_is_bound_freely_on_request() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--listen", ABSENT, "--free-bind"]);
    assert_eq!(daemon.address.ip().to_string(), "192.0.2.1");
}

#[tokio::test]
async fn where_an_address_is_missing_nobody_is_told_that_another_server_runs() {
    let error = Setup::new(&["--listen", ABSENT]).try_open().err().unwrap();
    let said = format!("{error:#}");
    assert!(said.contains("give an address of this machine") && !said.contains("join it"), "{said}");
}

#[tokio::test]
async fn a_server_listens_on_several_addresses_and_names_them_all() {
    let dir = TempDir::new().unwrap();
    let mut daemon = Daemon::start(dir.path(), &["--listen", "127.0.0.1:0", "--listen", "127.0.0.2:0"]);
    let status = answer(dir.path(), &["status"]);
    let listen: Vec<std::net::SocketAddr> = serde_json::from_value(status["listen"].clone()).unwrap();
    assert_eq!(listen.iter().map(|one| one.ip().to_string()).collect::<Vec<_>>(), ["127.0.0.1", "127.0.0.2"]);
    let other = daemon.wait_log("address=127.0.0.2:");
    assert!(other.contains("listening"), "{other}");
    let mut ann = Client::greet(listen[0], json!({"name": "ann"})).await;
    let mut ben = Client::greet(listen[1], json!({"name": "ben"})).await;
    ben.say("hi").await;
    ann.until("lobby ben: hi").await;
}

#[tokio::test]
async fn one_of_several_addresses_that_will_not_do_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let held = std::net::TcpListener::bind(&taken).unwrap();
    for (listen, why) in [
        (format!("127.0.0.2:0,{taken}"), format!("cannot listen on {taken}")),
        (format!("127.0.0.2:0,{ABSENT},127.0.0.1:0"), format!("cannot listen on {ABSENT}")),
        ("127.0.0.1:1,127.0.0.1:1".to_owned(), "listen: 127.0.0.1:1 is there twice".to_owned()),
    ] {
        let said = format!("{:#}", Setup::new(&["--listen", &listen]).try_open().err().unwrap());
        assert!(said.contains(&why), "{said}");
    }
    drop(held);
}

#[tokio::test]
async fn a_port_is_listened_on_for_ipv4_and_ipv6_together() {
    let port = match std::net::TcpListener::bind("[::]:0") {
        Ok(free) => free.local_addr().unwrap().port(),
        Err(_) => return println!("skipped: no IPv6 here"),
    };
    let listen = format!("0.0.0.0:{port},[::]:{port}");
    let server = Setup::new(&["--listen", &listen]).open();
    for address in [format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        Client::greet(address.parse().unwrap(), json!({})).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn an_ipv4_peer_is_written_as_one_on_a_socket_for_ipv6() {
    if std::net::TcpListener::bind("[::]:0").is_err() {
        return println!("skipped: no IPv6 here");
    }
    let dir = TempDir::new().unwrap();
    let mut daemon = Daemon::start(dir.path(), &["--listen", "[::]:0"]);
    let mut ann = Client::greet(([127, 0, 0, 1], daemon.address.port()).into(), json!({"name": "ann"})).await;
    let came = daemon.wait_log("name=ann");
    assert!(came.contains("from=127.0.0.1:"), "{came}");
    assert_eq!(answer(dir.path(), &["whois", "ann"])["details"]["address"], "127.0.0.1");
    fine(dir.path(), &["kick", "ann"]);
    ann.until("goodbye kicked by operator").await;
    let ended = daemon.wait_log("connection ended conn=1 ");
    assert!(ended.contains("from=127.0.0.1:") && !ended.contains("ffff"), "{ended}");
}

#[tokio::test]
async fn the_operator_is_answered_when_connections_have_taken_all_descriptors_but_the_last() {
    let dir = TempDir::new().unwrap();
    let mut daemon = Daemon::with_files(dir.path(), 128);
    let connections: Vec<_> = (0..200).map(|_| TcpStream::connect(daemon.address).unwrap()).collect();
    let said = daemon.wait_log("kept for the operator");
    assert!(said.contains("could not accept"), "{said}");
    assert_eq!(answer(dir.path(), &["status"])["healthy"], true);
    drop(connections);
    daemon.guest("ann").await.say("there is room again").await;
}
