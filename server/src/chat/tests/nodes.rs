//! Several nodes propose to one chat: each proposal is applied once and in the order of its node, and a node that falls silent loses
//! its people, no more.

use std::collections::HashMap;

use shared::Line;

use super::script::{Stage, proposal, rules, show};
use crate::chat::conn_id::{ConnId, NodeStart};
use crate::chat::digest::Digest;
use crate::chat::effect::Effect;
use crate::chat::level;
use crate::chat::message_lookup::MessageQuestion;
use crate::chat::node_identity::NodeIdentity;
use crate::chat::node_proposal::{Alive, Entry, ProposedRemoval};
use crate::chat::nodes::LEASE_MS;
use crate::chat::place::Place;
use crate::chat::proposal::{NodeOrigin, Ordered, Proposal};
use crate::order::passing::Notice;

/// A chat that two nodes, 1 and 2, propose to.
struct Cluster {
    stage: Stage,
    numbers: HashMap<u32, u64>,
}

fn start(node: u32) -> NodeStart {
    NodeStart { node: 7, start: node }
}

/// A line of a script, with connections that a node holds.
fn on(node: u32, line: &str) -> Proposal {
    let mut proposal = proposal(line);
    match &mut proposal {
        Proposal::Hello(greeting) => greeting.conn.on = start(node),
        Proposal::Request(request) => request.conn.on = start(node),
        Proposal::Lost { conn } => conn.on = start(node),
        _ => {}
    }
    proposal
}

fn enter(name: &str) -> Proposal {
    enter_at(level::LEVEL, name)
}

/// The same of a version that knows this level.
fn enter_at(level: u32, name: &str) -> Proposal {
    let version = Line::parse("1").unwrap();
    let has = Place::default();
    Proposal::Enter(Box::new(Entry {
        node: name.parse().unwrap(),
        version,
        level,
        addresses: vec![],
        key: None,
        identity: None,
        has,
    }))
}

/// One of this name with a state directory of its own.
fn enter_from(name: &str, dir: u64) -> Proposal {
    match enter(name) {
        Proposal::Enter(entry) => {
            Proposal::Enter(Box::new(Entry { identity: Some(NodeIdentity(dir)), ..*entry }))
        }
        other => other,
    }
}

impl Cluster {
    fn new() -> Self {
        let mut cluster = Self { stage: Stage::new(rules("")), numbers: HashMap::new() };
        cluster.propose(1, enter("seoul"));
        cluster.propose(2, enter("busan"));
        cluster
    }

    /// A node proposes something with its next number.
    fn propose(&mut self, node: u32, proposal: Proposal) -> Vec<Effect> {
        let number = self.numbers.entry(node).or_default();
        *number += 1;
        let number = *number;
        self.numbered(node, number, proposal)
    }

    fn numbered(&mut self, node: u32, number: u64, proposal: Proposal) -> Vec<Effect> {
        let mut ordered = self.stage.order(proposal);
        ordered.origin = Some(NodeOrigin { start: start(node), number });
        self.stage.chat.handle(ordered)
    }

    fn alive(&mut self, node: u32, after_ms: i64) -> Vec<String> {
        self.stage.now += after_ms;
        let alive =
            Alive { has: Place(9), applied: Place(9), checked: Place::default(), digest: Digest::default() };
        shown(&self.propose(node, Proposal::Alive(Box::new(alive))))
    }

    fn play(&mut self, node: u32, line: &str) -> Vec<String> {
        shown(&self.propose(node, on(node, line)))
    }
}

fn shown(effects: &[Effect]) -> Vec<String> {
    effects.iter().filter_map(show).collect()
}

fn has(effects: &[String], part: &str) -> bool {
    effects.iter().any(|effect| effect.contains(part))
}

#[test]
fn a_repeat_and_what_is_behind_a_gap_are_dropped() {
    let mut cluster = Cluster::new();
    assert!(has(&cluster.play(1, "1 hello wish=ann secret=1"), "welcome"));
    assert!(has(&cluster.play(1, "1 say lobby n1 hi"), "hi"));
    // Number 4 is missing.
    assert!(cluster.numbered(1, 5, on(1, "1 say lobby n3 later")).is_empty());
    assert!(cluster.numbered(1, 3, on(1, "1 say lobby n1 hi")).is_empty());
    assert!(has(&shown(&cluster.numbered(1, 4, on(1, "1 say lobby n2 next"))), "next"));
    assert!(has(&shown(&cluster.numbered(1, 5, on(1, "1 say lobby n3 later"))), "later"));
}

#[test]
fn whoever_never_entered_is_not_heard() {
    let mut cluster = Cluster::new();
    assert!(cluster.play(3, "1 hello wish=eve secret=1").is_empty());
    assert_eq!(cluster.stage.chat.users(), 0);
}

#[test]
fn the_people_of_a_silent_node_are_away_and_it_is_heard_no_more() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    cluster.play(2, "1 hello wish=bob secret=2");
    for _ in 0..4 {
        assert!(cluster.alive(2, LEASE_MS / 4).is_empty());
    }
    assert!(has(&cluster.alive(2, LEASE_MS / 4), "away"));
    assert_eq!((cluster.stage.chat.users(), cluster.stage.chat.nodes().running().len()), (1, 1));
    assert!(cluster.play(1, "1 say lobby n1 hi").is_empty());
    // It enters anew by another start.
    let version = cluster.propose(3, enter("seoul"));
    assert!(version.is_empty() && cluster.stage.chat.nodes().running().len() == 2);
    assert!(has(&cluster.play(3, "1 hello secret=1"), "welcome"));
}

#[test]
fn a_greeting_that_comes_late_does_not_take_the_place_of_one_that_came_meanwhile() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    let followed = cluster.stage.chat.applied();
    let greeting = |node, number: &str, followed| {
        let mut proposal = on(node, &format!("{number} hello secret=1"));
        if let Proposal::Hello(greeting) = &mut proposal {
            greeting.followed = Some(followed);
        }
        proposal
    };
    // The first node is slow, so they go to the other one.
    assert!(has(&shown(&cluster.propose(2, greeting(2, "2", followed))), "welcome"));
    let late = shown(&cluster.propose(1, greeting(1, "3", followed)));
    assert!(has(&late, "timeout") && !has(&late, "replaced"), "{late:?}");
    let next = greeting(1, "4", cluster.stage.chat.applied());
    assert!(has(&shown(&cluster.propose(1, next)), "welcome"));
}

#[test]
fn nobody_is_lost_while_the_order_stands() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    assert!(cluster.alive(2, 100 * LEASE_MS).is_empty());
    assert!(cluster.alive(2, LEASE_MS / 2).is_empty());
    assert_eq!(cluster.stage.chat.nodes().running().len(), 2);
}

#[test]
fn a_node_that_starts_again_takes_the_place_of_its_last_start() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    assert!(has(&shown(&cluster.propose(3, enter("seoul"))), "away"));
    assert!(cluster.play(1, "1 say lobby n1 hi").is_empty());
    assert!(cluster.propose(3, Proposal::Exit).is_empty());
    assert_eq!(cluster.stage.chat.nodes().running().len(), 1);
    assert_eq!(cluster.stage.chat.nodes().known().count(), 2);
}

/// What a node is to look up, and which one.
fn question(effects: &[Effect]) -> Option<(MessageQuestion, NodeStart)> {
    effects.iter().find_map(|effect| match effect {
        Effect::LookUpMessage { question, on } => Some((question.clone(), *on)),
        _ => None,
    })
}

#[test]
fn what_the_last_node_was_asked_the_next_one_that_enters_looks_up() {
    let mut cluster = Cluster::new();
    cluster.propose(2, Proposal::Exit);
    cluster.play(1, "1 hello wish=ann secret=1");
    let (asked, _) = question(&cluster.propose(1, on(1, "1 react lobby 1 +1"))).unwrap();
    assert_eq!(question(&cluster.propose(1, Proposal::Exit)), None);
    assert_eq!(question(&cluster.propose(3, enter("jeju"))), Some((asked, start(3))));
    // There is one now, which may have answered already.
    assert_eq!(question(&cluster.propose(4, enter("busan"))), None);
}

#[test]
fn what_a_lost_node_was_asked_another_one_looks_up() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    let asked = cluster.propose(1, on(1, "1 react lobby 1 +1"));
    let (first, by) = question(&asked).unwrap();
    assert_eq!(by, start(1));
    assert_eq!(question(&cluster.propose(1, Proposal::Exit)), Some((first, start(2))));
    // The loss of the connection waits for the answer.
    assert_eq!(cluster.stage.chat.users(), 1);
    let answered = format!("found 1 lobby {} #1 missing", 1);
    assert!(has(&shown(&cluster.propose(2, proposal(&answered))), "away"));
}

#[test]
fn a_start_never_enters_again_however_it_ended() {
    let ends: [fn(&mut Cluster); 3] = [
        |cluster| drop(cluster.propose(2, Proposal::Exit)),
        // Its node starts again, twice.
        |cluster| (3..5).for_each(|again| drop(cluster.propose(again, enter("busan")))),
        |cluster| (0..5).for_each(|_| drop(cluster.alive(1, LEASE_MS / 4))),
    ];
    for (which, end) in ends.into_iter().enumerate() {
        let mut cluster = Cluster::new();
        assert!(cluster.stage.chat.nodes().get(start(2)).is_some());
        end(&mut cluster);
        // What it proposed comes once more.
        cluster.numbered(2, 1, enter("busan"));
        assert!(cluster.stage.chat.nodes().get(start(2)).is_none(), "{which}");
    }
}

#[test]
fn a_snapshot_has_the_nodes() {
    let mut cluster = Cluster::new();
    cluster.alive(1, 1);
    let text = cluster.stage.chat.snapshot().encode().unwrap();
    let again = crate::chat::Chat::from_snapshot(crate::chat::snapshot::Snapshot::decode(&text).unwrap());
    assert_eq!(again.nodes(), cluster.stage.chat.nodes());
    assert_eq!(again.snapshot().encode().unwrap(), text);
}

#[test]
fn what_only_asks_is_answered_by_one_node_and_changes_nothing() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    cluster.play(1, "1 say lobby n1 hi");
    cluster.play(1, "1 join dev");
    // Something waits for the store: what is asked meanwhile waits for nothing.
    cluster.propose(1, on(1, "1 react lobby 1 +1"));
    let before = cluster.stage.chat.snapshot().encode().unwrap();
    for line in ["who", "who dev", "history lobby", "rooms", "machines", "bans", "ping"] {
        let mut proposal = on(1, &format!("1 {line}"));
        assert!(proposal.changes_nothing(), "{line}");
        let ordered = Ordered { place: Place(1), at: 0, origin: None, proposal: proposal.clone() };
        assert!(!cluster.stage.chat.handle(ordered).is_empty(), "{line}");
        assert_eq!(cluster.stage.chat.snapshot().encode().unwrap(), before, "{line}");
        // Not of another node's connection.
        if let Proposal::Request(request) = &mut proposal {
            request.conn.on = start(2);
        }
        let ordered = Ordered { place: Place(1), at: 0, origin: None, proposal };
        assert!(cluster.stage.chat.handle(ordered).is_empty(), "{line}");
    }
    // Whatever changes something needs a place.
    let ordered = Ordered { place: Place(1), at: 0, origin: None, proposal: on(1, "1 say lobby n2 hi") };
    assert!(cluster.stage.chat.handle(ordered).is_empty());
}

#[test]
fn a_node_shows_who_types_over_another_one_by_the_same_rules() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    cluster.play(2, "1 hello wish=bob secret=2");
    cluster.play(2, "1 join dev");
    let before = cluster.stage.chat.snapshot().encode().unwrap();
    let mut passes = |node, conn, room: &str| {
        let conn = ConnId::new(start(node), conn);
        let proposal = Notice { conn, room: room.parse().unwrap() }.into_proposal();
        assert!(proposal.changes_nothing());
        let ordered = Ordered { place: Place(1), at: 0, origin: None, proposal };
        shown(&cluster.stage.chat.handle(ordered)).join(" ")
    };
    assert!(passes(1, 1, "lobby").contains("typing"));
    assert!(passes(2, 1, "lobby").contains("typing"));
    for (node, conn, room) in [(2, 2, "lobby"), (3, 1, "lobby"), (1, 1, "dev")] {
        assert!(!passes(node, conn, room).contains("typing"), "{node} {conn} {room}");
    }
    assert_eq!(cluster.stage.chat.snapshot().encode().unwrap(), before);
}

fn remove(name: &str, force: bool) -> Proposal {
    let (conn, node) = (ConnId::new(start(1), 9), name.parse().unwrap());
    Proposal::RemoveNode(Box::new(ProposedRemoval { conn, id: None, unix: 0, node, force }))
}

#[test]
fn a_node_that_is_gone_keeps_the_order_until_it_is_removed_and_may_come_back() {
    let mut cluster = Cluster::new();
    cluster.alive(1, 1);
    cluster.propose(2, Proposal::Exit);
    assert_eq!(cluster.stage.chat.nodes().all_have(), Place::default());
    let mut asked = |proposal| format!("{:?}", cluster.propose(1, proposal));
    assert!(asked(remove("jeju", false)).contains("there are busan, seoul"));
    assert!(asked(remove("seoul", false)).contains("seoul runs"));
    let removed = asked(remove("busan", false));
    assert!(removed.contains("RemoveNode") && removed.contains("node=busan"), "it is audited: {removed}");
    assert_eq!(cluster.stage.chat.nodes().all_have(), Place(9));
    cluster.numbers.insert(3, 0);
    cluster.propose(3, enter("busan"));
    assert_eq!(cluster.stage.chat.nodes().running().len(), 2);
}

#[test]
fn a_node_that_is_removed_while_it_runs_is_heard_no_more_and_its_people_are_away() {
    let mut cluster = Cluster::new();
    cluster.play(1, "1 hello wish=ann secret=1");
    cluster.play(2, "1 hello wish=bob secret=2");
    assert!(has(&shown(&cluster.propose(1, remove("busan", true))), "away"));
    assert!(cluster.play(2, "1 say lobby n1 hi").is_empty());
}

#[test]
fn what_a_removed_node_proposed_comes_too_late_also_after_a_snapshot() {
    let mut cluster = Cluster::new();
    cluster.play(2, "1 hello wish=bob secret=2");
    cluster.propose(1, remove("busan", true));
    let text = cluster.stage.chat.snapshot().encode().unwrap();
    cluster.stage.chat =
        crate::chat::Chat::from_snapshot(crate::chat::snapshot::Snapshot::decode(&text).unwrap());
    // All of it comes once more, from its beginning.
    assert!(cluster.numbered(2, 1, enter("busan")).is_empty());
    assert!(cluster.numbered(2, 2, on(2, "1 hello wish=bob secret=2")).is_empty());
    assert!(!cluster.stage.chat.nodes().knows(&"busan".parse().unwrap()));
    assert_eq!(cluster.stage.chat.nodes().running().len(), 1);
}

#[test]
fn what_removed_nodes_proposed_is_remembered_once_all_know_that_and_not_before() {
    for (level, remembers) in [(level::REMOVED_STARTS - 1, false), (level::REMOVED_STARTS, true)] {
        let mut cluster = Cluster { stage: Stage::new(rules("")), numbers: HashMap::new() };
        cluster.propose(1, enter_at(level, "seoul"));
        cluster.propose(2, enter("busan"));
        cluster.propose(1, remove("busan", true));
        cluster.numbered(2, 1, enter("busan"));
        assert_eq!(cluster.stage.chat.nodes().knows(&"busan".parse().unwrap()), !remembers);
    }
}

#[test]
fn an_evicted_node_is_known_by_name_until_it_enters_again_and_one_that_runs_is_not_evicted() {
    let mut cluster = Cluster::new();
    cluster.alive(1, 1);
    let evict = |name: &str| Proposal::EvictNode { node: name.parse().unwrap() };
    let evicted = |cluster: &Cluster| {
        let known = cluster.stage.chat.nodes().known();
        known
            .filter(|(_, known)| known.evicted_at.is_some())
            .map(|(name, _)| name.to_string())
            .collect::<Vec<_>>()
    };
    cluster.propose(1, evict("busan"));
    assert!(evicted(&cluster).is_empty());
    cluster.propose(2, Proposal::Exit);
    cluster.propose(1, evict("busan"));
    assert_eq!(
        (evicted(&cluster), cluster.stage.chat.nodes().all_have()),
        (vec!["busan".to_owned()], Place(9))
    );
    cluster.numbers.insert(3, 0);
    cluster.propose(3, enter("busan"));
    assert!(evicted(&cluster).is_empty());
}

#[test]
fn another_node_by_the_name_of_one_that_runs_is_refused_and_disturbs_nobody() {
    let mut cluster = Cluster::new();
    cluster.propose(3, enter_from("jeju", 1));
    cluster.play(3, "1 hello wish=ann secret=1");
    assert!(cluster.propose(4, enter_from("jeju", 2)).is_empty());
    assert!(cluster.play(4, "1 hello wish=bob secret=2").is_empty());
    assert!(has(&cluster.play(3, "1 say lobby n1 hi"), "hi"));
    let Proposal::Enter(entry) = enter_from("jeju", 2) else { unreachable!() };
    let why = |cluster: &Cluster| cluster.stage.chat.nodes().admits(&entry).map_err(|why| why.to_string());
    assert!(why(&cluster).unwrap_err().starts_with("jeju runs already"));
    // The same state directory started again.
    assert!(has(&shown(&cluster.propose(5, enter_from("jeju", 1))), "away"));
    assert!(why(&cluster).is_err());
    cluster.propose(5, Proposal::Exit);
    assert_eq!(why(&cluster), Ok(()));
    cluster.propose(6, enter_from("jeju", 2));
    assert_eq!(cluster.stage.chat.nodes().running().len(), 3);
}

#[test]
fn another_node_takes_a_name_once_the_lease_of_the_first_is_over() {
    let mut cluster = Cluster::new();
    cluster.propose(3, enter_from("jeju", 1));
    for _ in 0..4 {
        cluster.alive(2, LEASE_MS / 4);
    }
    cluster.propose(4, enter_from("jeju", 2));
    assert!(cluster.play(4, "1 hello wish=bob secret=2").is_empty());
    cluster.alive(2, LEASE_MS / 4);
    cluster.propose(5, enter_from("jeju", 2));
    assert!(has(&cluster.play(5, "1 hello wish=bob secret=2"), "welcome"));
}
