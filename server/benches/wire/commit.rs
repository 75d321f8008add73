//! How long one person waits for the word that a message is kept, beside a bare append to a file on the same disk, for both
//! kinds of durability.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use super::Effort;
use super::driver::daemon::Daemon;
use super::driver::percentiles::{Percentiles, Summary};
use super::driver::wire::Wire;
use super::report::{Contender, figure, in_turns};
use super::target::SETTINGS;

/// Says something, waits for its `ok`, again and again.
pub(crate) fn measure(effort: &Effort) {
    for (what, sync) in [("normal", false), ("full", true)] {
        in_turns(effort, |contender| {
            let dir = tempfile::tempdir().unwrap();
            let took = match contender {
                Contender::Limit => appended(dir.path(), sync, effort),
                Contender::Server(program) => {
                    let settings = format!("{SETTINGS}sync = \"{what}\"\n");
                    said(&Daemon::start(program, dir.path(), &settings), effort)
                }
            };
            vec![
                figure(format!("a message is kept, sync {what}, p50"), took.p50.into(), "us"),
                figure("  p99", took.p99.into(), "us"),
            ]
        });
    }
}

fn said(server: &Daemon, effort: &Effort) -> Summary {
    let mut wire = Wire::connect(server.address);
    wire.send(r#"{"type":"hello","protocol":[1,1],"client":"bench"}"#);
    wire.wait_for("welcome");
    let (mut times, began) = (Percentiles::default(), Instant::now());
    let mut number = 0;
    while began.elapsed() < effort.time {
        number += 1;
        let sent = Instant::now();
        wire.send(&format!(
            r#"{{"type":"say","id":"{number}","room":"lobby","nonce":"n{number}","text":"what is kept {number}"}}"#
        ));
        wire.wait_for(r#"{"type":"ok""#);
        times.add(sent.elapsed());
    }
    times.summary()
}

fn appended(dir: &Path, sync: bool, effort: &Effort) -> Summary {
    let mut file = File::create(dir.join("appended")).unwrap();
    let (mut times, began) = (Percentiles::default(), Instant::now());
    while began.elapsed() < effort.time / 2 {
        let sent = Instant::now();
        // What a commit of one message appends to the write-ahead log: some pages.
        file.write_all(&[b'x'; 4 * 4096]).unwrap();
        if sync {
            file.sync_data().unwrap();
        }
        times.add(sent.elapsed());
    }
    times.summary()
}
