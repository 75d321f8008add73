//! Somebody who came in by ssh, and the client that is put together for them.

use std::net::SocketAddr;

use jiff::tz::TimeZone;
use shared::Name;

use super::Door;
use super::identity::KeyId;
use crate::app::App;
use crate::app::random::Random;
use crate::app::setup::Setup;
use crate::clock::Clock;
use crate::lang::Lang;
use crate::log::Log;
use crate::services::Services;
use crate::settings::Override;

/// Somebody.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their key; a guest has none.
    pub key: Option<KeyId>,
    /// The name wanted, if they are new.
    pub wish: Option<Name>,
    /// Where they came from.
    pub peer: SocketAddr,
    /// Their language.
    pub lang: Lang,
    /// Their time zone.
    pub zone: TimeZone,
    /// Whether their terminal shows UTF-8.
    pub is_utf8: bool,
    /// Whether they want no colours.
    pub no_color: bool,
}

/// Puts the client together. May wait for a disk; needs a runtime.
#[must_use]
pub fn open(person: Person, door: &Door) -> (App, Services) {
    let mut clock = Clock::start();
    let now = clock.now();
    let services = Services::new(clock, Log::default(), door.options.server.dial_for(person.peer), None);
    let overrides = if person.no_color {
        vec![Override { key: "theme", value: "none".into(), by: "NO_COLOR".into() }]
    } else {
        Vec::new()
    };
    let app = App::new(Setup {
        admin_key: door.admin_key_for(person.key),
        lang: person.lang,
        name: person.wish,
        zone: person.zone,
        overrides,
        seed: Random::seed_at(now, getrandom::u64().unwrap_or(0)),
        ..Setup::default()
    });
    (app, services)
}
