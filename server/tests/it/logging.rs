//! The log of the real `chinwagd`: what is in every line, and what is in none.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpSocket;

use crate::client::transport::Transport;
use crate::client::{Client, hello};
use crate::ctl;
use crate::daemon::Daemon;

/// A server with a configuration file of these settings and a password.
struct Site {
    dir: TempDir,
    daemon: Daemon,
}

const PASSWORD: &str = "the-right-password";

impl Site {
    fn start(settings: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("chinwagd.toml");
        std::fs::write(dir.path().join("password"), PASSWORD).unwrap();
        Self::write(dir.path(), settings);
        let daemon = Daemon::start(dir.path(), &["--config", path.to_str().unwrap()]);
        Self { dir, daemon }
    }

    fn write(dir: &Path, settings: &str) {
        let settings = format!("password-file = 'password'\n{settings}");
        std::fs::write(dir.join("chinwagd.toml"), settings).unwrap();
    }

    /// Configures it anew, and waits for this in the log.
    fn reload(&mut self, settings: &str, said: &str) {
        Self::write(self.dir.path(), settings);
        self.daemon.signal("HUP");
        self.daemon.wait_log(said);
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    /// Everything it logged.
    fn stop(self) -> String {
        self.daemon.signal("TERM");
        self.daemon.wait().1
    }
}

/// Says hello in vain.
async fn refused(mut client: Client, fields: Value) {
    client.send(hello(&fields)).await;
    while client.next().await.is_some() {}
}

/// Shows everything that is secret, right and wrong, and comes and goes in every way. Returns what must not be seen.
async fn show_secrets(site: &Site, connect: impl AsyncFn(SocketAddr) -> Client) -> Vec<String> {
    let address = site.daemon.address;
    let welcome = async |fields: Value| {
        let mut client = connect(address).await;
        client.hello(fields).await;
        client
    };
    let (wrong, key) = ("b".repeat(64), site.file("admin.key").trim().to_owned());
    let ann = welcome(json!({"name": "ann", "password": PASSWORD})).await;
    refused(connect(address).await, json!({"name": "ben", "password": "a-wrong-password"})).await;
    let secret = ann.secret.clone();
    ann.break_off();
    let mut ann = welcome(json!({"secret": secret, "password": PASSWORD})).await;
    refused(connect(address).await, json!({"secret": wrong, "password": "another-wrong-one"})).await;
    ann.refused(json!({"type": "auth", "key": "a-wrong-key"})).await;
    ann.ok(json!({"type": "auth", "key": key})).await;
    let mut ben = welcome(json!({"name": "ben", "password": PASSWORD})).await;
    ann.ok(json!({"type": "kick", "uid": ben.uid(), "reason": "out"})).await;
    ben.until("goodbye kicked by ann out").await;
    let mut cat = welcome(json!({"name": "cat", "password": PASSWORD})).await;
    cat.raw(format!("{{\"type\":\"auth\",\"key\":\"{key}\"\n\u{1b}[2J{key}\n").as_bytes()).await;
    let mut tls = Client::greet_tls(address, json!({"name": "dan", "password": PASSWORD})).await;
    tls.ok(json!({"type": "auth", "key": key})).await;
    let pem = site.file("tls.key");
    let mut secrets =
        [PASSWORD, "a-wrong-password", "another-wrong-one", "a-wrong-key"].map(str::to_owned).to_vec();
    secrets.extend(pem.lines().filter(|line| !line.starts_with('-')).map(str::to_owned));
    secrets.extend([wrong, key, ann.secret, ben.secret, cat.secret, tls.secret]);
    secrets
}

#[tokio::test]
async fn no_secret_is_logged_at_any_level_in_any_form() {
    for form in ["text", "json"] {
        let settings = format!("log-level = 'trace'\nlog-format = '{form}'");
        let mut site = Site::start(&settings);
        let mut secrets = show_secrets(&site, Client::connect).await;
        ctl::fine(site.dir.path(), &["who"]);
        ctl::fine(site.dir.path(), &["status"]);
        ctl::fine(site.dir.path(), &["announce", "hello"]);
        std::fs::write(site.dir.path().join("password"), "the-next-password").unwrap();
        ctl::fine(site.dir.path(), &["reload"]);
        site.reload(&(settings + "\nmax-users = 9"), "max-users");
        Site::write(site.dir.path(), "tls-key = 'password'");
        ctl::fails(site.dir.path(), &["reload"], 1, &["tls-cert"]);
        secrets.push("the-next-password".to_owned());
        let log = site.stop();
        for secret in &secrets {
            assert!(secret.len() > 8 && !log.contains(secret.as_str()), "{secret} in\n{log}");
        }
        for said in ["a wrong password", "a wrong admin key", "audit", "connection ended", "configured anew"]
        {
            assert!(log.contains(said), "nothing of {said} in\n{log}");
        }
    }
}

#[tokio::test]
async fn nobodys_address_is_logged_unless_it_is_wanted() {
    const PEER: &str = "127.0.0.9";
    let connect = async |address| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(PEER.parse().unwrap(), 0)).unwrap();
        Client::over(Transport::Plain(socket.connect(address).await.unwrap()))
    };
    for form in ["text", "json"] {
        let settings = format!("log-level = 'trace'\nlog-format = '{form}'\nwrong-guesses = '99/99'");
        let mut site = Site::start(&format!("{settings}\nlog-addresses = false"));
        show_secrets(&site, connect).await;
        let mut garbled = connect(site.daemon.address).await;
        garbled.raw(b"\x16\x03\x01\x00\x05hello").await;
        garbled.expect_end().await;
        drop(garbled);
        site.daemon.wait_log("no TLS");
        site.reload(&settings, "log-addresses");
        refused(connect(site.daemon.address).await, json!({"password": "wrong"})).await;
        let log = site.stop();
        let (without, with) = log.split_once("configured anew").unwrap();
        assert!(!without.contains(PEER), "{without}");
        for said in ["came", "refused", "a wrong password", "audit", "connection ended"] {
            assert!(without.contains(said), "nothing of {said} in\n{log}");
        }
        assert!(with.contains(PEER), "{with}");
    }
}

#[tokio::test]
async fn people_go_on_talking_while_nobody_takes_the_log() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::unread(dir.path());
    let (mut ann, mut ben) = (daemon.guest("ann").await, daemon.guest("ben").await);
    for n in 0..10 {
        ann.say(&format!("hi {n}")).await;
        ben.expect(&format!("lobby ann: hi {n}")).await;
    }
    daemon.signal("TERM");
    ann.until("goodbye shutting_down").await;
    assert!(daemon.wait().0.success());
}

#[tokio::test]
async fn every_line_is_an_object_whatever_is_sent() {
    let site = Site::start("log-level = 'trace'\nlog-format = 'json'\nlog-chat = true");
    let address = site.daemon.address;
    let mut ann = Client::greet(address, json!({"name": "ann", "password": PASSWORD})).await;
    ann.say("one\n{\"level\":\"error\"}\n점심 \"?\"").await;
    for name in ["\u{1b}[2J", "a\nb", "\u{9b}2J", "\u{202e}nna"] {
        refused(Client::connect(address).await, json!({"name": name, "client": name, "password": name}))
            .await;
    }
    let mut raw = Client::connect(address).await;
    raw.raw(b"\x16\x03\x01\x00\x05\x1b[2J\n").await;
    drop(raw);
    let log = site.stop();
    let bad = log.chars().find(|&c| c != '\n' && !shared::text::is_safe(c));
    assert_eq!(bad, None, "{log:?}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for line in &lines {
        let told = ["timestamp", "level", "message"].iter().all(|key| line[key].is_string());
        assert!(told && line["fields"].is_object() && line.as_object().unwrap().len() == 4, "{line}");
    }
    let said = lines.iter().find(|line| line["message"] == "said").unwrap();
    assert_eq!(said["fields"]["text"], "one\n{\"level\":\"error\"}\n점심 \"?\"");
    assert_eq!(said["fields"]["name"], "ann");
}

#[tokio::test]
async fn the_level_can_be_changed_while_the_server_runs() {
    let mut site = Site::start("");
    Client::greet(site.daemon.address, json!({"name": "ann", "password": PASSWORD})).await;
    site.daemon.wait_log("name=ann");
    ctl_reload(&site, "log-level = 'error'");
    Client::greet(site.daemon.address, json!({"name": "ben", "password": PASSWORD})).await;
    ctl_reload(&site, "");
    Client::greet(site.daemon.address, json!({"name": "cat", "password": PASSWORD})).await;
    let log = site.stop();
    assert!(log.contains("name=cat") && !log.contains("name=ben"), "{log}");
}

fn ctl_reload(site: &Site, settings: &str) {
    Site::write(site.dir.path(), settings);
    assert!(ctl::fine(site.dir.path(), &["reload"]).contains("log-level"));
}

#[test]
fn what_goes_to_the_journal_as_text_has_the_level_in_front_and_no_time() {
    for (matches, start) in [(true, "<3>motd-file: cannot read "), (false, "20")] {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let stderr = std::fs::File::from(OwnedFd::from(writer));
        let metadata = stderr.metadata().unwrap();
        let inode = metadata.ino() + u64::from(!matches);
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwagd"));
        command.args([
            "--check-config",
            "--log-format",
            "text",
            "--motd-file",
            "/nonexistent/motd",
            "--state-dir",
            "/",
        ]);
        command.env("JOURNAL_STREAM", format!("{}:{inode}", metadata.dev())).stderr(stderr);
        assert_eq!(command.status().unwrap().code(), Some(1));
        drop(command);
        let mut said = String::new();
        std::io::Read::read_to_string(&mut reader, &mut said).unwrap();
        assert!(said.starts_with(start) && said.lines().count() == 1, "{said}");
    }
}
