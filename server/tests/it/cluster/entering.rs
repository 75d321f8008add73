//! How real servers become nodes, when something is in the way: others that come at the same moment, or by the same name.

use std::fs;
use std::thread;

use super::daemons::Cluster;

/// What a node has in its state directory is gone, as after its disk was replaced.
fn empty(cluster: &Cluster, number: usize) {
    for entry in fs::read_dir(cluster.dir(number)).unwrap() {
        let path = entry.unwrap().path();
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.unwrap();
    }
}

#[tokio::test]
async fn two_nodes_that_are_emptied_and_start_at_the_same_moment_both_enter() {
    let cluster = Cluster::new(3);
    let left = cluster.dir(0).join("copy-for-another-node-0.partial");
    fs::write(&left, "of a server that was killed").unwrap();
    let first = cluster.start(0);
    assert!(!left.exists());
    let mut ann = first.guest("ann").await;
    for _ in 0..4 {
        ann.say(&"long ".repeat(500)).await;
        let logs = thread::scope(|scope| {
            let starting = [1, 2].map(|number| {
                empty(&cluster, number);
                let cluster = &cluster;
                scope.spawn(move || cluster.start(number).stop().1)
            });
            starting.map(|started| started.join().unwrap())
        });
        assert!(logs.iter().all(|log| !log.contains("could give it")), "{logs:?}");
    }
    let left = fs::read_dir(cluster.dir(0)).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().starts_with("copy-for")).count(), 0);
}

#[tokio::test]
async fn a_second_machine_by_the_name_of_one_that_runs_is_refused_and_the_first_goes_on() {
    let cluster = Cluster::new(3);
    let (first, busan) = (cluster.start(0), cluster.start(1));
    let (mut ann, mut bob) = (first.guest("ann").await, busan.guest("bob").await);
    let (code, said) = cluster.fails_as(2, "node-1");
    assert_eq!(code, 78, "{said}");
    let why =
        format!("node-1 runs already, at {}; give this node another name, or stop that one", busan.address);
    assert!(said.contains(&why), "{said}");
    ann.say("hi").await;
    bob.until("lobby ann: hi").await;
    bob.say("still here").await;
    ann.until("lobby bob: still here").await;
}

#[tokio::test]
async fn a_node_that_was_killed_enters_at_once_and_one_with_a_new_disk_once_the_old_one_is_gone() {
    let cluster = Cluster::new(2);
    let first = cluster.start(0);
    let waits = "waits whether the other one is heard again";
    for _ in 0..2 {
        let killed = cluster.start(1);
        killed.signal("KILL");
        let log = killed.wait().1;
        assert!(!log.contains(waits), "{log}");
    }
    empty(&cluster, 1);
    let mut anew = cluster.until(1, waits);
    anew.wait_log("the other node by this name is gone");
    // It starts again, on another port.
    let listening = anew.wait_next_log("listening");
    anew.address = listening.split(['=', ' ', '"']).find_map(|word| word.parse().ok()).unwrap();
    let mut ann = first.guest("ann").await;
    let mut bob = anew.guest("bob").await;
    ann.say("hi").await;
    bob.until("lobby ann: hi").await;
    // It left in good order, so nobody waits for it.
    anew.stop();
    empty(&cluster, 1);
    let log = cluster.start(1).stop().1;
    assert!(!log.contains(waits), "{log}");
}

#[test]
fn a_node_says_what_to_do_where_nobody_has_the_chat_any_more() {
    let cluster = Cluster::new(1);
    cluster.start(0).stop();
    empty(&cluster, 0);
    drop(cluster.until(0, "If none has it any more, set another cluster-name on all nodes"));
}
