//! A running server is configured anew: what changes at once, what waits for a restart, and what changes nothing.

use std::os::unix::net::UnixListener;
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;

use server::admin::reload::{Change, ReloadReport};
use server::tls::Tls;
use shared::{Code, ServerMsg};

use crate::client::Client;
use crate::daemon::Daemon;
use crate::test_server::{Setup, TestServer};

/// A server with a configuration file.
struct Site {
    dir: Arc<TempDir>,
    server: TestServer,
}

impl Site {
    fn open(settings: &str) -> Self {
        let setup = Setup::new(&[]);
        let dir = Arc::clone(&setup.dir);
        let path = dir.path().join("chinwagd.toml");
        std::fs::write(&path, settings).unwrap();
        Self { dir, server: setup.with("--config", path.to_str().unwrap()).open() }
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.dir.path().join(file), text).unwrap();
    }

    /// Reloads with these settings.
    async fn reload(&self, settings: &str) -> Result<ReloadReport, String> {
        self.write("chinwagd.toml", settings);
        self.server.reloader.reload().await.map_err(|error| format!("{error:#}"))
    }

    async fn refused(&self, fields: serde_json::Value) -> Code {
        let mut client = Client::connect(self.server.address).await;
        client.send(crate::client::hello(&fields)).await;
        match client.next().await {
            Some(shared::ServerMsg::Error(refusal)) => refusal.code,
            other => panic!("not refused: {other:?}"),
        }
    }
}

/// A change of this setting.
fn change(setting: &str, was: &str, is: &str) -> Change {
    Change { setting: setting.to_owned(), was: was.to_owned(), is: is.to_owned() }
}

#[tokio::test]
async fn whoever_comes_next_finds_the_new_rules_and_whoever_is_here_stays() {
    let site = Site::open("");
    let mut ann = site.server.guest("ann").await;
    site.write("motd", "hello");
    let report = site.reload("name = 'tea'\nmotd-file = 'motd'\nmax-users = 2\npace = '3/1'").await.unwrap();
    let changed: Vec<_> = report.applied.iter().map(|change| &*change.setting).collect();
    assert_eq!(changed, ["max-users", "motd-file", "name", "pace"]);
    assert!(report.restart.is_empty() && report.applied.contains(&change("max-users", "1000", "2")));
    let ben = site.server.guest("ben").await.welcome.unwrap();
    assert_eq!((ben.server.name.as_str(), &*ben.motd), ("tea", "hello"));
    assert_eq!((ben.limits.pace_burst, ben.limits.pace_per_s), (3, 1));
    assert_eq!(site.refused(json!({"name": "cat"})).await, Code::ServerFull);
    site.reload("max-users = 1").await.unwrap();
    ann.say("here").await;
}

#[tokio::test]
async fn the_pace_changes_for_those_who_are_here() {
    let site = Site::open("pace = 'off'");
    let mut ann = site.server.guest("ann").await;
    ann.say_all((0..20).map(|n| n.to_string())).await;
    let before = site.reload("pace = '1/1'").await.unwrap();
    assert_eq!(before.to_string(), "applied pace = \"1/1\" (was \"off\")");
    let mut at = Vec::new();
    for text in ["one", "two", "three"] {
        ann.send(crate::client::say(text)).await;
        let ServerMsg::Event(event) = ann.until(&format!("lobby ann: {text}")).await else { unreachable!() };
        at.push(event.at);
    }
    assert!(at[2] - at[0] > 900, "one a second: {at:?}");
    site.reload("pace = 'off'").await.unwrap();
    // At one a second the last would not be heard within the time that anything may take.
    ann.say_all((0..40).map(|n| format!("again {n}"))).await;
}

#[tokio::test]
async fn a_pace_of_their_own_is_for_one_person_alone() {
    let site = Site::open("pace = '1/1'");
    let (mut bot, mut ann) = (site.server.guest("beeper").await, site.server.guest("ann").await);
    site.reload(&format!("pace = '1/1'\npace-each = '#{}=off'", bot.uid())).await.unwrap();
    // At one a second the last would not be heard within the time that anything may take.
    bot.say_all((0..40).map(|n| n.to_string())).await;
    let mut at = Vec::new();
    for text in ["one", "two", "three"] {
        ann.send(crate::client::say(text)).await;
        let ServerMsg::Event(event) = ann.until(&format!("lobby ann: {text}")).await else { unreachable!() };
        at.push(event.at);
    }
    assert!(at[2] - at[0] > 900, "one a second: {at:?}");
}

#[tokio::test]
async fn the_contents_of_files_are_read_again() {
    let site = Site::open("");
    site.write("password", "one\n");
    site.reload("password-file = 'password'").await.unwrap();
    assert_eq!(site.refused(json!({"name": "ann"})).await, Code::AuthFailed);
    site.server.greet(json!({"name": "ann", "password": "one"})).await;
    site.write("password", "two\n");
    let report = site.reload("password-file = 'password'").await.unwrap();
    assert_eq!(report.to_string(), "applied password-file (the file has changed)");
    assert_eq!(site.refused(json!({"name": "ben", "password": "one"})).await, Code::AuthFailed);
    site.server.greet(json!({"name": "ben", "password": "two"})).await;
    assert_eq!(site.reload("password-file = 'password'").await.unwrap(), ReloadReport::default());
}

#[tokio::test]
async fn a_broken_configuration_changes_nothing_and_says_why() {
    let site = Site::open("name = 'tea'");
    let _other = UnixListener::bind(site.dir.path().join("socket")).unwrap();
    for (broken, why) in [
        ("name = 'cake'\nmax-user = 5", "chinwagd.toml:2: unknown setting \"max-user\"; did you mean"),
        ("name = 'cake'\nmotd-file = 'missing'", "missing"),
        ("name = 'cake'\nlisten = '0.0.0.0'\nmax-users = 0", "max-users: 0 is not in"),
        ("name = 'cake", "chinwagd.toml:1: "),
        ("name = 'cake'\nmotd-file = 'socket'", "socket: it is no regular file"),
        ("name = 'cake'\npassword-file = 'socket'", "socket: it is no regular file"),
        ("name = 'cake'\ntls-next-cert = 'socket'", "socket: it is no regular file"),
        ("name = 'cake'\ntls-cert = 'socket'\ntls-key = 'socket'", "socket: it is no regular file"),
    ] {
        let said = site.reload(broken).await.unwrap_err();
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(site.server.guest("ann").await.welcome.unwrap().server.name.as_str(), "tea");
    let path = site.dir.path().join("chinwagd.toml");
    std::fs::remove_file(&path).unwrap();
    assert!(site.server.reloader.reload().await.is_err(), "a file that is gone is not an empty one");
    let other = UnixListener::bind(&path).unwrap();
    let said = format!("{:#}", site.server.reloader.reload().await.unwrap_err());
    assert!(said.contains("it is no regular file"), "{said}");
    drop(other);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(site.reload("name = 'tea'").await.unwrap(), ReloadReport::default());
}

#[tokio::test]
async fn what_needs_a_restart_is_named_until_it_is_done() {
    let site = Site::open("");
    let report = site.reload("sync = 'full'\nmax-users = 9").await.unwrap();
    assert_eq!(report.applied, [change("max-users", "1000", "9")]);
    assert_eq!(report.restart, [change("sync", "normal", "full")]);
    let again = site.reload("sync = 'full'\nmax-users = 9").await.unwrap();
    assert_eq!(again.to_string(), "restart the server for sync = \"full\" (was \"normal\")");
    assert_eq!(site.reload("max-users = 9").await.unwrap(), ReloadReport::default(), "it was taken back");
}

/// The same key, and so the same fingerprint, in a new certificate.
#[tokio::test]
async fn a_certificate_that_was_renewed_is_served_and_said_to_be() {
    let site = Site::open("");
    let served = site.server.tls.certificate();
    std::fs::remove_file(site.dir.path().join("tls.crt")).unwrap();
    drop(Tls::open(None, &[std::net::Ipv4Addr::LOCALHOST.into()], site.dir.path()).unwrap());
    let report = site.reload("").await.unwrap();
    assert_eq!(report.to_string(), "applied tls-cert (the file has changed)");
    assert_eq!(report.warnings, [""; 0]);
    assert!(site.server.tls.certificate() != served && site.server.tls.fingerprint() == served.key);
    assert_eq!(site.reload("").await.unwrap(), ReloadReport::default());
}

#[tokio::test]
async fn a_certificate_with_another_key_is_warned_of_unless_it_was_announced() {
    let site = Site::open("");
    let other = TempDir::new().unwrap();
    let next = Tls::open(None, &[std::net::Ipv4Addr::LOCALHOST.into()], other.path()).unwrap().fingerprint();
    let path = |name: &str| other.path().join(name).to_str().unwrap().to_owned();
    let serve = format!("tls-cert = '{}'\ntls-key = '{}'", path("tls.crt"), path("tls.key"));
    assert_eq!(site.server.guest("ann").await.welcome.unwrap().next_key, None);
    let first = site.server.tls.fingerprint();
    let report = site.reload(&serve).await.unwrap();
    assert!(report.warnings[0].contains("will refuse to connect"), "{report:?}");
    assert!(report.warnings[0].contains(first.as_str()) && report.warnings[0].contains(next.as_str()));
    site.reload("").await.unwrap();
    site.reload(&format!("tls-next-cert = '{}'", path("tls.crt"))).await.unwrap();
    assert_eq!(site.server.guest("ben").await.welcome.unwrap().next_key, Some(next.clone()));
    let report = site.reload(&serve).await.unwrap();
    assert!(report.warnings[0].contains("the key that was announced"), "{report:?}");
    assert_eq!(site.server.tls.fingerprint(), next);
    assert_eq!(site.server.guest("cat").await.welcome.unwrap().next_key, None);
}

#[tokio::test]
async fn a_hangup_configures_the_server_anew_and_the_log_says_what_changed() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("chinwagd.toml");
    std::fs::write(&path, "").unwrap();
    let mut daemon = Daemon::start(dir.path(), &["--config", path.to_str().unwrap()]);
    std::fs::write(&path, "log-chat = true").unwrap();
    daemon.signal("HUP");
    daemon.wait_log("configured anew: applied log-chat = \"true\" (was \"false\")");
    daemon.guest("ann").await.say("a word for the log").await;
    daemon.wait_log("a word for the log");
    std::fs::write(&path, "log-chat = 1").unwrap();
    daemon.signal("HUP");
    daemon.wait_log("the configuration stays as it was: ");
    daemon.guest("ben").await.say("another word").await;
    daemon.wait_log("another word");
}
