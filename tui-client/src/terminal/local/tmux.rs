//! The clipboard and notices under tmux. By its usual settings tmux drops the escape sequence that copies (`set-clipboard external`),
//! while `tmux load-buffer -w` keeps the text in a buffer of its own and passes it on to the terminal (tmux 3.2).
//! Whether a notice reaches the terminal around tmux is asked anew for each: another one may be attached by now.

use std::env;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::thread;

use tokio::sync::mpsc;

use crate::effect::DesktopNotice;
use crate::terminal::notify::{BELL, around_tmux};
use crate::terminal::{Clipboard, Notices, TerminalEvent};

/// What tmux is asked of itself and of the terminal around it.
const ASKED: &str = "#{allow-passthrough} #{window_active} #{client_termname}";

/// Copies and shows notices by the `tmux` that this process runs in.
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

impl Notices for Tmux {
    fn show(&mut self, notice: DesktopNotice) {
        let sink = self.sink.clone();
        let run = move || {
            let bytes = around_tmux(&ask().unwrap_or_default(), &notice);
            // Without a shell nobody waits for it.
            sink.blocking_send(TerminalEvent::Notice(bytes)).ok();
        };
        if thread::Builder::new().name("notices".into()).spawn(run).is_err() {
            self.sink.try_send(TerminalEvent::Notice(BELL.to_vec())).ok();
        }
    }
}

fn ask() -> io::Result<String> {
    let pane = env::var("TMUX_PANE").unwrap_or_default();
    let mut tmux = Command::new("tmux");
    tmux.args(["display-message", "-p"]);
    if !pane.is_empty() {
        tmux.args(["-t", &pane]);
    }
    let said = tmux.arg(ASKED).stdin(Stdio::null()).stderr(Stdio::null()).output()?;
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
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
