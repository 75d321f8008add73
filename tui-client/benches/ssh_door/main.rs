//! What the ssh door costs: memory of many sessions, and how long a key takes to its echo while others talk, beside a server of the
//! same library that does nothing but echo and sends the same bytes. Who types is this process; the door, the echo server, those who
//! only read, those who talk and the server of the chat are processes of their own, so that it is seen what each takes of the machine.
//!
//!     cargo build --release -p server && cargo bench -p tui-client --bench ssh_door                # 500 sessions, 1,000 msg/s
//!     cargo bench -p tui-client --bench ssh_door -- 100 200                                       # 100 sessions, 200 msg/s
//!
//! It ends within four minutes, whatever happens.

#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a benchmark measures time, prints, and stops at a fault"
)]

mod client;
mod echo;
mod parts;
mod process;
mod report;
mod speakers;

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use self::client::Typist;
use self::parts::{Loud, Parts, SETTLE};

/// Keys that are typed for one number.
const KEYS: usize = 1_000;
/// The time for all of it.
const TIME: Duration = Duration::from_secs(240);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse().unwrap();
    match args[..] {
        ["door", socket, state] => parts::run_door(socket, state),
        ["echo"] => on_one_thread(echo::run()),
        ["readers", port, count] => {
            on_one_thread(client::run_readers(port.parse().unwrap(), count.parse().unwrap()));
        }
        ["speakers", address, rate] => on_one_thread(speakers::run(address, number(rate))),
        _ => {
            let mut numbers = args.iter().filter_map(|arg| arg.parse().ok());
            let (sessions, rate) = (numbers.next().unwrap_or(500), numbers.next().unwrap_or(1_000));
            let measured = async { timeout(TIME, measure(sessions, rate)).await };
            assert!(on_one_thread(measured).is_ok(), "not measured within {TIME:?}");
        }
    }
}

/// As the door itself runs.
fn on_one_thread<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

async fn measure(sessions: u64, rate: u64) {
    let mut parts = Parts::start();
    report::head();
    let mut bare = Typist::open(parts.echo_port).await;
    let theirs = bare.echoes(KEYS).await;
    let before = parts.door.process.kilobytes();
    let began = Instant::now();
    let mut typist = Typist::open(parts.door_port).await;
    let whole = began.elapsed();
    let ours = typist.echoes(KEYS).await;
    report::echoes("one session, quiet", &ours, &theirs);
    report::time("connect to first frame", whole);

    let mut readers = parts.read_door(sessions - 1);
    sleep(SETTLE).await;
    let idle = parts.door.process.kilobytes();
    report::kilobytes("memory of an idle session", idle.saturating_sub(before) / sessions);
    report::megabytes(&format!("the door with {sessions} idle sessions"), idle);
    let usage = parts.usage(&readers);
    let ours = typist.echoes(KEYS).await;
    let quiet_usage = parts.usage_since(&usage, &readers);

    let loud = Loud::of_door(&mut parts, &mut readers, &mut typist, rate).await;
    report::megabytes("the door afterwards", parts.door.process.kilobytes());
    sleep(Duration::from_secs(1)).await;
    drop(readers);
    sleep(SETTLE).await;
    report::megabytes("the door when all but one have left", parts.door.process.kilobytes());

    // The same of the bare server.
    let bare_before = parts.echo.process.kilobytes();
    let mut readers = parts.read_echo(sessions - 1);
    sleep(SETTLE).await;
    let bare_idle = parts.echo.process.kilobytes();
    report::kilobytes(
        "memory of an idle session of bare ssh",
        bare_idle.saturating_sub(bare_before) / sessions,
    );
    let theirs = bare.echoes(KEYS).await;
    report::echoes(&format!("{sessions} sessions, quiet"), &ours, &theirs);
    report::usage(&quiet_usage);
    let bare_loud = Loud::of_echo(&mut parts, &mut readers, &mut bare, &loud, sessions - 1).await;
    report::echoes(&format!("{sessions} sessions, {rate} msg/s"), &loud.echoes, &bare_loud.echoes);
    report::loud("the door", &loud, sessions);
    report::loud("bare ssh with the same bytes", &bare_loud, sessions);
}
