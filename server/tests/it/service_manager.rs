//! The server under a service manager: what it reports, and when it stops reporting that it is alive.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;

use serde_json::json;
use tempfile::TempDir;

use crate::client::{Client, LIMIT};
use crate::daemon::{Daemon, ms};

/// The service manager's end: one state after the other.
struct Manager {
    socket: UnixDatagram,
    states: VecDeque<String>,
    dir: TempDir,
}

impl Manager {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let socket = UnixDatagram::bind(dir.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        Self { socket, states: VecDeque::new(), dir }
    }

    fn start(&self, watchdog_ms: u64) -> Daemon {
        let state = self.dir.path().join("state");
        Daemon::notifying(&state, &self.dir.path().join("notify"), ms(watchdog_ms))
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.dir.path().join("state/chinwag.db")).unwrap()
    }

    /// Reads what is there already.
    fn hear(&mut self, wait: bool) -> bool {
        let mut datagram = [0; 4096];
        self.socket.set_nonblocking(!wait).unwrap();
        // A signal, as of a process of another test that ends, interrupts a wait that has a limit.
        let read = loop {
            match self.socket.recv(&mut datagram) {
                Ok(read) => break read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        };
        let states = std::str::from_utf8(&datagram[..read]).unwrap();
        self.states.extend(states.lines().map(ToOwned::to_owned));
        true
    }

    /// The next state that begins like this; others before it are let go of.
    fn until(&mut self, state: &str) -> String {
        loop {
            match self.states.pop_front() {
                Some(next) if next.starts_with(state) => return next,
                Some(_) => {}
                None => assert!(self.hear(true), "the manager was not told {state}"),
            }
        }
    }
}

#[tokio::test]
async fn the_manager_is_told_readiness_people_and_the_end() {
    let mut manager = Manager::new();
    let daemon = manager.start(60_000_000);
    manager.until("READY=1");
    assert_eq!(manager.until("STATUS="), "STATUS=0 users, 1 room");
    let mut ann = daemon.guest("ann").await;
    assert_eq!(manager.until("STATUS="), "STATUS=1 user, 1 room");
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    assert_eq!(manager.until("STATUS="), "STATUS=1 user, 2 rooms");
    daemon.signal("TERM");
    manager.until("STOPPING=1");
    assert!(daemon.wait().0.success());
}

#[test]
fn the_manager_is_told_of_a_reload_and_of_its_end() {
    let mut manager = Manager::new();
    let daemon = manager.start(60_000_000);
    manager.until("READY=1");
    daemon.signal("HUP");
    manager.until("RELOADING=1");
    let monotonic = manager.until("MONOTONIC_USEC=");
    assert!(monotonic.trim_start_matches("MONOTONIC_USEC=").parse::<u64>().is_ok(), "{monotonic}");
    manager.until("READY=1");
}

#[tokio::test]
async fn a_store_that_does_not_answer_starves_the_watchdog_until_it_does() {
    let mut manager = Manager::new();
    let mut daemon = manager.start(400);
    let mut ann = daemon.guest("ann").await;
    manager.until("WATCHDOG=1");
    manager.until("WATCHDOG=1");
    let db = manager.database();
    db.execute_batch("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").unwrap();
    // The store's thread waits for the lock. One answer may have been on its way.
    ann.send(json!({"type": "say", "room": "lobby", "text": "hi", "nonce": "n1"})).await;
    while manager.hear(false) {}
    manager.states.clear();
    daemon.wait_log("does not answer; the watchdog is not fed");
    while manager.hear(false) {}
    let fed = manager.states.iter().filter(|state| *state == "WATCHDOG=1").count();
    assert!(fed <= 1, "fed {fed} times while the store was stuck");
    // It has given up and goes on, though the lock is still held: starting it again would not free that.
    ann.until("error storage").await;
    manager.until("WATCHDOG=1");
    db.execute_batch("ROLLBACK").unwrap();
}

#[tokio::test]
async fn under_a_manager_a_restart_that_was_asked_for_has_an_exit_status_of_its_own() {
    let manager = Manager::new();
    let daemon = manager.start(60_000_000);
    ask_for_a_restart(&daemon, &manager.dir.path().join("state")).await;
    assert_eq!(daemon.wait().0.code(), Some(75));
}

#[tokio::test]
async fn by_hand_a_restart_that_was_asked_for_happens_in_the_same_process() {
    let dir = TempDir::new().unwrap();
    // A known port: the second start has the same command line.
    let daemon = Daemon::start(dir.path(), &[]);
    let address = daemon.address.to_string();
    daemon.signal("TERM");
    assert!(daemon.wait().0.success());
    let mut daemon = Daemon::start(dir.path(), &["--listen", &address]);
    let secret = ask_for_a_restart(&daemon, dir.path()).await;
    daemon.wait_log("starting again");
    daemon.wait_next_log("listening");
    let ann = Client::greet(daemon.address, json!({"secret": secret})).await;
    assert_eq!(ann.welcome.unwrap().you.name.as_str(), "ann");
    daemon.signal("TERM");
    assert!(daemon.wait().0.success());
}

/// Somebody becomes admin and asks for it; returns their secret.
async fn ask_for_a_restart(daemon: &Daemon, state: &std::path::Path) -> String {
    let key = std::fs::read_to_string(state.join("admin.key")).unwrap();
    let mut ann = daemon.guest("ann").await;
    ann.ok(json!({"type": "auth", "key": key.trim()})).await;
    ann.send(json!({"type": "shutdown", "restart": true})).await;
    ann.until("goodbye restarting by ann").await;
    ann.secret
}
