//! The parts of a run, and what they take of the machine while somebody types.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::time::sleep;
use tui_client::ssh_door::options::{Options, Server};
use tui_client::ssh_door::service;

use super::client::{Echoes, Typist};
use super::process::{Cores, Part, Process, Taken, on_lines};
use super::{KEYS, Rooms};

/// How long it is waited until what has begun goes on steadily.
pub(crate) const SETTLE: Duration = Duration::from_secs(3);

/// What runs as long as the benchmark.
pub(crate) struct Parts {
    pub(crate) door: Part,
    pub(crate) door_port: u16,
    pub(crate) echo: Part,
    pub(crate) echo_port: u16,
    chinwagd: Process,
    address: String,
    _state: TempDir,
}

/// What the parts took of the machine in a time.
pub(crate) type Usage = Vec<(&'static str, Cores)>;

impl Parts {
    pub(crate) fn start() -> Self {
        let state = tempfile::tempdir().unwrap();
        let socket = state.path().join("socket");
        let (chinwagd, address) = start_chinwagd(&socket, &state.path().join("server"));
        let mut echo = Part::start(&["echo"]);
        let door_state = state.path().join("door");
        let mut door = Part::start(&["door", socket.to_str().unwrap(), door_state.to_str().unwrap()]);
        let port = |part: &mut Part| u16::try_from(part.number()).unwrap();
        let (door_port, echo_port) = (port(&mut door), port(&mut echo));
        Self { door, door_port, echo, echo_port, chinwagd, address, _state: state }
    }

    /// So many who read what the door draws; they are in.
    pub(crate) fn read_door(&self, count: u64, rooms: Rooms) -> Part {
        readers(self.door_port, count, rooms)
    }

    /// So many who read what the echo server sends.
    pub(crate) fn read_echo(&self, count: u64) -> Part {
        readers(self.echo_port, count, Rooms(0))
    }

    fn processes<'a>(&'a self, readers: &'a Part) -> [(&'static str, &'a Process); 4] {
        [
            ("the door", &self.door.process),
            ("bare ssh", &self.echo.process),
            ("those who read", &readers.process),
            ("chinwagd", &self.chinwagd),
        ]
    }

    pub(crate) fn usage(&self, readers: &Part) -> Vec<Taken> {
        self.processes(readers).map(|(_, process)| process.taken()).to_vec()
    }

    pub(crate) fn usage_since(&self, before: &[Taken], readers: &Part) -> Usage {
        let parts = self.processes(readers).into_iter().zip(before);
        parts.map(|((name, process), before)| (name, process.since(*before))).collect()
    }
}

fn readers(port: u16, count: u64, rooms: Rooms) -> Part {
    let mut readers = Part::start(&["readers", &port.to_string(), &count.to_string(), &rooms.0.to_string()]);
    readers.number();
    readers
}

fn start_chinwagd(socket: &Path, state: &Path) -> (Process, String) {
    let daemon = std::env::current_exe().unwrap();
    let daemon = daemon.parent().unwrap().parent().unwrap().join("chinwagd");
    assert!(daemon.exists(), "build {} first: cargo build --release -p server", daemon.display());
    let trusted = format!("unix:{}", rustix::process::getuid().as_raw());
    let mut command = Command::new(daemon);
    command.args(["--listen", "127.0.0.1:0", "--pace", "off", "--max-users", "5000"]);
    command.args(["--new-identities", "off", "--joins-per-address", "off", "--max-per-address", "5000"]);
    command.args(["--proxy-from", &trusted]).arg("--socket").arg(socket).arg("--state-dir").arg(state);
    let mut chinwagd = Process(command.stderr(Stdio::piped()).spawn().unwrap());
    let mut log = BufReader::new(chinwagd.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = log
        .find_map(|line| Some(line.split_once("address=")?.1.split(' ').next()?.to_owned()))
        .expect("chinwagd has not started");
    std::thread::spawn(move || log.for_each(drop));
    (chinwagd, address)
}

/// Runs the door as it runs in a client that hosts a server, and tells its port.
pub(crate) fn run_door(socket: &str, state: &str) {
    let listen = vec!["127.0.0.1:0".parse().unwrap()];
    let mut options = Options::new(listen, Server::Sockets(vec![socket.into()]), Path::new(state).to_owned());
    options.limits.sessions = 10_000;
    let door = service::start(options).unwrap();
    println!("{}", door.addresses[0].port());
    on_lines(|_| {});
    loop {
        std::thread::park();
    }
}

/// What was measured while others talk.
pub(crate) struct Loud {
    pub(crate) echoes: Echoes,
    pub(crate) usage: Usage,
    /// The bytes that those who read got in a second, and in how many packets.
    pub(crate) bytes: f64,
    pub(crate) frames: f64,
    /// The messages that were said in a second in all, as far as they were delivered, where somebody talks.
    pub(crate) messages: Option<f64>,
}

impl Loud {
    /// Others talk, so many messages a second.
    pub(crate) async fn of_door(
        parts: &mut Parts,
        readers: &mut Part,
        typist: &mut Typist,
        (rate, rooms): (u64, Rooms),
    ) -> Self {
        let (rate, count) = (rate.to_string(), rooms.0.to_string());
        let mut speakers = Part::start(&["speakers", &parts.address, &rate, &count]);
        speakers.number();
        sleep(SETTLE).await;
        let (heard, taken, since) = (speakers.ask(""), speakers.process.taken(), Instant::now());
        let mut loud = Self::of(parts, readers, typist).await;
        loud.messages = Some((speakers.ask("") - heard) as f64 / since.elapsed().as_secs_f64());
        loud.usage.push(("those who talk", speakers.process.since(taken)));
        loud
    }

    /// Everybody is sent as many bytes by the echo server as they were by the door.
    pub(crate) async fn of_echo(
        parts: &mut Parts,
        readers: &mut Part,
        typist: &mut Typist,
        door: &Self,
        count: u64,
    ) -> Self {
        let pause = count as f64 / door.frames.max(1.0);
        parts.echo.tell(&format!("{:.0} {:.0}", door.bytes / door.frames.max(1.0), pause * 1e6));
        sleep(SETTLE).await;
        Self::of(parts, readers, typist).await
    }

    async fn of(parts: &Parts, readers: &mut Part, typist: &mut Typist) -> Self {
        let (usage, bytes, frames) = (parts.usage(readers), readers.ask("bytes"), readers.ask("frames"));
        let since = Instant::now();
        let echoes = typist.echoes(KEYS).await;
        let (bytes, frames) = (readers.ask("bytes") - bytes, readers.ask("frames") - frames);
        let of_second = |count: u64| count as f64 / since.elapsed().as_secs_f64();
        let (bytes, frames) = (of_second(bytes), of_second(frames));
        Self { echoes, usage: parts.usage_since(&usage, readers), bytes, frames, messages: None }
    }
}
