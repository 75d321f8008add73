//! A node that is set up while nodes of a newer version run, too: played by what gives copies of a store that this version cannot read.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use server::order::jetstream::options::Options;
use server::order::jetstream::peer_files::{Serving, Source};
use tempfile::TempDir;

use super::nats::Nats;
use super::node::{Node, options};
use crate::daemon::{self, Daemon};

/// Gives a store of a version that is far ahead, and the keys of a node.
struct NewerNode {
    keys: PathBuf,
    store: PathBuf,
}

impl Source for NewerNode {
    fn has(&self, _key: &str) -> bool {
        true
    }

    fn open(&self, key: &str) -> io::Result<Arc<File>> {
        let path = if key == "store" { self.store.clone() } else { self.keys.join(key) };
        File::open(path).map(Arc::new)
    }
}

/// A newer node that has taken the keys from here.
fn newer(nats: &Nats, keys: &TempDir) -> (Node, Serving) {
    let options = Options { name: "chinwag".to_owned(), ..options(nats.urls_from(0), 1) };
    let node = Node::join(9, &options);
    let store = keys.path().join("newer.db");
    let mut header = vec![0; 4096];
    header[..16].copy_from_slice(b"SQLite format 3\0");
    // The user version of SQLite.
    header[60..64].copy_from_slice(&900_u32.to_be_bytes());
    fs::write(&store, header).unwrap();
    let source = NewerNode { keys: keys.path().to_owned(), store };
    let serving = {
        let _runtime = node.runtime.enter();
        node.peers.serve("copies", source)
    };
    (node, serving)
}

#[test]
fn a_copy_that_is_too_new_is_asked_of_another_node_and_if_nobody_has_another_the_versions_are_said() {
    let (nats, dirs) = (Nats::one(), [(); 3].map(|()| TempDir::new().unwrap()));
    let url = nats.url(0);
    let flags = |node: &'static str| ["--cluster", &url, "--node", node, "--cluster-old-nats"];
    let mut first = Daemon::start(dirs[0].path(), &flags("first"));
    first.wait_log("entered the cluster");
    let _newer = newer(&nats, &dirs[0]);
    // The newer one is the quickest.
    first.signal("STOP");
    let mut second =
        Daemon::until(dirs[1].path(), &flags("second"), "of a newer version; asking other nodes");
    first.signal("CONT");
    second.wait_log("entered the cluster");
    drop((first, second));
    let free = ["--listen", "127.0.0.1:0"];
    let (code, log) = daemon::fails(dirs[2].path(), &[&free[..], &flags("third")].concat());
    assert!(code == 78 && log.contains("was given a store of version 900"), "{code} {log}");
}
