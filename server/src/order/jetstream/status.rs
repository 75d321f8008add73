//! How the order over NATS fares: for metrics, for `ctl cluster status`, and for telling clients that it stalls. Its tasks
//! write, anybody reads.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::attempts::Attempts;
use super::failure::Failure;
use crate::chat::level;
use crate::chat::place::Place;
use crate::order::place;
use crate::order::report::{NatsReplica, OrderReport, OrderTotals};

/// What the tasks of one order know. Its times are since it was made.
#[derive(Debug)]
pub struct Status {
    /// The attempts to reach a NATS server.
    pub(super) attempts: Arc<Attempts>,
    began: Instant,
    counters: Counters,
    /// When what is unconfirmed was published first, in milliseconds, plus 1; 0 when nothing is.
    stalled_since: AtomicU64,
    /// What all that share the order know; see [`level`].
    level: AtomicU32,
    observed: Mutex<Observed>,
    failure: OnceLock<Failure>,
}

/// Numbers that only grow, and places.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) place: AtomicU64,
    pub(super) tail: AtomicU64,
    pub(super) last: AtomicU64,
    pub(super) frames_sent: AtomicU64,
    pub(super) proposals_sent: AtomicU64,
    pub(super) frames_resent: AtomicU64,
    pub(super) repeats: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) tails_remade: AtomicU64,
    pub(super) connections_lost: AtomicU64,
    round_trips: AtomicU64,
    round_trip_us: AtomicU64,
    longest_round_trip_us: AtomicU64,
}

/// What NATS said at the last look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Observed {
    /// The NATS server that this one is connected to; none while it is connected to none.
    pub(super) server: Option<String>,
    /// Its version.
    pub(super) version: String,
    /// The NATS server that leads the stream; none during an election, or if there is only one.
    pub(super) leader: Option<String>,
    /// The others that store the stream.
    pub(super) replicas: Vec<NatsReplica>,
    /// The stream.
    pub(super) stream: String,
    /// The bytes of the stream.
    pub(super) bytes: u64,
    /// How many it may have before it forgets its oldest messages; 0 for any number.
    pub(super) max_bytes: u64,
    /// The first sequence that the stream still has.
    pub(super) first: u64,
}

impl Status {
    pub(super) fn new(place: Place) -> Self {
        let counters = Counters { place: AtomicU64::new(place.0), ..Counters::default() };
        let (stalled_since, observed) = (AtomicU64::new(0), Mutex::default());
        let level = AtomicU32::new(level::FIRST);
        let (attempts, failure) = (Arc::default(), OnceLock::new());
        Self { attempts, began: Instant::now(), counters, stalled_since, level, observed, failure }
    }

    pub(super) fn set_level(&self, level: u32) {
        self.level.store(level, Relaxed);
    }

    /// Whether all that share the order know what needs this level.
    pub(super) fn all_know(&self, level: u32) -> bool {
        level <= self.level.load(Relaxed)
    }

    /// The time of this order, as its parts use it.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn instant(&self, elapsed: Duration) -> Instant {
        self.began + elapsed
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(super) fn set_oldest(&self, oldest: Option<Duration>) {
        self.stalled_since.store(oldest.map_or(0, |since| millis(since) + 1), Relaxed);
    }

    pub(super) fn count_round_trip(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.counters.round_trips.fetch_add(1, Relaxed);
        self.counters.round_trip_us.fetch_add(micros, Relaxed);
        self.counters.longest_round_trip_us.fetch_max(micros, Relaxed);
    }

    pub(super) fn observed(&self) -> MutexGuard<'_, Observed> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The order ends for this reason; the first one counts.
    pub(super) fn fail(&self, failure: Failure) {
        if self.failure.set(failure).is_ok()
            && let Some(failure) = self.failure.get()
        {
            tracing::error!(%failure, "the order of the cluster ended on this server");
        }
    }

    /// Why the order ended, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.get()
    }

    /// How long the oldest proposal that was published and has not come back is under way.
    #[must_use]
    pub fn stalled(&self) -> Option<Duration> {
        let since = self.stalled_since.load(Relaxed).checked_sub(1)?;
        Some(self.elapsed().saturating_sub(Duration::from_millis(since)))
    }

    /// All of it now.
    #[must_use]
    pub fn report(&self) -> OrderReport {
        let counters = &self.counters;
        let get = |counter: &AtomicU64| counter.load(Relaxed);
        let (tail, applied) = (get(&counters.tail), place::sequence(Place(get(&counters.place))));
        let last = get(&counters.last).max(tail);
        let Observed { server, version, leader, replicas, stream, bytes, max_bytes, first } =
            self.observed().clone();
        OrderReport {
            nats: server,
            version,
            stream,
            leader,
            replicas,
            bytes,
            max_bytes,
            first,
            last,
            applied,
            lag: last.saturating_sub(applied),
            stalled_ms: self.stalled().map(millis),
            totals: OrderTotals {
                frames_sent: get(&counters.frames_sent),
                proposals_sent: get(&counters.proposals_sent),
                frames_resent: get(&counters.frames_resent),
                repeats: get(&counters.repeats),
                refused: get(&counters.refused),
                tails_remade: get(&counters.tails_remade),
                connections_lost: get(&counters.connections_lost),
                round_trips: get(&counters.round_trips),
                round_trip_us: get(&counters.round_trip_us),
                longest_round_trip_us: get(&counters.longest_round_trip_us),
            },
            failure: self.failure().map(ToString::to_string),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX - 1)
}
