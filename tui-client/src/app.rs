//! The app: the whole state of the client as a state machine. [`App::update`] takes an event and returns effects; time comes
//! in with every event, randomness from a seed, so it does no I/O and every run can be repeated.
//!
//! The state is in parts, each with its own file: [`connection`], [`session`], [`screen`], [`rooms`] (each [`room`] with its
//! [`roster`] and [`timeline`]), [`input_line`] (the [`composer`]), [`outbox`], [`transfers`], [`pending_requests`]. A part marks in its
//! [`changes`] what has to be drawn, paged or saved.
//!
//! The behaviour is in `impl App` blocks: `greeting`, `welcome` and `goodbye` (the life of a connection), `incoming` (what the
//! server says), `key_input` and `run_action` (keys), `message_acts` (what is done to a message), `file_send`, `file_save` and `transfer_news` (files), `clicks` (the mouse), `send`, `retry` and `run_command` (what Enter
//! does), `not_here` (what it does not, for somebody elsewhere), `entering_room` and `membership` (entering and leaving rooms), `notices` (screen or lines).

pub mod absent;
pub mod action;
pub mod aliases;
pub mod ask_budget;
pub mod backoff;
pub mod changes;
pub mod chord;
pub mod command;
pub mod completion;
pub mod composer;
pub mod composing;
pub mod connection;
pub mod countdown;
pub mod duration;
pub mod escape_sequences;
pub mod files_asked;
pub mod first_screen;
pub mod hooks;
pub mod input_line;
pub mod keymap;
pub mod line_order;
pub mod memory_budget;
pub mod nodes;
pub mod outbox;
pub mod output_mode;
pub mod panes;
pub mod path_argument;
pub mod path_text;
pub mod pending_requests;
pub mod popup;
pub mod random;
pub mod room;
pub mod rooms;
pub mod roster;
pub mod screen;
pub mod search_query;
pub mod servers;
pub mod session;
pub mod settings;
pub mod setup;
pub mod text_width;
pub mod timeline;
pub mod transfers;
pub mod typed_line;
pub mod wrap;

mod accessors;
mod attention;
mod away;
mod bounded_draft;
mod burst;
mod clicks;
mod connecting;
mod direct_rooms;
mod drafts;
mod editor;
mod entering_room;
mod file_acts;
mod file_marks;
mod file_save;
mod file_send;
mod goodbye;
mod history_paging;
mod ignored;
mod incoming;
mod key_input;
mod local_failures;
mod local_files;
mod machines;
mod members;
mod membership;
mod message_acts;
mod message_search;
mod moderation;
mod new_identity;
mod not_here;
mod notices;
mod oldest;
mod originals;
mod recount;
mod retry;
mod room_list;
mod run_action;
mod run_command;
mod send;
mod stalled_order;
mod told_nodes;
mod transfer_news;
mod unexpected_server;
mod view_picture;
mod welcome;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use shared::{ClientMsg, Millis, Request, RoomName};

use self::ask_budget::AskBudget;
use self::burst::Burst;
use self::changes::{Changes, Draw};
use self::connection::Connection;
use self::files_asked::LocalFiles;
use self::input_line::Input;
use self::keymap::Keymap;
use self::memory_budget::RoomBudget;
use self::nodes::Nodes;
use self::outbox::Outbox;
use self::pending_requests::{PendingRequests, Purpose};
use self::popup::search::Search;
use self::random::Random;
use self::room::KEEP_READ_WITHIN;
use self::rooms::{Rooms, counted};
use self::screen::Screen;
use self::session::Session;
pub use self::setup::Setup;
use self::transfers::Transfers;
use crate::effect::{Effect, Exit};
use crate::event::Event;
use crate::profile::Profile;
use crate::server_list::Others;
use crate::settings::Settings;
use crate::time_style::TimeStyle;

/// The client.
#[derive(Debug)]
pub struct App {
    setup: Setup,
    /// What counts: the file, the command line and the environment together.
    settings: Settings,
    /// How times are shown, as is set.
    times: TimeStyle,
    random: Random,
    keymap: Keymap,
    /// The time of the last event.
    now: Millis,

    connection: Connection,
    /// The addresses of the server.
    nodes: Nodes,
    session: Session,
    screen: Screen,
    rooms: Rooms,
    input: Input,
    outbox: Outbox,
    transfers: Transfers,
    requests: PendingRequests,
    /// What may be asked without the person's doing.
    asks: AskBudget,
    /// What gave a notice a moment ago.
    burst: Burst,

    /// What the parts have marked and was not done yet.
    changes: Changes,
    /// When the profile is written for what changes often.
    save_at: Option<Millis>,
    /// The profile that was written last.
    saved: Profile,
    /// Whether timelines show that something waits to be changed.
    marks_changes: bool,
    effects: Vec<Effect>,
    title: Option<(usize, usize, usize, bool, bool, bool)>,
    /// What this server is called.
    label: String,
    /// The other servers of this client.
    others: Others,
    /// What was asked about files of this machine.
    local_files: LocalFiles,
}

impl App {
    /// A client that is not connected yet.
    #[must_use]
    pub fn new(mut setup: Setup) -> Self {
        let mut profile = std::mem::take(&mut setup.profile);
        if setup.place.is_elsewhere() {
            profile.forget_files();
            setup.settings = setup.settings.of_person();
        }
        let outbox = Outbox::restore(profile.take_unsent());
        let saves = std::mem::take(&mut profile.saves);
        let mut rooms = Rooms::default();
        rooms.set_ignored(Arc::new(profile.ignored.clone()));
        rooms.budget = RoomBudget::at(&setup.place);
        let mut app = Self {
            settings: setup.settings.clone().with_overrides(&setup.overrides),
            times: TimeStyle::usual(setup.zone.clone()),
            random: Random::new(setup.seed),
            keymap: Keymap::at(&setup.place, &setup.settings.keys),
            now: 0,
            connection: Connection::default(),
            nodes: Nodes::new(&setup.address, nodes::kept(&profile)),
            session: Session::new(profile),
            screen: Screen::default(),
            rooms,
            input: Input::default(),
            outbox,
            transfers: Transfers::default(),
            requests: PendingRequests::default(),
            asks: AskBudget::default(),
            burst: Burst::default(),
            changes: Changes::first_frame(),
            save_at: None,
            saved: Profile::default(),
            marks_changes: false,
            effects: Vec::new(),
            title: None,
            label: setup.address.first().short(),
            others: Others::default(),
            local_files: LocalFiles::default(),
            setup,
        };
        app.restore_saves(saves);
        app
    }

    /// Begins: the first thing to do is to connect.
    pub fn start(&mut self, now: Millis) -> Vec<Effect> {
        self.now = now;
        self.screen.note_activity(now);
        self.show();
        let lobby = RoomName::lobby();
        self.restore_input(&lobby);
        self.show_unsent(|room| *room == lobby);
        self.connect();
        self.settle()
    }

    /// Takes in what happened at `now`, milliseconds since 1970, and says what to do about it.
    pub fn update(&mut self, now: Millis, event: Event) -> Vec<Effect> {
        self.now = self.now.max(now);
        if event.is_by_person() {
            self.screen.note_activity(self.now);
            self.burst.end();
        }
        match event {
            Event::Key(key) => self.on_key(key),
            Event::Wheel(wheel) => self.on_wheel(wheel),
            Event::Click { column, row } => self.on_click(column, row),
            Event::Paste(text) => self.on_paste(text),
            Event::Resize(columns, rows) => {
                self.screen.resize(columns, rows);
                self.load_viewed();
            }
            Event::Focus(focused) => self.on_focus(focused),
            Event::ReportsFocus => self.screen.set_reports_focus(),
            Event::Pictures(way) => {
                self.screen.set_picture_way(way);
                self.load_viewed();
            }
            Event::LargePicture(file, loaded) => self.on_large_picture(file, loaded),
            Event::Line(line) => self.on_line(&line),
            Event::Completing => self.learn_rooms(),
            Event::Text(text) => self.on_text(&text),
            Event::SendFile(source, caption) => self.on_send_file(*source, &caption),
            Event::Entered(room, answer) => self.on_entered(&room, &answer),
            Event::Left(room) => self.on_parted(&room),
            Event::RoomUnknown => self.input.set_astray(true),
            Event::Eof => self.on_eof(),
            Event::Terminate => self.terminate(),
            Event::Link(heard) => self.on_link(heard),
            Event::Events(events) => self.on_events(&events),
            Event::Transfer(id, news) => self.on_transfer(id, news),
            Event::Copied(to) => self.on_copied(to),
            Event::Opened(opened) => self.on_opened(opened),
            Event::FileOpened(opened) => self.on_file_opened(opened),
            Event::DraftWritten { room, written } => self.on_draft_written(&room, written),
            Event::FilesFound(number, found) => self.on_files_found(number, found),
            Event::SettingsFile(text) => self.on_settings_file(&text),
            Event::LocalFailure(failure) => self.on_local_failure(&failure),
            Event::Others(others) => self.on_others(others),
            Event::Shown(is_shown) => self.on_shown(is_shown),
            Event::Look(room) => self.go_to(&room),
            Event::ServerNews(news) => self.on_server_news(&news),
            Event::Settings(settings) => self.adopt_settings(*settings),
            Event::Leave { quiet } => self.leave_alone(quiet),
            Event::Tick => self.on_tick(),
        }
        self.forget_kept_text();
        self.settle()
    }

    /// When [`Event::Tick`] should come, if nothing else happens before.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        let online = self.connection.is_online();
        let typing = self.rooms.current().roster.deadline();
        let outbox = self.outbox.deadline(self.now).filter(|_| online);
        let transfers = self.transfers.deadline(self.now).filter(|_| online);
        let asks = self.changes.wants_page().then(|| self.asks.ready_at()).filter(|_| online);
        let search = self.screen.search().and_then(Search::deadline).filter(|_| online);
        let countdown = self.session.countdown().map(|countdown| countdown.deadline(self.now));
        let hint = self.screen.deadline();
        let others = self.others_deadline();
        [
            self.connection.deadline(self.now),
            typing,
            outbox,
            transfers,
            asks,
            search,
            countdown,
            hint,
            others,
            self.save_at,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// What there is to draw; asking takes the answer away.
    pub fn take_changed(&mut self) -> Draw {
        self.changes.take_draw()
    }

    /// What follows from every event alike.
    fn settle(&mut self) -> Vec<Effect> {
        self.send_wishes();
        self.move_files();
        self.send_outbox();
        self.mark_changes();
        self.mark_files();
        self.follow_viewed();
        self.send_search();
        self.keep_to_budget();
        self.keep_picked_in_view();
        self.collect_changes();
        // What may not be asked yet stays wanted until it may.
        if self.connection.is_online() && self.asks.may_ask(self.now) && self.changes.take_page() {
            self.request_pages();
        }
        self.retitle();
        if let Some(limit) = self.changes.take_save_within() {
            let due = self.now.saturating_add(limit);
            self.save_at = Some(self.save_at.map_or(due, |before| before.min(due)));
        }
        if self.changes.take_save() {
            self.save_profile();
        } else if self.save_at.is_some_and(|due| due <= self.now) {
            self.save_other_profile();
        }
        std::mem::take(&mut self.effects)
    }

    /// Lets go of what is more than a server may make us hold.
    fn keep_to_budget(&mut self) {
        while let Some(room) = self.rooms.too_many_lines_wait() {
            self.print_page(&room, &[], true);
        }
        self.rooms.keep_to_budget();
    }

    fn keep_picked_in_view(&mut self) {
        if self.rooms.current().timeline.selected().is_some() && self.rooms.current().timeline.at_bottom() {
            let viewport = self.viewport();
            self.rooms.current_mut().timeline.keep_selected_in_view(&viewport);
        }
    }

    fn collect_changes(&mut self) {
        let parts = [
            &mut self.connection.changes,
            &mut self.session.changes,
            &mut self.screen.changes,
            &mut self.rooms.changes,
            &mut self.input.changes,
            &mut self.outbox.changes,
            &mut self.transfers.changes,
        ];
        for part in parts {
            self.changes.collect(part);
        }
    }

    fn on_tick(&mut self) {
        if self.connection.tick(self.now) {
            self.connect();
        }
        self.session.tick(self.now);
        self.screen.tick(self.now);
        self.note_unanswered();
        self.rooms.tick(self.now);
        if self.others_deadline().is_some() {
            self.changes.draw();
        }
        if self.connection.must_exit(self.now) {
            self.exit(Exit::Done);
        }
    }

    fn on_focus(&mut self, focused: bool) {
        self.screen.set_focus(focused);
        if focused {
            self.mark_seen();
        } else {
            self.mark_left();
        }
    }

    /// Nobody looks any more: what comes from now on is new.
    fn mark_left(&mut self) {
        if !self.is_welcome() {
            return;
        }
        let room = self.rooms.current_mut();
        if room.unread == 0 {
            room.timeline.set_read(Some(room.position));
        }
    }

    /// What is on the screen is read, if the window has the focus.
    fn mark_seen(&mut self) {
        let is_focused = self.screen.is_focused();
        let room = self.rooms.current_mut();
        if is_focused && room.timeline.at_bottom() {
            let before = room.read;
            room.mark_read();
            if room.read > before {
                self.rooms.changes.save_within(KEEP_READ_WITHIN);
            }
        }
    }

    /// Names the window after the current room, with how much is unread; what calls us goes before the rest.
    fn retitle(&mut self) {
        let rooms = self.rooms.list().iter();
        let (unread, mentions, more) = rooms.fold(self.others.unread(), |(unread, mentions, more), room| {
            (unread + room.unread, mentions + room.mentions, more | room.unread_more)
        });
        let is_welcome = self.session.is_welcome();
        let is_alone = self.others.is_empty();
        let title = Some((self.rooms.current_index(), unread, mentions, more, is_welcome, is_alone));
        if title != self.title {
            self.title = title;
            let mut room = self.rooms.current().title(self.session.my_uid());
            if !is_alone {
                room.extend([" · ", &self.label]);
            }
            let text = match (is_welcome, unread, mentions) {
                (false, ..) => "chinwag".to_owned(),
                (true, 0, _) => format!("{room} · chinwag"),
                (true, unread, 0) => format!("({}) {room} · chinwag", counted(unread, more)),
                (true, _, mentions) => format!("(!{}) {room} · chinwag", counted(mentions, more)),
            };
            self.effects.push(Effect::Title(text));
        }
    }

    fn exit(&mut self, exit: Exit) {
        self.connection.exit();
        self.forget_refused();
        self.save_profile();
        self.effects.push(Effect::Quit(exit));
    }
}

/// Requests.
impl App {
    /// Sends a request whose answer matters.
    fn request(&mut self, purpose: Purpose, msg: ClientMsg) {
        self.tell_that_it_waits(&purpose, &msg);
        let id = self.requests.open(purpose);
        self.effects.push(Effect::Send(Request { id, msg }));
    }

    /// Sends a request whose answer does not.
    fn send_unnamed(&mut self, msg: ClientMsg) {
        self.effects.push(Effect::Send(Request::unnamed(msg)));
    }

    fn log(&mut self, line: String) {
        self.effects.push(Effect::Log(line));
    }
}
