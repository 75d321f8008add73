//! What happens at a terminal, as the shell takes it in: a queue that whoever has the terminal fills, and beside it what is
//! typed, where the terminal can be waited for like a connection: that the shell's own task reads then, because another task
//! or thread would hand each key over by waking the shell up once more.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

use crate::event::{EditorFailure, Written};

/// Events of a terminal that wait for the shell. When it is full, whoever reads the terminal waits, and its own buffers
/// fill (backpressure).
pub const EVENTS: usize = 64;

/// What is read at once: what a terminal's line discipline holds.
pub const READ_BYTES: usize = 4096;

/// Columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many cells a row has.
    pub columns: u16,
    /// How many rows there are.
    pub rows: u16,
}

/// What happens at a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEvent {
    /// Keys, the mouse, a paste: bytes for the parser (`super::parse`), cut anywhere.
    Input(Vec<u8>),
    /// It has this size now.
    Resize(Size),
    /// Whoever gave us the terminal asks us to end (SIGTERM, a transport that shuts down).
    Terminate,
    /// Somebody asks us to suspend (SIGTSTP).
    Suspend,
    /// We were stopped without being asked, and go on: something else may have had the terminal (SIGCONT).
    Continue,
    /// What became of the text given to its clipboard: it took it, or here it is again.
    Copied(Result<(), String>),
    /// Whether a link could be opened; if not, what the system said.
    Opened(Result<(), String>),
    /// The editor has ended: what it has written, or what went wrong.
    Edited(Result<Written, EditorFailure>),
    /// These bytes show a notice there.
    Notice(Vec<u8>),
    /// It is gone, and with it the person. So it is when the channel closes.
    Gone,
}

/// The shell's end.
pub struct Events {
    queue: mpsc::Receiver<TerminalEvent>,
    /// What is typed, unless that comes by the queue, too.
    input: Option<Box<dyn AsyncRead + Send + Unpin>>,
    /// Somebody else reads what is typed.
    is_paused: bool,
}

/// All of it comes by the queue.
impl From<mpsc::Receiver<TerminalEvent>> for Events {
    fn from(queue: mpsc::Receiver<TerminalEvent>) -> Self {
        Self { queue, input: None, is_paused: false }
    }
}

impl Events {
    /// What is typed is read from `input`, the rest comes by the queue.
    #[must_use]
    pub fn reading(
        input: impl AsyncRead + Send + Unpin + 'static,
        queue: mpsc::Receiver<TerminalEvent>,
    ) -> Self {
        Self { queue, input: Some(Box::new(input)), is_paused: false }
    }

    /// What is typed is for somebody else from now on, or for us again.
    pub fn pause_input(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    /// The next event. Cancel safe.
    pub async fn next(&mut self) -> TerminalEvent {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// The next event, if there is one already.
    pub fn try_next(&mut self) -> Option<TerminalEvent> {
        match self.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(event) => Some(event),
            Poll::Pending => None,
        }
    }

    /// What was typed comes first: a signal to end must not overtake it.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<TerminalEvent> {
        if !self.is_paused
            && let Some(input) = &mut self.input
            && let Poll::Ready(read) = poll_input(Pin::new(input), context)
        {
            if read.is_none() {
                self.input = None;
            }
            return Poll::Ready(read.map_or(TerminalEvent::Gone, TerminalEvent::Input));
        }
        self.queue.poll_recv(context).map(|event| event.unwrap_or(TerminalEvent::Gone))
    }
}

/// Reads what was typed; `None` when no more will come.
fn poll_input(
    mut input: Pin<&mut (dyn AsyncRead + Send + Unpin)>,
    context: &mut Context<'_>,
) -> Poll<Option<Vec<u8>>> {
    let mut bytes = [const { MaybeUninit::uninit() }; READ_BYTES];
    loop {
        let mut buffer = ReadBuf::uninit(&mut bytes);
        return match ready!(input.as_mut().poll_read(context, &mut buffer)) {
            Ok(()) if !buffer.filled().is_empty() => Poll::Ready(Some(buffer.filled().to_vec())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(()) | Err(_) => Poll::Ready(None),
        };
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::sync::mpsc;

    use super::{Events, TerminalEvent};

    #[tokio::test]
    async fn what_was_typed_comes_before_a_signal_that_is_there_too() {
        let (mut keyboard, input) = tokio::io::duplex(64);
        let (signals, queue) = mpsc::channel(1);
        let mut events = Events::reading(input, queue);
        assert_eq!(events.try_next(), None);
        signals.send(TerminalEvent::Terminate).await.unwrap();
        keyboard.write_all(b"half").await.unwrap();
        assert_eq!(events.next().await, TerminalEvent::Input(b"half".to_vec()));
        assert_eq!(events.try_next(), Some(TerminalEvent::Terminate));
        assert_eq!(events.try_next(), None);
        let typed = async { keyboard.write_all(b" a thought").await };
        let (event, _) = tokio::join!(events.next(), typed);
        assert_eq!(event, TerminalEvent::Input(b" a thought".to_vec()), "it was waited for");
    }

    #[tokio::test]
    async fn a_terminal_that_is_gone_is_told_once_and_the_rest_goes_on() {
        let (keyboard, input) = tokio::io::duplex(64);
        let (signals, queue) = mpsc::channel(1);
        let mut events = Events::reading(input, queue);
        drop(keyboard);
        assert_eq!(events.next().await, TerminalEvent::Gone);
        assert_eq!(events.try_next(), None);
        signals.send(TerminalEvent::Terminate).await.unwrap();
        assert_eq!(events.next().await, TerminalEvent::Terminate);
        drop(signals);
        assert_eq!(events.next().await, TerminalEvent::Gone);
    }
}
