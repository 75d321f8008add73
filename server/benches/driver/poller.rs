//! Waits for many connections at once.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{CreateFlags, Event, EventData, EventFlags, add, create, delete, wait};

/// The most that is taken at once.
const AT_ONCE: usize = 1024;

/// An epoll.
pub(crate) struct Poller {
    epoll: OwnedFd,
    events: Vec<Event>,
}

impl Poller {
    /// One that waits for nothing yet.
    pub(crate) fn new() -> Self {
        Self { epoll: create(CreateFlags::CLOEXEC).unwrap(), events: Vec::with_capacity(AT_ONCE) }
    }

    /// Tells of this descriptor by this number when it can be read, until it is closed.
    pub(crate) fn add(&self, source: impl AsFd, number: u64) {
        add(&self.epoll, source, EventData::new_u64(number), EventFlags::IN).unwrap();
    }

    /// Tells of it no more.
    pub(crate) fn remove(&self, source: impl AsFd) {
        delete(&self.epoll, source).unwrap();
    }

    /// Waits until one can be read, at most so long, and fills in the numbers of all that can.
    pub(crate) fn wait(&mut self, at_most: Duration, ready: &mut Vec<u64>) {
        ready.clear();
        self.events.clear();
        let timeout = Timespec::try_from(at_most).unwrap();
        if wait(&self.epoll, spare_capacity(&mut self.events), Some(&timeout)).is_ok() {
            ready.extend(self.events.iter().map(|event| event.data.u64()));
        }
    }
}
