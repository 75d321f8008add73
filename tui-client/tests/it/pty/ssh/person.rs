//! People at the door: what of them is there the next time, through cuts and restarts, and that nothing of this machine is theirs.

use std::fs;
use std::path::{Path, PathBuf};

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
        let options = Options::new(listen, Server::Socket(self.socket()), self.dir.path().join("door"));
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

/// What is in a directory, at any depth.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn whatever_somebody_types_there_is_nothing_on_the_disk_but_what_is_kept_with_their_key() {
    let mut town = Town::new();
    let house = town.door();
    let canary = tempfile::tempdir().unwrap();
    let secret = canary.path().join("secret");
    fs::write(&secret, "the contents of a file of this machine").unwrap();
    let mut kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("kim is connected");
    let path = secret.display();
    for line in [
        format!("/send {path}"),
        format!("/save {}", canary.path().display()),
        format!("/set downloads {}", canary.path().display()),
        format!("/set hooks.message touch {}/hook", canary.path().display()),
        "/editor".into(),
        format!("/server unix:{path}"),
        format!("{path}"),
        "/set theme dark".into(),
        "/set aliases.mine send".into(),
        format!("/mine {path}"),
    ] {
        kim.press("\x15");
        kim.press(&line);
        kim.press("\t\r");
    }
    kim.press("\x15\x1a\x1be\x1bt");
    kim.sees("over ssh no file is on its way here");
    let watch = Plain::start(&town.address, "watch");
    kim.press("\x15the end\r");
    watch.hears("the end");
    kim.sees("the end");
    kim.press("/quit\r");
    assert_eq!(kim.leaves(), 0);
    drop(house);
    town.dies();
    assert_eq!(files(canary.path()), [secret]);
    let door = town.dir.path().join("door");
    for file in files(&door) {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains("the contents of a file"), "{}", file.display());
        let name = file.strip_prefix(&door).unwrap().to_string_lossy().into_owned();
        let is_ours = name.starts_with("host_key") || name.starts_with("keys/");
        assert!(is_ours, "{name}");
    }
}
