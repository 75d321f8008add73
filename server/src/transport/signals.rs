//! Signals from the hub to a connection's task: one bit each and one waker for all, since every connection has them for as
//! long as it lasts.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// What the hub tells a connection's task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The last line was written, or writing failed.
    End,
    /// The welcome is among what is written.
    Welcomed,
    /// The peer is a slow consumer: its identity is away at once, and the peer has a bounded time to read its goodbye.
    SlowConsumer,
    /// The socket would block: the hub wants to hear when it is writable.
    WantWrite,
}

/// The signals that were raised and not taken yet.
#[derive(Debug, Default)]
pub(super) struct Signals(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    raised: u8,
    /// Of the task that waits.
    waker: Option<Waker>,
}

impl Signals {
    /// Raises a signal; raised twice before it is taken, it is one.
    pub(super) fn raise(&self, signal: Signal) {
        let waker = {
            let mut state = self.state();
            state.raised |= bit(signal);
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// Waits for one of these, the first of them if there are several, and takes it. Cancel safe, and for one task at a time.
    pub(super) fn wait(&self, any_of: &[Signal]) -> impl Future<Output = Signal> {
        poll_fn(move |context| {
            let mut state = self.state();
            let Some(&signal) = any_of.iter().find(|&&signal| state.raised & bit(signal) != 0) else {
                state.waker = Some(context.waker().clone());
                return Poll::Pending;
            };
            state.raised &= !bit(signal);
            Poll::Ready(signal)
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn bit(signal: Signal) -> u8 {
    1 << signal as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_signal_is_taken_once_and_others_wait_for_their_turn() {
        let signals = Signals::default();
        for signal in [Signal::WantWrite, Signal::End, Signal::WantWrite, Signal::Welcomed] {
            signals.raise(signal);
        }
        assert_eq!(signals.wait(&[Signal::Welcomed]).await, Signal::Welcomed);
        assert_eq!(signals.wait(&[Signal::End, Signal::WantWrite]).await, Signal::End);
        assert_eq!(signals.wait(&[Signal::End, Signal::WantWrite]).await, Signal::WantWrite);
        let all = [Signal::End, Signal::Welcomed, Signal::SlowConsumer, Signal::WantWrite];
        tokio::select! {
            biased;
            signal = signals.wait(&all) => panic!("{signal:?} was taken already"),
            () = tokio::task::yield_now() => {}
        }
        let (raised, ()) = tokio::join!(signals.wait(&all), async { signals.raise(Signal::SlowConsumer) });
        assert_eq!(raised, Signal::SlowConsumer);
    }
}
