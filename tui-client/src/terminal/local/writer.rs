//! Writes frames to the terminal, by a task of the runtime where it can be opened for ourselves ([`own`]), else on a thread: a
//! terminal that takes nothing holds up the task or the thread, and it alone.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::thread;

use super::{own, ready};
use crate::terminal::output::FrameSource;

/// Starts writing. It ends with the shell, or when the terminal takes nothing more. Needs a runtime.
pub(super) fn start(source: FrameSource) -> io::Result<()> {
    if let Ok(terminal) = own::writer(io::stdout()) {
        tokio::spawn(write(terminal, source));
        return Ok(());
    }
    // A file of its own: `Stdout` would look for line ends to flush at.
    let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    thread::Builder::new()
        .name("output".into())
        .stack_size(64 * 1024)
        .spawn(move || write_blocking(file, source))?;
    Ok(())
}

async fn write(mut terminal: own::Writer, mut source: FrameSource) {
    while let Some(frame) = source.next().await {
        let written = write_frame(&mut terminal, &frame).await.map(|()| frame);
        let has_failed = written.is_err();
        source.done(written);
        if has_failed {
            return;
        }
    }
}

async fn write_frame(terminal: &mut own::Writer, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match terminal.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => terminal.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn write_blocking(mut file: File, mut source: FrameSource) {
    while let Some(frame) = source.blocking_next() {
        let written = write_all(&mut file, &frame).map(|()| frame);
        let has_failed = written.is_err();
        source.done(written);
        if has_failed {
            return;
        }
    }
}

/// `write_all` for a terminal somebody else may have set non-blocking.
pub(super) fn write_all(file: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready::to_write(file)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
