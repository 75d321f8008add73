//! Deterministic simulation: the whole server core and several clients in one thread, on a simulated network, clock and
//! disk, through thousands of random histories with crashes, cuts and full disks. No message may be lost, doubled or
//! reordered.
//!
//! A history is determined by its seed. `CHINWAG_SIM_HISTORIES=100000 cargo test -p tui-client --test it simulation` runs
//! many (from `CHINWAG_SIM_FIRST` on), `CHINWAG_SIM_SEED=4711 … -- --nocapture` runs one and prints what happens in it.
//!
//! Real are the chat, the hub, delivery, admission, the wire's lines, the store's schema and statements, and the client's
//! app. Simulated are the network ([`network`]), the disk's delays and failures and the ends of processes ([`disk`],
//! [`server_run`]), a second order ([`delayed_order`]), a third that the nodes of a cluster share ([`replicated_log`],
//! [`log_order`]), what befalls those ([`cluster`]) and by which rules they are lost ([`lease_check`]), what people do ([`scenario`]), the operator ([`moderation`]) and the
//! client's socket ([`person`]). [`protocol_check`] checks each connection, [`invariants`] the end of a history.
//! Nothing may depend on anything but the seed: no wall clock, no iteration over a hash map, no second thread in a
//! history.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a simulation fails by panicking, looks for one thing among many, and says what it came to"
)]

mod client_io;
mod cluster;
mod counters;
mod delayed_order;
mod disk;
mod gate;
mod invariants;
mod lease_check;
mod log_order;
mod moderation;
mod network;
mod node;
mod person;
mod protocol_check;
mod random;
mod replicated_log;
mod scenario;
mod sent_messages;
mod server_run;
mod transcript;
mod world;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use server::admin::AdminKey;

use self::counters::Counters;
use self::random::Random;
use self::server_run::ServerSettings;
use self::transcript::Transcript;
use self::world::World;

/// How many histories run by default.
const HISTORIES: u64 = 2000;
/// How many histories of a cluster run by default.
const CLUSTER_HISTORIES: u64 = 100;
/// How many of them run twice, to check that they are deterministic.
const TWICE: u64 = 20;

/// Draws the settings of a history.
type Kind = fn(&mut Random) -> ServerSettings;

/// Runs one history; returns its counters and the checksum of its transcript, or what is wrong.
fn run(kind: Kind, seed: u64, key: &AdminKey, is_verbose: bool) -> Result<(Counters, u64), String> {
    let live = || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let mut random = Random::new(seed);
            let settings = kind(&mut random);
            let mut world = World::new(random, settings, key.clone(), Transcript::new(is_verbose));
            world.run_scenario().await;
            world.settle().await;
            let wrong = world.check_invariants();
            world.counters.histories = 1;
            world.counters.seconds = world.now() / 1000;
            (wrong, world.counters, world.transcript.sum())
        })
    };
    match catch_unwind(AssertUnwindSafe(live)) {
        Ok((wrong, counters, sum)) if wrong.is_empty() => Ok((counters, sum)),
        Ok((wrong, ..)) => Err(wrong.join("\n")),
        Err(panic) => Err(panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default()),
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|value| value.parse().unwrap_or_else(|_| panic!("{name}={value} is no number")))
}

fn key() -> AdminKey {
    AdminKey::random().unwrap()
}

/// Runs these seeds on all cores, each history on one thread; returns the total and the failures.
fn run_all(kind: Kind, seeds: Range<u64>, key: &AdminKey) -> (Counters, Vec<(u64, String)>) {
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let (mut total, mut failures) = (Counters::default(), Vec::new());
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end || failures.len() >= 10 {
                return (total, failures);
            }
            match run(kind, seed, key, false) {
                Ok((counters, _)) => total.add(&counters),
                Err(wrong) => failures.push((seed, wrong)),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let (mut total, mut failures) = (Counters::default(), Vec::new());
        for worker in workers {
            let (counters, failed) = worker.join().unwrap();
            total.add(&counters);
            failures.extend(failed);
        }
        failures.sort();
        (total, failures)
    })
}

#[test]
fn nothing_is_lost_doubled_or_reordered() {
    check(scenario::settings, HISTORIES, "nothing_is_lost");
}

#[test]
fn nodes_of_a_cluster_are_one_chat() {
    check(scenario::cluster_settings, CLUSTER_HISTORIES, "nodes_of_a_cluster");
}

/// Runs histories, or the one that was asked for.
fn check(kind: Kind, histories: u64, test: &str) {
    let key = key();
    if let Some(seed) = number("CHINWAG_SIM_SEED") {
        let (counters, _) =
            run(kind, seed, &key, true).unwrap_or_else(|wrong| panic!("history {seed}:\n{wrong}"));
        return println!("{counters}");
    }
    let first = number("CHINWAG_SIM_FIRST").unwrap_or(0);
    let count = number("CHINWAG_SIM_HISTORIES").unwrap_or(histories);
    let (total, failures) = run_all(kind, first..first + count, &key);
    println!("{total}");
    for (seed, wrong) in &failures {
        println!(
            "history {seed} fails; CHINWAG_SIM_SEED={seed} cargo test -p tui-client --test it simulation::{test} -- --nocapture\n{wrong}"
        );
    }
    assert_eq!(
        failures.len(),
        0,
        "histories failed, the first with the seed {:?}",
        failures.first().map(|(seed, _)| seed)
    );
}

#[test]
fn a_seed_is_always_the_same_history() {
    let key = key();
    for kind in [scenario::settings, scenario::cluster_settings] {
        for seed in 0..TWICE {
            let (first, again) = (run(kind, seed, &key, false), run(kind, seed, &key, false));
            assert_eq!(first, again, "history {seed}");
        }
    }
}
