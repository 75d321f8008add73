//! The real binaries as child processes: a server, and clients with `--plain` at pipes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Far more than anything here takes; only a failure waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A running `chinwagd` without a pace; killed, as by `kill -9`, when dropped.
pub(crate) struct Daemon {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
}

impl Daemon {
    /// Starts one that keeps its state in `state`; port 0 takes any.
    pub(crate) fn start(state: &Path, address: &str) -> Self {
        Self::with(state, address, &[])
    }

    /// The same with more arguments.
    pub(crate) fn with(state: &Path, address: &str, args: &[&str]) -> Self {
        let mut child = Command::new(daemon_binary())
            .args(["--listen", address, "--pace", "off", "--state-dir"])
            .arg(state)
            .args(args)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut before = Vec::new();
        let address = log.by_ref().map_while(Result::ok).find_map(|line| {
            let address =
                line.split_once("address=").and_then(|(_, rest)| rest.split(' ').next().map(str::to_owned));
            before.push(line);
            address
        });
        let address = address.unwrap_or_else(|| panic!("the server did not start: {before:?}"));
        // Whoever logs must be able to go on logging.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, address }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// `chinwagd` beside `chinwag`; built if only this package was.
pub(crate) fn daemon_binary() -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_chinwag")).with_file_name("chinwagd");
    if !binary.exists() {
        let release: &[&str] = if cfg!(debug_assertions) { &[] } else { &["--release"] };
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        assert!(
            Command::new(cargo).args(["build", "-p", "server"]).args(release).status().unwrap().success()
        );
    }
    binary
}

/// A home directory in which the profile of the server at `address` is damaged, and where that profile is.
pub(crate) fn damaged_home(address: &str) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let slots = home.path().join(".local/state/chinwag").join(address);
    std::fs::create_dir_all(&slots).unwrap();
    std::fs::write(slots.join("0.json"), DAMAGED).unwrap();
    (home, slots)
}

/// What a power cut may leave of a profile.
pub(crate) const DAMAGED: &str = "{\"secret\":\"0000";

/// What became of a `chinwag` without a screen that was given all of its input at once.
pub(crate) struct Run {
    /// Its exit status.
    pub(crate) status: i32,
    /// What it printed.
    pub(crate) out: String,
    /// What it said on stderr.
    pub(crate) err: String,
}

/// Runs `chinwag` with these arguments and this input, at home in a new directory.
#[track_caller]
pub(crate) fn run(args: &[&str], input: &[u8]) -> Run {
    run_at(tempfile::tempdir().unwrap().path(), args, input)
}

/// Far longer waits than by default, where a test does not say otherwise: the machine that runs it may be slow.
fn make_patient(home: &Path) {
    let folder = home.join(".config/chinwag");
    std::fs::create_dir_all(&folder).unwrap();
    let seconds = PATIENCE.as_secs();
    std::fs::write(folder.join("config.toml"), format!("wait = {seconds}\ntimeout = {seconds}\n")).unwrap();
}

/// `chinwag` with these arguments at three pipes, at home in this directory and with nothing else of our environment.
pub(crate) fn client(home: &Path, args: &[&str]) -> Command {
    make_patient(home);
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(args).env_clear().env("HOME", home).env("LANG", "C.UTF-8");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What became of a client that has ended, or is about to.
pub(crate) fn ended(child: Child) -> Run {
    let done = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

/// Asks a client to end (SIGTERM).
pub(crate) fn terminate(child: &Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
}

/// The same, at home in this directory.
#[track_caller]
pub(crate) fn run_at(home: &Path, args: &[&str], input: &[u8]) -> Run {
    let mut child = client(home, args).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Whoever does not read it all ends before.
    std::thread::spawn(move || stdin.write_all(&input).ok());
    ended(child)
}

/// Somebody at a pipe: `chinwag --plain`.
pub(crate) struct Plain {
    child: Child,
    /// Where their lines go in.
    pub(crate) stdin: Option<ChildStdin>,
    /// What they read.
    pub(crate) lines: Receiver<String>,
    _home: Arc<tempfile::TempDir>,
}

impl Plain {
    /// Starts a client that wants to be called `name`.
    pub(crate) fn start(address: &str, name: &str) -> Self {
        Self::at(tempfile::tempdir().unwrap(), &[address, "--name", name])
    }

    /// Starts a client with this home directory, which others may share, and these arguments.
    pub(crate) fn at(home: impl Into<Arc<tempfile::TempDir>>, args: &[&str]) -> Self {
        let home = home.into();
        let mut child = client(home.path(), args).arg("--plain").stderr(Stdio::inherit()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sink, lines) = channel();
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sink.send(line)).ok()
        });
        let stdin = child.stdin.take();
        Self { child, stdin, lines, _home: home }
    }

    /// Writes a line.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Ends the input and waits until the program has said everything.
    #[track_caller]
    pub(crate) fn ends(&mut self) {
        drop(self.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }

    /// Reads until a line with `text` in it.
    #[track_caller]
    pub(crate) fn hears(&self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("never heard {text}"));
            if line.contains(text) {
                return line;
            }
        }
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
