//! The client of somebody who came by ssh, as it is put together, and what of it is there the next time.

use std::fs;
use std::future::pending;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use base64ct::{Base64Unpadded, Encoding as _};
use jiff::tz::TimeZone;
use shared::{RoomName, Secret};

use super::{KeyId, Keys, Person, open_by};
use crate::app::App;
use crate::app::setup::Setup;
use crate::effect::{Concern, Effect};
use crate::event::{Event, LocalFailure};
use crate::lang::Lang;
use crate::local_files::FilesAsked;
use crate::net::dial::{Dial, Dialing};
use crate::place::Kept;
use crate::profile::Profile;
use crate::services::{ServiceEvent, Services};
use crate::transfer::{Discard, TransferAct, TransferId};

/// A server that is not reached.
struct Nowhere;

impl Dial for Nowhere {
    fn dial(&self) -> Dialing {
        Box::pin(pending())
    }
}

fn key(number: u8) -> KeyId {
    KeyId::parse(&format!("SHA256:{}", Base64Unpadded::encode_string(&[number; 32]))).unwrap()
}

fn person(key: Option<KeyId>) -> Person {
    Person {
        key,
        wish: "kim".parse().ok(),
        peer: "192.0.2.7:22".parse().unwrap(),
        lang: Lang::Ko,
        zone: TimeZone::UTC,
        is_utf8: true,
        no_color: true,
    }
}

struct Door {
    keys: Arc<Keys>,
    dir: tempfile::TempDir,
}

impl Door {
    fn new(most: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { keys: Arc::new(Keys::new(dir.path().join("keys"), most)), dir }
    }

    async fn open(&self, key: Option<KeyId>) -> (App, Services) {
        open_by(person(key), &self.keys, "tea.example", Box::new(Nowhere), Setup::default()).await
    }

    fn of(&self, key: KeyId) -> std::path::PathBuf {
        self.dir.path().join("keys").join(key.hex())
    }
}

fn kept(app: &App) -> Kept {
    app.elsewhere().unwrap().kept
}

fn secret(app: &App) -> Option<&str> {
    app.session().profile().secret.as_ref().map(Secret::as_str)
}

/// Somebody whom the server has welcomed, with a draft.
fn somebody(secret: char, draft: &str) -> Box<Profile> {
    let secret = Secret::parse(&secret.to_string().repeat(43)).ok();
    let drafts = [(RoomName::lobby(), draft.to_owned())].into();
    Box::new(Profile { secret, beside: true, drafts, ..Profile::default() })
}

#[tokio::test]
async fn the_same_key_is_the_same_person_with_their_draft_and_another_one_is_somebody_else() {
    let door = Door::new(10);
    let (app, mut services) = door.open(Some(key(1))).await;
    assert_eq!((secret(&app), kept(&app)), (None, Kept::ByKey));
    services.execute(Effect::Save(somebody('a', "half a tho")));
    assert_eq!(services.close().await, None);
    let (mut app, services) = door.open(Some(key(1))).await;
    app.start(0);
    assert_eq!((secret(&app), app.composer().text()), (Some(&*"a".repeat(43)), "half a tho"));
    let (other, _) = door.open(Some(key(2))).await;
    assert_eq!(secret(&other), None);
    drop(services);
    assert_eq!(fs::metadata(door.of(key(1))).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn sessions_of_one_key_at_once_are_windows_of_one_person() {
    let door = Door::new(10);
    let (_, mut first) = door.open(Some(key(1))).await;
    let (second, ()) = tokio::join!(door.open(Some(key(1))), async {
        // The first one is welcomed while the second waits to know who it is.
        tokio::time::sleep(super::BETWEEN).await;
        first.execute(Effect::Save(somebody('a', "of the first")));
    });
    assert_eq!(secret(&second.0), Some(&*"a".repeat(43)));
    assert_eq!(second.0.composer().text(), "");
    let (third, _) = door.open(Some(key(1))).await;
    assert_eq!(secret(&third), Some(&*"a".repeat(43)));
}

#[tokio::test(start_paused = true)]
async fn a_session_does_not_wait_for_ever_for_the_first_one_to_be_welcomed() {
    let door = Door::new(10);
    let (_, _first) = door.open(Some(key(1))).await;
    let (second, mut services) = door.open(Some(key(1))).await;
    assert_eq!((secret(&second), kept(&second)), (None, Kept::NothingUnwritable));
    services.execute(Effect::Save(somebody('b', "")));
    assert_eq!(services.close().await, None);
    let dir = door.of(key(1)).join("server:7667");
    assert!(dir.join("0.lock").exists() && !dir.join("1.json").exists(), "one key is one person");
}

#[tokio::test]
async fn nothing_of_guests_is_on_the_disk_nor_of_keys_that_are_too_many() {
    let door = Door::new(1);
    drop(door.open(Some(key(1))).await);
    for (key, told) in [(None, Kept::NothingOfGuest), (Some(key(2)), Kept::NothingOfTooMany)] {
        let (app, mut services) = door.open(key).await;
        assert_eq!(kept(&app), told);
        services.execute(Effect::Save(somebody('c', "x")));
        services.execute(Effect::WriteSetting { key: "theme".into(), literal: Some("\"dark\"".into()) });
        assert_eq!(services.close().await, None);
    }
    assert_eq!(fs::read_dir(door.dir.path().join("keys")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_disk_that_takes_nothing_makes_a_guest_who_is_told() {
    let door = Door::new(10);
    fs::write(door.dir.path().join("keys"), "in the way").unwrap();
    let (app, mut services) = door.open(Some(key(1))).await;
    assert_eq!(kept(&app), Kept::NothingUnwritable);
    let told = services.next().await;
    assert!(matches!(told, ServiceEvent::LocalFailure(LocalFailure::ProfileUnwritten(_))), "{told:?}");
}

#[tokio::test]
async fn settings_are_kept_with_the_key_and_what_is_about_the_machine_is_not_read() {
    let door = Door::new(10);
    let (mut app, mut services) = door.open(Some(key(1))).await;
    assert_eq!(
        (app.lang(), app.settings().theme),
        (Lang::Ko, crate::settings::look::ThemeName::None),
        "NO_COLOR"
    );
    app.start(0);
    for effect in app.update(1, Event::Line("/set lang en".into())) {
        services.execute(effect);
    }
    services.close().await;
    let file = door.of(key(1)).join("settings.toml");
    assert_eq!(fs::read_to_string(&file).unwrap(), "lang = \"en\"\n");
    fs::write(&file, "lang = 'en'\ndownloads = '/etc'\nno such\n[hooks]\nmessage = 'x'\n").unwrap();
    assert_eq!(door.open(Some(key(1))).await.0.lang(), Lang::Ko, "it is no TOML");
    fs::write(&file, "lang = 'en'\ndownloads = '/etc'\nnosuch = 1\n[hooks]\nmessage = 'x'\n").unwrap();
    let (app, _) = door.open(Some(key(1))).await;
    assert_eq!((app.lang(), &app.settings().downloads, app.settings().hooks.0.len()), (Lang::En, &None, 0));
}

#[tokio::test]
async fn a_damaged_profile_is_told_without_where_this_machine_keeps_it() {
    let door = Door::new(10);
    let (_, mut services) = door.open(Some(key(1))).await;
    services.execute(Effect::Save(somebody('a', "")));
    services.close().await;
    let dir = door.of(key(1)).join("server:7667");
    for file in ["0.json", "0.previous.json"] {
        fs::write(dir.join(file), "{").unwrap();
    }
    let (_, mut services) = door.open(Some(key(1))).await;
    let ServiceEvent::LocalFailure(LocalFailure::ProfileDamaged(damaged)) = services.next().await else {
        panic!()
    };
    assert!(!damaged.path.contains('/'), "{}", damaged.path);
}

/// The border: services of somebody elsewhere have nothing that reads or writes files, starts programs or connects elsewhere.
#[tokio::test]
async fn what_concerns_the_machine_is_not_done_whatever_asks_for_it() {
    let door = Door::new(10);
    let canary = tempfile::tempdir().unwrap();
    let path = |name: &str| canary.path().join(name);
    fs::write(path("secret"), "x").unwrap();
    let (_, mut services) = door.open(Some(key(1))).await;
    let hook = crate::effect::Hook {
        argv: vec!["touch".into(), path("hook").display().to_string()],
        input: String::new(),
        limit: std::time::Duration::from_secs(9),
    };
    let list = FilesAsked::List { dir: format!("{}/", canary.path().display()), prefix: String::new() };
    let effects = [
        Effect::RunHook(Box::new(hook)),
        Effect::OpenFile { path: path("secret"), with: Some("touch".into()) },
        Effect::AskFiles(1, list),
        Effect::Transfer(TransferId(1), TransferAct::Discard(Discard::Spooled(path("secret")))),
        Effect::OpenServer("127.0.0.1:1".parse().unwrap()),
        Effect::Suspend,
        Effect::EditDraft,
    ];
    for effect in effects {
        assert_eq!(effect.concerns(), Concern::Machine);
        let shown = format!("{effect:?}");
        assert_eq!(services.execute(effect), None, "{shown}");
        let told = services.next().await;
        assert!(matches!(told, ServiceEvent::LocalFailure(LocalFailure::NotHere)), "{shown}: {told:?}");
    }
    assert_eq!(
        services.execute(Effect::Open("https://tea.example".into())),
        Some(Effect::Copy("https://tea.example".into()))
    );
    assert_eq!(services.spool_dir(), None);
    let nothing = tokio::time::timeout(std::time::Duration::from_millis(200), services.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
    let there: Vec<_> =
        fs::read_dir(canary.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(there, ["secret"]);
    assert!(Path::new(&path("secret")).exists());
}
