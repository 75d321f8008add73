//! The server's clock: the one place that asks the system what time it is. [`Clock::now`] survives whatever is done to
//! the system's wall clock.
//!
//! The time is the wall clock at the start plus what elapsed since then by `CLOCK_BOOTTIME`, which nobody can set and
//! which goes on while the machine is suspended. So a jump of the wall clock moves nothing by itself, and a jump ahead
//! and back leaves no frozen time. Now and then [`Clock::observe`] compares the two. A difference of less than a second
//! is drift: the clock slews towards it, slowly enough that time never goes back. A larger one that lasts is a step: it
//! is reported once, and whoever shifts all deadlines with it calls [`Clock::step`].
//!
//! The chat must not ask this clock: its time comes with what it is told.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;

use shared::Millis;

/// From which difference to the wall clock on it is a step and no drift, in milliseconds.
const STEP_MS: Millis = 1000;
/// How long a difference must last, in elapsed milliseconds: a wall clock that jumps ahead and back within this time
/// is never followed.
const LASTING_MS: Millis = 10_000;
/// How far two observations of one step may be apart, in milliseconds: the wall clock may drift meanwhile.
const AGREE_MS: Millis = 500;
/// One millisecond of correction for so many elapsed ones: 500 ppm, as adjtimex(2) slews.
const SLEW: Millis = 2000;

/// Wall clock and uptime.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    sources: Sources,
    state: Mutex<State>,
}

/// Where a clock has its time from, in milliseconds: the wall clock, and what elapsed since some moment of the past.
struct Sources {
    wall: Box<dyn Fn() -> Millis + Send + Sync>,
    elapsed: Box<dyn Fn() -> Millis + Send + Sync>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    /// What to add to the elapsed time.
    base: Millis,
    /// The correction that is under way, and at which elapsed time it began.
    slew: Millis,
    slew_from: Millis,
    difference: Difference,
}

/// What was seen of the difference to the wall clock.
#[derive(Clone, Copy, Debug)]
enum Difference {
    /// Less than a step.
    Small,
    /// A step, if it lasts: how far, and at which elapsed time it was first seen.
    Seen { by: Millis, since: Millis },
    /// A step that was reported and not taken yet.
    Reported,
}

impl Clock {
    /// The system's.
    #[must_use]
    pub fn start() -> Self {
        Self::with_sources(wall, boottime)
    }

    /// A clock whose wall time goes with the runtime's time, from `began` on.
    #[must_use]
    pub fn simulated(began: Millis) -> Self {
        let started = Instant::now();
        let elapsed = move || Millis::try_from(started.elapsed().as_millis()).unwrap_or(Millis::MAX);
        Self::with_sources(move || began.saturating_add(elapsed()), elapsed)
    }

    /// A clock by another wall clock and another measure of what elapsed, both in milliseconds.
    pub fn with_sources(
        wall: impl Fn() -> Millis + Send + Sync + 'static,
        elapsed: impl Fn() -> Millis + Send + Sync + 'static,
    ) -> Self {
        let (base, slew_from) = (wall().saturating_sub(elapsed()), elapsed());
        Self {
            started: Instant::now(),
            sources: Sources { wall: Box::new(wall), elapsed: Box::new(elapsed) },
            state: Mutex::new(State { base, slew: 0, slew_from, difference: Difference::Small }),
        }
    }

    /// Milliseconds since 1970. It never goes back, but by a step.
    #[must_use]
    pub fn now(&self) -> Millis {
        let state = *self.state();
        state.at((self.sources.elapsed)())
    }

    /// Milliseconds since the start, steady; the time the machine is suspended is not counted, so that nobody seems to
    /// have been silent for so long.
    #[must_use]
    pub fn uptime_ms(&self) -> u64 {
        u64::try_from(self.uptime().as_millis()).unwrap_or(u64::MAX)
    }

    /// The same, as precise as the system has it.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Compares the clock with the system's wall clock; to be called every few seconds. Returns by how much the wall
    /// clock was stepped, in milliseconds, once that lasted for ten seconds. It is returned once; nothing more is until
    /// the step was taken with [`step`](Self::step).
    #[must_use = "a step that is not taken is never reported again"]
    pub fn observe(&self) -> Option<Millis> {
        let mut state = self.state();
        let elapsed = (self.sources.elapsed)();
        let by = (self.sources.wall)().saturating_sub(state.at(elapsed));
        if matches!(state.difference, Difference::Reported) {
            return None;
        }
        state.settle(elapsed);
        if by.abs() < STEP_MS {
            (state.slew, state.difference) = (by, Difference::Small);
            return None;
        }
        state.slew = 0;
        match state.difference {
            Difference::Seen { by: seen, since } if (by - seen).abs() <= AGREE_MS => {
                let lasting = elapsed.saturating_sub(since) >= LASTING_MS;
                if lasting {
                    state.difference = Difference::Reported;
                }
                lasting.then_some(by)
            }
            Difference::Seen { .. } | Difference::Small | Difference::Reported => {
                state.difference = Difference::Seen { by, since: elapsed };
                None
            }
        }
    }

    /// Sets the clock forward by so much, or back.
    pub fn step(&self, by: Millis) {
        let mut state = self.state();
        state.base = state.base.saturating_add(by);
        state.difference = Difference::Small;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn at(self, elapsed: Millis) -> Millis {
        self.base.saturating_add(elapsed).saturating_add(self.slewed(elapsed))
    }

    /// How much of the correction was made by then.
    fn slewed(self, elapsed: Millis) -> Millis {
        let most = elapsed.saturating_sub(self.slew_from).max(0) / SLEW;
        self.slew.clamp(-most, most)
    }

    /// Counts what was corrected as done.
    fn settle(&mut self, elapsed: Millis) {
        let done = self.slewed(elapsed);
        self.base = self.base.saturating_add(done);
        self.slew -= done;
        // What makes no whole millisecond yet goes on counting, however often this is called.
        self.slew_from = if self.slew == 0 { elapsed } else { self.slew_from + done.abs() * SLEW };
    }
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sources")
    }
}

/// The system's wall clock, which may be set to anything at any time. The log goes by it, as the logs of other programs
/// do; everything else asks a [`Clock`].
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub(crate) fn wall() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Millis::try_from(since).unwrap_or(Millis::MAX)
}

/// Milliseconds since the machine was started, suspended or not: `clock_gettime(2)`, `CLOCK_BOOTTIME`.
fn boottime() -> Millis {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec.saturating_mul(1000).saturating_add(time.tv_nsec / 1_000_000)
}

#[cfg(test)]
mod tests;
