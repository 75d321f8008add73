//! Puts a client together from its configuration: the server to host, the slot on disk, the dialer, the log, the app.
//! What it puts together knows nothing of the configuration, the environment or the standard streams.

use anyhow::{Context as _, Result};
use jiff::tz::TimeZone;

use crate::app::App;
use crate::app::output_mode::OutputMode;
use crate::app::random::Random;
use crate::app::setup::Setup;
use crate::clock::Clock;
use crate::config::Config;
use crate::event::LocalFailure;
use crate::host::{self, HostOptions, Hosted};
use crate::log::Log;
use crate::net::dial::Dialer;
use crate::net::known_hosts::KnownHosts;
use crate::profile::Profile;
use crate::profile_store::{ProfileStore, Slot, needs_proof};
use crate::services::Services;
use shared::Line;

/// A client that has not begun.
pub(crate) struct Client {
    /// The app.
    pub(crate) app: App,
    /// What its shell does for it.
    pub(crate) services: Services,
    /// The server in this process. To be dropped last: it outlives the connection to it.
    pub(crate) hosted: Option<Hosted>,
}

/// Opens what the client needs. Needs a runtime.
pub(crate) fn open(config: Config, output_mode: OutputMode) -> Result<Client> {
    let mut clock = Clock::start();
    let log = Log::open(config.log.as_deref()).context("cannot open the log")?;
    let options = HostOptions {
        state_dir: None,
        allow_plaintext: config.allow_plaintext,
        password_file: config.password_file,
    };
    let hosted = config.host.then(|| host::start(&config.address, options)).transpose()?;
    let hosting = hosted.as_ref().map(|hosted| hosted.hosting.clone());
    let address = hosted.as_ref().map_or(config.address, |hosted| hosted.address.into());
    let admin_key = hosted.as_ref().map(|hosted| hosted.admin_key.clone()).or(config.admin_key);
    let now = clock.now();

    let (mut store, mut profile, mut failures) = (None, Profile::default(), Vec::new());
    let state_dir = config.state_dir.as_deref();
    match state_dir.map(|dir| Slot::open(dir, &address, config.name.as_ref(), config.link.is_some())) {
        Some(Ok(opened)) => {
            let slot: Box<dyn ProfileStore> = Box::new(opened.slot);
            (store, profile) = (Some(slot), opened.profile);
            failures.extend(opened.damaged.into_iter().map(LocalFailure::ProfileDamaged));
            failures.extend(opened.unwritable.map(LocalFailure::ProfileUnwritten));
        }
        Some(Err(error)) => failures.push(LocalFailure::ProfileUnwritten(error.to_string())),
        None => {}
    }
    // Whoever was given another secret is that person from now on; it is kept with the welcome.
    profile.secret = config.secret.or(profile.secret);
    let dialer = Dialer {
        tls: config.tls,
        known_hosts: config.state_dir.as_deref().map(KnownHosts::within),
        proof: hosted.is_none() && state_dir.is_some_and(|dir| needs_proof(dir, &address)),
        own_key: hosted.as_ref().map(|hosted| hosted.key.clone()),
        ..address.clone().into()
    };
    let mut services = Services::new(clock, log, Box::new(dialer), store);
    if output_mode == OutputMode::Screen && config.line_options.ascii {
        failures.push(LocalFailure::LocaleNotUtf8);
    }
    for failure in failures {
        services.report(failure);
    }
    let settings_path = config.settings_path.as_ref().map(|path| path.display().to_string());
    if let Some(path) = config.settings_path {
        services.watch_settings(path, config.settings_text);
    }
    let app = App::new(Setup {
        address,
        lang: config.lang,
        name: config.name,
        link: config.link,
        machine: machine_name(),
        password: config.password,
        admin_key,
        hosting,
        profile,
        output_mode,
        zone: TimeZone::system(),
        settings: config.settings,
        overrides: config.overrides,
        settings_path,
        seed: Random::seed_at(now, getrandom::u64().unwrap_or(0)),
    });
    Ok(Client { app, services, hosted })
}

/// What this machine is called.
fn machine_name() -> Line {
    let uname = rustix::system::uname();
    Line::parse(&uname.nodename().to_string_lossy()).unwrap_or_default()
}
