//! The clipboard under tmux. By its usual settings tmux drops the escape sequence that copies (`set-clipboard external`),
//! while `tmux load-buffer -w` keeps the text in a buffer of its own and passes it on to the terminal (tmux 3.2).

use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::thread;

use tokio::sync::mpsc;

use crate::terminal::{Clipboard, TerminalEvent};

/// Copies by the `tmux` that this process runs in.
pub(super) struct Tmux {
    sink: mpsc::Sender<TerminalEvent>,
}

impl Tmux {
    pub(super) fn new(sink: mpsc::Sender<TerminalEvent>) -> Self {
        Self { sink }
    }
}

impl Clipboard for Tmux {
    fn copy(&mut self, text: String) {
        let sink = self.sink.clone();
        let again = text.clone();
        let run = move || {
            let copied = load_buffer(&text).map_err(|_| text);
            // Without a shell nobody waits for it.
            sink.blocking_send(TerminalEvent::Copied(copied)).ok();
        };
        if thread::Builder::new().name("clipboard".into()).spawn(run).is_err() {
            self.sink.try_send(TerminalEvent::Copied(Err(again))).ok();
        }
    }
}

fn load_buffer(text: &str) -> io::Result<()> {
    let mut tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Dropped at the end of the statement: tmux reads up to the end.
    let written = tmux.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    let status = tmux.wait()?;
    written?;
    if status.success() { Ok(()) } else { Err(io::Error::other("tmux refused the text")) }
}
