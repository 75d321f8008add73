//! A page of history and a search in a room with a long past, beside a bare broadcaster that gives back as many bytes.

use std::time::{Duration, Instant};

use super::Effort;
use super::driver::percentiles::{Percentiles, Summary};
use super::driver::wire::Wire;
use super::report;
use super::target::Target;

/// How many are said before their answers are waited for.
const AT_ONCE: usize = 500;
const WORDS: [&str; 8] = ["build", "deploy", "점심", "회의", "review", "server", "again", "내일"];

/// Newest, middle and oldest page; a common, a rare and a missing word.
pub(crate) fn measure(effort: &Effort) {
    let target = Target::server(effort);
    let mut wire = target.member(1, 0);
    fill(&mut wire, effort.messages);
    let middle = effort.messages / 2;
    for (what, rest) in [
        ("a page of 200, newest", r#""type":"history","room":"lobby","limit":200"#.to_owned()),
        (
            "a page of 200, middle",
            format!(r#""type":"history","room":"lobby","limit":200,"before":{middle}"#),
        ),
        ("a search, common word", r#""type":"search","query":"deploy","limit":50"#.to_owned()),
        ("a search, rare word", r#""type":"search","query":"zeppelin","limit":50"#.to_owned()),
        ("a search, no such word", r#""type":"search","query":"nothere","limit":50"#.to_owned()),
    ] {
        let (ours, bytes) = asked(&mut wire, &rest, effort);
        let limit = given_back(bytes, effort);
        report::compare(&format!("{what}, p50"), f64::from(ours.p50), f64::from(limit.p50), "us");
    }
}

fn fill(wire: &mut Wire, messages: usize) {
    for batch in 0..messages / AT_ONCE {
        for number in batch * AT_ONCE..(batch + 1) * AT_ONCE {
            let pick = |salt: usize| WORDS[(number / salt + salt) % WORDS.len()];
            let rare = if number % 10_000 == 0 { "zeppelin" } else { "balloon" };
            wire.send(&format!(
                r#"{{"type":"say","id":"f{number}","room":"lobby","nonce":"f{number}","text":"{} {} {} {rare} {number}"}}"#,
                pick(1),
                pick(3),
                pick(7)
            ));
        }
        wire.wait_for(&format!(r#""id":"f{}""#, (batch + 1) * AT_ONCE - 1));
    }
    // What was said last may be on its way to the index.
    std::thread::sleep(Duration::from_secs(1));
}

/// How long an answer takes, and how many bytes it has.
fn asked(wire: &mut Wire, rest: &str, effort: &Effort) -> (Summary, usize) {
    let (mut times, mut bytes, began) = (Percentiles::default(), 0, Instant::now());
    while began.elapsed() < effort.time / 4 {
        let sent = Instant::now();
        wire.send(&format!(r#"{{{rest},"id":"q"}}"#));
        let answer = wire.wait_for(r#""id":"q""#);
        times.add(sent.elapsed());
        assert!(answer.contains(r#""events""#), "{answer}");
        bytes = answer.len();
    }
    (times.summary(), bytes)
}

fn given_back(bytes: usize, effort: &Effort) -> Summary {
    let target = Target::limit();
    let mut wire = target.member(1, 1);
    let line = "x".repeat(bytes);
    let (mut times, began) = (Percentiles::default(), Instant::now());
    while began.elapsed() < effort.time / 8 {
        let sent = Instant::now();
        wire.send(&line);
        wire.wait_for("x");
        times.add(sent.elapsed());
    }
    times.summary()
}
