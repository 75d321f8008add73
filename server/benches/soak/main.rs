//! A soak: `cargo bench -p server --bench soak -- --minutes 60 --people 200`.
//!
//! A server of its own with retention on, and people who talk at a steady rate, leave, come back, lose their connection and
//! resume, change rooms, search and page; one who stops reading; now and then somebody new. Meanwhile its operator takes
//! backups, exports a room into a pipe that nobody reads, reloads, and follows the chat. Each minute a line says how long
//! people waited and what the server used; at the end it is checked that nothing was lost, doubled or out of order, that
//! retention kept to its bound, and that nothing grew. Times are of this machine and are never a failure.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, stops at a fault, and asks for the time"
)]

#[path = "../driver/driver.rs"]
mod driver;

mod checks;
mod ledger;
mod minutes;
mod operator;
mod past;
mod people;
mod person;
mod random;
mod received;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

use self::checks::Checks;
use self::driver::daemon::Daemon;
use self::minutes::Minutes;
use self::operator::Operator;
use self::people::People;

/// How many events a room keeps.
const KEEP_EVENTS: u64 = 2000;
/// How many days events are kept.
const KEEP_DAYS: i64 = 30;

#[derive(Parser)]
struct Options {
    /// How long, in minutes
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// How many people
    #[arg(long, default_value_t = 200)]
    people: usize,
    /// How many messages a second, by all of them together
    #[arg(long, default_value_t = 75.0)]
    rate: f64,
    /// What chance goes by
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Another chinwagd than the one that was built with this
    #[arg(long, default_value = env!("CARGO_BIN_EXE_chinwagd"))]
    server: PathBuf,
    /// Where to put everything, and leave it
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let temporary = tempfile::tempdir().unwrap();
    let dir = options.dir.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&dir).unwrap();
    let length = Duration::from_secs_f64(options.minutes * 60.0);
    past::fill(&options.server, &dir);
    let mut server = Daemon::start(&options.server, &dir, &operator::settings());
    println!(
        "{} people, {} messages a second, {:?}; in {}",
        options.people,
        options.rate,
        length,
        dir.display()
    );

    let began = Instant::now();
    let mut people = People::new(server.address, &options, began);
    let mut operator = Operator::new(began, length, &dir);
    let mut minutes = Minutes::new(began, length);
    while began.elapsed() < length {
        people.pass();
        operator.pass(&server);
        minutes.pass(&server, &mut people);
        if !server.is_running() {
            println!("FAIL the server ended; see {}", dir.join("log").display());
            return ExitCode::FAILURE;
        }
    }
    let settled = people.settle();
    minutes.row(&server, &mut people);
    minutes.totals(&people);
    let mut checks = Checks::new(&dir);
    checks.talk(&people, settled);
    checks.operator(operator.finish(&server));
    checks.growth(&minutes);
    checks.retention(&server, &people, began.elapsed());
    checks.end(server.stop())
}
