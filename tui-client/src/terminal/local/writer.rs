//! Writes frames to the terminal on a thread, where it cannot be opened for ourselves ([`super::own`]): a terminal that takes
//! nothing holds up the thread, and it alone.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::thread;

use super::ready;
use crate::terminal::output::FrameSource;

/// Starts writing. It ends with the shell, or when the terminal takes nothing more.
pub(super) fn start(source: FrameSource) -> io::Result<()> {
    // A file of its own: `Stdout` would look for line ends to flush at.
    let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    thread::Builder::new().name("output".into()).stack_size(64 * 1024).spawn(move || write(file, source))?;
    Ok(())
}

fn write(mut file: File, mut source: FrameSource) {
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
