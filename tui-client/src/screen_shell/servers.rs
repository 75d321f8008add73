//! The servers of one client: an app with its services for each, of which one is on the screen. They know nothing of each
//! other, so what one of them does (fail, hang, flood) is its own app's concern.

use std::future::{Future as _, poll_fn};
use std::task::Poll;

use tokio::time::Instant;

use crate::app::App;
use crate::net::link::Batch;
use crate::services::{ServiceEvent, Services};

/// One server.
pub(super) struct Server {
    /// The app, which knows this server only.
    pub(super) app: App,
    /// What the shell does for it.
    pub(super) services: Services,
}

/// All of them, never none, in the order they are listed.
pub(super) struct Servers {
    list: Vec<Server>,
    shown: usize,
    /// Whose turn it is to be heard first: one that always has something to tell must not silence the others.
    turn: usize,
}

impl Servers {
    /// One server, which is shown.
    pub(super) fn of(app: App, services: Services) -> Self {
        Self { list: vec![Server { app, services }], shown: 0, turn: 0 }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The place of the one that is shown.
    pub(super) fn shown_index(&self) -> usize {
        self.shown
    }

    /// The one that is shown.
    #[expect(clippy::indexing_slicing, reason = "the list is never empty, and `shown` is always in it")]
    pub(super) fn shown(&self) -> &Server {
        &self.list[self.shown]
    }

    /// The same, to change it.
    #[expect(clippy::indexing_slicing, reason = "the list is never empty, and `shown` is always in it")]
    pub(super) fn shown_mut(&mut self) -> &mut Server {
        &mut self.list[self.shown]
    }

    /// The one at a place.
    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Server> {
        self.list.get_mut(place)
    }

    /// The next thing any of them has to tell, and which one. Cancel safe.
    pub(super) async fn next(&mut self) -> (usize, ServiceEvent) {
        if let [only] = self.list.as_mut_slice() {
            return (0, only.services.next().await);
        }
        let (count, turn) = (self.list.len(), self.turn);
        let mut waits: Vec<_> = self.list.iter_mut().map(|server| Box::pin(server.services.next())).collect();
        let told = poll_fn(|cx| {
            for place in (turn..count).chain(0..turn) {
                if let Some(Poll::Ready(event)) = waits.get_mut(place).map(|wait| wait.as_mut().poll(cx)) {
                    return Poll::Ready((place, event));
                }
            }
            Poll::Pending
        })
        .await;
        drop(waits);
        self.turn = (told.0 + 1) % count;
        told
    }

    /// The next batch any of them has already, and which one.
    pub(super) fn try_next_batch(&mut self) -> Option<(usize, Batch)> {
        let (count, turn) = (self.list.len(), self.turn);
        for place in (turn..count).chain(0..turn) {
            if let Some(batch) = self.list.get_mut(place).and_then(|server| server.services.try_next_batch())
            {
                self.turn = (place + 1) % count;
                return Some((place, batch));
            }
        }
        None
    }

    /// When the first of them wants to be told the time, if any does.
    pub(super) fn deadline(&mut self) -> Option<Instant> {
        let due = |server: &mut Server| {
            let deadline = server.app.deadline()?;
            Some(Instant::now() + server.services.until(deadline))
        };
        self.list.iter_mut().filter_map(due).min()
    }

    /// Whether the one at a place wants to be told the time now.
    pub(super) fn is_due(&mut self, place: usize) -> bool {
        self.list.get_mut(place).is_some_and(|server| {
            let now = server.services.now();
            server.app.deadline().is_some_and(|deadline| now >= deadline)
        })
    }

    /// The services of the one that is shown; the others are closed already.
    pub(super) fn into_services(mut self) -> Services {
        self.list.swap_remove(self.shown).services
    }
}
