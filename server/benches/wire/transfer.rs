//! How fast files are sent and fetched over loopback, beside `nc` in the clear and `openssl` with TLS, with the same other end.
//! What the server receives it hashes and has on disk when it says so, so beside `nc > FILE` alone stands `nc > FILE` with the file synced
//! behind it. And what a transfer takes of the server's memory.

use std::fs::File;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Effort;
use super::driver::daemon::Daemon;
use super::moves::{Person, TAKES_ALL, drain, expect, hash, send, transfer_line};
use super::target::SETTINGS;

/// How many run at once where memory is measured.
const AT_ONCE: usize = 32;

/// One kind of transfer.
struct Row {
    what: &'static str,
    peer: &'static str,
    /// How fast the peer is, and the server, in MB/s, each run.
    speeds: Vec<(f64, f64)>,
    /// What the server is to reach of it.
    target: f64,
}

impl Row {
    fn print(&self) {
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let peer = median(self.speeds.iter().map(|(peer, _)| *peer).collect());
        let ours = median(self.speeds.iter().map(|(_, ours)| *ours).collect());
        let ratio = median(self.speeds.iter().map(|(peer, ours)| ours / peer).collect());
        let (what, name, target) = (self.what, self.peer, self.target);
        println!(
            "{what:<24} {ours:>7.0} MB/s   {name:<34} {peer:>7.0} MB/s   ratio {ratio:.2} (at least {target})"
        );
    }
}

/// Everything that a run has.
struct Setting {
    dir: TempDir,
    server: Daemon,
    /// What is sent.
    source: PathBuf,
    bytes: u64,
    runs: u64,
}

/// Measures all of it.
pub(crate) fn measure(effort: &Effort) {
    let dir = TempDir::new().unwrap();
    // A second's worth and more, so that the beginning counts little.
    let bytes = if effort.runs > 1 { 1 << 30 } else { 256 << 20 };
    let source = dir.path().join("source");
    let mut file = File::create(&source).unwrap();
    std::io::copy(&mut File::open("/dev/urandom").unwrap().take(bytes), &mut file).unwrap();
    file.sync_all().unwrap();
    let server = Daemon::start(&effort.server, dir.path(), &format!("{SETTINGS}{TAKES_ALL}"));
    let mut setting = Setting { dir, server, source, bytes, runs: 0 };
    let row = |what, peer, target| Row { what, peer, speeds: Vec::new(), target };
    let mut rows = [
        row("sent", "nc > FILE, synced", 0.8),
        row("sent", "nc > FILE", 0.8),
        row("fetched", "nc < FILE", 0.8),
        row("sent, TLS", "openssl s_server > FILE, synced", 0.6),
        row("fetched, TLS", "openssl s_server < FILE", 0.6),
    ];
    for _ in 0..effort.runs {
        let (kept, synced) = setting.nc_receives();
        let (sha256, sent) = setting.server_receives();
        rows[0].speeds.push((synced, sent));
        rows[1].speeds.push((kept, sent));
        let fetched = setting.server_sends(&sha256);
        rows[2].speeds.push((setting.nc_sends(), fetched));
        let synced = setting.openssl_receives();
        let (sha256, sent) = setting.server_receives_tls();
        rows[3].speeds.push((synced, sent));
        let fetched = setting.server_sends_tls(&sha256);
        rows[4].speeds.push((setting.openssl_sends(), fetched));
    }
    rows.iter().for_each(Row::print);
    memory(&effort.server);
}

impl Setting {
    fn speed(&self, took: Duration) -> f64 {
        self.bytes as f64 / 1e6 / took.as_secs_f64()
    }

    /// Another content of the same length; returns its hash.
    fn renew(&mut self) -> String {
        self.runs += 1;
        let mut file = File::options().write(true).open(&self.source).unwrap();
        file.write_all(&self.runs.to_le_bytes()).unwrap();
        hash(&self.source)
    }

    fn source(&self) -> File {
        File::open(&self.source).unwrap()
    }

    /// How fast `nc` receives into a file, without and with syncing it.
    fn nc_receives(&self) -> (f64, f64) {
        let out = self.dir.path().join("received");
        let file = File::create(&out).unwrap();
        let (mut nc, address) = nc(&[], Stdio::null(), file.try_clone().unwrap().into());
        let stream = connect(address);
        let began = Instant::now();
        send(&stream, &self.source());
        drop(stream);
        nc.wait().unwrap();
        let kept = began.elapsed();
        file.sync_data().unwrap();
        let synced = began.elapsed();
        assert_eq!(file.metadata().unwrap().len(), self.bytes);
        std::fs::remove_file(out).unwrap();
        (self.speed(kept), self.speed(synced))
    }

    fn nc_sends(&self) -> f64 {
        let (mut nc, address) = nc(&["-N"], self.source().into(), Stdio::null());
        let mut stream = connect(address);
        let began = Instant::now();
        assert_eq!(drain(&mut stream), self.bytes);
        let took = began.elapsed();
        // It ends when we do.
        drop(stream);
        nc.wait().unwrap();
        self.speed(took)
    }

    fn server_receives(&mut self) -> (String, f64) {
        let sha256 = self.renew();
        let mut person = Person::come(self.server.address);
        let token = person.may_send(&sha256, self.bytes);
        let began = Instant::now();
        let mut stream = person.open(&token);
        send(stream.get_ref(), &self.source());
        expect(&mut stream, r#""type":"transferred""#);
        let took = began.elapsed();
        person.says(&sha256, self.bytes);
        (sha256, self.speed(took))
    }

    fn server_sends(&self, sha256: &str) -> f64 {
        let mut person = Person::come(self.server.address);
        let token = self.token(&mut person, sha256);
        let began = Instant::now();
        assert_eq!(drain(&mut person.open(&token)), self.bytes);
        self.speed(began.elapsed())
    }

    /// A token to fetch the last file that was said.
    fn token(&self, person: &mut Person, sha256: &str) -> String {
        let mut history = Person::come(self.server.address);
        let seq = history.last_with(sha256);
        person.may_fetch(seq)
    }

    fn openssl_receives(&self) -> f64 {
        let out = self.dir.path().join("received");
        let file = File::create(&out).unwrap();
        // It ends at the end of its input.
        let (_server, address) = self.s_server(Stdio::piped(), file.try_clone().unwrap().into());
        let (_client, mut stdin, _stdout) = s_client(address);
        let began = Instant::now();
        std::io::copy(&mut self.source(), &mut stdin).unwrap();
        while file.metadata().unwrap().len() < self.bytes {
            std::thread::sleep(Duration::from_millis(1));
        }
        file.sync_data().unwrap();
        let took = began.elapsed();
        std::fs::remove_file(out).unwrap();
        self.speed(took)
    }

    fn openssl_sends(&self) -> f64 {
        let (_server, address) = self.s_server(self.source().into(), Stdio::null());
        let (_client, _stdin, stdout) = s_client(address);
        let began = Instant::now();
        assert_eq!(drain(&mut stdout.take(self.bytes)), self.bytes);
        self.speed(began.elapsed())
    }

    fn server_receives_tls(&mut self) -> (String, f64) {
        let sha256 = self.renew();
        let mut person = Person::come(self.server.address);
        let token = person.may_send(&sha256, self.bytes);
        let (_client, mut stdin, stdout) = s_client(self.server.address);
        let mut stdout = BufReader::new(stdout);
        let began = Instant::now();
        stdin.write_all(transfer_line(&token).as_bytes()).unwrap();
        expect(&mut stdout, r#""type":"transfer""#);
        std::io::copy(&mut self.source(), &mut stdin).unwrap();
        expect(&mut stdout, r#""type":"transferred""#);
        let took = began.elapsed();
        person.says(&sha256, self.bytes);
        (sha256, self.speed(took))
    }

    fn server_sends_tls(&self, sha256: &str) -> f64 {
        let mut person = Person::come(self.server.address);
        let token = self.token(&mut person, sha256);
        let (_client, mut stdin, stdout) = s_client(self.server.address);
        let mut stdout = BufReader::new(stdout);
        let began = Instant::now();
        stdin.write_all(transfer_line(&token).as_bytes()).unwrap();
        expect(&mut stdout, r#""type":"transfer""#);
        assert_eq!(drain(&mut stdout.take(self.bytes)), self.bytes);
        self.speed(began.elapsed())
    }

    /// `openssl s_server` with the server's own certificate.
    fn s_server(&self, stdin: Stdio, stdout: Stdio) -> (Ended, SocketAddr) {
        let (address, state) = (free_address(), self.server.state_dir());
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-tls1_3", "-naccept", "1", "-accept"]).arg(address.to_string());
        command.arg("-cert").arg(state.join("tls.crt")).arg("-key").arg(state.join("tls.key"));
        let child = command.stdin(stdin).stdout(stdout).stderr(Stdio::null()).spawn().unwrap();
        wait_for_listener(address);
        (Ended(child), address)
    }
}

/// What a transfer takes of the server's memory, the most at any time.
fn memory(program: &Path) {
    let dir = TempDir::new().unwrap();
    let server = Daemon::start(program, dir.path(), &format!("{SETTINGS}{TAKES_ALL}"));
    let bytes: u64 = 32 << 20;
    let mut people: Vec<Person> = (0..AT_ONCE / 4).map(|_| Person::come(server.address)).collect();
    let before = server.process().resident();
    let tokens: Vec<String> =
        (0..AT_ONCE).map(|number| people[number / 4].may_send(&format!("{number:064x}"), bytes)).collect();
    let block = vec![7; 1 << 20];
    std::thread::scope(|scope| {
        for (number, token) in tokens.iter().enumerate() {
            let mut stream = people[number / 4].open(token);
            let block = &block;
            scope.spawn(move || {
                for _ in 0..bytes >> 20 {
                    stream.get_mut().write_all(block).unwrap();
                }
                expect(&mut stream, "hash_mismatch");
            });
        }
    });
    let each = server.process().peak().saturating_sub(before) / AT_ONCE as u64 / 1024;
    println!("memory of a transfer, of {AT_ONCE} at once: {each} KiB (at most 256)");
}

/// A process that is ended with this.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// `nc` that takes one connection.
fn nc(args: &[&str], stdin: Stdio, stdout: Stdio) -> (Child, SocketAddr) {
    let address = free_address();
    let mut command = Command::new("nc");
    command.args(args).args(["-l", "127.0.0.1", &address.port().to_string()]);
    (command.stdin(stdin).stdout(stdout).spawn().unwrap(), address)
}

/// Connects as soon as somebody listens.
fn connect(address: SocketAddr) -> TcpStream {
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return stream,
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Waits without connecting: it takes one connection only.
fn wait_for_listener(address: SocketAddr) {
    let port = format!(":{:04X} ", address.port());
    while !std::fs::read_to_string("/proc/net/tcp")
        .unwrap()
        .lines()
        .any(|line| line.contains(&port) && line.split_whitespace().nth(3) == Some("0A"))
    {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// `openssl s_client`, the other end of both.
fn s_client(address: SocketAddr) -> (Ended, ChildStdin, ChildStdout) {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-quiet", "-tls1_3", "-connect", &address.to_string()]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    (Ended(child), stdin, stdout)
}
