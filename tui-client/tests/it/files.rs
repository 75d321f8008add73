//! Files with the real binaries: sent and saved by scripts, through cuts, kills and restarts, and what stands in the way.

mod gate;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::gate::Gate;
use crate::processes::{Daemon, PATIENCE, Plain, Run, client, run_at};

/// A server, a directory with files, and the home directories of two people.
struct World {
    daemon: Daemon,
    state: tempfile::TempDir,
    dir: tempfile::TempDir,
}

impl World {
    fn new(args: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let daemon = Daemon::with(state.path(), "127.0.0.1:0", args);
        Self { daemon, state, dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file with this content.
    fn file(&self, name: &str, content: &[u8]) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    fn home(&self, name: &str) -> PathBuf {
        let home = self.path(name);
        fs::create_dir_all(&home).unwrap();
        home
    }

    /// Runs somebody's client with these arguments.
    fn run(&self, who: &str, address: &str, args: &[&str], input: &[u8]) -> Run {
        let args = [&[address, "--name", who], args].concat();
        run_at(&self.home(who), &args, input)
    }

    /// What somebody reads of the past.
    fn history(&self) -> String {
        self.run("reader", &self.daemon.address, &["--plain"], b"/history\n").out
    }

    /// Saves a file; where it is.
    fn save(&self, who: &str, address: &str, seq: &str) -> PathBuf {
        let run = self.run(who, address, &["--plain"], format!("/save {seq}\n").as_bytes());
        assert_eq!(run.status, 0, "{} {}", run.out, run.err);
        let downloads = self.home(who).join("Downloads");
        let saved = fs::read_dir(downloads).unwrap().map(|entry| entry.unwrap().path());
        saved.max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap()).unwrap()
    }
}

/// The number of the message with a file, as a line says how it is saved.
fn seq_of(out: &str, name: &str) -> String {
    let line = out.lines().find(|line| line.contains("[file]") && line.contains(name));
    let line = line.unwrap_or_else(|| panic!("no {name} in {out}"));
    line.rsplit("/save ").next().unwrap().to_owned()
}

/// Bytes that do not repeat.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn a_file_is_sent_by_a_script_and_saved_by_another() {
    let world = World::new(&[]);
    let path = world.file("my cat.bin", &noise(300_000));
    let sent =
        world.run("ann", &world.daemon.address, &["--plain", "--send", &path, "--caption", "look"], b"");
    assert_eq!(sent.status, 0, "{}{}", sent.out, sent.err);
    assert!(
        sent.out.contains("lobby ann: look\n") && sent.out.contains("[file] my cat.bin · 300 KB"),
        "{}",
        sent.out
    );
    let seq = seq_of(&sent.out, "my cat.bin");
    let saved = world.save("bob", &world.daemon.address, &seq);
    assert_eq!(fs::read(&saved).unwrap(), noise(300_000));
    assert!(saved.ends_with("Downloads/my cat.bin"));
    assert_eq!(fs::metadata(&saved).unwrap().permissions().mode() & 0o111, 0, "it is not to be run");
    assert!(world.save("bob", &world.daemon.address, &seq).ends_with("Downloads/my cat (2).bin"));
    let left = fs::read_dir(saved.parent().unwrap()).unwrap().count();
    assert_eq!(left, 2, "no part is left");
}

#[test]
fn standard_input_is_sent_under_a_name_and_nothing_of_it_is_left_here() {
    let world = World::new(&[]);
    let args = ["--json", "--send", "-", "--as", "../all.tar"];
    let sent = world.run("ann", &world.daemon.address, &args, &noise(200_000));
    assert_eq!(sent.status, 0, "{}{}", sent.out, sent.err);
    assert!(sent.out.contains(r#""name":"all.tar","bytes":200000"#), "{}", sent.out);
    assert!(sent.out.contains(r#"{"type":"file","id":1,"direction":"send""#), "{}", sent.out);
    assert!(!sent.out.contains("\"token\""), "what opens a transfer is not for others");
    let spool = world.home("ann").join(".local/state/chinwag/spool");
    assert_eq!(fs::read_dir(spool).unwrap().count(), 0);
    let seq = seq_of(&world.history(), "all.tar");
    assert_eq!(fs::read(world.save("bob", &world.daemon.address, &seq)).unwrap(), noise(200_000));
}

#[test]
fn what_cannot_be_sent_is_told_and_the_status_says_so() {
    let world = World::new(&["--file-max", "10K"]);
    let large = world.file("large", &noise(20_000));
    let dir = world.dir.path().display().to_string();
    let fifo = world.path("pipe").display().to_string();
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for (path, told) in [
        (world.path("none").display().to_string(), "there is no file"),
        (dir, "is a folder"),
        (fifo, "is no regular file"),
        (large, "at most 10K"),
    ] {
        let run = world.run("ann", &world.daemon.address, &["--plain", "--send", &path], b"");
        assert_eq!(run.status, 3, "{path}: {}{}", run.out, run.err);
        assert!(run.err.contains(told), "{path}: {}", run.err);
    }
    let run = world.run("ann", &world.daemon.address, &["--send", "-", "--as", "t.bin"], &noise(20_000));
    assert!(run.status == 3 && run.err.contains("t.bin has more than 10K"), "{}", run.err);
    let empty = world.file("empty", b"");
    let run = world.run("ann", &world.daemon.address, &["--plain", "--send", &empty], b"");
    assert_eq!(run.status, 0, "an empty file is a file: {}", run.err);
    assert!(!world.history().contains("large"));

    let none = World::new(&["--files", "off"]);
    let path = none.file("a", b"a");
    let run = none.run("ann", &none.daemon.address, &["--plain", "--send", &path], b"");
    assert!(run.status == 3 && run.err.contains("takes no files"), "{}", run.err);
}

#[test]
fn files_of_the_past_are_counted_once_they_were_printed() {
    let world = World::new(&[]);
    for name in ["old.bin", "new.bin"] {
        let path = world.file(name, name.as_bytes());
        let sent = world.run("ann", &world.daemon.address, &["--send", &path], b"");
        assert_eq!(sent.status, 0, "{}{}", sent.out, sent.err);
    }
    let saved = world.run("bob", &world.daemon.address, &["--plain"], b"/history\n/save ^2\n");
    assert_eq!(saved.status, 0, "{}{}", saved.out, saved.err);
    assert_eq!(fs::read(world.home("bob").join("Downloads/old.bin")).unwrap(), b"old.bin");
    let none = world.run("kim", &world.daemon.address, &["--plain"], b"/save ^2\n");
    assert!(none.status == 3 && none.out.contains("/history"), "{}", none.out);
    assert!(!none.out.contains("^2"), "what failed is no advice: {}", none.out);
}

#[test]
fn what_cannot_be_saved_is_told_and_nothing_is_lost() {
    let world = World::new(&[]);
    let path = world.file("a.bin", &noise(50_000));
    let sent = world.run("ann", &world.daemon.address, &["--plain", "--send", &path], b"");
    let seq = seq_of(&sent.out, "a.bin");
    let save = |to: &str| {
        world.run("bob", &world.daemon.address, &["--plain"], format!("/save {seq} {to}\n").as_bytes())
    };
    let run = save("/proc/nowhere");
    assert_eq!(run.status, 3, "{}", run.out);
    assert!(run.out.contains("/proc/nowhere"), "{}", run.out);
    // What somebody put in the way is neither followed nor overwritten.
    let target = world.home("target");
    symlink("/dev/null", target.join("a.bin")).unwrap();
    assert_eq!(save(&target.display().to_string()).status, 0);
    assert_eq!(fs::read(target.join("a (2).bin")).unwrap(), noise(50_000));
    let missing = world.run("bob", &world.daemon.address, &["--plain"], b"/save 99999\n");
    assert!(missing.status == 3 && missing.out.contains("no file there"), "{}", missing.out);
}

#[test]
fn cuts_cost_nothing_in_either_direction() {
    let world = World::new(&[]);
    let gate = Gate::to(&world.daemon.address);
    let content = noise(2_000_000);
    let path = world.file("a.bin", &content);
    gate.cut_after(700_000, 2);
    let sent = world.run("ann", &gate.address, &["--plain", "--send", &path], b"");
    assert_eq!(sent.status, 0, "{}{}", sent.out, sent.err);
    assert_eq!(gate.cuts(), 2);
    gate.cut_after(700_000, 2);
    let saved = world.save("bob", &gate.address, &seq_of(&sent.out, "a.bin"));
    assert_eq!(gate.cuts(), 2);
    assert!(fs::read(saved).unwrap() == content);
    assert!(gate.moved() < 6_000_000, "what was there was not moved again: {}", gate.moved());
    assert_eq!(world.history().matches("[file] a.bin").count(), 1);
}

#[test]
fn a_killed_client_goes_on_where_it_was_and_says_it_once() {
    let world = World::new(&[]);
    let gate = Gate::to(&world.daemon.address);
    let content = noise(2_000_000);
    let path = world.file("a.bin", &content);
    gate.stall_after(1_000_000);
    let args = [&gate.address, "--name", "ann", "--plain", "--send", &path];
    let mut child = client(&world.home("ann"), &args).spawn().unwrap();
    gate.wait_for_stall();
    child.kill().unwrap();
    child.wait().unwrap();
    gate.open();
    // Whoever starts next has it go on.
    let run = world.run("ann", &gate.address, &["--plain"], b"");
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    let seq = seq_of(&run.out, "a.bin");

    gate.stall_after(1_000_000);
    let mut child = client(&world.home("bob"), &[&gate.address, "--name", "bob", "--plain"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, format!("/save {seq}\n").as_bytes()).unwrap();
    gate.wait_for_stall();
    child.kill().unwrap();
    child.wait().unwrap();
    gate.open();
    let saved = wait_for_save(&gate, &world.home("bob"));
    assert!(fs::read(saved).unwrap() == content);
    assert_eq!(world.history().matches("[file] a.bin").count(), 1);
}

/// Starts a client at home in this directory, and waits until it has saved what it saves by itself.
fn wait_for_save(gate: &Gate, home: &Path) -> PathBuf {
    let mut child = client(home, &[&gate.address, "--name", "bob", "--plain"]).spawn().unwrap();
    let _stdin = child.stdin.take().unwrap();
    let path = home.join("Downloads/a.bin");
    let (step, mut waited) = (Duration::from_millis(5), Duration::ZERO);
    while !path.exists() && waited < PATIENCE {
        std::thread::sleep(step);
        waited += step;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    path
}

#[test]
fn a_killed_server_takes_the_rest_when_it_is_back() {
    let World { daemon, state, dir } = World::new(&[]);
    let address = daemon.address.clone();
    let gate = Gate::to(&address);
    fs::write(dir.path().join("a.bin"), noise(2_000_000)).unwrap();
    let path = dir.path().join("a.bin").display().to_string();
    gate.stall_after(1_000_000);
    let home = dir.path().join("ann");
    fs::create_dir_all(&home).unwrap();
    let child = client(&home, &[&gate.address, "--name", "ann", "--plain", "--send", &path]).spawn().unwrap();
    gate.wait_for_stall();
    drop(daemon);
    gate.open();
    let daemon = Daemon::start(state.path(), &address);
    let run = crate::processes::ended(child);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    let world = World { daemon, state, dir };
    let saved = world.save("bob", &address, &seq_of(&run.out, "a.bin"));
    assert!(fs::read(saved).unwrap() == noise(2_000_000));
    assert_eq!(world.history().matches("[file] a.bin").count(), 1);
}

#[test]
fn a_file_that_changes_or_goes_while_it_is_sent() {
    let world = World::new(&[]);
    let gate = Gate::to(&world.daemon.address);
    let changed = world.file("changed.bin", &noise(2_000_000));
    let mut ann = Plain::at(tempfile::tempdir().unwrap(), &[&gate.address, "--name", "ann"]);
    gate.stall_after(1_000_000);
    ann.say(&format!("/send {changed}"));
    gate.wait_for_stall();
    world.file("changed.bin", b"another content");
    gate.open();
    let line = ann.hears("[file] changed.bin");
    let saved = world.save("bob", &world.daemon.address, line.rsplit("/save ").next().unwrap());
    assert_eq!(fs::read(saved).unwrap(), b"another content");

    let gone = world.file("gone.bin", &noise(2_000_000));
    gate.stall_after(1_000_000);
    ann.say(&format!("/send {gone}"));
    gate.wait_for_stall();
    fs::remove_file(&gone).unwrap();
    gate.open();
    ann.hears("there is no file");
    ann.say("/retry drop");
    ann.say("/transfers");
    assert!(!world.history().contains("gone.bin"));
}

#[test]
fn a_transfer_is_encrypted_where_the_chat_is() {
    let world = World::new(&[]);
    let path = world.file("a.bin", &noise(400_000));
    let sent = world.run("ann", &world.daemon.address, &["--plain", "--tls", "trust", "--send", &path], b"");
    assert_eq!(sent.status, 0, "{}{}", sent.out, sent.err);
    let save = format!("/save {}\n", seq_of(&sent.out, "a.bin"));
    let run = world.run("bob", &world.daemon.address, &["--plain", "--tls", "trust"], save.as_bytes());
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert_eq!(fs::read(world.home("bob").join("Downloads/a.bin")).unwrap(), noise(400_000));
}
