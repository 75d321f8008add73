//! The shell of the full screen: one loop that feeds an app everything that happens at a terminal and on a connection, and
//! does what the app says. Terminal and services are values given to it, so a process can run several shells.
//!
//! Everything that is there is drained, then one frame is drawn, if anything changed. What a person did is drawn at
//! once; what the network brings is drawn at once after a quiet moment, then at the frame rate, and where the clients of
//! many people share the process, when it is this one's turn ([`crate::fair_share`]). When nothing goes on, no timer runs.

mod going;
mod large_view;
mod leave;
mod servers;
mod switch;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use shared::{RoomName, ServerMsg};
use tokio::time::{Instant, timeout_at};

use self::going::{Going, Opened};
pub use self::going::{OpenServer, Unclosed};
use self::large_view::LargeView;
use self::servers::Servers;
use crate::ambiguous_width::AmbiguousWidth;
use crate::app::App;
use crate::app::changes::Draw;
use crate::clock::sleep_until;
use crate::effect::{DesktopNotice, Effect, Exit};
use crate::event::{Copied, EditorFailure, Event, FromLink, LocalFailure, Written};
use crate::fair_share::{FairShare, Place, Turn};
use crate::net::link::Batch;
use crate::picture_way::{PictureWay, Pictures};
use crate::pictures::large::Stage;
use crate::pictures::viewing::PictureWanted;
use crate::services::{ServiceEvent, Services};
use crate::settings::Settings;
use crate::settings::look::ThemeName;
use crate::terminal::encode::{clipboard, title};
use crate::terminal::graphics::Graphics;
use crate::terminal::modes::{self, Capabilities};
use crate::terminal::palette::{Contrast, Palette, is_dark};
use crate::terminal::parse::Parser;
use crate::terminal::query::{ANSWER_LIMIT, Learnt, Query};
use crate::terminal::screen::{Fit, Screen};
use crate::terminal::{Size, Terminal, TerminalEvent};
use crate::ui;
use crate::ui::stale::Drawn;
use crate::ui::theme::Theme;

/// Batches from the network taken in before the keys are looked at again.
const BATCHES_PER_TURN: usize = 4;
/// How long after a stop that was ours the SIGCONT that ended it is waited for. It is there at once, unless the machine
/// is very busy.
const OWN_CONTINUE: Duration = Duration::from_secs(1);

/// Runs a client of one server on a terminal until it ends. The services come back, to be closed when the terminal is given
/// back.
pub async fn run(app: App, terminal: Terminal, services: Services) -> (Exit, Unclosed) {
    run_all((app, services), Vec::new(), terminal, None).await
}

/// The same for several servers, of which the first is shown at first. `open` opens more of them, where that can be.
pub async fn run_all(
    first: (App, Services),
    others: Vec<(App, Services)>,
    terminal: Terminal,
    open: Option<OpenServer>,
) -> (Exit, Unclosed) {
    let mut shell = Shell::new(first, terminal);
    shell.going.open = open;
    for (app, services) in others {
        shell.add(app, services);
    }
    shell.run().await
}

struct Shell {
    servers: Servers,
    going: Going,
    /// The share of the process, the place in the queue for a turn, and the turn, until the next frame is drawn.
    share: FairShare,
    place: Place,
    turn: Option<Turn>,
    theme: Theme,
    terminal: Terminal,
    parser: Parser,
    /// When an unfinished sequence counts as finished.
    flush_at: Option<Instant>,
    /// What the terminal was asked, and until when it may answer.
    query: Query,
    answer_until: Instant,
    /// It draws ambiguous characters two columns wide.
    is_wide: bool,
    /// Its background, as far as it is known.
    background: Option<[u8; 3]>,
    /// What is known of how it shows pictures, and how they are shown.
    graphics: Graphics,
    picture_way: PictureWay,
    /// The picture that it shows large.
    picture: LargeView,
    screen: Screen,
    size: Size,
    /// What the terminal is asked or given beside cells, at the person's wish: it goes out with the next frame.
    control: Vec<u8>,
    /// The window's title that goes out with the next frame: a server can change it with each event.
    title: Option<String>,
    /// The one that went out last.
    shown_title: String,
    /// A frame is wanted, and a person waits for it.
    urgent: bool,
    changed: Draw,
    /// What the last frame was drawn for.
    frame: Drawn,
    /// When the last frame was drawn that only the network asked for.
    drawn: Option<Instant>,
    /// What is to be done with the terminal before the next frame.
    job: Option<Job>,
    /// An editor has the terminal.
    lent: Option<Lent>,
    /// The terminal takes nothing more and says nothing more.
    is_gone: bool,
}

/// What the terminal is left for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Job {
    Suspend,
    Retake,
    Edit,
}

/// What follows when an editor gives the terminal back.
struct Lent {
    /// The room whose draft it has.
    room: RoomName,
    /// The window had the focus before.
    was_focused: bool,
    /// We are asked to end.
    ends: bool,
}

/// What the loop woke up for.
enum Wake {
    Terminal(TerminalEvent),
    Written(io::Result<()>),
    /// The network has brought something, or a frame is due that only the network asked for; and it is our turn.
    Turn(Turn),
    /// A server was opened, or could not be.
    Opened(Opened),
    Time,
}

impl Shell {
    fn new((app, services): (App, Services), terminal: Terminal) -> Self {
        let (size, capabilities) = (terminal.size, terminal.capabilities);
        let mut shell = Self {
            share: services.share().clone(),
            place: Place::default(),
            turn: None,
            servers: Servers::of(app, services),
            going: Going::default(),
            theme: Theme::default(),
            parser: Parser::new(terminal.capabilities.escape_wait),
            terminal,
            flush_at: None,
            query: Query::of(capabilities),
            answer_until: Instant::now() + ANSWER_LIMIT,
            is_wide: capabilities.ambiguous_width == AmbiguousWidth::Wide,
            background: capabilities.background,
            graphics: Graphics::default(),
            picture_way: PictureWay::None,
            picture: LargeView::default(),
            screen: Screen::new(size.columns, size.rows),
            size,
            control: Vec::new(),
            title: None,
            shown_title: String::new(),
            urgent: true,
            changed: Draw::All,
            frame: Drawn::default(),
            drawn: None,
            job: None,
            lent: None,
            is_gone: false,
        };
        shell.set_look();
        shell.control = shell.query.bytes();
        shell.take(Event::Resize(size.columns, size.rows));
        shell
    }

    async fn run(mut self) -> (Exit, Unclosed) {
        // The first frame comes before the first attempt to connect.
        self.tell_others();
        self.draw();
        for place in 0..self.servers.len() {
            self.start(place);
        }
        loop {
            if self.lent.is_none()
                && let Some(exit) = self.take_exits()
            {
                (self.place, self.turn) = (Place::default(), None);
                if !self.is_gone {
                    self.terminal.output.flush().await;
                }
                return (exit, self.going.unclosed(self.servers));
            }
            match self.job.take_if(|_| self.lent.is_none()) {
                Some(Job::Edit) => self.lend_to_editor().await,
                Some(job) => self.leave_terminal(job).await,
                None => {}
            }
            self.draw();
            // Nobody else gets one meanwhile.
            self.turn = None;
            let wake = self.wait().await;
            self.react(wake);
            self.drain();
            self.tell_others();
        }
    }

    /// Waits for something to happen. What a person does comes first.
    async fn wait(&mut self) -> Wake {
        let (wake_at, frame_at) = (self.wake_at(), self.frame_at());
        let is_busy = self.terminal.output.is_busy() && !self.is_gone;
        let turn = async {
            if !self.place.is_taken() {
                tokio::select! {
                    biased;
                    () = self.servers.wait() => {}
                    () = sleep_until(frame_at), if frame_at.is_some() => {}
                }
            }
            self.place.turn(&self.share).await
        };
        tokio::select! {
            biased;
            event = self.terminal.events.next(), if !self.is_gone => Wake::Terminal(event),
            written = self.terminal.output.written(), if is_busy => Wake::Written(written),
            turn = turn => Wake::Turn(turn),
            opened = self.going.opened() => Wake::Opened(opened),
            () = sleep_until(wake_at), if wake_at.is_some() => Wake::Time,
        }
    }

    fn react(&mut self, wake: Wake) {
        match wake {
            Wake::Terminal(event) => self.take_terminal_event(event),
            // What is to be saved is saved on the way out.
            Wake::Written(Err(error)) => self.on_terminal_gone(&error),
            Wake::Written(Ok(())) => {}
            Wake::Turn(turn) => {
                self.turn = Some(turn);
                if let Some((server, event)) = self.servers.try_next() {
                    self.take_service_event(server, event);
                }
            }
            Wake::Opened(opened) => self.on_opened(opened),
            Wake::Time => self.on_time(),
        }
    }

    fn take_service_event(&mut self, server: usize, event: ServiceEvent) {
        match event {
            ServiceEvent::Batch(batch) => self.take_batch(server, batch),
            ServiceEvent::FileOpened(opened) => self.give(server, Event::FileOpened(opened)),
            ServiceEvent::LargePicture(file, loaded) => self.give(server, Event::LargePicture(file, loaded)),
            ServiceEvent::FilesFound(number, found) => {
                self.give(server, Event::FilesFound(number, found));
                self.urgent = true;
            }
            ServiceEvent::SettingsFile(text) => self.give(server, Event::SettingsFile(text)),
            ServiceEvent::LocalFailure(failure) => self.give(server, Event::LocalFailure(failure)),
            ServiceEvent::Transfer(id, news) => self.give(server, Event::Transfer(id, news)),
        }
    }

    /// Takes in what else is there already, so that one frame shows it all. Among many, what the network brings has its turn.
    fn drain(&mut self) {
        let batches = if self.share.is_of_many() { 0 } else { BATCHES_PER_TURN };
        for _ in 0..batches {
            match self.servers.try_next_batch() {
                Some((server, batch)) => self.take_batch(server, batch),
                None => break,
            }
        }
        while !self.is_gone
            && let Some(event) = self.terminal.events.try_next()
        {
            self.take_terminal_event(event);
        }
    }

    fn take_terminal_event(&mut self, event: TerminalEvent) {
        match event {
            TerminalEvent::Input(bytes) => {
                let mut events = Vec::new();
                let now = self.servers.shown_mut().services.now();
                self.parser.feed_at(now, &bytes, &mut events);
                self.await_more();
                self.take_answers();
                self.take_input(events);
            }
            TerminalEvent::Resize(size) => self.resize(size),
            TerminalEvent::Terminate => self.terminate(),
            TerminalEvent::Suspend => self.suspend(),
            TerminalEvent::Continue => self.job = Some(Job::Retake),
            TerminalEvent::Edited(written) => self.take_from_editor(written),
            TerminalEvent::Notice(bytes) => self.send_at_once(bytes),
            TerminalEvent::Opened(opened) => self.take(Event::Opened(opened)),
            TerminalEvent::Copied(Ok(())) => self.take(Event::Copied(Copied::Tmux)),
            TerminalEvent::Copied(Err(text)) => self.send_to_clipboard(&text),
            TerminalEvent::Gone => self.on_terminal_gone(&io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Nothing more comes of what is unfinished.
    fn flush_input(&mut self) {
        let mut events = Vec::new();
        self.parser.flush(&mut events);
        self.await_more();
        self.take_answers();
        self.take_input(events);
    }

    /// What is unfinished waits for more, but not for ever.
    fn await_more(&mut self) {
        self.flush_at = self.parser.patience().map(|wait| Instant::now() + wait);
    }

    /// Draws what the terminal has said about itself.
    fn take_answers(&mut self) {
        for answer in self.parser.take_answers() {
            if Instant::now() > self.answer_until {
                continue;
            }
            for learnt in self.query.take(answer) {
                match learnt {
                    Learnt::IsWide(is_wide) => self.is_wide = is_wide,
                    Learnt::Background(color) => self.background = Some(color),
                    Learnt::ReportsFocus => self.take_everywhere(&Event::ReportsFocus),
                    Learnt::Notices(way) => self.terminal.capabilities.notices = way,
                    Learnt::Program(program) => self.graphics.program = Some(program),
                    Learnt::Sixel => self.graphics.sixel = true,
                    Learnt::KittyGraphics => self.graphics.kitty = true,
                }
            }
        }
        self.set_look();
    }

    fn take_input(&mut self, events: Vec<Event>) {
        for event in events {
            if event == Event::Focus(true) {
                // tmux attached again, another window on top: what the terminal shows may be anything.
                self.redraw();
            }
            if matches!(event, Event::Focus(_)) {
                self.take_everywhere(&event);
            } else {
                self.take(event);
            }
        }
        self.urgent = true;
    }

    fn take_batch(&mut self, server: usize, batch: Batch) {
        let is_welcome = |heard: &FromLink| matches!(heard, FromLink::Said(ServerMsg::Welcome(_)));
        let is_welcomed = self.servers.len() > 1 && batch.iter().any(is_welcome);
        let mut events = Vec::new();
        for heard in batch {
            if let FromLink::Event(event) = heard {
                events.push(event);
                continue;
            }
            self.give_events(server, &mut events);
            self.give(server, Event::Link(heard));
        }
        self.give_events(server, &mut events);
        if is_welcomed {
            self.leave_doubles();
        }
    }

    /// Gives events that came one after the other together: what follows from each alike is done once.
    fn give_events(&mut self, server: usize, events: &mut Vec<Arc<shared::Event>>) {
        if !events.is_empty() {
            self.give(server, Event::Events(std::mem::take(events)));
        }
    }

    fn on_time(&mut self) {
        if self.flush_at.is_some_and(|at| Instant::now() >= at) {
            self.flush_input();
        }
        for server in 0..self.servers.len() {
            if self.servers.is_due(server) {
                self.give(server, Event::Tick);
            }
        }
    }

    /// Gives an event to the server that is shown.
    fn take(&mut self, event: Event) {
        self.give(self.servers.shown_index(), event);
    }

    /// Gives an event to every server.
    fn take_everywhere(&mut self, event: &Event) {
        for place in 0..self.servers.len() {
            self.give(place, event.clone());
        }
    }

    /// Gives an event to the server at this place. What changes in one that is not shown is not drawn.
    fn give(&mut self, place: usize, event: Event) {
        let (is_shown, active_at) = (place == self.servers.shown_index(), self.servers.active_at());
        let Some(server) = self.servers.get_mut(place).filter(|server| server.exit.is_none()) else { return };
        let now = server.services.now();
        if !is_shown {
            server.touch(active_at);
        }
        let effects = server.app.update(now, event);
        let changed = server.app.take_changed();
        if is_shown {
            self.changed = self.changed.max(changed);
        }
        self.execute(place, effects);
    }

    /// Does what the server at this place says.
    fn execute(&mut self, place: usize, effects: Vec<Effect>) {
        for effect in effects {
            let Some(server) = self.servers.get_mut(place) else { return };
            if let Some(effect) = server.services.execute(effect) {
                self.execute_here(place, effect);
            }
        }
    }

    /// What concerns the terminal. What concerns the servers is in `switch.rs` and `leave.rs`.
    fn execute_here(&mut self, place: usize, effect: Effect) {
        let is_shown = place == self.servers.shown_index();
        match effect {
            Effect::Copy(text) => match &mut self.terminal.clipboard {
                Some(clipboard) => clipboard.copy(text),
                None => self.send_to_clipboard(&text),
            },
            Effect::Notify(notice) => {
                let notice = self.named(place, notice);
                self.show_notice(notice);
            }
            Effect::Open(address) => match &mut self.terminal.opener {
                Some(opener) => opener.open(address),
                None => self.execute_here(place, Effect::Copy(address)),
            },
            Effect::Title(text) if is_shown => (self.title, self.changed) = (Some(text), Draw::All),
            Effect::LoadPicture(wanted) => self.load_picture(place, *wanted),
            Effect::Redraw => self.redraw(),
            Effect::Suspend => self.suspend(),
            Effect::EditDraft => self.job = Some(Job::Edit),
            Effect::SettingsChanged if is_shown => {
                self.follow_settings();
                self.share_settings();
            }
            Effect::ShowServer(number, room) => self.go_over(number, room),
            Effect::OpenServer(address) => self.open(&address),
            Effect::CloseServer(number) => self.close(number),
            Effect::LeaveOthers { quiet } => self.leave_others(quiet),
            Effect::Quit(exit) => self.note_exit(place, exit),
            // A hidden server names no window. On a screen the rest is in the scrollback, or the services have done it.
            Effect::Title(_)
            | Effect::SettingsChanged
            | Effect::Notice(_)
            | Effect::Happened(_)
            | Effect::Recalled(_)
            | Effect::NotDone
            | Effect::Connect(..)
            | Effect::Send(_)
            | Effect::Disconnect
            | Effect::Save(_)
            | Effect::WriteSetting { .. }
            | Effect::RunHook(_)
            | Effect::Transfer(..)
            | Effect::TransferMoved(_)
            | Effect::AskFiles(..)
            | Effect::OpenFile { .. }
            | Effect::Log(_) => {}
        }
    }

    /// Has a picture decoded for this terminal as it is.
    fn load_picture(&mut self, place: usize, wanted: PictureWanted) {
        let stage = Stage {
            cells: wanted.cells,
            cell_pixels: (self.terminal.cell_pixels)(),
            way: self.picture_way,
            through_tmux: self.terminal.capabilities.is_multiplexer,
        };
        if let Some(server) = self.servers.get_mut(place) {
            server.services.load_picture(wanted, stage);
        }
    }

    /// What the terminal has to know of the settings.
    fn follow_settings(&mut self) {
        let mouse = self.servers.shown().app.settings().mouse;
        if self.terminal.capabilities.mouse != mouse {
            self.terminal.capabilities.mouse = mouse;
            self.control.extend(modes::mouse(mouse));
        }
        self.set_look();
        (self.changed, self.urgent) = (Draw::All, true);
    }

    /// Draws as the settings wish and the terminal can, from the next frame on.
    fn set_look(&mut self) {
        let (settings, capabilities) = (self.servers.shown().app.settings(), self.terminal.capabilities);
        self.theme = Theme::named(settings.theme, capabilities.color);
        let fit = Fit {
            ascii: self.is_wide,
            ascii_signs: settings.ascii,
            palette: palette(capabilities, self.background, settings.theme),
            hyperlinks: capabilities.hyperlinks,
        };
        let way = picture_way(settings, capabilities, self.graphics, self.is_wide);
        if self.screen.set_fit(fit) {
            self.redraw();
        }
        if way != self.picture_way {
            self.picture_way = way;
            self.take_everywhere(&Event::Pictures(way));
        }
    }

    fn show_notice(&mut self, notice: DesktopNotice) {
        // It would be drawn into what an editor draws, or come when nobody needs it.
        if self.lent.is_some() {
            return;
        }
        if let Some(notices) = &mut self.terminal.notices {
            notices.show(notice);
        } else {
            let bytes = self.terminal.capabilities.notices.bytes(&notice);
            self.send_at_once(bytes);
        }
    }

    /// Has these bytes written with a frame that is drawn at once.
    fn send_at_once(&mut self, bytes: Vec<u8>) {
        self.control.extend(bytes);
        (self.changed, self.urgent) = (Draw::All, true);
    }

    fn send_to_clipboard(&mut self, text: &str) {
        self.send_at_once(clipboard(text));
        let is_multiplexer = self.terminal.capabilities.is_multiplexer;
        self.take(Event::Copied(if is_multiplexer { Copied::Multiplexer } else { Copied::Terminal }));
    }

    /// When the loop must wake up by itself, if ever, apart from frames.
    fn wake_at(&mut self) -> Option<Instant> {
        [self.servers.deadline(), self.flush_at].into_iter().flatten().min()
    }

    /// When a frame is to be drawn that waits for its time.
    fn frame_at(&self) -> Option<Instant> {
        let waits = self.is_changed() && !self.terminal.output.is_busy() && self.lent.is_none();
        waits.then(|| self.drawn.map_or_else(Instant::now, |at| at + self.share.frame_interval()))
    }

    /// Draws a frame, if there is something new and it is time.
    fn draw(&mut self) {
        if self.lent.is_some() {
            return;
        }
        let may_draw = self.turn.is_some() || !self.share.is_of_many();
        let is_time = || self.drawn.is_none_or(|at| at.elapsed() >= self.share.frame_interval());
        let is_due = self.urgent || may_draw && is_time();
        if !(self.is_changed() && is_due) {
            // A key that changed nothing makes nothing urgent.
            self.urgent &= self.is_changed();
            return;
        }
        let Some(mut buffer) = self.terminal.output.buffer() else { return };
        buffer.append(&mut self.control);
        if let Some(text) = self.title.take() {
            buffer.extend(title(&text));
            self.shown_title = text;
        }
        let (app, theme) = (&self.servers.shown().app, &self.theme);
        let rows = self.frame.rows_to_draw(app, theme, self.changed);
        let pictured = self.picture.follow(app.large_picture(), &mut self.screen, self.size, &mut buffer);
        buffer = self.screen.draw(buffer, rows, |cells, links| ui::render(app, theme, cells, links));
        buffer.extend(pictured);
        if !self.urgent {
            self.drawn = Some(Instant::now());
        }
        (self.changed, self.urgent) = (Draw::Nothing, false);
        self.terminal.output.submit(buffer);
    }

    fn on_terminal_gone(&mut self, error: &io::Error) {
        self.servers.shown_mut().services.log(&format!("the terminal is gone: {error}"));
        self.is_gone = true;
        self.terminate();
    }

    /// What came of a paste is a part of the draft that is kept, and so is what an editor has.
    fn terminate(&mut self) {
        if let (Some(lent), Some(editor)) = (&mut self.lent, &mut self.terminal.editor) {
            lent.ends = true;
            return editor.end();
        }
        self.flush_input();
        self.going.is_leaving = true;
        self.take_everywhere(&Event::Terminate);
    }

    fn resize(&mut self, size: Size) {
        self.size = size;
        self.redraw();
        self.take_everywhere(&Event::Resize(size.columns, size.rows));
    }

    /// Erases the terminal and draws everything, with the next frame.
    fn redraw(&mut self) {
        self.screen.invalidate(self.size.columns, self.size.rows);
        (self.changed, self.urgent) = (Draw::All, true);
    }

    /// Whether there is something new to draw.
    fn is_changed(&self) -> bool {
        self.changed != Draw::Nothing
    }

    fn suspend(&mut self) {
        if self.terminal.job_control.is_some() {
            self.job = Some(Job::Suspend);
        } else {
            self.take(Event::LocalFailure(LocalFailure::NoJobControl));
        }
    }

    /// Leaves the terminal to the Unix shell and takes it again, once what was drawn is out.
    async fn leave_terminal(&mut self, job: Job) {
        let Some(control) = &mut self.terminal.job_control else { return };
        self.terminal.output.flush().await;
        let taken = if job == Job::Suspend { control.suspend() } else { control.retake() };
        if self.on_taken(taken) && job == Job::Suspend {
            self.take_own_continue().await;
        }
    }

    /// The terminal is ours again, or not. Says which.
    fn on_taken(&mut self, taken: io::Result<Size>) -> bool {
        match taken {
            Ok(size) => {
                // It was taken as at the start.
                self.control.extend(modes::mouse(self.terminal.capabilities.mouse));
                self.title.get_or_insert_with(|| self.shown_title.clone());
                self.resize(size);
                true
            }
            Err(error) => {
                self.on_terminal_gone(&error);
                false
            }
        }
    }

    /// Gives the terminal to the person's editor, with the draft, once what was drawn is out. Until it ends nothing is drawn
    /// and no key is ours; all else goes on.
    async fn lend_to_editor(&mut self) {
        self.terminal.output.flush().await;
        // No key of ours changes which server is shown until the editor ends.
        let app = &self.servers.shown().app;
        let (lang, (room, text)) = (app.lang(), app.draft());
        let room = room.clone();
        let (Some(editor), Some(control)) = (&mut self.terminal.editor, &mut self.terminal.job_control)
        else {
            return self.take(Event::DraftWritten { room, written: Err(EditorFailure::None) });
        };
        self.terminal.events.pause_input(true);
        let started = editor.start(text, &|program| lang.editor_is_open(program));
        if let Err(why) = started {
            let taken = control.retake();
            self.terminal.events.pause_input(false);
            self.on_taken(taken);
            return self.take(Event::DraftWritten { room, written: Err(why) });
        }
        // Whoever looks at an editor does not read what arrives.
        let was_focused = self.servers.shown().app.screen().is_focused();
        self.take_everywhere(&Event::Focus(false));
        self.lent = Some(Lent { room, was_focused, ends: false });
    }

    /// The editor has ended: the terminal is ours, and what was written is the draft.
    fn take_from_editor(&mut self, written: Result<Written, EditorFailure>) {
        let Some(Lent { room, was_focused, ends }) = self.lent.take() else { return };
        self.terminal.events.pause_input(false);
        if let Some(control) = &mut self.terminal.job_control {
            let taken = control.retake();
            self.on_taken(taken);
        }
        self.take(Event::DraftWritten { room, written });
        if was_focused {
            self.take_everywhere(&Event::Focus(true));
        }
        self.urgent = true;
        if ends {
            self.terminate();
        }
    }

    /// Takes what happens up to the SIGCONT that ended our own stop, which is not news. Taken later it would ask to
    /// retake the terminal, in place of what was asked for meanwhile: to suspend once more.
    async fn take_own_continue(&mut self) {
        let until = Instant::now() + OWN_CONTINUE;
        while let Ok(event) = timeout_at(until, self.terminal.events.next()).await {
            if event == TerminalEvent::Continue {
                return;
            }
            let is_gone = event == TerminalEvent::Gone;
            self.take_terminal_event(event);
            if is_gone {
                return;
            }
        }
    }
}

/// How pictures are shown: not where there are too few colours for them, or none are wanted, and not by half blocks that would be drawn
/// as something else.
fn picture_way(
    settings: &Settings,
    capabilities: Capabilities,
    graphics: Graphics,
    is_wide: bool,
) -> PictureWay {
    let is_colored = capabilities.color && capabilities.many_colors && settings.theme != ThemeName::None;
    if !is_colored || settings.ascii || is_wide {
        return PictureWay::None;
    }
    match settings.pictures {
        Pictures::Off => PictureWay::None,
        Pictures::Auto if !capabilities.is_remote => graphics.best(),
        Pictures::Auto | Pictures::Blocks => PictureWay::Blocks,
        Pictures::Kitty => PictureWay::Kitty,
        Pictures::Iterm2 => PictureWay::Iterm2,
        Pictures::Sixel => PictureWay::Sixel,
    }
}

/// The colours for a theme and a background: the terminal's own where nothing is known. A theme that says what the background
/// is like outweighs a terminal that says something else.
fn palette(capabilities: Capabilities, background: Option<[u8; 3]>, theme: ThemeName) -> Palette {
    let (background, need) = match theme {
        ThemeName::Auto | ThemeName::None => (background, Contrast::Readable),
        ThemeName::Dark => (background.filter(|it| is_dark(*it)).or(Some([0; 3])), Contrast::Readable),
        ThemeName::Light => (background.filter(|it| !is_dark(*it)).or(Some([255; 3])), Contrast::Readable),
        ThemeName::HighContrast => (background, Contrast::High),
    };
    match background {
        _ if !capabilities.color => Palette::default(),
        None if need == Contrast::High => Palette::of_the_text(),
        Some(background) if capabilities.many_colors => Palette::readable(background, need),
        None if capabilities.many_colors => Palette::readable_on_both(),
        Some(background) => Palette::readable_of_sixteen(background, need),
        None => Palette::default(),
    }
}
