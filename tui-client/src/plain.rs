//! The same app without a screen: lines of text or JSON on stdin and stdout, for pipes, programs and screen readers.
//! It must not have a chat logic of its own.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::thread;

use anyhow::{Context as _, Result};
use shared::codec::to_line;
use shared::{Event as RoomEvent, Request, ServerMsg};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::app::App;
use crate::app::timeline::{Label, Timeline, Viewport};
use crate::clock::sleep_until;
use crate::effect::{Effect, Exit};
use crate::event::{Event, FromLink};
use crate::local_time::local_time;
use crate::net::link::Batch;
use crate::services::{ServiceEvent, Services};
use crate::terminal::local::signals::{self, Signal, Signals};

/// Lines read ahead of what the app has taken, and messages that may wait to be stored.
const LINES: usize = 64;

/// Runs the app on standard input and output until it ends, with JSON lines on standard output if `json` says so. The
/// services come back, to be closed.
pub async fn run(app: App, services: Services, json: bool) -> (Result<Exit>, Services) {
    let mut shell = Shell { app, services, json, exit: None };
    (shell.run().await, shell.services)
}

struct Shell {
    app: App,
    services: Services,
    json: bool,
    exit: Option<Exit>,
}

impl Shell {
    async fn run(&mut self) -> Result<Exit> {
        let mut signals = Signals::listen().context("cannot listen to signals")?;
        let mut lines = read_lines();
        let mut is_open = true;
        let now = self.services.now();
        let effects = self.app.start(now);
        self.execute(effects)?;
        loop {
            if let Some(exit) = self.exit.take() {
                return Ok(exit);
            }
            let deadline = self.app.deadline().map(|deadline| Instant::now() + self.services.until(deadline));
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    Signal::Terminate => self.take(Event::Terminate)?,
                    Signal::Suspend => signals::stop()?,
                    Signal::Continue | Signal::Resize => {}
                },
                event = self.services.next() => match event {
                    ServiceEvent::Batch(batch) => self.take_batch(batch)?,
                    ServiceEvent::Trouble(trouble) => self.take(Event::Trouble(trouble))?,
                },
                // Lines wait until they can be said: there is no draft to keep them in.
                line = lines.recv(), if is_open && self.has_room() => match line {
                    Some(event) => self.take_line(event)?,
                    None => is_open = false,
                },
                () = sleep_until(deadline), if deadline.is_some() => self.take(Event::Tick)?,
            }
        }
    }

    /// Whether another line can be said soon: what waits is written to the state file each time it changes.
    fn has_room(&self) -> bool {
        self.app.status().is_online() && self.app.outbox().waiting() < LINES
    }

    fn take_line(&mut self, event: Event) -> Result<()> {
        let raw = if let Event::Line(line) = &event { Some(line.as_bytes()) } else { None };
        match raw.filter(|line| self.json && line.starts_with(b"{")).map(Request::parse) {
            Some(Ok(request)) => self.execute(vec![Effect::Send(request)]),
            Some(Err(refusal)) => print(&to_line(&ServerMsg::Error(refusal))),
            None => self.take(event),
        }
    }

    fn take_batch(&mut self, batch: Batch) -> Result<()> {
        for heard in batch {
            if let (true, FromLink::Said(msg)) = (self.json, &heard) {
                print(&to_line(msg))?;
            }
            self.take(Event::Link(heard))?;
        }
        Ok(())
    }

    fn take(&mut self, event: Event) -> Result<()> {
        let now = self.services.now();
        let effects = self.app.update(now, event);
        self.execute(effects)
    }

    fn execute(&mut self, effects: Vec<Effect>) -> Result<()> {
        for effect in effects {
            match self.services.execute(effect) {
                Some(Effect::Quit(exit)) => self.leave(exit)?,
                Some(Effect::Notice(text)) => self.print_notice(&text)?,
                Some(Effect::Happened(event)) if !self.json => self.print_event(&event)?,
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// A program reads on stdout why it ended; a person on stderr.
    fn leave(&mut self, exit: Exit) -> Result<()> {
        if let (true, Exit::Failed(why)) = (self.json, &exit) {
            self.print_notice(why)?;
        }
        self.exit = Some(exit);
        Ok(())
    }

    fn print_notice(&self, text: &str) -> Result<()> {
        if self.json {
            #[derive(serde::Serialize)]
            struct Notice<'a> {
                r#type: &'a str,
                text: &'a str,
            }
            return print(&to_line(&Notice { r#type: "notice", text }));
        }
        print(format!("-- {}\n", text.replace('\n', "\n   ")).as_bytes())
    }

    /// An event in the words of the scrollback.
    fn print_event(&self, event: &RoomEvent) -> Result<()> {
        let local = local_time(event.at, self.app.zone());
        let mut timeline = Timeline::default();
        timeline.push(event);
        let (lang, zone) = (self.app.lang(), self.app.zone().clone());
        let viewport = Viewport { width: u16::MAX, height: u16::MAX, zone, lang };
        let visible = timeline.visible(&viewport);
        let Some(block) = visible.blocks.back() else { return Ok(()) };
        let label = match block.said.label {
            Label::Name(name) => format!("{name}: "),
            Label::Symbol(symbol) => format!("{symbol} "),
        };
        let text = block.said.text.replace('\n', "\n      ");
        print(
            format!("[{:02}:{:02}] {} {label}{text}\n", local.hour(), local.minute(), event.room).as_bytes(),
        )
    }
}

fn print(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).context("cannot write to stdout")
}

/// Reads stdin on a thread of its own.
///
/// At the end of the input the app leaves when everything is sent, unless there was nothing to send: then this is
/// somebody who only listens, with stdin closed.
fn read_lines() -> mpsc::Receiver<Event> {
    let (sink, lines) = mpsc::channel(LINES);
    let read = move || {
        let mut leaves = io::stdin().is_terminal();
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            leaves = true;
            if sink.blocking_send(Event::Line(line)).is_err() {
                return;
            }
        }
        if leaves {
            sink.blocking_send(Event::Eof).ok();
        }
    };
    // Without a thread nothing can be said, but everything can be heard.
    thread::Builder::new().name("input".into()).spawn(read).ok();
    lines
}
