//! Files that servers of a cluster give each other.

use std::fs::File;
use std::io::{Error, Read, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use server::order::jetstream::peer_files::{FetchError, Fetched, Known, Serving, Source};
use shared::FileHasher;
use tempfile::{TempDir, tempfile};

use super::nats::Nats;
use super::node::{Node, options};

/// Gives the files of a folder by their names.
struct Folder(PathBuf);

impl Source for Folder {
    fn has(&self, key: &str) -> bool {
        self.0.join(key).exists()
    }

    fn open(&self, key: &str) -> std::io::Result<Arc<File>> {
        File::open(self.0.join(key)).map(Arc::new)
    }
}

/// A folder that tells whether something of it was opened.
struct Watched(Folder, Arc<AtomicBool>);

impl Source for Watched {
    fn has(&self, key: &str) -> bool {
        self.0.has(key)
    }

    fn open(&self, key: &str) -> std::io::Result<Arc<File>> {
        self.1.store(true, Relaxed);
        self.0.open(key)
    }
}

/// Says that it has everything, and then has not.
struct Empty;

impl Source for Empty {
    fn has(&self, _: &str) -> bool {
        true
    }

    fn open(&self, _: &str) -> std::io::Result<Arc<File>> {
        Err(Error::other("the disk is full"))
    }
}

struct Setup {
    dir: TempDir,
    nodes: [Node; 3],
    nats: Nats,
}

fn setup() -> Setup {
    let nats = Nats::one();
    let nodes = [1, 2, 3].map(|node| Node::join(node, &options(nats.urls_from(0), 1)));
    Setup { dir: TempDir::new().unwrap(), nodes, nats }
}

/// Bytes that are not the same anywhere.
fn content(bytes: usize) -> Vec<u8> {
    (0_u64..).flat_map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()).take(bytes).collect()
}

impl Setup {
    fn serve(&self, node: usize, source: impl Source) -> Serving {
        let _entered = self.nodes[node].runtime.enter();
        let serving = self.nodes[node].peers.serve("content", source);
        // It subscribes in the background.
        std::thread::sleep(Duration::from_millis(100));
        serving
    }

    fn folder(&self, name: &str, files: &[(&str, &[u8])]) -> Folder {
        let folder = self.dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        Folder(folder)
    }

    fn fetch(&self, key: &str, progress: impl FnMut(u64, u64)) -> Result<Fetched, FetchError> {
        let node = &self.nodes[0];
        node.runtime.block_on(node.peers.fetch("content", key, tempfile().unwrap(), progress))
    }
}

fn bytes_of(mut fetched: Fetched) -> Vec<u8> {
    let mut bytes = Vec::new();
    fetched.file.rewind().unwrap();
    fetched.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, fetched.bytes);
    bytes
}

#[test]
fn a_file_comes_whole_from_another_server_and_its_progress_is_told() {
    let setup = setup();
    let long = content(5 * 1024 * 1024 + 17);
    let folder = setup.folder("a", &[("long", &long), ("empty", b"")]);
    let _serving = setup.serve(1, folder);
    let mut progress = Vec::new();
    let fetched = setup.fetch("long", |bytes, of| progress.push((bytes, of))).unwrap();
    assert_eq!(bytes_of(fetched), long);
    assert_eq!(progress.len(), 21);
    assert_eq!(*progress.last().unwrap(), (long.len() as u64, long.len() as u64));
    assert_eq!(bytes_of(setup.fetch("empty", |_, _| ()).unwrap()), b"");
}

#[test]
fn what_nobody_has_is_said_to_be_nowhere_and_one_is_not_asked_oneself() {
    let setup = setup();
    assert!(matches!(setup.fetch("x", |_, _| ()), Err(FetchError::Nobody)));
    let folder = setup.folder("a", &[("x", b"mine")]);
    let _serving = setup.serve(0, folder);
    assert!(matches!(setup.fetch("x", |_, _| ()), Err(FetchError::Nobody)));
}

#[test]
fn a_server_that_fails_is_replaced_by_another() {
    let setup = setup();
    let _failing = setup.serve(1, Empty);
    let failed = setup.fetch("x", |_, _| ()).unwrap_err().to_string();
    assert!(failed.contains("the disk is full"), "{failed}");
    let folder = setup.folder("a", &[("x", b"here")]);
    let _serving = setup.serve(2, folder);
    assert_eq!(bytes_of(setup.fetch("x", |_, _| ()).unwrap()), b"here");
}

#[test]
fn a_file_that_its_server_goes_away_with_is_finished_by_another() {
    let setup = setup();
    let long = content(8 * 1024 * 1024);
    let opened = [1, 2].map(|node| {
        let folder = setup.folder(&node.to_string(), &[("long", &long)]);
        let opened = Arc::new(AtomicBool::new(false));
        (Some(setup.serve(node, Watched(folder, Arc::clone(&opened)))), opened)
    });
    let (mut servers, mut progress) = (opened, Vec::new());
    let fetched = setup.fetch("long", |bytes, of| {
        progress.push(bytes);
        if bytes > of / 4 && servers.iter().all(|(serving, _)| serving.is_some()) {
            servers.iter_mut().find(|(_, opened)| opened.load(Relaxed)).unwrap().0 = None;
        }
    });
    assert!(servers.iter().all(|(_, opened)| opened.load(Relaxed)), "both were read from");
    assert_eq!(bytes_of(fetched.unwrap()), long);
    assert!(progress.is_sorted(), "nothing is read twice");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_not_taken() {
    let setup = setup();
    let long = content(4 * 1024 * 1024);
    let folder = setup.folder("a", &[("long", &long)]);
    let path = folder.0.join("long");
    let _serving = setup.serve(1, folder);
    let failed = setup.fetch("long", |bytes, _| {
        if bytes == 256 * 1024 {
            let mut file = File::options().write(true).open(&path).unwrap();
            file.seek(std::io::SeekFrom::End(-5)).unwrap();
            file.write_all(b"other").unwrap();
        }
    });
    let failed = failed.unwrap_err().to_string();
    assert!(failed.contains("it was damaged"), "{failed}");
}

#[test]
fn a_file_that_is_known_goes_on_where_it_was_unless_what_is_there_is_something_else() {
    let setup = setup();
    let (long, other) = (content(3 * 1024 * 1024), vec![7; 3 * 1024 * 1024]);
    let _serving = setup.serve(1, setup.folder("a", &[("long", &long), ("other", &other)]));
    let known = Known { bytes: long.len() as u64, sha256: FileHasher::of(&long).0.to_string() };
    let resume = |key: &str, has: &[u8]| {
        let mut into = tempfile().unwrap();
        into.write_all(has).unwrap();
        let (node, mut first) = (&setup.nodes[0], None);
        let told = |bytes, _| _ = first.get_or_insert(bytes);
        let fetched = node.runtime.block_on(node.peers.resume("content", key, &known, into, told));
        (fetched, first)
    };
    let half = long.len() / 2;
    let (fetched, first) = resume("long", &long[..half]);
    assert_eq!((bytes_of(fetched.unwrap()), first), (long.clone(), Some(half as u64 + 256 * 1024)));
    for has in [&other[..], &[&long[..], b"more"].concat()] {
        let (fetched, first) = resume("long", has);
        assert_eq!((bytes_of(fetched.unwrap()), first), (long.clone(), Some(256 * 1024)));
    }
    let failed = resume("long", &other[..half]).0.unwrap_err().to_string();
    assert!(failed.contains("it was damaged"), "{failed}");
    let failed = resume("other", b"").0.unwrap_err().to_string();
    assert!(failed.contains("something else"), "{failed}");
}

#[test]
fn many_files_are_fetched_one_after_the_other() {
    let setup = setup();
    let _serving = setup.serve(1, setup.folder("a", &[("x", b"here")]));
    for _ in 0..100 {
        assert_eq!(bytes_of(setup.fetch("x", |_, _| ()).unwrap()), b"here");
    }
}

#[test]
fn all_others_are_asked_and_answer_when_they_can() {
    let setup = setup();
    let answering: Vec<_> = [1, 2]
        .map(|node: usize| {
            let _entered = setup.nodes[node].runtime.enter();
            setup.nodes[node].peers.answer_all("question", move |asked| async move {
                tokio::time::sleep(Duration::from_millis(if node == 1 { 300 } else { 0 })).await;
                Some([&asked[..], &[b'0' + u8::try_from(node).unwrap()]].concat())
            })
        })
        .into();
    std::thread::sleep(Duration::from_millis(100));
    let node = &setup.nodes[0];
    let ask = async |what: &str| node.peers.ask_all(what, b"q".into()).await.unwrap();
    node.runtime.block_on(async {
        let mut answers = ask("question").await;
        assert_eq!(
            (answers.next().await.unwrap(), answers.next().await.unwrap()),
            ("q2".into(), "q1".into())
        );
        assert_eq!(ask("nobody").await.next().await, None, "nobody listens");
    });
    drop(answering);
}

#[test]
fn a_server_that_starts_again_while_it_fetches_uses_no_place_up() {
    let setup = setup();
    let _serving = setup.serve(1, setup.folder("a", &[("x", b"here")]));
    let nats = &setup.nats;
    let have = nats.request("chinwag.test.content", r#"{"key":"x","from":"-"}"#);
    let peer = have.split("\"peer\":\"").nth(1).unwrap().split('"').next().unwrap();
    let subject = format!("chinwag.test.content.{peer}.open");
    // None of them says that it reads no more.
    let opens = |identity: u64, own: u64| {
        let by = serde_json::json!({"identity": identity, "own": own.to_string()});
        nats.request(&subject, &serde_json::json!({"key": "x", "by": by}).to_string()).contains("sha256")
    };
    assert!((0..100).all(|own| opens(7, own)));
    let opened = (0..100).filter(|identity| opens(100 + identity, 0)).count();
    assert_eq!(opened, 63, "there is an end to it");
    // Whoever has a place may begin anew.
    assert!(opens(100, 1));
}

#[test]
fn a_fetch_that_is_given_up_uses_no_place_up() {
    let setup = setup();
    let long = content(2 * 1024 * 1024);
    let _serving = setup.serve(1, setup.folder("a", &[("long", &long)]));
    for _ in 0..100 {
        let began = tokio::sync::Notify::new();
        let node = &setup.nodes[0];
        let fetch = node.peers.fetch("content", "long", tempfile().unwrap(), |_, _| began.notify_one());
        node.runtime.block_on(async {
            tokio::select! {
                biased;
                () = began.notified() => {}
                fetched = fetch => panic!("{fetched:?}"),
            }
        });
    }
    assert_eq!(bytes_of(setup.fetch("long", |_, _| ()).unwrap()), long);
}
