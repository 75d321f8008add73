//! Users of this machine over the Unix socket who may not operate the server: limits hold for each of them by the kernel's
//! word, as they do for an address.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::UnixStream;

use server::transport::peer::Peer;

use crate::client::transport::Transport;
use crate::client::{Client, hello, show};
use crate::test_server::{Setup, TestServer};

fn strict(flags: &[&str]) -> TestServer {
    Setup::new(flags).timed(|timing| timing.grace = Duration::ZERO).open()
}

/// A connection of a user, as the listener hands it on.
fn of_user(server: &TestServer, uid: u32, operator: bool) -> Client {
    let (near, far) = UnixStream::pair().unwrap();
    server.acceptor.serve_unix(far, Peer::Unix { uid, operator });
    Client::over(Transport::Unix(near))
}

/// What a user's greeting is answered first.
async fn greeted(server: &TestServer, uid: u32, operator: bool, fields: Value) -> (Client, String) {
    let mut client = of_user(server, uid, operator);
    client.send(hello(&fields)).await;
    let said = client.next().await.map_or_else(|| "the end".to_owned(), |said| show(&said));
    (client, said.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn connections_identities_and_arrivals_are_counted_by_user_and_operators_have_no_limit() {
    for (flags, why) in [
        (&["--max-per-address", "2"][..], "error too_many_connections"),
        (&["--joins-per-address", "2/1"], "error rate_limited"),
        (&["--new-identities", "2/1"], "error rate_limited"),
    ] {
        let server = strict(flags);
        let mut kept = Vec::new();
        for (uid, operator, expected) in [
            (1000, false, "welcome"),
            (1000, false, "welcome"),
            (1000, false, why),
            (1001, false, "welcome"),
            (0, true, "welcome"),
            (0, true, "welcome"),
            (0, true, "welcome"),
        ] {
            let (client, said) = greeted(&server, uid, operator, json!({})).await;
            assert!(said.starts_with(expected), "{flags:?} {uid}: {said}");
            kept.push(client);
        }
    }
}

#[tokio::test]
async fn a_user_who_guesses_waits_and_another_does_not() {
    let setup = Setup::new(&["--wrong-guesses", "2/1"]);
    let file = setup.dir.path().join("password");
    std::fs::write(&file, "tea").unwrap();
    let server = setup.with("--password-file", file.to_str().unwrap()).open();
    for (uid, password, expected) in [
        (1000, "milk", "error auth_failed"),
        (1000, "juice", "error auth_failed"),
        (1000, "tea", "error rate_limited"),
        (1001, "tea", "welcome"),
    ] {
        let (_client, said) = greeted(&server, uid, false, json!({"password": password})).await;
        assert!(said.starts_with(expected), "{uid} {password}: {said}");
    }
}

/// Only root can be somebody else.
#[tokio::test]
async fn the_kernel_says_who_the_user_is() {
    const NOBODY: u32 = 65534;
    let server = strict(&["--joins-per-address", "2/1"]);
    let program = server.dir().join("chinwagd");
    std::fs::copy(env!("CARGO_BIN_EXE_chinwagd"), &program).unwrap();
    for (path, mode) in [(server.dir(), 0o755), (&server.dir().join("chinwagd.sock"), 0o666)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let dir = server.dir().to_owned();
    let who = tokio::task::spawn_blocking(move || {
        let who = |uid: Option<u32>| {
            let mut command = Command::new(&program);
            command.args(["ctl", "who", "--state-dir"]).arg(&dir);
            if let Some(uid) = uid {
                command.uid(uid);
            }
            command.output().map(|output| String::from_utf8(output.stderr).unwrap())
        };
        let nobody: Vec<_> = (0..3).map(|_| who(Some(NOBODY))).collect();
        (nobody, (0..5).map(|_| who(None).unwrap()).collect::<String>())
    });
    let (nobody, own) = who.await.unwrap();
    assert_eq!(own, "", "the server's own user has no limit");
    let Ok(nobody) = nobody.into_iter().collect::<Result<Vec<_>, _>>() else {
        return println!("skipped: this user can be nobody else");
    };
    assert!(nobody[..2].iter().all(|said| said.contains("say hello first")), "{nobody:?}");
    assert!(nobody[2].contains("from your user on this machine"), "{nobody:?}");
}
