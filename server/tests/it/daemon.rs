//! The real `chinwagd`, its log and its end.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;

use crate::client::{Client, LIMIT};

/// A running `chinwagd`.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) address: SocketAddr,
    lines: mpsc::Receiver<String>,
    log: Vec<String>,
    /// The other end of a standard error that nobody reads.
    unread: Option<UnixStream>,
}

/// `chinwagd` with a state directory and these flags.
fn command(dir: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwagd"));
    command.arg("--state-dir").arg(dir).args(flags).stdin(Stdio::null()).stderr(Stdio::piped());
    command.env_remove("JOURNAL_STREAM");
    command
}

/// `chinwagd` with a state directory and these sockets from descriptor 3 on, under a low soft limit of open files.
fn launch(dir: &Path, sockets: [Option<OwnedFd>; 2]) -> Command {
    const LAUNCH: &str =
        "ulimit -Sn 256; exec 3<&0 4<&1 </dev/null >/dev/null; export LISTEN_PID=$$; exec \"$0\" \"$@\"";
    let mut launch = Command::new("sh");
    launch.args(["-c", LAUNCH, env!("CARGO_BIN_EXE_chinwagd"), "--state-dir"]).arg(dir);
    launch.env("LISTEN_FDS", sockets.iter().flatten().count().to_string()).env_remove("JOURNAL_STREAM");
    let [first, second] = sockets.map(|socket| socket.map_or_else(Stdio::null, Stdio::from));
    launch.stdin(first).stdout(second).stderr(Stdio::piped());
    launch
}

impl Daemon {
    /// Starts it on a free port, or on the one in the flags, and waits until it listens.
    pub(crate) fn start(dir: &Path, flags: &[&str]) -> Self {
        let port: &[&str] = if flags.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        Self::run(&mut command(dir, &[port, flags].concat()))
    }

    /// Starts it under a service manager that listens here.
    pub(crate) fn notifying(dir: &Path, socket: &Path, watchdog: Duration) -> Self {
        let mut command = command(dir, &["--listen", "127.0.0.1:0"]);
        command.env("NOTIFY_SOCKET", socket).env("WATCHDOG_USEC", watchdog.as_micros().to_string());
        Self::run(&mut command)
    }

    /// Starts it with sockets passed, as a service manager does.
    pub(crate) fn passed(dir: &Path, sockets: [Option<OwnedFd>; 2]) -> Self {
        Self::run(&mut launch(dir, sockets))
    }

    /// The same with their names (`LISTEN_FDNAMES`).
    pub(crate) fn passed_as(dir: &Path, sockets: [Option<OwnedFd>; 2], names: &str) -> Self {
        Self::run(launch(dir, sockets).env("LISTEN_FDNAMES", names))
    }

    /// Where it listens for IRC clients.
    pub(crate) fn irc(&mut self) -> SocketAddr {
        let line = self.wait_log("listening for IRC clients");
        line.split(['=', ' ', '"']).find_map(|word| word.parse().ok()).unwrap()
    }

    /// Starts it with at most so many open files.
    pub(crate) fn with_files(dir: &Path, most: u32) -> Self {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            &format!("ulimit -n {most}; exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_chinwagd"),
        ]);
        command.arg("--state-dir").arg(dir).args(["--listen", "127.0.0.1:0"]);
        Self::run(command.stdin(Stdio::null()).stderr(Stdio::piped()).env_remove("JOURNAL_STREAM"))
    }

    /// Starts it on an address that this machine does not have; it waits.
    pub(crate) fn waiting(dir: &Path, address: &str) -> Self {
        Self::run_until(&mut command(dir, &["--listen", address]), "waiting for it").0
    }

    /// Starts it, and waits until its log says this.
    pub(crate) fn until(dir: &Path, flags: &[&str], said: &str) -> Self {
        Self::run_until(&mut command(dir, &[&["--listen", "127.0.0.1:0"], flags].concat()), said).0
    }

    /// Starts it with a standard error that is full, and that nobody reads.
    pub(crate) fn unread(dir: &Path) -> Self {
        let (mut full, unread) = UnixStream::pair().unwrap();
        full.set_nonblocking(true).unwrap();
        for piece in [&[b'.'; 4096][..], b"."] {
            while full.write(piece).is_ok() {}
        }
        full.set_nonblocking(false).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut command = launch(dir, [Some(listener.into()), None]);
        let child = command.stderr(OwnedFd::from(full)).spawn().unwrap();
        let (_, lines) = mpsc::channel();
        Self { child, address, lines, log: Vec::new(), unread: Some(unread) }
    }

    fn run(command: &mut Command) -> Self {
        let (mut daemon, listening) = Self::run_until(command, "listening");
        daemon.address = listening.split(['=', ' ', '"']).find_map(|word| word.parse().ok()).unwrap();
        daemon
    }

    fn run_until(command: &mut Command, what: &str) -> (Self, String) {
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines() {
                if !line.is_ok_and(|line| sender.send(line).is_ok()) {
                    return;
                }
            }
        });
        let address = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut daemon = Self { child, address, lines, log: Vec::new(), unread: None };
        let line = daemon.wait_log(what);
        (daemon, line)
    }

    /// Somebody new, by this name.
    pub(crate) async fn guest(&self, name: &str) -> Client {
        Client::greet(self.address, json!({"name": name})).await
    }

    /// Waits for a line of the log that holds this.
    pub(crate) fn wait_log(&mut self, what: &str) -> String {
        if let Some(line) = self.log.iter().find(|line| line.contains(what)) {
            return line.clone();
        }
        self.wait_next_log(what)
    }

    /// The same, among the lines that were not read yet.
    pub(crate) fn wait_next_log(&mut self, what: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(LIMIT);
            let line = line.unwrap_or_else(|_| panic!("the log has no {what}:\n{}", self.log.join("\n")));
            self.log.push(line.clone());
            if line.contains(what) {
                return line;
            }
        }
    }

    /// How much memory the process has that no other shares, in kB.
    pub(crate) fn memory_kb(&self) -> u64 {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id())).unwrap();
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap();
        pss.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The soft and the hard limit of the files it may have open.
    pub(crate) fn open_files(&self) -> [String; 2] {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.child.id())).unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
        let mut words = line.split_whitespace().skip(3).map(str::to_owned);
        [words.next().unwrap(), words.next().unwrap()]
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.child.id())).status();
        assert!(sent.unwrap().success());
    }

    /// Ends it in good order: its status, and its log.
    pub(crate) fn stop(self) -> (ExitStatus, String) {
        self.signal("TERM");
        self.wait()
    }

    /// Waits for the end; returns how it ended and the whole log.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        // The log ends when the process does.
        loop {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => self.log.push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("it does not end"),
            }
        }
        let status = wait_or_kill(&mut self.child).unwrap_or_else(|| panic!("it does not end"));
        drop(self.unread.take());
        (status, self.log.join("\n"))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Runs `chinwagd` where it cannot start; returns its exit code and what it said.
pub(crate) fn fails(dir: &Path, flags: &[&str]) -> (i32, String) {
    ends(&mut command(dir, flags))
}

/// The same with sockets passed.
pub(crate) fn fails_with(dir: &Path, sockets: [Option<OwnedFd>; 2]) -> (i32, String) {
    ends(&mut launch(dir, sockets))
}

fn ends(command: &mut Command) -> (i32, String) {
    let mut child = command.spawn().unwrap();
    let stderr = child.stderr.take().unwrap();
    let reading = std::thread::spawn(move || std::io::read_to_string(stderr).unwrap());
    let status = wait_or_kill(&mut child);
    let said = reading.join().unwrap();
    let code = status.and_then(|status| status.code());
    (code.unwrap_or_else(|| panic!("it had to be killed: {said}")), said)
}

/// Waits for the end of a process; `None` when it had to be killed.
fn wait_or_kill(child: &mut Child) -> Option<ExitStatus> {
    let pid = child.id();
    let (done, ended) = mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        let late = ended.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout);
        if late {
            Command::new("sh").arg("-c").arg(format!("kill -KILL {pid}")).status().ok();
        }
        late
    });
    let status = child.wait().unwrap();
    done.send(()).ok();
    (!guard.join().unwrap()).then_some(status)
}

/// A short while, for the server's own times.
pub(crate) const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}
