//! The signals that concern us. It must not act on them.

use std::io;

use rustix::process::{Signal as Number, kill_current_process_group};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal says.
pub(crate) enum Woken {
    /// End: SIGTERM, SIGINT, SIGQUIT, SIGHUP.
    Terminate,
    /// Stop, and give the terminal back first: SIGTSTP from somebody else's `kill`.
    Suspend,
    /// We were stopped, and go on: SIGCONT.
    Continue,
}

/// The signals we listen to.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hangup: Signal,
    suspend: Signal,
    resume: Signal,
}

/// Stops this process group as the shell's Ctrl-Z would, until somebody continues it. SIGSTOP, since we listen to
/// SIGTSTP ourselves; the whole group, because the shell waits for the whole of it: under `cargo run` we are not alone.
pub(crate) fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Number::STOP)?)
}

/// Panics at SIGUSR1, in a task, for the tests of what a panic leaves behind. Not in release builds.
#[cfg(debug_assertions)]
pub(crate) fn panic_on_demand() {
    if let Ok(mut demand) = signal(SignalKind::user_defined1()) {
        tokio::spawn(async move {
            demand.recv().await;
            #[expect(clippy::panic, reason = "it is what this is for")]
            {
                panic!("somebody sent SIGUSR1");
            }
        });
    }
}

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(SignalKind::from_raw(Number::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(Number::CONT.as_raw()))?,
        })
    }

    /// The next one. Cancel safe.
    pub(crate) async fn next(&mut self) -> Woken {
        tokio::select! {
            _ = self.terminate.recv() => Woken::Terminate,
            _ = self.interrupt.recv() => Woken::Terminate,
            _ = self.quit.recv() => Woken::Terminate,
            _ = self.hangup.recv() => Woken::Terminate,
            _ = self.suspend.recv() => Woken::Suspend,
            _ = self.resume.recv() => Woken::Continue,
        }
    }
}
