//! The terminal: taken at the start, given back on every way out. It must not know what is drawn on it.
//!
//! [`input`] reads keys on a thread of its own, [`screen`] works out which cells changed, [`encode`] writes them as
//! escape sequences, [`output`] gets the bytes out without ever making the app wait for a slow terminal.

pub mod encode;
pub mod input;
pub mod output;
pub mod parse;
pub mod screen;

use std::env;
use std::io::{self, Write as _};
use std::panic;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::queue;
use crossterm::style::ResetColor;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};

/// Whether the terminal is ours: what the panic hook and a second `leave` look at.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Push and pop the window's title (xterm control sequences, CSI 22 t and 23 t).
const PUSH_TITLE: &str = "\x1b[22;2t";
const POP_TITLE: &str = "\x1b[23;2t";

/// Asks for the wheel and what comes with it (presses, in SGR form: xterm modes 1000 and 1006), and lets go of it.
/// Moving the mouse stays unreported: it would wake us for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Taken {
    mouse: bool,
}

impl Taken {
    /// Takes the terminal: raw mode, alternate screen, pastes in brackets, focus reports, and the mouse's wheel if `mouse`
    /// says so. A panic gives it back.
    pub fn take(mouse: bool) -> io::Result<Self> {
        give_back_on_panic();
        enter(mouse)?;
        Ok(Self { mouse })
    }

    /// Takes it again after something else may have had it.
    pub fn retake(&self) -> io::Result<()> {
        leave();
        enter(self.mouse)
    }

    /// Gives the terminal back and stops this process group as the shell's Ctrl-Z would; takes it again when the
    /// shell continues us.
    ///
    /// In raw mode the terminal sends no signal itself; `stop` does what it would.
    pub fn suspend(&self, stop: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        leave();
        let stopped = stop();
        enter(self.mouse)?;
        stopped
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        leave();
    }
}

fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout().lock();
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
    if reports_keys() {
        queue!(out, PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES))?;
    }
    out.write_all(PUSH_TITLE.as_bytes())?;
    if mouse {
        out.write_all(MOUSE_ON.as_bytes())?;
    }
    out.flush()
}

/// Gives the terminal back, once. Errors have nowhere to go: the terminal may be gone.
fn leave() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        write_farewell().ok();
        disable_raw_mode().ok();
    }
}

fn write_farewell() -> io::Result<()> {
    let mut out = io::stdout().lock();
    if reports_keys() {
        queue!(out, PopKeyboardEnhancementFlags)?;
    }
    out.write_all(encode::END_FRAME)?;
    out.write_all(POP_TITLE.as_bytes())?;
    out.write_all(MOUSE_OFF.as_bytes())?;
    queue!(out, DisableFocusChange, DisableBracketedPaste, ResetColor, LeaveAlternateScreen, Show)?;
    out.flush()
}

/// Whether the terminal is known to speak the kitty keyboard protocol. Asking it would mean waiting for an answer that
/// may never come; inside tmux or screen it depends on their settings.
fn reports_keys() -> bool {
    let var = |name| env::var(name).unwrap_or_default();
    let term = var("TERM");
    ["xterm-kitty", "xterm-ghostty", "foot", "foot-extra", "alacritty", "wezterm"].contains(&term.as_str())
}

/// A panic gives the terminal back before it prints, and ends the process when it was ours.
///
/// The tasks of the client run on the thread that called this. Without an end, the runtime would catch the panic and a
/// half-dead app would go on under the shell's prompt. Panics of other threads (a server hosted in this process) end
/// their task only.
fn give_back_on_panic() {
    let ours = thread::current().id();
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let fatal = thread::current().id() == ours;
        if fatal {
            leave();
            print(info);
            process::exit(101);
        } else if !TAKEN.load(Ordering::SeqCst) {
            print(info);
        }
    }));
}
