//! TLS of the real binaries: trust on first use, a changed key, certificate authorities, and servers that do not speak TLS.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use shared::Fingerprint;
use tokio::net::UnixListener;
use tui_client::address::Address;
use tui_client::attempt::Attempt;
use tui_client::event::{FromLink, Lost, Protection, TrustError};
use tui_client::net::dial::{Dial as _, Dialer, Dialing};
use tui_client::net::known_hosts::KnownHosts;
use tui_client::net::link::Link;
use tui_client::tls_mode::TlsMode;

use crate::net::fake::FakeServer;
use crate::net::{dial, everything, hello};
use crate::processes::Daemon;

/// Says `hi` and leaves.
fn say_hi(home: &Path, args: &[&str], vars: &[(&str, &Path)]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chinwag"))
        .args(args)
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env_remove("XDG_STATE_HOME")
        .envs(vars.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A client that ends before it reads has not heard it, which the caller sees.
    child.stdin.take().unwrap().write_all(b"hi\n").ok();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_server_is_remembered_and_another_key_is_refused_loudly() {
    let (home, state, other) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = daemon.address.clone();
    let json = [address.as_str(), "--json", "--tls", "trust"];
    let first = say_hi(home.path(), &json, &[]);
    assert!(first.status.success(), "{first:?}");
    assert!(text(&first.stdout).contains(&format!("\"text\":\"First time at {address}; this is its key")));
    assert!(text(&first.stdout).contains("\"text\":\"hi\""), "{first:?}");
    let file = home.path().join(".local/state/chinwag/known_hosts");
    let known = std::fs::read_to_string(&file).unwrap();
    assert!(known.starts_with(&format!("{address} SHA256:")), "{known}");

    let second = say_hi(home.path(), &json, &[]);
    assert!(second.status.success() && !text(&second.stdout).contains("First time"), "{second:?}");

    drop(daemon);
    let _impostor = Daemon::start(other.path(), &address);
    let refused = say_hi(home.path(), &json, &[]);
    assert_eq!(refused.status.code(), Some(1));
    let key = known.trim().split(' ').nth(1).unwrap();
    for said in [text(&refused.stdout), text(&refused.stderr)] {
        for word in ["HAS CHANGED", key, file.to_str().unwrap(), "line 1"] {
            assert!(said.contains(word), "no {word} in {said}");
        }
    }
    assert!(!text(&refused.stdout).contains("\"welcome\""));
    let korean = say_hi(home.path(), &[&address, "--plain", "--tls=trust", "--lang=ko"], &[]);
    assert!(text(&korean.stderr).contains("서버의 키가 바뀌었습니다"), "{korean:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), known);
}

#[test]
fn a_key_that_was_announced_is_accepted_without_an_alarm() {
    let (home, state, other) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Makes its key there.
    drop(Daemon::start(other.path(), "127.0.0.1:0"));
    let (cert, key) = (other.path().join("tls.crt"), other.path().join("tls.key"));
    let daemon = Daemon::with(state.path(), "127.0.0.1:0", &["--tls-next-cert", cert.to_str().unwrap()]);
    let address = daemon.address.clone();
    let json = [address.as_str(), "--json", "--tls", "trust"];
    assert!(say_hi(home.path(), &json, &[]).status.success());
    let file = home.path().join(".local/state/chinwag/known_hosts");
    let known = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = known.lines().collect();
    assert!(matches!(&lines[..], [_, next] if next.contains(" next until=")), "{known}");
    drop(daemon);

    let files = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let daemon = Daemon::with(state.path(), &address, &files);
    let there = say_hi(home.path(), &json, &[]);
    assert!(there.status.success() && !text(&there.stdout).contains("First time"), "{there:?}");
    let known = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = known.lines().collect();
    assert!(
        matches!(&lines[..], [old, new] if old.contains(" old until=") && !new.contains("until")),
        "{known}"
    );
    drop(daemon);

    // A key that nobody announced is still an alarm.
    let _impostor = Daemon::start(tempfile::tempdir().unwrap().path(), &address);
    let refused = say_hi(home.path(), &json, &[]);
    assert!(text(&refused.stderr).contains("HAS CHANGED"), "{refused:?}");
}

#[test]
fn an_authority_of_the_system_vouches_for_a_server_or_nobody_does() {
    let (home, state, other) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (daemon, _other) =
        (Daemon::start(state.path(), "127.0.0.1:0"), Daemon::start(other.path(), "127.0.0.1:0"));
    let address = daemon.address.replace("127.0.0.1", "localhost");
    let verify = |roots: &Path| {
        let roots = roots.join("tls.crt");
        say_hi(home.path(), &[&address, "--plain", "--tls", "verify"], &[("SSL_CERT_FILE", &roots)])
    };
    let known = verify(state.path());
    assert!(known.status.success(), "{known:?}");
    let unknown = verify(other.path());
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("--tls trust"), "{unknown:?}");
    assert!(!home.path().join(".local/state/chinwag/known_hosts").exists());
}

fn trusting(address: Address) -> Dialing {
    Dialer { tls: TlsMode::Trust, ..address.into() }.dial()
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_said_to_be_one() {
    let server = FakeServer::start().await;
    let link = Link::open(trusting(server.address()), &hello());
    server.accept().await.write_raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert_eq!(everything(link).await, [FromLink::Down(TrustError::NoTls.into())]);
}

#[tokio::test]
async fn a_server_that_hangs_up_in_the_handshake_may_come_back() {
    let server = FakeServer::start().await;
    let link = Link::open(trusting(server.address()), &hello());
    let mut peer = server.accept().await;
    peer.read_some().await;
    drop(peer);
    assert_eq!(everything(link).await, [FromLink::Down(Lost::NoHandshake)]);
}

#[tokio::test]
async fn a_path_is_a_unix_socket() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chat.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let _link = Link::open(dial(path.to_str().unwrap().parse().unwrap()), &hello());
    let (stream, _) = listener.accept().await.unwrap();
    let mut line = String::new();
    tokio::io::AsyncBufReadExt::read_line(&mut tokio::io::BufReader::new(stream), &mut line).await.unwrap();
    assert_eq!(line, "{\"type\":\"ping\"}\n");
}

#[test]
fn a_server_in_this_process_is_trusted_whatever_is_remembered_of_its_address() {
    let home = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let dir = home.path().join(".local/state/chinwag");
    std::fs::create_dir_all(&dir).unwrap();
    // The key it had before its files were deleted.
    let pinned = format!("{address} SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n");
    std::fs::write(dir.join("known_hosts"), &pinned).unwrap();
    let said = say_hi(home.path(), &["--host", &address, "--json", "--tls=trust"], &[]);
    assert!(said.status.success() && text(&said.stdout).contains("\"text\":\"hi\""), "{said:?}");
    assert_eq!(std::fs::read_to_string(dir.join("known_hosts")).unwrap(), pinned);
}

#[tokio::test]
async fn a_node_is_known_by_the_key_that_another_one_told_of_it_before_it_is_met() {
    let [one, two, home] = [0, 1, 2].map(|_| tempfile::tempdir().unwrap());
    let (seoul, busan) = (Daemon::start(one.path(), "127.0.0.1:0"), Daemon::start(two.path(), "127.0.0.1:0"));
    let address = |daemon: &Daemon| daemon.address.parse::<Address>().unwrap();
    let new = || Dialer { tls: TlsMode::Trust, ..address(&seoul).into() };
    let key_of = async |daemon: &Daemon| {
        let dialed = Dialer { tls: TlsMode::Trust, ..address(daemon).into() }.dial().await;
        dialed.unwrap_or_else(|lost| panic!("{lost:?}")).reached.key.unwrap()
    };
    let told = |key: &Fingerprint| [(busan.address.parse().unwrap(), key.clone())].into();
    let at_busan = Attempt { other: Some(address(&busan)), is_told: true, limit: None };
    let (right, wrong) = (key_of(&busan).await, key_of(&seoul).await);
    for (key, is_told_by_known, meets) in [
        (&right, true, Ok(Protection::KnownKey)),
        (&wrong, true, Err("its key is another")),
        // Whoever is not verified tells nothing that counts.
        (&wrong, false, Ok(Protection::NewKey { remembered: true })),
    ] {
        let hosts =
            KnownHosts::within(&home.path().join(format!("{is_told_by_known}{key}").replace('/', "_")));
        let mut dialer = Dialer { known_hosts: Some(hosts.clone()), ..new() };
        if is_told_by_known {
            assert!(dialer.dial().await.is_ok());
        }
        dialer.told_keys(&told(key));
        dialer.head_for(&at_busan);
        let met = dialer.dial().await.map(|dialed| dialed.reached.protection);
        match (met, meets) {
            (Err(Lost::Untrusted(_)), Err(_)) => {}
            (met, Ok(expected)) => assert_eq!(met, Ok(expected)),
            (met, Err(why)) => panic!("{why}: {met:?}"),
        }
        // What was told is nothing that anybody else goes by.
        let known = std::fs::read_to_string(hosts.path()).unwrap();
        assert_eq!(known.contains(&busan.address), !is_told_by_known, "{known}");
    }
}
