//! What rooms keep: set in the file, applied by a reload, still so after a restart, and listed.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ctl, fine, json as answer};
use crate::client::{Client, say};
use crate::daemon::Daemon;

/// The texts of a room, as far as the store has them.
fn texts(dir: &std::path::Path, room: &str) -> Vec<String> {
    let lines = fine(dir, &["export", room, "--json"]);
    let events = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter_map(|event| event["text"].as_str().map(str::to_owned)).collect()
}

async fn say_in(ann: &mut Client, room: &str, texts: std::ops::Range<u32>) {
    for n in texts {
        let said = format!("{room} {n}");
        ann.ok(json!({"type": "say", "room": room, "text": said, "nonce": said.replace(' ', "-")})).await;
    }
}

#[tokio::test]
async fn rooms_keep_what_the_file_says_and_the_list_of_rooms_shows_it() {
    let (dir, etc) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let file = etc.path().join("chinwagd.toml");
    let configure = |keep: &str| std::fs::write(&file, format!("pace = \"off\"\n{keep}\n")).unwrap();
    configure("");
    let flags = ["--config", file.to_str().unwrap()];
    let daemon = Daemon::start(dir.path(), &flags);
    let mut ann = daemon.guest("ann").await;
    for room in ["board", "archive"] {
        ann.ok(json!({"type": "join", "room": room})).await;
        say_in(&mut ann, room, 0..20).await;
    }
    say_in(&mut ann, "lobby", 0..20).await;
    configure("keep-events = 10\nkeep-rooms = \"board=3, archive=all\"");
    fine(dir.path(), &["reload"]);
    let left = |room: &str| texts(dir.path(), room).len();
    // A word now and then, so that there is always something to wait for.
    while left("board") > 3 || left("lobby") > 10 {
        ann.ok(say("and on")).await;
    }
    assert_eq!(texts(dir.path(), "board"), ["board 17", "board 18", "board 19"]);
    assert_eq!(left("archive"), 20);

    let (status, log) = daemon.stop();
    assert!(status.success(), "{log}");
    let daemon = Daemon::start(dir.path(), &flags);
    let mut ann = Client::greet(daemon.address, json!({"secret": ann.secret})).await;
    say_in(&mut ann, "archive", 20..25).await;
    say_in(&mut ann, "board", 20..25).await;
    while left("board") > 3 {
        ann.ok(say("and on again")).await;
    }
    assert_eq!(left("archive"), 25, "after a restart, too");
    let rooms = answer(dir.path(), &["rooms"]);
    let keeps = |name: &str| {
        let room = rooms["rooms"].as_array().unwrap().iter().find(|room| room["name"] == name).unwrap();
        (room["keep_days"].clone(), room["keep_events"].clone())
    };
    assert_eq!(keeps("board"), (json!(0), json!(3)));
    assert_eq!(keeps("archive"), (json!(0), json!(0)));
    assert_eq!(keeps("lobby"), (json!(0), json!(10)));
    let listed = fine(dir.path(), &["rooms"]);
    assert!(
        listed.lines().any(|line| line.starts_with("archive") && line.contains("everything")),
        "{listed}"
    );
    assert!(fine(dir.path(), &["status"]).contains("10 events in each room but 2"));
}

#[tokio::test]
async fn a_rule_for_a_room_that_will_not_do_is_refused_with_its_line() {
    let (dir, etc) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let file = etc.path().join("chinwagd.toml");
    std::fs::write(&file, "").unwrap();
    let _daemon = Daemon::start(dir.path(), &["--config", file.to_str().unwrap()]);
    std::fs::write(&file, "\nkeep-rooms = \"dev=a week\"\n").unwrap();
    let (status, _, complaint) = ctl(dir.path(), &["reload"]);
    assert!(
        status == 1 && complaint.contains("chinwagd.toml:2: keep-rooms") && complaint.contains("ROOM=DAYSd"),
        "{complaint}"
    );
}
