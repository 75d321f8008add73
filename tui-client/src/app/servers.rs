//! The other servers of the client, as far as this one's app has to do with them: they are in the list of rooms, and going
//! to one of their rooms is asked of the shell. An app itself speaks to one server only.

use shared::{Code, Millis, RoomName};

use super::App;
use super::action::Go;
use super::connection::{Closed, Status};
use super::popup::Popup;
use super::popup::picker::PickerKind;
use super::room::Room;
use super::rooms::{Counted, listed};
use super::timeline::Level;
use crate::effect::Effect;
use crate::server_list::{
    MOST_COUNTED, OtherRoom, OtherServer, Others, ServerNews, ServerNumber, ServerState,
};

/// A row of the list of rooms.
#[derive(Clone, Copy, Debug)]
pub enum RoomRow<'a> {
    /// A room of the server on the screen, and its place there.
    Own(usize, &'a Room),
    /// A room of another server.
    Other(ServerNumber, &'a OtherRoom),
    /// The heading above the rooms of a server, where there are several: the one on the screen has no number.
    Server(Option<ServerNumber>, &'a str, ServerState),
    /// Below it, why there is nothing else.
    State(Option<ServerNumber>, ServerState),
}

impl Counted for RoomRow<'_> {
    fn counts(&self) -> (usize, usize, bool) {
        match self {
            Self::Own(_, room) => room.counts(),
            Self::Other(_, room) => (room.unread, room.mentions, room.more),
            Self::Server(..) | Self::State(..) => (0, 0, false),
        }
    }
}

impl RoomRow<'_> {
    /// Where one goes from it.
    fn place(&self) -> Place {
        match self {
            Self::Own(at, _) => Place::Own(*at),
            Self::Other(number, room) => Place::Other(*number, Some(room.name.clone())),
            Self::Server(Some(number), ..) | Self::State(Some(number), _) => Place::Other(*number, None),
            Self::Server(None, ..) | Self::State(None, _) => Place::Here,
        }
    }
}

/// Where one can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// One is there.
    Here,
    /// A room of this server, by its place.
    Own(usize),
    /// Another server, and a room of it; without one, where one was last.
    Other(ServerNumber, Option<RoomName>),
}

/// The list of rooms of all servers.
impl App {
    /// The other servers of this client.
    #[must_use]
    pub fn others(&self) -> &Others {
        &self.others
    }

    /// The rows of the list of rooms, however many there is room for.
    #[must_use]
    pub fn room_rows(&self) -> Vec<RoomRow<'_>> {
        let own = self.rooms.list().iter().enumerate().map(|(at, room)| RoomRow::Own(at, room));
        if self.others.is_empty() {
            return own.collect();
        }
        let mut rows = Vec::new();
        let (before, after) = self.others.around();
        for server in before {
            add_rows(&mut rows, server);
        }
        let state = self.server_state();
        rows.push(RoomRow::Server(None, &self.label, state));
        if state != ServerState::Online {
            rows.push(RoomRow::State(None, state));
        }
        rows.extend(own.filter(|_| self.is_welcome()));
        for server in after {
            add_rows(&mut rows, server);
        }
        rows
    }

    /// The row of the current room; of the server, where there is none.
    #[must_use]
    pub fn current_row(&self, rows: &[RoomRow<'_>]) -> usize {
        let current = self.rooms.current_index();
        let is_current = |row: &RoomRow<'_>| matches!(row, RoomRow::Own(at, _) if *at == current);
        let is_here = |row: &RoomRow<'_>| matches!(row, RoomRow::Server(None, ..));
        rows.iter().position(is_current).or_else(|| rows.iter().position(is_here)).unwrap_or(0)
    }

    /// A click on a row of the list of rooms.
    pub(super) fn click_room(&mut self, row: u16, height: u16) {
        let rows = self.room_rows();
        let at = listed(&rows, self.current_row(&rows), height).room_at(row);
        let place = at.and_then(|at| rows.get(at)).map(RoomRow::place);
        if let Some(place) = place {
            self.go_to_place(place);
        }
    }

    /// Goes on in the list of rooms, over all servers.
    pub(super) fn go_by(&mut self, go: Go) {
        let to = self.place_by(go);
        if let Some(to) = to {
            self.go_to_place(to);
        }
    }

    fn place_by(&self, go: Go) -> Option<Place> {
        let mut rows = self.room_rows();
        // A server without rooms is a place to go to, too.
        let current = self.rooms.current_index();
        let is_place = |row: &RoomRow<'_>| match row {
            RoomRow::Own(..) | RoomRow::Other(..) => true,
            RoomRow::Server(Some(number), ..) => self.other(*number).is_some_and(|it| it.rooms.is_empty()),
            RoomRow::Server(None, ..) => !self.is_welcome(),
            RoomRow::State(..) => false,
        };
        rows.retain(is_place);
        let is_here = |row: &RoomRow<'_>| match row {
            RoomRow::Own(at, _) => *at == current,
            RoomRow::Server(number, ..) => number.is_none(),
            RoomRow::Other(..) | RoomRow::State(..) => false,
        };
        let here = rows.iter().position(is_here)?;
        let count = rows.len();
        let next = |some: fn(&RoomRow<'_>) -> bool| {
            (1..count).map(|step| (here + step) % count).find(|at| rows.get(*at).is_some_and(some))
        };
        let to = match go {
            Go::Next => (here + 1) % count,
            Go::Prev => (here + count - 1) % count,
            Go::Number(number) => usize::from(number).checked_sub(1)?,
            Go::Unread => next(|row| row.counts().1 > 0).or_else(|| next(|row| row.counts().0 > 0))?,
        };
        rows.get(to).map(RoomRow::place)
    }

    fn go_to_place(&mut self, place: Place) {
        match place {
            Place::Here => {}
            Place::Own(at) => self.go(at),
            Place::Other(number, room) => self.effects.push(Effect::ShowServer(number, room)),
        }
    }

    fn other(&self, number: ServerNumber) -> Option<&OtherServer> {
        self.others.list.iter().map(|server| &**server).find(|server| server.number == number)
    }
}

fn add_rows<'a>(rows: &mut Vec<RoomRow<'a>>, server: &'a OtherServer) {
    rows.push(RoomRow::Server(Some(server.number), &server.label, server.state));
    if server.state != ServerState::Online {
        rows.push(RoomRow::State(Some(server.number), server.state));
    }
    rows.extend(server.rooms.iter().map(|room| RoomRow::Other(server.number, room)));
}

/// What the others are told of this one.
impl App {
    /// What this server is called.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// How its connection is.
    #[must_use]
    pub fn server_state(&self) -> ServerState {
        match self.connection.status() {
            Status::Connecting { .. } => ServerState::Connecting,
            Status::Online => ServerState::Online,
            Status::Waiting { until, .. } => ServerState::Waiting { until: *until },
            Status::Closed(Closed::Refused(Code::AuthFailed)) => ServerState::WantsPassword,
            Status::Kicked(_) | Status::Closed(_) => ServerState::Over,
        }
    }

    /// What the app on the screen is told of this one.
    #[must_use]
    pub fn as_other(&self, number: ServerNumber) -> OtherServer {
        let me = self.my_uid();
        let rooms = self.rooms.list().iter().filter(|_| self.is_welcome()).map(|room| OtherRoom {
            name: room.name.clone(),
            title: room.title(me),
            kind: self.lang().room_mark(&room.settings),
            unread: room.unread.min(MOST_COUNTED),
            mentions: room.mentions.min(MOST_COUNTED),
            more: room.unread_more,
        });
        let why = match self.connection.status() {
            Status::Online => None,
            Status::Connecting { .. } | Status::Waiting { .. } => {
                self.connection.last_failure().map(ToOwned::to_owned)
            }
            Status::Kicked(goodbye) | Status::Closed(Closed::Goodbye(goodbye)) => {
                Some(self.lang().goodbye_reason(goodbye))
            }
            Status::Closed(Closed::Refused(code)) => Some(self.lang().refusal_reason(*code).to_owned()),
            Status::Closed(Closed::Distrusted) => Some(self.lang().distrusted_status().to_owned()),
        };
        OtherServer {
            number,
            label: self.label.clone(),
            node: self.connection.node().cloned(),
            state: self.server_state(),
            why,
            is_hosted: self.setup.hosting.is_some(),
            rooms: rooms.collect(),
            unsent: self.outbox.entries().len(),
            drafts: self.rooms_with_drafts().count(),
        }
    }
}

/// What the shell tells.
impl App {
    /// The person did something at another server then.
    pub fn note_activity(&mut self, at: Millis) {
        self.screen.note_activity(at);
    }

    /// The other servers are these, or have changed.
    pub(super) fn on_others(&mut self, others: Others) {
        for now in &others.list {
            let before = self.other(now.number).map(|before| before.state);
            if let Some(text) = self.lang().server_trouble(&now.label, before, now.state, now.why.as_deref())
            {
                self.hint(text, Level::Warning);
            }
        }
        self.others = others;
        self.changes.draw();
    }

    /// This server is on the screen now, or is not any more. What is on it counts as read only while it is.
    pub(super) fn on_shown(&mut self, is_shown: bool) {
        self.screen.set_shown(is_shown);
        if is_shown {
            // The window may be named after another server.
            self.title = None;
            self.mark_seen();
        } else {
            self.screen.end_chord();
            self.input.end_completion();
            self.mark_left();
        }
    }

    /// Something became of another server.
    pub(super) fn on_server_news(&mut self, news: &ServerNews) {
        let level = if matches!(news, ServerNews::Left { .. }) { Level::Info } else { Level::Warning };
        self.notice(&self.lang().server_news(news), level);
    }

    /// When a countdown in an open list of rooms shows another second.
    pub(super) fn others_deadline(&self) -> Option<Millis> {
        let is_listed = |popup: &Popup| matches!(popup, Popup::Picker(it) if it.kind == PickerKind::Rooms);
        self.others.deadline(self.now).filter(|_| self.screen.popups().iter().any(is_listed))
    }
}
