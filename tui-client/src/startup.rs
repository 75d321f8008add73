//! Puts a client together from its configuration: the server to host, the slot on disk, the dialer, the log, the app.
//! What it puts together knows nothing of the configuration, the environment or the standard streams.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::tz::TimeZone;

use crate::address::Address;
use crate::address_list::AddressList;
use crate::app::App;
use crate::app::output_mode::OutputMode;
use crate::app::random::Random;
use crate::app::setup::Setup;
use crate::clock::Clock;
use crate::config::Config;
use crate::event::LocalFailure;
use crate::host::{self, HostOptions, Hosted};
use crate::hosting::HostedSsh;
use crate::log::Log;
use crate::net::dial::Dialer;
use crate::net::known_hosts::KnownHosts;
use crate::place::Place;
use crate::profile::Profile;
use crate::profile_store::{ProfileStore, Slot, needs_proof, secrets_of};
use crate::screen_shell::OpenServer;
use crate::services::{Directories, Services};
use crate::ssh_door;
use crate::ssh_door::options::{Options as DoorOptions, Server as DoorServer};
use crate::ssh_door::service::RunningDoor;
use shared::Line;

/// A client that has not begun.
pub(crate) struct Client {
    /// The app.
    pub(crate) app: App,
    /// What its shell does for it.
    pub(crate) services: Services,
    /// The server in this process. To be dropped last: it outlives the connection to it.
    pub(crate) hosted: Option<Host>,
}

/// A server in this process, and the ssh door to it.
pub(crate) struct Host {
    /// To be dropped first: its sessions are at the server.
    _door: Option<RunningDoor>,
    server: Hosted,
}

/// The clients of several servers that have not begun.
pub(crate) struct Clients {
    /// The one to look at first.
    pub(crate) first: (App, Services),
    /// The others.
    pub(crate) others: Vec<(App, Services)>,
    /// Makes one more.
    pub(crate) open: OpenServer,
    /// As in [`Client`].
    pub(crate) hosted: Option<Host>,
}

/// Opens what the clients of all servers need. Needs a runtime.
///
/// What is meant for one server (password, admin key, secret, link) is for the first alone: another one must not learn it.
pub(crate) fn open_all(config: Config) -> Result<Clients> {
    let addresses = config.others.clone();
    let others = Config {
        others: Vec::new(),
        host: false,
        ssh: None,
        allow_plaintext: false,
        password: None,
        password_file: None,
        admin_key: None,
        secret: None,
        link: None,
        ..config.clone()
    };
    let open: OpenServer = Arc::new(move |address| {
        let config = Config { address, ..others.clone() };
        let log = Log::open(config.log.as_deref()).unwrap_or_default();
        open_one(config, OutputMode::Screen, log, None)
    });
    let Client { app, services, hosted } = self::open(config, OutputMode::Screen)?;
    Ok(Clients {
        first: (app, services),
        others: addresses.into_iter().map(|it| open(it)).collect(),
        open,
        hosted,
    })
}

/// Opens what the client needs. Needs a runtime.
pub(crate) fn open(config: Config, output_mode: OutputMode) -> Result<Client> {
    let log = Log::open(config.log.as_deref()).context("cannot open the log")?;
    let options = HostOptions {
        state_dir: None,
        allow_plaintext: config.allow_plaintext,
        password_file: config.password_file.clone(),
    };
    let ssh = config.ssh;
    let hosted = config.host.then(|| host(config.address.first(), options, ssh)).transpose()?;
    let settings = config.settings_path.clone().map(|path| (path, config.settings_text.clone()));
    let is_ascii = output_mode == OutputMode::Screen && config.line_options.ascii;
    let (app, mut services) =
        open_one(config, output_mode, log, hosted.as_ref().map(|hosted| &hosted.server));
    if is_ascii {
        services.report(LocalFailure::LocaleNotUtf8);
    }
    if let Some((path, text)) = settings {
        services.watch_settings(path, text);
    }
    Ok(Client { app, services, hosted })
}

/// Starts a server in this process, and a door to it where one is wanted.
fn host(address: &Address, options: HostOptions, ssh: Option<SocketAddr>) -> Result<Host> {
    let mut server = host::start(address, options)?;
    let door = ssh.map(|listen| {
        let state_dir = server.state_dir.join("ssh-door");
        ssh_door::service::start(DoorOptions::new(
            vec![listen],
            DoorServer::Hosted(server.entrance.clone()),
            state_dir,
        ))
    });
    let door = door.transpose()?;
    server.hosting.ssh = door.as_ref().and_then(|door| {
        let listen = *door.addresses.first()?;
        Some(HostedSsh {
            port: listen.port(),
            hosts: host::addresses_for_others(listen).iter().map(SocketAddr::ip).collect(),
            is_local: listen.ip().is_loopback(),
            fingerprint: door.fingerprint.clone(),
        })
    });
    Ok(Host { _door: door, server })
}

/// Opens what the client of one server needs beside the settings, which are the same for all. Needs a runtime.
fn open_one(config: Config, output_mode: OutputMode, log: Log, hosted: Option<&Hosted>) -> (App, Services) {
    let mut clock = Clock::start();
    let now = clock.now();
    let hosting = hosted.map(|hosted| hosted.hosting.clone());
    let address = hosted.map_or(config.address, |hosted| Address::from(hosted.address).into());
    let admin_key = hosted.map(|hosted| hosted.admin_key.clone()).or(config.admin_key);

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
    let link = config.link.as_ref().and(state_dir);
    let has = link.map(|dir| secrets_of(dir, &address)).unwrap_or_default();
    // Whoever was given another secret is that person from now on; it is kept with the welcome.
    profile.secret = config.secret.or(profile.secret);
    let dialer = Dialer {
        tls: config.tls,
        known_hosts: config.state_dir.as_deref().map(KnownHosts::within),
        proof: proof_wanted(&address, state_dir.filter(|_| hosted.is_none())),
        own_key: hosted.map(|hosted| hosted.key.clone()),
        node_keys: profile.node_keys().collect::<Vec<_>>().into(),
        ..address.first().clone().into()
    };
    let log = log.of_server(address.first().short());
    let mut services = Services::new(clock, log, Box::new(dialer), store);
    services.set_directories(Directories {
        spool: state_dir.map(|dir| dir.join("spool")),
        ..Directories::of(config.home.clone(), config.config_home.as_deref())
    });
    for failure in failures {
        services.report(failure);
    }
    let settings_path = config.settings_path.as_ref().map(|path| path.display().to_string());
    let picture_cache = config.state_dir.as_deref().map(|dir| dir.join("pictures"));
    let app = App::new(Setup {
        address,
        lang: config.lang,
        name: config.name,
        link: config.link,
        machine: machine_name(),
        has,
        password: config.password,
        admin_key,
        hosting,
        profile,
        output_mode,
        zone: TimeZone::system(),
        settings: config.settings,
        overrides: config.overrides,
        settings_path,
        picture_cache,
        home: config.home,
        place: Place::Here,
        seed: Random::seed_at(now, getrandom::u64().unwrap_or(0)),
    });
    (app, services)
}

/// The addresses at which a server should prove who it is.
fn proof_wanted(addresses: &AddressList, state_dir: Option<&Path>) -> Vec<Address> {
    let wanted = |address: &&Address| state_dir.is_some_and(|dir| needs_proof(dir, address));
    addresses.iter().filter(wanted).cloned().collect()
}

/// What this machine is called.
fn machine_name() -> Line {
    let uname = rustix::system::uname();
    Line::parse(&uname.nodename().to_string_lossy()).unwrap_or_default()
}
