//! What the operator of a node asks, over a real NATS: `ctl cluster status` and `remove`, and `ctl` while a node waits or
//! the order stands.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::Instant;

use super::linked::Linked;
use super::nats::{Nats, get};
use crate::ctl;
use crate::daemon::Daemon;

#[test]
fn the_operator_sees_all_nodes_and_takes_out_one_that_is_gone() {
    let mut cluster = Linked::three(Nats::one());
    let dir = cluster.dir(0).to_owned();
    let status = ctl::json(&dir, &["cluster", "status"]);
    let nodes = |status: &Value, field: &str| -> Vec<Value> {
        status["nodes"].as_array().unwrap().iter().map(|node| node[field].clone()).collect()
    };
    assert_eq!((&status["node"], &status["standing"]), (&json!("node-0"), &json!("entered")));
    assert_eq!(nodes(&status, "node"), ["node-0", "node-1", "node-2"]);
    assert_eq!(nodes(&status, "running"), [true; 3]);
    assert_eq!(nodes(&status, "addresses")[1], json!([cluster.addresses[1].to_string()]));
    assert_eq!(status["order"]["stream"], "CHINWAG_chinwag");
    assert!(ctl::fine(&dir, &["cluster", "status"]).contains("healthy"));

    ctl::fails(&dir, &["cluster", "remove", "node-2"], 1, &["node-2 runs; stop it first"]);
    let known = "no node is called jeju; there are node-0, node-1, node-2";
    ctl::fails(&dir, &["cluster", "remove", "jeju"], 1, &[known]);
    cluster.stop(2);
    let (code, printed, _) = ctl::ctl(&dir, &["cluster", "status"]);
    assert!(code == 1 && printed.contains("node node-2 is gone"), "{code} {printed}");
    ctl::fine(&dir, &["cluster", "remove", "node-2"]);
    assert_eq!(nodes(&ctl::json(&dir, &["cluster", "status"]), "node"), ["node-0", "node-1"]);
    // It joins again when it starts.
    cluster.start(2);
    assert_eq!(nodes(&ctl::json(&dir, &["cluster", "status"]), "node").len(), 3);
}

#[test]
fn a_node_that_waits_for_nats_tells_the_operator_so() {
    let (mut nats, dir) = (Nats::one(), TempDir::new().unwrap());
    nats.kill(0);
    let url = nats.url(0);
    let flags = ["--cluster", &url, "--node", "seoul", "--cluster-old-nats"];
    let mut node = Daemon::until(dir.path(), &flags, "NATS cannot be reached");
    for words in [&["status"][..], &["cluster", "status"]] {
        ctl::fails(dir.path(), words, 1, &["not there yet: waiting for NATS"]);
    }
    // Whoever asks nothing does not keep others from asking.
    let _silent = UnixStream::connect(dir.path().join("chinwagd.sock")).unwrap();
    ctl::fails(dir.path(), &["status"], 1, &["waiting for NATS"]);
    nats.restart(0);
    node.wait_log("entered the cluster");
    assert!(ctl::fine(dir.path(), &["cluster", "status"]).contains("seoul"));
}

#[test]
fn a_node_whose_order_stands_is_alive_and_not_ready_and_says_why_within_seconds() {
    let (mut nats, dir) = (Nats::one(), TempDir::new().unwrap());
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (url, at) = (nats.url(0), metrics.to_string());
    let flags = ["--cluster", &url, "--node", "seoul", "--cluster-old-nats", "--metrics", &at];
    let mut node = Daemon::start(dir.path(), &flags);
    node.wait_log("entered the cluster");
    let is = |path, words| is_said(metrics, path, words, Duration::from_secs(12));
    is("/readyz", "ok");
    // It stands still without a word: what the node itself says every 5 s does not come back.
    nats.pause(0);
    is("/readyz", "the order stands still");
    is("/healthz", "the order stands still");
    is("/livez", "ok");
    let (code, printed, _) = ctl::ctl(dir.path(), &["status"]);
    assert!(code == 1 && printed.contains("the order stands still"), "{code} {printed}");
    nats.resume(0);
    is("/readyz", "ok");
    nats.kill(0);
    is_said(metrics, "/readyz", "no NATS server", Duration::from_secs(2));
    is("/livez", "ok");
    nats.restart(0);
    is("/healthz", "ok");
    assert_eq!(node.stop().1.matches("entered the cluster").count(), 1, "it was not started again");
}

#[tokio::test]
async fn what_the_operator_asks_while_the_order_stands_is_refused_at_once() {
    let (mut nats, dir) = (Nats::one(), TempDir::new().unwrap());
    let url = nats.url(0);
    let mut node = Daemon::start(dir.path(), &["--cluster", &url, "--node", "seoul", "--cluster-old-nats"]);
    node.wait_log("entered the cluster");
    let _ann = node.guest("ann").await;
    nats.pause(0);
    // That it stands is not known yet.
    let (code, printed, why) = ctl::ctl(dir.path(), &["reset", "ann", "--timeout", "1", "--json"]);
    let error: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((code, &error["code"]), (3, &json!("timeout")), "{why}");
    assert!(
        why.contains("may still be carried out") && why.contains("`chinwagd ctl reset '#1'` again"),
        "{why}"
    );
    until_status(dir.path(), "the order stands still");
    let asked = Instant::now();
    let not_done = "nothing was changed";
    for words in [
        &["reset", "ann"][..],
        &["kick", "ann"],
        &["limits", "max-users", "7"],
        &["cluster", "remove", "busan", "--force"],
        &["announce", "hear"],
    ] {
        ctl::fails(dir.path(), words, 1, &[not_done]);
    }
    ctl::fails(dir.path(), &["shutdown"], 1, &[not_done, "systemctl stop chinwagd"]);
    assert!(asked.elapsed() < Duration::from_secs(8), "not at once: {:?}", asked.elapsed());
    assert!(ctl::fine(dir.path(), &["who"]).contains("ann"));
    nats.resume(0);
    until_status(dir.path(), "healthy");
    let audit = ctl::fine(dir.path(), &["audit"]);
    assert!(audit.contains("reset") && !audit.contains("kick") && !audit.contains("announce"), "{audit}");
    ctl::fine(dir.path(), &["reset", "#1"]);
    nats.kill(0);
    until_status(dir.path(), "no NATS server");
    ctl::fails(dir.path(), &["announce", "hear"], 1, &[not_done]);
    // As the refusal of `shutdown` says.
    assert!(node.stop().0.success());
}

/// Waits until `ctl status` says this.
#[track_caller]
fn until_status(dir: &Path, words: &str) {
    let until = Instant::now() + Duration::from_secs(12);
    loop {
        let said = ctl::ctl(dir, &["status"]).1;
        if said.contains(words) {
            return;
        }
        assert!(Instant::now() < until, "{said}");
        sleep(Duration::from_millis(50));
    }
}

/// Waits until this is the answer.
#[track_caller]
fn is_said(address: SocketAddr, path: &str, words: &str, patience: Duration) {
    let until = Instant::now() + patience;
    loop {
        let said = get(address, path).unwrap_or_default();
        if said.contains(words) {
            return;
        }
        assert!(Instant::now() < until, "{path}: {said}");
        sleep(Duration::from_millis(50));
    }
}
