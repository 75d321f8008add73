//! The log lines about refused connections: one a second at most, with the number of those left out, since a stranger can
//! make as many as the network carries. The counters have them all.

use std::sync::{Mutex, PoisonError};

use shared::Code;

use crate::transport::peer::Peer;

/// The least time between two lines, in milliseconds.
const INTERVAL_MS: u64 = 1000;

/// When the next line may be written, and how many refusals had none since the last.
#[derive(Debug, Default)]
pub struct RefusalLog(Mutex<(u64, u64)>);

impl RefusalLog {
    /// Logs a refusal, or counts it for the next line.
    pub fn note(&self, from: Peer, why: Code, now_ms: u64) {
        let left_out = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (next_ms, left_out) = &mut *state;
            if now_ms < *next_ms {
                *left_out += 1;
                return;
            }
            *next_ms = now_ms + INTERVAL_MS;
            std::mem::take(left_out)
        };
        let more = Some(left_out).filter(|more| *more > 0);
        tracing::info!(%from, %why, more, "refused");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tests::logged;

    #[test]
    fn a_thousand_refusals_in_a_second_are_two_lines_and_a_count() {
        let log = RefusalLog::default();
        let from = Peer::Net("192.0.2.7:9".parse().unwrap());
        let lines = logged(&[], || {
            (0..1000).for_each(|now_ms| log.note(from, Code::TooManyConnections, now_ms));
            log.note(from, Code::TooManyConnections, 1000);
        });
        let said: Vec<_> = lines.lines().map(|line| line.split_once("INFO ").unwrap().1).collect();
        assert_eq!(
            said,
            [
                "refused from=192.0.2.7:9 why=too_many_connections",
                "refused from=192.0.2.7:9 why=too_many_connections more=999",
            ]
        );
    }
}
