//! What several servers as one cost beside one server: `cargo bench -p server --bench cluster`, about two minutes. It starts
//! `nats-server` processes of its own, so that package must be installed; its version stands before the figures, and they
//! depend on it.
//!
//! Everything is on one machine and in one run: one server, then servers over one NATS server and over three that
//! replicate. Three NATS servers and three nodes that share two processors have less than each would have alone, and no
//! network is between them: a ratio tells what the order costs, not what a cluster of machines reaches.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    dead_code,
    reason = "a benchmark prints, asks for the time, and stops at a fault; it uses some of what the tests have for NATS"
)]

#[path = "../wire/crowd.rs"]
mod crowd;
#[path = "../driver/driver.rs"]
mod driver;
#[path = "../../tests/it/cluster/link.rs"]
mod link;
#[path = "../../tests/it/cluster/nats.rs"]
mod nats;

mod catch_up;
mod loads;
mod stall;
mod target;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use clap::Parser;

use target::Shape;

#[derive(Parser)]
struct Options {
    /// Only these: load, stall, catch-up
    only: Vec<String>,
    /// How many seconds a load runs
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Another chinwagd than the one that was built with this
    #[arg(long, default_value = env!("CARGO_BIN_EXE_chinwagd"))]
    server: PathBuf,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    let version = Command::new("nats-server").arg("--version").output();
    let version = version.expect("nats-server cannot be started: install the package nats-server");
    println!("{}", String::from_utf8_lossy(&version.stdout).trim());
    let (server, time) = (options.server.as_path(), Duration::from_secs(options.seconds));
    let wants = |what: &str| options.only.is_empty() || options.only.iter().any(|only| only == what);
    if wants("load") {
        loads::measure(server, time);
    }
    if wants("stall") {
        stall::measure(server);
    }
    if wants("catch-up") {
        catch_up::measure(server, Shape::THREE_OVER_THREE, time);
    }
}
