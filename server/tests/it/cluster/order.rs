//! The order over NATS JetStream: everything that was proposed comes once, in one order, on all servers, whatever happens
//! to NATS.

use std::thread::sleep;
use std::time::Duration;

use super::nats::Nats;
use super::node::{Node, assert_one_order, options};

const STREAM: &str = "CHINWAG_test";

/// Three nodes, each with another NATS server as its only one.
fn nodes(nats: &Nats, replicas: usize) -> [Node; 3] {
    [0, 1, 2].map(|node| {
        let urls = if replicas == 1 { vec![nats.url(0)] } else { nats.urls_from(node) };
        Node::join(u16::try_from(node).unwrap() + 1, &options(urls, replicas))
    })
}

/// Lets all propose while that happens, then waits for all of it everywhere.
#[track_caller]
fn while_they_propose(nodes: &[Node], happens: impl FnOnce()) {
    let proposing: Vec<_> = nodes.iter().map(Node::keep_proposing).collect();
    sleep(Duration::from_millis(300));
    happens();
    drop(proposing);
    settle(nodes);
}

#[track_caller]
fn settle(nodes: &[Node]) {
    let all: u64 = nodes.iter().map(Node::proposed).sum();
    for node in nodes {
        node.wait_for(usize::try_from(all).unwrap());
        println!("{}", node.told());
    }
    assert_one_order(nodes);
}

#[test]
fn what_three_servers_propose_comes_to_all_of_them_in_one_order() {
    let nats = Nats::one();
    let nodes = nodes(&nats, 1);
    for node in &nodes {
        node.propose(2000);
    }
    settle(&nodes);
}

#[test]
fn nothing_is_lost_when_nats_is_killed_and_started_again() {
    let mut nats = Nats::one();
    let nodes = nodes(&nats, 1);
    while_they_propose(&nodes, || {
        nats.kill(0);
        nats.restart(0);
    });
}

#[test]
fn nothing_is_lost_when_the_leader_of_the_stream_is_killed() {
    let mut nats = Nats::three();
    let nodes = nodes(&nats, 3);
    while_they_propose(&nodes, || {
        let leader = nats.leader(STREAM);
        nats.kill(leader);
        sleep(Duration::from_secs(1));
        nats.restart(leader);
    });
}

#[test]
fn a_follower_that_is_killed_is_hardly_noticed() {
    let mut nats = Nats::three();
    let nodes = nodes(&nats, 3);
    while_they_propose(&nodes, || {
        let follower = (nats.leader(STREAM) + 1) % 3;
        nats.kill(follower);
        sleep(Duration::from_millis(300));
        nats.restart(follower);
    });
}

#[test]
fn nothing_is_lost_when_the_leader_of_the_stream_is_made_to_leave() {
    let nats = Nats::three();
    let nodes = nodes(&nats, 3);
    while_they_propose(&nodes, || nats.step_down(STREAM));
}

#[test]
fn a_node_whose_way_to_nats_is_cut_goes_to_another_server() {
    let nats = Nats::three();
    let nodes = nodes(&nats, 3);
    let moved = |node: &Node| {
        let report = node.status.report();
        report.totals.connections_lost > 0 && report.stalled_ms.is_none_or(|stalled| stalled < 1000)
    };
    while_they_propose(&nodes, || {
        nats.clients(0).cut();
        nats.clients(1).cut_back();
        nodes[0].wait_until(|| moved(&nodes[0]) && moved(&nodes[1]));
        nats.clients(0).mend();
        nats.clients(1).mend();
    });
}

#[test]
fn a_node_whose_way_to_its_only_server_is_cut_goes_on_where_it_was() {
    let nats = Nats::one();
    let nodes = nodes(&nats, 1);
    while_they_propose(&nodes, || {
        nats.clients(0).cut_forth();
        sleep(Duration::from_millis(700));
        nats.clients(0).mend();
        sleep(Duration::from_millis(300));
        nats.clients(0).cut();
        sleep(Duration::from_millis(2500));
        nats.clients(0).mend();
    });
}

/// `cargo test -p server --test it cluster::order::nothing_is_lost_when_the_leader_of_the_stream_is_paused -- --ignored`
#[test]
#[ignore = "NATS 2.9 takes ten seconds to elect another"]
fn nothing_is_lost_when_the_leader_of_the_stream_is_paused() {
    let nats = Nats::three();
    let nodes = nodes(&nats, 3);
    while_they_propose(&nodes, || {
        let leader = nats.leader(STREAM);
        nats.pause(leader);
        sleep(Duration::from_secs(14));
        nats.resume(leader);
    });
}

/// `cargo test -p server --test it cluster::order::nothing_is_lost_when_the_leader_of_the_stream_is_alone -- --ignored`
#[test]
#[ignore = "takes half a minute"]
fn nothing_is_lost_when_the_leader_of_the_stream_is_alone() {
    if Nats::is_old() {
        return println!(
            "left out: this NATS forks its stream when its servers do not reach each other (seen with 2.9.10)"
        );
    }
    let nats = Nats::three();
    let nodes = nodes(&nats, 3);
    while_they_propose(&nodes, || {
        let leader = nats.leader(STREAM);
        nats.routes_of(leader).for_each(super::link::Link::cut);
        sleep(Duration::from_secs(14));
        nats.routes_of(leader).for_each(super::link::Link::mend);
    });
}

/// `cargo test -p server --test it cluster::order::nothing_is_lost_when_two_servers_hear_each_other_one_way -- --ignored`
#[test]
#[ignore = "takes half a minute"]
fn nothing_is_lost_when_two_servers_hear_each_other_one_way() {
    if Nats::is_old() {
        return println!(
            "left out: this NATS forks its stream when its servers do not reach each other (seen with 2.9.10)"
        );
    }
    let nats = Nats::three();
    let nodes = nodes(&nats, 3);
    while_they_propose(&nodes, || {
        let leader = nats.leader(STREAM);
        nats.route(leader, (leader + 1) % 3).cut_forth();
        sleep(Duration::from_secs(8));
        nats.route(leader, (leader + 1) % 3).mend();
        nats.route(leader, (leader + 2) % 3).cut_back();
        sleep(Duration::from_secs(8));
        nats.route(leader, (leader + 2) % 3).mend();
    });
}

/// `cargo test -p server --test it cluster::order::nothing_is_lost_when_two_of_three_are_killed -- --ignored`
#[test]
#[ignore = "takes half a minute"]
fn nothing_is_lost_when_two_of_three_are_killed() {
    let mut nats = Nats::three();
    let nodes = nodes(&nats, 3);
    while_they_propose(&nodes, || {
        nats.kill(0);
        nats.kill(1);
        sleep(Duration::from_secs(8));
        nats.spawn(0);
        nats.restart(1);
    });
}
