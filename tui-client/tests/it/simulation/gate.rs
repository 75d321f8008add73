//! A process that can be stopped and resumed, as by `SIGSTOP` and `SIGCONT`: none of its tasks runs meanwhile, but time passes for it,
//! and what its timers and sockets have is there when it goes on.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Whether a process runs.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_closed: bool,
    /// Tasks that wanted to run meanwhile.
    held: Vec<Waker>,
}

impl Gate {
    /// Stops the process.
    pub(crate) fn close(&self) {
        self.0.lock().unwrap().is_closed = true;
    }

    /// Resumes it.
    pub(crate) fn open(&self) {
        let mut state = self.0.lock().unwrap();
        state.is_closed = false;
        let held = std::mem::take(&mut state.held);
        drop(state);
        held.into_iter().for_each(Waker::wake);
    }

    /// A task of the process.
    pub(crate) fn task<F>(&self, task: F) -> GatedTask<F> {
        GatedTask { gate: self.clone(), task: Box::pin(task) }
    }
}

/// A task of a process that can be stopped.
pub(crate) struct GatedTask<F> {
    gate: Gate,
    task: Pin<Box<F>>,
}

impl<F: Future> Future for GatedTask<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let mut state = self.gate.0.lock().unwrap();
        if state.is_closed {
            state.held.push(context.waker().clone());
            return Poll::Pending;
        }
        drop(state);
        self.task.as_mut().poll(context)
    }
}
