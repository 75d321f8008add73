//! The server's clock: the one place that asks the system what time it is. It must not be used by the chat core.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use shared::Millis;

/// Wall clock and uptime.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    last: AtomicI64,
}

impl Clock {
    /// Starts counting.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn start() -> Self {
        Self { started: Instant::now(), last: AtomicI64::new(0) }
    }

    /// Milliseconds since 1970, never going back while the server runs, whatever is done to the system's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let now = Millis::try_from(since).unwrap_or(Millis::MAX);
        self.last.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// Milliseconds since the start, steady.
    #[must_use]
    pub fn uptime_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
