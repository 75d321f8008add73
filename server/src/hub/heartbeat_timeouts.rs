//! How long a connection may be silent.

use std::time::Duration;

/// When an idle connection is pinged, and when it is dropped (heartbeat).
#[derive(Clone, Copy, Debug)]
pub struct HeartbeatTimeouts {
    /// How long nothing was received before a ping is sent.
    pub ping: Duration,
    /// How long nothing was received before the connection is dropped.
    pub drop: Duration,
}

impl Default for HeartbeatTimeouts {
    fn default() -> Self {
        Self { ping: Duration::from_secs(30), drop: Duration::from_secs(75) }
    }
}
