//! The server's clock: the one place that asks the system what time it is. It must not be used by the chat core.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use shared::Millis;

/// Wall clock and uptime.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    /// Where a simulated wall clock began; a real one asks the system.
    simulated: Option<Millis>,
    last: AtomicI64,
}

impl Clock {
    /// Starts counting.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now(), simulated: None, last: AtomicI64::new(0) }
    }

    /// A clock whose wall time goes with the runtime's time, from `began` on.
    #[must_use]
    pub fn simulated(began: Millis) -> Self {
        Self { simulated: Some(began), ..Self::start() }
    }

    /// Milliseconds since 1970, never going back while the server runs, whatever is done to the system's clock.
    #[must_use]
    pub fn now(&self) -> Millis {
        let uptime = || Millis::try_from(self.uptime_ms()).unwrap_or(Millis::MAX);
        let now = self.simulated.map_or_else(wall, |began| began.saturating_add(uptime()));
        self.last.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// Milliseconds since the start, steady.
    #[must_use]
    pub fn uptime_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The system's wall clock, which may be set back. The log goes by it; everything else asks a [`Clock`].
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub(crate) fn wall() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Millis::try_from(since).unwrap_or(Millis::MAX)
}
