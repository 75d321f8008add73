//! The servers of one client: an app with its services for each, of which one is on the screen. They know nothing of each
//! other, so what one of them does (fail, hang, flood) is its own app's concern.

use std::future::{Future as _, poll_fn};
use std::sync::Arc;
use std::task::Poll;

use shared::Millis;
use tokio::time::Instant;

use crate::app::App;
use crate::effect::Exit;
use crate::net::link::Batch;
use crate::server_list::{OtherServer, Others, ServerNumber};
use crate::services::{ServiceEvent, Services};

/// One server.
pub(super) struct Server {
    /// The app, which knows this server only.
    pub(super) app: App,
    /// What the shell does for it.
    pub(super) services: Services,
    /// Which it is.
    pub(super) number: ServerNumber,
    /// How it ended, once it has.
    pub(super) exit: Option<Exit>,
    /// Whether it is being left, without the program.
    pub(super) closing: Closing,
    /// What the app on the screen knows of it.
    known: Option<Arc<OtherServer>>,
    /// Whether something has happened there since.
    is_touched: bool,
}

/// Whether a server is being left while the program goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// It is not.
    No,
    /// The person has left it.
    Left,
    /// It is one that the client is connected to already, which was told.
    Double,
}

impl Server {
    fn new(app: App, services: Services, number: u32) -> Self {
        let number = ServerNumber(number);
        Self { app, services, number, exit: None, closing: Closing::No, known: None, is_touched: true }
    }

    /// Something happens there while another one is shown. When the person was active last is told, for whoever types at
    /// another server is there.
    pub(super) fn touch(&mut self, active_at: Option<Millis>) {
        self.is_touched = true;
        if let Some(at) = active_at {
            self.app.note_activity(at);
        }
    }

    /// Brings up to date what is known of it. Says whether that is something else now.
    fn refresh(&mut self) -> bool {
        if !std::mem::take(&mut self.is_touched) {
            return false;
        }
        let now = self.app.as_other(self.number);
        let is_new = self.known.as_deref() != Some(&now);
        if is_new {
            self.known = Some(Arc::new(now));
        }
        is_new
    }
}

/// All of them, never none, in the order they are listed.
pub(super) struct Servers {
    list: Vec<Server>,
    shown: usize,
    /// How many there ever were.
    count: u32,
    /// Whose turn it is to be heard first: one that always has something to tell must not silence the others.
    turn: usize,
    /// Another one is shown, or one came or went: the app on the screen is to be told of the others.
    is_changed: bool,
}

/// The list.
impl Servers {
    /// One server, which is shown.
    pub(super) fn of(app: App, services: Services) -> Self {
        Self { list: vec![Server::new(app, services, 0)], shown: 0, count: 1, turn: 0, is_changed: false }
    }

    /// Adds one at the end.
    pub(super) fn add(&mut self, app: App, services: Services) {
        self.list.push(Server::new(app, services, self.count));
        (self.count, self.is_changed) = (self.count + 1, true);
    }

    /// Takes one off that is not shown.
    pub(super) fn remove(&mut self, place: usize) -> Option<Server> {
        if place == self.shown || place >= self.list.len() {
            return None;
        }
        let server = self.list.remove(place);
        self.shown -= usize::from(place < self.shown);
        (self.turn, self.is_changed) = (0, true);
        Some(server)
    }

    /// Shows another one. Says which place was shown before.
    pub(super) fn show(&mut self, place: usize) -> Option<usize> {
        if place == self.shown || place >= self.list.len() {
            return None;
        }
        self.is_changed = true;
        // What the one that was shown is like was nobody's concern until now.
        self.shown_mut().is_touched = true;
        Some(std::mem::replace(&mut self.shown, place))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// All of them.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Server> {
        self.list.iter()
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

    /// When the person was active last, at whichever is shown.
    pub(super) fn active_at(&self) -> Option<Millis> {
        self.shown().app.screen().active_at()
    }

    /// Gives the configuration file of the one that was shown before to the one that is.
    pub(super) fn hand_settings(&mut self, left: usize) {
        if let Ok([left, shown]) = self.list.get_disjoint_mut([left, self.shown]) {
            left.services.hand_settings_to(&mut shown.services);
        }
    }

    /// Where to go when the one at a place is left: to the next one that stays, or the one before.
    pub(super) fn neighbour(&self, place: usize) -> usize {
        let stays =
            |at: &usize| self.list.get(*at).is_some_and(|it| it.exit.is_none() && it.closing == Closing::No);
        let mut after = place + 1..self.list.len();
        after.find(stays).or_else(|| (0..place).rev().find(stays)).unwrap_or(place)
    }

    /// Two that are the same server, the one that was opened first before the other. A server that shows another key only
    /// says that it is the same.
    pub(super) fn doubles(&self) -> Option<(usize, usize)> {
        let id = |server: &Server| {
            let is_there =
                server.exit.is_none() && server.closing == Closing::No && server.app.connection().is_online();
            server.app.session().server().filter(|_| is_there)?.id.clone()
        };
        let key = |server: &Server| server.app.connection().reached().and_then(|reached| reached.key.clone());
        let is_same = |one: &Server, other: &Server| {
            let keys = key(one).zip(key(other));
            id(one).is_some() && id(one) == id(other) && keys.is_none_or(|(one, other)| one == other)
        };
        self.list.iter().enumerate().find_map(|(at, one)| {
            let other = self.list.iter().skip(at + 1).position(|other| is_same(one, other))?;
            Some((at, at + 1 + other))
        })
    }

    /// All services.
    pub(super) fn into_services(self) -> Vec<Services> {
        self.list.into_iter().map(|server| server.services).collect()
    }

    /// What the app on the screen is to be told of the others, if that is something new.
    pub(super) fn news_of_others(&mut self) -> Option<Others> {
        if self.list.len() == 1 && !self.is_changed {
            return None;
        }
        let (shown, mut is_new) = (self.shown, std::mem::take(&mut self.is_changed));
        for (place, server) in self.list.iter_mut().enumerate() {
            is_new |= place != shown && server.refresh();
        }
        let others = self.list.iter().enumerate().filter(|(place, _)| *place != shown);
        let list = || others.filter_map(|(_, server)| server.known.clone()).collect();
        is_new.then(|| Others { before: shown, list: list() })
    }
}

/// What happens at them.
impl Servers {
    /// Waits until any of them has something to tell. Cancel safe.
    pub(super) async fn wait(&mut self) {
        if let [only] = self.list.as_mut_slice() {
            return only.services.wait().await;
        }
        let (count, turn) = (self.list.len(), self.turn);
        let mut waits: Vec<_> = self.list.iter_mut().map(|server| Box::pin(server.services.wait())).collect();
        poll_fn(|cx| {
            let mut is_ready =
                |place: usize| waits.get_mut(place).is_some_and(|wait| wait.as_mut().poll(cx).is_ready());
            if (turn..count).chain(0..turn).any(&mut is_ready) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// What was waited for, and which of them tells it.
    pub(super) fn try_next(&mut self) -> Option<(usize, ServiceEvent)> {
        let (count, turn) = (self.list.len(), self.turn);
        for place in (turn..count).chain(0..turn) {
            if let Some(event) = self.list.get_mut(place).and_then(|server| server.services.try_next()) {
                self.turn = (place + 1) % count;
                return Some((place, event));
            }
        }
        None
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
        self.list.iter_mut().filter(|server| server.exit.is_none()).filter_map(due).min()
    }

    /// Whether the one at a place wants to be told the time now.
    pub(super) fn is_due(&mut self, place: usize) -> bool {
        self.list.get_mut(place).is_some_and(|server| {
            let now = server.services.now();
            server.app.deadline().is_some_and(|deadline| now >= deadline)
        })
    }
}
