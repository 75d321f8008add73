//! Reads keys on a thread of its own and hands them on in batches. It must not say what a key does.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event::{self as term, KeyCode, KeyEventKind, KeyModifiers, MouseEventKind};
use tokio::sync::mpsc;

use crate::event::{Code, Event, Key, Wheel};

/// Batches waiting for the app; when it is full the thread waits, and the terminal's own buffer fills.
pub const BATCHES: usize = 64;
/// The most events in one batch.
const BATCH: usize = 256;

/// Starts the thread. It ends when the receiver is dropped or the terminal is gone.
pub fn start(sink: mpsc::Sender<Vec<Event>>) -> io::Result<()> {
    thread::Builder::new().name("input".into()).stack_size(128 * 1024).spawn(move || {
        while let Ok(batch) = read_batch() {
            if !batch.is_empty() && sink.blocking_send(batch).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

/// Waits for one event and takes along what is there already.
fn read_batch() -> io::Result<Vec<Event>> {
    let mut batch = Vec::with_capacity(4);
    batch.extend(translate(term::read()?));
    while batch.len() < BATCH && term::poll(Duration::ZERO)? {
        batch.extend(translate(term::read()?));
    }
    Ok(batch)
}

fn translate(event: term::Event) -> Option<Event> {
    match event {
        term::Event::Key(key) if key.kind == KeyEventKind::Release => None,
        term::Event::Key(key) => translate_key(key).map(Event::Key),
        term::Event::Paste(text) => Some(Event::Paste(text)),
        term::Event::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        term::Event::FocusGained => Some(Event::Focus(true)),
        term::Event::FocusLost => Some(Event::Focus(false)),
        term::Event::Mouse(mouse) => translate_wheel(mouse.kind).map(Event::Wheel),
    }
}

/// Only the wheel is ours: what a press or a drag means is left to the terminal, with Shift.
fn translate_wheel(kind: MouseEventKind) -> Option<Wheel> {
    match kind {
        MouseEventKind::ScrollUp => Some(Wheel::Up),
        MouseEventKind::ScrollDown => Some(Wheel::Down),
        MouseEventKind::Down(_)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => None,
    }
}

fn translate_key(key: term::KeyEvent) -> Option<Key> {
    let held = |modifier| key.modifiers.contains(modifier);
    let (mut ctrl, alt, mut shift) =
        (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT), held(KeyModifiers::SHIFT));
    let code = match key.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::F(n) => Code::F(n),
        KeyCode::Enter => Code::Enter,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Esc => Code::Esc,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Insert
        | KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => return None,
    };
    // A terminal that does not tell Ctrl-H from Backspace means Backspace.
    let code = if ctrl && code == Code::Char('h') {
        ctrl = false;
        Code::Backspace
    } else {
        code
    };
    Some(Key { code, ctrl, alt, shift }.normal())
}
