//! How long nobody's message is acknowledged when a NATS server is lost: one person on each of three nodes in turn says something
//! and waits for its `ok`.

use std::path::Path;
use std::time::{Duration, Instant};

use super::driver::wire::Wire;
use super::nats::Nats;
use super::target::{STREAM, Shape, Target};

/// How long they talk before, and after.
const TALK: Duration = Duration::from_secs(2);

type Fault = fn(&mut Nats);

/// A fault, what it is called, and what mends it.
const FAULTS: [(&str, Fault, Fault); 4] = [
    ("the leader is asked to step down", |nats| nats.step_down(STREAM), |_| {}),
    ("a follower is killed (-9)", |nats| nats.kill((leader(nats) + 1) % 3), restart),
    ("the leader is killed (-9)", |nats| nats.kill(leader(nats)), restart),
    (
        "the leader is stopped for 12 s (STOP)",
        |nats| {
            let stopped = leader(nats);
            nats.pause(stopped);
            std::thread::sleep(Duration::from_secs(12));
            nats.resume(stopped);
        },
        |_| {},
    ),
];

fn leader(nats: &Nats) -> usize {
    nats.leader(STREAM)
}

fn restart(nats: &mut Nats) {
    for number in 0..nats.count() {
        if !nats.is_running(number) {
            nats.restart(number);
        }
    }
}

/// People who say one thing after the other.
struct People {
    wires: Vec<Wire>,
    said: u64,
}

/// Prints a line for each.
pub(crate) fn measure(server: &Path) {
    println!("\nThe longest wait for an acknowledgement, 3 nodes, 3 NATS");
    let mut target = Target::start(Shape::THREE_OVER_THREE, server);
    let mut people = People { wires: (0..3).map(|number| target.member(number, 0)).collect(), said: 0 };
    for (name, fault, mend) in FAULTS {
        let before = people.said;
        let talking = std::thread::spawn(move || {
            let longest = people.talk();
            (people, longest)
        });
        std::thread::sleep(TALK);
        let nats = target.nats.as_mut().unwrap();
        fault(nats);
        let longest;
        (people, longest) = talking.join().unwrap();
        println!("{name:<40} {:>7.2} s  ({} messages)", longest.as_secs_f64(), people.said - before);
        mend(nats);
    }
}

impl People {
    /// Each in turn, until all have talked for a while after the longest wait, which is told.
    fn talk(&mut self) -> Duration {
        let (began, mut longest) = (Instant::now(), Duration::ZERO);
        let mut since = began;
        while since.elapsed() < TALK || began.elapsed() < TALK * 3 {
            for wire in &mut self.wires {
                self.said += 1;
                let (number, sent) = (self.said, Instant::now());
                wire.send(&format!(
                    r#"{{"type":"say","id":"n{number}","room":"lobby","nonce":"n{number}","text":"what is kept {number}"}}"#
                ));
                let answer = wire.wait_for(&format!(r#""id":"n{number}""#));
                assert!(answer.contains(r#""type":"ok""#), "{answer}");
                if sent.elapsed() > longest {
                    (longest, since) = (sent.elapsed(), Instant::now());
                }
            }
        }
        longest
    }
}
