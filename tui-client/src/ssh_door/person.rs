//! Puts a client together for somebody who came by ssh, as `crate::startup` does for the person at this machine: their profile and
//! settings by their key, language and zone as their ssh client says, the way to the server as a value. Nothing of this machine goes into
//! it: no configuration file, no environment, no directory but the key's own. What the client may do here is said by
//! [`Place::Elsewhere`].

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use shared::{Line, LinkCode, Name};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::door::Door;
use super::identity::{GUEST, KeyId};
use super::keys::{self, Bounded, Keys};
use crate::address::Address;
use crate::app::App;
use crate::app::output_mode::OutputMode;
use crate::app::random::Random;
use crate::app::setup::Setup;
use crate::clock::Clock;
use crate::event::LocalFailure;
use crate::lang::Lang;
use crate::log::Log;
use crate::met::Damaged;
use crate::net::dial::Dial;
use crate::place::{Elsewhere, Kept, Place};
use crate::profile::Profile;
use crate::profile_store::{Opened, ProfileStore, Slot};
use crate::services::Services;
use crate::settings::{Override, Settings, file};

/// So often it is looked whether another session of the same key has become somebody, and how long between two looks. A server that
/// answers at all welcomes within that.
const LOOKS: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(50);

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

/// What was found of somebody.
#[derive(Default)]
struct Found {
    kept: Kept,
    profile: Profile,
    store: Option<Box<dyn ProfileStore>>,
    /// Their settings, and where they are written.
    settings: Option<(PathBuf, String)>,
    failures: Vec<LocalFailure>,
}

/// Puts the client of somebody together. Needs a runtime.
pub async fn open(person: Person, door: &Arc<Door>, output_mode: OutputMode) -> (App, Services) {
    let dialer = door.options.server.dial_for(person.peer);
    let setup = Setup { admin_key: door.admin_key_for(person.key), output_mode, ..Setup::default() };
    let (app, mut services) = open_by(person, &door.keys, &door.options.destination(), dialer, setup).await;
    services.share_process(door.share.clone());
    (app, services)
}

/// The same of whoever becomes one more machine of somebody by this code: from then on their key is that person.
pub async fn open_linking(person: Person, door: &Arc<Door>, code: LinkCode) -> (App, Services) {
    let dialer = door.options.server.dial_for(person.peer);
    let output_mode = OutputMode::Lines { confirms: false };
    let setup = Setup { link: Some(code), output_mode, ..Setup::default() };
    let (app, mut services) = open_by(person, &door.keys, &door.options.destination(), dialer, setup).await;
    services.share_process(door.share.clone());
    (app, services)
}

/// The same by the keys of any door, and by any way to its server.
async fn open_by(
    person: Person,
    keys: &Arc<Keys>,
    destination: &str,
    dialer: Box<dyn Dial>,
    setup: Setup,
) -> (App, Services) {
    let mut clock = Clock::start();
    let now = clock.now();
    let Found { kept, profile, store, settings, failures } = find(person.key, keys).await;
    let has_other_nodes = dialer.has_other_nodes();
    let mut services = Services::elsewhere(clock, Log::default(), dialer, store);
    for failure in failures {
        services.report(failure);
    }
    if !person.is_utf8 && setup.output_mode == OutputMode::Screen {
        services.report(LocalFailure::LocaleNotUtf8);
    }
    let text = settings.as_ref().map_or("", |(_, text)| text);
    let of_file = file::read(text).0.of_person();
    if let Some((path, text)) = settings {
        services.keep_settings(path, text);
    }
    let setup = Setup {
        seed: Random::seed_at(now, getrandom::u64().unwrap_or(0)),
        profile,
        place: Place::Elsewhere(Elsewhere { destination: destination.to_owned(), kept, has_other_nodes }),
        ..setup
    };
    (App::new(of_person(person, of_file, setup)), services)
}

fn of_person(person: Person, settings: Settings, setup: Setup) -> Setup {
    let Person { key, wish, lang, zone, no_color, .. } = person;
    let no_color = no_color.then(|| Override { key: "theme", value: "none".into(), by: "NO_COLOR".into() });
    let machine = match (&wish, key) {
        (Some(user), _) => format!("ssh {user}"),
        (None, Some(_)) => "ssh".to_owned(),
        (None, None) => format!("ssh {GUEST}"),
    };
    Setup {
        address: Address::Net { host: "chinwag".into(), port: shared::DEFAULT_PORT }.into(),
        lang,
        // Whoever is somebody already keeps their name.
        name: wish.filter(|_| setup.profile.secret.is_none()),
        machine: Line::parse(&machine).unwrap_or_default(),
        zone,
        settings,
        overrides: no_color.into_iter().collect(),
        ..setup
    }
}

/// Finds what is kept of a key. A session that begins while the first one of its key has not been welcomed yet waits for that for a
/// moment, so that both are the same person.
async fn find(key: Option<KeyId>, keys: &Arc<Keys>) -> Found {
    let Some(key) = key else { return Found { kept: Kept::NothingOfGuest, ..Found::default() } };
    for look in 1..=LOOKS {
        let keys = Arc::clone(keys);
        match spawn_blocking(move || look_up(key, &keys, look == LOOKS)).await {
            Ok(Some(found)) => return found,
            Ok(None) => sleep(BETWEEN).await,
            Err(_) => break,
        }
    }
    Found { kept: Kept::NothingUnwritable, ..Found::default() }
}

/// What is kept of a key; nothing comes back where it should be looked again. The last look does with what there is.
fn look_up(key: KeyId, keys: &Keys, is_last: bool) -> Option<Found> {
    let dir = match keys.dir_of(key) {
        Ok(Some(dir)) => dir,
        Ok(None) => return Some(Found { kept: Kept::NothingOfTooMany, ..Found::default() }),
        Err(error) => return Some(unwritable(&error)),
    };
    let settings = Some((keys::settings_file(&dir), keys::read_settings(&dir)));
    match Slot::open_single(&dir, &keys::address()) {
        Ok(Some(opened)) => Some(Found { settings, ..found(opened) }),
        Ok(None) => held(&dir, is_last).map(|profile| {
            let kept = if profile.secret.is_some() { Kept::ByKey } else { Kept::NothingUnwritable };
            Found { kept, profile, settings, ..Found::default() }
        }),
        Err(error) => Some(unwritable(&error)),
    }
}

/// Who a key is whose profile is held by another session, which this one cannot be a window of: who that one is.
fn held(dir: &Path, is_last: bool) -> Option<Profile> {
    let Profile { secret, name, uid, server, read, attention, ignored, .. } =
        Slot::peek_single(dir, &keys::address()).unwrap_or_default();
    (is_last || secret.is_some()).then(|| Profile {
        secret,
        name,
        uid,
        server,
        read,
        attention,
        ignored,
        ..Profile::default()
    })
}

fn found(Opened { slot, profile, damaged, unwritable }: Opened) -> Found {
    let mut failures: Vec<_> = damaged.iter().map(without_path).map(LocalFailure::ProfileDamaged).collect();
    failures.extend(unwritable.map(LocalFailure::ProfileUnwritten));
    Found { profile, store: Some(Box::new(Bounded(slot))), failures, ..Found::default() }
}

/// Where this machine keeps its files is nobody's concern who is elsewhere.
fn without_path(damaged: &Damaged) -> Damaged {
    let name = Path::new(&damaged.path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    Damaged { path: name, is_restored: damaged.is_restored }
}

fn unwritable(error: &io::Error) -> Found {
    let why = LocalFailure::ProfileUnwritten(error.kind().to_string());
    Found { kept: Kept::NothingUnwritable, failures: vec![why], ..Found::default() }
}

#[cfg(test)]
mod tests;
