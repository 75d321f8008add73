//! The hub: the one actor that owns the chat, the delivery and the order's receiving end, and the only code that knows
//! both tokio and the chat.
//!
//! Proposals are applied to the chat in memory as they come. What they cause is collected into the next batch, which is
//! committed as one transaction as soon as the previous commit is done (group commit). Nothing a proposal caused is sent
//! before its batch is committed. When a batch grows too heavy no more proposals are taken, and connections wait
//! (backpressure).
//!
//! The hub never waits for a socket or a disk: every read and commit happens on a thread of the store and comes back as
//! a message.

mod closing;
mod cluster_report;
mod divergence;
mod failed_batch;
mod following;
mod health;
mod heartbeat;
mod heartbeat_queue;
pub mod heartbeat_timeouts;
mod kept_out;
mod limits;
mod member_lists;
mod node_lifecycle;
mod node_progress;
mod order_stall;
pub mod parts;
mod pending;
mod point_reads;
mod proposal_queue;
mod queued_effects;
mod release;
pub mod replica;
mod rollback;
mod room_loading;
pub mod stall_flags;
mod stall_notices;
mod status;
mod stop;
mod tell_nodes;
mod timers;
mod token_answer;
mod tokens;

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use shared::{FileHash, FileProof, LinkCode, Secret, ServerMsg};

use self::failed_batch::FailedBatch;
use self::heartbeat_queue::HeartbeatQueue;
use self::member_lists::MemberLists;
use self::parts::Parts;
use self::pending::Pending;
use self::queued_effects::QueuedEffects;
use self::replica::Replica;
use self::stall_notices::StallNotices;
use self::stop::Stop;
use self::token_answer::TokenAnswer;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Effect;
use crate::chat::proposal::{Ordered, Proposal};
use crate::delivery::Delivery;
use crate::hub_msg::{ChatCounts, HubMsg, ProbeReply};
use crate::number_map::NumberMap;
use crate::order::{Order, Proposer};
use crate::store::point_read::PointRead;
use crate::store::reader::PageAnswer;
use crate::store::write::Write;
use crate::store::{CommitResult, Store};

/// The most that is collected while a commit runs, in proposals and in the members that their answers list. Beyond it the
/// order is not read (backpressure): a thousand people who reconnect at once would otherwise have a thousand member lists
/// in memory together.
const MAX_BATCH_WEIGHT: usize = 8192;
/// How many proposals are applied before the hub looks at its other inputs.
const MAX_PROPOSALS_PER_PASS: usize = 256;
/// The actor.
#[derive(Debug)]
pub struct Hub<O, S> {
    parts: Parts<O, S>,
    delivery: Delivery,
    /// The member lists that were told lately, as text.
    lists: MemberLists,
    /// What was applied and will be committed with the next batch.
    next_batch: Vec<Pending>,
    /// Its weight; see [`MAX_BATCH_WEIGHT`].
    next_batch_weight: usize,
    /// The batch that is being committed.
    committing: Option<Batch>,
    /// Health probes for the next commit. Those that timed out are removed when another one comes.
    health_probes: Vec<ProbeReply>,
    /// Those that write, alike.
    write_probes: Vec<ProbeReply>,
    /// The number of people and rooms, published on change; `None` before the hub runs.
    counts: watch::Sender<Option<ChatCounts>>,
    /// The hub's own proposals while the order's queue is full: at most one tick, clock steps, and nonces looked up.
    proposals: VecDeque<Proposal>,
    proposer: Proposer,
    /// Whether a tick was proposed and was not applied yet.
    tick_proposed: bool,
    /// Fresh secrets of connections that were not welcomed yet. The chat only ever has the hash.
    fresh_secrets: NumberMap<ConnId, Secret>,
    /// The newest code for another machine that was made for a connection, alike.
    link_codes: NumberMap<ConnId, LinkCode>,
    /// The proofs of contents that are asked to be sent, by the connections that gave them.
    proofs: NumberMap<ConnId, Vec<(FileHash, FileProof)>>,
    /// Point reads for the reader's next batch, and whether one is under way.
    reads: Vec<PointRead>,
    reading: bool,
    /// Connections that wait for pages from the store.
    asked: NumberMap<ConnId, Asked>,
    /// Tokens for transfers that are asked for.
    tokens: JoinSet<TokenAnswer>,
    /// Effects for connections that wait for a room to be loaded.
    queued_effects: NumberMap<ConnId, QueuedEffects>,
    /// A batch whose commit failed, until the chat is rolled back.
    failed_batch: Option<FailedBatch>,
    /// When the batch was committed whose events are being delivered; the clock is read once a batch, not once a delivery.
    committed_at: Option<Instant>,
    /// When the coalesced events and presence are delivered.
    coalesce_at: Option<Instant>,
    /// When idle connections are to be looked at.
    heartbeats: HeartbeatQueue,
    /// When it is looked which of those are due.
    idle_check_at: Option<Instant>,
    /// When the admins were told whom a limit kept out.
    kept_out_told_at: Option<Instant>,
    replica: Option<Replica>,
    /// Whether the order stands, on a node of a cluster.
    stalled: Option<StallNotices>,
    stop: Option<Stop>,
}

/// What a connection waits for.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    /// How many pages.
    pages: usize,
    /// Whether it is closed when it has them, for nothing more comes from it.
    finishing: bool,
}

/// Measurements of a commit.
#[derive(Clone, Copy, Debug)]
struct Commit {
    began: Instant,
    writes: u64,
}

/// A batch that the store is committing.
#[derive(Debug)]
enum Batch {
    /// What proposals caused.
    Pending(Vec<Pending>, Commit),
    /// Health probes, with no or one trivial write.
    Probes(Vec<ProbeReply>),
}

impl<O: Order, S: Store> Hub<O, S> {
    /// Puts the parts together.
    #[must_use]
    pub fn new(mut parts: Parts<O, S>) -> Self {
        let proposer = parts.order.proposer();
        let replica = parts.replica.take();
        let delivery = Delivery::new(parts.capacity, Arc::clone(&parts.stats));
        Self {
            parts,
            delivery,
            lists: MemberLists::default(),
            next_batch: vec![],
            next_batch_weight: 0,
            committing: None,
            health_probes: vec![],
            write_probes: vec![],
            counts: watch::Sender::new(None),
            proposals: VecDeque::new(),
            proposer,
            tick_proposed: false,
            fresh_secrets: NumberMap::default(),
            link_codes: NumberMap::default(),
            proofs: NumberMap::default(),
            reads: Vec::new(),
            reading: false,
            tokens: JoinSet::new(),
            queued_effects: NumberMap::default(),
            asked: NumberMap::default(),
            failed_batch: None,
            committed_at: None,
            coalesce_at: None,
            heartbeats: HeartbeatQueue::default(),
            idle_check_at: None,
            kept_out_told_at: None,
            stalled: replica.as_ref().map(|_| StallNotices::new()),
            replica,
            stop: None,
        }
    }

    /// Runs until the server ends; returns whether it should be started again.
    pub async fn run(mut self) -> bool {
        self.count();
        self.enter();
        while self.stop.is_none() {
            let wake = self.next_wake();
            tokio::select! {
                biased;
                Some(result) = self.parts.results.commits.recv() => self.on_commit_result(result),
                Some(found) = self.parts.results.found.recv() => self.on_point_answers(found),
                Some(msg) = self.parts.hub_msgs.recv() => self.on_msg(msg),
                Some((conn, page)) = self.parts.results.pages.recv() => self.on_page(conn, page),
                Some(Ok(answer)) = self.tokens.join_next(), if !self.tokens.is_empty() => self.on_token(answer),
                ordered = self.parts.order.next(), if self.takes_proposals() => match ordered {
                    Some(ordered) => self.carry_out_all(ordered),
                    None => self.on_order_end(),
                },
                () = sleep_until(wake), if wake.is_some() => self.on_timer(),
            }
            self.advance();
        }
        self.shut_down().await
    }

    fn on_msg(&mut self, msg: HubMsg) {
        match msg {
            HubMsg::Open(conn, socket, secret, form) => {
                self.fresh_secrets.extend(secret.map(|secret| (conn, secret)));
                self.delivery.open(conn, socket, form);
                self.tell_if_stalled(conn);
                self.watch_heartbeat(conn);
            }
            HubMsg::SendAway(conn) => self.send_away(conn),
            HubMsg::Proof(conn, sha256, proof) => self.keep_proof(conn, sha256, proof),
            HubMsg::LinkCode(conn, code) => drop(self.link_codes.insert(conn, code)),
            HubMsg::Answer(conn, line) => self.delivery.tell(conn, line),
            HubMsg::Fatal(conn, refusal) => self.reject(conn, *refusal, None),
            HubMsg::Status(conn, id, probed) => self.on_status(conn, id, *probed),
            HubMsg::Writable(conn) => self.delivery.writable(conn),
            HubMsg::Closed(conn) => {
                self.note_last_gone(conn);
                self.fresh_secrets.remove(&conn);
                self.link_codes.remove(&conn);
                self.proofs.remove(&conn);
                self.queued_effects.remove(&conn);
                if self.asked.remove(&conn).is_some() {
                    self.parts.store.forget(conn);
                }
                self.delivery.closed(conn);
            }
            // Fails only if whoever asked is gone.
            HubMsg::Find(wanted, found) => drop(found.send(self.parts.chat.find(&wanted))),
            HubMsg::Leave => self.leave(),
            HubMsg::Probe(probe) => {
                self.health_probes.retain(|probe| !probe.is_closed());
                self.health_probes.push(probe);
            }
            HubMsg::ProbeWrite(probe) => {
                self.write_probes.retain(|probe| !probe.is_closed());
                self.write_probes.push(probe);
            }
        }
    }

    fn on_page(&mut self, conn: ConnId, page: PageAnswer) {
        self.parts.stats.unreadable.add(page.unreadable.into());
        if let Some(socket) = self.delivery.socket(conn) {
            socket.searched(page.searched);
        }
        let reader = self.delivery.socket(conn).and_then(|socket| socket.uid());
        match reader.map_or(Ok(()), |uid| self.parts.chat.check_still_reads(uid, &page.rooms)) {
            Ok(()) if page.file.is_some() => return self.ask_download(conn, page.id, reader, page.file),
            Ok(()) => self.delivery.tell(conn, page.line),
            Err(refusal) => self.tell(conn, &mut ServerMsg::Error(refusal.to(page.id))),
        }
        self.on_page_sent(conn);
    }

    fn carry_out_all(&mut self, first: Ordered) {
        let mut next = Some(first);
        for _ in 0..MAX_PROPOSALS_PER_PASS {
            // `HubMsg::Open` is sent before the greeting is proposed, so reading all messages first makes the connection
            // known.
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
        let reply_to = ordered.proposal.reply_to();
        self.tick_proposed &= !matches!(ordered.proposal, Proposal::Tick);
        let is_own = self.is_own(ordered.origin);
        let effects = self.apply(ordered);
        let reads = |effect: &Effect| {
            matches!(effect, Effect::Read { .. } | Effect::Upload { .. } | Effect::LookUpNonce { .. })
        };
        if effects.iter().all(reads) {
            // Reads see only what is committed, so they need not wait for a commit; nor does what is not of the store.
            return effects.into_iter().for_each(|effect| self.release_effect(effect));
        }
        for mut pending in Pending::split(effects, reply_to) {
            pending.is_own = is_own;
            self.add_to_digest(&pending);
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

    /// Whether proposals are applied now: not while the next batch is full, nor during a rollback.
    fn takes_proposals(&self) -> bool {
        self.next_batch_weight < MAX_BATCH_WEIGHT && self.failed_batch.is_none()
    }

    fn may_commit(&self) -> bool {
        self.committing.is_none() && self.failed_batch.is_none() && self.stop.is_none()
    }

    /// Starts the next commit, releases what needs none, and writes to every connection with something to write.
    fn advance(&mut self) {
        self.hand_in_proposals();
        self.send_probes();
        while self.may_commit() && !self.next_batch.is_empty() {
            let batch = self.take_next_batch();
            let mut writes: Vec<Write> = batch.iter().flat_map(Pending::writes).collect();
            if writes.is_empty() {
                self.release(batch);
                continue;
            }
            writes.extend(self.progress());
            let commit = Commit { began: Instant::now(), writes: writes.len() as u64 };
            if self.parts.store.commit(writes) {
                self.committing = Some(Batch::Pending(batch, commit));
            } else {
                self.on_commit_failure(batch, "the store thread is gone");
            }
        }
        self.keep_idle_progress();
        // After what was released, which may ask for some.
        self.hand_over_reads();
        self.parts.stats.gathered.set(self.next_batch_weight as u64);
        self.delivery.flush();
        if let Some(at) = self.committed_at.take() {
            self.parts.stats.delivered(at.elapsed());
        }
        self.set_timers();
        self.count();
    }

    fn on_commit_result(&mut self, result: CommitResult) {
        let (batch, commit) = match self.committing.take() {
            Some(Batch::Pending(batch, commit)) => (batch, commit),
            Some(Batch::Probes(probes)) => return Self::answer_probes(probes, &result),
            None => return,
        };
        match result {
            Ok(()) => {
                let now = Instant::now();
                self.parts.stats.committed(now - commit.began, commit.writes);
                self.committed_at = Some(now);
                self.progress_kept();
                self.release(batch);
            }
            Err(error) => self.on_commit_failure(batch, &error),
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    if let Some(at) = at {
        tokio::time::sleep_until(at).await;
    }
}
