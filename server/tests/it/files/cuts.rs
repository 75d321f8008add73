//! Cuts cost nothing: whatever ends a transfer, the next one goes on where it was, and what was kept is whole.

use std::process::Command;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::daemon::{Daemon, ms};

/// Sends the content up to here, and waits until the server has said that it has that much.
async fn cut_at(server: &TestServer, content: &[u8], from: usize, to: usize) {
    let mut mover = server.mover().await;
    mover.open(&server.may_send(ANN, content).await, 0).await;
    assert_eq!(mover.begins().await, (from as u64, content.len() as u64));
    mover.raw(&content[from..to]).await;
    // The server says how much it has when the sender is at its end.
    mover.finish().await;
    let short = mover.refused().await;
    assert_eq!(short.code, Code::BadRequest);
    assert!(short.message.starts_with(&format!("{to} of")), "{}", short.message);
}

#[tokio::test]
async fn an_upload_that_is_cut_anywhere_goes_on_there_and_is_the_same() {
    let server = TestServer::open();
    let whole = content(400_000);
    for cut in [0, 1, 4095, 65_536, 131_071, 131_072, 131_073, 262_144, 399_999] {
        let content = [&whole[..], &cut.to_string().into_bytes()].concat();
        cut_at(&server, &content, 0, cut).await;
        let token = server.may_send(ANN, &content).await;
        assert_eq!(server.mover().await.upload(&token, &content).await, cut as u64);
        assert!(server.fetch_file(BEN, &content).await == content, "cut at {cut}");
    }
    assert!(files_in(&server, "part").is_empty());
}

#[test]
fn any_number_of_cuts_in_both_directions_leaves_the_content_as_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime.block_on(async { TestServer::open() });
    let number = std::cell::Cell::new(0_u32);
    let config = ProptestConfig { cases: 24, ..ProptestConfig::default() };
    // The places of the cuts, in thousandths of the content.
    proptest!(config, |(bytes in 1_usize..600_000, mut cuts in proptest::collection::vec(0_usize..1000, 0..5))| {
        cuts.sort_unstable();
        number.set(number.get() + 1);
        let content = [number.get().to_le_bytes().to_vec(), content(bytes)].concat();
        let cuts: Vec<usize> = cuts.iter().map(|cut| content.len() * cut / 1000).collect();
        runtime.block_on(cut_and_go_on(&server, &content, &cuts));
    });
}

/// Sends a content and fetches it, both with these cuts.
async fn cut_and_go_on(server: &TestServer, content: &[u8], cuts: &[usize]) {
    let mut from = 0;
    for &cut in cuts {
        cut_at(server, content, from, cut).await;
        from = cut;
    }
    let token = server.may_send(ANN, content).await;
    assert_eq!(server.mover().await.upload(&token, content).await, from as u64);
    let mut fetched = Vec::new();
    for &cut in cuts {
        let mut mover = server.mover_tls().await;
        mover.open(&server.may_fetch(BEN, content).await, fetched.len() as u64).await;
        mover.begins().await;
        let some = mover.some(cut - fetched.len()).await;
        fetched.extend(some);
    }
    let token = server.may_fetch(BEN, content).await;
    let rest = server.mover().await.download(&token, fetched.len() as u64).await;
    fetched.extend(rest);
    assert!(fetched == content);
}

#[tokio::test]
async fn a_connection_that_is_torn_goes_on_where_it_was() {
    let server = TestServer::open();
    let content = content(3_000_000);
    for mut mover in [server.mover().await, server.mover_tls().await] {
        mover.open(&server.may_send(ANN, &content).await, 0).await;
        let (from, _) = mover.begins().await;
        let from = usize::try_from(from).unwrap();
        mover.raw(&content[from..from + 1_000_000]).await;
        drop(mover);
    }
    // Torn while it is being received: how much came before the end is the server's to say.
    let token = server.may_send(ANN, &content).await;
    let from = server.mover().await.upload(&token, &content).await;
    assert!((0..=2_000_000).contains(&from), "{from}");
    assert!(server.fetch_file(BEN, &content).await == content);
}

#[tokio::test]
async fn the_same_upload_again_ends_the_former_one_and_goes_on_where_it_was() {
    let server = TestServer::open();
    let content = content(500_000);
    let mut former = server.mover().await;
    former.open(&server.may_send(ANN, &content).await, 0).await;
    former.begins().await;
    former.raw(&content[..200_000]).await;
    let received = || server.transfers().stats().received.get();
    while received() < 200_000 {
        tokio::time::sleep(ms(5)).await;
    }
    let token = server.may_send(ANN, &content).await;
    assert_eq!(former.refused().await.code, Code::TokenInvalid);
    assert_eq!(server.mover().await.upload(&token, &content).await, 200_000);
    assert!(server.fetch_file(BEN, &content).await == content);
}

#[tokio::test]
async fn a_download_begins_where_it_is_asked_to() {
    let server = TestServer::open();
    let content = content(200_000);
    server.send_file(ANN, &content).await;
    for from in [0, 1, 131_072, 199_999, 200_000] {
        let token = server.may_fetch(BEN, &content).await;
        assert!(server.mover().await.download(&token, from as u64).await == content[from..], "{from}");
    }
    let mut mover = server.mover().await;
    mover.open(&server.may_fetch(BEN, &content).await, 200_001).await;
    assert_eq!(mover.refused().await.code, Code::BadRequest);
}

#[tokio::test]
async fn a_stop_ends_transfers_with_a_word_and_they_go_on_after_it() {
    let server = TestServer::open();
    let content = content(500_000);
    let mut mover = server.mover().await;
    mover.open(&server.may_send(ANN, &content).await, 0).await;
    mover.begins().await;
    mover.raw(&content[..300_000]).await;
    while server.transfers().stats().received.get() < 300_000 {
        tokio::time::sleep(ms(5)).await;
    }
    let (setup, refused) = tokio::join!(server.stop(), mover.refused());
    assert_eq!(refused.code, Code::ShuttingDown);
    let server = setup.open();
    let token = server.may_send(ANN, &content).await;
    assert_eq!(server.mover().await.upload(&token, &content).await, 300_000);
    assert!(server.fetch_file(BEN, &content).await == content);
}

#[tokio::test]
async fn a_part_that_changed_on_disk_is_found_out() {
    let server = TestServer::open();
    let content = content(100_000);
    cut_at(&server, &content, 0, 50_000).await;
    let server = server.again().await;
    let part = server.dir().join("files/part").join(&files_in(&server, "part")[0]);
    // Its length stays all the while: the server may be just about to look at it.
    let file = std::fs::OpenOptions::new().write(true).open(&part).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &[content[7] ^ 1], 7).unwrap();
    let mut mover = server.mover().await;
    mover.open(&server.may_send(ANN, &content).await, 0).await;
    assert_eq!(mover.begins().await.0, 50_000);
    mover.raw(&content[50_000..]).await;
    assert_eq!(mover.refused().await.code, Code::HashMismatch);
    server.send_file(ANN, &content).await;
    assert!(server.fetch_file(BEN, &content).await == content);
}

/// The real server, killed in the middle of an upload and of a download, and after what it said was done.
#[tokio::test]
async fn a_kill_of_the_server_costs_nothing_that_was_sent() {
    let dir = TempDir::new().unwrap();
    let content = content(2_000_000);
    let (sha256, proof) = FileHasher::of(&content);
    let upload = json!({"type": "upload", "sha256": sha256, "bytes": content.len()});
    let daemon = Daemon::start(dir.path(), &[]);
    let mut ann = daemon.guest("ann").await;
    let secret = ann.secret.clone();
    let token = ann.ok(upload.clone()).await.token.unwrap();
    let mut mover = Mover::over(Transport::Plain(TcpStream::connect(daemon.address).await.unwrap()));
    mover.open(&token, 0).await;
    mover.begins().await;
    mover.raw(&content[..1_000_000]).await;
    let part = dir.path().join("files/part").join(format!("{}-{sha256}", ann.uid()));
    while std::fs::metadata(&part).map_or(0, |meta| meta.len()) < 1_000_000 {
        tokio::time::sleep(ms(5)).await;
    }
    daemon.signal("KILL");
    drop((daemon, ann, mover));

    let daemon = Daemon::start(dir.path(), &[]);
    let mut ann = crate::client::Client::greet(daemon.address, json!({"secret": secret})).await;
    let token = ann.ok(upload).await.token.unwrap();
    let mut mover = Mover::over(Transport::Plain(TcpStream::connect(daemon.address).await.unwrap()));
    assert_eq!(mover.upload(&token, &content).await, 1_000_000);
    // It was said to be done: it survives whatever comes now.
    daemon.signal("KILL");
    drop((daemon, ann));

    let daemon = Daemon::start(dir.path(), &[]);
    let mut ann = crate::client::Client::greet(daemon.address, json!({"secret": secret})).await;
    let proved = json!({"type": "upload", "sha256": sha256, "bytes": content.len(), "proof": proof});
    assert_eq!(ann.ok(proved).await.token, None);
    let file = json!({"name": "a.bin", "bytes": content.len(), "sha256": sha256});
    let say = json!({"type": "say", "room": "lobby", "text": "a.bin", "nonce": "n1", "file": file});
    let seq = ann.ok(say).await.seq.unwrap().get();
    let download = json!({"type": "download", "room": "lobby", "of": seq});
    let token = ann.ok(download.clone()).await.token.unwrap();
    let mut mover = Mover::over(Transport::Plain(TcpStream::connect(daemon.address).await.unwrap()));
    mover.open(&token, 0).await;
    mover.begins().await;
    let mut fetched = mover.some(700_000).await;
    daemon.signal("KILL");
    drop((daemon, ann));

    let daemon = Daemon::start(dir.path(), &[]);
    let mut ann = crate::client::Client::greet(daemon.address, json!({"secret": secret})).await;
    let token = ann.ok(download).await.token.unwrap();
    let mut mover = Mover::over(Transport::Plain(TcpStream::connect(daemon.address).await.unwrap()));
    fetched.extend(mover.download(&token, 700_000).await);
    assert!(fetched == content);
}

#[tokio::test]
async fn what_nobody_brings_or_goes_on_with_is_swept() {
    let setup = Setup::new(&[]);
    let server = setup.open();
    let (orphan, part) = (content(5000), content(6000));
    server.send_file(ANN, &orphan).await;
    cut_at(&server, &part, 0, 3000).await;
    let server = server.again().await;
    server.may_send(ANN, &part).await;
    assert_eq!((files_in(&server, "content").len(), files_in(&server, "part").len()), (1, 1), "not so soon");
    server.stop().await;
    let soon = |timing: &mut server::timing::Timing| {
        (timing.transfers.keep, timing.transfers.orphan) = (ms(0), ms(0));
    };
    let server = setup.timed(soon).open();
    while server.transfers().stats().contents.get() > 0 || !files_in(&server, "content").is_empty() {
        tokio::time::sleep(ms(5)).await;
    }
    assert!(files_in(&server, "part").is_empty());
}

#[tokio::test]
async fn what_is_brought_or_held_is_not_swept_and_goes_when_it_is_released() {
    let quick = |timing: &mut server::timing::Timing| {
        let times = &mut timing.transfers;
        (times.sweep, times.orphan, times.say) = (ms(20), ms(0), ms(100));
    };
    let server = Setup::new(&[]).timed(quick).open();
    let mut ann = server.guest("ann").await;
    let (brought, held) = (content(5000), content(6000));
    server.send_file(ann.uid(), &brought).await;
    server.send_file(BEN, &held).await;
    let file = attachment(&brought);
    let say = json!({"type": "say", "room": "lobby", "text": "a.bin", "nonce": "n1", "file": file});
    let seq = ann.ok(say).await.seq.unwrap().get();
    tokio::time::sleep(ms(200)).await;
    assert_eq!(files_in(&server, "content").len(), 2);
    ann.ok(json!({"type": "delete", "room": "lobby", "of": seq, "nonce": "n2"})).await;
    while files_in(&server, "content").len() > 1 {
        tokio::time::sleep(ms(5)).await;
    }
    assert!(server.transfers().held(uid(BEN), attachment(&held).sha256).is_some());
    assert!(server.transfers().held(uid(ann.uid()), file.sha256).is_none());
    assert!(server.fetch_file(BEN, &held).await == held);
}

/// A file system of four megabytes.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=4m", "chinwag-test"];
        let done = Command::new("mount").args(mount).arg(dir.path()).output();
        done.is_ok_and(|done| done.status.success()).then_some(Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0.path()).status().ok();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_the_file_and_nothing_else() {
    let Some(disk) = SmallDisk::mount() else {
        return println!("skipped: this user may not mount a small disk");
    };
    // The files alone are on it: what they do to the store's disk is another matter.
    let setup = Setup::new(&[]);
    std::os::unix::fs::symlink(disk.0.path(), setup.dir.path().join("files")).unwrap();
    let server = setup.open();
    let mut ann = server.guest("ann").await;
    let (small, large, begun) = (content(500_000), content(8_000_000), content(3_000_000));
    server.send_file(ANN, &small).await;
    let full = server.transfers().upload(uid(ANN), &upload_of(&large, false)).await.unwrap_err();
    assert_eq!(full.code, Code::Storage);
    // It fits when it begins, and then the disk is full.
    let mut mover = server.mover().await;
    mover.open(&server.may_send(ANN, &begun).await, 0).await;
    mover.begins().await;
    std::fs::write(disk.0.path().join("ballast"), vec![0; 2_500_000]).unwrap();
    mover.raw(&begun).await;
    assert_eq!(mover.refused().await.code, Code::Storage);
    assert!(files_in(&server, "part").is_empty(), "it keeps no room");
    ann.say("hi").await;
    assert!(server.fetch_file(BEN, &small).await == small);
    std::fs::remove_file(disk.0.path().join("ballast")).unwrap();
    server.send_file(ANN, &begun).await;
    assert!(server.fetch_file(BEN, &begun).await == begun);
}
