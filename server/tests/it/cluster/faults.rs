//! Faults under whole nodes while people talk on all of them: links to NATS that are cut, one way or both, nodes and NATS servers that
//! stand still, are killed, or stopped. What was acknowledged is on all nodes, once, in one order.

use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use shared::server_msg::GoodbyeCode;
use shared::{Code, ServerMsg};
use tokio::time::{Instant, timeout};

use super::link::Link;
use super::linked::Linked;
use super::nats::Nats;
use super::people::People;
use crate::client::{Client, hello};

const STREAM: &str = "CHINWAG_chinwag";

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[test]
fn nothing_is_lost_while_a_node_is_cut_off_from_nats() {
    let cluster = Linked::three(Nats::one());
    let people = People::talk(&cluster.addresses);
    people.go_on(20);
    for (node, cut) in [Link::cut_forth, Link::cut_back, Link::cut].into_iter().enumerate() {
        cluster.links(node).iter().for_each(cut);
        sleep(secs(2));
        people.go_on(20);
        cluster.mend(node);
        people.go_on(60);
    }
    people.check(&cluster.stores());
}

#[test]
fn nothing_is_lost_while_nodes_and_nats_stand_still() {
    let mut cluster = Linked::three(Nats::one());
    let people = People::talk(&cluster.addresses);
    people.go_on(20);
    cluster.node(0).signal("STOP");
    sleep(secs(2));
    people.go_on(20);
    cluster.node(0).signal("CONT");
    cluster.nats.pause(0);
    sleep(secs(3));
    cluster.nats.resume(0);
    people.go_on(60);
    people.check(&cluster.stores());
}

#[test]
fn whoever_greets_a_node_that_is_cut_off_is_sent_to_the_others() {
    let cluster = Linked::three(Nats::one());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    cluster.links(0).iter().for_each(Link::cut);
    let others: Vec<_> = cluster.addresses[1..].iter().map(ToString::to_string).collect();
    // The first one shows it that nothing is agreed on; the next one need not wait.
    for patience in [secs(4), secs(1)] {
        runtime.block_on(async {
            let mut ann = Client::connect(cluster.addresses[0]).await;
            ann.send(hello(&json!({"name": "ann"}))).await;
            let goodbye = timeout(patience, async {
                loop {
                    if let ServerMsg::Goodbye(goodbye) = ann.next().await.unwrap() {
                        return goodbye;
                    }
                }
            });
            let goodbye = goodbye.await.expect("it waits");
            assert_eq!((goodbye.code, goodbye.reconnect), (GoodbyeCode::Error(Code::Storage), true));
            let mut there: Vec<_> = goodbye.try_next.iter().map(ToString::to_string).collect();
            there.sort_by_key(|address| others.iter().position(|other| other == address));
            assert_eq!(there, others);
            ann.expect_end().await;
        });
    }
    cluster.mend(0);
    // It lets people in again by itself.
    let until = Instant::now() + secs(20);
    while runtime.block_on(greets(cluster.addresses[0])).is_err() {
        assert!(Instant::now() < until, "it does not heal");
        sleep(Duration::from_millis(200));
    }
}

/// Whether somebody is let in.
async fn greets(address: SocketAddr) -> Result<(), ()> {
    let mut client = Client::connect(address).await;
    client.send(hello(&json!({}))).await;
    while let Some(msg) = client.next().await {
        match msg {
            ServerMsg::Welcome(_) => return Ok(()),
            ServerMsg::Goodbye(_) => return Err(()),
            _ => {}
        }
    }
    Err(())
}

/// `cargo test -p server --test it cluster::faults::a_node_that_is_cut_off -- --ignored`
#[test]
#[ignore = "takes a minute: until nothing new is taken, and until the others take the node for lost"]
fn a_node_that_is_cut_off_refuses_what_changes_something_and_heals_by_itself() {
    for cut in [Link::cut, Link::cut_back] {
        let mut cluster = Linked::three(Nats::one());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let topic = |text: &str| json!({"type": "topic", "room": "lobby", "topic": text});
        let mut ann = runtime.block_on(Client::greet(cluster.addresses[0], json!({"name": "ann"})));
        let people = People::talk(&cluster.addresses);
        people.go_on(20);
        cluster.links(0).iter().for_each(cut);
        runtime.block_on(
            ann.send(json!({"type": "say", "id": "w", "room": "lobby", "nonce": "w", "text": "waits"})),
        );
        sleep(secs(17));
        assert_eq!(runtime.block_on(ann.refused(topic("nobody knows when"))), Code::Storage);
        // The others go on, and take the node for lost.
        people.go_on(100);
        sleep(secs(9));
        cluster.mend(0);
        cluster.node(0).wait_next_log("it enters anew");
        cluster.node(0).wait_next_log("entered the cluster");
        let back = json!({"secret": ann.secret, "resume": {"lobby": ann.position("lobby")}});
        let mut ann = runtime.block_on(Client::greet(cluster.addresses[0], back));
        runtime.block_on(ann.ok(topic("healed")));
        people.go_on(60);
        people.check(&cluster.stores());
    }
}

/// `cargo test -p server --test it cluster::faults::nothing_is_lost_whatever -- --ignored`
#[test]
#[ignore = "takes a minute: three NATS servers, and every fault in turn"]
fn nothing_is_lost_whatever_happens_to_three_nodes_over_three_nats_servers() {
    let mut cluster = Linked::three(Nats::three());
    let people = People::talk(&cluster.addresses);
    people.go_on(20);
    // A node loses the server it is on, one way or both, and goes to another.
    for (node, cut) in [Link::cut_forth, Link::cut_back, Link::cut].into_iter().enumerate() {
        cut(&cluster.links(node)[0]);
        sleep(secs(3));
        cluster.mend(node);
        people.go_on(30);
    }
    // A node loses all of them.
    cluster.links(1).iter().for_each(Link::cut);
    sleep(secs(4));
    cluster.mend(1);
    people.go_on(30);
    let leader = cluster.nats.leader(STREAM);
    cluster.nats.kill(leader);
    people.go_on(30);
    cluster.nats.restart(leader);
    cluster.kill(2);
    people.go_on(30);
    cluster.start(2);
    cluster.stop(0);
    people.go_on(30);
    cluster.start(0);
    // While a node stands still the leader of the stream does, too.
    cluster.node(1).signal("STOP");
    let leader = cluster.nats.leader(STREAM);
    cluster.nats.pause(leader);
    sleep(secs(6));
    cluster.nats.resume(leader);
    cluster.node(1).signal("CONT");
    people.go_on(60);
    people.check(&cluster.stores());
}
