//! The contents of files among real servers that are one chat.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use server::transfers::folder::Folder;
use shared::{Code, FileHasher};
use tokio::time::{Instant, sleep, timeout};

use super::daemons::Cluster;
use crate::client::{Client, LIMIT};
use crate::daemon::Daemon;
use crate::files::content;
use crate::files::who::{bring, download, fetch, message, mover, send};

/// Where a node keeps a content, if it has it.
fn kept(dir: &Path, content: &[u8]) -> PathBuf {
    let (hash, proof) = FileHasher::of(content);
    Folder::of(dir).content(hash, proof)
}

/// Waits until a node has a content, or has it no more.
async fn wait_until(dir: &Path, content: &[u8], is_kept: bool) {
    let path = kept(dir, content);
    let until = Instant::now() + LIMIT;
    while path.exists() != is_kept {
        assert!(Instant::now() < until, "kept: {}", path.exists());
        sleep(Duration::from_millis(20)).await;
    }
}

/// Brings a content by a message of somebody on this node.
async fn bring_to(node: &Daemon, who: &mut Client, nonce: &str, content: &[u8]) -> u64 {
    bring(node.address, who, ("lobby", nonce), content).await
}

/// A content that is on one node only, which somebody brought there with this message.
struct OnOneNode {
    cluster: Cluster,
    first: Daemon,
    content: Vec<u8>,
    of: u64,
}

impl OnOneNode {
    async fn new(bytes: usize) -> Self {
        let cluster = Cluster::new(2);
        let first = cluster.start(0);
        let content = content(bytes);
        let of = bring_to(&first, &mut first.guest("ann").await, "n1", &content).await;
        Self { cluster, first, content, of }
    }
}

/// Removes all but the identity, so that the node need not wait until its name is free.
fn wipe(dir: &Path) {
    let identity = std::fs::read(dir.join("node.id")).unwrap();
    std::fs::remove_dir_all(dir).unwrap();
    std::fs::create_dir(dir).unwrap();
    std::fs::write(dir.join("node.id"), identity).unwrap();
}

fn delete(of: u64) -> Value {
    json!({"type": "delete", "room": "lobby", "of": of, "nonce": format!("d{of}")})
}

#[tokio::test]
async fn a_file_outlives_the_node_that_took_it_and_its_disk() {
    let cluster = Cluster::new(3);
    let ((first, mut ann), (second, mut bob)) = cluster.two_people().await;
    let content = content(1_500_000);
    let of = bring_to(&first, &mut ann, "n1", &content).await;
    assert!(kept(cluster.dir(1), &content).exists(), "it is there when the message is acknowledged");
    drop(first);
    wipe(cluster.dir(0));
    assert!(fetch(second.address, &mut bob, "lobby", of).await == content);
    // A node that sets itself up anew has it at once for who asks, and soon for itself.
    let first = cluster.start(0);
    let mut reader = first.guest("reader").await;
    assert!(fetch(first.address, &mut reader, "lobby", of).await == content);
    wait_until(cluster.dir(0), &content, true).await;
    let third = cluster.start(2);
    wait_until(cluster.dir(2), &content, true).await;
    drop(third);
}

#[tokio::test]
async fn a_node_that_was_away_or_lost_a_content_gets_it() {
    let cluster = Cluster::new(2);
    let (first, second) = (cluster.start(0), cluster.start(1));
    let mut ann = first.guest("ann").await;
    drop(second);
    let (brought, deleted) = (content(600_000), content(5000));
    send(first.address, &mut ann, &brought).await;
    let of = ann.ok(message("lobby", "n1", &brought)).await.seq.unwrap().get();
    let gone = bring_to(&first, &mut ann, "n2", &deleted).await;
    ann.ok(delete(gone)).await;
    let second = cluster.start(1);
    wait_until(cluster.dir(1), &brought, true).await;
    assert!(!kept(cluster.dir(1), &deleted).exists(), "nothing brings it any more");
    // What is not in its place any more comes from the other node while it is sent on.
    std::fs::remove_file(kept(cluster.dir(1), &brought)).unwrap();
    let mut bob = second.guest("bob").await;
    assert!(fetch(second.address, &mut bob, "lobby", of).await == brought);
    wait_until(cluster.dir(1), &brought, true).await;
}

#[tokio::test]
async fn what_a_killed_node_had_of_a_file_is_gone_on_with_or_thrown_away() {
    let cluster = Cluster::new(2);
    let first = cluster.start(0);
    let mut ann = first.guest("ann").await;
    let contents = [content(900_000), content(800_000), content(700_000)];
    let [half, wrong, deleted] = &contents;
    for (nonce, content) in ["n1", "n2", "n3"].into_iter().zip(&contents) {
        let of = bring_to(&first, &mut ann, nonce, content).await;
        if content == deleted {
            ann.ok(delete(of)).await;
        }
    }
    let pulls = cluster.dir(1).join("files/pull");
    let had = |content: &[u8]| pulls.join(FileHasher::of(content).0.to_string());
    std::fs::create_dir_all(&pulls).unwrap();
    std::fs::write(had(half), &half[..400_000]).unwrap();
    std::fs::write(had(wrong), &half[..400_000]).unwrap();
    std::fs::write(had(deleted), &deleted[..400_000]).unwrap();
    let _second = cluster.start(1);
    for content in [half, wrong] {
        wait_until(cluster.dir(1), content, true).await;
        assert!(std::fs::read(kept(cluster.dir(1), content)).unwrap() == *content);
    }
    let until = Instant::now() + LIMIT;
    while contents.iter().any(|content| had(content).exists()) {
        assert!(Instant::now() < until, "something is left of what is not needed");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_file_is_removed_from_every_node_with_its_message() {
    let cluster = Cluster::new(3);
    let (first, _second, _third) = (cluster.start(0), cluster.start(1), cluster.start(2));
    let mut ann = first.guest("ann").await;
    let (content, other) = (content(5000), content(6000));
    let of = bring_to(&first, &mut ann, "n1", &content).await;
    let again = bring_to(&first, &mut ann, "n2", &content).await;
    bring_to(&first, &mut ann, "n3", &other).await;
    for node in [1, 2] {
        wait_until(cluster.dir(node), &content, true).await;
    }
    ann.ok(delete(of)).await;
    sleep(Duration::from_millis(500)).await;
    assert!(kept(cluster.dir(1), &content).exists(), "another message brings it");
    ann.ok(delete(again)).await;
    for node in [1, 2] {
        wait_until(cluster.dir(node), &content, false).await;
        wait_until(cluster.dir(node), &other, true).await;
    }
}

#[tokio::test]
async fn a_damaged_file_is_not_taken_and_is_asked_for_again() {
    let OnOneNode { cluster, first: _first, content, of } = OnOneNode::new(700_000).await;
    let path = kept(cluster.dir(0), &content);
    let mut damaged = content.clone();
    damaged[300_000] ^= 1;
    std::fs::write(&path, &damaged).unwrap();
    let mut second = cluster.start(1);
    second.wait_log("a file did not come from another node");
    assert!(!kept(cluster.dir(1), &content).exists());
    std::fs::write(&path, &content).unwrap();
    wait_until(cluster.dir(1), &content, true).await;
    let mut bob = second.guest("bob").await;
    assert!(fetch(second.address, &mut bob, "lobby", of).await == content);
}

#[tokio::test]
async fn what_was_sent_to_a_node_can_be_said_over_another_one() {
    let cluster = Cluster::new(2);
    let (first, second) = (cluster.start(0), cluster.start(1));
    let mut ann = first.guest("ann").await;
    let content = content(5000);
    send(first.address, &mut ann, &content).await;
    drop(first);
    let mut ann = Client::greet(second.address, json!({"secret": ann.secret})).await;
    ann.ok(message("lobby", "n1", &content)).await;
}

#[tokio::test]
async fn nobody_waits_on_a_node_alone_and_for_some_seconds_where_no_other_one_answers() {
    let cluster = Cluster::new(2);
    let mut first = cluster.start(0);
    let mut ann = first.guest("ann").await;
    let quick = timeout(Duration::from_secs(5), bring_to(&first, &mut ann, "n1", b"alone")).await;
    quick.expect("it waits for nobody");
    let second = cluster.start(1);
    second.signal("STOP");
    bring_to(&first, &mut ann, "n2", b"hello").await;
    first.wait_log("no other node took a file");
    second.signal("CONT");
    wait_until(cluster.dir(1), b"hello", true).await;
    wait_until(cluster.dir(1), b"alone", true).await;
}

#[tokio::test]
async fn a_file_of_a_node_that_is_away_is_said_to_be_there() {
    let OnOneNode { cluster, first, content, of } = OnOneNode::new(5000).await;
    let path = kept(cluster.dir(0), &content);
    std::fs::rename(&path, cluster.dir(0).join("aside")).unwrap();
    let second = cluster.start(1);
    let mut bob = second.guest("bob").await;
    drop(first);
    let until = Instant::now() + LIMIT;
    loop {
        let token = bob.ok(download("lobby", of)).await.token.unwrap();
        let mut mover = mover(second.address).await;
        mover.open(&token, 0).await;
        let refusal = mover.refused().await;
        assert_eq!(refusal.code, Code::Storage);
        if refusal.message.contains("no server that can be reached") {
            return;
        }
        // What was begun before may go on for a moment.
        assert!(refusal.retry_ms.is_some() && Instant::now() < until, "{refusal:?}");
    }
}
