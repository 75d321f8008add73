//! A server with several addresses: the real binaries, and a forwarder for each address, which is killed, or goes silent.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::time::Instant;
use tui_client::attempt::Attempt;
use tui_client::event::Lost;
use tui_client::net::dial::{Dial as _, Dialer};

use crate::net::fake::FakeServer;
use crate::processes::{Daemon, PATIENCE, Plain, run_at};

/// An address of its own for a server, at which things go wrong.
pub(crate) struct Forwarder {
    /// Where it listens.
    pub(crate) address: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_dead: AtomicBool,
    is_silent: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

impl Forwarder {
    pub(crate) fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::new(State::default()));
        let (server, shared) = (server.parse().unwrap(), Arc::clone(&state));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.is_dead.load(Ordering::SeqCst) {
                    return;
                }
                forward(&client, server, &shared);
            }
        });
        Self { address: address.to_string(), state }
    }

    /// What becomes of the connections of a process that is killed: they end, and nobody listens any more.
    pub(crate) fn kill(&self) {
        self.state.is_dead.store(true, Ordering::SeqCst);
        for stream in self.state.streams.lock().unwrap().drain(..) {
            stream.shutdown(Shutdown::Both).ok();
        }
        // The listener ends with the next connection.
        TcpStream::connect(&self.address).ok();
    }

    /// What a cable that is cut does: nothing comes any more, and nothing says so.
    pub(crate) fn fall_silent(&self) {
        self.state.is_silent.store(true, Ordering::SeqCst);
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.kill();
    }
}

fn forward(client: &TcpStream, server: SocketAddr, state: &Arc<State>) {
    let server = TcpStream::connect(server).unwrap();
    for (from, to) in [(client, &server), (&server, client)] {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        state.streams.lock().unwrap().push(from.try_clone().unwrap());
        let state = Arc::clone(state);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                while state.is_silent.load(Ordering::SeqCst) && !state.is_dead.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(20));
                }
                if to.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            to.shutdown(Shutdown::Both).ok();
        });
    }
}

/// A server with two addresses.
pub(crate) fn two_ways(daemon: &Daemon) -> (Forwarder, Forwarder, String) {
    let (one, two) = (Forwarder::to(&daemon.address), Forwarder::to(&daemon.address));
    let both = format!("{},{}", one.address, two.address);
    (one, two, both)
}

/// Somebody who hears what is said from now on.
pub(crate) fn someone_there(daemon: &Daemon) -> Plain {
    let mut lee = Plain::start(&daemon.address, "lee");
    lee.say("here");
    lee.hears("lee: here");
    lee
}

#[test]
fn whoever_loses_a_node_goes_on_at_the_other_one_as_the_same_person() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let (one, _two, both) = two_ways(&daemon);
    let lee = someone_there(&daemon);
    let mut kim = Plain::start(&both, "kim");
    kim.say("before");
    lee.hears("kim: before");
    one.kill();
    let killed = Instant::now();
    kim.say("after");
    lee.hears("kim: after");
    assert!(killed.elapsed() < Duration::from_secs(2), "{:?}", killed.elapsed());
    kim.say("and more");
    // Nobody left, nobody came, and nothing was said twice.
    let mut heard = Vec::new();
    loop {
        let line = lee.lines.recv_timeout(PATIENCE).unwrap();
        let is_last = line.contains("and more");
        heard.push(line);
        if is_last {
            break;
        }
    }
    assert_eq!(heard.len(), 1, "{heard:?}");
}

#[test]
fn what_is_said_into_a_cut_cable_is_said_at_the_other_node_within_seconds_and_once() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let (one, _two, both) = two_ways(&daemon);
    let lee = someone_there(&daemon);
    let mut kim = Plain::start(&both, "kim");
    kim.say("before");
    lee.hears("kim: before");
    kim.hears("before");
    one.fall_silent();
    let cut = Instant::now();
    kim.say("into the void");
    lee.hears("kim: into the void");
    // Two seconds until it is asked, three until it is given up, and the way to the other one.
    let waited = cut.elapsed();
    assert!((Duration::from_secs(4)..Duration::from_secs(8)).contains(&waited), "{waited:?}");
    // The cable is there again: what was sent through it is not said once more.
    drop(one);
    kim.say("after");
    assert!(lee.hears("kim: ").contains("after"));
}

#[test]
fn the_profile_is_found_from_every_address_the_server_was_met_at() {
    let [home, state] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let (one, two, both) = two_ways(&daemon);
    let uid = |address: &str| {
        let run = run_at(home.path(), &["--json", address], b"hi\n");
        assert_eq!(run.status, 0, "{}", run.err);
        let lines = run.out.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let welcome = lines.into_iter().find(|line| line["type"] == "welcome").unwrap();
        welcome["you"]["uid"].as_u64().unwrap()
    };
    let first = uid(&both);
    one.kill();
    assert_eq!(uid(&both), first, "at the other address");
    assert_eq!(uid(&two.address), first, "which is enough from now on");
    let three = Forwarder::to(&daemon.address);
    assert_eq!(uid(&format!("{},{}", three.address, two.address)), first);
}

#[test]
fn an_address_that_is_another_server_is_passed_over() {
    let [home, state, other] = [0, 1, 2].map(|_| tempfile::tempdir().unwrap());
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let stranger = Daemon::start(other.path(), "127.0.0.1:0");
    let (one, two, _) = two_ways(&daemon);
    let all = format!("{},{},{}", one.address, stranger.address, two.address);
    let said = |text: &[u8]| run_at(home.path(), &["--json", &all], text);
    assert_eq!(said(b"one\n").status, 0);
    one.kill();
    let run = said(b"two\n");
    assert!(run.status == 0 && !run.out.contains("Another server"), "{}\n{}", run.out, run.err);
    let there = Plain::start(&daemon.address, "lee");
    drop(there);
    let strangers = run_at(tempfile::tempdir().unwrap().path(), &["--json", &stranger.address], b"hi\n");
    assert!(!strangers.out.contains("\"two\""));
}

#[tokio::test]
async fn an_address_that_swallows_everything_costs_two_seconds_where_there_is_another() {
    // A listener whose queue is full does not answer the first packet of a connection.
    let hole = TcpSocket::new_v4().unwrap();
    hole.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let hole = hole.listen(1).unwrap();
    let address = hole.local_addr().unwrap();
    let mut filling = Vec::new();
    for _ in 0..8 {
        let connecting = tokio::net::TcpStream::connect(address);
        if let Ok(stream) = tokio::time::timeout(Duration::from_millis(100), connecting).await {
            filling.push(stream);
        }
    }
    let server = FakeServer::start().await;
    let mut dialer = Dialer::from(server.address());
    let limit = Some(Duration::from_secs(2));
    dialer.head_for(&Attempt { other: Some(address.into()), is_told: true, limit });
    let begun = Instant::now();
    assert_eq!(dialer.dial().await.err(), Some(Lost::Silent));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    dialer.head_for(&Attempt { limit, ..Attempt::default() });
    assert!(dialer.dial().await.is_ok());
}
