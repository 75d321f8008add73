//! What the ssh door costs: memory of many sessions, and how long a key takes to its echo while others talk, beside a server of the
//! same library that does nothing but echo. Door and echo server are processes of this program, the server of the chat is chinwagd.
//!
//!     cargo build --release -p server && cargo bench -p tui-client --bench ssh_door                # 500 sessions
//!     cargo bench -p tui-client --bench ssh_door -- 100 200                                       # 100 sessions, 200 msg/s

#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a benchmark measures time, prints, and stops at a fault"
)]

mod client;
mod speakers;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::server::{Auth, Msg, Server as _, Session};
use russh::{Channel, ChannelId};
use tokio_util::sync::CancellationToken;
use tui_client::ssh_door::options::{Options, Server};
use tui_client::ssh_door::{self, Door};

use self::client::{Client, Pace};
use self::speakers::Speakers;

/// Keys that are typed for one number.
const KEYS: usize = 300;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["door", socket, state] => return run_door(socket, state),
        ["echo"] => return run_echo(),
        _ => {}
    }
    let mut numbers = args.iter().filter_map(|arg| arg.parse().ok());
    let (sessions, rate) = (numbers.next().unwrap_or(500), numbers.next().unwrap_or(1_000));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(measure(usize::try_from(sessions).unwrap(), rate));
}

async fn measure(sessions: usize, rate: u64) {
    let state = tempfile::tempdir().unwrap();
    let socket = state.path().join("socket");
    let uid = rustix::process::getuid().as_raw();
    let daemon = std::env::current_exe().unwrap();
    let daemon = daemon.parent().unwrap().parent().unwrap().join("chinwagd");
    assert!(daemon.exists(), "build {} first: cargo build --release -p server", daemon.display());
    let mut chinwagd = Process(
        Command::new(daemon)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--pace",
                "off",
                "--max-users",
                "5000",
                "--new-identities",
                "off",
            ])
            .args(["--joins-per-address", "off", "--max-per-address", "5000"])
            .arg("--proxy-from")
            .arg(format!("unix:{uid}"))
            .arg("--socket")
            .arg(&socket)
            .arg("--state-dir")
            .arg(state.path().join("server"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut log = BufReader::new(chinwagd.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = log
        .find_map(|line| Some(line.split_once("address=")?.1.split(' ').next()?.to_owned()))
        .expect("chinwagd has not started");
    std::thread::spawn(move || log.for_each(drop));

    let echo = Process::of_us(&["echo"]);
    let door_state = state.path().join("door");
    let door = Process::of_us(&["door", socket.to_str().unwrap(), door_state.to_str().unwrap()]);
    let (echo, echo_port) = echo;
    let (door, port) = door;

    println!("{:<56} {:>10} {:>10} {:>8}", "", "chinwag", "bare echo", "ratio");
    let mut bare = Client::open(echo_port).await;
    let bare_quiet = bare.echoes(KEYS, Pace::Slow).await;
    drop(bare);

    let before = door.kilobytes();
    let began = Instant::now();
    let mut first = Client::open(port).await;
    let whole = began.elapsed();
    let quiet = first.echoes(KEYS, Pace::Slow).await;
    report_ms("key to echo, one session, quiet: p50", quiet.0, bare_quiet.0);
    report_ms("key to echo, one session, quiet: p99", quiet.1, bare_quiet.1);
    println!("{:<56} {:>7.1} ms", "connect to first frame", whole.as_secs_f64() * 1e3);

    let mut readers = Client::open_many(port, sessions - 1).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = door.kilobytes();
    let bare_before = echo.kilobytes();
    let bare_readers = Client::open_many(echo_port, sessions).await;
    let bare_idle = echo.kilobytes();
    let each = |kilobytes: u64, before: u64| kilobytes.saturating_sub(before) as f64 / sessions as f64;
    report_kb("memory of an idle session", each(idle, before), each(bare_idle, bare_before));
    drop(bare_readers);
    println!("{:<56} {:>7.1} MB", format!("the door with {sessions} idle sessions"), idle as f64 / 1e3);

    let quiet = first.echoes(KEYS, Pace::Slow).await;
    report_ms(&format!("key to echo, {sessions} sessions, quiet: p50"), quiet.0, bare_quiet.0);
    report_ms(&format!("key to echo, {sessions} sessions, quiet: p99"), quiet.1, bare_quiet.1);

    // One that reads nothing, as ssh stopped by ^Z of its Unix shell.
    let mut stopped = Client::open(port).await;
    stopped.stop_reading();
    let speakers = Speakers::start(&address, rate).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (cpu, since) = (door.cpu(), Instant::now());
    let loud = first.echoes(KEYS, Pace::Slow).await;
    let what = format!("key to echo, {sessions} sessions, {rate} msg/s");
    report_ms(&format!("{what}: p50"), loud.0, bare_quiet.0);
    report_ms(&format!("{what}: p99"), loud.1, bare_quiet.1);
    let cores = door.cpu().saturating_sub(cpu).as_secs_f64() / since.elapsed().as_secs_f64();
    println!("{:<56} {:>7.2} cores", "what the door computes meanwhile", cores);
    println!("{:<56} {:>7.2} /s", "messages that came through", speakers.rate());
    let loud_kb = door.kilobytes();
    println!("{:<56} {:>7.1} MB", "the door afterwards", loud_kb as f64 / 1e3);
    tokio::time::sleep(Duration::from_secs(5)).await;
    println!("{:<56} {:>7.1} MB", "five seconds of talk later", door.kilobytes() as f64 / 1e3);
    drop(speakers);
    stopped.go_on().await;
    for reader in readers.drain(..) {
        drop(reader);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    println!("{:<56} {:>7.1} MB", "the door when all but two have left", door.kilobytes() as f64 / 1e3);
}

fn report_ms(what: &str, ours: Duration, theirs: Duration) {
    let (ours, theirs) = (ours.as_secs_f64() * 1e3, theirs.as_secs_f64() * 1e3);
    println!("{what:<56} {ours:>7.2} ms {theirs:>7.2} ms {:>8.1}", ours / theirs);
}

fn report_kb(what: &str, ours: f64, theirs: f64) {
    println!("{what:<56} {ours:>7.0} kB {theirs:>7.0} kB {:>8.1}", ours / theirs);
}

/// A process that ends with this.
struct Process(Child);

impl Process {
    /// This program in another role, and the port it told.
    fn of_us(args: &[&str]) -> (Self, u16) {
        let program = std::env::current_exe().unwrap();
        let mut child = Command::new(program).args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), line.trim().parse().unwrap())
    }

    /// Its resident memory.
    fn kilobytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it has computed, as the kernel counts it: in hundredths of a second.
    fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn run_door(socket: &str, state: &str) {
    let listen = vec!["127.0.0.1:0".parse().unwrap()];
    let mut options = Options::new(listen, Server::Socket(socket.into()), Path::new(state).to_owned());
    options.limits.sessions = 10_000;
    let door = Door::open(options, |_| {}, CancellationToken::new()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let listeners = ssh_door::listen(&door.options).await.unwrap();
        println!("{}", listeners[0].local_addr().unwrap().port());
        ssh_door::serve(door, listeners).await;
    });
}

/// Says everything back.
#[derive(Clone)]
struct Echo;

impl russh::server::Server for Echo {
    type Handler = Self;

    fn new_client(&mut self, _: Option<std::net::SocketAddr>) -> Self {
        Self
    }
}

impl russh::server::Handler for Echo {
    type Error = russh::Error;

    async fn auth_none(&mut self, _: &str) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: russh::server::ChannelOpenHandle,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.data(channel.id(), "ready")?;
        reply.accept().await;
        Ok(())
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        session.data(channel, "ready")
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.data(channel, data.to_vec())
    }
}

fn run_echo() {
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[7; 32]));
    let key = russh::keys::PrivateKey::new(pair, "echo").unwrap();
    let config = Arc::new(russh::server::Config { keys: vec![key], nodelay: true, ..Default::default() });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        Echo.run_on_socket(config, &listener).await.unwrap();
    });
}
