//! The shell of lines at a terminal: what is typed becomes lines, and what arrives goes above the row being typed.

use std::io;

use tokio::time::Instant;

use super::LineShell;
use super::editor::Wish;
use super::input::Step;
use crate::app::completion::{Completion, Sources};
use crate::app::typed_line::is_command;
use crate::event::Event;
use crate::terminal::TerminalEvent;

impl LineShell {
    pub(super) fn take_terminal_event(&mut self, event: TerminalEvent) -> io::Result<()> {
        match event {
            TerminalEvent::Input(bytes) => {
                let now = self.services.now();
                let Some(at) = &mut self.terminal else { return Ok(()) };
                let mut events = Vec::new();
                at.parser.feed_at(now, &bytes, &mut events);
                at.flush_at = at.parser.patience().map(|wait| Instant::now() + wait);
                self.take_keys(events)
            }
            TerminalEvent::Resize(size) => {
                if let Some(at) = &mut self.terminal {
                    at.editor.resize(size.columns);
                }
                Ok(())
            }
            TerminalEvent::Terminate => self.take(Event::Terminate),
            TerminalEvent::Suspend => self.leave_terminal(true),
            TerminalEvent::Continue => self.leave_terminal(false),
            // Nothing is copied, opened or edited from here, and a notice is the bell.
            TerminalEvent::Copied(_)
            | TerminalEvent::Opened(_)
            | TerminalEvent::Edited(_)
            | TerminalEvent::Notice(_) => Ok(()),
            TerminalEvent::Gone => {
                self.terminal = None;
                self.lines.output = Box::new(io::sink());
                self.take(Event::Terminate)
            }
        }
    }

    /// Nothing followed the beginning of a key for a while.
    pub(super) fn flush_keys(&mut self) -> io::Result<()> {
        let Some(at) = &mut self.terminal else { return Ok(()) };
        if at.flush_at.is_none_or(|flush_at| flush_at > Instant::now()) {
            return Ok(());
        }
        let mut events = Vec::new();
        at.parser.flush(&mut events);
        at.flush_at = at.parser.patience().map(|wait| Instant::now() + wait);
        self.take_keys(events)
    }

    fn take_keys(&mut self, events: Vec<Event>) -> io::Result<()> {
        for event in events {
            if matches!(event, Event::LocalFailure(_)) {
                self.take(event)?;
                continue;
            }
            let wish = self.terminal.as_mut().and_then(|at| at.editor.take(event));
            match wish {
                Some(Wish::Line(line)) => self.take_typed(line)?,
                Some(Wish::Leave) => self.leave_by_key()?,
                Some(Wish::AskToLeave) => self.print_notice(self.app.lang().again_to_leave())?,
                Some(Wish::Suspend) => self.leave_terminal(true)?,
                Some(Wish::Complete { forward }) => self.complete(forward)?,
                Some(Wish::Clear) => self.write_raw("\x1b[H\x1b[2J")?,
                None => {}
            }
        }
        Ok(())
    }

    /// A line was typed. Without a connection it stays in the row, but for commands: some of them need none.
    fn take_typed(&mut self, line: String) -> io::Result<()> {
        if self.app.status().is_online() {
            self.steps.push_back(if is_command(&line) { Step::Command(line) } else { Step::Say(line) });
            return Ok(());
        }
        if is_command(&line) {
            return self.take(Event::Line(line));
        }
        if let Some(at) = &mut self.terminal {
            at.editor.put_back(&line);
        }
        self.print_notice(self.app.lang().needs_connection())
    }

    /// Completes what is written, as on the full screen.
    fn complete(&mut self, forward: bool) -> io::Result<()> {
        let (rooms, session) = (self.app.rooms(), self.app.session());
        let Some(at) = &mut self.terminal else { return Ok(()) };
        let composer = at.editor.composer();
        let (others, aliases, place) = (self.app.others(), &self.app.settings().aliases, self.app.place());
        let sources = Sources { composer, rooms, session, others, aliases, place };
        let completion = Completion::begin(sources, forward);
        let is_command = is_command(composer.text());
        at.editor.complete(completion);
        if is_command { self.take(Event::Completing) } else { Ok(()) }
    }

    /// Leaves as /quit does, and at once where the server answers nothing.
    fn leave_by_key(&mut self) -> io::Result<()> {
        let quit = Step::Quit { quiet: false };
        if self.may_take(&quit) { self.take_step(quit) } else { self.take(Event::Terminate) }
    }

    /// Gives the terminal to the Unix shell until it continues us, or takes it anew after somebody else had it.
    fn leave_terminal(&mut self, stops: bool) -> io::Result<()> {
        self.erase_row()?;
        let Some(at) = &mut self.terminal else { return Ok(()) };
        let control = &mut at.terminal.job_control;
        let size = if stops { control.suspend() } else { control.retake() }?;
        at.editor.resize(size.columns);
        Ok(())
    }

    /// Draws the row that is being typed, if the terminal shows another one.
    pub(super) fn draw_row(&mut self) -> io::Result<()> {
        let prompt = self.prompt();
        let Some(at) = self.terminal.as_mut().filter(|_| self.exit.is_none()) else { return Ok(()) };
        let row = at.editor.draw(&prompt);
        if row.is_empty() { Ok(()) } else { self.write_raw(&row) }
    }

    /// Takes the row off the terminal: lines come in its place, and it is drawn below them.
    pub(super) fn erase_row(&mut self) -> io::Result<()> {
        let Some(at) = &mut self.terminal else { return Ok(()) };
        let erased = at.editor.erase();
        if erased.is_empty() { Ok(()) } else { self.write_raw(erased) }
    }

    /// In which room we speak, and as whom, as the lines above show it.
    fn prompt(&self) -> String {
        match self.app.session().me() {
            Some(me) => format!("{} {} › ", self.app.rooms().current().title(me.uid), me.name),
            None => "› ".to_owned(),
        }
    }
}
