//! How fast the server is over sockets, beside what the machine can do at best: `cargo bench -p server --bench wire`, and
//! `-- --quick` for a short run of less than a minute; `-- fan-out tail` runs those only.
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

mod broadcaster;
mod cold_start;
mod commit;
mod crowd;
mod fan_out;
mod idle;
mod pages;
mod report;
mod storm;
mod target;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

#[derive(Parser)]
struct Options {
    /// Only these: fan-out, rooms, tail, idle, storm, commit, pages, cold-start
    only: Vec<String>,
    /// A short run, to see where one stands
    #[arg(long)]
    quick: bool,
    /// Another chinwagd than the one that was built with this
    #[arg(long, default_value = env!("CARGO_BIN_EXE_chinwagd"))]
    server: PathBuf,
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
}

/// A name to ask for it by, and what it does.
type Measurement = (&'static str, fn(&Effort));

const MEASUREMENTS: [Measurement; 8] = [
    ("fan-out", fan_out::one_room),
    ("rooms", fan_out::many_rooms),
    ("tail", fan_out::under_writes),
    ("idle", idle::measure),
    ("storm", storm::measure),
    ("commit", commit::measure),
    ("pages", pages::measure),
    ("cold-start", cold_start::measure),
];

fn main() {
    let options = Options::parse();
    if let Some(address) = options.broadcast {
        return broadcaster::run(address);
    }
    let Options { only, quick, server, .. } = options;
    let effort = if quick {
        Effort { time: Duration::from_millis(1500), runs: 1, messages: 20_000, server }
    } else {
        Effort { time: Duration::from_secs(8), runs: 3, messages: 500_000, server }
    };
    report::title();
    for (name, measure) in MEASUREMENTS {
        if only.is_empty() || only.iter().any(|wanted| wanted == name) {
            measure(&effort);
        }
    }
}
