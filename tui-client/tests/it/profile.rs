//! The profile on disk, as the real binary without a screen treats it.

use crate::processes::{DAMAGED, Daemon, Plain, damaged_home};

#[test]
fn a_damaged_profile_is_kept_aside_and_named() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    for (lang, words) in [("en", "identity here was damaged"), ("ko", "정보 파일이 망가져서")] {
        let (home, slots) = damaged_home(&daemon.address);
        let mut kim = Plain::at(home, &[&daemon.address, "--lang", lang]);
        let kept = slots.join("0.damaged-1.json");
        let line = kim.hears(words);
        assert!(line.contains(kept.to_str().unwrap()), "{line}");
        kim.say("hello");
        kim.hears(": hello");
        assert_eq!(std::fs::read_to_string(kept).unwrap(), DAMAGED);
    }
}

#[test]
fn who_somebody_is_is_on_the_disk_when_the_program_has_ended() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".local/state/chinwag").join(&daemon.address).join("0.json");
    let mut kim = Plain::at(home, &[&daemon.address, "--name", "kim"]);
    kim.say("hello");
    kim.hears(": hello");
    kim.ends();
    let profile: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!((&profile["name"], &profile["outbox"]), (&"kim".into(), &serde_json::json!([])));
}

#[test]
fn a_profile_that_can_be_kept_nowhere_is_said_and_stops_nobody() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join(".local/state")).unwrap();
    std::fs::write(home.path().join(".local/state/chinwag"), "not a directory").unwrap();
    let mut kim = Plain::at(home, &[&daemon.address, "--name", "kim"]);
    kim.hears("cannot be saved");
    kim.say("hello");
    kim.hears(": hello");
    kim.ends();
}
