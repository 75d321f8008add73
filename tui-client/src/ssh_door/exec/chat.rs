//! A person's connection without a screen: their app does what it always does (greets, reconnects, keeps the profile), and
//! beside it requests are asked here and their answers taken.
//!
//! A request that was not answered before the connection was lost is asked again after the next welcome. That is safe: what
//! is said carries its nonce, and all else asks for something or changes nothing when it is done twice.

use std::time::Duration;

use shared::server_msg::{Answer, Order, OrderState};
use shared::{ClientMsg, Code, Refusal, Request, RequestId, ServerMsg};
use tokio::time::{Instant, sleep};

use crate::app::App;
use crate::clock::sleep_until;
use crate::effect::{Effect, Exit};
use crate::event::{Event, FromLink};
use crate::net::dial::Dialing;
use crate::services::{ServiceEvent, Services};

/// How long the first connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// When whoever waits for it is told so.
const TOLD: Duration = Duration::from_secs(1);
/// How long an answer may take: a server that restarts is back before.
const ANSWER: Duration = Duration::from_secs(30);
/// How long the goodbye may take.
const LEAVE: Duration = Duration::from_secs(1);

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no connection.
    Unconnected,
    /// The server does not want it.
    Refused(Refusal),
    /// No answer came in time.
    Unanswered,
    /// The same, because the servers of the chat do not reach each other; whether it was asked already.
    Stalled { was_asked: bool },
    /// The server has ended it.
    Ended(Exit),
    /// Something else, in the person's language.
    Other(String),
}

/// Somebody who is in.
pub(super) struct Chat {
    pub(super) app: App,
    services: Services,
    asked: u32,
    /// Whether the servers of the chat do not reach each other, as far as is known.
    is_stalled: bool,
    exit: Option<Exit>,
}

impl Chat {
    /// Connects, and is welcomed; tells whoever waits when that is not done at once.
    pub(super) async fn open(
        (app, services): (App, Services),
        tell: impl AsyncFnOnce(),
    ) -> Result<Self, (Failure, Self)> {
        let mut chat = Self { app, services, asked: 0, is_stalled: false, exit: None };
        let now = chat.services.now();
        let effects = chat.app.start(now);
        chat.execute(effects);
        let (until, told_at) = (Instant::now() + CONNECT, Instant::now() + TOLD);
        let mut tell = Some(tell);
        while !(chat.app.is_welcome() && chat.app.status().is_online()) {
            if let Some(exit) = chat.exit.take() {
                return Err((Failure::Ended(exit), chat));
            }
            if Instant::now() >= until {
                let stalled = Failure::Stalled { was_asked: false };
                return Err((if chat.is_stalled { stalled } else { Failure::Unconnected }, chat));
            }
            if let Some(tell) = tell.take_if(|_| Instant::now() >= told_at) {
                tell().await;
            }
            chat.step(Some(if tell.is_some() { told_at } else { until })).await;
        }
        Ok(chat)
    }

    /// Asks for something, and waits for the answer.
    pub(super) async fn ask(&mut self, msg: ClientMsg) -> Result<Answer, Failure> {
        self.asked += 1;
        let id = RequestId::parse(&format!("ssh-{}", self.asked)).ok();
        let request = Request { id, msg };
        let (mut is_sent, until) = (false, Instant::now() + ANSWER);
        loop {
            if let Some(exit) = self.exit.take() {
                return Err(Failure::Ended(exit));
            }
            if Instant::now() >= until {
                let stalled = Failure::Stalled { was_asked: is_sent };
                return Err(if self.is_stalled { stalled } else { Failure::Unanswered });
            }
            if !is_sent && self.app.status().is_online() {
                is_sent = true;
                self.execute(vec![Effect::Send(request.clone())]);
            }
            for said in self.step(Some(until)).await {
                if let ServerMsg::Ok(answer) = said {
                    if answer.id == request.id {
                        return Ok(*answer);
                    }
                } else if let ServerMsg::Error(refusal) = said {
                    if refusal.id == request.id {
                        is_sent = false;
                        if let Err(failure) = wait_or_fail(refusal, until).await {
                            let stalled = Failure::Stalled { was_asked: false };
                            return Err(if self.is_stalled { stalled } else { failure });
                        }
                    }
                } else if matches!(said, ServerMsg::Welcome(_)) {
                    is_sent = false;
                }
            }
        }
    }

    /// Waits for something that the server says by itself.
    pub(super) async fn hear(&mut self) -> Result<Vec<ServerMsg>, Failure> {
        loop {
            if let Some(exit) = self.exit.take() {
                return Err(Failure::Ended(exit));
            }
            let said = self.step(None).await;
            if !said.is_empty() {
                return Ok(said);
            }
        }
    }

    /// Begins to open another connection, to the server that this one is to.
    pub(super) fn dial_beside(&self) -> Dialing {
        self.services.dial_beside()
    }

    /// Leaves, and waits until what is to be kept is on disk. Why it is not, if so.
    pub(super) async fn close(mut self) -> Option<String> {
        let until = Instant::now() + LEAVE;
        if self.app.status().is_online() {
            self.take(Event::Line("/quiet".to_owned()));
        }
        while self.exit.is_none() && self.app.status().is_online() && Instant::now() < until {
            self.step(Some(until)).await;
        }
        self.services.close().await
    }

    /// Waits for the next thing to happen, and gives it to the app; what the server said of it.
    async fn step(&mut self, until: Option<Instant>) -> Vec<ServerMsg> {
        let deadline = self.app.deadline().map(|deadline| Instant::now() + self.services.until(deadline));
        let wakes = [until, deadline].into_iter().flatten().min();
        tokio::select! {
            biased;
            event = self.services.next() => self.take_service(event),
            () = sleep_until(wakes), if wakes.is_some() => {
                self.take(Event::Tick);
                Vec::new()
            }
        }
    }

    fn take_service(&mut self, event: ServiceEvent) -> Vec<ServerMsg> {
        match event {
            ServiceEvent::Batch(batch) => {
                let mut said = Vec::new();
                for heard in batch {
                    if let FromLink::Said(msg) = &heard {
                        self.note_order(msg);
                        said.push(msg.clone());
                    } else if let FromLink::Event(event) = &heard {
                        said.push(ServerMsg::Event(Box::new(shared::Event::clone(event))));
                    }
                    self.take(Event::Link(heard));
                }
                return said;
            }
            ServiceEvent::LocalFailure(failure) => self.take(Event::LocalFailure(failure)),
            ServiceEvent::SettingsFile(text) => self.take(Event::SettingsFile(text)),
            ServiceEvent::Transfer(id, news) => self.take(Event::Transfer(id, news)),
            ServiceEvent::FilesFound(number, found) => self.take(Event::FilesFound(number, found)),
            ServiceEvent::FileOpened(opened) => self.take(Event::FileOpened(opened)),
            ServiceEvent::LargePicture(..) => {}
        }
        Vec::new()
    }

    fn note_order(&mut self, msg: &ServerMsg) {
        if let ServerMsg::Order(Order { state, .. }) = msg {
            self.is_stalled = *state == OrderState::Stalled;
        } else if let ServerMsg::Welcome(_) = msg {
            self.is_stalled = false;
        }
    }

    fn take(&mut self, event: Event) {
        let now = self.services.now();
        let effects = self.app.update(now, event);
        self.execute(effects);
    }

    fn execute(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Some(Effect::Quit(exit)) = self.services.execute(effect) {
                self.exit = Some(exit);
            }
        }
    }
}

/// Waits until a request that came too fast, or that the server could not take for now, may be sent again; any other refusal is one.
async fn wait_or_fail(refusal: Refusal, until: Instant) -> Result<(), Failure> {
    let is_later = matches!(refusal.code, Code::RateLimited | Code::Storage);
    let wait = refusal.retry_ms.map(Duration::from_millis).filter(|_| is_later);
    let Some(wait) = wait.filter(|wait| Instant::now() + *wait < until) else {
        return Err(Failure::Refused(refusal));
    };
    sleep(wait).await;
    Ok(())
}
