//! The store of NATS is put back from an older copy, and a node that had applied no more than that goes on: the others, which have
//! what was said since, must not take its messages for theirs.

use serde_json::json;

use super::daemons::Cluster;
use super::link::Link;
use super::nats::Nats;
use super::node::{Node, options};
use crate::client::Client;
use crate::daemon::Daemon;

const NAMES_THE_PAGE: &str = "see \"NATS lost the stream\" in CLUSTER.md";

/// Two nodes. The first has what was said after a copy of the stream was made, and does not run. The second followed the stream that was
/// put back, which is longer now than it was then, and has less that was said.
async fn fork() -> (Cluster, Daemon, Client) {
    let mut cluster = Cluster::new(2);
    let ((first, mut ann), (second, _bob)) = cluster.two_people().await;
    second.stop();
    cluster.nats.kill(0);
    let copy = cluster.nats.copy_data(0);
    cluster.nats.restart(0);
    for number in 0..12 {
        ann.say(&format!("said {number}")).await;
    }
    first.stop();
    let was = cluster.last_in_stream();
    cluster.nats.kill(0);
    cluster.nats.put_back(0, &copy);
    assert!(cluster.last_in_stream() < was, "the copy is older");

    let second = cluster.start(1);
    let mut ben = second.guest("ben").await;
    while cluster.last_in_stream() <= was + 3 {
        ben.refused(json!({"type": "topic", "room": "nowhere", "topic": "none"})).await;
    }
    ben.say("another history").await;
    (cluster, second, ben)
}

#[tokio::test]
async fn a_node_that_has_another_history_than_the_stream_does_not_enter() {
    let (cluster, _second, mut ben) = fork().await;
    let (code, said) = cluster.fails_as(0, "node-0");
    assert_eq!(code, 78, "{said}");
    assert!(said.contains("put back from an older copy") && said.contains(NAMES_THE_PAGE), "{said}");
    assert!(!said.contains("could not store"), "{said}");
    ben.say("goes on").await;
}

#[tokio::test]
async fn where_an_older_version_kept_less_the_store_refuses_the_other_history_and_the_node_stops_for_good() {
    let (cluster, _second, _ben) = fork().await;
    let store = rusqlite::Connection::open(cluster.dir(0).join("chinwag.db")).unwrap();
    assert_eq!(store.execute("DELETE FROM mark WHERE name LIKE 'origin%'", []).unwrap(), 4);
    drop(store);
    let (code, said) = cluster.fails_as(0, "node-0");
    assert!(said.contains("constraint failed") && said.contains(NAMES_THE_PAGE), "{said}");
    assert_eq!(code, 78, "{said}");
}

#[test]
fn a_node_that_runs_finds_another_history_when_it_is_connected_again() {
    let mut nats = Nats::one();
    let link = Link::new();
    link.lead_to(nats.clients(0).address());
    let away = Node::join(1, &options(vec![format!("nats://{}", link.address())], 1));
    away.propose(1);
    away.wait_for(1);
    nats.kill(0);
    let copy = nats.copy_data(0);
    nats.restart(0);
    away.propose(1);
    away.wait_for(2);
    link.cut();
    nats.kill(0);
    nats.put_back(0, &copy);
    let other = Node::join(2, &options(nats.urls_from(0), 1));
    for count in 1..=5 {
        other.propose(1);
        other.wait_for(1 + count);
    }
    link.mend();
    away.wait_until(|| away.status.failure().is_some());
    let why = away.status.failure().unwrap().to_string();
    assert!(why.contains("put back from an older copy") && why.contains(NAMES_THE_PAGE), "{why}");
    assert_eq!(away.count(), 2, "it took nothing of the other history");
}
