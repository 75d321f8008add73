//! Who lies, is slow, wants too much, or has no right to it.

use std::time::Duration;

use super::*;
use crate::daemon::ms;

/// A transfer that this token opens is refused with this.
async fn is_refused(server: &TestServer, token: &TransferToken, code: Code) {
    let mut mover = server.mover().await;
    mover.open(token, 0).await;
    assert_eq!(mover.refused().await.code, code);
}

#[tokio::test]
async fn a_token_opens_one_transfer_and_a_made_up_one_none() {
    let server = TestServer::open();
    let token = server.may_send(ANN, b"hello\n").await;
    server.mover().await.upload(&token, b"hello\n").await;
    is_refused(&server, &token, Code::TokenInvalid).await;
    is_refused(&server, &TransferToken::from_bytes([7; 16]), Code::TokenInvalid).await;
    let token = server.may_fetch(ANN, b"hello\n").await;
    server.mover().await.download(&token, 0).await;
    is_refused(&server, &token, Code::TokenInvalid).await;
}

#[tokio::test]
async fn a_token_that_is_too_old_opens_nothing() {
    let server = Setup::new(&[]).timed(|timing| timing.transfers.token = ms(50)).open();
    let token = server.may_send(ANN, b"hello\n").await;
    tokio::time::sleep(ms(60)).await;
    is_refused(&server, &token, Code::TokenInvalid).await;
}

#[tokio::test]
async fn whoever_was_removed_or_went_opens_nothing_any_more() {
    let server = TestServer::open();
    let (left, kicked, bens) = (content(6), content(7), content(8));
    let tokens = [server.may_send(ANN, &left).await, server.may_send(BEN, &bens).await];
    server.transfers().gone(uid(ANN));
    is_refused(&server, &tokens[0], Code::TokenInvalid).await;
    let token = server.may_send(ANN, &kicked).await;
    server.transfers().end(uid(ANN));
    is_refused(&server, &token, Code::TokenInvalid).await;
    server.mover().await.upload(&tokens[1], &bens).await;
}

#[tokio::test]
async fn a_kick_ends_the_transfers_that_run() {
    let server = TestServer::open();
    let (sent, fetched) = (content(5000), content(8_000_000));
    server.send_file(BEN, &fetched).await;
    let (mut up, mut down) = (server.mover().await, server.mover().await);
    up.open(&server.may_send(ANN, &sent).await, 0).await;
    up.begins().await;
    down.open(&server.may_fetch(ANN, &fetched).await, 0).await;
    down.begins().await;
    // More than the buffers of both ends take is not read.
    down.some(1).await;
    server.transfers().end(uid(ANN));
    assert_eq!(up.refused().await.code, Code::TokenInvalid);
    assert!(down.rest().await.len() < fetched.len() - 1, "all of it was fetched after the kick");
}

#[tokio::test]
async fn bytes_with_another_hash_are_thrown_away() {
    let server = TestServer::open();
    let (said, sent) = (content(200_000), content(200_001));
    let mut mover = server.mover().await;
    mover.open(&server.may_send(ANN, &said).await, 0).await;
    mover.begins().await;
    mover.raw(&sent[..200_000]).await;
    assert_eq!(mover.refused().await.code, Code::HashMismatch);
    assert!(files_in(&server, "part").is_empty() && files_in(&server, "content").is_empty());
    assert!(server.transfers().held(uid(ANN), attachment(&said).sha256).is_none());
    server.send_file(ANN, &said).await;
}

#[tokio::test]
async fn bytes_beyond_the_last_are_a_mistake_and_all_is_thrown_away() {
    let server = TestServer::open();
    // With the token, and after the server has said where to begin.
    for early in [true, false] {
        for bytes in [0, 6, 150_000] {
            let content = content(bytes);
            let mut mover = server.mover().await;
            let token = server.may_send(ANN, &content).await;
            let first = line(&json!({"type": "transfer", "token": token}));
            if early {
                mover.raw(&[&first, &content[..], b"x"].concat()).await;
                mover.begins().await;
            } else {
                mover.raw(&first).await;
                mover.begins().await;
                mover.raw(&[&content[..], b"x"].concat()).await;
            }
            // The last byte comes with those before it, unless the system cuts there; then it is nobody's.
            match mover.line().await {
                Some(ServerMsg::Error(refusal)) => assert_eq!(refusal.code, Code::BadRequest),
                Some(ServerMsg::Transferred(_)) => {}
                other => panic!("{other:?} in place of an answer"),
            }
            assert!(mover.line().await.is_none());
            assert!(files_in(&server, "part").is_empty());
        }
    }
}

#[tokio::test]
async fn bytes_before_the_servers_line_are_the_first_ones_or_a_mistake() {
    let server = TestServer::open();
    let content = content(5000);
    let mut mover = server.mover().await;
    let token = server.may_send(ANN, &content).await;
    mover.raw(&[&line(&json!({"type": "transfer", "token": token})), &content[..100]].concat()).await;
    assert_eq!(mover.begins().await.0, 0);
    mover.finish().await;
    mover.refused().await;
    let mut mover = server.mover().await;
    let token = server.may_send(ANN, &content).await;
    mover.raw(&[&line(&json!({"type": "transfer", "token": token})), &content[..100]].concat()).await;
    assert_eq!(mover.refused().await.code, Code::BadRequest);
    let token = server.may_send(ANN, &content).await;
    assert_eq!(server.mover().await.upload(&token, &content).await, 100);
}

#[tokio::test]
async fn whoever_stands_still_or_sends_a_byte_now_and_then_is_timed_out() {
    let server = Setup::new(&[]).timed(|timing| timing.transfers.stall = ms(200)).open();
    let content = content(9000);
    let mut still = server.mover().await;
    still.open(&server.may_send(ANN, &content).await, 0).await;
    still.begins().await;
    still.raw(&content[..5000]).await;
    assert_eq!(still.refused().await.code, Code::Timeout);
    let mut slow = server.mover().await;
    slow.open(&server.may_send(ANN, &content).await, 0).await;
    assert_eq!(slow.begins().await.0, 5000, "what came is kept");
    let dribble = async {
        for byte in content[5000..].chunks(1) {
            slow.raw(byte).await;
            tokio::time::sleep(ms(20)).await;
        }
    };
    tokio::time::timeout(ms(1000), dribble).await.unwrap_err();
    assert_eq!(slow.refused().await.code, Code::Timeout);
}

#[tokio::test]
async fn whoever_stops_reading_is_timed_out_and_the_place_is_free() {
    let server = Setup::new(&[]).timed(|timing| timing.transfers.stall = ms(200)).open();
    let content = content(16_000_000);
    server.send_file(ANN, &content).await;
    let mut stopped = server.mover().await;
    stopped.open(&server.may_fetch(BEN, &content).await, 0).await;
    stopped.begins().await;
    let running = || server.transfers().stats().running.get();
    tokio::time::timeout(crate::client::LIMIT, async {
        while running() > 0 {
            tokio::time::sleep(ms(20)).await;
        }
    })
    .await
    .expect("it runs still");
    assert!(stopped.rest().await.len() < content.len());
}

#[tokio::test]
async fn a_transfer_has_to_begin_within_the_time_of_a_greeting() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = ms(200)).open();
    let mut mover = server.mover().await;
    mover.raw(br#"{"type":"transfer","#).await;
    assert!(matches!(mover.line().await, Some(ServerMsg::Error(refusal)) if refusal.code == Code::Timeout));
}

#[tokio::test]
async fn a_line_that_is_no_transfer_is_refused_with_what_is_wrong() {
    let server = TestServer::open();
    let token = server.may_fetch_hello().await;
    for (bad, code) in [
        (json!({"type": "transfer"}), Code::BadRequest),
        (json!({"type": "transfer", "token": "short"}), Code::TokenInvalid),
        (json!({"type": "transfer", "token": "-_v7-_v7-_v7-_v7-_v7-/"}), Code::TokenInvalid),
        (json!({"type": "transfer", "token": 7}), Code::BadRequest),
        (json!({"type": "transfer", "token": token, "from": -1}), Code::BadRequest),
        (json!({"type": "transfer", "token": token, "from": "0"}), Code::BadRequest),
        (json!({"type": "transfer", "id": "1", "token": token}), Code::BadRequest),
        (json!({"type": "transfer", "token": token, "from": 7}), Code::BadRequest),
    ] {
        let mut mover = server.mover().await;
        mover.raw(&line(&bad)).await;
        assert_eq!(mover.refused().await.code, code, "{bad}");
    }
}

#[tokio::test]
async fn so_many_transfers_run_at_once_of_one_identity_and_of_all() {
    let limits = |timing: &mut server::timing::Timing| {
        (timing.transfers.of_identity, timing.transfers.running) = (2, 3);
    };
    let server = Setup::new(&[]).timed(limits).open();
    let contents: Vec<_> = (1..=4).map(|number| content(5000 + number)).collect();
    let mut running = Vec::new();
    let tokens = [
        server.may_send(ANN, &contents[0]).await,
        server.may_send(ANN, &contents[1]).await,
        server.may_send(ANN, &contents[2]).await,
    ];
    for token in &tokens[..2] {
        let mut mover = server.mover().await;
        mover.open(token, 0).await;
        mover.begins().await;
        running.push(mover);
    }
    is_refused(&server, &tokens[2], Code::RateLimited).await;
    let many = server.transfers().upload(uid(ANN), &upload_of(&contents[3], false)).await.unwrap_err();
    assert!(many.code == Code::RateLimited && many.retry_ms.is_some());
    // The same content again goes on where it was, and counts as the one it replaces.
    let mut again = server.mover().await;
    again.open(&server.may_send(ANN, &contents[0]).await, 0).await;
    again.begins().await;
    assert_eq!(running[0].refused().await.code, Code::TokenInvalid);
    let mut bens = server.mover().await;
    bens.open(&server.may_send(BEN, &contents[2]).await, 0).await;
    bens.begins().await;
    let full = server.transfers().upload(uid(BEN), &upload_of(&contents[3], false)).await.unwrap_err();
    assert!(full.code == Code::RateLimited && full.retry_ms.is_some());
    again.raw(&contents[0]).await;
    again.transferred().await;
    server.send_file(BEN, &contents[3]).await;
}

#[tokio::test]
async fn tokens_that_are_not_used_are_forgotten_not_kept() {
    let server = TestServer::open();
    let contents: Vec<_> = (0..200).map(|number| content(5000 + number)).collect();
    let mut tokens = Vec::new();
    for content in &contents {
        tokens.push(server.may_send(ANN, content).await);
    }
    is_refused(&server, &tokens[0], Code::TokenInvalid).await;
    server.mover().await.upload(&tokens[199], &contents[199]).await;
}

#[tokio::test]
async fn a_file_is_as_long_as_is_said_and_one_may_send_so_much_in_a_day() {
    let server = limited(|limits| (limits.file_max, limits.per_day) = (20_000, 30_000));
    let upload =
        async |who, content: &[u8]| server.transfers().upload(uid(who), &upload_of(content, false)).await;
    let long = upload(ANN, &content(20_001)).await.unwrap_err();
    assert_eq!((long.code, long.limit, long.retry_ms), (Code::FileTooLarge, Some(20_000), None));
    server.send_file(ANN, &content(20_000)).await;
    let much = upload(ANN, &content(10_001)).await.unwrap_err();
    assert_eq!((much.code, much.limit), (Code::FileTooLarge, Some(30_000)));
    assert!(much.retry_ms.unwrap() > 23 * 3_600_000, "{much:?}");
    // What may still be sent counts until it is, or its token is too old.
    assert!(upload(ANN, &content(10_000)).await.is_ok());
    assert!(upload(ANN, &content(10_000)).await.is_ok(), "the same again is nothing more");
    assert_eq!(upload(ANN, &content(5000)).await.unwrap_err().code, Code::FileTooLarge);
    server.send_file(BEN, &content(15_000)).await;
    let limits = server::transfers::limits::TransferLimits { file_max: 0, ..Default::default() };
    server.transfers().set_limits(limits);
    assert_eq!(upload(BEN, b"x").await.unwrap_err().code, Code::Forbidden);
    assert!(server.fetch_file(BEN, &content(15_000)).await == content(15_000), "what is here can be fetched");
}

#[tokio::test]
async fn all_files_together_take_so_much_and_many_small_ones_count_as_what_they_take() {
    let server = limited(|limits| limits.files_total = 50_000);
    let upload = async |content: &[u8]| {
        server.transfers().upload(uid(BEN), &upload_of(content, false)).await.map(drop)
    };
    server.send_file(ANN, &content(30_000)).await;
    assert_eq!(upload(&content(20_001)).await.unwrap_err().code, Code::Storage);
    // A part counts as well, and what is still to come of it.
    let mut mover = server.mover().await;
    mover.open(&server.may_send(ANN, &content(10_000)).await, 0).await;
    mover.begins().await;
    mover.raw(&content(10_000)[..5000]).await;
    assert_eq!(upload(&content(10_001)).await.unwrap_err().code, Code::Storage);
    mover.finish().await;
    mover.refused().await;
    assert_eq!(upload(&content(15_001)).await.unwrap_err().code, Code::Storage);
    for small in 1..=3 {
        server.send_file(ANN, &content(small)).await;
    }
    assert_eq!(upload(&content(4)).await.unwrap_err().code, Code::Storage);
}

#[tokio::test]
async fn a_part_is_its_senders_alone_and_only_the_last_ones_are_kept() {
    let server = TestServer::open();
    let content = content(5000);
    let mut mover = server.mover().await;
    mover.open(&server.may_send(ANN, &content).await, 0).await;
    mover.begins().await;
    mover.raw(&content[..4000]).await;
    mover.finish().await;
    mover.refused().await;
    let mut bens = server.mover().await;
    bens.open(&server.may_send(BEN, &content).await, 0).await;
    assert_eq!(bens.begins().await.0, 0, "what another sent proves nothing");
    bens.finish().await;
    bens.refused().await;
    for number in 0..20 {
        let other = super::content(6000 + number);
        let mut mover = server.mover().await;
        mover.open(&server.may_send(ANN, &other).await, 0).await;
        mover.begins().await;
        mover.raw(&other[..10]).await;
        mover.finish().await;
        mover.refused().await;
    }
    let parts = files_in(&server, "part");
    assert!(parts.iter().filter(|name| name.starts_with("17-")).count() == 16, "{parts:?}");
}

/// A hundred that say nothing are told so, and others move their files meanwhile.
#[tokio::test]
async fn made_up_tokens_hold_up_nobody() {
    let server = TestServer::open();
    let mut made_up = Vec::new();
    for number in 0..100 {
        let mut mover = server.mover().await;
        mover.open(&TransferToken::from_bytes([number; 16]), 0).await;
        made_up.push(mover);
    }
    server.send_file(ANN, &content(100_000)).await;
    for mut mover in made_up {
        assert_eq!(mover.refused().await.code, Code::TokenInvalid);
    }
    tokio::time::timeout(Duration::from_secs(5), server.guest("ann")).await.unwrap();
}

impl TestServer {
    /// A token to fetch a content of six bytes.
    async fn may_fetch_hello(&self) -> TransferToken {
        self.send_file(ANN, b"hello\n").await;
        self.may_fetch(ANN, b"hello\n").await
    }
}
