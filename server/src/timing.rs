//! The timeouts of a server, which tests shorten, and the exemptions by address that only tests change.

use std::time::Duration;

use shared::limits::Limits;

use crate::hub::heartbeat_timeouts::HeartbeatTimeouts;
use crate::transfers::limits::TransferTiming;

/// How long a greeting may take.
const GREETING: Duration = Duration::from_secs(10);
/// How long after a start new connections are not rate limited by address.
const GRACE: Duration = Duration::from_mins(1);
/// How long a socket may stay unwritable before the connection is dropped (write stall).
const WRITE_STALL: Duration = Duration::from_secs(10);

/// The timeouts and exemptions.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How long a greeting may take.
    pub greeting: Duration,
    /// How long a socket may stay unwritable before the connection is dropped.
    pub write_stall: Duration,
    /// When an idle connection is pinged, and when it is dropped.
    pub heartbeat: HeartbeatTimeouts,
    /// The resume window: how long after a lost connection the identity is away before it leaves.
    pub resume: Duration,
    /// Whether loopback addresses are exempt from the limits by address.
    pub exempt_loopback: bool,
    /// How long after a start new connections are not rate limited by address, since all clients reconnect then.
    pub grace: Duration,
    /// The times of transfers of files.
    pub transfers: TransferTiming,
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
            transfers: TransferTiming::default(),
        }
    }
}
