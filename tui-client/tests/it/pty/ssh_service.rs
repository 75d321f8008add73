//! The ssh door as a service: `chinwag ssh-door` beside `chinwagd`, both real processes, and OpenSSH's `ssh` at the other end.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::Person;
use crate::processes::{Daemon, PATIENCE, Run, daemon_binary, ended};

/// A server, and a door to it, each with a directory that outlives it.
struct Place {
    dir: tempfile::TempDir,
    server: Option<Daemon>,
    door: Option<Door>,
    /// Where the door listens: the same after a restart.
    port: u16,
}

/// A running `chinwag ssh-door`; killed, as by `kill -9`, when dropped.
struct Door {
    child: Child,
    log: Receiver<String>,
    port: u16,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Door {
    fn start(dir: &Path, port: u16, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chinwag"))
            .args(["ssh-door", "--listen", &format!("127.0.0.1:{port}"), "--state-dir"])
            .arg(dir.join("door"))
            .arg("--server")
            .arg(dir.join("server/chinwagd.sock"))
            .args(args)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sink, log) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sink.send(line))));
        let mut door = Self { child, log, port: 0 };
        let line = door.says("listening for ssh");
        let address = line.split_once("address=").unwrap().1.split(' ').next().unwrap();
        door.port = address.rsplit_once(':').unwrap().1.parse().unwrap();
        door
    }

    /// Waits for a line of its log with this in it.
    #[track_caller]
    fn says(&self, what: &str) -> String {
        let mut before = Vec::new();
        loop {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(what) => return line,
                Ok(line) => before.push(line),
                Err(error) => panic!("the door does not say {what:?} ({error}): {before:#?}"),
            }
        }
    }
}

fn own_uid() -> String {
    let id = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}

impl Place {
    fn open() -> Self {
        Self::with(&[])
    }

    fn with(args: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut place = Self { dir, server: None, door: None, port: 0 };
        place.serve("127.0.0.1:0");
        place.open_door(args);
        place.door().says("the server knows of this door");
        place
    }

    fn door(&self) -> &Door {
        self.door.as_ref().unwrap()
    }

    fn serve(&mut self, address: &str) {
        let trusted = format!("unix:{}", own_uid());
        let state = self.dir.path().join("server");
        self.server = Some(Daemon::with(&state, address, &["--proxy-from", &trusted]));
    }

    fn open_door(&mut self, args: &[&str]) {
        let door = Door::start(self.dir.path(), self.port, args);
        self.port = door.port;
        self.door = Some(door);
    }

    /// A key pair, made once by its name.
    fn key(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        if !path.exists() {
            let mut made = Command::new("ssh-keygen");
            made.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&path).stdin(Stdio::null());
            assert!(made.status().unwrap().success());
        }
        path
    }

    /// The command line of ssh as somebody, whose key has their name.
    fn line(&self, who: &str) -> Vec<String> {
        let mut line: Vec<String> = ["ssh", "-F", "none"].map(String::from).to_vec();
        for option in [
            "StrictHostKeyChecking=accept-new",
            &format!("UserKnownHostsFile={}", self.dir.path().join("known_hosts").display()),
            "GlobalKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "LogLevel=ERROR",
            "SendEnv=LANG LC_*",
        ] {
            line.extend(["-o".into(), option.to_owned()]);
        }
        line.extend(["-i".into(), self.key(who).display().to_string()]);
        line.extend(["-p".into(), self.port.to_string(), format!("{who}@127.0.0.1")]);
        line
    }

    fn spawn(&self, locale: &str, who: &str, words: &[&str]) -> Child {
        let line = self.line(who);
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).args(words).env("LC_ALL", locale).env("LANG", locale);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn piped_in(&self, locale: &str, who: &str, words: &[&str], input: &[u8]) -> Run {
        let mut child = self.spawn(locale, who, words);
        // Whoever does not read it has ended already.
        child.stdin.take().unwrap().write_all(input).ok();
        ended(child)
    }

    /// Runs a command that gets nothing on standard input.
    fn ssh(&self, who: &str, words: &[&str]) -> Run {
        self.piped_in("C.UTF-8", who, words, b"")
    }

    /// The same, which must succeed; what it printed.
    #[track_caller]
    fn prints(&self, who: &str, words: &[&str]) -> String {
        let run = self.ssh(who, words);
        assert_eq!((run.status, run.err.as_str()), (0, ""), "{words:?}: {}", run.out);
        run.out
    }
}

#[test]
fn what_is_said_without_a_screen_is_there_when_it_ends() {
    let place = Place::open();
    assert_eq!(place.prints("kim", &["say", "lobby", "hello", "there"]), "");
    let piped = place.piped_in("C.UTF-8", "lee", &["say", "lobby"], b"one\n\x1b[31mtwo\x1b[0m\tx\r\n");
    assert_eq!((piped.status, piped.out.as_str(), piped.err.as_str()), (0, "", ""));
    let said = place.prints("kim", &["tail", "lobby"]);
    let lines: Vec<&str> =
        said.lines().map(|line| line.split_once("] ").map_or(line, |(_, said)| said)).collect();
    assert_eq!(lines, ["kim: hello there", "lee: one", "      two     x"], "{said}");
    assert_eq!(place.prints("kim", &["tail", "lobby", "1"]).lines().count(), 2, "one message of two lines");
    let long = "word ".repeat(2000);
    let stored = place.piped_in("C.UTF-8", "kim", &["say", "--json", "lobby"], long.as_bytes());
    let parts: Vec<serde_json::Value> =
        stored.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(parts.len() > 1 && parts.iter().all(|part| part["seq"].is_u64()), "{}", stored.out);
    assert_eq!(place.prints("kim", &["msg", "lee", "psst"]), "");
    assert!(!place.prints("kim", &["tail", "lobby"]).contains("psst"));
}

#[test]
fn who_and_rooms_list_what_there_is_in_words_and_in_json() {
    let place = Place::open();
    place.prints("kim", &["say", "lobby", "hi"]);
    assert_eq!(place.prints("kim", &["who"]), "kim  lobby\n");
    let json: serde_json::Value = serde_json::from_str(&place.prints("kim", &["who", "--json"])).unwrap();
    assert_eq!(json["name"], "kim");
    assert!(place.prints("kim", &["rooms"]).starts_with("lobby  "));
    let events = place.prints("kim", &["tail", "lobby", "--json"]);
    let event: serde_json::Value = serde_json::from_str(&events).unwrap();
    assert_eq!((&event["type"], &event["text"]), (&"event".into(), &"hi".into()));
    assert!(place.prints("kim", &["help"]).contains("tail ROOM"));
}

#[test]
fn what_is_not_done_is_said_in_one_line_and_by_the_status() {
    let place = Place::open();
    for (words, status, why) in [
        (&["nosuch"][..], 2, "no shell"),
        (&["cat", "/etc/passwd"], 2, "no shell"),
        (&["say"], 2, "say ROOM"),
        (&["say", "lobby", "\"unclosed"], 2, "quote"),
        (&["msg", "nobody-here", "hi"], 1, "nobody-here"),
        (&["tail", "nowhere"], 1, "`rooms` lists"),
        (&["tail", "@nobody-here"], 1, "nobody-here"),
        (&["get", "lobby", "9999"], 1, ""),
        (&["say", "lobby"], 1, "nothing to say"),
    ] {
        let run = place.ssh("kim", words);
        assert_eq!((run.status, run.out.as_str()), (status, ""), "{words:?}: {}", run.err);
        assert!(run.err.starts_with("chinwag: ") && run.err.contains(why), "{words:?}: {}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{words:?}: {}", run.err);
    }
    let long = place.ssh("kim", &[&"x".repeat(20_000)]);
    assert!(long.status == 2 && long.err.len() < 200, "{} bytes", long.err.len());
    let invalid = place.piped_in("C.UTF-8", "kim", &["say", "lobby"], b"\xff\xfe");
    assert!(invalid.status == 1 && invalid.err.contains("UTF-8"), "{}", invalid.err);
    assert!(!place.prints("kim", &["rooms"]).contains("nowhere"), "no room is made by mistake");
}

#[test]
fn a_message_without_a_file_is_told_from_a_file_that_is_gone() {
    let place = Place::open();
    let stored: serde_json::Value =
        serde_json::from_str(&place.prints("kim", &["say", "--json", "lobby", "hi"])).unwrap();
    let got = place.ssh("kim", &["get", "lobby", &stored["seq"].to_string()]);
    assert!(got.status == 1 && got.err.contains("brings no file"), "{}", got.err);
}

#[test]
fn tail_takes_the_name_of_a_person() {
    let place = Place::open();
    place.prints("lee", &["say", "lobby", "hi"]);
    place.prints("ann", &["say", "lobby", "hi"]);
    place.prints("kim", &["msg", "lee", "psst"]);
    for (who, other) in [("kim", "@lee"), ("lee", "@kim")] {
        assert!(place.prints(who, &["tail", other]).ends_with("kim: psst\n"), "{who}");
    }
    assert_eq!(place.prints("ann", &["tail", "@kim"]), "", "they have not talked");
}

#[test]
fn whoever_waits_for_a_server_that_is_down_is_told_so_at_once() {
    let mut place = Place::open();
    place.server = None;
    let mut waits = place.spawn("C.UTF-8", "kim", &["who"]);
    let mut errors = BufReader::new(waits.stderr.take().unwrap()).lines().map_while(Result::ok);
    let first = errors.next().unwrap();
    assert!(first.contains("not reached; waiting"), "{first}");
    assert!(waits.try_wait().unwrap().is_none(), "it waits");
    waits.kill().unwrap();
    waits.wait().unwrap();
}

#[test]
fn a_door_that_was_started_in_a_terminal_ends_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(["ssh-door", "--listen", "127.0.0.1:0", "--state-dir", dir.path().to_str().unwrap()]);
    let mut door = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut log = BufReader::new(pair.master.try_clone_reader().unwrap());
    let mut line = String::new();
    while !line.contains("listening for ssh") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the door ended");
    }
    let pid = rustix::process::Pid::from_raw(door.process_id().unwrap().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    while !line.contains("read the keys of the admins again") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the door ended, and its terminal is there");
    }
    drop((log, pair.master));
    let (told, ended) = channel();
    std::thread::spawn(move || told.send(door.wait().unwrap().success()));
    assert!(ended.recv_timeout(PATIENCE).expect("the door lives on"));
}

#[test]
fn it_is_all_there_in_korean() {
    let place = Place::open();
    let run = |words: &[&str]| place.piped_in("ko_KR.UTF-8", "민수", words, b"");
    assert_eq!(run(&["말", "lobby", "안녕 하세요"]).status, 0);
    assert!(run(&["보기", "lobby"]).out.contains("민수: 안녕 하세요"));
    assert!(run(&["도움말"]).out.contains("귓속말 이름"));
    let usage = run(&["말"]);
    assert!(usage.err.contains("이렇게 씁니다: 말 방 [글…]"), "{}", usage.err);
    let wrong = run(&["없는명령"]);
    assert!(wrong.status == 2 && wrong.err.contains("명령은 없습니다"), "{}", wrong.err);
}

#[test]
fn a_file_goes_through_and_leaves_nothing_behind() {
    let place = Place::open();
    let content: Vec<u8> =
        (0..300_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let sent = place.piped_in("C.UTF-8", "kim", &["send", "--json", "lobby", "a.bin"], &content);
    assert_eq!(sent.status, 0, "{}", sent.err);
    let stored: serde_json::Value = serde_json::from_str(&sent.out).unwrap();
    let seq = stored["seq"].to_string();
    assert!(
        place.prints("lee", &["tail", "lobby"]).contains(&format!("a.bin · 1200000 bytes · get lobby {seq}"))
    );
    let mut get = place.spawn("C.UTF-8", "lee", &["get", "lobby", &seq]);
    drop(get.stdin.take());
    let got = get.wait_with_output().unwrap();
    assert!(got.status.success() && got.stdout == content, "{} bytes", got.stdout.len());
    assert_eq!(std::fs::read_dir(place.dir.path().join("door/spool")).unwrap().count(), 0);
}

#[test]
fn lines_go_in_and_out_without_a_terminal() {
    let place = Place::open();
    let plain = place.piped_in("C.UTF-8", "kim", &[], b"from a pipe\n/who\n");
    assert_eq!(plain.status, 0, "{}", plain.err);
    assert!(
        plain.out.contains("lobby kim: from a pipe") && plain.out.contains("1 connected"),
        "{}",
        plain.out
    );
    let json = place.piped_in("C.UTF-8", "kim", &["json"], b"{\"type\":\"who\",\"id\":\"w\"}\n");
    assert!(json.out.lines().any(|line| line.contains("\"id\":\"w\"")), "{}", json.out);
    // Nothing of the door's machine.
    let hostile = place.piped_in("C.UTF-8", "kim", &[], b"/send /etc/passwd\n");
    assert_ne!(hostile.status, 0);
    assert!(!place.prints("kim", &["tail", "lobby"]).contains("passwd"));
}

#[test]
fn whoever_listens_hears_on_through_a_restart_of_the_server() {
    let mut place = Place::open();
    place.prints("kim", &["say", "lobby", "before"]);
    let mut listens = place.spawn("C.UTF-8", "lee", &["tail", "lobby", "-f"]);
    let mut lines = BufReader::new(listens.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.next().unwrap().contains("before"));
    let address = place.server.take().unwrap().address.clone();
    place.serve(&address);
    place.door().says("the server knows of this door");
    place.prints("kim", &["say", "lobby", "after"]);
    assert!(lines.next().unwrap().contains("kim: after"));
    listens.kill().unwrap();
    listens.wait().unwrap();
}

#[test]
fn whoever_listened_and_was_killed_has_left_and_is_not_waited_for() {
    let place = Place::open();
    place.prints("kim", &["say", "lobby", "before"]);
    let mut listens = place.spawn("C.UTF-8", "lee", &["tail", "lobby", "-f"]);
    let mut lines = BufReader::new(listens.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.next().unwrap().contains("before"));
    assert!(place.prints("kim", &["who"]).contains("lee"));
    listens.kill().unwrap();
    listens.wait().unwrap();
    // Somebody whose connection was lost would be listed for minutes.
    let left = (0..30).any(|_| !place.prints("kim", &["who"]).contains("lee"));
    assert!(left, "{}", place.prints("kim", &["who"]));
}

#[test]
fn a_restart_of_the_server_is_a_line_on_the_screen_and_not_its_end() {
    let mut place = Place::open();
    let line = place.line("kim");
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let home = tempfile::tempdir().unwrap();
    let mut kim = Person::spawn("xterm-256color", "C.UTF-8", home.into(), &line);
    kim.sees("kim is connected");
    kim.press("before it\r");
    let address = place.server.take().unwrap().address.clone();
    kim.sees("Disconnected from");
    place.serve(&address);
    place.door().says("the server knows of this door");
    kim.press("after it\r");
    kim.until("what was said after the restart, once", |terminal| {
        terminal.parser.screen().contents().matches("after it").count() == 1 && terminal.input() == "kim ›"
    });
    assert!(place.prints("lee", &["tail", "lobby"]).contains("kim: after it"));
    kim.press("/quit\r");
    assert_eq!(kim.leaves(), 0);
}

#[test]
fn a_door_that_was_killed_comes_back_with_the_same_key_and_people_and_the_server_never_noticed() {
    let mut place = Place::open();
    place.prints("kim", &["say", "lobby", "it is me"]);
    let status = || {
        let run = Command::new(daemon_binary()).args(["ctl", "--help"]).output().unwrap();
        assert!(run.status.success());
    };
    status();
    let key = place.door().child.id();
    place.door = None;
    assert_ne!(place.ssh("kim", &["who"]).status, 0, "nobody is there");
    place.open_door(&[]);
    assert_ne!(place.door().child.id(), key);
    place.door().says("the server knows of this door");
    // ssh would refuse another host key.
    assert_eq!(place.prints("kim", &["who"]), "kim  lobby\n");
    assert!(place.prints("kim", &["tail", "lobby"]).contains("kim: it is me"));
}

#[test]
fn a_server_that_does_not_trust_the_door_is_named_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let door = Door::start(dir.path(), 0, &[]);
    assert!(door.says("no server answers at").contains("start chinwagd"));
    let _server = Daemon::start(&dir.path().join("server"), "127.0.0.1:0");
    assert!(door.says("does not trust").contains("proxy-from = [\"unix:"));
}

#[test]
fn admins_are_read_again_and_a_wrong_line_changes_nothing() {
    let mut place = Place::open();
    let admins = place.dir.path().join("admins");
    std::fs::write(&admins, "# nobody\n").unwrap();
    let key_file = place.dir.path().join("server/admin.key");
    let args = ["--admins", admins.to_str().unwrap(), "--admin-key-file", key_file.to_str().unwrap()];
    place.door = None;
    place.open_door(&args);
    place.door().says("the server knows of this door");
    place.prints("kim", &["say", "lobby", "hi"]);
    assert_eq!(place.prints("kim", &["who"]), "kim  lobby\n");
    let reload = || {
        let id = place.door().child.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    };
    std::fs::copy(place.key("kim").with_extension("pub"), &admins).unwrap();
    reload();
    place.door().says("read the keys of the admins again");
    let is_admin = || place.prints("kim", &["who"]).starts_with("kim  an admin  ");
    // The role comes with the answer to the key.
    let mut tries = 0;
    while !is_admin() {
        tries += 1;
        assert!(tries < 20, "{}", place.prints("kim", &["who"]));
        std::thread::sleep(Duration::from_millis(100));
    }
    std::fs::write(&admins, "ssh-ed25519 nonsense\n").unwrap();
    reload();
    assert!(place.door().says("stay as they were").contains("admins, line 1"));
}

#[test]
fn a_host_lets_people_in_by_ssh_also_after_its_server_was_restarted() {
    let home = tempfile::tempdir().unwrap();
    let mut host = Command::new(env!("CARGO_BIN_EXE_chinwag"))
        .args(["--host", "127.0.0.1:0", "--ssh", "127.0.0.1:0", "--plain", "--name", "ann"])
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(host.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told = said.find(|line| line.contains("ssh -p ")).unwrap();
    let port = told.split_whitespace().nth(2).unwrap().parse().unwrap();
    assert!(told.ends_with("localhost"), "{told}");
    let dir = tempfile::tempdir().unwrap();
    let place = Place { dir, server: None, door: None, port };
    place.prints("kim", &["say", "lobby", "by ssh"]);
    said.find(|line| line.contains("kim: by ssh")).unwrap();
    let mut input = host.stdin.take().unwrap();
    input.write_all(b"/shutdown restart\n").unwrap();
    said.find(|line| line.contains("[CONNECT]") || line.contains("ann is connected")).unwrap();
    place.prints("kim", &["say", "lobby", "after the restart"]);
    said.find(|line| line.contains("kim: after the restart")).unwrap();
    drop(input);
    assert!(host.wait().unwrap().success());
    assert_ne!(place.ssh("kim", &["who"]).status, 0, "the door goes with its host");
}
