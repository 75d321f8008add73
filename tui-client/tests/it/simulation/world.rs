//! The state of a history (people, connections, disk, the server that is started and killed) and its event loop. What
//! happens is decided by [`super::scenario`].

use std::collections::BTreeMap;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use server::admin::AdminKey;
use shared::{Millis, Uid};
use tokio::time::Instant;
use tui_client::app::connection::{Closed, Status as State};
use tui_client::event::{Event, FromLink, Lost};

use super::cluster::{self, Observer};
use super::counters::Counters;
use super::disk::{Batch, Disk};
use super::gate::Gate;
use super::moderation::Moderation;
use super::network::{Packet, Wire};
use super::node::{Membership, Node};
use super::person::{Link, LinkTimeout, Person};
use super::random::Random;
use super::replicated_log::ReplicatedLog;
use super::sent_messages::SentMessages;
use super::server_run::{ServerRun, ServerSettings};
use super::transcript::Transcript;

/// When every history begins: 2026-11-21 09:30 UTC.
pub(crate) const START: Millis = 1_795_253_400_000;

/// The state of a history.
pub(crate) struct World {
    pub(crate) began: Instant,
    pub(crate) random: Random,
    pub(crate) settings: ServerSettings,
    pub(crate) key: AdminKey,
    /// The servers: one, or the nodes of a cluster.
    pub(crate) nodes: Vec<Node>,
    /// The log that they share, in a cluster.
    pub(crate) log: Option<Arc<ReplicatedLog>>,
    /// Somebody who follows it, without faults.
    pub(crate) observer: Option<Observer>,
    pub(crate) people: Vec<Person>,
    pub(crate) wires: BTreeMap<u64, Wire>,
    pub(crate) wire_count: u64,
    pub(crate) sent: SentMessages,
    pub(crate) moderation: Moderation,
    /// The identity of each secret.
    pub(crate) owners: BTreeMap<String, Uid>,
    pub(crate) counters: Counters,
    pub(crate) transcript: Transcript,
    /// Since when there are no more faults.
    pub(crate) faults_stopped_at: Option<u64>,
    /// What was found wrong while it happened.
    pub(crate) wrong: Vec<String>,
    scratch: Vec<u8>,
}

impl World {
    pub(crate) fn new(
        mut random: Random,
        settings: ServerSettings,
        key: AdminKey,
        transcript: Transcript,
    ) -> Self {
        let people = Vec::new();
        let mut world_random = random.fork();
        let (nodes, log, observer) = cluster::found(settings, &mut world_random, transcript.is_verbose());
        Self {
            began: Instant::now(),
            random: world_random,
            settings,
            key,
            nodes,
            log,
            observer,
            people,
            wires: BTreeMap::new(),
            wire_count: 0,
            sent: SentMessages::default(),
            moderation: Moderation::default(),
            owners: BTreeMap::new(),
            counters: Counters::default(),
            transcript,
            faults_stopped_at: None,
            wrong: Vec::new(),
            scratch: vec![0; 64 * 1024],
        }
    }

    /// Milliseconds since the history began.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap()
    }

    /// The wall clock of clients and servers.
    pub(crate) fn clock(&self) -> Millis {
        START + Millis::try_from(self.now()).unwrap()
    }

    /// Runs the event loop up to a time.
    pub(crate) async fn until(&mut self, end: u64) {
        let mut idle = 0;
        loop {
            self.step();
            let now = self.now();
            if now >= end {
                return;
            }
            let next = self.next_due().map_or(end, |due| due.clamp(now, end));
            if next > now {
                idle = 0;
                self.wait(next).await;
            } else {
                idle += 1;
                assert!(idle < 1000, "something is due and is not done");
                // What is due now may need the server's tasks to run first.
                tokio::task::yield_now().await;
            }
        }
    }

    /// Waits until a time, or until the server writes, reads or ends.
    async fn wait(&mut self, until: u64) {
        let now = self.now();
        let mut sleep = pin!(tokio::time::sleep_until(self.began + Duration::from_millis(until)));
        let (wires, people, nodes) = (&self.wires, &self.people, &mut self.nodes);
        let ended = poll_fn(|context| {
            for (at, node) in nodes.iter_mut().enumerate() {
                if let Some(server) = node.server.as_mut()
                    && let Poll::Ready(ended) = pin!(server.ended()).poll(context)
                {
                    ended.expect("the hub panicked");
                    return Poll::Ready(Some(at));
                }
            }
            let moved =
                wires.values().any(|wire| wire.poll(context, now, people[wire.person].reads(now)).is_ready());
            if moved || sleep.as_mut().poll(context).is_ready() { Poll::Ready(None) } else { Poll::Pending }
        })
        .await;
        if let Some((at, server)) = ended.and_then(|at| Some((at, self.nodes[at].server.take()?))) {
            self.note_end(at, &server);
            server.close().await;
            self.schedule_server(at);
        }
    }

    /// Does everything that is due.
    fn step(&mut self) {
        let now = self.now();
        for at in 0..self.nodes.len() {
            let node = &mut self.nodes[at];
            if node.resumes_at.take_if(|at| *at <= now).is_some() {
                node.server.iter().for_each(|server| server.gate.open());
            }
            if node.server_at.is_some_and(|at| at <= now) {
                self.open_server(at);
            }
        }
        let open: Vec<u64> = self.wires.keys().copied().collect();
        for id in open {
            self.step_wire(id);
        }
        for who in 0..self.people.len() {
            self.step_person(who);
        }
    }

    fn step_wire(&mut self, id: u64) {
        let now = self.now();
        let Some(wire) = self.wires.get_mut(&id) else { return };
        if wire.opens_at.is_some_and(|at| at <= now) {
            let node = &mut self.nodes[wire.node];
            match node.serving() {
                Some(server) => {
                    wire.open(server.accept(wire.buffer));
                    if let Some(link) = &mut self.people[wire.person].link
                        && link.wire == id
                    {
                        link.heard = now;
                    }
                }
                None => wire.refuse(now),
            }
        }
        let who = wire.person;
        wire.step(now, self.people[who].reads(now), &mut self.scratch);
        while self.people[who].reads(now)
            && let Some(packet) = self.wires.get_mut(&id).and_then(|wire| wire.next_down(now))
        {
            if self.people[who].link.as_ref().is_none_or(|link| link.wire != id) {
                continue;
            }
            match packet {
                Packet::Bytes(bytes) => self.receive(who, id, &bytes),
                Packet::End(lost) => self.drop_link(who, lost),
            }
        }
        if self.wires.get(&id).is_some_and(Wire::is_over) {
            self.wires.remove(&id);
        }
    }

    fn step_person(&mut self, who: usize) {
        let (now, clock) = (self.now(), self.clock());
        let person = &mut self.people[who];
        if let Some(back_at) = person.back_at {
            if back_at <= now {
                self.begin_run(who);
            }
            return;
        }
        if let Some(link) = person.link.as_mut().filter(|link| link.deadline() <= now) {
            match link.on_timeout() {
                LinkTimeout::Ping(ping) => {
                    let id = link.wire;
                    self.wires.get_mut(&id).into_iter().for_each(|wire| wire.send(now, ping.clone()));
                }
                LinkTimeout::GiveUp => self.drop_link(who, Lost::Silent),
            }
        }
        if self.people[who].app.deadline().is_some_and(|at| at <= clock) {
            self.feed(who, Event::Tick);
        }
        self.check_status(who);
    }

    /// A client's connection ended.
    fn drop_link(&mut self, who: usize, lost: Lost) {
        let now = self.now();
        if let Some(link) = self.people[who].link.take()
            && let Some(wire) = self.wires.get_mut(&link.wire)
        {
            wire.close(now);
        }
        self.feed(who, Event::Link(FromLink::Down(lost)));
    }

    /// A person reacts, after a while, to a client that does not reconnect by itself: another name, or `/reconnect`.
    fn check_status(&mut self, who: usize) {
        let now = self.now();
        let person = &mut self.people[who];
        if !person.app.status().is_over() {
            person.checks_at = None;
            return;
        }
        let checks_at = *person.checks_at.get_or_insert(now + 5000);
        if checks_at > now {
            return;
        }
        person.checks_at = None;
        let refused = matches!(person.app.status(), State::Closed(Closed::Refused(_)));
        let line = if refused {
            self.counters.refused_greetings += 1;
            format!("/nick p{who}-{now}")
        } else {
            self.counters.thrown_out += 1;
            self.people[who].is_removed = false;
            "/reconnect".to_owned()
        };
        self.feed(who, Event::Line(line));
    }

    /// When something is due next.
    fn next_due(&self) -> Option<u64> {
        let (now, clock) = (self.now(), self.clock());
        let wires =
            self.wires.values().filter_map(|wire| wire.next_due(now, self.people[wire.person].reads(now)));
        let people = self.people.iter().flat_map(|person| {
            if person.back_at.is_some() {
                return [person.back_at, None, None, None];
            }
            let app = person.app.deadline().map(|at| now + u64::try_from(at - clock).unwrap_or(0));
            let link = person.link.as_ref().map(Link::deadline);
            let reads = Some(person.not_reading_until).filter(|at| *at > now);
            [app, link, reads, person.checks_at]
        });
        let nodes = self.nodes.iter().flat_map(|node| [node.server_at, node.resumes_at]);
        wires.chain(people.chain(nodes).flatten()).min()
    }

    fn open_server(&mut self, at: usize) {
        let Node { skew, .. } = self.nodes[at];
        let time = (self.began, self.clock() + skew);
        self.nodes[at].server_at = None;
        let membership =
            self.log.as_ref().map(|log| Membership { log: Arc::clone(log), node: at, gate: Gate::default() });
        let disk = &self.nodes[at].disk;
        let (settings, random) = (self.settings, &mut self.random);
        let server = match &membership {
            Some(membership) => ServerRun::open_node(disk, settings, &self.key, time, random, membership),
            None => ServerRun::open(disk, settings, &self.key, time, random),
        };
        self.transcript.tell(self.now(), format_args!("server {at} starts: {:?}", server.start));
        self.nodes[at].server = Some(server);
    }

    pub(crate) fn schedule_server(&mut self, at: usize) {
        let away = if self.faults_stopped_at.is_some() { 100 } else { self.random.delay(2000, 15_000) };
        self.nodes[at].server_at = Some(self.now() + away);
        self.nodes[at].resumes_at = None;
    }

    /// `kill -9` of a server.
    pub(crate) async fn kill_server(&mut self, at: usize) {
        let Some(server) = self.nodes[at].server.take() else { return };
        match self.nodes[at].disk.state.batch() {
            Batch::HandedOver => self.counters.lost_batches += 1,
            Batch::Kept => self.counters.unreported_batches += 1,
            Batch::None => {}
        }
        self.counters.server_kills += 1;
        self.transcript.tell(self.now(), format_args!("server {at} is killed"));
        self.note_verdict(at, &server);
        server.kill().await;
        self.schedule_server(at);
    }

    /// Whether something may be refused because a disk is full, and be carried out later than what was asked after it. In a cluster
    /// nothing is, since other nodes have stored it.
    pub(crate) fn may_be_rolled_back(&self) -> bool {
        self.counters.full_disks > 0 && self.log.is_none()
    }

    /// Whether something may be refused because it cannot be stored, or because the log of a cluster stands or cannot be reached.
    pub(crate) fn may_refuse_storage(&self) -> bool {
        let Counters { stalls, node_cuts, deaf_nodes, .. } = self.counters;
        self.may_be_rolled_back() || self.log.is_some() && stalls + node_cuts + deaf_nodes > 0
    }

    /// The disk of a server whose disk is like those of all others, once nothing happens.
    pub(crate) fn disk(&self) -> &Disk {
        &self.nodes[0].disk
    }
}
