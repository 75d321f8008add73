//! What the ssh door costs: memory of many sessions, and how long a key takes to its echo while others talk, beside a server of the
//! same library that does nothing but echo and sends the same bytes. Who types is this process; the door, the echo server, those who
//! only read, those who talk and the server of the chat are processes of their own, so that it is seen what each takes of the machine.
//!
//!     cargo build --release -p server && cargo bench -p tui-client --bench ssh_door       # 500 sessions, 1,000 msg/s: two cases
//!     cargo bench -p tui-client --bench ssh_door -- 100 200                              # 100 sessions in one room, 200 msg/s
//!     cargo bench -p tui-client --bench ssh_door -- 500 1000 50                          # in 50 rooms, 20 msg/s in each
//!
//! The two cases are the worst, everybody in one room, where each message is for all, and a usual one, 50 rooms with ten each. Each ends
//! within four minutes, whatever happens.

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
        ["readers", port, count, rooms] => {
            let rooms = Rooms(number(rooms));
            on_one_thread(client::run_readers(port.parse().unwrap(), number(count), rooms));
        }
        ["speakers", address, rate, rooms] => {
            on_one_thread(speakers::run(address, number(rate), Rooms(number(rooms))));
        }
        _ => {
            let numbers: Vec<u64> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
            let of = |sessions, rate, rooms| Case { sessions, rate, rooms: Rooms(rooms) };
            let cases = match numbers[..] {
                [] => vec![of(500, 1_000, 0), of(500, 1_000, 50)],
                [sessions] => vec![of(sessions, 1_000, 0)],
                [sessions, rate] => vec![of(sessions, rate, 0)],
                [sessions, rate, rooms, ..] => vec![of(sessions, rate, rooms)],
            };
            for case in cases {
                let measured = async { timeout(TIME, measure(case)).await };
                assert!(on_one_thread(measured).is_ok(), "not measured within {TIME:?}");
            }
        }
    }
}

/// What is measured.
#[derive(Clone, Copy)]
struct Case {
    sessions: u64,
    /// Messages a second, in all rooms together.
    rate: u64,
    rooms: Rooms,
}

/// So many rooms among which people are distributed; the lobby alone where it is none.
#[derive(Clone, Copy)]
struct Rooms(u64);

impl Rooms {
    /// The room of somebody by number, which they have to enter.
    fn of(self, number: u64) -> Option<String> {
        (self.0 > 0).then(|| format!("room-{}", number % self.0))
    }
}

/// As the door itself runs.
fn on_one_thread<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

async fn measure(Case { sessions, rate, rooms }: Case) {
    let mut parts = Parts::start();
    report::head(&match rooms.0 {
        0 => format!("{sessions} sessions in one room"),
        count => format!("{sessions} sessions in {count} rooms"),
    });
    let mut bare = Typist::open(parts.echo_port).await;
    let theirs = bare.echoes(KEYS).await;
    let before = parts.door.process.kilobytes();
    let began = Instant::now();
    let mut typist = Typist::open(parts.door_port).await;
    let whole = began.elapsed();
    let ours = typist.echoes(KEYS).await;
    report::echoes("one session, quiet", &ours, &theirs);
    report::time("connect to first frame", whole);

    let mut readers = parts.read_door(sessions - 1, rooms);
    typist.enter(rooms.of(0)).await;
    sleep(SETTLE).await;
    let idle = parts.door.process.kilobytes();
    report::kilobytes("memory of an idle session", idle.saturating_sub(before) / sessions);
    report::megabytes(&format!("the door with {sessions} idle sessions"), idle);
    let usage = parts.usage(&readers);
    let ours = typist.echoes(KEYS).await;
    let quiet_usage = parts.usage_since(&usage, &readers);

    let loud = Loud::of_door(&mut parts, &mut readers, &mut typist, (rate, rooms)).await;
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
