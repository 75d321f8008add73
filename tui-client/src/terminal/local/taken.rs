//! Whether the terminal of this process is ours: taking it and giving it back, once.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::terminal::modes::{self, Capabilities};

/// Whether it is: what the panic hook, a second [`give_back`] and the signals look at.
pub(super) static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes the terminal.
pub(super) fn enter(capabilities: Capabilities) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    write(&modes::enter(capabilities))
}

/// Gives the terminal back, once. Errors have nowhere to go: the terminal may be gone.
pub(super) fn give_back(capabilities: Capabilities) {
    if TAKEN.swap(false, Ordering::SeqCst) {
        write(&modes::leave(capabilities)).ok();
        disable_raw_mode().ok();
    }
}

/// Writes all of it at once.
pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}
