//! What a client sends, as bytes to be read: standard input of a command. The same queue that a full screen takes its events from.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

use crate::terminal::TerminalEvent;

/// Standard input. It ends when the client has sent its end, or is gone.
#[derive(Debug)]
pub struct Input {
    queue: mpsc::Receiver<TerminalEvent>,
    /// What was sent and is not read.
    rest: Vec<u8>,
    at: usize,
    has_ended: bool,
}

impl From<mpsc::Receiver<TerminalEvent>> for Input {
    fn from(queue: mpsc::Receiver<TerminalEvent>) -> Self {
        Self { queue, rest: Vec::new(), at: 0, has_ended: false }
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if let Some(rest @ [_, ..]) = self.rest.get(self.at..) {
                let (now, _) = rest.split_at(rest.len().min(buffer.remaining()));
                buffer.put_slice(now);
                let count = now.len();
                self.at += count;
                return Poll::Ready(Ok(()));
            }
            if self.has_ended {
                return Poll::Ready(Ok(()));
            }
            match ready!(self.queue.poll_recv(context)) {
                Some(TerminalEvent::Input(bytes)) => (self.rest, self.at) = (bytes, 0),
                Some(TerminalEvent::Gone | TerminalEvent::Terminate) | None => self.has_ended = true,
                Some(
                    TerminalEvent::Resize(_)
                    | TerminalEvent::Suspend
                    | TerminalEvent::Continue
                    | TerminalEvent::Copied(_)
                    | TerminalEvent::Opened(_)
                    | TerminalEvent::Edited(_)
                    | TerminalEvent::Notice(_),
                ) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::sync::mpsc;

    use super::Input;
    use crate::terminal::{Size, TerminalEvent};

    #[tokio::test]
    async fn what_is_sent_is_read_to_its_end_whatever_its_pieces() {
        let (sink, queue) = mpsc::channel(8);
        for event in [
            TerminalEvent::Input(b"one ".to_vec()),
            TerminalEvent::Resize(Size { columns: 1, rows: 1 }),
            TerminalEvent::Input(b"message".to_vec()),
            TerminalEvent::Gone,
            TerminalEvent::Input(b"after the end".to_vec()),
        ] {
            sink.try_send(event).unwrap();
        }
        let (mut input, mut piece, mut read) = (Input::from(queue), [0; 3], Vec::new());
        loop {
            match input.read(&mut piece).await.unwrap() {
                0 => break,
                count => read.extend_from_slice(&piece[..count]),
            }
        }
        assert_eq!(read, b"one message");
        assert_eq!(input.read(&mut piece).await.unwrap(), 0);
    }
}
