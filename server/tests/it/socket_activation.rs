//! Socket activation: sockets that outlive the server: whoever connects while it is gone is served by the next one.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;

use serde_json::json;
use tempfile::TempDir;

use crate::client::{Client, hello};
use crate::daemon::{Daemon, fails_with};

#[tokio::test]
async fn who_connects_while_the_server_is_gone_is_served_by_the_next_one() {
    let dir = TempDir::new().unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let start = || Daemon::passed(dir.path(), [Some(socket.try_clone().unwrap().into()), None]);
    let mut daemon = start();
    assert!(daemon.wait_log("--listen is ignored").contains("7667"));
    let mut ann = Client::greet(address, json!({"name": "ann"})).await;
    let said = ann.say("before").await;
    daemon.signal("KILL");
    daemon.wait();
    let mut back = Client::connect(address).await;
    let fields = json!({"secret": ann.secret, "resume": {"lobby": 0}});
    back.send(hello(&fields)).await;
    let _daemon = start();
    back.welcomed(&fields).await;
    assert_eq!((back.name(), back.uid()), ("ann".to_owned(), ann.uid()));
    back.until("lobby ann: before").await;
    assert!(back.say("after").await > said);
}

#[tokio::test]
async fn all_sockets_that_were_passed_are_served() {
    let dir = TempDir::new().unwrap();
    let sockets = ["127.0.0.1:0", "[::1]:0"].map(TcpListener::bind);
    let [Ok(four), Ok(six)] = sockets else { return println!("skipped: no IPv6 here") };
    let addresses = [four.local_addr().unwrap(), six.local_addr().unwrap()];
    let _daemon = Daemon::passed(dir.path(), [Some(four.into()), Some(six.into())]);
    let mut ann = Client::greet(addresses[0], json!({"name": "ann"})).await;
    let mut ben = Client::greet(addresses[1], json!({"name": "ben"})).await;
    ann.until("lobby ben joins").await;
    ben.say("hi").await;
    ann.until("lobby ben: hi").await;
}

#[test]
fn a_socket_that_is_none_of_ours_is_named() {
    let dir = TempDir::new().unwrap();
    let socket = OwnedFd::from(UnixDatagram::unbound().unwrap());
    let (code, said) = fails_with(dir.path(), [Some(socket), None]);
    assert!(code == 1 && ["descriptor 3", "ListenStream="].iter().all(|word| said.contains(word)), "{said}");
}

#[test]
fn a_low_soft_limit_of_open_files_is_raised_to_the_hard_one() {
    let dir = TempDir::new().unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let daemon = Daemon::passed(dir.path(), [Some(socket.into()), None]);
    let [soft, hard] = daemon.open_files();
    assert_eq!(soft, hard);
    assert_ne!(soft, "256", "it was started with this");
}
