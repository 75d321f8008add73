//! A `chinwagd` of its own: in its state directory, with its configuration file, its log kept beside.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::process::Process;

/// How long it may take to become ready, or to stop.
const LIMIT: Duration = Duration::from_mins(2);

/// A running server.
pub(crate) struct Daemon {
    child: Child,
    program: PathBuf,
    dir: PathBuf,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How long it took from the start of the process to its word that it is ready.
    pub(crate) ready_after: Duration,
}

impl Daemon {
    /// Starts the program in this directory with these settings, lines of TOML, and waits until it is ready.
    pub(crate) fn start(program: &Path, dir: &Path, settings: &str) -> Self {
        let address = free_address();
        std::fs::write(dir.join("chinwagd.toml"), settings).unwrap();
        let notify_path = dir.join("notify");
        std::fs::remove_file(&notify_path).ok();
        let notify = UnixDatagram::bind(&notify_path).unwrap();
        notify.set_read_timeout(Some(LIMIT)).unwrap();
        let log = File::options().create(true).append(true).open(dir.join("log")).unwrap();
        let began = Instant::now();
        let mut command = Command::new(program);
        command.args(["--listen", &address.to_string(), "--config"]).arg(dir.join("chinwagd.toml"));
        command.arg("--state-dir").arg(state_dir(dir)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.env("NOTIFY_SOCKET", &notify_path).env_remove("JOURNAL_STREAM").spawn().unwrap();
        let mut said = [0; 256];
        while !said.starts_with(b"READY=1") {
            let took = notify.recv(&mut said);
            assert!(took.is_ok(), "chinwagd did not become ready; see {}", dir.join("log").display());
        }
        let ready_after = began.elapsed();
        // What it says later is read by nobody, and must not make it wait.
        notify.set_read_timeout(None).unwrap();
        std::thread::spawn(move || while notify.recv(&mut said).is_ok() {});
        Self { child, program: program.to_owned(), dir: dir.to_owned(), address, ready_after }
    }

    /// Its process.
    pub(crate) fn process(&self) -> Process {
        Process::new(self.child.id())
    }

    /// Its state directory.
    pub(crate) fn state_dir(&self) -> PathBuf {
        state_dir(&self.dir)
    }

    /// Its configuration file.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.dir.join("chinwagd.toml")
    }

    /// A command of its operator.
    pub(crate) fn ctl(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("ctl").args(args).arg("--state-dir").arg(self.state_dir());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Stops it as a service manager does.
    pub(crate) fn stop(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).ok();
        self.child.wait().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Fails if it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn state_dir(dir: &Path) -> PathBuf {
    dir.join("state")
}

/// An address that nothing listens on at the moment.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
