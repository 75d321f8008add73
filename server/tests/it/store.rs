//! The message store: search, retention, migration from older versions, and a full disk.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use shared::{Code, Kind};

use crate::client::{Client, say};
use crate::daemon::Daemon;
use crate::test_server::{Setup, TestServer};

/// What a store of version 1 held: a lobby, a room `dev` with a topic, a direct conversation of `minsu` (uid 1) and
/// `calm-otter` (uid 2). Made by the server of that time, and never changed.
const VERSION_1: &[u8] = include_bytes!("fixtures/store-v1.db");
/// What brings `minsu` back.
const MINSU: &str = "2UyfJghykqz5e--7BMxko6zs9af45Azzn6-N5D3N3_0";

/// What a store of version 2 held: `minsu` (uid 1, admin), `까치` (uid 2, moderator) and `eve` (uid 3), whom `까치` had
/// kicked. Made by the server of that time, and never changed.
const VERSION_2: &[u8] = include_bytes!("fixtures/store-v2.db");
/// What brings `minsu` and `eve` of that store back.
const MINSU_2: &str = "mLtZ0Y29324-ze6VlFXL5mFD5L5jfPqj0zoO1uIZm0Q";
const EVE_2: &str = "gWNoH9yppe7z6WLnre0BiSeEqG32DqqS1d5HzQ--Tqs";

/// The texts of a page.
fn texts(events: Option<Vec<shared::Event>>) -> Vec<String> {
    let said = |event: shared::Event| match event.kind {
        Kind::Message(text) | Kind::Action(text) => Some(text.to_string()),
        _ => None,
    };
    events.unwrap().into_iter().filter_map(said).collect()
}

async fn search(client: &mut Client, request: Value) -> (Vec<String>, bool) {
    let answer = client.ok(request).await;
    let more = answer.more.unwrap();
    (texts(answer.events), more)
}

#[track_caller]
fn is(found: &(Vec<String>, bool), want: &[&str], more: bool) {
    assert_eq!((found.0.iter().map(String::as_str).collect::<Vec<_>>(), found.1), (want.to_vec(), more));
}

#[tokio::test]
async fn a_store_of_version_1_is_brought_along_whole() {
    let setup = Setup::new(&[]);
    std::fs::write(setup.dir.path().join("chinwag.db"), VERSION_1).unwrap();
    let server = setup.open();
    let mut minsu = server.greet(json!({"secret": MINSU})).await;
    assert_eq!((minsu.name().as_str(), minsu.uid()), ("minsu", 1));
    let welcome = minsu.welcome.clone().unwrap();
    let rooms: Vec<String> =
        welcome.rooms.iter().map(|room| format!("{} {}", room.name, room.topic)).collect();
    assert_eq!(rooms, ["@1:2 ", "dev release 1.0", "lobby "]);
    let lobby = minsu.ok(json!({"type": "history", "room": "lobby"})).await;
    assert_eq!(texts(lobby.events), ["내일 회의 몇 시예요?", "ten o'clock, room 3"]);
    let direct = minsu.ok(json!({"type": "history", "room": "@1:2"})).await;
    assert_eq!(texts(direct.events), ["은밀한 이야기"]);
    is(
        &search(&mut minsu, json!({"type": "search", "query": "회의"})).await,
        &["내일 회의 몇 시예요?"],
        false,
    );
    // A nonce of that time is still known.
    let again = json!({"type": "say", "room": "lobby", "text": "내일 회의 몇 시예요?", "nonce": "n1"});
    assert_eq!(minsu.ok(again).await.seq.unwrap().get(), 2);
    server.again().await.stop().await;
}

#[tokio::test]
async fn a_store_of_version_2_is_brought_along_with_its_roles_and_its_trail() {
    let setup = Setup::new(&[]);
    std::fs::write(setup.dir.path().join("chinwag.db"), VERSION_2).unwrap();
    let server = setup.open();
    let mut minsu = server.greet(json!({"secret": MINSU_2})).await;
    assert_eq!(minsu.welcome.as_ref().unwrap().you.role, shared::Role::Admin);
    let lobby = minsu.ok(json!({"type": "history", "room": "lobby"})).await;
    assert_eq!(texts(lobby.events), ["내일 회의 몇 시예요?", "열 시, 3번 방", "buy now"]);
    assert_eq!(minsu.ok(json!({"type": "bans"})).await.bans.unwrap(), []);
    let mut eve = server.greet(json!({"secret": EVE_2})).await;
    minsu.ok(json!({"type": "ban", "uid": 3, "reason": "도배"})).await;
    eve.until("goodbye banned by minsu 도배").await;
    server.stop().await;
    let db = rusqlite::Connection::open(setup.dir.path().join("chinwag.db")).unwrap();
    let mut select =
        db.prepare("SELECT act || ' ' || by_name || ' ' || reason FROM audit ORDER BY id").unwrap();
    let rows = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let rows: Vec<String> = rows.map(Result::unwrap).collect();
    assert_eq!(rows, ["role  ", "kick  도배", "announce  ", "ban minsu 도배"]);
}

#[tokio::test]
async fn a_search_finds_what_the_asker_may_see_page_by_page() {
    let server = TestServer::open();
    let (mut ann, mut ben, mut eve) =
        (server.guest("ann").await, server.guest("ben").await, server.guest("eve").await);
    for n in 0..5 {
        ann.ok(json!({"type": "say", "room": "lobby", "text": format!("배포회의 {n}"), "nonce": format!("m{n}")})).await;
    }
    ann.ok(json!({"type": "direct", "uid": ben.uid(), "text": "우리끼리 회의", "nonce": "d"})).await;
    ann.ok(json!({"type": "join", "room": "secret-plans"})).await;
    ann.ok(json!({"type": "say", "room": "secret-plans", "text": "비밀 회의", "nonce": "p"})).await;

    let query = json!({"type": "search", "query": "회의", "limit": 3});
    is(&search(&mut ann, query.clone()).await, &["배포회의 4", "우리끼리 회의", "비밀 회의"], true);
    is(&search(&mut ben, query.clone()).await, &["배포회의 3", "배포회의 4", "우리끼리 회의"], true);
    is(&search(&mut eve, query).await, &["배포회의 2", "배포회의 3", "배포회의 4"], true);
    let answer = eve.ok(json!({"type": "search", "query": "회의", "limit": 3})).await;
    let before = answer.events.unwrap()[0].seq;
    is(
        &search(&mut eve, json!({"type": "search", "query": "회의", "before": before})).await,
        &["배포회의 0", "배포회의 1"],
        false,
    );
    let one = json!({"type": "search", "query": "회의", "room": "secret-plans"});
    is(&search(&mut ann, one.clone()).await, &["비밀 회의"], false);
    assert_eq!(eve.refused(one).await, Code::NotMember);
    assert_eq!(eve.refused(json!({"type": "search", "query": " "})).await, Code::BadRequest);
    is(&search(&mut eve, json!({"type": "search", "query": "?!"})).await, &[], false);
    assert_eq!(eve.refused(json!({"type": "search", "query": "\"\""})).await, Code::BadRequest);
    let again = server.again().await;
    let mut eve = again.greet(json!({"secret": eve.secret})).await;
    // The same answer from the index as from what was not indexed yet.
    is(
        &search(&mut eve, json!({"type": "search", "query": "배포 회의", "limit": 2})).await,
        &["배포회의 3", "배포회의 4"],
        true,
    );
}

#[tokio::test]
async fn a_room_keeps_no_more_events_than_it_is_let() {
    let setup = Setup::new(&[]);
    let server = setup.open();
    let mut ann = server.guest("ann").await;
    ann.say_all((0..50).map(|n| format!("word {n}"))).await;
    server.stop().await;
    let server = setup.clone().with("--keep-events", "10").open();
    let mut ann = server.greet(json!({"secret": ann.secret})).await;
    // The store lets go when it has nothing else to do; ask until it has.
    let mut left = 50;
    while left > 10 {
        left = texts(ann.ok(json!({"type": "history", "room": "lobby"})).await.events).len();
    }
    is(
        &search(&mut ann, json!({"type": "search", "query": "word", "limit": 2})).await,
        &["word 48", "word 49"],
        true,
    );
    let mut page = ann.ok(json!({"type": "search", "query": "word"})).await;
    assert!(page.events.take().unwrap().len() <= 10, "what is gone is not found");
}

#[tokio::test]
async fn a_full_disk_refuses_what_is_said_and_recovers_by_itself() {
    let Some(disk) = SmallDisk::mount() else {
        println!("not checked: mounting a small disk needs root");
        return;
    };
    let daemon = Daemon::start(&disk.0.path().join("state"), &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    let mut ben = daemon.guest("ben").await;
    let kept = ann.say("before").await;
    let ballast = disk.0.path().join("ballast");
    fill(&ballast);
    let mut refused = 0;
    for n in 0..40 {
        let text = format!("{n} {}", "~".repeat(3000));
        let answer =
            ann.ask(json!({"type": "say", "room": "lobby", "text": text, "nonce": format!("big{n}")})).await;
        refused +=
            usize::from(matches!(answer, shared::ServerMsg::Error(refusal) if refusal.code == Code::Storage));
    }
    assert!(refused > 0, "the disk was full");
    let page = ben.ok(json!({"type": "history", "room": "lobby", "limit": 200})).await;
    assert!(page.events.unwrap().iter().any(|event| event.seq.get() == kept), "reading goes on");
    std::fs::remove_file(ballast).unwrap();
    assert!(ann.ok(say("after")).await.seq.unwrap().get() > kept);
    // What was refused may be said again, once.
    let again =
        json!({"type": "say", "room": "lobby", "text": format!("39 {}", "~".repeat(3000)), "nonce": "big39"});
    let seq = ann.ok(again.clone()).await.seq;
    assert_eq!(ann.ok(again).await.seq, seq);
}

/// A file system of three megabytes.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=3m", "chinwag-test"];
        let done = Command::new("mount").args(mount).arg(dir.path()).output();
        done.is_ok_and(|done| done.status.success()).then_some(Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0.path()).status().ok();
    }
}

/// Writes until nothing fits any more.
fn fill(path: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

/// An upgrade, and the way back: the copy that was made before is the store of the old version, under its number.
#[tokio::test]
async fn before_a_store_is_brought_to_a_newer_version_it_is_copied_and_the_copy_is_put_back() {
    for (version, bytes) in [(1, VERSION_1), (2, VERSION_2)] {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("chinwag.db");
        std::fs::write(&store, bytes).unwrap();
        let whole = whole_store(&store);
        let copy = dir.path().join(format!("chinwag.db.version-{version}-1"));
        let mut daemon = Daemon::start(dir.path(), &[]);
        assert!(daemon.wait_log("it was copied before").contains(copy.to_str().unwrap()));
        daemon.guest("late").await.say("said after the upgrade").await;
        let (status, log) = daemon.stop();
        assert!(status.success(), "{log}");
        assert_ne!(whole_store(&store), whole, "it was brought along");
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        // As the program of that time would find it.
        crate::ctl::fine(dir.path(), &["restore", copy.to_str().unwrap()]);
        assert_eq!(whole_store(&store), whole);
        // And once more, beside the first copy.
        drop(Daemon::start(dir.path(), &[]));
        assert!(dir.path().join(format!("chinwag.db.version-{version}-2")).exists());
        assert_eq!(whole_store(&copy), whole);
    }
}

/// The version, the tables and every row of a store that nothing runs on.
fn whole_store(path: &Path) -> Vec<String> {
    let db = rusqlite::Connection::open(path).unwrap();
    let column = |sql: &str| {
        let mut select = db.prepare(sql).unwrap();
        let rows = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>()
    };
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut whole = vec![version.to_string()];
    whole.extend(column("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"));
    whole.extend(column(
        "SELECT seq || ' ' || room || ' ' || at || ' ' || uid || ' ' || body FROM event ORDER BY seq",
    ));
    whole.extend(column(
        "SELECT uid || ' ' || name || ' ' || hex(secret) || ' ' || role FROM identity ORDER BY uid",
    ));
    whole.extend(column("SELECT name || ' ' || topic FROM room ORDER BY id"));
    whole
}

#[tokio::test]
async fn a_store_of_a_later_version_is_refused_and_the_way_back_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("chinwag.db");
    std::fs::write(&store, VERSION_2).unwrap();
    drop(Daemon::start(dir.path(), &[]));
    rusqlite::Connection::open(&store).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let (code, said) = crate::daemon::fails(dir.path(), &["--listen", "127.0.0.1:0"]);
    let copy = format!("chinwagd ctl restore {}.version-2-1", store.display());
    assert!(code == 1 && said.contains("version 99") && said.contains(&copy), "{said}");
}
