//! The whole state of the client, and the one door to it: [`App::update`] takes what happened and says what to do.
//!
//! It is a pure state machine: the time comes in with every event, chance comes from a seed. It must not know a
//! socket, a terminal or a clock.
//!
//! Reading order: `session` is the connection's life; `incoming` what the server says; `keys` and `perform` what the
//! person does; `submit` and `command` what Enter does. `rooms`, `roster`, `timeline`, `composer` and `outbox` are
//! the state they work on.

pub mod action;
pub mod backoff;
pub mod chord;
pub mod command;
pub mod complete;
pub mod composer;
pub mod countdown;
pub mod dice;
pub mod keymap;
pub mod layer;
pub mod link;
pub mod outbox;
pub mod panes;
pub mod request;
pub mod rooms;
pub mod roster;
pub mod span;
pub mod teller;
pub mod timeline;
pub mod wrap;

mod incoming;
mod keys;
mod moderate;
mod paging;
mod perform;
mod search;
mod session;
mod submit;
mod view;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;

use shared::limits::Limits;
use shared::server_msg::{Goodbye, Sanction, ServerInfo, You};
use shared::text::is_safe;
use shared::{ClientMsg, Millis, Name, Request, RoomName};

use self::backoff::Backoff;
use self::chord::Prefix;
use self::complete::Completion;
use self::composer::Composer;
use self::countdown::Countdown;
use self::dice::Dice;
use self::keymap::Keymap;
use self::layer::Layer;
use self::link::Link;
use self::outbox::Outbox;
use self::request::{Asked, Requests};
use self::rooms::Rooms;
use self::timeline::Level;
use crate::address::Address;
use crate::effect::{Effect, Exit};
use crate::event::Event;
use crate::lang::Lang;
use crate::profile::Profile;

/// What is known before the first event.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The server, to tell its name.
    pub address: Address,
    /// The person's language.
    pub lang: Lang,
    /// The name asked for on the command line.
    pub name: Option<Name>,
    /// The server's password.
    pub password: Option<String>,
    /// The admin key, to be shown after each welcome.
    pub admin_key: Option<String>,
    /// What is remembered from the last run.
    pub profile: Profile,
    /// Whether there is a screen to explain things on; without one, trouble ends the program.
    pub has_screen: bool,
    /// Without one: whether somebody is there to answer before an act that hurts. A script gets what it says.
    pub confirms: bool,
    /// How far the clocks here are ahead of UTC, in minutes.
    pub offset_minutes: i32,
    /// Where chance comes from: another number in every run.
    pub seed: u64,
}

/// The client.
#[derive(Debug)]
pub struct App {
    setup: Setup,
    profile: Profile,
    dice: Dice,
    keymap: Keymap,
    /// The time of the last event.
    now: Millis,
    size: (u16, u16),
    focused: bool,

    link: Link,
    backoff: Backoff,
    /// The server's goodbye, until the connection is down.
    farewell: Option<Goodbye>,
    /// Round trip of the last ping, in milliseconds.
    lag: Option<u32>,
    /// The rooms whose missed events the last greeting asked for.
    asked_for: BTreeSet<RoomName>,
    /// Whether the server is sending them.
    resuming: bool,
    /// When the program ends even if the server does not answer the goodbye.
    leaving: Option<Millis>,
    /// No more input comes: leave when everything is sent.
    ended: bool,

    me: Option<You>,
    server: Option<ServerInfo>,
    limits: Limits,
    rooms: Rooms,
    composer: Composer,
    outbox: Outbox,
    requests: Requests,
    completion: Option<Completion>,
    layers: Vec<Layer>,
    hint: Option<Hint>,
    /// Ctrl-X was pressed: the next key says what for.
    chord: Option<Prefix>,
    /// The server is about to stop.
    countdown: Option<Countdown>,
    /// The bans and mutes in force, as the server told them last.
    sanctions: Vec<Sanction>,
    /// Until when we may not speak, as far as we know; nothing where it is for good or not known.
    mute: Option<Millis>,
    /// What somebody on a terminal without a screen was asked about last.
    unconfirmed: Option<(Asked, ClientMsg)>,
    /// Why somebody wants us out, until it was read.
    parting: Option<Goodbye>,
    /// Ctrl-C was pressed on an empty draft: until then, another one leaves.
    quit_armed: Option<Millis>,

    effects: Vec<Effect>,
    dirty: Dirty,
    title: (usize, usize, bool),
}

/// What must be done because something changed.
#[derive(Clone, Copy, Debug)]
struct Dirty {
    /// Draw.
    frame: bool,
    /// Look whether older messages are wanted: the scrollback moved.
    view: bool,
    /// Write the state file.
    profile: bool,
}

/// A remark in the status line, gone with the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What it says.
    pub text: String,
    /// How much it matters.
    pub level: Level,
}

impl App {
    /// A client that is not connected yet.
    #[must_use]
    pub fn new(mut setup: Setup) -> Self {
        let mut profile = std::mem::take(&mut setup.profile);
        let outbox = Outbox::restore(std::mem::take(&mut profile.outbox));
        Self {
            profile,
            dice: Dice::new(setup.seed),
            keymap: Keymap::default(),
            now: 0,
            size: (80, 24),
            focused: true,
            link: Link::Connecting { attempt: 0 },
            backoff: Backoff::default(),
            farewell: None,
            lag: None,
            asked_for: BTreeSet::new(),
            resuming: false,
            leaving: None,
            ended: false,
            me: None,
            server: None,
            limits: Limits::default(),
            rooms: Rooms::default(),
            composer: Composer::default(),
            outbox,
            requests: Requests::default(),
            completion: None,
            layers: Vec::new(),
            hint: None,
            chord: None,
            countdown: None,
            sanctions: Vec::new(),
            mute: None,
            unconfirmed: None,
            parting: None,
            quit_armed: None,
            effects: Vec::new(),
            dirty: Dirty { frame: true, view: false, profile: false },
            title: (usize::MAX, 0, false),
            setup,
        }
    }

    /// Begins: the first thing to do is to connect.
    pub fn start(&mut self, now: Millis) -> Vec<Effect> {
        self.now = now;
        self.connect();
        self.settle()
    }

    /// Takes in what happened at `now`, milliseconds since 1970, and says what to do about it.
    pub fn update(&mut self, now: Millis, event: Event) -> Vec<Effect> {
        self.now = self.now.max(now);
        match event {
            Event::Key(key) => self.on_key(key),
            Event::Wheel(wheel) => self.on_wheel(wheel),
            Event::Paste(text) => self.on_paste(text),
            Event::Resize(columns, rows) => self.on_resize(columns, rows),
            Event::Focus(focused) => self.on_focus(focused),
            Event::Zone(minutes) => (self.setup.offset_minutes, self.dirty.frame) = (minutes, true),
            Event::Line(line) => self.on_line(&line),
            Event::Eof => self.on_eof(),
            Event::Terminate => self.terminate(),
            Event::Link(heard) => self.on_link(heard),
            Event::Tick => self.on_tick(),
        }
        self.settle()
    }

    /// When [`Event::Tick`] should come, if nothing else happens before.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        let typing = self.rooms.current().roster.deadline();
        let outbox = self.outbox.deadline().filter(|_| self.link.is_online());
        let search = self.search().and_then(layer::search::Search::deadline);
        let search = search.filter(|_| self.link.is_online());
        let countdown = self.countdown.as_ref().map(|countdown| countdown.deadline(self.now));
        [self.link.deadline(self.now), typing, outbox, search, self.leaving, countdown]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether there is something new to draw; asking takes the answer away.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.dirty.frame)
    }

    /// What follows from every event alike.
    fn settle(&mut self) -> Vec<Effect> {
        self.pump();
        self.seek();
        self.page();
        self.retitle();
        if std::mem::take(&mut self.dirty.profile) {
            self.save();
        }
        std::mem::take(&mut self.effects)
    }

    fn on_tick(&mut self) {
        if let Link::Waiting { until, .. } = self.link {
            self.dirty.frame = true;
            if self.now >= until {
                self.connect();
            }
        }
        self.tick_countdown();
        self.dirty.frame |= self.rooms.current_mut().roster.settle(self.now);
        if self.leaving.is_some_and(|until| self.now >= until) {
            self.exit(Exit::Done);
        }
    }

    fn on_resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        (self.dirty.frame, self.dirty.view) = (true, true);
    }

    fn on_focus(&mut self, focused: bool) {
        self.focused = focused;
        if focused {
            self.look();
        } else {
            let room = self.rooms.current_mut();
            if room.unread == 0 {
                room.timeline.set_read(Some(room.position));
            }
        }
        self.dirty.frame = true;
    }

    /// What is on the screen is read, if somebody looks at it.
    fn look(&mut self) {
        let room = self.rooms.current_mut();
        if self.focused && room.timeline.at_bottom() {
            room.mark_read();
        }
        self.dirty.frame = true;
    }

    fn save(&mut self) {
        let mut profile = self.profile.clone();
        profile.outbox = self.outbox.to_keep();
        profile.read = self.rooms.list().iter().map(|room| (room.name.clone(), room.read)).collect();
        profile.drafts.extend(self.drafts());
        self.effects.push(Effect::Save(Box::new(profile)));
    }

    /// Every draft; a key is not kept.
    fn drafts(&self) -> impl Iterator<Item = (RoomName, String)> {
        let current = self.rooms.current_index();
        let drafts = self.rooms.list().iter().enumerate().map(move |(at, room)| {
            (&room.name, if at == current { self.composer.text() } else { room.draft.text() })
        });
        let kept = drafts.filter(|(_, text)| !text.trim().is_empty() && !submit::is_key(text));
        kept.map(|(room, text)| (room.clone(), text.to_owned()))
    }

    /// Puts back what was being written in a room when the program ended.
    fn restore_draft(&mut self, room: &RoomName) {
        let Some(text) = self.profile.drafts.remove(room) else { return };
        let is_current = self.rooms.current().name == *room;
        let draft = if is_current { &mut self.composer } else { &mut self.rooms.ensure(room).draft };
        if draft.is_empty() {
            draft.set_text(text);
        }
    }

    fn retitle(&mut self) {
        let elsewhere: usize = self.rooms.list().iter().map(|room| room.unread).sum();
        let title = (self.rooms.current_index(), elsewhere, self.is_welcome());
        if title != self.title {
            self.title = title;
            let room = self.rooms.current().title(self.my_uid());
            let text = match (self.is_welcome(), elsewhere) {
                (false, _) => "chinwag".to_owned(),
                (true, 0) => format!("{room} · chinwag"),
                (true, unread) => format!("({unread}) {room} · chinwag"),
            };
            self.effects.push(Effect::Title(text));
        }
    }

    fn exit(&mut self, exit: Exit) {
        self.leaving = None;
        self.save();
        self.effects.push(Effect::Quit(exit));
    }
}

/// Saying things.
impl App {
    /// Sends a request whose answer matters.
    fn ask(&mut self, asked: Asked, msg: ClientMsg) {
        let id = self.requests.open(asked);
        self.effects.push(Effect::Send(Request { id, msg }));
    }

    /// Sends a request whose answer does not.
    fn tell(&mut self, msg: ClientMsg) {
        self.effects.push(Effect::Send(Request::unnamed(msg)));
    }

    /// Says something to the person, in the room they look at.
    fn notice(&mut self, text: &str, level: Level) {
        // A message of the day may hold anything.
        let text: String = text.chars().filter(|&c| c == '\n' || is_safe(c)).collect();
        let room = self.rooms.current_mut();
        room.timeline.notice(&text, self.now, level);
        self.effects.push(Effect::Notice(text));
        self.dirty.frame = true;
    }

    /// Remarks something in the status line.
    fn remark(&mut self, text: String, level: Level) {
        self.effects.push(Effect::Notice(text.clone()));
        self.hint = Some(Hint { text, level });
        self.dirty.frame = true;
    }
}
