//! The queue between those who log and the thread that writes: bounded and non-blocking, so that a log that takes nothing,
//! such as a pipe nobody reads, never holds the server up. The thread is woken by the first line that waits, and writes those
//! that come soon after together: waking it and writing each of them cost more than a line does.

use std::collections::VecDeque;
use std::io::Result;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::output::Output;
use super::record::Record;

/// How many lines wait at most; what comes when so many wait is lost, and how many were is logged in their place. Enough
/// for all that a thousand connections say when they end at once; about 2 MB, or 32 MB if each were a longest message.
const WAITING: usize = 8192;

/// After it has written, the thread lets so much time pass before it writes again: a storm of connections is a few writes.
const PAUSE: Duration = Duration::from_millis(10);

/// The sending end. When it is dropped, everything that waits is written first.
#[derive(Debug)]
pub(super) struct Queue {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// There is something to do for the thread, or it is not to pause.
    filled: Condvar,
    /// The thread has written everything.
    written: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Record>,
    lost: u64,
    /// Whether the thread writes, or pauses after it: it looks for more before it waits.
    writing: bool,
    /// How many wait until everything is written.
    flushing: usize,
    closed: bool,
}

impl Queue {
    /// Starts the thread.
    pub(super) fn start(output: Output) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let work = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("log".into()).spawn(move || work.write_all(output))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Leaves a line to be written, unless too many wait. Never waits.
    pub(super) fn push(&self, record: Record) {
        let mut state = self.shared.state();
        let wakes = !state.has_more() && !state.writing;
        if state.waiting.len() < WAITING {
            state.waiting.push_back(record);
        } else {
            state.lost += 1;
        }
        drop(state);
        if wakes {
            self.shared.filled.notify_one();
        }
    }

    /// Waits until everything is written, but no longer than this.
    pub(super) fn flush(&self, patience: Duration) {
        let unwritten = |state: &mut State| state.has_more() || state.writing;
        let mut state = self.shared.state();
        state.flushing += 1;
        self.shared.filled.notify_one();
        let waited = self.shared.written.wait_timeout_while(state, patience, unwritten);
        waited.unwrap_or_else(PoisonError::into_inner).0.flushing -= 1;
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.filled.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so.
            thread.join().ok();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, mut output: Output) {
        while let Some((records, lost)) = self.take() {
            output.write(&records);
            if lost > 0 {
                output.write(&[Record::of_lost(lost)]);
            }
            let hurries = |state: &State| state.closed || state.flushing > 0;
            drop(self.filled.wait_timeout_while(self.state(), PAUSE, |state| !hurries(state)));
        }
    }

    /// Everything that waits, and how many lines were lost after it; `None` at the end.
    fn take(&self) -> Option<(Vec<Record>, u64)> {
        let mut state = self.state();
        state.writing = false;
        if !state.has_more() && state.flushing > 0 {
            self.written.notify_all();
        }
        let idle = |state: &mut State| !state.has_more() && !state.closed;
        let mut state = self.filled.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner);
        if !state.has_more() {
            return None;
        }
        state.writing = true;
        Some((std::mem::take(&mut state.waiting).into(), std::mem::take(&mut state.lost)))
    }
}

impl State {
    fn has_more(&self) -> bool {
        !self.waiting.is_empty() || self.lost > 0
    }
}
