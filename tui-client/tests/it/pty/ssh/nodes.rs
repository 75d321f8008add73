//! A door in front of two nodes of a cluster, over a real NATS.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tokio::time::Instant;

use super::{House, Options, Server};
use crate::processes::{Daemon, PATIENCE};

/// A NATS server with JetStream.
struct Nats {
    process: Child,
    url: String,
}

impl Nats {
    fn start(dir: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let process = Command::new("nats-server")
            .args(["-js", "-a", "127.0.0.1", "-p", &address.port().to_string(), "-sd"])
            .arg(dir)
            .stderr(Stdio::null())
            .spawn()
            .expect("this test needs nats-server: apt-get install nats-server");
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < until, "nats-server does not come up");
            sleep(Duration::from_millis(20));
        }
        Self { process, url: format!("nats://{address}") }
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn node(dir: &Path, nats: &Nats, name: &str) -> (Daemon, PathBuf) {
    let (user, socket) = (rustix::process::getuid().as_raw(), dir.join(format!("{name}.sock")));
    let (user, path) = (format!("unix:{user}"), socket.to_str().unwrap().to_owned());
    let cluster = ["--cluster", &nats.url, "--node", name, "--cluster-old-nats"];
    let args = [&cluster[..], &["--socket", &path, "--proxy-from", &user]].concat();
    (Daemon::with(&dir.join(name), "127.0.0.1:0", &args), socket)
}

#[test]
fn whoever_is_at_the_door_of_two_nodes_goes_on_at_the_other_one_when_theirs_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let nats = Nats::start(&dir.path().join("nats"));
    let (seoul, first) = node(dir.path(), &nats, "seoul");
    let (busan, second) = node(dir.path(), &nats, "busan");
    let lee = crate::nodes::someone_there(&busan);
    let listen = vec!["127.0.0.1:0".parse().unwrap()];
    let options = Options::new(listen, Server::Sockets(vec![first, second]), dir.path().join("door"));
    let house = House::with_door(options, tempfile::tempdir().unwrap(), None);
    let mut kim = house.comes("kim", Some(&house.ed25519("kim")));
    kim.sees("online (seoul)");
    kim.press("half a th");
    kim.sees("half a th");
    drop(seoul);
    let killed = Instant::now();
    kim.press("ou");
    kim.sees("online (busan)");
    let took = killed.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    kim.press("ght\r");
    lee.hears("kim: half a thought");
}
