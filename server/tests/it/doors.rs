//! Doors: programs that connect for others over the Unix socket, and tell of themselves.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use server::listener::proxy_header::header;
use server::transport::peer::Peer;

use crate::client::transport::Transport;
use crate::client::{Client, hello, show};
use crate::test_server::{Setup, TestServer};

const KEY: &str = "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ";

fn report(sessions: u32) -> Value {
    json!({"type": "door", "id": "d", "kind": "ssh", "listen": ["0.0.0.0:7722"], "key": KEY, "sessions": sessions})
}

/// A connection of a user, as the listener hands it on.
fn of_user(server: &TestServer, uid: u32, operator: bool) -> UnixStream {
    let (near, far) = UnixStream::pair().unwrap();
    server.acceptor.serve_unix(far, Peer::Unix { uid, operator });
    near
}

/// A connection of a door, for somebody or for itself.
async fn of_door(server: &TestServer, from: Option<&str>) -> Client {
    let mut near = of_user(server, 113, true);
    near.write_all(&header(from.map(|from| from.parse().unwrap()))).await.unwrap();
    Client::over(Transport::Unix(near))
}

/// The doors in the operator's status.
async fn doors(server: &TestServer) -> String {
    let mut near = of_user(server, 0, true);
    near.write_all(b"{\"type\":\"status\"}\n").await.unwrap();
    let mut line = String::new();
    tokio::io::AsyncBufReadExt::read_line(&mut tokio::io::BufReader::new(near), &mut line).await.unwrap();
    let answer: Value = serde_json::from_str(&line).unwrap();
    answer["status"].get("doors").map(ToString::to_string).unwrap_or_default()
}

async fn says(client: &mut Client, request: Value) -> String {
    client.send(request).await;
    client.next().await.map_or_else(|| "the end".to_owned(), |said| show(&said))
}

#[tokio::test]
async fn a_door_is_in_the_status_for_as_long_as_its_connection_is_open() {
    let server = TestServer::with(&["--proxy-from", "unix:113"]);
    let mut door = of_door(&server, None).await;
    assert!(says(&mut door, report(0)).await.starts_with("ok"));
    assert!(says(&mut door, report(7)).await.starts_with("ok"));
    let told = doors(&server).await;
    for part in ["\"ssh\"", "0.0.0.0:7722", KEY, "\"sessions\":7"] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(says(&mut door, hello(&json!({}))).await, "error bad_request", "it takes no part in the chat");
    drop(door);
    while !doors(&server).await.is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_operator_whose_user_is_a_doors_operates_the_server_all_the_same() {
    let server = TestServer::with(&["--proxy-from", "unix:113"]);
    let mut operator = Client::over(Transport::Unix(of_user(&server, 113, true)));
    assert!(says(&mut operator, json!({"type": "status"})).await.starts_with("ok"));
    let mut stranger = Client::over(Transport::Unix(of_user(&server, 113, false)));
    stranger.send(json!({"type": "identify"})).await;
    assert!(stranger.next().await.is_none(), "others of that user need the header");
    let mut door = of_door(&server, Some("192.0.2.7:4000")).await;
    assert_eq!(says(&mut door, report(0)).await, "error forbidden", "with a header, it counts");
}

#[tokio::test]
async fn a_door_is_told_that_the_server_ends() {
    let server = TestServer::with(&["--proxy-from", "unix:113"]);
    let mut door = of_door(&server, None).await;
    says(&mut door, report(0)).await;
    drop(server.stop().await);
    assert!(door.next().await.is_none());
}

#[tokio::test]
async fn code_of_the_servers_process_may_be_a_door() {
    let server = TestServer::open();
    let mut door = server.acceptor.attach_door();
    door.write_all(format!("{}\n", report(1)).as_bytes()).await.unwrap();
    let mut line = String::new();
    tokio::io::AsyncBufReadExt::read_line(&mut tokio::io::BufReader::new(&mut door), &mut line)
        .await
        .unwrap();
    assert!(line.contains("\"ok\"") && doors(&server).await.contains(KEY), "{line}");
}

#[tokio::test]
async fn nobody_else_tells_of_a_door() {
    let server = TestServer::with(&["--proxy-from", "unix:113"]);
    let tcp = crate::client::dial(server.address).await;
    for mut client in [
        of_door(&server, Some("192.0.2.7:4000")).await,
        Client::over(Transport::Unix(of_user(&server, 114, false))),
        Client::over(Transport::Plain(tcp)),
    ] {
        assert_eq!(says(&mut client, report(0)).await, "error forbidden");
        client.hello(json!({})).await;
    }
    let mut door = of_door(&server, None).await;
    let many = json!({"type": "door", "kind": "ssh", "listen": vec!["x"; 17], "key": KEY, "sessions": 0});
    for wrong in [json!({"type": "door"}), many] {
        assert_eq!(says(&mut door, wrong).await, "error bad_request");
    }
    assert_eq!(doors(&server).await, "");
}

#[tokio::test]
async fn a_door_has_as_many_connections_as_people_come_by_it() {
    let server = TestServer::with(&["--proxy-from", "unix:113"]);
    let mut kept = Vec::new();
    // More than programs on this machine have.
    for n in 0..300 {
        let mut client = of_door(&server, Some(&format!("10.0.{}.{}:4000", n / 250, n % 250))).await;
        client.hello(json!({})).await;
        kept.push(client);
    }
    assert!(says(&mut of_door(&server, None).await, report(300)).await.starts_with("ok"));
}

#[tokio::test]
async fn the_socket_is_open_to_every_user_while_one_is_trusted_as_a_proxy() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let server = Setup::new(&["--config", file.path().to_str().unwrap()]).open();
    let mode = || {
        let socket = server.dir().join("chinwagd.sock");
        std::fs::metadata(socket).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode(), 0o600);
    for (trusted, expected) in [("['unix:root', '10.0.0.1']", 0o666), ("['10.0.0.1']", 0o600)] {
        std::fs::write(file.path(), format!("proxy-from = {trusted}\n")).unwrap();
        server.reloader.reload().await.unwrap();
        let changed = async {
            while mode() != expected {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(crate::client::LIMIT, changed).await.expect("the mode stays as it was");
    }
    std::fs::write(file.path(), "proxy-from = ['unix:no-such-user-here']\n").unwrap();
    let error = format!("{:#}", server.reloader.reload().await.unwrap_err());
    assert!(error.contains("there is no user \"no-such-user-here\""), "{error}");
    let begun = Setup::new(&["--proxy-from", "unix:113"]).open();
    let socket = begun.dir().join("chinwagd.sock");
    assert_eq!(std::fs::metadata(socket).unwrap().permissions().mode() & 0o777, 0o666, "from the start");
}
