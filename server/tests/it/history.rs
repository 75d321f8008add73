//! History: pages of what was said before.

use serde_json::{Value, json};
use shared::{Code, Kind, ServerMsg};

use crate::client::Client;
use crate::test_server::TestServer;

/// A page must hold these messages, and say whether there are more.
async fn check(client: &mut Client, mut request: Value, texts: &[&str], more: bool) {
    if request.get("type").is_none() {
        request["type"] = json!("history");
        request["room"] = json!("lobby");
    }
    let page = client.ok(request.clone()).await;
    let said = page.events.unwrap();
    let said: Vec<_> = said
        .iter()
        .map(|event| match &event.kind {
            Kind::Message(text) => text.as_str(),
            _ => "-",
        })
        .collect();
    assert_eq!((said.as_slice(), page.more.unwrap()), (texts, more), "{request}");
}

#[tokio::test]
async fn a_page_lies_where_it_is_asked_for() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let mut seq = Vec::new();
    for text in ["one", "two", "three", "four", "five"] {
        seq.push(ann.say(text).await);
    }
    for (request, texts, more) in [
        (json!({"limit": 2}), ["four", "five"].as_slice(), true),
        (json!({"limit": 6}), &["-", "one", "two", "three", "four", "five"], false),
        (json!({"before": seq[2], "limit": 2}), &["one", "two"], true),
        (json!({"before": seq[2]}), &["-", "one", "two"], false),
        (json!({"before": 1}), &[], false),
        (json!({"after": seq[2], "limit": 1}), &["four"], true),
        (json!({"after": seq[2]}), &["four", "five"], false),
        (json!({"after": 99}), &[], false),
        (json!({"around": seq[2], "limit": 3}), &["two", "three", "four"], true),
        (json!({"around": seq[2], "limit": 9}), &["-", "one", "two", "three", "four", "five"], false),
        (json!({"around": 99, "limit": 2}), &["five"], true),
        (json!({"limit": 0}), &["five"], true),
    ] {
        check(&mut ann, request, texts, more).await;
    }
    let both = json!({"type": "history", "room": "lobby", "before": 3, "after": 1});
    assert_eq!(ann.refused(both).await, Code::BadRequest);
    let nowhere = json!({"type": "history", "room": "nowhere"});
    assert_eq!(ann.refused(nowhere).await, Code::NoSuchRoom);
}

#[tokio::test]
async fn a_page_is_also_found_by_a_time() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    for number in 0..20 {
        ann.say(&format!("text {number}")).await;
    }
    let events = async |ann: &mut Client, place: Value| {
        let mut request = json!({"type": "history", "room": "lobby"});
        request.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        ann.ok(request).await.events.unwrap()
    };
    let all = events(&mut ann, json!({})).await;
    let at = all[10].at;
    let (before, after) =
        (all.iter().filter(|event| event.at < at), all.iter().filter(|event| event.at > at));
    assert!(events(&mut ann, json!({"before_at": at})).await.iter().eq(before));
    assert!(events(&mut ann, json!({"after_at": at})).await.iter().eq(after));
    for (nothing, everything) in [("before_at", "after_at"), ("after_at", "before_at")] {
        let time = if nothing == "before_at" { 0 } else { i64::MAX };
        assert!(events(&mut ann, json!({nothing: time})).await.is_empty());
        assert_eq!(events(&mut ann, json!({everything: time})).await, all);
    }
    let around = events(&mut ann, json!({"around_at": at, "limit": 8})).await;
    assert!(around.len() == 8 && around.iter().any(|event| event.at == at));
}

#[tokio::test]
async fn a_page_has_at_most_two_hundred_events() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    ann.say_all((0..250).map(|n| format!("line {n}"))).await;
    let page = ann.ok(json!({"type": "history", "room": "lobby", "limit": 100_000})).await;
    assert_eq!((page.events.unwrap().len(), page.more), (200, Some(true)));
}

#[tokio::test]
async fn words_are_found_in_ones_own_rooms_only() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    for text in ["점심 먹자", "Lunch at 점심", "nothing", "100% lunch_"] {
        ann.say(text).await;
    }
    ann.ok(json!({"type": "direct", "uid": 2, "text": "secret lunch", "nonce": "d"})).await;
    let find = |query: &str| json!({"type": "search", "query": query});
    check(&mut ann, find("lunch"), &["Lunch at 점심", "100% lunch_", "secret lunch"], false).await;
    check(&mut ben, find("점심 LUNCH"), &["Lunch at 점심"], false).await;
    let mut cat = server.guest("cat").await;
    check(&mut cat, find("lunch"), &["Lunch at 점심", "100% lunch_"], false).await;
    check(&mut cat, json!({"type": "search", "query": "lunch", "limit": 1}), &["100% lunch_"], true).await;
    assert_eq!(cat.refused(find(" ")).await, Code::BadRequest);
    let other = json!({"type": "search", "query": "lunch", "room": "@1:2"});
    assert_eq!(cat.refused(other).await, Code::NoSuchRoom);
}

#[tokio::test]
async fn what_is_typed_with_signs_or_quotes_or_as_an_emoji_is_found_exactly() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    for text in [
        "c++ or c, 192.0.2.7",
        "c and 192.0.2.71",
        "example.com/x",
        "example and com",
        "the exact phrase!?",
        "a phrase, exact",
        "haha 😂",
        "😂",
        "😀 👍🏽",
    ] {
        ann.say(text).await;
    }
    let table: [(&str, &[&str]); 10] = [
        ("c++", &["c++ or c, 192.0.2.7"]),
        ("192.0.2.7", &["c++ or c, 192.0.2.7"]),
        ("example.com", &["example.com/x"]),
        ("\"exact phrase\"", &["the exact phrase!?"]),
        ("exact phrase", &["the exact phrase!?", "a phrase, exact"]),
        ("!?", &["the exact phrase!?"]),
        ("😂", &["haha 😂", "😂"]),
        ("haha 😂", &["haha 😂"]),
        ("👍", &[]),
        ("\"", &[]),
    ];
    // Before it is indexed, and afterwards: the store does so when nothing is said for a while, and before it ends.
    for server in [None, Some(server)] {
        if let Some(server) = server {
            let again = server.again().await;
            ann = again.greet(json!({"secret": ann.secret})).await;
            for (query, expected) in table {
                check(&mut ann, json!({"type": "search", "query": query}), expected, false).await;
            }
        } else {
            for (query, expected) in table {
                check(&mut ann, json!({"type": "search", "query": query}), expected, false).await;
            }
        }
    }
}

/// Writes something else over the body of an event.
fn damage(dir: &std::path::Path, seq: u64, body: &str) {
    let db = rusqlite::Connection::open(dir.join("chinwag.db")).unwrap();
    let sql = format!("UPDATE event SET body = CAST({body} AS TEXT) WHERE seq = {seq}");
    assert_eq!(db.execute(&sql, []).unwrap(), 1);
}

#[tokio::test]
async fn an_event_that_cannot_be_read_keeps_its_place_and_spoils_nothing_else() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let mut seqs = Vec::new();
    for text in ["one word", "two words", "three words", "four words", "five words"] {
        seqs.push(ann.say(text).await);
    }
    let secret = ann.secret.clone();
    let setup = server.stop().await;
    for (seq, body) in
        [(seqs[1], "'{\"room\":'"), (seqs[2], "x'7bff7d'"), (seqs[3], "'{\"text\":\"words\"}'")]
    {
        damage(setup.dir.path(), seq, body);
    }
    let server = setup.open();
    let mut ann = server.greet(json!({"secret": secret, "resume": {"lobby": seqs[0]}})).await;
    // What is resumed has the same places; the client checks that each follows the one before it.
    ann.until("lobby ann: five words").await;
    let page = ann.ok(json!({"type": "history", "room": "lobby", "after": seqs[0], "limit": 4})).await;
    let page = page.events.unwrap();
    let kinds: Vec<_> = page.iter().map(|event| matches!(event.kind, Kind::Unknown)).collect();
    assert_eq!(kinds, [true, true, true, false]);
    assert!(page.windows(2).all(|pair| pair[1].prev == pair[0].seq), "{page:?}");
    check(&mut ann, json!({"type": "search", "query": "words"}), &["five words"], false).await;
    // Said again with the same mark, it is neither said twice nor taken for said.
    assert_eq!(ann.refused(crate::client::say("two words")).await, Code::Storage);
    let dir = server.dir().to_owned();
    let asked = tokio::task::spawn_blocking(move || crate::ctl::ctl(&dir, &["status"]));
    let (unwell, status, _) = asked.await.unwrap();
    assert!(unwell == 1 && status.contains("cannot be read"), "{status}");
}

#[tokio::test]
async fn a_newcomer_reads_as_far_back_as_the_setting_says() {
    for (setting, read, found) in [
        ("all", &["-", "one", "two", "three", "-", "four"][..], &["one", "two", "three", "four"][..]),
        ("2", &["two", "three", "-", "four"], &["two", "three", "four"]),
        ("none", &["-", "four"], &["four"]),
    ] {
        let server = TestServer::with(&["--newcomer-history", setting]);
        let mut ann = server.admin("ann").await;
        for text in ["one", "two", "three"] {
            ann.say(&format!("{text} word")).await;
        }
        let mut ben = server.guest("ben").await;
        let (ben_seq, last) = (ben.position("lobby"), ben.say("four word").await);
        let words = |texts: &[&str]| -> Vec<String> {
            texts
                .iter()
                .map(|text| if *text == "-" { "-".to_owned() } else { format!("{text} word") })
                .collect()
        };
        let (read, found) = (words(read), words(found));
        let read: Vec<_> = read.iter().map(String::as_str).collect();
        let found: Vec<_> = found.iter().map(String::as_str).collect();
        // The events of the admin's role and of the two who came are no messages.
        let role = usize::from(setting == "all");
        let whole: Vec<&str> = read.iter().take(role).chain(&read).copied().collect();
        check(&mut ben, json!({"before": last + 1}), &whole, false).await;
        check(&mut ben, json!({"after": 0}), &whole, false).await;
        check(&mut ben, json!({"around": 1, "limit": 200}), &whole, false).await;
        check(&mut ben, json!({"type": "search", "query": "word"}), &found, false).await;
        check(
            &mut ben,
            json!({"type": "search", "query": "word", "limit": 1}),
            &found[found.len() - 1..],
            true,
        )
        .await;
        if setting != "all" {
            // Who comes back is not sent what may not be read.
            let secret = ben.secret.clone();
            let mut ben = server.greet(json!({"secret": secret, "resume": {"lobby": 0}})).await;
            let ServerMsg::Event(first) = ben.until("lobby ben: four word").await else { unreachable!() };
            assert_eq!((first.seq.get(), first.prev.get()), (last, ben_seq));
        }
        // An admin reads everything, after a restart as well.
        let admin = ann.secret.clone();
        let ben_secret = ben.secret.clone();
        let server = server.again().await;
        let mut ann = server.greet(json!({"secret": admin})).await;
        check(&mut ann, json!({"after": 1, "limit": 2}), &["-", "one word"], true).await;
        let mut ben = server.greet(json!({"secret": ben_secret})).await;
        check(&mut ben, json!({"after": 0}), &whole, false).await;
    }
}
