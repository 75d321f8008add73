//! What a step of the store thread is given: the clock, and how long it may take.

use std::time::Duration;

use shared::Millis;

use crate::clock::Clock;

/// Reads the clock.
pub(super) type ReadClock = Box<dyn FnMut() -> Reading + Send>;

/// A reading of the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// How long the server ran. The time a machine is suspended is not counted: no clock is set right in it.
    pub(super) uptime: Duration,
    /// What time it was.
    pub(super) now: Millis,
}

impl Reading {
    /// What the clock says.
    pub(super) fn of(clock: &Clock) -> Self {
        Self { uptime: clock.uptime(), now: clock.now() }
    }
}

/// How much longer a step may go on.
pub(super) struct Budget<'a> {
    read_clock: &'a mut ReadClock,
    until: Duration,
}

impl<'a> Budget<'a> {
    /// From now on.
    pub(super) fn new(read_clock: &'a mut ReadClock, time: Duration) -> Self {
        let until = read_clock().uptime + time;
        Self { read_clock, until }
    }

    pub(super) fn is_spent(&mut self) -> bool {
        (self.read_clock)().uptime >= self.until
    }
}
