//! How fast the client's screen is: keys, frames, resizes and scrolls, each beside drawing everything, and taking messages in,
//! beside parsing them. Nothing of a terminal or a network is in it.
//!
//!     cargo bench -p tui-client                       # with 100,000 and 1,000,000 messages
//!     cargo bench -p tui-client -- 5000               # with so many

#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time, prints, and stops at a fault"
)]

#[path = "../client/mod.rs"]
mod client;

use std::process::Command;
use std::time::{Duration, Instant};

use client::Client;
use tui_client::event::{Code, Key};

const SIZE: (u16, u16) = (120, 40);
/// How many messages come at once.
const BATCH: u64 = 1_000;
/// Marks a process of this program that takes in so many messages, so that its memory is that of these.
const CHILD: &str = "with";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [mark, count] = &args[..]
        && mark == CHILD
    {
        return run(count.parse().expect("a number"));
    }
    let counts: Vec<u64> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    println!("{:<44} {:>16} {:>26} {:>7}", "", "chinwag", "floor", "ratio");
    for count in if counts.is_empty() { vec![100_000, 1_000_000] } else { counts } {
        let program = std::env::current_exe().unwrap();
        let status = Command::new(program).args([CHILD, &count.to_string()]).status().unwrap();
        assert!(status.success());
    }
}

fn run(count: u64) {
    println!("with {count} messages");
    let mut client = Client::new(SIZE.0, SIZE.1);
    client.frame();
    absorb(&mut client, count);

    let full = median(51, || {
        client.redraw();
        timed(|| client.frame())
    });
    let against_full = |what: &str, time: f64| compare(what, time, full, "all rows");
    let mut typed = "half a thought, 반쯤 쓴 생각".chars().cycle();
    let key = median(201, || {
        let key = Key::plain(Code::Char(typed.next().unwrap_or(' ')));
        timed(|| {
            client.press(key);
            client.frame()
        })
    });
    against_full("a key, taken in and drawn", key);
    let mut seq = count;
    let message = median(51, || {
        seq += 1;
        let batch = client::parse(&client::messages(seq..=seq));
        timed(|| {
            client.hear_parsed(batch);
            client.frame()
        })
    });
    against_full("a message, taken in and drawn", message);
    let mut sizes = [(100, 30), SIZE].into_iter().cycle();
    let resize = median(51, || {
        let size = sizes.next().unwrap_or(SIZE);
        timed(|| {
            client.resize(size);
            client.frame()
        })
    });
    against_full("a resize", resize);
    let scroll = median(51, || {
        timed(|| {
            client.press(Key::plain(Code::PageUp));
            client.frame()
        })
    });
    against_full("a page up", scroll);
}

/// Takes messages in, in batches, with a frame after each.
fn absorb(client: &mut Client, count: u64) {
    let before = resident();
    let (mut parsing, mut taking, mut texts) = (0.0, 0.0, 0);
    for first in (1..=count).step_by(usize::try_from(BATCH).unwrap()) {
        let lines = client::messages(first..=count.min(first + BATCH - 1));
        let mut batch = Vec::new();
        parsing += timed(|| batch = client::parse(&lines));
        taking += timed(|| {
            client.hear_parsed(batch);
            client.frame()
        });
    }
    let timeline = &client.app.rooms().current().timeline;
    texts += timeline.entries().filter_map(|entry| entry.text()).map(str::len).sum::<usize>();
    let (kept, memory) = (timeline.len(), resident().saturating_sub(before));
    compare("all taken in and drawn, a frame for 1,000", parsing + taking, parsing, "parsing");
    println!(
        "{:<44} {:>13.1} MB {:>23.1} MB {:>7.1}",
        format!("memory of the {kept} that are kept"),
        memory as f64 / 1e6,
        texts as f64 / 1e6,
        memory as f64 / texts as f64,
    );
}

/// A line of the table: two times in seconds, the second that of `floor`.
fn compare(what: &str, ours: f64, than: f64, floor: &str) {
    println!(
        "{what:<44} {:>16} {:>26} {:>7.2}",
        figure(ours),
        format!("{floor} {}", figure(than)),
        ours / than
    );
}

fn figure(seconds: f64) -> String {
    if seconds < 0.01 { format!("{:.1} us", seconds * 1e6) } else { format!("{:.1} ms", seconds * 1e3) }
}

fn timed<T>(what: impl FnOnce() -> T) -> f64 {
    let begin = Instant::now();
    std::hint::black_box(what());
    begin.elapsed().max(Duration::from_nanos(1)).as_secs_f64()
}

/// The middle one of several runs.
fn median(runs: usize, mut run: impl FnMut() -> f64) -> f64 {
    let mut all: Vec<f64> = (0..runs).map(|_| run()).collect();
    all.sort_by(f64::total_cmp);
    all.get(runs / 2).copied().unwrap_or_default()
}

/// The bytes of memory this process has.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok()).unwrap_or(0) * 1024
}
