//! Messages that are changed, deleted, answered and reacted to, over sockets and through the store.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use shared::{Code, Event, Kind};
use tokio::time::Instant;

use crate::client::{Client, show_event};
use crate::test_server::TestServer;

/// The events of the lobby as a page gives them, with what is known of each message.
async fn page(client: &mut Client) -> Vec<String> {
    let page = client.ok(json!({"type": "history", "room": "lobby"})).await;
    page.events.unwrap().iter().filter(|event| !matches!(event.kind, Kind::Join)).map(told).collect()
}

fn told(event: &Event) -> String {
    let mut told = show_event(event);
    if let Some(seq) = event.reply_to {
        write!(told, " (answers {seq})").unwrap();
    }
    if event.edited.is_some() {
        told += " (edited)";
    }
    for reacted in event.reactions.iter() {
        let uids: Vec<_> = reacted.uids.iter().map(ToString::to_string).collect();
        write!(told, " {} by {}", reacted.with, uids.join(" ")).unwrap();
    }
    told
}

async fn edit(client: &mut Client, of: u64, text: &str) {
    let nonce = format!("edit-{of}-{}", text.len());
    client.ok(json!({"type": "edit", "room": "lobby", "of": of, "text": text, "nonce": nonce})).await;
}

async fn delete(client: &mut Client, of: u64) {
    client.ok(json!({"type": "delete", "room": "lobby", "of": of, "nonce": format!("delete-{of}")})).await;
}

async fn react(client: &mut Client, of: u64, with: &str, off: bool) {
    client.ok(json!({"type": "react", "room": "lobby", "of": of, "with": with, "off": off})).await;
}

#[tokio::test]
async fn a_page_shows_what_became_of_messages() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let [hi, gone, waves] = [ann.say("hi").await, ann.say("a slip").await, ann.say("bye").await];
    edit(&mut ann, hi, "hi all").await;
    edit(&mut ann, gone, "another slip").await;
    react(&mut ben, hi, "👍", false).await;
    react(&mut ann, hi, "❤️", false).await;
    react(&mut ann, hi, "👍", false).await;
    react(&mut ann, hi, "👍", false).await;
    react(&mut ben, waves, "👍", false).await;
    react(&mut ben, waves, "👍", true).await;
    react(&mut ben, gone, "👍", false).await;
    delete(&mut ann, gone).await;
    ben.ok(json!({"type": "say", "room": "lobby", "text": "yes", "nonce": "y", "reply_to": hi})).await;
    let want = [
        "lobby ann: hi all (edited) 👍 by 2 1 ❤️ by 1".to_owned(),
        "lobby ann said what ann deleted".to_owned(),
        "lobby ann: bye".to_owned(),
        format!("lobby ann changes {hi} to hi all"),
        format!("lobby ann changes {gone} to nothing"),
        format!("lobby ben + {hi} 👍"),
        format!("lobby ann + {hi} ❤️"),
        format!("lobby ann + {hi} 👍"),
        format!("lobby ann + {hi} 👍"),
        format!("lobby ben + {waves} 👍"),
        format!("lobby ben - {waves} 👍"),
        format!("lobby ben + {gone} 👍"),
        format!("lobby ann deletes {gone}"),
        format!("lobby ben: yes (answers {hi})"),
    ];
    assert_eq!(page(&mut ben).await, want);
    let mut late = server.guest("cat").await;
    assert_eq!(page(&mut late).await, want);
    let found = late.ok(json!({"type": "search", "query": "hi"})).await.events.unwrap();
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), want[..1]);
    // Sent again, a message that was changed or deleted is where it was, also when only the store remembers it.
    let server = server.again().await;
    let mut ann = Client::greet(server.address, json!({"secret": ann.secret})).await;
    assert_eq!(page(&mut ann).await[..14], want);
    assert_eq!(
        ann.refused(json!({"type": "edit", "room": "lobby", "of": gone, "text": "x", "nonce": "x"})).await,
        Code::NoSuchMessage
    );
    for (of, text) in [(hi, "hi all"), (gone, "another slip")] {
        let again = json!({"type": "edit", "room": "lobby", "of": of, "text": text, "nonce": format!("edit-{of}-{}", text.len())});
        assert!(ann.ok(again).await.seq.unwrap().get() > of);
    }
}

#[tokio::test]
async fn live_and_after_a_cut_everybody_hears_the_same() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let hi = ann.say("hi").await;
    ben.until("lobby ann: hi").await;
    edit(&mut ann, hi, "hello").await;
    ben.expect(&format!("lobby ann changes {hi} to hello")).await;
    let (secret, position) = (ben.secret.clone(), ben.position("lobby"));
    drop(ben);
    edit(&mut ann, hi, "hello all").await;
    react(&mut ann, hi, "👍", false).await;
    let mut ben = server.greet(json!({"secret": secret, "resume": {"lobby": position}})).await;
    ben.expect(&format!("lobby ann changes {hi} to hello all")).await;
    ben.expect(&format!("lobby ann + {hi} 👍")).await;
    ben.expect("resumed").await;
    // The ring has nothing from before a deletion, so that nobody hears what was said.
    let (secret, position) = (ben.secret.clone(), ben.position("lobby"));
    drop(ben);
    let secret_text = ann.say("the password is hunter2").await;
    delete(&mut ann, secret_text).await;
    let mut ben = server.greet(json!({"secret": secret, "resume": {"lobby": position}})).await;
    ben.expect("gap lobby").await;
    ben.expect("resumed").await;
    assert!(page(&mut ben).await.contains(&"lobby ann said what ann deleted".to_owned()));
}

#[tokio::test]
async fn what_is_no_message_of_the_room_cannot_be_changed() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ben.ok(json!({"type": "join", "room": "kitchen"})).await;
    let hi = ann.say("hi").await;
    let kitchen =
        ben.ok(json!({"type": "say", "room": "kitchen", "text": "tea", "nonce": "t"})).await.seq.unwrap();
    let ask = |of: u64, room: &str| json!({"type": "react", "room": room, "of": of, "with": "👍"});
    for (request, code) in [
        (ask(1, "lobby"), Code::NoSuchMessage),
        (ask(999, "lobby"), Code::NoSuchMessage),
        (ask(kitchen.get(), "lobby"), Code::NoSuchMessage),
        (ask(kitchen.get(), "kitchen"), Code::NotMember),
        (json!({"type": "delete", "room": "lobby", "of": kitchen, "nonce": "d"}), Code::NoSuchMessage),
    ] {
        assert_eq!(ann.refused(request.clone()).await, code, "{request}");
    }
    assert_eq!(
        ben.refused(json!({"type": "edit", "room": "lobby", "of": hi, "text": "x", "nonce": "e"})).await,
        Code::Forbidden
    );
    assert_eq!(
        ben.refused(json!({"type": "delete", "room": "lobby", "of": hi, "nonce": "d"})).await,
        Code::Forbidden
    );
}

#[tokio::test]
async fn a_message_can_be_changed_at_once() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let hi = ann.say("hi").await;
    // All of it in one piece: each is answered, in this order.
    let lines: String = (0..50)
        .map(|n| json!({"type": "edit", "id": format!("e{n}"), "room": "lobby", "of": hi, "text": format!("hi {n}"), "nonce": format!("e{n}")}).to_string() + "\n")
        .collect();
    ann.raw(lines.as_bytes()).await;
    for n in 0..50 {
        ann.until(&format!("ok e{n}")).await;
    }
    assert_eq!(page(&mut ann).await[0], "lobby ann: hi 49 (edited)");
}

/// The look-up of the message must not lie in the hub until something else wakes it, which is after seconds where nobody talks.
#[tokio::test]
async fn a_quiet_server_carries_changes_out_one_after_the_other() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let hi = ann.say("hi").await;
    let changes = async {
        for n in 0..20 {
            react(&mut ann, hi, "👍", n % 2 == 1).await;
        }
    };
    tokio::time::timeout(crate::client::LIMIT, changes)
        .await
        .expect("each waits for the hub to wake by itself");
}

/// The files below a directory that have these bytes in them.
fn having(dir: &Path, bytes: &[u8]) -> Vec<String> {
    let mut having = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            having.extend(self::having(&path, bytes));
        } else if path.is_file()
            && std::fs::read(&path).unwrap_or_default().windows(bytes.len()).any(|window| window == bytes)
        {
            having.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    having
}

/// Waits until no file of the server has this in it.
async fn is_gone(server: &TestServer, word: &str) {
    let began = Instant::now();
    loop {
        let left = having(server.dir(), word.as_bytes());
        if left.is_empty() {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{word} is still in {left:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_was_deleted_is_in_no_file_of_the_server() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.say_all((0..300).map(|n| format!("line {n} of what others said"))).await;
    let long = format!("{} xyzzy1secret", "a long text ".repeat(300));
    let [first, second] = [ann.say("before xyzzy1secret after").await, ann.say(&long).await];
    ann.say_all((0..300).map(|n| format!("and line {n} after it"))).await;
    assert_eq!(ben.ok(json!({"type": "search", "query": "xyzzy1secret"})).await.events.unwrap().len(), 2);
    // It is there, in the files and in the index: otherwise this would not say much.
    let indexed = Instant::now();
    while having(server.dir(), b"xyzzy1secret").len() < 2 {
        assert!(indexed.elapsed() < Duration::from_secs(20), "{:?}", having(server.dir(), b"xyzzy1secret"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    edit(&mut ann, first, "harmless").await;
    delete(&mut ann, second).await;
    ben.ok(json!({"type": "ping"})).await;
    is_gone(&server, "xyzzy1secret").await;
    assert_eq!(ben.ok(json!({"type": "search", "query": "xyzzy1secret"})).await.events.unwrap().len(), 0);
    assert_eq!(ben.ok(json!({"type": "search", "query": "harmless"})).await.events.unwrap().len(), 1);
}

/// What was said first is in the page that becomes the root of the table, and an edit that makes a message longer moves its neighbours.
#[tokio::test]
async fn of_many_messages_that_were_said_first_and_deleted_nothing_is_left() {
    let server = TestServer::with(&["--pace", "off"]);
    let mut ann = server.guest("ann").await;
    let mut said = Vec::new();
    for n in 0..150_usize {
        said.push(ann.say(&format!("xyzzy3secret {n} {}", "w".repeat([0, 10, 50, 200, 800][n % 5]))).await);
    }
    for of in said.iter().skip(7).step_by(9) {
        edit(&mut ann, *of, &format!("xyzzy3secret {of} {}", "v".repeat(1500))).await;
    }
    for of in said {
        delete(&mut ann, of).await;
    }
    is_gone(&server, "xyzzy3secret").await;
}

#[tokio::test]
async fn what_was_deleted_goes_while_people_go_on_talking() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let slip = ann.say("xyzzy2secret").await;
    delete(&mut ann, slip).await;
    let began = Instant::now();
    let mut said = 0;
    while !having(server.dir(), b"xyzzy2secret").is_empty() {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", having(server.dir(), b"xyzzy2secret"));
        ann.say_all((said..said + 20).map(|n| format!("line {n}"))).await;
        said += 20;
    }
}

#[tokio::test]
async fn an_answer_names_a_message_and_everybody_hears_which() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let answer = json!({"type": "direct", "uid": ann.uid(), "text": "psst", "nonce": "p", "reply_to": 7});
    ben.ok(answer).await;
    let page = ann.ok(json!({"type": "history", "room": "@1:2"})).await.events.unwrap();
    assert_eq!(page.iter().map(told).collect::<Vec<_>>(), ["@1:2 ben: psst (answers 7)"]);
    let bad: Value = json!({"type": "say", "room": "lobby", "text": "x", "nonce": "x", "reply_to": "7"});
    assert_eq!(ann.refused(bad).await, Code::BadRequest);
}
