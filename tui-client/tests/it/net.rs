//! The client's network side against a scripted server, over real sockets on a free port.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod driver;
pub(crate) mod fake;

use std::sync::atomic::{AtomicI64, Ordering};

use shared::client_msg::{Empty, Hello};
use shared::{ClientMsg, Request, ServerMsg};
use tui_client::address::Address;
use tui_client::app::connection::Status as State;
use tui_client::event::{FromLink, Lost};
use tui_client::met::{Met, Recognised};
use tui_client::net::dial::{Dial as _, Dialer, Dialing};
use tui_client::net::heartbeat;
use tui_client::net::link::{Link, Options};
use tui_client::profile::Profile;
use tui_client::profile_store::{ProfileStore, SharedStore};

use driver::Driver;
use fake::{FakeServer, WELCOME};

/// Dials as the command line does without `--tls`.
pub(crate) fn dial(address: Address) -> Dialing {
    Dialer::from(address).dial()
}

pub(crate) fn hello() -> Request {
    Request::unnamed(ClientMsg::Ping(Empty {}))
}

/// The next that a link reports but how the server was reached.
pub(crate) async fn next(link: &mut Link) -> Option<Vec<FromLink>> {
    loop {
        let batch = link.next().await?;
        if !matches!(batch[..], [FromLink::Reached(_)]) {
            return Some(batch);
        }
    }
}

/// Everything a link reports until it is down, but how the server was reached.
pub(crate) async fn everything(mut link: Link) -> Vec<FromLink> {
    let mut heard = Vec::new();
    while let Some(batch) = next(&mut link).await {
        heard.extend(batch);
    }
    heard
}

#[tokio::test]
async fn the_client_greets_first_and_is_welcome() {
    let server = FakeServer::start().await;
    let mut client = Driver::start(server.address());
    let mut peer = server.accept().await;
    let hello = r#"{"type":"hello","protocol":[1,1],"client":"chinwag 0.1.0","window":"0000000000000001","compact":true}"#;
    assert_eq!(peer.read().await, hello);
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
    assert!(matches!(next(&mut link).await.as_deref(), Some([FromLink::Said(ServerMsg::Welcome(_))])));
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
    assert!(matches!(next(&mut link).await.as_deref(), Some([FromLink::Said(_)])));
    assert_eq!(peer.read().await, r#"{"type":"ping"}"#);
    assert_eq!(begin.elapsed().as_millis(), u128::from(heartbeat::PING_AFTER));
    peer.write(r#"{"type":"pong"}"#).await;
    assert!(matches!(next(&mut link).await.as_deref(), Some([FromLink::Lag(_)])));
    let answered = tokio::time::Instant::now();
    assert_eq!(next(&mut link).await, Some(vec![FromLink::NoAnswer(true)]));
    assert_eq!(next(&mut link).await, Some(vec![FromLink::Down(Lost::Silent)]));
    let limit = heartbeat::PING_AFTER + heartbeat::DEAD_AFTER;
    assert_eq!(answered.elapsed().as_millis(), u128::from(limit));
}

#[tokio::test(start_paused = true)]
async fn a_node_of_a_cluster_is_given_up_sooner_unless_it_said_that_answers_wait() {
    let cluster = r#","cluster":{"node":"seoul","nodes":["seoul:7667","busan:7667"]}}"#;
    let welcome = format!("{}{cluster}", WELCOME.strip_suffix('}').unwrap());
    let stalled = r#"{"type":"order","state":"stalled","for_ms":1}"#;
    for (then, waits) in [(None, 5_000), (Some(stalled), heartbeat::DEAD_AFTER)] {
        let server = FakeServer::start().await;
        let mut link = Link::open(dial(server.address()), &hello());
        let mut peer = server.accept().await;
        peer.read().await;
        peer.write(&welcome).await;
        assert!(matches!(next(&mut link).await.as_deref(), Some([FromLink::Said(_)])));
        if let Some(line) = then {
            peer.write(line).await;
            assert!(matches!(next(&mut link).await.as_deref(), Some([FromLink::Said(ServerMsg::Order(_))])));
        }
        let sent = tokio::time::Instant::now();
        link.send(&Request::unnamed(ClientMsg::Ping(Empty {}))).unwrap();
        let heard = everything(link).await;
        assert_eq!(heard.last(), Some(&FromLink::Down(Lost::Silent)));
        let waited = u64::try_from(sent.elapsed().as_millis()).unwrap();
        // Where nobody is in a hurry, what was sent is noticed at the next look at the clock.
        assert!((waits..=waits + heartbeat::CHECK_EVERY).contains(&waited), "{waited}");
        assert!(then.is_some() || waited < waits + 100, "{waited}");
    }
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
    assert!(matches!(heard.as_slice(), [FromLink::Down(Lost::Refused)]), "{heard:?}");
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

#[tokio::test(start_paused = true)]
async fn after_the_machine_slept_a_server_is_asked_at_once_and_given_up_in_seconds() {
    static SLEPT: AtomicI64 = AtomicI64::new(0);
    let server = FakeServer::start().await;
    let options = Options { wall: || SLEPT.load(Ordering::Relaxed), ..Options::default() };
    let mut link = Link::open_with(dial(server.address()), hello(), options);
    let mut peer = server.accept().await;
    peer.read().await;
    peer.write(WELCOME).await;
    assert!(matches!(next(&mut link).await.as_deref(), Some([FromLink::Said(_)])));
    SLEPT.store(3_600_000, Ordering::Relaxed);
    let woken = tokio::time::Instant::now();
    assert_eq!(peer.read().await, r#"{"type":"ping"}"#);
    assert!(woken.elapsed().as_secs() <= 5, "{:?}", woken.elapsed());
    assert_eq!(next(&mut link).await, Some(vec![FromLink::Down(Lost::Silent)]));
    assert!(woken.elapsed().as_secs() <= 10, "{:?}", woken.elapsed());
}

#[tokio::test]
async fn a_welcome_that_cannot_be_read_is_the_end_and_said() {
    let server = FakeServer::start().await;
    for line in [r#"{"type":"welcome","protocol":1}"#, r#"{"type":"welcome","you":"kim"}"#] {
        let link = Link::open(dial(server.address()), &hello());
        let mut peer = server.accept().await;
        peer.write(line).await;
        assert_eq!(everything(link).await, [FromLink::Down(Lost::NotUnderstood)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_talks_and_never_welcomes_is_given_up() {
    for (line, lost) in
        [(r#"{"type":"presence","changes":[]}"#, Lost::Silent), ("garbage", Lost::NotUnderstood)]
    {
        let server = FakeServer::start().await;
        let link = Link::open(dial(server.address()), &hello());
        let mut peer = server.accept().await;
        let talking = tokio::spawn(async move {
            while peer.try_write(line).await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_secs(5)).await;
            }
        });
        assert_eq!(everything(link).await.last(), Some(&FromLink::Down(lost)));
        talking.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn pings_are_not_answered_for_ever() {
    let server = FakeServer::start().await;
    let _link = Link::open(dial(server.address()), &hello());
    let mut peer = server.accept().await;
    peer.read().await;
    peer.write_raw("{\"type\":\"ping\"}\n".repeat(1_000).as_bytes()).await;
    peer.write(WELCOME).await;
    let mut pongs = 0;
    while peer.read().await == r#"{"type":"pong"}"# {
        pongs += 1;
    }
    assert!((1..=20).contains(&pongs), "{pongs}");
}

/// A store that knows a server called A, and remembers what it was told.
struct KnowsA(Profile);

impl ProfileStore for KnowsA {
    fn save(&mut self, _: &Profile) -> std::io::Result<()> {
        Ok(())
    }

    fn wants_id(&self, _: &Met) -> bool {
        true
    }

    fn recognise(&mut self, met: &Met) -> Option<Recognised> {
        let is_another = met.id.as_ref().is_some_and(|id| id.as_str() != "A");
        let profile = Box::new(Profile { name: self.0.name.clone(), ..Profile::default() });
        is_another.then_some(Recognised { profile, is_known: false, damaged: Vec::new() })
    }
}

#[tokio::test]
async fn which_server_it_is_is_asked_before_a_secret_is_sent() {
    let secret = "0000000000000000000000000000000000000000000";
    let knows = Profile { secret: secret.parse().ok(), name: "kim".parse().ok(), ..Profile::default() };
    let store = SharedStore::new(Box::new(KnowsA(knows.clone())));
    let greeting = Hello { protocol: [1, 1], secret: knows.secret.clone(), ..Hello::default() };
    let greeting = Request::unnamed(ClientMsg::Hello(greeting));
    let server = FakeServer::start().await;
    for (answer, gets_secret) in [
        (r#"{"type":"identity","server":"A"}"#, true),
        (r#"{"type":"error","code":"unknown_type","message":""}"#, true),
        (r#"{"type":"error","code":"bad_request","message":""}"#, true),
        (r#"{"type":"identity","server":"B"}"#, false),
    ] {
        let options = Options { store: Some(store.clone()), ..Options::default() };
        let mut link = Link::open_with(dial(server.address()), greeting.clone(), options);
        let mut peer = server.accept().await;
        assert_eq!(peer.read().await, r#"{"type":"identify"}"#);
        peer.write(answer).await;
        let hello = peer.read().await;
        assert_eq!(hello.contains(secret), gets_secret, "{answer}: {hello}");
        assert_eq!(hello.contains(r#""name":"kim""#), !gets_secret, "{answer}: {hello}");
        peer.write(WELCOME).await;
        let mut heard = next(&mut link).await.unwrap();
        if !gets_secret {
            assert!(matches!(&heard[..], [FromLink::Recognised(_)]), "{heard:?}");
            heard = next(&mut link).await.unwrap();
        }
        assert!(matches!(&heard[..], [FromLink::Said(ServerMsg::Welcome(_))]), "{heard:?}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_before_it_was_greeted_is_heard() {
    let store = SharedStore::new(Box::new(KnowsA(Profile::default())));
    let options = Options { store: Some(store), ..Options::default() };
    let server = FakeServer::start().await;
    let mut link = Link::open_with(dial(server.address()), hello(), options);
    let mut peer = server.accept().await;
    peer.write(r#"{"type":"error","code":"too_many_connections","message":"","retry_ms":5000}"#).await;
    let heard = next(&mut link).await.unwrap();
    assert!(matches!(&heard[..], [FromLink::Said(ServerMsg::Error(_))]), "{heard:?}");
}
