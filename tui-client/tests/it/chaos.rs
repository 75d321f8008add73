//! Fault injection with the real processes: a proxy cuts connections after a random number of bytes, and the server is
//! killed (`kill -9`) and started again under load, on a real store. Afterwards every message is stored once, and everybody
//! has seen all of them in one order.
//!
//! The short form runs with the tests. A long one, in seconds of faults:
//! `CHINWAG_CHAOS_SECONDS=600 cargo test -p tui-client --release --test it chaos -- --nocapture`

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::processes::{Daemon, PATIENCE, Plain, daemon_binary};

const PEOPLE: usize = 3;
/// How long faults are injected in the short form, in seconds.
const SHORT_S: u64 = 6;
/// How long a connection lives at most, in bytes.
const CUT_AFTER: u64 = 20_000;
/// The time between two lines of one person.
const EACH: Duration = Duration::from_millis(10);

/// Random numbers (`SplitMix64`); the threads race anyway, so a seed only makes runs differ.
struct Random(AtomicU64);

impl Random {
    fn below(&self, most: u64) -> u64 {
        let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % most
    }
}

/// Stands between clients and server; cuts connections while `cutting`.
fn start_proxy(
    server: String,
    cutting: Arc<AtomicBool>,
    random: Arc<Random>,
    cuts: Arc<AtomicU64>,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            // A server that is down is a connection that ends at once.
            let Ok(far) = TcpStream::connect(&server) else { continue };
            for (from, to) in [(&near, &far), (&far, &near)] {
                let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                let (cutting, cuts, lives) =
                    (Arc::clone(&cutting), Arc::clone(&cuts), random.below(CUT_AFTER) + 1);
                std::thread::spawn(move || carry(from, to, lives, &cutting, &cuts));
            }
        }
    });
    address
}

fn carry(mut from: TcpStream, mut to: TcpStream, lives: u64, cutting: &AtomicBool, cuts: &AtomicU64) {
    let mut left = usize::try_from(lives).unwrap();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let cut = cutting.load(Ordering::Relaxed) && read > left;
        let whole = if cut { left } else { read };
        if to.write_all(&buffer[..whole]).is_err() || cut {
            cuts.fetch_add(u64::from(cut), Ordering::Relaxed);
            break;
        }
        left = left.saturating_sub(read);
    }
    from.shutdown(Shutdown::Both).ok();
    to.shutdown(Shutdown::Both).ok();
}

#[test]
fn under_cuts_and_kills_every_message_is_there_once_and_in_one_order_for_everyone() {
    let seconds =
        std::env::var("CHINWAG_CHAOS_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SHORT_S);
    let random = Arc::new(Random(AtomicU64::new(u64::from(std::process::id()))));
    let (cutting, cuts) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let state = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let server = daemon.address.clone();
    let proxy = start_proxy(server.clone(), Arc::clone(&cutting), Arc::clone(&random), Arc::clone(&cuts));
    let mut people: Vec<Plain> = (0..PEOPLE).map(|n| Plain::start(&proxy, &format!("person-{n}"))).collect();
    // Everybody is there before the first word, so everybody must see all of them.
    for person in &people {
        person.hears("is connected");
    }
    for (n, person) in people.iter_mut().enumerate() {
        person.say(&format!("here {n}"));
    }
    for person in &people {
        let mut missing: Vec<String> = (0..PEOPLE).map(|n| format!("here {n}")).collect();
        while !missing.is_empty() {
            let line = person.hears("here ");
            missing.retain(|text| !line.ends_with(text.as_str()));
        }
    }
    cutting.store(true, Ordering::Relaxed);

    let going = Arc::new(AtomicBool::new(true));
    let speaking: Vec<_> = people
        .iter_mut()
        .enumerate()
        .map(|(n, person)| {
            let (mut stdin, going) = (person.stdin.take().unwrap(), Arc::clone(&going));
            std::thread::spawn(move || {
                let mut said = 0_u64;
                while going.load(Ordering::Relaxed) {
                    writeln!(stdin, "word {n} {said} 말").unwrap();
                    said += 1;
                    std::thread::sleep(EACH);
                }
                // The end says that nothing is lost on the way to it.
                writeln!(stdin, "last word of {n}").unwrap();
                (stdin, said)
            })
        })
        .collect();
    let mut kills = 0;
    let rounds = seconds * 1000 / 800;
    for _ in 0..rounds {
        std::thread::sleep(Duration::from_millis(300 + random.below(700)));
        drop(daemon);
        kills += 1;
        std::thread::sleep(Duration::from_millis(random.below(300)));
        daemon = Daemon::start(state.path(), &server);
    }
    cutting.store(false, Ordering::Relaxed);
    going.store(false, Ordering::Relaxed);
    let said: Vec<u64> = speaking
        .into_iter()
        .zip(&mut people)
        .map(|(thread, person)| {
            let (stdin, said) = thread.join().unwrap();
            person.stdin = Some(stdin);
            said
        })
        .collect();

    let seen: Vec<Vec<String>> = people.iter().map(listen_to_the_end).collect();
    let stored = export(state.path());
    let total: u64 = said.iter().sum();
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for text in &stored {
        *counts.entry(text.as_str()).or_default() += 1;
    }
    let words =
        said.iter().enumerate().flat_map(|(n, said)| (0..*said).map(move |i| format!("word {n} {i} 말")));
    let lost = words.filter(|word| !counts.contains_key(word.as_str())).count();
    let doubled = counts.values().filter(|count| **count > 1).count();
    let strangers = seen.iter().filter(|seen| **seen != stored).count();
    println!(
        "{seconds} s, {kills} kills, {} cuts: sent {total}, stored {}, lost {lost}, doubled {doubled}, \
         people who saw anything else {strangers}",
        cuts.load(Ordering::Relaxed),
        stored.len(),
    );
    for (n, seen) in seen.iter().enumerate() {
        let at = seen.iter().zip(&stored).position(|(seen, stored)| seen != stored);
        assert_eq!(*seen, stored, "person {n} saw something else from place {at:?} on");
    }
    assert_eq!((lost, doubled), (0, 0));
    assert!(total > 0 && kills > 0);
    drop(daemon);
}

/// Every word somebody saw, until they saw everyone's last.
fn listen_to_the_end(person: &Plain) -> Vec<String> {
    let mut words = Vec::new();
    let mut lasts = 0;
    while lasts < PEOPLE {
        let line = person
            .lines
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| panic!("after {:?} nothing more came", words.last()));
        if line.contains(": last word of ") {
            lasts += 1;
        } else if let Some((_, word)) = line.split_once(": word ") {
            words.push(format!("word {word}"));
        }
    }
    words
}

/// Every word in the store, in its order.
fn export(state: &std::path::Path) -> Vec<String> {
    let output = Command::new(daemon_binary())
        .args(["ctl", "export", "lobby", "--state-dir"])
        .arg(state)
        .output()
        .unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    let texts = lines.lines().filter_map(|line| {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        event["text"].as_str().map(str::to_owned)
    });
    texts.filter(|text| text.starts_with("word ")).collect()
}
