//! Carries finished frames to a terminal, at most one under way, so that a terminal that stops taking them (a slow line,
//! Ctrl-S, a paused pane) stops neither the keys nor the network, and gets the newest picture when it goes on instead of
//! a queue of old ones.
//!
//! The shell fills a [`FrameSink`]. It writes to the terminal by itself where that can be waited for like a connection
//! ([`FrameSink::direct`]); else whatever does so (a thread, a task of a transport) empties the [`FrameSource`] of a [`channel`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

/// The shell's end.
pub struct FrameSink {
    way: Way,
    /// The buffer, unless it is under way.
    spare: Option<Vec<u8>>,
}

/// How frames get to the terminal.
enum Way {
    Channel {
        frames: mpsc::Sender<Vec<u8>>,
        /// Written buffers come back to be filled again, or the error that ended the writing.
        written: mpsc::Receiver<io::Result<Vec<u8>>>,
    },
    Direct {
        terminal: Box<dyn AsyncWrite + Send + Unpin>,
        /// The frame under way, and how much of it is written.
        frame: Vec<u8>,
        at: usize,
    },
}

/// The writer's end. Dropping it means that the terminal is gone.
#[derive(Debug)]
pub struct FrameSource {
    frames: mpsc::Receiver<Vec<u8>>,
    written: mpsc::Sender<io::Result<Vec<u8>>>,
}

/// Both ends.
#[must_use]
pub fn channel() -> (FrameSink, FrameSource) {
    let (frames, queue) = mpsc::channel(1);
    let (sink, written) = mpsc::channel(1);
    (FrameSink::new(Way::Channel { frames, written }), FrameSource { frames: queue, written: sink })
}

impl FrameSink {
    /// Writes to the terminal: when a frame is submitted, and the rest of it while [`FrameSink::written`] is waited for.
    #[must_use]
    pub fn direct(terminal: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        Self::new(Way::Direct { terminal: Box::new(terminal), frame: Vec::new(), at: 0 })
    }

    fn new(way: Way) -> Self {
        Self { way, spare: Some(Vec::with_capacity(16 * 1024)) }
    }

    /// The empty buffer for the next frame; `None` while the last one is under way.
    pub fn buffer(&mut self) -> Option<Vec<u8>> {
        self.spare.take()
    }

    /// Sends a frame off. An empty one only gives the buffer back.
    pub fn submit(&mut self, frame: Vec<u8>) {
        if frame.is_empty() {
            self.spare = Some(frame);
            return;
        }
        match &mut self.way {
            // There is room, since there is one buffer; the other end is gone only after an error, which `written` reports.
            Way::Channel { frames, .. } => drop(frames.try_send(frame)),
            Way::Direct { frame: under_way, at, .. } => {
                (*under_way, *at) = (frame, 0);
                // Most terminals take a frame at once. What one does not, and an error, is left to whoever waits.
                drop(self.poll_written(&mut Context::from_waker(Waker::noop())));
            }
        }
    }

    /// Whether a frame is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.spare.is_none()
    }

    /// Waits until the frame under way is written. Cancel safe.
    pub async fn written(&mut self) -> io::Result<()> {
        std::future::poll_fn(|context| self.poll_written(context)).await
    }

    fn poll_written(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut buffer = match &mut self.way {
            Way::Channel { written, .. } => {
                ready!(written.poll_recv(context)).unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()))?
            }
            Way::Direct { terminal, frame, at } => {
                while let Some(rest @ [_, ..]) = frame.get(*at..) {
                    match ready!(Pin::new(&mut *terminal).poll_write(context, rest)) {
                        Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                        Ok(count) => *at += count,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                std::mem::take(frame)
            }
        };
        buffer.clear();
        self.spare = Some(buffer);
        Poll::Ready(Ok(()))
    }

    /// Gives the last frame a moment to get out.
    pub async fn flush(&mut self) {
        const MOMENT: Duration = Duration::from_millis(200);
        while self.is_busy() {
            if !matches!(tokio::time::timeout(MOMENT, self.written()).await, Ok(Ok(()))) {
                return;
            }
        }
    }
}

impl FrameSource {
    /// The next frame; `None` when the shell has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        self.frames.recv().await
    }

    /// The next frame, for a thread.
    pub fn blocking_next(&mut self) -> Option<Vec<u8>> {
        self.frames.blocking_recv()
    }

    /// Says that a frame was written, and gives its buffer back; or that the terminal takes nothing more.
    pub fn done(&self, written: io::Result<Vec<u8>>) {
        // There is room, since one frame is under way at most; without a shell nobody needs to know.
        self.written.try_send(written).ok();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::{FrameSink, channel};

    #[tokio::test]
    async fn one_frame_is_under_way_and_its_buffer_comes_back() {
        let (mut sink, mut source) = channel();
        let mut frame = sink.buffer().unwrap();
        frame.extend(b"one");
        sink.submit(frame);
        assert!(sink.is_busy() && sink.buffer().is_none(), "there is one buffer");
        let frame = source.next().await.unwrap();
        assert_eq!(frame, b"one");
        source.done(Ok(frame));
        sink.written().await.unwrap();
        assert_eq!(sink.buffer().as_deref(), Some(&b""[..]));
        sink.submit(Vec::new());
        assert!(!sink.is_busy(), "nothing to write is written");
    }

    #[tokio::test]
    async fn a_frame_goes_on_where_the_terminal_stopped_taking_it() {
        let (mut terminal, ours) = tokio::io::duplex(4);
        let mut sink = FrameSink::direct(ours);
        let mut frame = sink.buffer().unwrap();
        frame.extend(b"one frame");
        sink.submit(frame);
        // The shell gives the waiting up whenever something else happens.
        tokio::select! {
            biased;
            _ = sink.written() => panic!("the terminal is full"),
            () = std::future::ready(()) => {}
        }
        assert!(sink.is_busy() && sink.buffer().is_none());
        let mut taken = [0; 9];
        let (written, _) = tokio::join!(sink.written(), terminal.read_exact(&mut taken));
        written.unwrap();
        assert_eq!((&taken, sink.buffer()), (b"one frame", Some(Vec::new())));
        sink.submit(b"two".to_vec());
        assert!(!sink.is_busy(), "what the terminal has room for is written at once");
        drop(terminal);
        sink.submit(b"three".to_vec());
        assert!(sink.written().await.is_err());
    }

    #[tokio::test]
    async fn a_terminal_that_is_gone_is_an_error() {
        for source_says in [true, false] {
            let (mut sink, mut source) = channel();
            sink.submit(b"one".to_vec());
            sink.spare = None;
            source.next().await.unwrap();
            if source_says {
                source.done(Err(std::io::ErrorKind::ConnectionReset.into()));
            }
            drop(source);
            assert!(sink.written().await.is_err());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stuck_terminal_is_not_waited_for_at_the_end() {
        let (mut sink, source) = channel();
        let frame = sink.buffer().unwrap();
        sink.submit([frame, b"one".to_vec()].concat());
        let begin = tokio::time::Instant::now();
        sink.flush().await;
        assert!(sink.is_busy() && begin.elapsed().as_millis() < 500);
        drop(source);
    }
}
