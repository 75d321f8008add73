//! `nats-server` processes with a configuration of ours: one, or three that replicate. Each on ports that it chooses; whoever
//! connects, and they among themselves, goes through a [`Link`] that stays when the process is another.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

use super::link::Link;

/// After this a test has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Some NATS servers.
#[derive(Debug)]
pub(crate) struct Nats {
    servers: Vec<Server>,
    /// Between the servers: the first connects to the second.
    routes: Vec<(usize, usize, Link)>,
    _dir: TempDir,
}

#[derive(Debug)]
struct Server {
    process: Option<Child>,
    config: PathBuf,
    ports: PathBuf,
    log: PathBuf,
    /// The way in for clients.
    clients: Link,
    monitoring: Option<SocketAddr>,
}

impl Nats {
    /// One server.
    pub(crate) fn one() -> Self {
        Self::start(1, "")
    }

    /// Three servers that replicate.
    pub(crate) fn three() -> Self {
        Self::start(3, "")
    }

    /// These many servers, with more lines of configuration.
    pub(crate) fn start(count: usize, more: &str) -> Self {
        let dir = TempDir::new().unwrap();
        // A ring: each of three names one other, and each two have one link.
        let ring = (0..count).filter(|_| count > 1).map(|from| (from, (from + 1) % count, Link::new()));
        let routes: Vec<_> = ring.collect();
        let servers = (0..count).map(|number| {
            let own = dir.path().join(format!("n{number}"));
            fs::create_dir(&own).unwrap();
            let config = own.join("nats.conf");
            let routes = routes.iter().filter(|(from, ..)| *from == number).map(|(.., link)| link.address());
            fs::write(&config, configuration(number, count, &own.display().to_string(), routes) + more)
                .unwrap();
            let (ports, log) = (own.join("ports"), own.join("log"));
            fs::create_dir(&ports).unwrap();
            Server { process: None, config, ports, log, clients: Link::new(), monitoring: None }
        });
        let mut nats = Self { servers: servers.collect(), routes, _dir: dir };
        (0..count).for_each(|number| nats.spawn(number));
        (0..count).for_each(|number| nats.wait_until_healthy(number));
        nats
    }

    /// What a client of one of them is told.
    pub(crate) fn url(&self, number: usize) -> String {
        format!("nats://{}", self.servers[number].clients.address())
    }

    /// The same, without a link on the way.
    #[allow(dead_code, reason = "for the benchmark")]
    pub(crate) fn direct_url(&self, number: usize) -> String {
        format!("nats://{}", self.servers[number].clients.target().unwrap())
    }

    /// The processes of those that run.
    #[allow(dead_code, reason = "for the benchmark")]
    pub(crate) fn processes(&self) -> impl Iterator<Item = u32> {
        self.servers.iter().filter_map(|server| server.process.as_ref()).map(Child::id)
    }

    #[allow(dead_code, reason = "for the benchmark")]
    pub(crate) fn is_running(&self, number: usize) -> bool {
        self.servers[number].process.is_some()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.servers.len()
    }

    /// All of them, beginning with this one.
    pub(crate) fn urls_from(&self, number: usize) -> Vec<String> {
        let count = self.count();
        (0..count).map(|offset| self.url((number + offset) % count)).collect()
    }

    /// The way of clients to a server.
    pub(crate) fn clients(&self, number: usize) -> &Link {
        &self.servers[number].clients
    }

    /// The ways between a server and the others.
    pub(crate) fn routes_of(&self, number: usize) -> impl Iterator<Item = &Link> {
        self.routes
            .iter()
            .filter(move |(from, to, _)| *from == number || *to == number)
            .map(|(.., link)| link)
    }

    /// The way between two servers.
    pub(crate) fn route(&self, one: usize, other: usize) -> &Link {
        let between = |(from, to, _): &&(usize, usize, Link)| {
            [*from, *to] == [one, other] || [*from, *to] == [other, one]
        };
        &self.routes.iter().find(between).unwrap().2
    }

    pub(crate) fn kill(&mut self, number: usize) {
        let mut process = self.servers[number].process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        self.servers[number].monitoring = None;
    }

    pub(crate) fn pause(&self, number: usize) {
        self.signal(number, "STOP");
    }

    pub(crate) fn resume(&self, number: usize) {
        self.signal(number, "CONT");
    }

    /// Starts one that was killed, on its data.
    pub(crate) fn restart(&mut self, number: usize) {
        self.spawn(number);
        self.wait_until_healthy(number);
    }

    /// Starts one that was killed without its data.
    pub(crate) fn restart_empty(&mut self, number: usize) {
        fs::remove_dir_all(self.servers[number].config.with_file_name("data")).unwrap();
        self.restart(number);
    }

    /// A copy of the data of one that was killed.
    pub(crate) fn copy_data(&self, number: usize) -> TempDir {
        let copy = TempDir::new().unwrap();
        copy_dir(&self.servers[number].config.with_file_name("data"), &copy.path().join("data"));
        copy
    }

    /// Starts one that was killed on a copy of its data from before.
    pub(crate) fn put_back(&mut self, number: usize, copy: &TempDir) {
        let data = self.servers[number].config.with_file_name("data");
        fs::remove_dir_all(&data).unwrap();
        copy_dir(&copy.path().join("data"), &data);
        self.restart(number);
    }

    /// The server that leads a stream.
    pub(crate) fn leader(&self, stream: &str) -> usize {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut asked = self.servers.iter().filter_map(|server| server.monitoring);
            if let Some(leader) = asked.find_map(|address| leader(address, stream)) {
                return leader;
            }
            assert!(Instant::now() < until, "{stream} has no leader\n{}", self.logs());
            sleep(Duration::from_millis(50));
        }
    }

    /// Asks the leader of a stream to leave it to another.
    pub(crate) fn step_down(&self, stream: &str) {
        self.request(&format!("$JS.API.STREAM.LEADER.STEPDOWN.{stream}"), "");
    }

    /// Publishes something by hand, to the first server, and waits for the answer.
    pub(crate) fn request(&self, subject: &str, payload: &str) -> String {
        let mut socket = TcpStream::connect(self.servers[0].clients.address()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let asked = format!(
            "CONNECT {{\"verbose\":false}}\r\nSUB answer 1\r\nPUB {subject} answer {}\r\n{payload}\r\n",
            payload.len()
        );
        socket.write_all(asked.as_bytes()).unwrap();
        let mut said = String::new();
        let mut bytes = [0; 4096];
        // The line that tells of it, and what it is.
        let is_whole =
            |said: &str| said.split_once("MSG answer").is_some_and(|(_, it)| it.matches("\r\n").count() > 1);
        while !is_whole(&said) || !said.ends_with("\r\n") {
            let read = socket.read(&mut bytes).unwrap();
            assert!(read > 0, "no answer: {said}");
            said += &String::from_utf8_lossy(&bytes[..read]);
        }
        said
    }

    /// What they logged.
    pub(crate) fn logs(&self) -> String {
        self.servers.iter().map(|server| fs::read_to_string(&server.log).unwrap_or_default()).collect()
    }

    /// Whether they are older than what we take.
    pub(crate) fn is_old() -> bool {
        let said = Command::new("nats-server").arg("--version").output().unwrap().stdout;
        let version = String::from_utf8(said).unwrap();
        let numbers: Vec<u32> = version.split(|c: char| !c.is_ascii_digit()).flat_map(str::parse).collect();
        numbers < vec![2, 10, 23]
    }

    /// Starts one that was killed, and does not wait for it.
    pub(crate) fn spawn(&mut self, number: usize) {
        let server = &mut self.servers[number];
        for stale in fs::read_dir(&server.ports).unwrap() {
            fs::remove_file(stale.unwrap().path()).unwrap();
        }
        let mut command = Command::new("nats-server");
        command
            .arg("-c")
            .arg(&server.config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|error| {
            panic!("nats-server cannot be started ({error}): install the package nats-server, for example by apt-get")
        });
        server.process = Some(process);
        let until = Instant::now() + PATIENCE;
        let ports = loop {
            let file = fs::read_dir(&server.ports).unwrap().next();
            let text = file.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).unwrap_or_default();
            if let Ok(ports) = serde_json::from_str::<Value>(&text) {
                break ports;
            }
            // A mistake in the configuration ends it without a listener.
            let ended = server.process.as_mut().and_then(|process| process.try_wait().unwrap());
            assert!(ended.is_none(), "nats-server ends:\n{}", self.logs());
            assert!(Instant::now() < until, "nats-server does not come up:\n{}", self.logs());
            sleep(Duration::from_millis(10));
        };
        let address = |of: &str| -> SocketAddr {
            let url = ports[of][0].as_str().unwrap_or_else(|| panic!("no port of {of}: {ports}"));
            url.rsplit('/').next().unwrap().parse().unwrap()
        };
        server.clients.lead_to(address("nats"));
        server.monitoring = Some(address("monitoring"));
        for (.., link) in self.routes.iter().filter(|(_, to, _)| *to == number) {
            link.lead_to(address("cluster"));
        }
    }

    fn wait_until_healthy(&self, number: usize) {
        let until = Instant::now() + PATIENCE;
        let address = self.servers[number].monitoring.unwrap();
        while !get(address, "/healthz").is_some_and(|answer| answer.contains("\"ok\"")) {
            assert!(Instant::now() < until, "nats-server is not healthy:\n{}", self.logs());
            sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, number: usize, name: &str) {
        let pid = self.servers[number].process.as_ref().unwrap().id();
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        for process in self.servers.iter_mut().filter_map(|server| server.process.as_mut()) {
            process.kill().ok();
            process.wait().ok();
        }
    }
}

fn copy_dir(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").args([from, to]).status().unwrap();
    assert!(copied.success());
}

/// Routes are only those named: what servers tell each other of others leads nowhere, so that a link is the one way.
fn configuration(number: usize, count: usize, dir: &str, routes: impl Iterator<Item = SocketAddr>) -> String {
    let mut text = format!(
        "server_name: n{number}\nlisten: \"127.0.0.1:-1\"\nhttp: \"127.0.0.1:-1\"\nports_file_dir: \"{dir}/ports\"\n\
         log_file: \"{dir}/log\"\njetstream {{ store_dir: \"{dir}/data\", max_memory_store: 64MB, max_file_store: 8GB }}\n\
         write_deadline: \"2s\"\nping_interval: \"2s\"\nping_max: 2\n"
    );
    if count > 1 {
        let routes: Vec<String> = routes.map(|address| format!("\"nats-route://{address}\"")).collect();
        let routes = routes.join(", ");
        writeln!(
            text,
            "cluster {{ name: test, listen: \"127.0.0.1:-1\", advertise: \"127.0.0.1:1\", no_advertise: true, \
             routes: [{routes}] }}"
        )
        .unwrap();
    }
    text
}

fn leader(monitoring: SocketAddr, stream: &str) -> Option<usize> {
    let body = get(monitoring, "/jsz?streams=true&accounts=true")?;
    let jsz: Value = serde_json::from_str(&body).ok()?;
    let details =
        jsz["account_details"].as_array()?.iter().filter_map(|account| account["stream_detail"].as_array());
    let stream = details.flatten().find(|detail| detail["name"] == stream)?;
    stream["cluster"]["leader"].as_str()?.strip_prefix('n')?.parse().ok()
}

/// The body of what a monitoring port answers.
pub(crate) fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut socket = TcpStream::connect_timeout(&address, Duration::from_millis(500)).ok()?;
    socket.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
    write!(socket, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}
