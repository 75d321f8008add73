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
