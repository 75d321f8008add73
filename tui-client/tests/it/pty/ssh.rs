//! The ssh door, as people with OpenSSH's `ssh` and nothing else see it.

mod nodes;
mod person;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use portable_pty::PtySize;
use tokio_util::sync::CancellationToken;
use tui_client::host::{self, HostOptions, Hosted};
use tui_client::ssh_door::options::{Options, Server};
use tui_client::ssh_door::{self, Door};

use super::{Person, size};
use crate::processes::{PATIENCE, Plain};

/// A server in this process, and a door to it.
struct House {
    door: Arc<Door>,
    port: u16,
    stop: CancellationToken,
    thread: Option<std::thread::JoinHandle<()>>,
    keys: tempfile::TempDir,
    hosted: Option<Hosted>,
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
        Self::with_door(options, state, Some(hosted))
    }

    /// A door by these options.
    fn with_door(options: Options, state: tempfile::TempDir, hosted: Option<Hosted>) -> Self {
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
        Self { door, port, stop, thread: Some(thread), keys, hosted, _state: state }
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

    /// Waits until there are so many sessions.
    #[track_caller]
    fn has_sessions(&self, count: usize) {
        let step = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        while self.door.sessions() != count {
            assert!(waited < PATIENCE, "{} sessions, not {count}", self.door.sessions());
            std::thread::sleep(step);
            waited += step;
        }
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

#[test]
fn a_key_is_the_same_person_and_another_key_is_another_one() {
    let house = House::open();
    for kind in [&["-t", "ed25519"][..], &["-t", "rsa", "-b", "2048"], &["-t", "ecdsa", "-b", "256"]] {
        let key = house.key(kind[1], kind);
        let (first, again) = (format!("min-{}", kind[1]), format!("min-{}", kind[1]));
        let mut once = house.comes(&first, Some(&key));
        once.sees(&format!("{first} is connected"));
        // Whoever has said nothing is forgotten.
        once.press(&format!("it is {first}\r"));
        once.until("what was said", |terminal| {
            terminal.input() == format!("{first} ›")
                && terminal.parser.screen().contents().contains(&format!("it is {first}"))
        });
        once.press("/quit\r");
        assert_eq!(once.leaves(), 0);
        let mut twice = house.comes("somebody-else", Some(&key));
        twice.sees(&format!("{again} ›"));
        twice.press("/quit\r");
        assert_eq!(twice.leaves(), 0);
    }
    let other = house.comes("min-rsa", Some(&house.ed25519("other")));
    other.sees("is connected");
    other.until("another name", |terminal| {
        let input = terminal.input();
        input.ends_with('›') && !input.starts_with("min-rsa ›")
    });
}

#[test]
fn korean_comes_by_the_locale_at_any_size() {
    let house = House::open();
    let mut kim = house.comes_in("ko_KR.UTF-8", "김하늘", Some(&house.ed25519("kim")));
    kim.sees("김하늘");
    kim.sees("접속");
    for (columns, rows) in [(120, 40), (60, 15), (100, 30)] {
        kim.resizes(columns, rows);
        // A frame of the size before would have left its rows elsewhere.
        kim.until("the status line in the last row", |terminal| {
            let (height, width) = terminal.parser.screen().size();
            let mut screen = terminal.parser.screen().rows(0, width.get());
            (height.get(), width.get()) == (rows, columns)
                && screen.nth(usize::from(rows) - 2).is_some_and(|row| row.contains("김하늘 ›"))
        });
    }
    kim.press("/종료\r");
    assert_eq!(kim.leaves(), 0);
}

#[test]
fn a_paste_of_two_hundred_lines_is_one_draft() {
    let house = House::open();
    let mut kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("kim is connected");
    let lines: Vec<String> = (0..200).map(|n| format!("줄 {n} of a long paste")).collect();
    kim.press(&format!("\x1b[200~{}\x1b[201~", lines.join("\r")));
    kim.sees("줄 199 of a long paste");
    kim.press("\x03/quit\r");
    assert_eq!(kim.leaves(), 0);
}

#[test]
fn there_is_nothing_to_suspend_to() {
    let house = House::open();
    let mut kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("kim is connected");
    kim.press("\x1a");
    kim.sees("suspends ssh");
    kim.press("/quit\r");
    assert_eq!(kim.leaves(), 0);
}

#[test]
fn a_client_that_is_gone_leaves_no_session_behind() {
    let house = House::open();
    for way in ["kill", "~."] {
        let mut kim = house.comes("kim", Some(&house.ed25519("kim")));
        kim.sees("kim ›");
        assert_eq!(house.door.sessions(), 1);
        if way == "kill" {
            kim.kill("-KILL");
        } else {
            kim.press("\r~.");
        }
        house.has_sessions(0);
    }
}

#[test]
fn a_door_that_stops_gives_every_terminal_back_and_says_why() {
    let house = House::open();
    let people = [house.comes("kim", Some(&house.ed25519("kim"))), house.comes("guest", None)];
    for person in &people {
        person.sees("is connected");
    }
    house.stop.cancel();
    for person in people {
        person.sees("ssh door stops; what you have written is kept");
        assert_eq!(person.leaves(), 0);
    }
}

#[test]
fn whoever_has_no_key_is_told_what_to_do_and_guest_needs_none() {
    let house = House::open();
    let refused = house.comes("kim", None);
    refused.sees("ssh guest@");
    refused.sees("Permission denied (publickey)");
    let closed = House::with(|options| options.guests = false);
    let refused = closed.comes("guest", None);
    refused.sees("ssh-keygen -t ed25519");
    refused.sees("Permission denied (publickey)");
    closed.has_sessions(0);
}

#[test]
fn a_key_has_so_many_sessions_and_whoever_is_one_too_many_is_told() {
    let house = House::with(|options| options.limits.sessions_per_key = 2);
    let key = house.ed25519("kim");
    let people = [house.comes("kim", Some(&key)), house.comes("kim", Some(&key))];
    house.has_sessions(people.len());
    let one_too_many = house.comes("kim", Some(&key));
    one_too_many.sees("as many sessions with your key as there may be");
    assert_eq!(one_too_many.leaves(), 75);
    let korean = house.comes_in("ko_KR.UTF-8", "kim", Some(&key));
    korean.sees("이 키로 열 수 있는 연결이 가득 찼습니다");
}

#[test]
fn what_is_no_terminal_or_command_of_ours_is_refused() {
    let house = House::open();
    let key = house.ed25519("kim");
    let refused = |args: &[&str]| {
        let line = house.line("kim", Some(&key));
        let mut ssh = Command::new(&line[0]);
        let at_host = line.len() - 1;
        ssh.args(&line[1..at_host]).args(args).stdin(Stdio::null()).output().unwrap()
    };
    let host = "kim@127.0.0.1";
    let sftp = refused(&["-s", host, "sftp"]);
    let said = String::from_utf8_lossy(&sftp.stderr).into_owned();
    assert!(said.contains("no sftp or scp here") && sftp.status.code() == Some(1), "{said}");
    // Whoever asks for a port to be forwarded is refused, and nothing listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let forward = format!("{free}:127.0.0.1:1");
    let remote = refused(&["-N", "-o", "ExitOnForwardFailure=yes", "-R", &forward, host]);
    let said = String::from_utf8_lossy(&remote.stderr).into_owned();
    assert!(said.contains("remote port forwarding failed"), "{said}");
    assert!(TcpStream::connect(("127.0.0.1", free)).is_err());
    let inward = refused(&["-W", "127.0.0.1:22", host]);
    let said = String::from_utf8_lossy(&inward.stderr).into_owned();
    assert!(said.contains("administratively prohibited") || said.contains("open failed"), "{said}");
}

#[test]
fn whoever_types_nothing_for_long_leaves_with_a_word_where_the_operator_wants_that() {
    let house = House::with(|options| options.limits.idle = Some(Duration::from_secs(2)));
    let kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("kim is connected");
    kim.sees("you have typed nothing for a long time");
    assert_eq!(kim.leaves(), 0);
}

/// A client that says nothing, or nothing but its version, keeps its place for the time of a login at most.
#[test]
fn whoever_does_not_log_in_in_time_is_gone_and_makes_room() {
    let house = House::with(|options| {
        options.limits.login_time = Duration::from_millis(500);
        options.limits.unauthenticated = 2;
    });
    let connect = || TcpStream::connect(("127.0.0.1", house.port)).unwrap();
    let silent: Vec<TcpStream> = (0..2).map(|_| connect()).collect();
    (&silent[1]).write_all(b"SSH-2.0-x\r\n").unwrap();
    let mut told = String::new();
    connect().read_to_string(&mut told).unwrap();
    assert!(told.contains("too many connections"), "{told}");
    for mut stranger in silent {
        let mut read = Vec::new();
        stranger.set_read_timeout(Some(PATIENCE)).unwrap();
        // An end, or a reset: what it had sent may not have been read.
        stranger.read_to_end(&mut read).ok();
        assert!(read.starts_with(b"SSH-2.0-chinwag\r\n"), "{read:?}");
    }
    let kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("kim is connected");
}

/// One that is stopped takes nothing from its connection; the others and the door feel nothing of it.
#[test]
fn a_client_that_reads_nothing_holds_nobody_up() {
    let house = House::open();
    let stopped = house.comes("kim", Some(&house.ed25519("kim")));
    stopped.sees("kim is connected");
    stopped.kill("-STOP");
    let mut lee = house.comes("lee", Some(&house.ed25519("lee")));
    lee.sees("lee is connected");
    let address = house.hosted.as_ref().unwrap().address.to_string();
    let mut bob = Plain::start(&address, "bob");
    let mut typed = String::from("lee › ");
    for (n, letter) in ('a'..='z').enumerate() {
        bob.say(&format!("message {n}."));
        lee.sees(&format!("message {n}."));
        lee.press(&letter.to_string());
        typed.push(letter);
        lee.until("the draft", |terminal| terminal.input() == typed);
    }
    lee.press("\x03/quit\r");
    assert_eq!(lee.leaves(), 0);
    stopped.kill("-CONT");
    stopped.sees("message 25.");
}
