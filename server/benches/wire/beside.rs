//! What those who chat feel of files: how long a message takes from its sender to another, while ten people move files of a gigabyte, half of
//! them each way, and without them, in turns. The movers are of low priority: they would be on other machines.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Effort;
use super::driver::daemon::Daemon;
use super::driver::percentiles::{Percentiles, Summary};
use super::driver::wire::Wire;
use super::moves::{Person, TAKES_ALL, expect, hash};
use super::target::SETTINGS;

/// How long a file is.
const GIGABYTE: u64 = 1 << 30;
/// How many send, and how many fetch.
const EACH_WAY: u64 = 5;
/// The time between messages.
const PACE: Duration = Duration::from_millis(5);

/// Measures it.
pub(crate) fn measure(effort: &Effort) {
    let dir = TempDir::new().unwrap();
    let server = Daemon::start(&effort.server, dir.path(), &format!("{SETTINGS}{TAKES_ALL}"));
    let fetched = sent_file(&dir, server.address);
    let (stop, moved) = (AtomicBool::new(false), AtomicU64::new(0));
    let (mut without, mut with) = (Percentiles::default(), Percentiles::default());
    let (mut ratios, mut speed) = (Vec::new(), 0.0);
    for run in 0..effort.runs.max(2) {
        let quiet = messages(server.address, effort.time);
        stop.store(false, Ordering::Relaxed);
        let busy = std::thread::scope(|scope| {
            for number in 0..EACH_WAY {
                let (stop, moved) = (&stop, &moved);
                let sha256 = format!("{:032x}{number:032x}", run + 1);
                scope.spawn(move || send_all(server.address, &sha256, stop, moved));
                scope.spawn(move || fetch_all(server.address, fetched, stop, moved));
            }
            std::thread::sleep(Duration::from_millis(300));
            let (began, before) = (Instant::now(), moved.load(Ordering::Relaxed));
            let busy = messages(server.address, effort.time);
            speed = (moved.load(Ordering::Relaxed) - before) as f64 / 1e6 / began.elapsed().as_secs_f64();
            stop.store(true, Ordering::Relaxed);
            busy
        });
        ratios.push(f64::from(busy.summary().p99) / f64::from(quiet.summary().p99));
        without.extend(&quiet);
        with.extend(&busy);
    }
    ratios.sort_by(f64::total_cmp);
    let (without, with): (Summary, Summary) = (without.summary(), with.summary());
    println!("a message, p50 / p99 / p99.9 / worst, ms: alone {without}");
    println!("  while ten move files, {speed:.0} MB/s in all:  {with}");
    println!("  p99 of a run beside that without, median: {:.2} times (below 2)", ratios[ratios.len() / 2]);
}

/// A file that is there to be fetched; returns its message.
fn sent_file(dir: &TempDir, address: SocketAddr) -> u64 {
    let source = dir.path().join("source");
    let mut file = File::create(&source).unwrap();
    std::io::copy(&mut File::open("/dev/urandom").unwrap().take(GIGABYTE), &mut file).unwrap();
    let (sha256, mut person) = (hash(&source), Person::come(address));
    let token = person.may_send(&sha256, GIGABYTE);
    let mut stream = person.open(&token);
    super::moves::send(stream.get_ref(), &File::open(&source).unwrap());
    expect(&mut stream, r#""type":"transferred""#);
    std::fs::remove_file(source).unwrap();
    person.says(&sha256, GIGABYTE)
}

/// Says something again and again, and notes how long the other waits for it.
fn messages(address: SocketAddr, time: Duration) -> Percentiles {
    let (mut from, mut to) = (Wire::connect(address), Wire::connect(address));
    for wire in [&mut from, &mut to] {
        wire.send(r#"{"type":"hello","protocol":[1,1],"client":"bench"}"#);
        wire.wait_for(r#""type":"welcome""#);
    }
    let (mut times, began, mut number) = (Percentiles::default(), Instant::now(), 0);
    while began.elapsed() < time {
        number += 1;
        let text = format!("message {number} of those who chat");
        let sent = Instant::now();
        from.send(&format!(r#"{{"type":"say","room":"lobby","text":"{text}","nonce":"n{number}"}}"#));
        to.wait_for(&text);
        times.add(sent.elapsed());
        from.wait_for(&text);
        std::thread::sleep(PACE);
    }
    times
}

/// Sends files that are cut when it is over.
fn send_all(address: SocketAddr, sha256: &str, stop: &AtomicBool, moved: &AtomicU64) {
    stand_back();
    let mut person = Person::come(address);
    let block = vec![7; 256 * 1024];
    while !stop.load(Ordering::Relaxed) {
        let token = person.may_send(sha256, GIGABYTE);
        let mut stream = person.open(&token);
        while !stop.load(Ordering::Relaxed) && stream.get_mut().write_all(&block).is_ok() {
            moved.fetch_add(block.len() as u64, Ordering::Relaxed);
        }
    }
}

fn fetch_all(address: SocketAddr, seq: u64, stop: &AtomicBool, moved: &AtomicU64) {
    stand_back();
    let mut person = Person::come(address);
    let mut block = vec![0; 256 * 1024];
    while !stop.load(Ordering::Relaxed) {
        let token = person.may_fetch(seq);
        let mut stream = person.open(&token);
        while !stop.load(Ordering::Relaxed) {
            match stream.read(&mut block) {
                Ok(read @ 1..) => moved.fetch_add(read as u64, Ordering::Relaxed),
                Ok(0) | Err(_) => break,
            };
        }
    }
}

fn stand_back() {
    rustix::process::setpriority_process(Some(rustix::thread::gettid()), 19).unwrap();
}
