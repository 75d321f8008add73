//! How long one person waits for the word that a message is kept, beside a bare append to a file on the same disk, for both
//! kinds of durability.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use super::Effort;
use super::driver::daemon::Daemon;
use super::driver::percentiles::{Percentiles, Summary};
use super::driver::wire::Wire;
use super::report;
use super::target::SETTINGS;

/// Says something, waits for its `ok`, again and again.
pub(crate) fn measure(effort: &Effort) {
    for (what, sync) in [("normal", false), ("full", true)] {
        let dir = tempfile::tempdir().unwrap();
        let settings = format!("{SETTINGS}sync = \"{what}\"\n");
        let server = Daemon::start(&effort.server, dir.path(), &settings);
        let (ours, limit) = (said(&server, effort), appended(dir.path(), sync, effort));
        report::compare(
            &format!("a message is kept, sync {what}, p50"),
            f64::from(ours.p50),
            f64::from(limit.p50),
            "us",
        );
        report::compare("  p99", f64::from(ours.p99), f64::from(limit.p99), "us");
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

fn appended(dir: &std::path::Path, sync: bool, effort: &Effort) -> Summary {
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
