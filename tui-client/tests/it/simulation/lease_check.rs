//! Which nodes of a cluster run, by the rules alone and not by the chat's own code: a node is lost when it was silent for longer than
//! 20 s of the log's time, not before and no later; a silence of everybody for more than 10 s counts for nobody; who ended never
//! runs again.

use std::collections::{BTreeMap, BTreeSet};

use server::chat::conn_id::NodeStart;
use server::chat::nodes::Nodes;
use shared::{Millis, NodeName};

/// The agreed time.
const LEASE: Millis = 20_000;
/// A silence of everybody that is longer is none of theirs.
const STOOD: Millis = 10_000;

/// Who runs.
#[derive(Default)]
pub(crate) struct LeaseCheck {
    running: BTreeMap<NodeStart, (NodeName, Millis)>,
    ended: BTreeSet<NodeStart>,
    heard_at: Millis,
}

impl LeaseCheck {
    /// The node of a start that runs.
    pub(crate) fn name(&self, start: NodeStart) -> Option<&NodeName> {
        self.running.get(&start).map(|(name, _)| name)
    }

    /// A frame of this start was applied, in which these ended; these nodes run since. Returns what is wrong.
    pub(crate) fn applied(
        &mut self,
        at: Millis,
        from: NodeStart,
        ended: &BTreeSet<NodeName>,
        nodes: &Nodes,
    ) -> Vec<String> {
        let silence = at - self.heard_at;
        if silence > STOOD {
            self.running.values_mut().for_each(|(_, heard)| *heard += silence);
        }
        self.heard_at = self.heard_at.max(at);
        if let Some((_, heard)) = self.running.get_mut(&from) {
            *heard = at;
        }
        let now: BTreeMap<_, _> =
            nodes.running().iter().map(|one| (one.start, (one.entry.node.clone(), at))).collect();
        let mut wrong = Vec::new();
        for (start, (name, heard)) in &self.running {
            let silent = at - heard;
            let again = now.iter().any(|(other, (node, _))| other != start && node == name);
            match (now.contains_key(start), silent > LEASE) {
                (true, true) => wrong.push(format!("at {at} {name} still runs, silent for {silent} ms")),
                (false, false) if !(again || ended.contains(name)) => {
                    wrong.push(format!("at {at} {name} was lost, silent for {silent} ms"));
                }
                (true, false) | (false, _) => {}
            }
        }
        let gone: Vec<_> = self.running.extract_if(.., |start, _| !now.contains_key(start)).collect();
        self.ended.extend(gone.into_iter().map(|(start, _)| start));
        for (start, entered) in now {
            if self.ended.contains(&start) {
                wrong.push(format!("at {at} {start:?} runs again after it ended"));
            }
            self.running.entry(start).or_insert(entered);
        }
        wrong
    }
}
