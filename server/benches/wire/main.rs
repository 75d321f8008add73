//! How fast the server is over sockets, beside what the machine can do at best: `cargo bench -p server --bench wire`, some
//! minutes, and `-- --quick` in less than one; `-- fan-out tail` runs those only, `--against FILE` another build beside it, in turns.
//!
//! Each measurement is a file. Beside the server's figure stands a limit: a bare broadcaster of the same bytes (one thread,
//! one epoll, no parsing, no store), or a bare append to a file, measured in the same run. Ratios can be compared between
//! machines, times cannot. Wants two processors that are idle.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, stops at a fault, and asks for the time"
)]

#[path = "../driver/driver.rs"]
mod driver;

mod beside;
mod broadcaster;
mod cold_start;
mod commit;
mod crowd;
mod fan_out;
mod idle;
mod irc;
mod moves;
mod pages;
mod report;
mod storm;
mod target;
mod transfer;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

#[derive(Parser)]
struct Options {
    /// Only these: fan-out, rooms, tail, idle, irc, storm, resume, commit, page, search, cold-start, transfer, beside; and growth, which runs only when named
    only: Vec<String>,
    /// A short run, to see where one stands
    #[arg(long)]
    quick: bool,
    /// Another chinwagd than the one that was built with this
    #[arg(long, default_value = env!("CARGO_BIN_EXE_chinwagd"))]
    server: PathBuf,
    /// One more chinwagd, to compare with
    #[arg(long)]
    against: Option<PathBuf>,
    /// How often each is measured
    #[arg(long)]
    runs: Option<usize>,
    /// Be the bare broadcaster at this address
    #[arg(long, hide = true)]
    broadcast: Option<std::net::SocketAddr>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// How much is measured.
pub(crate) struct Effort {
    /// How long a load runs.
    pub(crate) time: Duration,
    /// How often it is repeated; the median is told.
    pub(crate) runs: usize,
    /// How many messages the store has where that matters.
    pub(crate) messages: usize,
    /// The server.
    pub(crate) server: PathBuf,
    /// Another build of it.
    pub(crate) against: Option<PathBuf>,
}

/// A name to ask for it by, and what it does.
type Measurement = (&'static str, fn(&Effort));

const MEASUREMENTS: [Measurement; 13] = [
    ("fan-out", fan_out::one_room),
    ("rooms", fan_out::many_rooms),
    ("tail", fan_out::under_writes),
    ("idle", idle::measure),
    ("irc", irc::measure),
    ("storm", storm::come_and_go),
    ("resume", storm::thousand),
    ("commit", commit::measure),
    ("page", pages::pages),
    ("search", pages::search),
    ("cold-start", cold_start::measure),
    ("transfer", transfer::measure),
    ("beside", beside::measure),
];

fn main() {
    let options = Options::parse();
    if let Some(address) = options.broadcast {
        return broadcaster::run(address);
    }
    let Options { only, quick, server, against, .. } = options;
    let (time, runs, messages) = if quick { (600, 1, 10_000) } else { (3000, 3, 100_000) };
    let runs = options.runs.unwrap_or(runs);
    let effort = Effort { time: Duration::from_millis(time), runs, messages, server, against };
    report::title(&effort);
    for (name, measure) in MEASUREMENTS {
        if only.is_empty() || only.iter().any(|wanted| wanted == name) {
            measure(&effort);
        }
    }
    if only.iter().any(|wanted| wanted == "growth") {
        fan_out::growing(&effort);
    }
}
