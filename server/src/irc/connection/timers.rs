//! What a connection does though nothing comes: a client that is silent is asked whether it is there, and one that does not say who it
//! is, does not answer, or takes nothing of what it is sent is given up.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::time::Instant;

use super::Connection;

/// After how long a silent client is asked whether it is there, and after how long more it is given up.
const PING_AFTER: Duration = Duration::from_secs(90);
const DEAD_AFTER: Duration = Duration::from_mins(1);
/// How long a client may take nothing of what it is sent.
const WRITE_STALL: Duration = Duration::from_mins(1);

impl Connection {
    /// When something is to be done though nothing comes.
    pub(super) fn deadline(&self) -> Instant {
        let silence = if let Some(by) = self.ends_by {
            by
        } else if !self.session.is_registered() {
            self.register_by
        } else if self.asked {
            self.heard + PING_AFTER + DEAD_AFTER
        } else {
            self.heard + PING_AFTER
        };
        let stall = self.stalled_since.map(|since| since + WRITE_STALL);
        let pause = self.paused_until.filter(|until| *until > Instant::now());
        [stall, pause].into_iter().flatten().fold(silence, Instant::min)
    }

    pub(super) fn on_time(&mut self) -> std::io::Result<()> {
        let (now, wall) = (Instant::now(), self.now());
        if self.ends_by.is_some_and(|by| by <= now)
            || self.stalled_since.is_some_and(|since| since + WRITE_STALL <= now)
        {
            return Err(std::io::Error::new(
                ErrorKind::TimedOut,
                "the client takes nothing of what it is sent",
            ));
        }
        let silent = now.duration_since(self.heard);
        if !self.session.is_registered() {
            if self.register_by <= now && self.ends_by.is_none() {
                self.session.end_unregistered(wall);
            }
        } else if !self.reads_client() {
            // A client that said all it has to say, and waits for the rest, is given up when it takes too long, too.
            if !self.said_all {
                self.heard = now;
            } else if silent >= PING_AFTER {
                self.session.end("ping timeout", wall);
            }
        } else if silent >= PING_AFTER + DEAD_AFTER {
            self.session.end("ping timeout", wall);
        } else if silent >= PING_AFTER && !self.asked {
            self.asked = true;
            self.session.ping(wall);
        }
        self.carry_out();
        Ok(())
    }
}
