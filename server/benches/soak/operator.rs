//! What the operator does meanwhile, each at its time: a backup, an export into a pipe that nobody reads for a while, a
//! reload, one of a broken file, a compaction, and a tail all the time.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::driver::daemon::Daemon;
use super::{KEEP_DAYS, KEEP_EVENTS};

/// The settings of the server.
pub(crate) fn settings() -> String {
    format!("keep-events = {KEEP_EVENTS}\nkeep-days = {KEEP_DAYS}\n")
}

/// What is done, and at which part of the whole time.
const SCRIPT: [(f64, Act); 10] = [
    (0.05, Act::Tail),
    (0.20, Act::Backup),
    (0.30, Act::Export),
    (0.40, Act::Reload),
    (0.45, Act::BrokenReload),
    (0.55, Act::ReadExport),
    (0.60, Act::Compact),
    (0.70, Act::Backup),
    (0.80, Act::Reload),
    (0.90, Act::Status),
];

#[derive(Clone, Copy, Debug)]
enum Act {
    Tail,
    Backup,
    Export,
    ReadExport,
    Reload,
    BrokenReload,
    Compact,
    Status,
}

/// How something ended.
pub(crate) struct Outcome {
    pub(crate) what: String,
    pub(crate) good: bool,
    pub(crate) detail: String,
}

/// The operator.
pub(crate) struct Operator {
    began: Instant,
    length: Duration,
    dir: PathBuf,
    done: usize,
    running: Vec<Running>,
    tail: Option<(Child, JoinHandle<Lines>)>,
    export: Option<(Child, ChildStdout)>,
    reading: Option<(Child, JoinHandle<Lines>)>,
    outcomes: Vec<Outcome>,
}

/// A command that runs.
struct Running {
    act: Act,
    child: Child,
    began: Instant,
}

/// What came out of a pipe.
#[derive(Default)]
struct Lines {
    count: usize,
    in_order: bool,
}

impl Operator {
    /// One who has done nothing yet.
    pub(crate) fn new(began: Instant, length: Duration, dir: &Path) -> Self {
        Self {
            began,
            length,
            dir: dir.to_owned(),
            done: 0,
            running: Vec::new(),
            tail: None,
            export: None,
            reading: None,
            outcomes: Vec::new(),
        }
    }

    /// Does what is due, and looks after what runs.
    pub(crate) fn pass(&mut self, server: &Daemon) {
        if let Some((part, act)) = SCRIPT.get(self.done)
            && self.began.elapsed() >= self.length.mul_f64(*part)
        {
            self.done += 1;
            self.act(*act, server);
        }
        for mut running in std::mem::take(&mut self.running) {
            match running.child.try_wait().unwrap() {
                Some(status) => self.outcomes.push(outcome(&running, status.code(), &self.dir)),
                None => self.running.push(running),
            }
        }
    }

    fn act(&mut self, act: Act, server: &Daemon) {
        println!("       {act:?}");
        let backup = self.backup_file();
        match act {
            Act::Tail => {
                let mut child =
                    server.ctl(&["tail", "--json", "-n", "0"]).stdout(Stdio::piped()).spawn().unwrap();
                let out = child.stdout.take().unwrap();
                self.tail = Some((child, std::thread::spawn(|| count(out))));
            }
            Act::Export => {
                let mut child = server.ctl(&["export", "lobby"]).stdout(Stdio::piped()).spawn().unwrap();
                let out = child.stdout.take().unwrap();
                self.export = Some((child, out));
            }
            Act::ReadExport => {
                self.reading =
                    self.export.take().map(|(child, out)| (child, std::thread::spawn(|| count(out))));
            }
            Act::Backup => self.run(act, server, &["backup", "--force", &backup.to_string_lossy()]),
            Act::Reload => {
                let more = format!("{}motd-file = \"\"\nmax-users = 1{:03}\n", settings(), self.done);
                std::fs::write(server.config_file(), more).unwrap();
                self.run(act, server, &["reload"]);
            }
            Act::BrokenReload => {
                std::fs::write(server.config_file(), "max-user = three\n").unwrap();
                self.run(act, server, &["reload"]);
            }
            Act::Compact => self.run(act, server, &["compact"]),
            Act::Status => self.run(act, server, &["status"]),
        }
    }

    fn run(&mut self, act: Act, server: &Daemon, args: &[&str]) {
        let child = server.ctl(args).spawn().unwrap();
        self.running.push(Running { act, child, began: Instant::now() });
    }

    fn backup_file(&self) -> PathBuf {
        self.dir.join("backup.db")
    }

    /// Waits for what runs and says how everything ended.
    pub(crate) fn finish(mut self, server: &Daemon) -> Vec<Outcome> {
        while self.done < SCRIPT.len() || !self.running.is_empty() {
            self.length = Duration::ZERO;
            self.pass(server);
            std::thread::sleep(Duration::from_millis(10));
        }
        if let Some((mut child, reading)) = self.reading.take() {
            let (lines, status) = (reading.join().unwrap_or_default(), child.wait().unwrap());
            let good = lines.in_order && lines.count > 0 && status.success();
            self.outcomes.push(Outcome {
                what: "export into a pipe that was not read".into(),
                good,
                detail: format!("{} events, {status}", lines.count),
            });
        }
        if let Some((mut child, reading)) = self.tail.take() {
            let goes_on = child.try_wait().unwrap().is_none();
            child.kill().ok();
            child.wait().ok();
            let lines = reading.join().unwrap_or_default();
            let good = goes_on && lines.in_order && lines.count > 0;
            let detail = format!("{} events", lines.count);
            self.outcomes.push(Outcome { what: "tail all the time, in order".into(), good, detail });
        }
        self.outcomes
    }
}

fn outcome(running: &Running, code: Option<i32>, dir: &Path) -> Outcome {
    let took = running.began.elapsed();
    let mut detail = format!("exit status {code:?} after {took:.1?}");
    let good = match running.act {
        Act::BrokenReload => code == Some(1),
        // A server that does not have the verb yet says so.
        Act::Compact if code == Some(2) => {
            detail = "there is no such verb".into();
            true
        }
        Act::Backup => code == Some(0) && is_whole(&dir.join("backup.db"), &mut detail),
        Act::Tail | Act::Export | Act::ReadExport | Act::Reload | Act::Compact | Act::Status => {
            code == Some(0)
        }
    };
    Outcome { what: format!("{:?}", running.act), good, detail }
}

/// Whether a backup is a whole store.
fn is_whole(file: &Path, detail: &mut String) -> bool {
    let read = rusqlite::Connection::open(file).and_then(|db| {
        let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let events: i64 = db.query_row("SELECT count(*) FROM event", [], |row| row.get(0))?;
        Ok((check, events))
    });
    let Ok((check, events)) = read else { return false };
    *detail = format!("{detail}, {events} events, {check}");
    check == "ok" && events > 0
}

/// Reads events to the end.
fn count(out: ChildStdout) -> Lines {
    let mut lines = Lines { count: 0, in_order: true };
    let mut last = 0;
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        let event = serde_json::from_str::<serde_json::Value>(&line).ok();
        let seq = event.and_then(|event| event.get("seq")?.as_u64()).unwrap_or(0);
        lines.in_order &= seq > last;
        (lines.count, last) = (lines.count + 1, seq);
    }
    lines
}
