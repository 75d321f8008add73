//! The times a server goes by. Tests shorten them.

use std::time::Duration;

use shared::limits::Limits;

use crate::hub::HeartbeatTimeouts;

/// How long a greeting may take.
const GREETING: Duration = Duration::from_secs(10);
/// How long after a start new connections are not counted by address.
const GRACE: Duration = Duration::from_mins(1);
/// How long a connection may take nothing before it is dropped.
const WRITE_STALL: Duration = Duration::from_secs(10);

/// Times that tests shorten, and what else only they change.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How long a greeting may take.
    pub greeting: Duration,
    /// How long a connection may take nothing.
    pub write_stall: Duration,
    /// When silent connections are asked and dropped.
    pub heartbeat: HeartbeatTimeouts,
    /// How long a lost connection is away before it is a leave.
    pub resume: Duration,
    /// Whether limits by address leave this machine out.
    pub exempt_loopback: bool,
    /// How long after its start a server counts no new connections by address: everybody may come back at once.
    pub grace: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let resume = Duration::from_secs(Limits::default().resume_s);
        let heartbeat = HeartbeatTimeouts::default();
        Self {
            greeting: GREETING,
            write_stall: WRITE_STALL,
            heartbeat,
            resume,
            exempt_loopback: true,
            grace: GRACE,
        }
    }
}
