//! The shell without a screen (`--plain`, `--json`): the same app on lines of text or JSON, for pipes, programs and screen
//! readers. Lines and services are values given to it, as to [`crate::screen_shell`].
//!
//! Lines are taken one after another: a command waits until what was said before it is stored, and what comes after it until
//! it is answered. So the input means the same however slow the server is, and at the end it is known whether all of it was
//! done: `answers` counts what was not, and the [`Exit`] says so. `input` makes steps of lines, `print` lines of what happens,
//! `json` makes JSON fit to be printed, `unread` is about readers that stop or go away.

mod answers;
mod ascii;
mod at_terminal;
mod edited_terminal;
mod editor;
mod files;
mod ignored;
mod input;
mod json;
mod one_message;
mod print;
mod spooling;
mod unread;

use std::collections::VecDeque;
use std::io;

use shared::{Request, RoomName, ServerMsg};
use tokio::time::Instant;

pub use self::input::clean;

use self::answers::Answers;
use self::edited_terminal::EditedTerminal;
use self::input::Step;
use self::one_message::OneMessage;
use crate::app::App;
use crate::clock::sleep_until;
use crate::effect::{Effect, Exit};
use crate::event::{Event, FromLink};
use crate::line_options::LineOptions;
use crate::net::link::Batch;
use crate::services::{ServiceEvent, Services};
use crate::terminal::lines::{LineInput, Lines};

/// Messages that may wait to be stored; while there are so many, no more lines are taken (backpressure).
const WAITING: usize = 64;

/// Runs an app on lines until it ends. The services come back, to be closed. An error is one of the output.
pub async fn run(
    app: App,
    lines: Lines,
    services: Services,
    options: LineOptions,
) -> (io::Result<Exit>, Services) {
    let mut lines = lines;
    let mut terminal = lines.terminal.take().map(|terminal| EditedTerminal::new(terminal, options.ascii));
    if let Some(terminal) = &mut terminal {
        terminal.editor.set_keymap(app.keymap().clone());
    }
    let mut shell = LineShell {
        app,
        lines,
        services,
        options,
        spooling: None,
        told: spooling::Told::default(),
        terminal,
        steps: VecDeque::new(),
        one_message: OneMessage::default(),
        answers: Answers::default(),
        reason: None,
        quits: false,
        asks: false,
        room: None,
        left_out: 0,
        is_terminated: false,
        ending: None,
        exit: None,
    };
    let ended = match shell.run().await {
        Ok(exit) => shell.finish_output(exit).await,
        Err(error) => Err(error),
    };
    (ended, shell.services)
}

struct LineShell {
    app: App,
    lines: Lines,
    services: Services,
    options: LineOptions,
    /// What standard input has is being written to a file, to be sent.
    spooling: Option<spooling::Spooling>,
    /// What was told of transfers.
    told: spooling::Told,
    /// Where the line being written is edited.
    terminal: Option<EditedTerminal>,
    /// What the last line asks for, as far as it was not done yet.
    steps: VecDeque<Step>,
    /// What was read of the message that all lines together are.
    one_message: OneMessage,
    /// What is not answered, and what was not done.
    answers: Answers,
    /// What was told last of the connection before it was there.
    reason: Option<String>,
    /// The person or the program said that we leave: what comes after it is for nobody.
    quits: bool,
    /// The line taken last asked for something that was not answered at once.
    asks: bool,
    /// Where what is said goes, as was told last.
    room: Option<RoomName>,
    /// How many lines were not printed, since the reader has stopped.
    left_out: usize,
    /// Somebody asked us from outside to end.
    is_terminated: bool,
    /// How we end, once that is decided here.
    ending: Option<Exit>,
    exit: Option<Exit>,
}

impl LineShell {
    async fn run(&mut self) -> io::Result<Exit> {
        let (mut is_open, mut is_watched) = (true, true);
        let connect_by = Instant::now() + self.options.wait;
        let now = self.services.now();
        let effects = self.app.start(now);
        if self.options.ascii {
            self.print_notice(self.app.lang().not_utf8())?;
        }
        self.execute(effects)?;
        self.steps.extend(self.options.to.as_ref().map(|to| Step::Command(to.command())));
        self.begin_to_send();
        loop {
            self.take_steps()?;
            self.draw_row()?;
            if let Some(exit) = self.exit.take() {
                return Ok(self.ending(exit));
            }
            self.answers.watch(&self.app, !self.steps.is_empty());
            let give_up = self.give_up_at(connect_by);
            let deadline = self.app.deadline().map(|deadline| Instant::now() + self.services.until(deadline));
            let flush = self.terminal.as_ref().and_then(|terminal| terminal.flush_at);
            let wakes = [give_up, deadline, flush].into_iter().flatten().min();
            // How long a message may be is known from the welcome on.
            let is_leaving = self.app.connection().is_leaving();
            let wants_line = is_open && self.steps.is_empty() && self.app.is_welcome() && !is_leaving;
            tokio::select! {
                biased;
                Some(()) = self.lines.terminate.recv() => {
                    self.is_terminated = true;
                    self.take(Event::Terminate)?;
                }
                Some(()) = self.lines.drained.recv() => self.tell_left_out()?,
                event = edited_terminal::next_event(&mut self.terminal) => self.take_terminal_event(event)?,
                unread = self.lines.unread.recv(), if is_watched => match unread {
                    Some(()) => self.stop_unread(),
                    None => is_watched = false,
                },
                event = self.services.next() => match event {
                    ServiceEvent::Batch(batch) => self.take_batch(batch)?,
                    ServiceEvent::FileOpened(opened) => self.take(Event::FileOpened(opened))?,
                    // No picture is viewed without a screen.
                    ServiceEvent::LargePicture(..) => {}
                    ServiceEvent::FilesFound(number, found) => self.take(Event::FilesFound(number, found))?,
                    ServiceEvent::SettingsFile(text) => self.take(Event::SettingsFile(text))?,
                    ServiceEvent::LocalFailure(failure) => self.take(Event::LocalFailure(failure))?,
                    ServiceEvent::Transfer(id, news) => self.take(Event::Transfer(id, news))?,
                },
                spooled = spooling::spooled(&mut self.spooling) => self.take_spooled(spooled)?,
                line = self.lines.input.recv(), if wants_line => match line {
                    Some(line) => self.take_line(line),
                    None => is_open = false,
                },
                () = sleep_until(wakes), if wakes.is_some() => {
                    self.flush_keys()?;
                    self.take(Event::Tick)?;
                    if give_up.is_some_and(|at| at <= Instant::now()) {
                        self.give_up()?;
                    }
                }
            }
        }
    }

    /// Makes steps of what was read.
    fn take_line(&mut self, line: LineInput) {
        let steps = if self.options.one_message {
            self.one_message.take(line, &self.options, self.app.message_limit())
        } else {
            input::steps(line, &self.options, self.longest())
        };
        self.steps.extend(steps);
    }

    /// The longest message the server takes.
    fn longest(&self) -> usize {
        self.app.session().limits().text_bytes
    }

    /// When there is no use in waiting any longer.
    fn give_up_at(&self, connect_by: Instant) -> Option<Instant> {
        if self.app.connection().is_leaving() || self.spooling.is_some() && self.app.status().is_online() {
            // The app itself does not wait long.
            None
        } else if self.app.is_welcome() {
            self.answers.since().zip(self.options.timeout).map(|(since, timeout)| since + timeout)
        } else {
            Some(connect_by)
        }
    }

    /// There was no connection, or no answer, for too long.
    fn give_up(&mut self) -> io::Result<()> {
        let ending = if self.app.is_welcome() {
            Exit::Unanswered(self.app.outbox().waiting())
        } else {
            Exit::Unconnected(self.reason.take().unwrap_or_default())
        };
        self.ending.get_or_insert(ending);
        self.take(Event::Terminate)
    }

    /// How the program ends, when the app says that it does.
    fn ending(&mut self, exit: Exit) -> Exit {
        let unsent = self.app.outbox().waiting();
        match (self.ending.take(), exit) {
            (Some(ending), _) => ending,
            (None, Exit::Done) if unsent > 0 => Exit::Unanswered(unsent),
            (None, Exit::Done) => {
                self.leave_untaken();
                self.answers.exit()
            }
            (None, exit) => exit,
        }
    }

    /// Whoever ends us from outside leaves undone what was read and not taken yet, and what is not answered.
    fn leave_untaken(&mut self) {
        if self.quits {
            return;
        }
        self.lines.input.close();
        let steps = self.steps.drain(..).filter(|step| *step != Step::End).count();
        let lines = std::iter::from_fn(|| self.lines.input.try_recv().ok());
        let lines = lines.filter(|line| *line != LineInput::End).count();
        let asked = usize::from(self.asks && self.app.waits_for_answer());
        let gathered = usize::from(self.one_message.is_waiting());
        (0..steps + lines + asked + gathered).for_each(|_| self.answers.not_done());
        self.answers.lose();
    }

    /// Takes what may be taken now.
    fn take_steps(&mut self) -> io::Result<()> {
        while self.exit.is_none()
            && !self.app.connection().is_leaving()
            && self.steps.front().is_some_and(|step| self.may_take(step))
        {
            match self.steps.pop_front() {
                Some(step) => self.take_step(step)?,
                None => break,
            }
        }
        Ok(())
    }

    fn may_take(&self, step: &Step) -> bool {
        // A file that is on its way is not waited for, but at the end.
        let is_quiet = self.app.outbox().waiting_in_order() == 0 && self.answers.requests() == 0;
        let is_free = !self.app.waits_for_answer();
        let has_files = self.app.is_moving_files();
        match step {
            Step::NoRequest(_) => true,
            // What was said before it goes where it was meant to.
            Step::Unusable { .. } => is_free,
            Step::End => {
                self.ending.is_some() && !self.app.is_welcome()
                    || self.app.is_welcome() && is_quiet && is_free && !has_files && self.spooling.is_none()
            }
            Step::File(_) if self.answers.choose_room() || self.spooling.is_some() => false,
            // Lines wait until they can be said: there is no draft to keep them in.
            Step::Say(_) | Step::Text(_) if self.answers.choose_room() => false,
            Step::Say(_) | Step::Text(_) | Step::File(_) | Step::Request(_) => {
                let has_room =
                    self.app.outbox().waiting_in_order() < WAITING && self.answers.requests() < WAITING;
                self.app.status().is_online() && is_free && has_room
            }
            Step::Command(_) => self.app.status().is_online() && is_free && is_quiet,
            // A person does not wait for them; they go on the next time.
            Step::Quit { .. } => {
                let waits = has_files && self.terminal.is_none();
                self.app.status().is_online() && is_free && is_quiet && !waits
            }
        }
    }

    fn take_step(&mut self, step: Step) -> io::Result<()> {
        match step {
            Step::Say(text) | Step::Command(text) => {
                let failures = self.answers.failures();
                self.take(Event::Line(text.clone()))?;
                self.quits |= self.app.connection().is_leaving();
                self.asks = self.app.waits_for_answer();
                if let Some(terminal) = self.terminal.as_mut().filter(|_| self.answers.failures() > failures)
                {
                    terminal.editor.put_back(&text);
                }
                Ok(())
            }
            Step::Text(text) => self.take(Event::Text(text)),
            Step::File(file) => self.send_file(file),
            Step::Quit { quiet } => {
                self.quits = true;
                self.take(Event::Line(if quiet { "/quiet" } else { "/quit" }.into()))
            }
            Step::Request(request) => self.send(request),
            Step::Unusable { number, why, chooses_room } => {
                self.answers.not_done();
                if chooses_room {
                    self.take(Event::RoomUnknown)?;
                }
                let text = self.app.lang().line_unusable(number, &why);
                self.print_notice(&text)
            }
            Step::NoRequest(refusal) => {
                self.answers.not_done();
                // What it was to do is not known.
                self.take(Event::RoomUnknown)?;
                self.print_json(&ServerMsg::Error(refusal))
            }
            Step::End if self.app.is_welcome() => self.take(Event::Eof),
            Step::End => self.take(Event::Terminate),
        }
    }

    fn send(&mut self, request: Request) -> io::Result<()> {
        self.answers.ask(&request);
        self.execute(vec![Effect::Send(request)])
    }

    fn take_batch(&mut self, batch: Batch) -> io::Result<()> {
        for heard in batch {
            let mut follows = None;
            if let (true, FromLink::Said(msg)) = (self.options.json, &heard) {
                follows = self.answers.hear(msg);
                match (ignored::marked(msg, self.app.session().ignored()), spooling::without_token(msg)) {
                    (_, Some(tokenless)) => self.print_json(&tokenless)?,
                    (Some(marked), None) => self.print_json(&marked)?,
                    (None, None) => self.print_json(msg)?,
                }
            }
            if matches!(heard, FromLink::Down(_)) {
                self.lose_answers()?;
            }
            self.take(Event::Link(heard))?;
            follows.map_or(Ok(()), |event| self.take(event))?;
        }
        Ok(())
    }

    /// The connection is gone, and the answers to requests with it.
    fn lose_answers(&mut self) -> io::Result<()> {
        let chooses_room = self.answers.choose_room();
        if self.answers.lose() > 0 {
            self.print_notice(self.app.lang().answer_lost())?;
        }
        if chooses_room { self.take(Event::RoomUnknown) } else { Ok(()) }
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        let now = self.services.now();
        let effects = self.app.update(now, event);
        self.execute(effects)?;
        self.tell_room()
    }

    /// Says where what is said goes from now on, when a command or the server has changed that: the header of the screen. The
    /// first room is told only where it is not the lobby, and not the one that the command line has chosen.
    fn tell_room(&mut self) -> io::Result<()> {
        let room = self.app.rooms().current();
        let is_settled = self.app.is_welcome() && room.wish.is_none() && (room.joined || room.is_direct());
        if !is_settled || self.room.as_ref() == Some(&room.name) {
            return Ok(());
        }
        let is_expected = self.room.is_none() || self.options.to.is_some();
        self.room = Some(room.name.clone());
        if self.options.json || is_expected {
            return Ok(());
        }
        let access = self.app.lang().room_access(room.settings.private, room.settings.read_only);
        let told = self.app.lang().lines_go_to(&room.title(self.app.my_uid()), &access, room.topic.as_str());
        self.print_notice(&told)
    }

    fn execute(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            if matches!(effect, Effect::Connect(..) | Effect::Disconnect) {
                self.lose_answers()?;
            }
            match self.services.execute(effect) {
                Some(Effect::Quit(exit)) => self.leave(exit)?,
                Some(Effect::Notice(text)) => self.print_notice(&text)?,
                Some(Effect::Happened(event)) if !self.options.json => self.print_event(&event, false)?,
                Some(Effect::Recalled(event)) if !self.options.json => self.print_event(&event, true)?,
                Some(Effect::TransferMoved(id)) => self.tell_transfer(id)?,
                Some(Effect::Notify(_)) if self.terminal.is_some() => self.write_raw("\x07")?,
                Some(Effect::NotDone) => self.answers.not_done(),
                Some(Effect::SettingsChanged) => {
                    if let Some(terminal) = &mut self.terminal {
                        terminal.editor.set_keymap(self.app.keymap().clone());
                    }
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// A program reads on stdout why it ended; a person on stderr.
    fn leave(&mut self, exit: Exit) -> io::Result<()> {
        if let (true, Exit::Failed(why)) = (self.options.json, &exit) {
            self.print_notice(why)?;
        }
        self.exit = Some(exit);
        Ok(())
    }
}
