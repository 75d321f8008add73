//! From the start of the process to its word that it is ready, and to the first welcome; beside the start of a process that only
//! listens. With a long past in the store: the benchmark `store`.

use std::time::Instant;

use super::Effort;
use super::driver::daemon::Daemon;
use super::driver::wire::Wire;
use super::report::{Contender, figure, in_turns};
use super::target::{SETTINGS, Target};

/// The second of two starts in the same directory; the first makes a store and a certificate.
pub(crate) fn measure(effort: &Effort) {
    in_turns(effort, |contender| {
        let dir = tempfile::tempdir().unwrap();
        if let Contender::Server(program) = contender {
            Daemon::start(program, dir.path(), SETTINGS).stop();
        }
        let began = Instant::now();
        let (ready, welcome) = match contender {
            Contender::Limit => {
                let _target = Target::start(contender);
                (began.elapsed(), began.elapsed())
            }
            Contender::Server(program) => {
                let server = Daemon::start(program, dir.path(), SETTINGS);
                let mut wire = Wire::connect(server.address);
                wire.send(r#"{"type":"hello","protocol":[1,1],"client":"bench"}"#);
                wire.wait_for("welcome");
                (server.ready_after, began.elapsed())
            }
        };
        vec![
            figure("a start until ready", ready.as_secs_f64() * 1000.0, "ms"),
            figure("a start until the first welcome", welcome.as_secs_f64() * 1000.0, "ms"),
        ]
    });
}
