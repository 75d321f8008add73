//! The signals of this process that concern a client, as one stream. What to do about them is decided by whoever
//! listens.

use std::io;

use rustix::process::{Signal as Number, kill_current_process_group};
use tokio::signal::unix::{Signal as Listener, SignalKind, signal};

/// What a signal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// End: SIGTERM, SIGHUP.
    Terminate,
    /// End, if the terminal is ours: SIGINT, SIGQUIT, which a terminal that somebody else has sends for its keys.
    Interrupt,
    /// Stop, and give the terminal back first: SIGTSTP from somebody else's `kill`.
    Suspend,
    /// We were stopped, and go on: SIGCONT.
    Continue,
    /// The terminal has another size: SIGWINCH.
    Resize,
}

/// Listens to them.
pub(crate) struct Signals {
    terminate: Listener,
    interrupt: Listener,
    quit: Listener,
    hangup: Listener,
    suspend: Listener,
    resume: Listener,
    resize: Listener,
}

/// Stops this process group as the Unix shell's Ctrl-Z would, until somebody continues it. SIGSTOP, since we listen to
/// SIGTSTP ourselves; the whole group, because the Unix shell waits for the whole of it: under `cargo run` we are not
/// alone.
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
    /// Begins to listen; the signals no longer do what they do by default. Needs a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(SignalKind::from_raw(Number::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(Number::CONT.as_raw()))?,
            resize: signal(SignalKind::window_change())?,
        })
    }

    /// The next one. Cancel safe. Of a stop and a continuation that are both there, the continuation is said last:
    /// nobody waits for a program that was continued and then stops.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hangup.recv() => Signal::Terminate,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.quit.recv() => Signal::Interrupt,
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.resume.recv() => Signal::Continue,
            _ = self.resize.recv() => Signal::Resize,
        }
    }
}
