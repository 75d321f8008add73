//! The shell without a screen (`--plain`, `--json`): the same app on lines of text or JSON, for pipes, programs and screen
//! readers. Lines and services are values given to it, as to [`crate::screen_shell`].

mod json;

use std::io;

use shared::codec::to_line;
use shared::{Event as RoomEvent, Request, ServerMsg};
use tokio::time::Instant;

use crate::app::App;
use crate::app::timeline::{Label, Timeline, Viewport};
use crate::clock::sleep_until;
use crate::effect::{Effect, Exit};
use crate::event::{Event, FromLink};
use crate::local_time::local_time;
use crate::net::link::Batch;
use crate::services::{ServiceEvent, Services};
use crate::terminal::lines::{LineInput, Lines};

/// Messages that may wait to be stored; while there are so many, no more lines are taken (backpressure).
const WAITING: usize = 64;

/// Runs an app on lines until it ends, with JSON lines going out if `json` says so. The services come back, to be closed. An
/// error is one of the output.
pub async fn run(app: App, lines: Lines, services: Services, json: bool) -> (io::Result<Exit>, Services) {
    let mut shell = LineShell { app, lines, services, json, exit: None };
    (shell.run().await, shell.services)
}

struct LineShell {
    app: App,
    lines: Lines,
    services: Services,
    json: bool,
    exit: Option<Exit>,
}

impl LineShell {
    async fn run(&mut self) -> io::Result<Exit> {
        let mut is_open = true;
        let now = self.services.now();
        let effects = self.app.start(now);
        self.execute(effects)?;
        loop {
            if let Some(exit) = self.exit.take() {
                return Ok(exit);
            }
            let deadline = self.app.deadline().map(|deadline| Instant::now() + self.services.until(deadline));
            let has_room = self.has_room();
            tokio::select! {
                biased;
                Some(()) = self.lines.terminate.recv() => self.take(Event::Terminate)?,
                event = self.services.next() => match event {
                    ServiceEvent::Batch(batch) => self.take_batch(batch)?,
                    ServiceEvent::LocalFailure(failure) => self.take(Event::LocalFailure(failure))?,
                },
                // Lines wait until they can be said: there is no draft to keep them in.
                line = self.lines.input.recv(), if is_open && has_room => match line {
                    Some(LineInput::Line(line)) => self.take_line(line)?,
                    Some(LineInput::End) => self.take(Event::Eof)?,
                    None => is_open = false,
                },
                () = sleep_until(deadline), if deadline.is_some() => self.take(Event::Tick)?,
            }
        }
    }

    /// Whether another line can be said soon: what waits is written to the profile each time it changes.
    fn has_room(&self) -> bool {
        self.app.status().is_online() && self.app.outbox().waiting() < WAITING
    }

    /// A line is a message or command, or with `--json` a request.
    fn take_line(&mut self, line: String) -> io::Result<()> {
        if !(self.json && line.starts_with('{')) {
            return self.take(Event::Line(line));
        }
        match Request::parse(line.as_bytes()) {
            Ok(request) => self.execute(vec![Effect::Send(request)]),
            Err(refusal) => self.print_json(&ServerMsg::Error(refusal)),
        }
    }

    fn take_batch(&mut self, batch: Batch) -> io::Result<()> {
        for heard in batch {
            if let (true, FromLink::Said(msg)) = (self.json, &heard) {
                self.print_json(msg)?;
            }
            self.take(Event::Link(heard))?;
        }
        Ok(())
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        let now = self.services.now();
        let effects = self.app.update(now, event);
        self.execute(effects)
    }

    fn execute(&mut self, effects: Vec<Effect>) -> io::Result<()> {
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
    fn leave(&mut self, exit: Exit) -> io::Result<()> {
        if let (true, Exit::Failed(why)) = (self.json, &exit) {
            self.print_notice(why)?;
        }
        self.exit = Some(exit);
        Ok(())
    }

    fn print_notice(&mut self, text: &str) -> io::Result<()> {
        if self.json {
            #[derive(serde::Serialize)]
            struct Notice<'a> {
                r#type: &'a str,
                text: &'a str,
            }
            return self.print_json(&Notice { r#type: "notice", text });
        }
        self.print(format!("-- {}\n", text.replace('\n', "\n   ")).as_bytes())
    }

    /// An event in the words of the scrollback.
    fn print_event(&mut self, event: &RoomEvent) -> io::Result<()> {
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
        let room = self.title(event);
        self.print(format!("[{:02}:{:02}] {room} {label}{text}\n", local.hour(), local.minute()).as_bytes())
    }

    /// What the room is called: a direct one by the other person's name.
    fn title(&self, event: &RoomEvent) -> String {
        let me = self.app.my_uid();
        match (self.app.rooms().get(&event.room), event.room.pair()) {
            (Some(room), _) => room.title(me),
            (None, Some(_)) if event.from.uid != me => format!("@{}", event.from.name),
            (None, _) => event.room.to_string(),
        }
    }

    fn print_json(&mut self, message: &impl serde::Serialize) -> io::Result<()> {
        let line = to_line(message);
        self.print(json::escape(&String::from_utf8_lossy(&line), false).as_bytes())
    }

    fn print(&mut self, bytes: &[u8]) -> io::Result<()> {
        let out = &mut self.lines.output;
        out.write_all(bytes)?;
        out.flush()
    }
}
