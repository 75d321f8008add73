//! Waiting until a terminal can be read or written. Whether it blocks by itself is not ours to say: standard streams are
//! shared with whoever started us, who may have set them non-blocking.

use std::fs::File;
use std::io;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

/// Waits until there is something to read.
pub(super) fn to_read(file: &File) -> io::Result<()> {
    wait(file, PollFlags::IN)
}

/// Waits until there is room to write.
pub(super) fn to_write(file: &File) -> io::Result<()> {
    wait(file, PollFlags::OUT)
}

/// Waits until nothing can be written any more: whoever read it is gone.
pub(super) fn to_fail(file: &File) -> io::Result<()> {
    loop {
        let mut watched = [PollFd::new(file, PollFlags::empty())];
        match poll(&mut watched, None) {
            Ok(_) if watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP) => return Ok(()),
            Ok(_) => return Err(io::ErrorKind::Unsupported.into()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn wait(file: &File, what: PollFlags) -> io::Result<()> {
    match poll(&mut [PollFd::new(file, what)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
