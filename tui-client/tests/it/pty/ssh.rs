//! The ssh door, as people with OpenSSH's `ssh` and nothing else see it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use portable_pty::PtySize;
use tokio_util::sync::CancellationToken;
use tui_client::host::{self, HostOptions, Hosted};
use tui_client::ssh_door::options::{Options, Server};
use tui_client::ssh_door::{self, Door};

use super::{Person, size};

/// A server in this process, and a door to it.
struct House {
    door: Arc<Door>,
    port: u16,
    stop: CancellationToken,
    thread: Option<std::thread::JoinHandle<()>>,
    keys: tempfile::TempDir,
    _hosted: Hosted,
    _state: tempfile::TempDir,
}

impl House {
    fn open() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Options)) -> Self {
        let state = tempfile::tempdir().unwrap();
        let state_dir = Some(state.path().join("server"));
        let hosted =
            host::start(&"127.0.0.1:0".parse().unwrap(), HostOptions { state_dir, ..HostOptions::default() })
                .unwrap();
        let listen = vec!["127.0.0.1:0".parse().unwrap()];
        let server = Server::Hosted(hosted.entrance.clone());
        let mut options = Options::new(listen, server, state.path().join("door"));
        change(&mut options);
        let stop = CancellationToken::new();
        let door = Door::open(options, |line| eprintln!("{line}"), stop.clone()).unwrap();
        let (told, port) = std::sync::mpsc::channel();
        let serving = Arc::clone(&door);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.unwrap().block_on(async {
                let listeners = ssh_door::listen(&serving.options).await.unwrap();
                told.send(listeners[0].local_addr().unwrap().port()).unwrap();
                ssh_door::serve(serving, listeners).await;
            });
        });
        let keys = tempfile::tempdir().unwrap();
        let port = port.recv().unwrap();
        Self { door, port, stop, thread: Some(thread), keys, _hosted: hosted, _state: state }
    }

    /// A key pair, made once by its name.
    fn key(&self, name: &str, kind: &[&str]) -> PathBuf {
        let path = self.keys.path().join(name);
        if !path.exists() {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-N", "", "-f"])
                .arg(&path)
                .args(kind)
                .stdin(Stdio::null())
                .status();
            assert!(made.unwrap().success());
        }
        path
    }

    fn ed25519(&self, name: &str) -> PathBuf {
        self.key(name, &["-t", "ed25519"])
    }

    /// The command line of ssh as this user, with this key or none.
    fn line(&self, user: &str, key: Option<&Path>) -> Vec<String> {
        let mut line: Vec<String> = ["ssh", "-F", "none"].map(String::from).to_vec();
        for option in [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "GlobalKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "LogLevel=ERROR",
            "SendEnv=LANG LC_*",
        ] {
            line.extend(["-o".into(), option.into()]);
        }
        if let Some(key) = key {
            line.extend(["-i".into(), key.display().to_string()]);
        }
        line.extend(["-p".into(), self.port.to_string(), format!("{user}@127.0.0.1")]);
        line
    }

    /// Somebody at the full screen.
    fn comes(&self, user: &str, key: Option<&Path>) -> Person {
        self.comes_in("C.UTF-8", user, key)
    }

    fn comes_in(&self, locale: &str, user: &str, key: Option<&Path>) -> Person {
        let line = self.line(user, key);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        Person::spawn("xterm-256color", locale, tempfile::tempdir().unwrap().into(), &line)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok(), "the door panicked");
        }
    }
}

impl Person {
    fn resizes(&self, columns: u16, rows: u16) {
        self.seen.terminal.lock().unwrap().parser.screen_mut().set_size(size(rows), size(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }
}

#[test]
fn the_same_screen_is_there_and_people_talk_through_it() {
    let house = House::open();
    let mut kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("kim is connected");
    let guest = house.comes("guest", None);
    guest.sees("is connected");
    kim.press("안녕, 친구들\r");
    guest.sees("안녕, 친구들");
    kim.press("/quit\r");
    assert_eq!(kim.leaves(), 0);
}
