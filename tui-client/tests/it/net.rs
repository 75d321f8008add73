//! The client's network side against a scripted server, over real sockets on a free port.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod driver;
pub(crate) mod fake;

use shared::client_msg::Empty;
use shared::{ClientMsg, Request, ServerMsg};
use tui_client::address::Address;
use tui_client::app::connection::Status as State;
use tui_client::event::{FromLink, Lost};
use tui_client::net::dial::{Dial as _, Dialer, Dialing};
use tui_client::net::link::Link;

use driver::Driver;
use fake::{FakeServer, WELCOME};

/// Dials as the command line does without `--tls`.
pub(crate) fn dial(address: Address) -> Dialing {
    Dialer::from(address).dial()
}

pub(crate) fn hello() -> Request {
    Request::unnamed(ClientMsg::Ping(Empty {}))
}

/// Everything a link reports until it is down.
pub(crate) async fn everything(mut link: Link) -> Vec<FromLink> {
    let mut heard = Vec::new();
    while let Some(batch) = link.next().await {
        heard.extend(batch);
    }
    heard
}

#[tokio::test]
async fn the_client_greets_first_and_is_welcome() {
    let server = FakeServer::start().await;
    let mut client = Driver::start(server.address());
    let mut peer = server.accept().await;
    assert_eq!(peer.read().await, r#"{"type":"hello","protocol":[1,1],"client":"chinwag 0.1.0"}"#);
    peer.write(WELCOME).await;
    client.until(|app| *app.status() == State::Online).await;
    client.enter("hi");
    assert!(peer.read().await.contains("typing"));
    assert!(peer.read().await.contains(r#""type":"say","room":"lobby","text":"hi""#));
}

#[tokio::test]
async fn a_message_cut_off_from_its_answer_is_sent_again_under_the_same_nonce() {
    let server = FakeServer::start().await;
    let mut client = Driver::start(server.address());
    let mut peer = server.welcome().await;
    client.until(|app| *app.status() == State::Online).await;
    client.enter("do not lose me");
    let first = peer.read_until("\"say\"").await;
    drop(peer);
    client.until(|app| !app.status().is_online()).await;
    client.enter("nor me");
    client.until(|app| matches!(app.status(), State::Connecting { .. })).await;
    let mut peer = server.accept().await;
    assert!(peer.read().await.contains(r#""secret":"000"#));
    peer.write(WELCOME).await;
    client.until(|app| *app.status() == State::Online).await;
    assert_eq!(peer.read_until("\"say\"").await, first);
    assert!(peer.read_until("\"say\"").await.contains("nor me"));
}

#[tokio::test]
async fn after_being_kicked_the_client_stays_away() {
    let server = FakeServer::start().await;
    let mut client = Driver::start(server.address());
    let mut peer = server.welcome().await;
    client.until(|app| *app.status() == State::Online).await;
    peer.write(r#"{"type":"goodbye","code":"kicked","by":"cho","reason":"","reconnect":false}"#).await;
    client.until(|app| matches!(app.status(), State::Kicked(_))).await;
    assert_eq!(client.app.deadline(), None, "nothing happens by itself");
    client.enter("/reconnect");
    server.welcome().await;
    client.until(|app| *app.status() == State::Online).await;
}

#[tokio::test]
async fn half_a_line_at_the_end_is_no_message() {
    let server = FakeServer::start().await;
    let link = Link::open(dial(server.address()), &hello());
    let mut peer = server.accept().await;
    peer.write(WELCOME).await;
    peer.write_raw(br#"{"type":"pong"}"#.split_at(8).0).await;
    drop(peer);
    let heard = everything(link).await;
    assert!(matches!(
        heard.as_slice(),
        [FromLink::Said(ServerMsg::Welcome(_)), FromLink::Down(Lost::Closed)]
    ));
}

#[tokio::test]
async fn a_line_that_cannot_be_read_is_not_the_end() {
    let server = FakeServer::start().await;
    let link = Link::open(dial(server.address()), &hello());
    let mut peer = server.accept().await;
    peer.write_raw(b"{]\n\xff\xfe\n{\"type\":\"from_the_future\"}\n").await;
    peer.write(r#"{"type":"resumed","rooms":{}}"#).await;
    drop(peer);
    let heard = everything(link).await;
    let expect = [FromLink::Unreadable, FromLink::Unreadable];
    assert_eq!(heard.get(..2), Some(&expect[..]));
    assert!(matches!(
        heard.get(2..),
        Some([
            FromLink::Said(ServerMsg::Unknown(_)),
            FromLink::Said(ServerMsg::Resumed(_)),
            FromLink::Down(Lost::Closed)
        ])
    ));
}

#[tokio::test]
async fn a_line_in_many_pieces_is_one_message() {
    let server = FakeServer::start().await;
    let mut link = Link::open(dial(server.address()), &hello());
    let mut peer = server.accept().await;
    for byte in WELCOME.bytes().chain(*b"\n") {
        peer.write_raw(&[byte]).await;
    }
    assert!(matches!(link.next().await.as_deref(), Some([FromLink::Said(ServerMsg::Welcome(_))])));
}

#[tokio::test]
async fn pings_are_answered_without_the_app() {
    let server = FakeServer::start().await;
    let _link = Link::open(dial(server.address()), &hello());
    let mut peer = server.accept().await;
    peer.read().await;
    peer.write(r#"{"type":"ping"}"#).await;
    assert_eq!(peer.read().await, r#"{"type":"pong"}"#);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_asked_and_then_given_up() {
    let server = FakeServer::start().await;
    let mut link = Link::open(dial(server.address()), &hello());
    let mut peer = server.accept().await;
    peer.read().await;
    peer.write(WELCOME).await;
    let begin = tokio::time::Instant::now();
    assert!(matches!(link.next().await.as_deref(), Some([FromLink::Said(_)])));
    assert_eq!(peer.read().await, r#"{"type":"ping"}"#);
    assert_eq!(begin.elapsed().as_secs(), 30);
    peer.write(r#"{"type":"pong"}"#).await;
    assert!(matches!(link.next().await.as_deref(), Some([FromLink::Lag(_)])));
    let answered = tokio::time::Instant::now();
    assert_eq!(link.next().await, Some(vec![FromLink::Down(Lost::Silent)]));
    assert_eq!(answered.elapsed().as_secs(), 75);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_greets_is_given_up_soon() {
    let server = FakeServer::start().await;
    let link = Link::open(dial(server.address()), &hello());
    let _peer = server.accept().await;
    assert_eq!(everything(link).await, [FromLink::Down(Lost::Silent)]);
}

#[tokio::test]
async fn a_port_nobody_listens_on_is_said_to_be_unreachable() {
    let server = FakeServer::start().await;
    let address: Address = server.address();
    drop(server);
    let heard = everything(Link::open(dial(address), &hello())).await;
    assert!(matches!(heard.as_slice(), [FromLink::Down(Lost::Unreachable(_))]), "{heard:?}");
}

#[tokio::test]
async fn a_server_that_does_not_read_is_noticed_and_costs_little() {
    let server = FakeServer::start().await;
    let link = Link::open(dial(server.address()), &hello());
    let _peer = server.accept().await;
    let ping = hello();
    let mut queued = 0;
    // Without a turn for the writer nothing is written, as when the socket's buffers are full.
    while link.send(&ping).is_ok() {
        queued += 1;
    }
    assert_eq!((link.send(&ping), queued), (Err(Lost::Stuck), 256));
}

#[tokio::test]
async fn what_was_queued_is_written_before_the_link_closes() {
    let server = FakeServer::start().await;
    let link = Link::open(dial(server.address()), &hello());
    let mut peer = server.accept().await;
    peer.read().await;
    link.send(&Request::unnamed(ClientMsg::Quit(shared::client_msg::Quit { quiet: true }))).unwrap();
    drop(link);
    assert_eq!(peer.read().await, r#"{"type":"quit","quiet":true}"#);
}
