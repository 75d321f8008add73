//! Joins and leaves for clients that ask for the compact form: several in a line, and members as arrays.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shared::{Kind, ServerMsg};

use crate::client::{Client, show};
use crate::test_server::TestServer;

/// Takes in what is said until `until` was; the names of those who are there then, the client's own included.
async fn members_after(client: &mut Client, until: &str) -> BTreeSet<String> {
    let mut members: BTreeSet<_> = client.members("lobby").into_iter().collect();
    let mut names: BTreeMap<_, _> = {
        let welcome = client.welcome.as_ref().unwrap();
        welcome.rooms[0].members.iter().map(|member| (member.uid, member.name.to_string())).collect()
    };
    loop {
        let msg = client.next().await.unwrap();
        if show(&msg) == until {
            return members;
        }
        match msg {
            ServerMsg::Membership(told) => {
                // Who came in the middle of it has some of them in the list already.
                let head = client.welcome.as_ref().unwrap().rooms[0].head;
                for event in told.events().into_iter().filter(|event| event.seq > head) {
                    let name = event.from.name.to_string();
                    names.insert(event.from.uid, name.clone());
                    match event.kind {
                        Kind::Join => drop(members.insert(name)),
                        Kind::Leave(_) => drop(members.remove(&name)),
                        _ => {}
                    }
                }
                for uid in &told.passed {
                    names.get(uid).map(|name| members.remove(name));
                }
            }
            ServerMsg::Event(event) => match event.kind {
                Kind::Join => drop(members.insert(event.from.name.to_string())),
                Kind::Leave(_) => drop(members.remove(event.from.name.as_str())),
                _ => {}
            },
            _ => {}
        }
    }
}

#[tokio::test]
async fn whoever_asks_for_it_is_told_of_joins_and_leaves_in_runs() {
    let server = TestServer::open();
    let (mut ann, mut ben) =
        (server.greet(json!({"name": "ann", "compact": true})).await, server.guest("ben").await);
    let mut cat = server.guest("cat").await;
    ben.expect("lobby cat joins").await;
    cat.send(json!({"type": "quit"})).await;
    ben.expect("lobby cat leaves (quit)").await;
    let said = ben.say("bye").await;
    // How many lines that is depends on how long it took.
    let ServerMsg::Membership(first) = ann.next().await.unwrap() else { panic!("no run") };
    assert!(first.came.iter().any(|came| came.name.as_str() == "ben"), "{first:?}");
    while !matches!(ann.next().await.unwrap(), ServerMsg::Event(said) if said.kind.text().is_some()) {}
    assert_eq!(ann.position("lobby"), said);
}

#[tokio::test]
async fn members_are_arrays_for_whoever_asks_for_it() {
    let server = TestServer::open();
    let _ann = server.guest("ann").await;
    for (compact, want) in
        [(false, r#""members":[{"uid":1,"name":"ann","#), (true, r#""members":[[1,"ann",[6]]"#)]
    {
        let mut client = Client::connect(server.address).await;
        client.send(json!({"type": "hello", "protocol": [1, 1], "compact": compact})).await;
        client.send(json!({"type": "join", "id": "1", "room": "lobby"})).await;
        for kind in ["welcome", "ok"] {
            let line = loop {
                let line = client.line().await.unwrap();
                if line.starts_with(&format!(r#"{{"type":"{kind}""#)) {
                    break line;
                }
            };
            assert!(line.contains(want), "{line}");
        }
    }
}

#[tokio::test]
async fn a_crowd_leaves_the_same_members_in_every_list_whatever_the_form() {
    let server = TestServer::open();
    let mut watchers = vec![];
    for n in 0..12 {
        let name = format!("watcher{n}");
        watchers.push(server.greet(json!({"name": name, "compact": n % 3 != 0})).await);
        // A crowd that comes and goes meanwhile, so that most of them come in the middle of a run.
        for _ in 0..3 {
            let mut passer = server.greet(json!({"compact": n % 2 == 0})).await;
            passer.send(json!({"type": "quit"})).await;
            passer.until("goodbye quit").await;
        }
    }
    let mut stays = server.greet(json!({"name": "stays"})).await;
    stays.say("all").await;
    let want: BTreeSet<String> = (0..12).map(|n| format!("watcher{n}")).chain(["stays".to_owned()]).collect();
    for watcher in &mut watchers {
        assert_eq!(members_after(watcher, "lobby stays: all").await, want, "{}", watcher.name());
    }
}

#[tokio::test]
async fn what_was_missed_comes_in_runs_before_resumed() {
    let server = TestServer::open();
    let ann = server.greet(json!({"name": "ann", "compact": true})).await;
    let (secret, at) = (ann.secret.clone(), ann.position("lobby"));
    ann.break_off();
    for n in 0..20 {
        let mut passer = server.guest(&format!("passer{n}")).await;
        passer.send(json!({"type": "quit"})).await;
        passer.until("goodbye quit").await;
    }
    // What is read from the store is in runs of a second.
    let server = server.again().await;
    let fields = json!({"secret": secret, "compact": true, "resume": {"lobby": at}});
    let mut ann = server.greet(fields).await;
    let head = ann.welcome.as_ref().unwrap().rooms[0].head;
    let mut told = vec![];
    loop {
        match ann.next().await.unwrap() {
            ServerMsg::Membership(run) => told.push(*run),
            ServerMsg::Resumed(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(told[0].prev.get() <= at && told.last().unwrap().seq == head, "{told:?}");
    let events = ann.ok(json!({"type": "history", "room": "lobby", "after": at})).await.events.unwrap();
    let (first, last) = (&events[0], events.last().unwrap());
    assert!(
        events.len() >= 40 && i64::try_from(told.len()).unwrap() - 1 <= (last.at - first.at) / 1000,
        "{} lines",
        told.len()
    );
}

#[tokio::test]
async fn reactions_of_many_come_in_one_line_to_who_asked_for_that() {
    let server = TestServer::open();
    let mut ann = server.greet(json!({"name": "ann", "compact": true})).await;
    let mut plain = server.guest("dan").await;
    let hi = ann.say("hi").await;
    plain.until("lobby ann: hi").await;
    let mut others = Vec::new();
    for name in ["ben", "cat"] {
        others.push(server.guest(name).await);
    }
    for other in &mut others {
        other.send(json!({"type": "react", "room": "lobby", "of": hi, "with": "+1"})).await;
    }
    // In one line or in two, as it falls; nobody is told of twice.
    let mut told = Vec::new();
    while told.len() < 2 {
        if let Some(ServerMsg::Reacted(reacted)) = ann.next().await {
            told.extend(
                reacted.reactions.into_iter().map(|reacts| (reacts.name.to_string(), reacts.of.get())),
            );
        }
    }
    told.sort();
    assert_eq!(told, [("ben".to_owned(), hi), ("cat".to_owned(), hi)]);
    // To others each is an event.
    let mut reacted = 0;
    while reacted < 2 {
        let Some(msg) = plain.next().await else { panic!("the end") };
        assert!(!matches!(msg, ServerMsg::Reacted(_)), "{msg:?}");
        reacted +=
            usize::from(matches!(msg, ServerMsg::Event(event) if matches!(event.kind, Kind::React(_))));
    }
}
