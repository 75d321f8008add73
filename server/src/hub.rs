//! The one actor: order → chat → store → delivery. Only it knows both tokio and the chat.
//!
//! Proposals are carried out as they come, at once, in memory; what they cause waits in turns. While the store
//! commits one batch of turns the next one gathers, and nothing of a turn leaves before its batch is kept. The
//! hub must not hold a chat rule; and it must not wait for a socket or a disk, ever.

mod closing;
mod health;
mod pending;
mod release;
mod status;
mod stop;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use shared::{Code, Refusal, ServerMsg};

use self::pending::{Output, Pending};
use self::stop::Stop;
use crate::admin::status::Facts;
use crate::chat::Chat;
use crate::chat::effect::Effect;
use crate::chat::proposal::{ConnId, Proposal};
use crate::clock::Clock;
use crate::config::live::Current;
use crate::delivery::Delivery;
use crate::delivery::ring::Capacity;
use crate::hub_msg::{Counts, HubMsg, ProbeReply};
use crate::order::Order;
use crate::stats::Stats;
use crate::store::Store;
use crate::store::write::Write;
use crate::store::writer::Committed;

/// How much may gather while a commit runs, in turns and in the members their answers list. Beyond that the order is
/// not read, and connections wait: a thousand people who come back must not be answered from memory all at once.
const GATHERED: usize = 8192;
/// How many proposals are carried out before the hub looks at its other business.
const AT_ONCE: usize = 256;
/// How long joins, leaves and presence wait for company: a thousand people who come back are one write each.
const COMPANY: Duration = Duration::from_millis(100);
/// How often silent connections are looked for.
const SWEEP: Duration = Duration::from_secs(5);
/// How many events of a room are read from the store when somebody first follows it after a start.
const TAIL: usize = 512;

/// When a silent connection is asked, and when it is given up.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Silence after which a ping is sent.
    pub ping: Duration,
    /// Silence after which the connection is dropped.
    pub drop: Duration,
}

impl Default for Patience {
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
    pub local: mpsc::Receiver<HubMsg>,
    /// What became of batches.
    pub committed: mpsc::Receiver<Committed>,
    /// Pages that were read.
    pub pages: mpsc::Receiver<(ConnId, Bytes)>,
    /// The store.
    pub store: S,
    /// The clock.
    pub clock: Arc<Clock>,
    /// Where everyone learns that the server ends.
    pub ending: watch::Sender<bool>,
    /// When silent connections are dropped.
    pub patience: Patience,
    /// How much of each room is kept ready.
    pub capacity: Capacity,
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
    gathering: Vec<Pending>,
    /// How much that is; see [`GATHERED`].
    gathered: usize,
    /// What waits for the batch that is being committed.
    committing: Option<Batch>,
    /// Who asked whether the server works. No longer than there are askers: each waits for its answer.
    asked: Vec<ProbeReply>,
    /// Who asked whether the store takes something; who has given up waiting is let go.
    trying: Vec<ProbeReply>,
    /// How many are here, for whoever follows it; nothing before the hub runs.
    counts: watch::Sender<Option<Counts>>,
    /// When what waits for company is delivered.
    company: Option<Instant>,
    /// When silent connections are looked for next.
    sweep: Option<Instant>,
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
    /// Turns, to be kept.
    Turns(Vec<Pending>, Commit),
    /// Nothing but the store's answer.
    Question(Vec<ProbeReply>),
}

impl<O: Order, S: Store> Hub<O, S> {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts<O, S>) -> Self {
        let delivery = Delivery::new(parts.capacity, Arc::clone(&parts.stats));
        Self {
            parts,
            delivery,
            gathering: vec![],
            gathered: 0,
            committing: None,
            asked: vec![],
            trying: vec![],
            counts: watch::Sender::new(None),
            company: None,
            sweep: None,
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
                Some(committed) = self.parts.committed.recv() => self.settle(committed),
                Some(local) = self.parts.local.recv() => self.on_local(local),
                Some((conn, page)) = self.parts.pages.recv() => self.on_page(conn, &page),
                Some(proposal) = self.parts.order.next(), if self.gathered < GATHERED => {
                    self.carry_out_all(proposal);
                }
                () = sleep_until(wake), if wake.is_some() => self.on_time(),
            }
            self.advance();
        }
        self.say_farewell().await
    }

    /// The earliest of everything that happens by itself.
    fn next_wake(&self) -> Option<Instant> {
        let chat = self.parts.chat.next_deadline().map(|at| {
            let left = at.saturating_sub(self.parts.clock.now());
            Instant::now() + Duration::from_millis(u64::try_from(left).unwrap_or(0))
        });
        [chat, self.company, self.sweep].into_iter().flatten().min()
    }

    fn on_time(&mut self) {
        let now = Instant::now();
        if self.parts.chat.next_deadline().is_some_and(|at| at <= self.parts.clock.now()) {
            self.carry_out(Proposal::Tick);
        }
        if self.company.is_some_and(|at| at <= now) {
            self.company = None;
            self.delivery.flush_lazy();
        }
        if self.sweep.is_some_and(|at| at <= now) {
            self.sweep = None;
            self.look_for_silent();
        }
    }

    fn on_local(&mut self, local: HubMsg) {
        match local {
            HubMsg::Open(conn, socket) => self.delivery.open(conn, socket),
            HubMsg::Answer(conn, line) => self.delivery.tell(conn, &line),
            HubMsg::Fatal(conn, refusal) => self.reject(conn, refusal, None),
            HubMsg::Status(conn, id, store) => self.on_status(conn, id, store),
            HubMsg::Writable(conn) => self.delivery.writable(conn),
            HubMsg::Closed(conn) => self.delivery.closed(conn),
            HubMsg::Ask(asker) => self.asked.push(asker),
            HubMsg::Try(asker) => {
                self.trying.retain(|asker| !asker.is_closed());
                self.trying.push(asker);
            }
        }
    }

    fn on_page(&mut self, conn: ConnId, page: &Bytes) {
        self.delivery.tell(conn, page);
    }

    fn carry_out_all(&mut self, first: Proposal) {
        let mut next = Some(first);
        for _ in 0..AT_ONCE {
            // A connection is announced before it proposes, so it is known before its proposal is carried out.
            while let Ok(local) = self.parts.local.try_recv() {
                self.on_local(local);
            }
            let Some(proposal) = next.take() else { return };
            self.carry_out(proposal);
            if self.gathered >= GATHERED {
                return;
            }
            next = self.parts.order.try_next();
        }
        if let Some(proposal) = next {
            self.carry_out(proposal);
        }
    }

    fn carry_out(&mut self, mut proposal: Proposal) {
        let asked = Pending::asked_by(&proposal);
        if let Err(refusal) = self.look_up(&mut proposal) {
            let Some((conn, id)) = asked else { return };
            let refusal = Box::new(ServerMsg::Error(refusal.to(id.clone())));
            let outputs = vec![Output::Effect(Effect::Reply { conn, msg: refusal })];
            return self.gather(Pending { outputs, asked: Some((conn, id)) });
        }
        let effects = self.parts.chat.handle(self.parts.clock.now(), proposal);
        if effects.iter().all(|effect| matches!(effect, Effect::Read { .. })) {
            // The past is what is committed: reading it waits for nobody.
            return effects.into_iter().for_each(|effect| self.release_effect(effect));
        }
        self.gather(Pending::new(effects, asked));
    }

    fn gather(&mut self, turn: Pending) {
        self.gathered += turn.weight();
        self.gathering.push(turn);
    }

    fn take_gathered(&mut self) -> Vec<Pending> {
        self.gathered = 0;
        std::mem::take(&mut self.gathering)
    }

    /// Completes a proposal with what the chat no longer remembers.
    fn look_up(&self, proposal: &mut Proposal) -> Result<(), Refusal> {
        let Some((uid, nonce)) = self.parts.chat.unsure_about(proposal) else { return Ok(()) };
        let said = self.parts.store.lookup().said(uid, nonce).map_err(|error| {
            tracing::error!(%error, "could not look a nonce up");
            Refusal::new(Code::Storage, "the server cannot tell whether this was said before; try again")
        })?;
        if let Proposal::Request(request) = proposal {
            request.said_before = said.map(Box::new);
        }
        Ok(())
    }

    /// Starts the next commit, releases what needs none, and writes to whoever has something to be written to.
    fn advance(&mut self) {
        self.ask_store();
        while self.committing.is_none() && !self.gathering.is_empty() && self.stop.is_none() {
            let turns = self.take_gathered();
            let writes: Vec<Write> = turns.iter().flat_map(Pending::writes).collect();
            if writes.is_empty() {
                self.release(turns);
                continue;
            }
            let commit = Commit { began: Instant::now(), writes: writes.len() as u64 };
            if self.parts.store.commit(writes) {
                self.committing = Some(Batch::Turns(turns, commit));
            } else {
                self.refuse(turns, "the store thread is gone");
            }
        }
        self.parts.stats.gathered.set(self.gathered as u64);
        self.delivery.flush();
        if self.company.is_none() && self.delivery.has_lazy() {
            self.company = Some(Instant::now() + COMPANY);
        }
        if self.sweep.is_none() && self.delivery.connections() > 0 {
            self.sweep = Some(Instant::now() + SWEEP);
        }
        self.count();
    }

    fn settle(&mut self, committed: Committed) {
        let (turns, commit) = match self.committing.take() {
            Some(Batch::Turns(turns, commit)) => (turns, commit),
            Some(Batch::Question(askers)) => return answer_probes(askers, &committed),
            None => return,
        };
        match committed {
            Ok(()) => {
                self.parts.stats.committed(commit.began.elapsed(), commit.writes);
                self.release(turns);
            }
            Err(error) => {
                // What was written since stands on what did not happen; what only answers does not.
                let (written, answers) = self.take_gathered().into_iter().partition(Pending::is_written);
                self.refuse(turns.into_iter().chain::<Vec<_>>(written).collect(), &error);
                self.release(answers);
            }
        }
    }

    fn look_for_silent(&mut self) {
        let now = self.parts.clock.uptime_ms();
        let patience = self.parts.patience;
        let (mut asked, mut given_up) = (Vec::new(), Vec::new());
        for (conn, socket) in self.delivery.sockets() {
            let silent = Duration::from_millis(socket.silent_ms(now));
            if silent >= patience.drop {
                tracing::info!(conn = conn.0, from = %socket.peer, "gave up a silent connection");
                given_up.push(conn);
            } else if silent >= patience.ping && socket.first_ping() {
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
fn answer_probes(probes: Vec<ProbeReply>, result: &Committed) {
    for probe in probes {
        probe.send(result.clone()).ok();
    }
}

async fn sleep_until(at: Option<Instant>) {
    if let Some(at) = at {
        tokio::time::sleep_until(at).await;
    }
}
