//! Whether the nodes of a cluster still have the same chat. Each says from time to time what the digest of its chat was at a place of
//! the order; the others compare that with theirs at the same place. A node that most others differ from must stop, since it would
//! show its people another chat than the rest: a fault of the program or of its disk.

use std::collections::{BTreeMap, VecDeque};

use shared::NodeName;

use crate::chat::conn_id::NodeStart;
use crate::chat::digest::Digest;
use crate::chat::node_proposal::{Alive, Entry};
use crate::chat::nodes::{Nodes, Running};
use crate::chat::place::Place;

/// How many places are remembered with their digests, for other nodes to compare.
const CHECKS: usize = 256;

/// What another node said of its chat, compared with this one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Agrees,
    Differs,
}

/// The digests of this node, and what came of comparing them.
#[derive(Debug, Default)]
pub(super) struct Divergence {
    /// The digests at the places where a node said that it runs: the same places on every node.
    checks: VecDeque<(Place, Digest)>,
    /// Whether the others agree with this node, of those that run the same version.
    verdicts: BTreeMap<NodeName, Verdict>,
}

impl Divergence {
    /// Whether a node has another chat than this one.
    pub(super) fn differs(&self, node: &NodeName) -> bool {
        self.verdicts.get(node) == Some(&Verdict::Differs)
    }

    /// Remembers the digest of this node at a place that is compared.
    pub(super) fn note(&mut self, place: Place, digest: Digest) {
        self.checks.push_back((place, digest));
        if self.checks.len() > CHECKS {
            self.checks.pop_front();
        }
    }

    /// The place that was noted last, with the digest.
    pub(super) fn last_check(&self) -> (Place, Digest) {
        self.checks.back().copied().unwrap_or_default()
    }

    /// Compares what a node said with what this one, `own`, had at the place that it speaks of. Returns why this node must stop, if it
    /// must.
    pub(super) fn compare(
        &mut self,
        nodes: &Nodes,
        own: (NodeStart, &Entry),
        speaker: NodeStart,
        alive: &Alive,
    ) -> Option<String> {
        let other = nodes.get(speaker).filter(|other| is_peer(own, other))?;
        let (_, digest) = self.checks.iter().find(|(checked, _)| *checked == alive.checked)?;
        let verdict = if *digest == alive.digest { Verdict::Agrees } else { Verdict::Differs };
        let name = other.entry.node.clone();
        if verdict == Verdict::Differs {
            tracing::error!(node = %name, place = alive.checked.0, "a node has another chat than this one");
        }
        self.verdicts.insert(name, verdict);
        let why = || format!("at place {} of the order the other nodes had another chat", alive.checked.0);
        self.stands_alone(nodes, own).then(why)
    }

    /// Whether the other nodes have another chat than this one, as most of them see it. Of two, the one with the smaller name goes
    /// on.
    fn stands_alone(&self, nodes: &Nodes, own: (NodeStart, &Entry)) -> bool {
        let peers = || nodes.running().iter().filter(|one| is_peer(own, one));
        let verdict = |name| self.verdicts.get(name).copied();
        let differ = peers().filter(|one| verdict(&one.entry.node) == Some(Verdict::Differs)).count();
        let unheard = peers().filter(|one| verdict(&one.entry.node).is_none()).count();
        let with_us = 1 + peers().count() - differ - unheard;
        if unheard > 0 || differ < with_us {
            return false;
        }
        differ > with_us || peers().any(|one| one.entry.node < own.1.node)
    }
}

/// Whether a node is another one whose digests can be compared with those of this one.
fn is_peer((start, entry): (NodeStart, &Entry), other: &Running) -> bool {
    other.start != start && other.entry.version == entry.version
}

#[cfg(test)]
mod tests {
    use shared::Line;
    use shared::limits::Limits;
    use shared::server_msg::ServerInfo;

    use super::*;
    use crate::chat::proposal::{NodeOrigin, Ordered, Proposal};
    use crate::chat::rules::Rules;
    use crate::chat::{Chat, Memory};

    const NAMES: [&str; 3] = ["a", "b", "c"];

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    fn start(node: usize) -> NodeStart {
        NodeStart { node: 1, start: u32::try_from(node).unwrap() }
    }

    fn entry(node: usize, version: &str) -> Entry {
        Entry {
            node: NAMES[node].parse().unwrap(),
            version: line(version),
            level: 1,
            addresses: vec![],
            key: None,
            identity: None,
            has: Place::default(),
        }
    }

    /// A chat with the first so many nodes.
    fn chat(count: usize, last_version: &str) -> Chat {
        let rules = Rules::new(ServerInfo::new(line("tea"), line("1")), Limits::default());
        let mut chat = Chat::new(rules, Memory::default(), 0);
        for node in 0..count {
            let version = if node + 1 == count { last_version } else { "1" };
            let proposal = Proposal::Enter(Box::new(entry(node, version)));
            let origin = Some(NodeOrigin { start: start(node), number: 1 });
            chat.handle(Ordered { place: Place(1), at: 0, origin, proposal });
        }
        chat
    }

    /// Which nodes of so many stop, where these have written something else than the others.
    fn stops(count: usize, other: &[usize], last_version: &str) -> Vec<&'static str> {
        let chat = chat(count, last_version);
        let wrote = |node: usize| if other.contains(&node) { "odd" } else { "even" };
        let digest = |node: usize| Digest::default().with_row(wrote(node));
        let mut stopped = Vec::new();
        for (own, name) in NAMES.into_iter().enumerate().take(count) {
            let version = if own + 1 == count { last_version } else { "1" };
            let (mut divergence, mut why) = (Divergence::default(), None);
            for round in 0..3 {
                for speaker in 0..count {
                    let place = Place(1 + u64::try_from(round * count + speaker).unwrap());
                    let checked = Place(place.0 - 1);
                    let said = if checked == Place(0) { Digest::default() } else { digest(speaker) };
                    let alive = Alive { has: Place(0), applied: Place(0), checked, digest: said };
                    let entry = entry(own, version);
                    divergence.note(place, digest(own));
                    why = why.or(divergence.compare(
                        chat.nodes(),
                        (start(own), &entry),
                        start(speaker),
                        &alive,
                    ));
                }
            }
            stopped.extend(why.map(|_| name));
        }
        stopped
    }

    #[test]
    fn the_node_that_most_others_differ_from_stops() {
        assert_eq!(stops(3, &[], "1"), Vec::<&str>::new());
        for (node, name) in NAMES.into_iter().enumerate() {
            assert_eq!(stops(3, &[node], "1"), vec![name]);
        }
        assert_eq!(stops(3, &[0, 1], "1"), vec!["c"]);
    }

    #[test]
    fn of_two_that_differ_the_first_by_name_goes_on() {
        assert_eq!(stops(2, &[0], "1"), vec!["b"]);
        assert_eq!(stops(2, &[1], "1"), vec!["b"]);
    }

    #[test]
    fn versions_that_write_otherwise_are_not_compared() {
        assert_eq!(stops(2, &[1], "2"), Vec::<&str>::new());
    }
}
