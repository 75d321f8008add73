//! People at the door: what of them is there the next time, through cuts and restarts.

use std::fs;
use std::path::PathBuf;

use super::{House, Options, Server};
use crate::processes::{Daemon, Plain};

/// A server as a process, and where it and its doors keep what they have.
struct Town {
    daemon: Option<Daemon>,
    address: String,
    dir: tempfile::TempDir,
}

impl Town {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut town = Self { daemon: None, address: "127.0.0.1:0".to_owned(), dir };
        town.starts();
        town
    }

    fn starts(&mut self) {
        let user = format!("unix:{}", rustix::process::getuid().as_raw());
        let socket = self.socket();
        let args = ["--socket", socket.to_str().unwrap(), "--proxy-from", &user];
        let daemon = Daemon::with(&self.dir.path().join("server"), &self.address, &args);
        self.address.clone_from(&daemon.address);
        self.daemon = Some(daemon);
    }

    /// As by `kill -9`.
    fn dies(&mut self) {
        self.daemon = None;
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("chat.sock")
    }

    /// One more door, which knows whom those before it knew.
    fn door(&self) -> House {
        let listen = vec!["127.0.0.1:0".parse().unwrap()];
        let options =
            Options::new(listen, Server::Sockets(vec![self.socket()]), self.dir.path().join("door"));
        House::with_door(options, tempfile::tempdir().unwrap(), None)
    }
}

#[test]
fn whoever_comes_back_by_key_finds_what_they_wrote_and_what_they_missed() {
    let house = House::open();
    let key = house.ed25519("kim");
    let mut kim = house.comes("kim", Some(&key));
    kim.sees("Your ssh key is who you are");
    kim.press("read this one\r");
    kim.sees("read this one");
    kim.press("half a thought, 반쯤");
    kim.sees("half a thought, 반쯤");
    kim.kill("-KILL");
    drop(kim);
    let mut guest = house.comes("guest", None);
    guest.sees("You came without a key");
    guest.press("said meanwhile\r");
    guest.sees("said meanwhile");
    let kim = house.comes("another-name", Some(&key));
    kim.sees("kim is connected");
    kim.sees("half a thought, 반쯤");
    kim.sees("said meanwhile");
    kim.sees("new messages");
}

#[test]
fn what_is_typed_while_the_server_is_down_is_said_once_also_when_the_door_restarts() {
    let mut town = Town::new();
    let keys = tempfile::tempdir().unwrap();
    let key = {
        let house = town.door();
        let key = house.ed25519("kim");
        let kept = keys.path().join("kim");
        fs::copy(&key, &kept).unwrap();
        let mut kim = house.comes("kim", Some(&key));
        kim.sees("kim is connected");
        kim.press("before\r");
        kim.sees("before");
        town.dies();
        kim.sees("reconnecting");
        kim.press("typed while down\r");
        kim.sees("typed while down");
        kept
    };
    town.starts();
    let watch = Plain::start(&town.address, "watch");
    let house = town.door();
    let mut kim = house.comes("kim", Some(&key));
    watch.hears("typed while down");
    kim.sees("typed while down");
    kim.press("the last\r");
    let mut between = 0;
    while let Ok(line) = watch.lines.recv_timeout(crate::processes::PATIENCE) {
        between += usize::from(line.contains("typed while down"));
        if line.contains("the last") {
            break;
        }
    }
    assert_eq!(between, 0, "it was said twice");
}

#[test]
fn a_server_that_restarts_is_a_line_on_the_screen_and_not_the_end() {
    let mut town = Town::new();
    let house = town.door();
    let mut kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("kim is connected");
    town.dies();
    kim.sees("reconnecting");
    town.starts();
    kim.sees("connected again");
    kim.press("/quit\r");
    assert_eq!(kim.leaves(), 0);
}
