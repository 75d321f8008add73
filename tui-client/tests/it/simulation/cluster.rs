//! A cluster in the world: how it is founded, what befalls its nodes, and the checks that they are one chat. What they should have is
//! what an observer has who follows the log without any fault.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use server::chat::Chat;
use server::chat::effect::Effect;
use server::chat::place::Place;
use server::chat::proposal::{NodeOrigin, Ordered, Proposal};
use server::chat::snapshot::Snapshot;
use server::order::codec;
use shared::client_msg::Shutdown;
use shared::{ClientMsg, Millis, NodeName, Uid};

use super::disk::{Batch, Disk};
use super::lease_check::LeaseCheck;
use super::node::{self, Node};
use super::random::Random;
use super::replicated_log::{Frame, ReplicatedLog, frame_place, in_frame};
use super::server_run::{ServerRun, ServerSettings, WhichOrder};
use super::world::{START, World};

/// How far the clock of a node may be off, in milliseconds.
const SKEW: u64 = 5000;

/// The servers of a world: one, or a cluster with its log and an observer of that.
pub(crate) fn found(
    settings: ServerSettings,
    random: &mut Random,
    is_verbose: bool,
) -> (Vec<Node>, Option<Arc<ReplicatedLog>>, Option<Observer>) {
    let WhichOrder::Replicated(count) = settings.order else {
        return (vec![Node::new(Disk::new(), 0)], None, None);
    };
    let log = ReplicatedLog::new(count, random.fork(), is_verbose);
    tokio::spawn(Arc::clone(&log).run());
    let founder = Disk::new();
    node::found(&founder, settings, START);
    let observer = Observer::new(&founder);
    let copies: Vec<Disk> = (1..count).map(|_| founder.copy()).collect();
    let mut skew =
        || Millis::try_from(random.between(0, 2 * SKEW)).unwrap() - Millis::try_from(SKEW).unwrap();
    let nodes = std::iter::once(founder).chain(copies).map(|disk| Node::new(disk, skew()));
    (nodes.collect(), Some(log), Some(observer))
}

/// Somebody who has what the log says.
pub(crate) struct Observer {
    /// The state the cluster was founded with.
    founded: String,
    chat: Chat,
    next: usize,
}

impl Observer {
    fn new(founder: &Disk) -> Self {
        let (chat, _) = node::load(founder);
        Self { founded: chat.snapshot().encode().unwrap(), chat, next: 1 }
    }

    fn again(&self) -> Self {
        Self { founded: self.founded.clone(), chat: decoded(&self.founded), next: 1 }
    }

    /// Applies the next frame; returns the effects of each of its proposals, and calls `at` after each.
    fn apply(&mut self, log: &ReplicatedLog, mut after: impl FnMut(&mut Chat, Place, Vec<Effect>)) -> bool {
        let Some(appended) = log.frame(self.next) else { return false };
        let frame = &appended.frame;
        for (index, line) in frame.lines.iter().enumerate() {
            let place = frame_place(self.next, index);
            let origin = Some(NodeOrigin { start: frame.start, number: frame.first + index as u64 });
            let proposal = codec::decode(line).unwrap();
            let effects = self.chat.handle(Ordered { place, at: appended.at, origin, proposal });
            after(&mut self.chat, place, effects);
        }
        self.next += 1;
        true
    }
}

fn decoded(snapshot: &str) -> Chat {
    Chat::from_snapshot(Snapshot::decode(snapshot).unwrap())
}

impl World {
    /// The server that somebody connects to now: where there are several, mostly the next one.
    pub(crate) fn dial(&mut self, who: usize) -> usize {
        let count = self.nodes.len();
        if count == 1 {
            return 0;
        }
        let person = &mut self.people[who];
        if !person.has_dialled {
            (person.node, person.has_dialled) = (who % count, true);
        } else if !std::mem::take(&mut person.dials_again) && !self.random.one_in(4) {
            person.node = (person.node + 1) % count;
        }
        person.node
    }

    fn any_node(&mut self) -> (usize, u64) {
        (self.random.index(self.nodes.len()), self.now())
    }

    /// Cuts a node off from the log, in one direction or in both.
    pub(crate) fn cut_node(&mut self) {
        let (node, now) = self.any_node();
        let (up, down) = *self.random.pick(&[(true, true), (true, true), (true, false), (false, true)]);
        // Also for longer than a lease.
        let most = if self.random.one_in(3) { 40_000 } else { 15_000 };
        let until = now + self.random.delay(most, 60_000);
        let Some(log) = &self.log else { return };
        self.counters.node_cuts += 1;
        log.cut(node, up, down, until);
    }

    /// A node receives nothing for a while, and must follow the log anew.
    pub(crate) fn deaf_node(&mut self) {
        let (node, now) = self.any_node();
        let until = now + self.random.delay(5000, 30_000);
        let Some(log) = &self.log else { return };
        self.counters.deaf_nodes += 1;
        log.cut(node, false, true, until);
    }

    /// The log stands still for a while.
    pub(crate) fn stall_log(&mut self) {
        // Also for longer than a lease.
        let most = if self.random.one_in(3) { 45_000 } else { 9000 };
        let until = self.now() + self.random.delay(most, 45_000);
        let Some(log) = &self.log else { return };
        self.counters.stalls += 1;
        log.stand(until);
    }

    /// The operator stops all of the chat, which is started again.
    pub(crate) fn shut_down(&mut self) {
        let Some(server) = self.any_server() else { return };
        self.counters.shutdowns += 1;
        let in_s = self.random.between(0, 4);
        let shutdown = Shutdown { in_s, restart: true, ..Shutdown::default() };
        self.operate(server, &ClientMsg::Shutdown(shutdown));
    }

    /// Stops the process of a node, and resumes it after a while.
    pub(crate) fn pause_node(&mut self) {
        let (node, now) = self.any_node();
        let most = if self.random.one_in(3) { 40_000 } else { 9000 };
        let resumes_at = now + self.random.delay(most, 50_000);
        let node = &mut self.nodes[node];
        let Some(server) = &node.server else { return };
        self.counters.pauses += 1;
        server.gate.close();
        node.resumes_at = Some(resumes_at);
    }

    /// Kills a node and loses its disk; it goes on with a copy of another one's.
    pub(crate) async fn replace_disk(&mut self) {
        let (node, _) = self.any_node();
        self.kill_server(node).await;
        self.copy_disk(node);
    }

    /// A node has a copy of the disk of another one.
    fn copy_disk(&mut self, node: usize) {
        let others: Vec<_> =
            (0..self.nodes.len()).filter(|at| *at != node && !self.nodes[*at].is_altered).collect();
        let Some(&from) = others.get(self.random.index(others.len().max(1))) else { return };
        self.counters.disks_replaced += 1;
        self.transcript.tell(self.now(), format_args!("server {node} has the disk of {from}"));
        // What was told is compared with what is on the disk.
        let now = self.now();
        self.wires.values_mut().filter(|wire| wire.node == node).for_each(|wire| wire.lose_server(now));
        self.nodes[node].disk = self.nodes[from].disk.copy();
        (self.nodes[node].is_copy, self.nodes[node].is_altered) = (true, false);
    }

    /// What a node has on disk is altered while it does not run. It must find that by what the others say: the last by name, which
    /// is the one that stops also where there are only two.
    pub(crate) async fn alter_state(&mut self) {
        let node = self.nodes.len() - 1;
        self.kill_server(node).await;
        self.nodes[node].disk.alter_digest();
        self.nodes[node].is_altered = true;
    }

    /// Somebody connects to a node that is cut off, and gives it up for another one before their greeting has come to the log.
    pub(crate) fn greet_while_cut(&mut self, who: usize) {
        let until = self.now() + self.random.between(9000, 19_000);
        let person = &mut self.people[who];
        let Some(log) = self.log.as_ref().filter(|_| person.runs()) else { return };
        person.dials_again = true;
        log.cut(person.node, true, false, until);
        self.counters.node_cuts += 1;
        self.type_line(who, "/reconnect");
    }

    /// What a node sent long ago arrives once more.
    pub(crate) fn repeat_frame(&mut self) {
        self.log.iter().for_each(|log| log.repeat());
    }

    /// The operator takes a node out of the cluster. It stops, and is started again.
    pub(crate) fn remove_node(&mut self) {
        let (Some(by), (node, _)) = (self.any_server(), self.any_node()) else { return };
        self.counters.nodes_removed += 1;
        self.nodes[by].server.iter_mut().for_each(|server| server.remove_node(node::name(node)));
    }

    /// Deletes what all nodes have from the log, as soon as that is known.
    pub(crate) fn trim_log(&mut self) {
        let (Some(log), Some(observer)) = (&self.log, &mut self.observer) else { return };
        while observer.apply(log, |_, _, _| {}) {}
        let nodes = observer.chat.nodes();
        if (0..self.nodes.len()).all(|node| nodes.knows(&node::name(node))) {
            let copies = self.nodes.iter().filter(|node| node.is_copy).map(|node| node.disk.kept_place());
            let all_have = copies.chain([nodes.all_have()]).min().unwrap_or_default();
            self.counters.trims += u64::from(log.trim_before(in_frame(all_have).0));
        }
    }

    /// A server ended by itself.
    pub(crate) fn note_end(&mut self, at: usize, server: &ServerRun) {
        self.counters.ended += 1;
        self.transcript.tell(self.now(), format_args!("server {at} ended"));
        self.note_verdict(at, server);
    }

    /// What a server found of its chat before it ended or was killed.
    pub(crate) fn note_verdict(&mut self, at: usize, server: &ServerRun) {
        if !server.has_diverged() {
            return;
        }
        if self.nodes[at].is_altered {
            self.counters.diverged += 1;
            self.copy_disk(at);
        } else {
            self.wrong.push(format!("node {at} found that it has another chat than the others"));
        }
    }

    pub(crate) fn stop_node_faults(&mut self) {
        let now = self.now();
        for node in &mut self.nodes {
            node.disk.state.fill_until(0);
            if node.server.is_none() {
                node.server_at = Some(now);
            }
            if node.resumes_at.take().is_some() {
                node.server.iter().for_each(|server| server.gate.open());
            }
        }
        self.log.iter().for_each(|log| log.stop_faults());
    }

    /// Which server is not at rest, or not like the others.
    pub(crate) fn unsettled_nodes(&mut self) -> Option<String> {
        let missing = self.log.as_ref().and_then(|log| log.missing());
        assert_eq!(missing, None, "a node needs a frame that was trimmed");
        for (at, node) in self.nodes.iter().enumerate() {
            if !node.serves() || node.disk.state.batch() != Batch::None {
                return Some(format!("server {at} is not at rest"));
            }
            if node.is_altered {
                return Some(format!("server {at} did not find that it has another chat"));
            }
        }
        let (Some(log), Some(observer)) = (&self.log, &mut self.observer) else { return None };
        if !log.is_quiet() {
            return Some("something is on its way to the log".into());
        }
        while observer.apply(log, |_, _, _| {}) {}
        if observer.chat.snapshot().encode().unwrap().contains(r#""stopping":{"#) {
            return Some("all of the chat is about to be stopped".into());
        }
        let nodes = observer.chat.nodes();
        let serves_alone = |node: &Node| {
            node.server.as_ref().is_some_and(|server| server.serves() && nodes.get(server.start).is_none())
        };
        if let Some(at) = self.nodes.iter().position(serves_alone) {
            return Some(format!("server {at} serves, and the others do not hear it"));
        }
        if let Some(why) = self.unsettled_presence() {
            return Some(why);
        }
        let first = self.nodes[0].disk.tables();
        self.nodes.iter().enumerate().find_map(|(at, node)| different(&first, &node.disk.tables(), at))
    }

    /// Nothing happens for longer than a lease: no node is lost.
    pub(crate) async fn rest(&mut self) {
        if self.log.is_some() {
            let (ended, then) = (self.counters.ended, self.now() + 25_000);
            self.until(then).await;
            assert_eq!(self.counters.ended, ended, "a node ended though nothing happened");
        }
    }

    /// Whom the chat takes for connected otherwise than they are.
    fn unsettled_presence(&self) -> Option<String> {
        let mut online: BTreeMap<Uid, usize> = BTreeMap::new();
        for person in self.people.iter().filter(|person| person.app.status().is_online()) {
            *online.entry(person.app.my_uid()).or_default() += 1;
        }
        let roster = self.observer.as_ref()?.chat.roster();
        for (uid, windows) in &online {
            let conns = roster.get(*uid).map_or(0, |identity| identity.conns().count());
            if conns != *windows {
                return Some(format!("{uid} is connected {windows} times, and {conns} times for the chat"));
            }
        }
        let ghost = roster.all().find(|one| one.conns().count() > 0 && !online.contains_key(&one.uid));
        ghost.map(|ghost| format!("{} is connected for the chat, and is not", ghost.uid))
    }

    /// What is wrong with the servers. The states that nodes kept are those that the observer had at the same places, and
    /// whoever goes on from a snapshot does the same as whoever applied all of the log.
    pub(crate) fn check_nodes(&mut self) -> Vec<String> {
        let mut wrong = std::mem::take(&mut self.wrong);
        wrong.extend(self.nodes.iter().filter_map(|node| node.disk.state.commit_error()));
        let (Some(log), Some(observer)) = (&self.log, &self.observer) else { return wrong };
        let mut kept: BTreeMap<Place, Vec<(usize, String)>> = BTreeMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            for (place, text) in node.disk.state.snapshots().iter() {
                kept.entry(*place).or_default().push((at, text.clone()));
            }
        }
        let (mut one, mut other) = (observer.again(), observer.again());
        let mut leases = LeaseCheck::default();
        let mut random = self.random.fork();
        loop {
            let mut did = Vec::new();
            let applied = one.apply(log, |chat, place, effects| {
                did.push(format!("{place:?} {effects:?}"));
                let Some(kept) = kept.remove(&place) else { return };
                let should = chat.snapshot().encode().unwrap();
                for (at, is) in kept {
                    self.counters.snapshots += 1;
                    if is != should {
                        wrong.push(format!(
                            "node {at} had another chat at {place:?}\nis {is}\nshould {should}"
                        ));
                    }
                }
            });
            if !applied {
                break;
            }
            if let Some(appended) = log.frame(one.next - 1) {
                let start = appended.frame.start;
                let ended = ended_in(&appended.frame, leases.name(start));
                wrong.extend(leases.applied(appended.at, start, &ended, one.chat.nodes()));
            }
            let mut did_other = Vec::new();
            other.apply(log, |chat, place, effects| {
                did_other.push(format!("{place:?} {effects:?}"));
                if random.one_in(20) {
                    *chat = decoded(&chat.snapshot().encode().unwrap());
                }
            });
            if did != did_other {
                wrong.push(format!("from a snapshot it went on otherwise\nis {did_other:?}\nshould {did:?}"));
            }
        }
        wrong.extend(
            kept.keys().map(|place| format!("a state was kept at {place:?}, which is not in the log")),
        );
        let tally = log.tally();
        self.counters.frames += tally.frames;
        self.counters.repeated_frames += tally.repeats;
        self.counters.lost_frames += tally.lost;
        self.counters.late_frames += tally.late;
        wrong
    }
}

/// The nodes that a frame of a node ends, if it is applied.
fn ended_in(frame: &Frame, by: Option<&NodeName>) -> BTreeSet<NodeName> {
    let ended = |line: &String| match codec::decode(line).unwrap() {
        Proposal::Exit => by.cloned(),
        Proposal::RemoveNode(removal) => Some(removal.node),
        _ => None,
    };
    frame.lines.iter().filter_map(ended).collect()
}

/// The first difference between the tables of two servers.
fn different(
    first: &BTreeMap<String, Vec<String>>,
    other: &BTreeMap<String, Vec<String>>,
    at: usize,
) -> Option<String> {
    let (name, rows) = first.iter().find(|(name, rows)| other.get(*name) != Some(*rows))?;
    let others = other.get(name).map_or(&[][..], Vec::as_slice);
    let only = |these: &[String], those: &[String]| {
        let only: Vec<String> = these.iter().filter(|row| !those.contains(row)).cloned().collect();
        only.join("\n")
    };
    let (missing, surplus) = (only(rows, others), only(others, rows));
    Some(format!("server {at} has another {name} than server 0: not\n{missing}\nbut\n{surplus}"))
}
