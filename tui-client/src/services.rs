//! What every shell does for its app: clock, connection, profile and log. Each is a value given to it, so that several
//! shells in one process share nothing but what they were given.

mod profile_writer;

use std::collections::VecDeque;
use std::time::Duration;

use shared::{ClientMsg, Millis, Request, ServerMsg};

use self::profile_writer::ProfileWriter;
use crate::clock::Clock;
use crate::effect::Effect;
use crate::event::{FromLink, LocalFailure};
use crate::log::Log;
use crate::net::dial::Dial;
use crate::net::link::{Batch, Link};
use crate::profile_store::ProfileStore;

/// How long the last write of the profile is waited for at the end. A disk that hangs must not keep the program from
/// ending.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// Clock, connection, profile and log of one app.
pub struct Services {
    clock: Clock,
    log: Log,
    dialer: Box<dyn Dial>,
    profile: Option<ProfileWriter>,
    link: Option<Link>,
    /// What happened here, to be told before anything else.
    pending: VecDeque<ServiceEvent>,
}

/// What the services have to tell.
#[derive(Debug)]
pub enum ServiceEvent {
    /// What one read from the connection brought.
    Batch(Batch),
    /// Something did not work that the person should know.
    LocalFailure(LocalFailure),
}

impl Services {
    /// Services with this clock and log, that connect by this dialer, and keep the profile in this store if there is one.
    /// Needs a runtime.
    #[must_use]
    pub fn new(clock: Clock, log: Log, dialer: Box<dyn Dial>, store: Option<Box<dyn ProfileStore>>) -> Self {
        let profile = store.map(ProfileWriter::start);
        Self { clock, log, dialer, profile, link: None, pending: VecDeque::new() }
    }

    /// Tells of something that went wrong before the app was there, and logs it.
    pub fn report(&mut self, failure: LocalFailure) {
        self.log(&format!("{failure:?}"));
        self.pending.push_back(ServiceEvent::LocalFailure(failure));
    }

    /// The time, in milliseconds since 1970.
    pub fn now(&mut self) -> Millis {
        self.clock.now()
    }

    /// How long it is until `deadline`.
    pub fn until(&mut self, deadline: Millis) -> Duration {
        self.clock.until(deadline)
    }

    /// Writes a line to the log.
    pub fn log(&mut self, line: &str) {
        let now = self.clock.now();
        self.log.line(now, line);
    }

    /// Does what concerns connection, profile and log, and hands back the rest. Never waits for any of them.
    pub fn execute(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Connect(hello) => {
                let hello = Request::unnamed(ClientMsg::Hello(*hello));
                self.disconnect();
                self.link = Some(Link::open(self.dialer.dial(), &hello));
            }
            Effect::Send(request) => {
                if let Some(Err(lost)) = self.link.as_ref().map(|link| link.send(&request)) {
                    self.disconnect();
                    self.pending.push_back(ServiceEvent::Batch(vec![FromLink::Down(lost)]));
                }
            }
            Effect::Disconnect => self.disconnect(),
            Effect::Save(profile) => {
                if let Some(writer) = &self.profile {
                    writer.save(profile);
                }
            }
            Effect::Log(line) => self.log(&line),
            Effect::Copy(_)
            | Effect::Title(_)
            | Effect::Notice(_)
            | Effect::Happened(_)
            | Effect::Recalled(_)
            | Effect::NotDone
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit(_) => return Some(effect),
        }
        None
    }

    /// The next thing to tell. Cancel safe.
    pub async fn next(&mut self) -> ServiceEvent {
        if let Some(event) = self.pending.pop_front() {
            return event;
        }
        tokio::select! {
            biased;
            batch = next_batch(&mut self.link) => {
                self.note(&batch);
                ServiceEvent::Batch(batch)
            }
            why = next_failure(&mut self.profile) => {
                self.log(&format!("cannot write the profile: {why}"));
                ServiceEvent::LocalFailure(LocalFailure::ProfileUnwritten(why))
            }
        }
    }

    /// The next batch from the connection, if there is one already.
    pub fn try_next_batch(&mut self) -> Option<Batch> {
        // What is pending was before it.
        let batch = if self.pending.is_empty() { self.link.as_mut().and_then(Link::try_next) } else { None };
        batch.inspect(|batch| self.note(batch))
    }

    /// Tells the dialer of a welcome, for the keys of servers are its concern.
    fn note(&self, batch: &Batch) {
        for said in batch {
            if let FromLink::Said(ServerMsg::Welcome(welcome)) = said {
                self.dialer.welcomed(welcome.next_key.clone());
            }
        }
    }

    /// Closes the connection and waits until the profile is written, at most a moment.
    pub async fn close(mut self) {
        self.disconnect();
        if let Some(writer) = self.profile.take()
            && let Err(why) = writer.close(LAST_WRITE).await
        {
            self.log(&format!("cannot write the profile: {why}"));
        }
    }

    /// Nothing more comes from the connection, not even its end.
    fn disconnect(&mut self) {
        self.link = None;
        self.pending.retain(|event| matches!(event, ServiceEvent::LocalFailure(_)));
    }
}

/// The next batch; waits for ever without a connection. Cancel safe.
async fn next_batch(link: &mut Option<Link>) -> Batch {
    if let Some(open) = link {
        if let Some(batch) = open.next().await {
            return batch;
        }
        *link = None;
    }
    std::future::pending().await
}

/// Why the profile cannot be written; waits for ever while it can. Cancel safe.
async fn next_failure(writer: &mut Option<ProfileWriter>) -> String {
    match writer {
        Some(writer) => writer.failure().await,
        None => std::future::pending().await,
    }
}
