//! From the start of the process to its word that it is ready, and to the first welcome, with a past in the store; beside
//! the start of a process that only listens.

use std::time::Instant;

use super::Effort;
use super::driver::daemon::Daemon;
use super::driver::wire::Wire;
use super::report;
use super::target::{SETTINGS, Target};

const STARTS: usize = 7;

/// The middle one of several starts.
pub(crate) fn measure(effort: &Effort) {
    let dir = tempfile::tempdir().unwrap();
    let start = || {
        let began = Instant::now();
        let server = Daemon::start(&effort.server, dir.path(), SETTINGS);
        let mut wire = Wire::connect(server.address);
        wire.send(r#"{"type":"hello","protocol":[1,1],"client":"bench"}"#);
        wire.wait_for("welcome");
        (server.ready_after.as_secs_f64() * 1000.0, began.elapsed().as_secs_f64() * 1000.0)
    };
    // The first one makes the store and a certificate.
    start();
    let ready = report::median(STARTS, || start().0);
    let welcome = report::median(STARTS, || start().1);
    let limit = report::median(STARTS, || {
        let began = Instant::now();
        let target = Target::limit();
        let took = began.elapsed().as_secs_f64() * 1000.0;
        drop(target);
        took
    });
    report::compare("a start until ready", ready, limit, "ms");
    report::compare("a start until the first welcome", welcome, limit, "ms");
}
