//! Verbs that speak to a running server.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{command, ctl, fails, fine, json as answer, said};
use crate::client::{Client, show};
use crate::daemon::Daemon;

/// A server and its directory, with somebody in it.
async fn with_ann() -> (TempDir, Daemon, Client) {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let ann = daemon.guest("ann").await;
    (dir, daemon, ann)
}

#[test]
fn without_a_server_there_is_nobody_to_ask() {
    let dir = TempDir::new().unwrap();
    let socket = dir.path().join("chinwagd.sock");
    for verb in ["status", "who", "bans", "reload", "shutdown"] {
        fails(dir.path(), &[verb], 3, &["no server answers", socket.to_str().unwrap(), "--socket"]);
    }
    fails(dir.path(), &["kick", "ann"], 3, &["no server answers"]);
    fails(dir.path(), &["who", "--socket", "/nowhere/s"], 3, &["/nowhere/s"]);
    let printed: Value = serde_json::from_str(&ctl(dir.path(), &["who", "--json"]).1).unwrap();
    assert_eq!(printed["code"], "no_server");
}

#[test]
fn wrong_words_are_wrong_usage() {
    let dir = TempDir::new().unwrap();
    for words in [
        vec!["dance"],
        vec!["kick"],
        vec!["ban", "ann", "--for", "soon"],
        vec!["role", "ann", "king"],
        vec!["announce", "a\u{1b}[2Jb"],
        vec!["shutdown", "--cancel", "--in", "5s"],
        vec!["who", "two words"],
    ] {
        fails(dir.path(), &words, 2, &["For more information"]);
    }
    let help = ctl(dir.path(), &["--help"]).1;
    assert!(help.contains("Exit status: 0 done, 1 refused"), "{help}");
}

#[tokio::test]
async fn everybody_is_listed_in_columns() {
    let (dir, daemon, mut ann) = with_ann().await;
    let _ben = daemon.guest("엄격한-수달").await;
    ann.ok(json!({"type": "join", "room": "lab"})).await;
    let table = fine(dir.path(), &["who"]);
    let want = "UID  NAME         ROLE    STATE  ROOMS\n\
                1    ann          member  here   lab lobby\n\
                2    엄격한-수달  member  here   lobby\n";
    assert_eq!(table, want);
    assert_eq!(fine(dir.path(), &["who", "lab"]).lines().count(), 2);
    assert_eq!(answer(dir.path(), &["who"])["users"][1]["name"], "엄격한-수달");
    fails(dir.path(), &["who", "nowhere"], 1, &["nowhere"]);
}

#[tokio::test]
async fn it_is_told_by_how_many_connections_somebody_is_here() {
    let (dir, daemon, _ann) = with_ann().await;
    let mut ben = Client::greet(daemon.address, json!({"name": "ben", "window": "1"})).await;
    let mut second = Client::greet(daemon.address, json!({"secret": ben.secret, "window": "2"})).await;
    let state = || fine(dir.path(), &["who"]).lines().nth(2).unwrap().to_owned();
    assert_eq!(state(), "2    ben   member  here (2)  lobby");
    let fact = |facts: &str| facts.lines().find(|fact| fact.starts_with("connections")).map(str::to_owned);
    assert_eq!(fact(&fine(dir.path(), &["whois", "ben"])).unwrap(), "connections  2");
    assert_eq!(fact(&fine(dir.path(), &["whois", "ann"])), None, "one is not worth a word");
    let numbers = |users: &Value| {
        users.as_array().unwrap().iter().map(|user| user["windows"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&answer(dir.path(), &["who"])["users"]), [json!(1), json!(2)]);
    assert_eq!(answer(dir.path(), &["whois", "ben"])["windows"], 2);
    assert!(fine(dir.path(), &["kick", "ben"]).contains("ben"));
    for window in [&mut ben, &mut second] {
        window.until("goodbye kicked by operator").await;
    }
    assert_eq!(fine(dir.path(), &["who"]).lines().count(), 2, "ann alone is here");
}

#[tokio::test]
async fn somebody_is_looked_at() {
    let (dir, _daemon, _ann) = with_ann().await;
    let facts = fine(dir.path(), &["whois", "ANN"]);
    for line in ["uid        1", "name       ann", "state      here", "address    127.0.0.1"] {
        assert!(facts.lines().any(|fact| fact == line), "no {line:?} in\n{facts}");
    }
    assert_eq!(answer(dir.path(), &["whois", "#1"])["details"]["address"], "127.0.0.1");
    fails(dir.path(), &["whois", "anna"], 1, &["did you mean ann (#1)"]);
    fails(dir.path(), &["whois", "nobody-like-this"], 1, &["is here or was"]);
    fails(dir.path(), &["whois", "#99"], 1, &["99"]);
    assert!(answer(dir.path(), &["status"])["refusals"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn somebody_who_is_not_here_is_looked_at_and_their_name_is_freed() {
    let (dir, daemon, mut ann) = with_ann().await;
    let mut ben = daemon.guest("ben").await;
    ben.say("hi").await;
    fails(dir.path(), &["free-name", "ben"], 1, &["ben is here"]);
    ben.send(json!({"type": "quit"})).await;
    ann.until("lobby ben leaves (quit)").await;
    let facts = fine(dir.path(), &["whois", "Ben"]);
    for line in ["name       ben", "state      gone", "last seen  2"] {
        assert!(facts.lines().any(|fact| fact.starts_with(line)), "no {line:?} in\n{facts}");
    }
    assert_eq!(fine(dir.path(), &["free-name", "ben"]), "ben is free now\n");
    fails(dir.path(), &["free-name", "ben"], 1, &["nobody has this name"]);
    let trail = fine(dir.path(), &["audit"]);
    assert!(trail.contains("free-name") && trail.contains("now=guest-2"), "{trail}");
    ann.ok(json!({"type": "rename", "name": "ben"})).await;
}

#[tokio::test]
async fn somebody_who_is_not_here_is_banned_muted_and_given_a_role_by_name_with_words_as_they_stand() {
    let (dir, daemon, mut ann) = with_ann().await;
    let mut ben = daemon.guest("ben").await;
    ben.say("hi").await;
    ben.send(json!({"type": "quit"})).await;
    ann.until("lobby ben leaves (quit)").await;
    assert_eq!(fine(dir.path(), &["mute", "Ben", "10m"]), "ben (#2) was muted\n");
    assert_eq!(fine(dir.path(), &["role", "ben", "moderator"]), "ben (#2) was made a moderator\n");
    assert_eq!(fine(dir.path(), &["ban", "ben", "2h", "flooding", "all day"]), "ben (#2) was banned\n");
    let bans = fine(dir.path(), &["bans"]);
    assert!(bans.contains("flooding all day") && !bans.contains("for good"), "{bans}");
    fails(dir.path(), &["ban", "nobody-like-this"], 1, &["is here or was"]);
    fails(dir.path(), &["ban", "ann", "5x"], 1, &["\"5x\"", "--for", "--reason"]);
    fails(dir.path(), &["kick", "ben"], 1, &["nobody called \"ben\" is here"]);
    assert_eq!(fine(dir.path(), &["kick", "ann", "take", "a break"]), "ann (#1) was kicked\n");
}

#[tokio::test]
async fn rooms_are_listed_with_how_many_people_are_in_them() {
    let (dir, _daemon, mut ann) = with_ann().await;
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    ann.ok(json!({"type": "topic", "room": "kitchen", "topic": "점심"})).await;
    assert_eq!(
        fine(dir.path(), &["rooms"]),
        "ROOM     HERE  ACCESS  KEEPS       TOPIC\nkitchen  1     open    everything  점심\nlobby    1     open    everything\n"
    );
    assert_eq!(answer(dir.path(), &["rooms", "k"])["rooms"][0]["topic"], "점심");
}

#[tokio::test]
async fn limits_are_listed_and_changed_and_whoever_they_keep_out_is_in_the_status() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--max-users", "1"]);
    let ann = daemon.guest("ann").await;
    assert!(fine(dir.path(), &["limits"]).contains("max-users          1\n"));
    let mut ben = Client::connect(daemon.address).await;
    ben.send(crate::client::hello(&json!({}))).await;
    ben.until("error server_full").await;
    let status = fine(dir.path(), &["status"]);
    assert!(status.contains("1 by max-users, the last from 127.0.0.1 at 2"), "{status}");
    assert!(status.contains("`chinwagd ctl limits max-users VALUE` raises it"), "{status}");
    fails(dir.path(), &["limits", "max-users", "many"], 1, &["a number from 1 to 100000"]);
    fails(dir.path(), &["limits", "max-users"], 2, &["For more information"]);
    let said = fine(dir.path(), &["limits", "max-users", "2"]);
    assert!(said.starts_with("max-users is 2 now, until"), "{said}");
    let _ben = daemon.guest("ben").await;
    assert!(fine(dir.path(), &["audit"]).contains("max-users=2"));
    drop(ann);
}

#[tokio::test]
async fn a_kick_goes_by_uid_or_name_and_says_why() {
    let (dir, daemon, mut ann) = with_ann().await;
    assert_eq!(fine(dir.path(), &["kick", "Ann", "--reason", "비켜요"]), "ann (#1) was kicked\n");
    ann.until("goodbye kicked by operator 비켜요").await;
    let mut ben = daemon.guest("ben").await;
    let done = answer(dir.path(), &["kick", "#2"]);
    assert_eq!(done, json!({"type": "ok", "act": "kick", "uid": 2, "name": "ben"}));
    ben.until("goodbye kicked by operator").await;
    fails(dir.path(), &["kick", "ben"], 1, &["nobody called \"ben\" is here"]);
    fails(dir.path(), &["kick", "2"], 1, &["2"]);
}

#[tokio::test]
async fn who_is_banned_is_listed_and_let_back_by_name() {
    let (dir, daemon, mut ann) = with_ann().await;
    assert_eq!(fine(dir.path(), &["bans"]), "nobody is banned or muted\n");
    let done = fine(dir.path(), &["ban", "ann", "--for", "2h", "--reason", "flood"]);
    assert_eq!(done, "ann (#1) was banned\n");
    while ann.next().await.is_some() {}
    let table = fine(dir.path(), &["bans"]);
    let row = table.lines().nth(1).unwrap();
    assert!(row.starts_with("ban") && row.contains(" ann ") && row.ends_with("operator  flood"), "{table}");
    assert_eq!(answer(dir.path(), &["bans"])["bans"][0]["kind"], "ban");
    let secret = ann.secret.clone();
    let mut back = Client::connect(daemon.address).await;
    back.send(crate::client::hello(&json!({"secret": secret}))).await;
    back.expect("error banned").await;
    fails(dir.path(), &["unban", "anna"], 1, &["did you mean ann (#1)"]);
    assert_eq!(fine(dir.path(), &["unban", "ANN"]), "ann (#1) was unbanned\n");
    Client::greet(daemon.address, json!({"secret": secret})).await;
}

#[tokio::test]
async fn digits_are_a_name_and_a_uid_has_its_sign() {
    let (dir, daemon, mut ann) = with_ann().await;
    let mut digits = daemon.guest("01").await;
    fails(dir.path(), &["kick", "1"], 1, &["nobody called \"1\"", "'#1'"]);
    fails(dir.path(), &["mute", "#01"], 1, &["#01"]);
    assert_eq!(fine(dir.path(), &["mute", "01"]), "01 (#2) was muted\n");
    assert_eq!(fine(dir.path(), &["unmute", "01"]), "01 (#2) was unmuted\n");
    assert_eq!(fine(dir.path(), &["kick", "01"]), "01 (#2) was kicked\n");
    digits.until("goodbye kicked by operator").await;
    ann.ok(crate::client::say("still here")).await;
    fails(dir.path(), &["kick", "01"], 1, &["nobody called \"01\""]);
}

#[tokio::test]
async fn who_is_muted_is_silent_until_that_is_lifted() {
    let (dir, _daemon, mut ann) = with_ann().await;
    assert_eq!(fine(dir.path(), &["mute", "#1", "--for", "1d"]), "ann (#1) was muted\n");
    let refused = ann.ask(crate::client::say("hi")).await;
    assert_eq!(crate::client::show(&refused), "error muted");
    assert_eq!(fine(dir.path(), &["unmute", "ann"]), "ann (#1) was unmuted\n");
    ann.ok(crate::client::say("hi again")).await;
}

#[tokio::test]
async fn a_role_is_given_and_everybody_is_told_things() {
    let (dir, _daemon, mut ann) = with_ann().await;
    assert_eq!(fine(dir.path(), &["role", "ann", "moderator"]), "ann (#1) was made a moderator\n");
    ann.until("lobby operator makes ann moderator").await;
    assert_eq!(fine(dir.path(), &["announce", "점심 시간"]), "everybody was told\n");
    ann.until("lobby operator announces 점심 시간").await;
    assert!(answer(dir.path(), &["announce", "again"])["seq"].as_u64().unwrap() > 2);
}

#[tokio::test]
async fn a_countdown_is_called_off_and_a_shutdown_ends_the_server() {
    let (dir, mut daemon, mut ann) = with_ann().await;
    assert_eq!(fine(dir.path(), &["shutdown", "--in", "5m"]), "the server stops in 5 m\n");
    assert_eq!(fine(dir.path(), &["shutdown", "--cancel"]), "the countdown was called off\n");
    fails(dir.path(), &["shutdown", "--cancel"], 1, &["no shutdown"]);
    assert_eq!(fine(dir.path(), &["shutdown", "--restart", "--reason", "upgrade"]), "the server restarts\n");
    ann.until("goodbye restarting by operator upgrade").await;
    daemon.wait_log("starting again");
    daemon.wait_next_log("listening");
    assert_eq!(fine(dir.path(), &["shutdown"]), "the server stops\n");
    assert!(daemon.wait().0.success());
    fails(dir.path(), &["status"], 3, &["no server answers"]);
}

#[tokio::test]
async fn a_status_is_read_at_a_glance() {
    let (dir, daemon, mut ann) = with_ann().await;
    ann.say("hi").await;
    let facts = fine(dir.path(), &["status"]);
    for word in [
        "health",
        "healthy",
        "0 gaps",
        "1 here; connections: 2, rooms: 1",
        "1 messages",
        "everything",
        "certificate",
    ] {
        assert!(facts.contains(word), "no {word:?} in\n{facts}");
    }
    assert!(facts.contains(&daemon.address.to_string()), "{facts}");
    let status = answer(dir.path(), &["status"]);
    let told = ["healthy", "users", "rooms", "keep_days"].map(|field| status[field].clone());
    assert_eq!(json!(told), json!([true, 1, 1, 0]));
}

#[tokio::test]
async fn a_status_tells_of_the_certificate_and_of_another_one_on_the_disk() {
    let (dir, _daemon, _ann) = with_ann().await;
    let said = fine(dir.path(), &["status"]);
    assert!(
        said.contains("4096-01-01\n") && !said.contains("days left") && !said.contains("warning"),
        "{said}"
    );
    std::fs::remove_file(dir.path().join("tls.crt")).unwrap();
    let renewed =
        || server::tls::Tls::open(None, &[std::net::Ipv4Addr::LOCALHOST.into()], dir.path()).unwrap();
    drop(renewed());
    let said = fine(dir.path(), &["status"]);
    assert!(said.contains("warning") && said.contains("a newer certificate is on the disk"), "{said}");
    std::fs::remove_file(dir.path().join("tls.crt")).unwrap();
    std::fs::remove_file(dir.path().join("tls.key")).unwrap();
    let other = renewed().fingerprint();
    let said = fine(dir.path(), &["status"]);
    assert!(said.contains("another key") && said.contains(other.as_str()), "{said}");
    let said = fine(dir.path(), &["reload"]);
    assert!(said.contains("applied tls-cert") && said.contains("warning: "), "{said}");
    assert!(!fine(dir.path(), &["status"]).contains("warning"));
}

#[tokio::test]
async fn a_status_is_bad_when_the_store_takes_nothing() {
    let (dir, _daemon, _ann) = with_ann().await;
    let store = rusqlite::Connection::open(dir.path().join("chinwag.db")).unwrap();
    store.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (status, printed, complaint) = ctl(dir.path(), &["status"]);
    assert_eq!((status, complaint.as_str()), (1, ""), "{printed}");
    assert!(printed.contains("UNWELL") && printed.contains("did not answer in 2 s"), "{printed}");
    let (status, printed, _) = ctl(dir.path(), &["status", "--json"]);
    let told: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((status, &told["healthy"]), (1, &json!(false)));
    assert!(told["troubles"][0].as_str().unwrap().contains("store"), "{printed}");
}

#[tokio::test]
async fn a_reload_says_what_it_came_to_and_a_broken_file_changes_nothing() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("settings.toml");
    std::fs::write(&file, "name = \"one\"\n").unwrap();
    let _daemon = Daemon::start(dir.path(), &["--config", file.to_str().unwrap()]);
    assert_eq!(fine(dir.path(), &["reload"]), "nothing has changed\n");
    std::fs::write(&file, "name = \"둘\"\nsync = \"full\"\n").unwrap();
    let said = fine(dir.path(), &["reload"]);
    assert_eq!(said, "applied name = 둘 (was one)\nneeds a restart: sync = full (was normal)\n");
    assert_eq!(answer(dir.path(), &["reload"])["restart"][0]["setting"], "sync");
    std::fs::write(&file, "nonsense = 1\n").unwrap();
    fails(dir.path(), &["reload"], 1, &["nothing has changed", "nonsense", "settings.toml:1"]);
}

#[tokio::test]
async fn what_was_done_is_in_the_audit_trail() {
    let (dir, _daemon, _ann) = with_ann().await;
    assert_eq!(fine(dir.path(), &["audit"]), "nobody has done anything yet\n");
    fine(dir.path(), &["kick", "ann", "--reason", "비켜요"]);
    let table = fine(dir.path(), &["audit"]);
    let row = table.lines().nth(1).unwrap();
    for word in ["operator (#0)", "kick", "ann (#1)", "비켜요"] {
        assert!(row.contains(word), "no {word} in {row}");
    }
    let act = answer(dir.path(), &["audit", "-n", "1"]);
    assert_eq!((&act["act"], &act["target"], &act["reason"]), (&json!("kick"), &json!(1), &json!("비켜요")));
}

#[tokio::test]
async fn a_stolen_secret_ends_and_a_reset_brings_the_rightful_person_back_after_a_restart_too() {
    let (dir, daemon, mut ann) = with_ann().await;
    ann.say("tea").await;
    let said = fine(dir.path(), &["revoke", "ann"]);
    assert!(said.contains("ann (#1)") && said.contains("ctl reset '#1'"), "{said}");
    let goodbye = loop {
        let said = show(&ann.next().await.unwrap());
        if said.starts_with("goodbye") {
            break said;
        }
    };
    assert!(
        goodbye.contains("kicked by operator your secret no longer works; ask the operator"),
        "{goodbye}"
    );
    let thief = Client::greet(daemon.address, json!({"secret": ann.secret})).await;
    assert_ne!(thief.uid(), 1);
    let reset = answer(dir.path(), &["reset", "#1"]);
    let secret = reset["secret"].as_str().unwrap();
    let back = Client::greet(daemon.address, json!({"secret": secret})).await;
    assert_eq!((back.uid(), back.name()), (1, "ann".to_owned()));
    let trail = fine(dir.path(), &["audit"]);
    assert!(trail.contains("revoke") && trail.contains("reset") && !trail.contains(secret), "{trail}");
    drop(daemon);
    let daemon = Daemon::start(dir.path(), &[]);
    assert_eq!(Client::greet(daemon.address, json!({"secret": secret})).await.uid(), 1);
    assert_ne!(Client::greet(daemon.address, json!({"secret": ann.secret})).await.uid(), 1);
}

/// Only root can be somebody else.
#[tokio::test]
async fn who_may_not_operate_the_server_is_told_so() {
    const NOBODY: u32 = 65534;
    let (dir, _daemon, _ann) = with_ann().await;
    if command(dir.path(), &["who"]).uid(NOBODY).output().is_err() {
        return println!("skipped: this user can be nobody else");
    }
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    // The program itself may lie where others cannot run it.
    let program = dir.path().join("chinwagd");
    std::fs::copy(env!("CARGO_BIN_EXE_chinwagd"), &program).unwrap();
    mode(dir.path(), 0o755);
    let as_nobody = |words: &[&str]| {
        let mut command = std::process::Command::new(&program);
        command.arg("ctl").args(words).arg("--state-dir").arg(dir.path()).uid(NOBODY).gid(NOBODY);
        said(command.output().unwrap())
    };
    let (status, _, complaint) = as_nobody(&["kick", "ann"]);
    assert_eq!(status, 1, "{complaint}");
    assert!(complaint.contains("may not operate"), "{complaint}");
    // A socket that lets everybody in makes them clients, no operators.
    mode(&dir.path().join("chinwagd.sock"), 0o666);
    let (status, _, complaint) = as_nobody(&["kick", "ann"]);
    assert_eq!(
        (status, complaint.as_str()),
        (1, "chinwagd: nothing is done for strangers; say hello first\n")
    );
    assert_eq!(fine(dir.path(), &["who"]).lines().count(), 2, "ann is still here");
}
