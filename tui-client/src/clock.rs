//! The clock of a shell: wall time that never goes back. The app does not ask it; the time comes to it with each event.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use shared::Millis;
use tokio::time;

/// Milliseconds since 1970 that go on steadily; when the wall clock is ahead (the machine slept), they jump after it.
#[derive(Debug)]
pub struct Clock {
    start: Instant,
    at_start: Millis,
}

/// The wall clock may run ahead this far before it is followed: smaller differences are its own corrections.
const DRIFT: Millis = 2_000;

impl Clock {
    /// A clock that shows the wall time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock of the shell")]
    pub fn start() -> Self {
        Self { start: Instant::now(), at_start: wall() }
    }

    /// The time, in milliseconds since 1970.
    pub fn now(&mut self) -> Millis {
        let since = Millis::try_from(self.start.elapsed().as_millis()).unwrap_or(Millis::MAX);
        let steady = self.at_start.saturating_add(since);
        let ahead = wall().saturating_sub(steady);
        if ahead > DRIFT {
            self.at_start = self.at_start.saturating_add(ahead);
            return steady.saturating_add(ahead);
        }
        steady
    }

    /// How long it is until `deadline`.
    pub fn until(&mut self, deadline: Millis) -> Duration {
        let wait = deadline.saturating_sub(self.now());
        Duration::from_millis(u64::try_from(wait).unwrap_or_default())
    }
}

/// Waits until then, for ever without a time. Cancel safe.
pub(crate) async fn sleep_until(until: Option<time::Instant>) {
    match until {
        Some(until) => time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}

/// The wall clock, in milliseconds since 1970.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the clock of the shell")]
pub fn wall() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}
