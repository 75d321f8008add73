//! A shell without a terminal: executes the app's effects over real sockets. Its clock is a number that jumps to whatever
//! the app waits for.

use shared::{ClientMsg, Millis, Request};
use tui_client::address::Address;
use tui_client::app::{App, Setup};
use tui_client::effect::Effect;
use tui_client::event::{Code, Event, FromLink, Key};
use tui_client::net::link::Link;

/// An app and its connection.
pub(crate) struct Driver {
    pub(crate) app: App,
    address: Address,
    link: Option<Link>,
    now: Millis,
}

impl Driver {
    /// An app that has begun to connect.
    pub(crate) fn start(address: Address) -> Self {
        let setup = Setup { address: address.clone().into(), seed: 1, ..Setup::default() };
        let mut driver = Self { app: App::new(setup), address, link: None, now: 0 };
        let effects = driver.app.start(0);
        driver.execute(effects);
        driver
    }

    /// Types a line and sends it.
    pub(crate) fn enter(&mut self, line: &str) {
        for c in line.chars() {
            self.take(Event::Key(Key::plain(Code::Char(c))));
        }
        self.take(Event::Key(Key::plain(Code::Enter)));
    }

    /// Lets the app live until it is as wanted.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&App) -> bool) {
        while !wanted(&self.app) {
            let Some(link) = &mut self.link else {
                self.now = self.app.deadline().unwrap();
                self.take(Event::Tick);
                continue;
            };
            match link.next().await {
                Some(batch) => batch.into_iter().for_each(|heard| self.take(Event::Link(heard))),
                None => self.link = None,
            }
        }
    }

    fn take(&mut self, event: Event) {
        let effects = self.app.update(self.now, event);
        self.execute(effects);
    }

    fn execute(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Connect(hello, _) => {
                    let hello = Request::unnamed(ClientMsg::Hello(*hello));
                    self.link = Some(Link::open(super::dial(self.address.clone()), &hello));
                }
                Effect::Send(request) => {
                    if let Some(Err(lost)) = self.link.as_ref().map(|link| link.send(&request)) {
                        self.take(Event::Link(FromLink::Down(lost)));
                    }
                }
                Effect::Disconnect => self.link = None,
                Effect::Save(_)
                | Effect::Copy(_)
                | Effect::Open(_)
                | Effect::Title(_)
                | Effect::Notify(_)
                | Effect::Notice(_)
                | Effect::Happened(_)
                | Effect::Recalled(_)
                | Effect::NotDone
                | Effect::ShowServer(..)
                | Effect::OpenServer(_)
                | Effect::CloseServer(_)
                | Effect::LeaveOthers { .. }
                | Effect::Redraw
                | Effect::Suspend
                | Effect::EditDraft
                | Effect::Transfer(..)
                | Effect::AskFiles(..)
                | Effect::OpenFile { .. }
                | Effect::LoadPicture(_)
                | Effect::TransferMoved(_)
                | Effect::WriteSetting { .. }
                | Effect::SettingsChanged
                | Effect::RunHook(_)
                | Effect::Log(_)
                | Effect::Quit(_) => {}
            }
        }
    }
}
