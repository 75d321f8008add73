//! Complaints about connections that could not be accepted: the first is logged at once, and what follows is counted and
//! logged once a minute, so that a shortage does not fill the log as well.

use std::time::Duration;

use tokio::time::Instant;

/// How long complaints are only counted after one was logged.
const QUIET: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(super) struct Complaints {
    logged: Option<Instant>,
    /// How many were only counted since then.
    counted: u64,
}

impl Complaints {
    /// Logs it, or counts it.
    pub(super) fn add(&mut self, why: &str) {
        if let Some(before) = self.due() {
            tracing::warn!(why, more = before, "could not accept a connection");
        }
    }

    /// How many were counted since the last one was logged, if it is time to log again.
    fn due(&mut self) -> Option<u64> {
        if self.logged.is_some_and(|logged| logged.elapsed() < QUIET) {
            self.counted += 1;
            return None;
        }
        self.logged = Some(Instant::now());
        Some(std::mem::take(&mut self.counted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_shortage_is_logged_once_a_minute() {
        let mut complaints = Complaints::default();
        assert_eq!(complaints.due(), Some(0));
        for _ in 0..600 {
            assert_eq!(complaints.due(), None);
        }
        tokio::time::advance(QUIET).await;
        assert_eq!(complaints.due(), Some(600));
        assert_eq!(complaints.due(), None);
    }
}
