//! Carries finished frames to a terminal, at most one under way, so that a terminal that stops taking them (a slow line,
//! Ctrl-S, a paused pane) stops neither the keys nor the network, and gets the newest picture when it goes on instead of
//! a queue of old ones.
//!
//! [`channel`] makes the two ends: the shell fills a [`FrameSink`], and whatever writes to the terminal (a thread, a task
//! of a transport) empties the [`FrameSource`].

use std::io;
use std::time::Duration;

use tokio::sync::mpsc;

/// The shell's end.
#[derive(Debug)]
pub struct FrameSink {
    frames: mpsc::Sender<Vec<u8>>,
    /// Written buffers come back to be filled again, or the error that ended the writing.
    written: mpsc::Receiver<io::Result<Vec<u8>>>,
    /// The buffer, unless it is under way.
    spare: Option<Vec<u8>>,
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
    let spare = Some(Vec::with_capacity(16 * 1024));
    (FrameSink { frames, written, spare }, FrameSource { frames: queue, written: sink })
}

impl FrameSink {
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
        // There is room, since there is one buffer; the other end is gone only after an error, which `written` reports.
        self.frames.try_send(frame).ok();
    }

    /// Whether a frame is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.spare.is_none()
    }

    /// Waits until the frame under way is written. Cancel safe.
    pub async fn written(&mut self) -> io::Result<()> {
        match self.written.recv().await {
            Some(Ok(mut buffer)) => {
                buffer.clear();
                self.spare = Some(buffer);
                Ok(())
            }
            Some(Err(error)) => Err(error),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
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
    use super::channel;

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
