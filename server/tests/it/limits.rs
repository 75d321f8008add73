//! Rate limits and quotas: what is beyond them waits, or is refused with a time to come back.

use serde_json::{Value, json};

use shared::{Code, Refusal, ServerMsg};

use crate::client::{Client, say};
use crate::test_server::{Setup, TestServer};

/// Asks for something that must be refused; returns with what.
async fn refusal(client: &mut Client, request: Value) -> Refusal {
    match client.ask(request.clone()).await {
        ServerMsg::Error(refusal) => refusal,
        other => panic!("{request}: {other:?}"),
    }
}

fn join(room: &str) -> Value {
    json!({"type": "join", "room": room})
}

#[tokio::test]
async fn a_server_has_so_many_rooms_and_a_person_is_in_so_many() {
    let server = TestServer::with(&["--max-rooms", "3", "--max-rooms-each", "2"]);
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.ok(join("kitchen")).await;
    let many = refusal(&mut ann, join("cellar")).await;
    assert_eq!((many.code, many.message.contains("leave one")), (Code::RateLimited, true));
    ben.ok(join("cellar")).await;
    let mut cat = server.guest("cat").await;
    let full = refusal(&mut cat, join("attic")).await;
    assert_eq!((full.code, full.message.contains("join one that is there")), (Code::RateLimited, true));
    cat.ok(join("kitchen")).await;
}

#[tokio::test]
async fn whoever_opens_many_conversations_is_told_when_to_go_on() {
    let server = TestServer::with(&["--new-rooms", "2/60"]);
    let mut ann = server.guest("ann").await;
    let mut others = Vec::new();
    for name in ["ben", "cat", "dan"] {
        others.push(server.guest(name).await);
    }
    let direct = |uid: u64| json!({"type": "direct", "uid": uid, "text": "hi", "nonce": format!("n{uid}")});
    for other in &others[..2] {
        ann.ok(direct(other.uid())).await;
    }
    let many = refusal(&mut ann, direct(others[2].uid())).await;
    assert_eq!(many.code, Code::RateLimited);
    assert!(many.retry_ms.is_some_and(|ms| (1..=60_000).contains(&ms)), "{many:?}");
    // Whoever is spoken to answers, for they open nothing.
    others[0].ok(direct(ann.uid())).await;
}

/// Says something in the lobby, and returns when the server carried it out, in milliseconds.
async fn said_at(client: &mut Client, text: &str) -> i64 {
    client.send(say(text)).await;
    match client.until(&format!("lobby {}: {text}", client.name())).await {
        ServerMsg::Event(event) => event.at,
        other => panic!("{other:?}"),
    }
}

/// The second moment must be this much later, in milliseconds; less a few, for clocks are read twice.
#[track_caller]
fn check_later(first: i64, second: i64, ms: i64) {
    assert!(second - first >= ms - 20, "only {} ms later", second - first);
}

#[tokio::test]
async fn whoever_talks_much_is_heard_later_and_coming_back_does_not_help() {
    let server = TestServer::with(&["--pace", "2/1"]);
    let mut ann = server.guest("ann").await;
    let first = said_at(&mut ann, "one").await;
    said_at(&mut ann, "two").await;
    let secret = ann.secret.clone();
    ann.break_off();
    let mut back = server.greet(json!({"secret": secret})).await;
    check_later(first, said_at(&mut back, "three").await, 1000);
}

#[tokio::test]
async fn several_windows_have_one_pace() {
    let server = TestServer::with(&["--pace", "2/1"]);
    let mut one = server.greet(json!({"name": "ann", "window": "1"})).await;
    let mut two = server.greet(json!({"secret": one.secret, "window": "2"})).await;
    let first = said_at(&mut one, "one").await;
    // The greeting took a token, too.
    check_later(first, said_at(&mut two, "two").await, 1000);
    check_later(first, said_at(&mut one, "three").await, 2000);
}

#[tokio::test]
async fn whoever_greets_often_is_welcome_later_and_renamed_no_faster_than_by_asking() {
    let server = TestServer::with(&["--pace", "2/1"]);
    let (mut ben, ann) = (server.guest("ben").await, server.guest("ann").await);
    let mut times = Vec::new();
    for (was, name) in [("ann", "ann1"), ("ann1", "ann2"), ("ann2", "ann3"), ("ann3", "ann4")] {
        let _renamed = server.greet(json!({"secret": ann.secret, "name": name})).await;
        match ben.until(&format!("lobby {was} is now {name}")).await {
            ServerMsg::Event(event) => times.push(event.at),
            other => panic!("{other:?}"),
        }
    }
    check_later(times[0], times[3], 2000);
}

#[tokio::test]
async fn nonsense_costs_as_much_as_talk() {
    let server = TestServer::with(&["--pace", "2/1"]);
    let mut ann = server.guest("ann").await;
    let first = said_at(&mut ann, "one").await;
    for _ in 0..2 {
        ann.send("nonsense").await;
        ann.until("error bad_json").await;
    }
    check_later(first, said_at(&mut ann, "two").await, 2000);
}

#[tokio::test]
async fn whoever_sends_many_bytes_is_read_later() {
    let server = TestServer::with(&["--pace", "1M/1M", "--bytes-pace", "16K/16K"]);
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let first = said_at(&mut ann, "one").await;
    let ballast = format!(r#"{{"type":"pong","x":"{}"}}"#, "x".repeat(8000));
    ann.raw(format!("{ballast}\n").repeat(4).as_bytes()).await;
    let others = said_at(&mut ben, "meanwhile").await;
    check_later(first, said_at(&mut ann, "two").await, 900);
    assert!(others - first < 900, "ben waited {} ms for ann's bytes", others - first);
}

#[tokio::test]
async fn whoever_asks_for_much_is_read_later() {
    let server = TestServer::with(&["--pace", "1M/1M", "--answer-pace", "64K/64K"]);
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let first = said_at(&mut ann, "one").await;
    for _ in 0..8 {
        ann.ok(json!({"type": "history", "room": "lobby"})).await;
    }
    check_later(first, said_at(&mut ann, "two").await, 900);
    // What others say is free, and what one identity owes another does not pay.
    let others = said_at(&mut ben, "three").await;
    check_later(others, said_at(&mut ben, "four").await, 0);
}

#[tokio::test]
async fn whoever_asks_for_much_before_any_of_it_is_answered_gets_no_more_at_once() {
    // Twenty people are about 1,300 bytes, so six lists are more than is answered at once.
    let server = TestServer::with(&["--pace", "1M/1M", "--answer-pace", "8K/1"]);
    let mut others = Vec::new();
    for number in 0..20 {
        others.push(server.guest(&format!("guest{number}")).await);
    }
    let mut ann = server.guest("ann").await;
    let asked = "{\"type\":\"who\",\"id\":\"w\"}\n".repeat(200) + "{\"type\":\"ping\",\"id\":\"p\"}\n";
    ann.raw(asked.as_bytes()).await;
    let mut lists = 0;
    while let Ok(Some(msg)) = tokio::time::timeout(std::time::Duration::from_millis(500), ann.next()).await {
        lists += usize::from(matches!(msg, ServerMsg::Ok(_)));
    }
    assert!(lists <= 8, "{lists} lists");
}

#[tokio::test]
async fn whoever_owes_too_much_to_be_welcome_is_told_when_to_come() {
    let server = TestServer::with(&["--pace", "1M/1M", "--answer-pace", "8K/1K"]);
    let mut ann = server.guest("ann").await;
    ann.ok(json!({"type": "history", "room": "lobby"})).await;
    let secret = ann.secret.clone();
    ann.break_off();
    let mut back = Client::connect(server.address).await;
    back.send(crate::client::hello(&json!({"secret": secret}))).await;
    let Some(ServerMsg::Error(refusal)) = back.next().await else { panic!("welcome at once") };
    assert_eq!(refusal.code, Code::RateLimited);
    assert!(refusal.retry_ms.is_some_and(|ms| (5000..=8000).contains(&ms)), "{refusal:?}");
    let Some(ServerMsg::Goodbye(goodbye)) = back.next().await else { panic!("no goodbye") };
    let (after, retry) = (goodbye.after_ms.unwrap(), refusal.retry_ms.unwrap());
    assert!(goodbye.reconnect && (retry..2 * retry).contains(&after), "{goodbye:?}");
    // Somebody else is welcome all the same.
    server.guest("ben").await;
}

/// The test vector of the reference implementation, for "password".
const HASH: &str = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

/// A private server where loopback is an address like any other.
fn private(flags: &[&str]) -> TestServer {
    let setup = Setup::new(flags).timed(|timing| timing.exempt_loopback = false);
    let file = setup.dir.path().join("password");
    std::fs::write(&file, HASH).unwrap();
    setup.with("--password-file", file.to_str().unwrap()).open()
}

/// A greeting that must be refused; returns with what.
async fn refused(server: &TestServer, fields: Value) -> Refusal {
    let mut client = Client::connect(server.address).await;
    client.send(crate::client::hello(&fields)).await;
    match client.next().await {
        Some(ServerMsg::Error(refusal)) => refusal,
        other => panic!("{fields}: {other:?}"),
    }
}

#[tokio::test]
async fn a_hashed_password_lets_in_who_knows_it_and_a_guesser_is_told_to_wait() {
    let server = private(&["--wrong-guesses", "2/6"]);
    server.greet(json!({"name": "ann", "password": "password"})).await;
    assert_eq!(refused(&server, json!({})).await.code, Code::AuthFailed);
    for guess in ["", "Password"] {
        assert_eq!(refused(&server, json!({"password": guess})).await.code, Code::AuthFailed);
    }
    // The right one is not looked at either, or guessing would go on.
    let wait = refused(&server, json!({"password": "password"})).await;
    assert_eq!(wait.code, Code::RateLimited);
    assert!(wait.retry_ms.is_some_and(|ms| (1..=10_000).contains(&ms)), "{wait:?}");
}

#[tokio::test]
async fn a_flood_of_guesses_delays_nobody_who_knows_the_password() {
    let server = private(&["--wrong-guesses", "off", "--max-per-address", "1000"]);
    let mut ann = server.greet(json!({"name": "ann", "password": "password"})).await;
    let mut strangers = Vec::new();
    for n in 0..100 {
        let mut stranger = Client::connect(server.address).await;
        stranger.send(crate::client::hello(&json!({"password": format!("{n}")}))).await;
        strangers.push(stranger);
    }
    server.greet(json!({"name": "ben", "password": "password"})).await;
    ann.say("hi").await;
    for mut stranger in strangers {
        let said = stranger.next().await.as_ref().map(crate::client::show).unwrap();
        assert!(["error auth_failed", "error rate_limited"].contains(&said.as_str()), "{said}");
    }
    server.greet(json!({"name": "cat", "password": "password"})).await;
}

#[tokio::test]
async fn wrong_keys_are_counted_by_identity_and_by_address_whatever_the_connection() {
    let server = TestServer::open();
    let guess = json!({"type": "auth", "key": "a key that is not the one"});
    let mut ann = server.guest("ann").await;
    let secret = ann.secret.clone();
    for _ in 0..2 {
        assert_eq!(refusal(&mut ann, guess.clone()).await.code, Code::AuthFailed);
    }
    drop(ann);
    let mut back = server.greet(json!({"secret": secret})).await;
    assert_eq!(refusal(&mut back, guess.clone()).await.code, Code::AuthFailed);
    let wait = refusal(&mut back, json!({"type": "auth", "key": server.key})).await;
    assert_eq!(wait.code, Code::RateLimited);
    assert!(wait.retry_ms.is_some_and(|ms| ms <= 20_000), "{wait:?}");
    server.admin("ben").await;

    let setup = Setup::new(&["--wrong-guesses", "1/6"]).timed(|timing| timing.exempt_loopback = false);
    let server = setup.open();
    let mut cat = server.guest("cat").await;
    assert_eq!(refusal(&mut cat, guess).await.code, Code::AuthFailed);
    let mut dan = server.guest("dan").await;
    let key = json!({"type": "auth", "key": server.key});
    assert_eq!(refusal(&mut dan, key).await.code, Code::RateLimited);
}

/// Behind a proxy or a tunnel everybody comes over loopback.
#[tokio::test]
async fn guesses_over_loopback_take_turns_and_whoever_knows_the_password_gets_in() {
    let setup = Setup::new(&["--wrong-guesses", "2/6"]);
    let file = setup.dir.path().join("password");
    std::fs::write(&file, "tea").unwrap();
    let server = setup.with("--password-file", file.to_str().unwrap()).open();
    let ann = server.greet(json!({"name": "ann", "password": "tea"})).await;
    for guess in ["milk", "juice", "water"] {
        assert_eq!(refused(&server, json!({"password": guess})).await.code, Code::AuthFailed);
    }
    let mut strangers = Vec::new();
    for n in 0..50 {
        let mut stranger = Client::connect(server.address).await;
        stranger.send(crate::client::hello(&json!({"password": format!("{n}")}))).await;
        strangers.push(stranger);
    }
    // The line is full: the last ones are sent away, and told when to come.
    let Some(ServerMsg::Error(many)) = strangers[49].next().await else { panic!("welcome") };
    assert_eq!(many.code, Code::RateLimited);
    assert!(many.retry_ms.is_some_and(|ms| ms > 0), "{many:?}");
    // Whoever was here before does not stand in it, and whoever is new gets in after it.
    server.greet(json!({"secret": ann.secret, "password": "tea"})).await;
    drop(strangers);
    loop {
        let mut ben = Client::connect(server.address).await;
        ben.send(crate::client::hello(&json!({"name": "ben", "password": "tea"}))).await;
        match ben.next().await {
            Some(ServerMsg::Welcome(_)) => break,
            Some(ServerMsg::Error(refusal)) => assert_eq!(refusal.code, Code::RateLimited),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn keys_over_loopback_take_turns_and_the_right_one_has_its_turn() {
    let server = TestServer::with(&["--wrong-guesses", "1/6"]);
    let guess = json!({"type": "auth", "key": "a key that is not the one"});
    for name in ["ann", "ben"] {
        let mut stranger = server.guest(name).await;
        assert_eq!(refusal(&mut stranger, guess.clone()).await.code, Code::AuthFailed);
    }
    let mut strangers = Vec::new();
    for n in 0..20 {
        let mut stranger = server.guest(&format!("stranger-{n}")).await;
        stranger.send(json!({"type": "auth", "key": "another", "id": "k"})).await;
        strangers.push(stranger);
    }
    strangers[19].until("error rate_limited").await;
    drop(strangers);
    let mut cat = server.guest("cat").await;
    while let ServerMsg::Error(wait) = cat.ask(json!({"type": "auth", "key": server.key})).await {
        assert_eq!(wait.code, Code::RateLimited);
    }
}

#[tokio::test]
async fn secrets_that_nobody_has_take_turns_over_loopback_after_a_crowd_of_them() {
    let server = TestServer::open();
    let ann = server.guest("ann").await;
    let unknown = |n: usize| format!("{n:043}").replace(char::is_whitespace, "0");
    let crowd: Vec<_> = (0..200).map(|n| json!({"secret": unknown(n)})).collect();
    for fields in crowd {
        drop(server.greet(fields).await);
    }
    let mut more = Vec::new();
    for n in 200..500 {
        let mut stranger = Client::connect(server.address).await;
        stranger.send(crate::client::hello(&json!({"secret": unknown(n)}))).await;
        more.push(stranger);
    }
    let mut limited = false;
    for stranger in more.iter_mut().rev() {
        limited = matches!(stranger.next().await, Some(ServerMsg::Error(refusal)) if refusal.code == Code::RateLimited);
        if limited {
            break;
        }
    }
    assert!(limited, "all of them were tried at once");
    drop(more);
    let mut back = Client::connect(server.address).await;
    back.send(crate::client::hello(&json!({"secret": ann.secret}))).await;
    while let Some(ServerMsg::Error(wait)) = back.next().await {
        assert_eq!(wait.code, Code::RateLimited);
        back = Client::connect(server.address).await;
        back.send(crate::client::hello(&json!({"secret": ann.secret}))).await;
    }
}

#[test]
fn hash_password_makes_of_a_line_what_the_server_takes() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let hash = |said: &[u8]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwagd"));
        command.arg("hash-password").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(said).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let (fine, made, said) = hash("비밀 번호\n".as_bytes());
    assert!(fine && made.starts_with("$argon2id$") && made.lines().count() == 1 && said.is_empty(), "{said}");
    for (bad, why) in
        [(&b""[..], "no password"), (b"\n", "no password"), (b"a\nb\n", "one line"), (b"\xff\n", "UTF-8")]
    {
        let (fine, made, said) = hash(bad);
        assert!(!fine && made.is_empty() && said.contains(why), "{said}");
    }
}

/// Where loopback is an address like any other, and nobody has just started.
fn strict(flags: &[&str]) -> TestServer {
    let strict = |timing: &mut server::timing::Timing| {
        (timing.exempt_loopback, timing.grace) = (false, std::time::Duration::ZERO);
    };
    Setup::new(flags).timed(strict).open()
}

#[tokio::test]
async fn an_address_has_so_many_connections() {
    let server = strict(&["--max-per-address", "1"]);
    let ann = server.guest("ann").await;
    assert_eq!(refused(&server, json!({})).await.code, Code::TooManyConnections);
    // The place is given back a moment after the connection has ended.
    drop(ann);
    let mut back = Client::connect(server.address).await;
    while back.next().await.is_some_and(|said| crate::client::show(&said) == "error too_many_connections") {
        back = Client::connect(server.address).await;
        back.send(crate::client::hello(&json!({}))).await;
    }
}

#[tokio::test]
async fn an_address_opens_so_many_connections_and_then_waits() {
    let server = strict(&["--joins-per-address", "2/20"]);
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let mut often = Client::connect(server.address).await;
    often.send(crate::client::hello(&json!({}))).await;
    let Some(ServerMsg::Error(refusal)) = often.next().await else { panic!("welcome") };
    assert_eq!(refusal.code, Code::RateLimited);
    assert!(refusal.retry_ms.is_some_and(|ms| (1..=3000).contains(&ms)), "{refusal:?}");
    let Some(ServerMsg::Goodbye(goodbye)) = often.next().await else { panic!("no goodbye") };
    let (after, retry) = (goodbye.after_ms.unwrap(), refusal.retry_ms.unwrap());
    assert!(goodbye.reconnect && (retry..2 * retry).contains(&after), "{goodbye:?}");
    ann.say("hi").await;
    ben.until("lobby ann: hi").await;
}

#[tokio::test]
async fn an_address_gets_so_many_identities_and_those_it_has_come_back() {
    let server = strict(&["--new-identities", "2/60"]);
    let (ann, _ben) = (server.guest("ann").await, server.guest("ben").await);
    let many = refused(&server, json!({"name": "cat"})).await;
    assert_eq!(many.code, Code::RateLimited);
    assert!(many.retry_ms.is_some_and(|ms| (1..=60_000).contains(&ms)), "{many:?}");
    server.greet(json!({"secret": ann.secret})).await;
}

#[tokio::test]
async fn whoever_is_kept_out_is_told_the_setting_and_an_admin_is_told_and_raises_it() {
    let server = strict(&["--max-per-address", "2"]);
    let (mut ann, _ben) = (server.admin("ann").await, server.guest("ben").await);
    for _ in 0..3 {
        let mut cat = Client::connect(server.address).await;
        cat.send(crate::client::hello(&json!({}))).await;
        let ServerMsg::Error(refusal) = cat.until("error too_many_connections").await else { unreachable!() };
        assert_eq!(refusal.setting.unwrap().as_str(), "max-per-address");
        assert!(refusal.message.contains("raise max-per-address"), "{}", refusal.message);
    }
    let ServerMsg::KeptOut(told) = ann.until("kept out 3 by max-per-address").await else { unreachable!() };
    assert_eq!(told.address, "127.0.0.1".parse().ok());
    let limits = ann.ok(json!({"type": "limits", "setting": "max-per-address", "value": "3"})).await;
    let limits = limits.settings.unwrap();
    assert!(
        limits.iter().any(|limit| limit.setting.as_str() == "max-per-address" && limit.value.as_str() == "3")
    );
    let _cat = server.guest("cat").await;
}

#[tokio::test]
async fn a_changed_limit_holds_until_the_configuration_is_read_again() {
    let server = TestServer::with(&["--max-users", "1"]);
    let mut ann = server.admin("ann").await;
    ann.ok(json!({"type": "limits", "setting": "max-users", "value": "2"})).await;
    let ben = server.guest("ben").await;
    drop(ben);
    server.reloader.reload().await.unwrap();
    let limits = ann.ok(json!({"type": "limits"})).await.settings.unwrap();
    assert_eq!(limits[0].value.as_str(), "1");
}

#[tokio::test]
async fn a_class_of_sixty_behind_one_router_gets_in() {
    let server = strict(&[]);
    let mut class = Vec::new();
    for number in 0..60 {
        class.push(server.guest(&format!("pupil-{number}")).await);
    }
    // Everybody's connection is lost once, and comes back.
    for pupil in &mut class {
        let secret = pupil.secret.clone();
        *pupil = server.greet(json!({"secret": secret})).await;
    }
}
