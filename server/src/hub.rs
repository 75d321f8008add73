//! The one actor: order → chat → store → delivery. Only it knows both tokio and the chat.
//!
//! Proposals are carried out as they come, at once, in memory; what they cause waits in batch. While the store
//! commits one batch of batch the next one gathers, and nothing of a turn leaves before its batch is kept. The
//! hub must not hold a chat rule; and it must not wait for a socket or a disk, ever.

mod closing;
mod health;
mod pending;
mod queued_effects;
mod release;
mod rollback;
mod rolling_back;
mod room_loading;
mod status;
mod stop;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use shared::{Code, Line, Refusal, Secret};

use self::pending::Pending;
use self::queued_effects::QueuedEffects;
use self::rolling_back::RollingBack;
use self::stop::Stop;
use crate::admin::status::Facts;
use crate::chat::Chat;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Effect;
use crate::chat::proposal::{NonceAnswer, Ordered, Proposal};
use crate::clock::Clock;
use crate::config::live::Current;
use crate::delivery::Delivery;
use crate::delivery::ring::RingCapacity;
use crate::hub_msg::{ChatCounts, HubMsg, ProbeReply};
use crate::order::{Order, Proposer, TryProposeError};
use crate::stats::Stats;
use crate::store::point_read::{PointAnswer, PointRead};
use crate::store::write::Write;
use crate::store::{self, CommitResult, Results, Store};

/// How much may gather while a commit runs, in batch and in the members their answers list. Beyond that the order is
/// not read, and connections wait: a thousand people who come back must not be answered from memory all at once.
const MAX_BATCH_WEIGHT: usize = 8192;
/// How many proposals are carried out before the hub looks at its other business.
const MAX_PROPOSALS_PER_PASS: usize = 256;
/// How long joins, leaves and presence wait for coalesce_at: a thousand people who come back are one write each.
const COALESCE_DELAY: Duration = Duration::from_millis(100);
/// How often silent connections are looked for.
const IDLE_CHECK_INTERVAL: Duration = Duration::from_secs(5);

/// When a silent connection is asked, and when it is given up.
#[derive(Clone, Copy, Debug)]
pub struct HeartbeatTimeouts {
    /// Silence after which a ping is sent.
    pub ping: Duration,
    /// Silence after which the connection is dropped.
    pub drop: Duration,
}

impl Default for HeartbeatTimeouts {
    fn default() -> Self {
        Self { ping: Duration::from_secs(30), drop: Duration::from_secs(75) }
    }
}

/// The parts the hub is made of.
#[derive(Debug)]
pub struct Parts<O, S> {
    /// The chat.
    pub chat: Chat,
    /// Where proposals come from.
    pub order: O,
    /// What connections say beside proposals.
    pub hub_msgs: mpsc::Receiver<HubMsg>,
    /// What the store answers.
    pub results: Results,
    /// The store.
    pub store: S,
    /// The clock.
    pub clock: Arc<Clock>,
    /// Where everyone learns that the server ends.
    pub ending: watch::Sender<bool>,
    /// When silent connections are dropped.
    pub heartbeat: HeartbeatTimeouts,
    /// How much of each room is kept ready.
    pub capacity: RingCapacity,
    /// The terms in force.
    pub terms: Current,
    /// What the operator is told about this server.
    pub facts: Facts,
    /// What is counted.
    pub stats: Arc<Stats>,
}

/// The actor.
#[derive(Debug)]
pub struct Hub<O, S> {
    parts: Parts<O, S>,
    delivery: Delivery,
    /// What waits for the next batch.
    next_batch: Vec<Pending>,
    /// How much that is; see [`MAX_BATCH_WEIGHT`].
    next_batch_weight: usize,
    /// What waits for the batch that is being committed.
    committing: Option<Batch>,
    /// Who asked whether the server works. No longer than there are probes: each waits for its answer.
    health_probes: Vec<ProbeReply>,
    /// Who asked whether the store takes something; who has given up waiting is let go.
    write_probes: Vec<ProbeReply>,
    /// How many are here, for whoever follows it; nothing before the hub runs.
    counts: watch::Sender<Option<ChatCounts>>,
    /// What the hub itself proposes, while the order has no room for it: a tick, at most, and what a reader found.
    proposals: VecDeque<Proposal>,
    proposer: Proposer,
    /// Whether a tick was proposed and did not come out yet.
    tick_proposed: bool,
    /// Secrets made for connections that were not welcomed yet.
    fresh_secrets: HashMap<ConnId, Secret>,
    /// Small reads that the reader had no room for yet.
    reads: VecDeque<PointRead>,
    /// What concerns connections that wait for a room to be loaded.
    queued_effects: HashMap<ConnId, QueuedEffects>,
    /// A batch that was not committed, until the chat is back at what is.
    rolling_back: Option<RollingBack>,
    /// When what waits for coalesce_at is delivered.
    coalesce_at: Option<Instant>,
    /// When silent connections are looked for next.
    idle_check_at: Option<Instant>,
    stop: Option<Stop>,
}

/// A batch on its way through the store.
#[derive(Clone, Copy, Debug)]
struct Commit {
    began: Instant,
    writes: u64,
}

/// What waits for the store.
#[derive(Debug)]
enum Batch {
    /// What proposals caused, to be committed.
    Pending(Vec<Pending>, Commit),
    /// Nothing but the store's answer.
    Probes(Vec<ProbeReply>),
}

impl<O: Order, S: Store> Hub<O, S> {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts<O, S>) -> Self {
        let proposer = parts.order.proposer();
        let delivery = Delivery::new(parts.capacity, Arc::clone(&parts.stats));
        Self {
            parts,
            delivery,
            next_batch: vec![],
            next_batch_weight: 0,
            committing: None,
            health_probes: vec![],
            write_probes: vec![],
            counts: watch::Sender::new(None),
            proposals: VecDeque::new(),
            proposer,
            tick_proposed: false,
            fresh_secrets: HashMap::new(),
            reads: VecDeque::new(),
            queued_effects: HashMap::new(),
            rolling_back: None,
            coalesce_at: None,
            idle_check_at: None,
            stop: None,
        }
    }

    /// Runs until the server ends; returns whether it should be started again.
    pub async fn run(mut self) -> bool {
        self.count();
        while self.stop.is_none() {
            let wake = self.next_wake();
            tokio::select! {
                biased;
                Some(result) = self.parts.results.commits.recv() => self.on_commit_result(result),
                Some(found) = self.parts.results.found.recv() => self.on_point_read(found),
                Some(msg) = self.parts.hub_msgs.recv() => self.on_msg(msg),
                Some((conn, page)) = self.parts.results.pages.recv() => self.on_page(conn, &page),
                Some(ordered) = self.parts.order.next(), if self.takes_proposals() => {
                    self.carry_out_all(ordered);
                }
                () = sleep_until(wake), if wake.is_some() => self.on_timer(),
            }
            self.advance();
        }
        self.shut_down().await
    }

    /// The earliest of everything that happens by itself.
    fn next_wake(&self) -> Option<Instant> {
        let chat = self.parts.chat.next_deadline().filter(|_| !self.tick_proposed).map(|at| {
            let left = at.saturating_sub(self.parts.clock.now());
            Instant::now() + Duration::from_millis(u64::try_from(left).unwrap_or(0))
        });
        let retry = self.rolling_back.as_ref().and_then(|rolling_back| rolling_back.retry_at);
        [chat, self.coalesce_at, self.idle_check_at, retry].into_iter().flatten().min()
    }

    fn on_timer(&mut self) {
        let now = Instant::now();
        if self.parts.chat.next_deadline().is_some_and(|at| at <= self.parts.clock.now()) {
            self.propose_tick();
        }
        if self.coalesce_at.is_some_and(|at| at <= now) {
            self.coalesce_at = None;
            self.delivery.flush_coalesced();
        }
        if self
            .rolling_back
            .as_ref()
            .is_some_and(|rolling_back| rolling_back.retry_at.is_some_and(|at| at <= now))
        {
            self.read_committed();
        }
        if self.idle_check_at.is_some_and(|at| at <= now) {
            self.idle_check_at = None;
            self.check_idle();
            if let Some(by) = self.parts.clock.observe() {
                tracing::warn!(by_ms = by, "the wall clock was set; the chat follows it");
                self.propose(Proposal::ClockStepped { by });
            }
        }
    }

    /// Has the order say that time has passed. Once: until that comes out, there is nothing more to say.
    fn propose_tick(&mut self) {
        if !self.tick_proposed {
            self.tick_proposed = true;
            self.propose(Proposal::Tick);
        }
    }

    /// Proposes something, as soon as there is room.
    fn propose(&mut self, proposal: Proposal) {
        self.proposals.push_back(proposal);
        self.hand_in_proposals();
    }

    fn hand_in_proposals(&mut self) {
        while let Some(proposal) = self.proposals.pop_front() {
            match self.proposer.try_propose(proposal) {
                Ok(()) => {}
                Err(TryProposeError::Full(proposal)) => return self.proposals.push_front(proposal),
                // The server ends; nothing more is carried out.
                Err(TryProposeError::Closed) => return self.proposals.clear(),
            }
        }
    }

    fn on_msg(&mut self, msg: HubMsg) {
        match msg {
            HubMsg::Open(conn, socket, secret) => {
                self.fresh_secrets.extend(secret.map(|secret| (conn, secret)));
                self.delivery.open(conn, socket);
            }
            HubMsg::Answer(conn, line) => self.delivery.tell(conn, &line),
            HubMsg::Fatal(conn, refusal) => self.reject(conn, refusal, None),
            HubMsg::Status(conn, id, store) => self.on_status(conn, id, store),
            HubMsg::Writable(conn) => self.delivery.writable(conn),
            HubMsg::Closed(conn) => {
                self.fresh_secrets.remove(&conn);
                self.queued_effects.remove(&conn);
                self.delivery.closed(conn);
            }
            HubMsg::Probe(probe) => self.health_probes.push(probe),
            HubMsg::ProbeWrite(probe) => {
                self.write_probes.retain(|probe| !probe.is_closed());
                self.write_probes.push(probe);
            }
        }
    }

    fn on_page(&mut self, conn: ConnId, page: &Bytes) {
        self.delivery.tell(conn, page);
    }

    fn carry_out_all(&mut self, first: Ordered) {
        let mut next = Some(first);
        for _ in 0..MAX_PROPOSALS_PER_PASS {
            // A connection is announced before it proposes, so it is known before its proposal is carried out.
            while let Ok(msg) = self.parts.hub_msgs.try_recv() {
                self.on_msg(msg);
            }
            let Some(ordered) = next.take() else { return };
            self.carry_out(ordered);
            if self.next_batch_weight >= MAX_BATCH_WEIGHT {
                return;
            }
            next = self.parts.order.try_next();
        }
        if let Some(ordered) = next {
            self.carry_out(ordered);
        }
    }

    fn carry_out(&mut self, ordered: Ordered) {
        let reply_to = Pending::reply_to(&ordered.proposal);
        self.tick_proposed &= !matches!(ordered.proposal, Proposal::Tick);
        let effects = self.parts.chat.handle(ordered);
        let reads = |effect: &Effect| matches!(effect, Effect::Read { .. } | Effect::LookUpNonce { .. });
        if effects.iter().all(reads) {
            // The past is what is committed: reading it waits for nobody.
            return effects.into_iter().for_each(|effect| self.release_effect(effect));
        }
        for pending in Pending::split(effects, reply_to) {
            self.enqueue(pending);
        }
    }

    fn enqueue(&mut self, pending: Pending) {
        self.next_batch_weight += pending.weight();
        self.next_batch.push(pending);
    }

    fn take_next_batch(&mut self) -> Vec<Pending> {
        self.next_batch_weight = 0;
        std::mem::take(&mut self.next_batch)
    }

    /// Whether proposals are carried out now: not while too much waits for the store, nor on top of what is being undone.
    fn takes_proposals(&self) -> bool {
        self.next_batch_weight < MAX_BATCH_WEIGHT && self.rolling_back.is_none()
    }

    fn may_commit(&self) -> bool {
        self.committing.is_none() && self.rolling_back.is_none() && self.stop.is_none()
    }

    /// Hands a small read to the reader, as soon as it has room.
    fn read_point(&mut self, read: PointRead) {
        self.reads.push_back(read);
        self.hand_over_reads();
    }

    fn hand_over_reads(&mut self) {
        while let Some(read) = self.reads.pop_front() {
            match self.parts.store.read(read) {
                Ok(()) => {}
                Err(store::NotTaken::Full(read)) => return self.reads.push_front(read),
                Err(store::NotTaken::Gone) => {
                    tracing::error!("the reader of the store is gone; the server stops");
                    let (reason, by) = (Line::default(), None);
                    self.stop = Some(Stop { reason, by, restart: true, reconnect: true });
                }
            }
        }
    }

    fn on_point_read(&mut self, found: PointAnswer) {
        match found {
            PointAnswer::Nonce(uid, nonce, said) => {
                let answer = match said {
                    Ok(Some(said)) => NonceAnswer::Said(said),
                    Ok(None) => NonceAnswer::New,
                    Err(error) => {
                        tracing::error!(error, "could not look a nonce up");
                        NonceAnswer::Unknown
                    }
                };
                self.propose(Proposal::NonceLookedUp { uid, nonce, answer });
            }
            PointAnswer::Tail(room, tail) => self.on_tail(&room, tail),
            PointAnswer::Committed(committed) => self.on_committed_state(committed),
        }
    }

    /// Starts the next commit, releases what needs none, and writes to whoever has something to be written to.
    fn advance(&mut self) {
        self.hand_in_proposals();
        self.hand_over_reads();
        self.send_probes();
        while self.may_commit() && !self.next_batch.is_empty() {
            let batch = self.take_next_batch();
            let writes: Vec<Write> = batch.iter().flat_map(Pending::writes).collect();
            if writes.is_empty() {
                self.release(batch);
                continue;
            }
            let commit = Commit { began: Instant::now(), writes: writes.len() as u64 };
            if self.parts.store.commit(writes) {
                self.committing = Some(Batch::Pending(batch, commit));
            } else {
                self.on_commit_failure(batch, "the store thread is gone");
            }
        }
        self.parts.stats.gathered.set(self.next_batch_weight as u64);
        self.delivery.flush();
        if self.coalesce_at.is_none() && self.delivery.has_coalesced() {
            self.coalesce_at = Some(Instant::now() + COALESCE_DELAY);
        }
        if self.idle_check_at.is_none() && self.delivery.connections() > 0 {
            self.idle_check_at = Some(Instant::now() + IDLE_CHECK_INTERVAL);
        }
        self.count();
    }

    fn on_commit_result(&mut self, result: CommitResult) {
        let (batch, commit) = match self.committing.take() {
            Some(Batch::Pending(batch, commit)) => (batch, commit),
            Some(Batch::Probes(probes)) => return answer_probes(probes, &result),
            None => return,
        };
        match result {
            Ok(()) => {
                self.parts.stats.committed(commit.began.elapsed(), commit.writes);
                self.release(batch);
            }
            Err(error) => self.on_commit_failure(batch, &error),
        }
    }

    fn check_idle(&mut self) {
        let now = self.parts.clock.uptime_ms();
        let heartbeat = self.parts.heartbeat;
        let (mut asked, mut given_up) = (Vec::new(), Vec::new());
        for (conn, socket) in self.delivery.sockets() {
            let silent = Duration::from_millis(socket.silent_ms(now));
            if silent >= heartbeat.drop {
                tracing::info!(conn = conn.number, from = %socket.peer, "gave up a silent connection");
                given_up.push(conn);
            } else if silent >= heartbeat.ping && socket.first_ping() {
                asked.push(conn);
            }
        }
        for conn in asked {
            self.delivery.tell(conn, b"{\"type\":\"ping\"}\n");
        }
        for conn in given_up {
            self.reject(conn, Refusal::new(Code::Timeout, "nothing was probed of you for too long"), None);
        }
    }
}

/// Answers health probes; whoever no longer waits needs no answer.
fn answer_probes(probes: Vec<ProbeReply>, result: &CommitResult) {
    for probe in probes {
        probe.send(result.clone()).ok();
    }
}

async fn sleep_until(at: Option<Instant>) {
    if let Some(at) = at {
        tokio::time::sleep_until(at).await;
    }
}
