//! What every way of running the app has in common: clock, connection, state file, log. It must not know a screen.

use std::collections::VecDeque;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::tz::TimeZone;
use shared::{ClientMsg, Millis, Request};

use crate::app::voice::Voice;
use crate::app::{App, Setup};
use crate::clock::Clock;
use crate::config::Config;
use crate::effect::Effect;
use crate::event::FromLink;
use crate::host::{self, Hosted};
use crate::log::Log;
use crate::net::dial::{Dial as _, Dialer};
use crate::net::known_hosts::KnownHosts;
use crate::net::link::{Batch, Link};
use crate::profile::Profile;
use crate::profile_store::Slot;

/// Clock, connection, state file, log.
pub(crate) struct World {
    clock: Clock,
    log: Log,
    dialer: Dialer,
    slot: Option<Slot>,
    link: Option<Link>,
    /// What to write to the state file at the end of this turn.
    unsaved: Option<Box<Profile>>,
    /// What went wrong here and not in the connection itself.
    failures: VecDeque<FromLink>,
    /// The server in this process; last, so that it outlives the connection to it.
    _hosted: Option<Hosted>,
}

/// Opens everything the app needs, and the app.
pub(crate) fn open(config: Config, has_screen: bool) -> Result<(App, World)> {
    let mut clock = Clock::start();
    let log = Log::open(config.log.as_deref()).context("cannot open the log")?;
    let hosted = config.host.then(|| host::start(&config)).transpose()?;
    let address = hosted.as_ref().map_or(config.address, |hosted| hosted.address.into());
    let admin_key = hosted.as_ref().map(|hosted| hosted.admin_key.clone()).or(config.admin_key);
    let slot = config.state_dir.as_deref().map(|dir| Slot::take(dir, &address, config.name.as_ref()));
    let now = clock.now();
    let mut world = World {
        clock,
        log,
        dialer: Dialer {
            address,
            tls: config.tls,
            known_hosts: config.state_dir.as_deref().map(KnownHosts::within),
        },
        slot: None,
        link: None,
        unsaved: None,
        failures: VecDeque::new(),
        _hosted: hosted,
    };
    let profile = match slot {
        Some(Ok((slot, profile))) => {
            world.slot = Some(slot);
            profile
        }
        Some(Err(error)) => {
            world.log(&format!("this identity will be forgotten: {error}"));
            Profile::default()
        }
        None => Profile::default(),
    };
    let setup = Setup {
        address: world.dialer.address.clone(),
        lang: config.lang,
        name: config.name,
        password: config.password,
        admin_key,
        profile,
        voice: if has_screen { Voice::Screen } else { Voice::Lines { confirms: io::stdin().is_terminal() } },
        zone: TimeZone::system(),
        seed: getrandom::u64().unwrap_or(now.unsigned_abs()),
    };
    Ok((App::new(setup), world))
}

impl World {
    pub(crate) fn now(&mut self) -> Millis {
        self.clock.now()
    }

    pub(crate) fn until(&mut self, deadline: Millis) -> Duration {
        self.clock.until(deadline)
    }

    pub(crate) fn log(&mut self, line: &str) {
        let now = self.clock.now();
        self.log.line(now, line);
    }

    /// Does what concerns connection, state file and log, and hands back the rest.
    pub(crate) fn carry_out(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Connect(hello) => {
                let hello = Request::unnamed(ClientMsg::Hello(*hello));
                self.link = Some(Link::open(self.dialer.dial(), &hello));
            }
            Effect::Send(request) => {
                if let Some(Err(lost)) = self.link.as_ref().map(|link| link.send(&request)) {
                    self.link = None;
                    self.failures.push_back(FromLink::Down(lost));
                }
            }
            Effect::Disconnect => self.link = None,
            Effect::Save(profile) => self.unsaved = Some(profile),
            Effect::Log(line) => self.log(&line),
            Effect::Copy(_)
            | Effect::Title(_)
            | Effect::Notice(_)
            | Effect::Happened(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit(_) => return Some(effect),
        }
        None
    }

    /// What went wrong while carrying out.
    pub(crate) fn take_failure(&mut self) -> Option<FromLink> {
        self.failures.pop_front()
    }

    /// Writes the state file, if there is something new.
    pub(crate) fn write_profile(&mut self) {
        let (Some(profile), Some(slot)) = (self.unsaved.take(), &self.slot) else { return };
        if let Err(error) = slot.save(&profile) {
            self.log(&format!("cannot write the state file: {error}"));
        }
    }

    /// The next batch from the connection; waits for ever without one. Cancel safe.
    pub(crate) async fn next_batch(&mut self) -> Batch {
        let Some(link) = &mut self.link else { return std::future::pending().await };
        if let Some(batch) = link.next().await {
            return batch;
        }
        self.link = None;
        Batch::new()
    }

    /// The next batch, if there is one already.
    pub(crate) fn try_next_batch(&mut self) -> Option<Batch> {
        self.link.as_mut().and_then(Link::try_next)
    }
}
