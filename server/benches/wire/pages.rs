//! A page of history and a search in a room with a long past, beside a bare broadcaster that gives back as many bytes.

use std::time::{Duration, Instant};

use super::Effort;
use super::driver::percentiles::{Percentiles, Summary};
use super::driver::wire::Wire;
use super::report::{Contender, Figure, figure, in_turns};
use super::target::Target;

/// How many are said before their answers are waited for.
const AT_ONCE: usize = 500;
const WORDS: [&str; 8] = ["build", "deploy", "점심", "회의", "review", "server", "again", "내일"];
/// About as many bytes as an answer has.
const ANSWER: usize = 48 * 1024;

/// Newest and middle page.
pub(crate) fn pages(effort: &Effort) {
    let middle = effort.messages / 2;
    let newest = r#""type":"history","room":"lobby","limit":200"#;
    ask(
        effort,
        &[
            ("a page of 200, newest, p50", newest.to_owned()),
            ("a page of 200, middle, p50", format!(r#"{newest},"before":{middle}"#)),
        ],
    );
}

/// A common, a rare and a missing word.
pub(crate) fn search(effort: &Effort) {
    let words = [("common", "deploy"), ("rare", "zeppelin"), ("missing", "nothere")];
    let ask_for = |(what, word): (&str, &str)| {
        let line = format!(r#""type":"search","query":"{word}","limit":50"#);
        (format!("a search, {what} word, p50"), line)
    };
    let asked = words.map(ask_for);
    ask(effort, &asked.each_ref().map(|(what, line)| (what.as_str(), line.clone())));
}

fn ask(effort: &Effort, asked: &[(&str, String)]) {
    in_turns(effort, |contender| {
        let target = Target::start(contender);
        let mut wire = target.member(1, 0);
        let is_limit = matches!(contender, Contender::Limit);
        if !is_limit {
            fill(&mut wire, effort.messages);
        }
        let all = asked.iter().map(|(what, rest)| -> Figure {
            let line = if is_limit { "x".repeat(ANSWER) } else { format!(r#"{{{rest},"id":"q"}}"#) };
            let took = answered(&mut wire, &line, if is_limit { "x" } else { r#""id":"q""# }, effort);
            figure(*what, took.p50.into(), "us")
        });
        all.collect()
    });
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

/// How long an answer takes.
fn answered(wire: &mut Wire, line: &str, answer: &str, effort: &Effort) -> Summary {
    let (mut times, began) = (Percentiles::default(), Instant::now());
    while began.elapsed() < effort.time / 4 {
        let sent = Instant::now();
        wire.send(line);
        wire.wait_for(answer);
        times.add(sent.elapsed());
    }
    times.summary()
}
