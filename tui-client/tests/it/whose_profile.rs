//! Whose profile it is: the real binaries, several addresses of one server, and several servers at one address.

use std::path::Path;

use crate::processes::{Daemon, Plain, Run, run_at};

/// Who somebody is at an address, who comes with this home directory and leaves again.
struct Visit {
    uid: u64,
    name: String,
    is_new: bool,
    said: String,
}

/// Comes, says `hi` and leaves.
fn visit(home: &Path, args: &[&str]) -> Visit {
    let Run { out: said, err, .. } = run_at(home, &[&["--json"], args].concat(), b"hi\n");
    let lines = said.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let welcome = lines.into_iter().find(|line| line["type"] == "welcome");
    let welcome = welcome.unwrap_or_else(|| panic!("no welcome: {said}\n{err}"));
    Visit {
        uid: welcome["you"]["uid"].as_u64().unwrap(),
        name: welcome["you"]["name"].as_str().unwrap().to_owned(),
        is_new: welcome["secret"].is_string(),
        said,
    }
}

fn dirs<const N: usize>() -> [tempfile::TempDir; N] {
    std::array::from_fn(|_| tempfile::tempdir().unwrap())
}

#[test]
fn one_server_is_one_server_however_its_address_is_written() {
    let [home, state] = dirs();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let port = daemon.address.rsplit(':').next().unwrap().to_owned();
    let kim = visit(home.path(), &[&daemon.address, "--name", "kim"]);
    assert!(kim.is_new);
    let socket = state.path().join("chinwagd.sock").display().to_string();
    let (localhost, anywhere) = (format!("localhost:{port}"), format!("0.0.0.0:{port}"));
    let trust = [daemon.address.as_str(), "--tls", "trust"];
    let others: [&[&str]; 5] = [&[&localhost], &[&anywhere], &[&socket], &trust, &[&daemon.address]];
    for args in others.into_iter().chain(others) {
        let back = visit(home.path(), args);
        assert_eq!((back.uid, back.name.as_str(), back.is_new), (kim.uid, "kim", false), "{args:?}");
        assert!(!back.said.contains("Another server"), "{}", back.said);
    }
}

#[test]
fn another_server_at_the_same_address_is_told_apart_and_asked_for_the_old_name() {
    let [home, one, two] = dirs();
    let first = Daemon::start(one.path(), "127.0.0.1:0");
    let address = first.address.clone();
    // Somebody else before, so that the numbers differ.
    visit(dirs::<1>()[0].path(), &[&address]);
    let kim = visit(home.path(), &[&address, "--name", "kim"]);
    drop(first);
    let second = Daemon::start(two.path(), &address);
    let there = visit(home.path(), &[&address]);
    assert_eq!((there.is_new, there.name.as_str()), (true, "kim"));
    assert!(there.said.contains("Another server than last time"), "{}", there.said);
    let again = visit(home.path(), &[&address]);
    assert_eq!((again.is_new, again.uid), (false, there.uid));
    assert!(!again.said.contains("Another server"), "{}", again.said);
    drop(second);
    let _first = Daemon::start(one.path(), &address);
    let back = visit(home.path(), &[&address]);
    assert_eq!((back.is_new, back.uid, back.name.as_str()), (false, kim.uid, "kim"));
    assert!(back.said.contains("Another server than last time"), "{}", back.said);
}

#[test]
fn a_profile_of_an_older_version_is_that_of_its_address_as_before() {
    let [home, state] = dirs();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let kim = visit(home.path(), &[&daemon.address, "--name", "kim"]);
    let file = home.path().join(".local/state/chinwag").join(&daemon.address).join("0.json");
    let mut profile: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for new in ["server", "keys"] {
        assert!(profile.as_object_mut().unwrap().remove(new).is_some(), "{new}");
    }
    std::fs::write(&file, profile.to_string()).unwrap();
    let back = visit(home.path(), &[&daemon.address]);
    assert_eq!((back.is_new, back.uid), (false, kim.uid));
    let profile: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(profile["server"].is_string());
}

#[test]
fn a_server_with_the_key_it_announced_is_the_same_one_at_another_address() {
    let [home, state, other] = dirs();
    // It makes itself a key, which is the next one of the server.
    drop(Daemon::start(other.path(), "127.0.0.1:0"));
    let file = |name: &str| other.path().join(name).display().to_string();
    let (cert, key) = (file("tls.crt"), file("tls.key"));
    let first = Daemon::with(state.path(), "127.0.0.1:0", &["--tls-next-cert", &cert]);
    let address = first.address.clone();
    let kim = visit(home.path(), &[&address, "--tls", "trust", "--name", "kim"]);
    drop(first);
    let _second = Daemon::with(state.path(), &address, &["--tls-cert", &cert, "--tls-key", &key]);
    let localhost = address.replace("127.0.0.1", "localhost");
    let back = visit(home.path(), &[&localhost, "--tls", "trust"]);
    assert_eq!((back.uid, back.name.as_str(), back.is_new), (kim.uid, "kim", false), "{}", back.said);
}

#[test]
fn a_machine_that_is_somebodys_already_is_not_linked_once_more() {
    let [home, other, third, state] = dirs();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let home = std::sync::Arc::new(home);
    let mut kim = Plain::at(std::sync::Arc::clone(&home), &[&daemon.address, "--name", "kim"]);
    kim.hears("kim is connected");
    let mut code = || {
        kim.say("/link");
        let command = kim.hears("chinwag --link ");
        command.split_once("--link ").unwrap().1.split(' ').next().unwrap().to_owned()
    };
    let link = |home: &Path, code: &str| {
        run_at(home, &[&daemon.address, "--plain", "--link", code], b"hi from here\n")
    };
    let first = link(other.path(), &code());
    assert_eq!(first.status, 0, "{}", first.err);
    let again = code();
    for home in [other.path(), home.path()] {
        let twice = link(home, &again);
        assert!(twice.status != 0 && twice.err.contains("linked to you already"), "{}", twice.err);
        assert!(twice.err.contains("without --link"), "{}", twice.err);
    }
    assert_eq!(run_at(other.path(), &[&daemon.address, "--plain"], b"and here\n").status, 0);
    assert_eq!(link(third.path(), &again).status, 0, "the code is as it was");
    kim.say("/machines");
    kim.hears("your machines");
    kim.say("the end");
    let listed: Vec<String> =
        std::iter::from_fn(|| Some(kim.hears("")).filter(|line| !line.contains("the end"))).collect();
    assert!(listed.iter().any(|line| line.trim_start().starts_with("3 ")), "{listed:?}");
    assert!(!listed.iter().any(|line| line.trim_start().starts_with("4 ")), "{listed:?}");
}
