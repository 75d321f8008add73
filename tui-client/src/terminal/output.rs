//! Gets finished frames to the terminal on a thread of its own, so that a terminal that stops taking them (a slow line,
//! Ctrl-S, a paused pane) stops neither the keys nor the network. It must not look into what it writes.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

/// The writing end. At most one frame is under way; the app draws the next one when it is out.
#[derive(Debug)]
pub struct Output {
    frames: std_mpsc::SyncSender<Vec<u8>>,
    /// Written buffers come back to be filled again, or the error that ended the writing.
    written: mpsc::Receiver<io::Result<Vec<u8>>>,
    /// The buffer, unless it is under way.
    spare: Option<Vec<u8>>,
}

impl Output {
    /// Starts the thread that writes to stdout.
    pub fn start() -> io::Result<Self> {
        // A file of its own: `Stdout` would look for line ends to flush at.
        let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let (frames, queue) = std_mpsc::sync_channel(1);
        let (sink, written) = mpsc::channel(1);
        thread::Builder::new().name("output".into()).stack_size(64 * 1024).spawn(move || {
            write(file, &queue, &sink);
        })?;
        Ok(Self { frames, written, spare: Some(Vec::with_capacity(16 * 1024)) })
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
        // The thread ends only after an error, which `written` reports.
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

fn write(mut file: File, queue: &std_mpsc::Receiver<Vec<u8>>, sink: &mpsc::Sender<io::Result<Vec<u8>>>) {
    while let Ok(frame) = queue.recv() {
        let result = write_all(&mut file, &frame).map(|()| frame);
        let failed = result.is_err();
        if sink.blocking_send(result).is_err() || failed {
            return;
        }
    }
}

/// `write_all` for a terminal somebody else may have set non-blocking.
fn write_all(file: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
