//! The servers of one client, as data: what the app on the screen is told of the others, and how each is named. The shell
//! makes it, since an app knows its own server only; the app draws it and goes over by it.

use std::sync::Arc;

use shared::{Millis, NodeName, RoomName};

/// Which server of this client, for as long as the client runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerNumber(pub u32);

/// How the connection to a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerState {
    /// An attempt is under way.
    Connecting,
    /// It has let us in.
    Online,
    /// The next attempt is made then.
    Waiting {
        /// When.
        until: Millis,
    },
    /// It wants a password, which is asked for where one looks at it.
    WantsPassword,
    /// No further attempt is made.
    Over,
}

/// A server that is not on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherServer {
    /// Which it is.
    pub number: ServerNumber,
    /// What it is called: its address, as short as it can be.
    pub label: String,
    /// Which node of a cluster it is, if it said so.
    pub node: Option<NodeName>,
    /// How its connection is.
    pub state: ServerState,
    /// Why there is none, in words.
    pub why: Option<String>,
    /// Whether it runs in this process.
    pub is_hosted: bool,
    /// The rooms one is in there, in the order they are listed.
    pub rooms: Vec<OtherRoom>,
    /// How many messages are not known to be stored there.
    pub unsent: usize,
    /// In how many of its rooms something is written and not sent.
    pub drafts: usize,
}

/// A room of a server that is not on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherRoom {
    /// Its name on the wire.
    pub name: RoomName,
    /// What it is called.
    pub title: String,
    /// The mark of a private or read-only room.
    pub kind: &'static str,
    /// Messages not read, up to [`MOST_COUNTED`].
    pub unread: usize,
    /// How many of them name us.
    pub mentions: usize,
    /// Whether there are more than were counted.
    pub more: bool,
}

/// Counts above this look all the same, so that a flood in a hidden server stops changing the screen.
pub const MOST_COUNTED: usize = 1_000;

/// The other servers of the client an app is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// How many of them are listed before the one on the screen.
    pub before: usize,
    /// All of them, in the order they are listed.
    pub list: Vec<Arc<OtherServer>>,
}

impl Others {
    /// Whether there is no other one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Those listed before the one on the screen, and those after it.
    #[must_use]
    pub fn around(&self) -> (&[Arc<OtherServer>], &[Arc<OtherServer>]) {
        self.list.split_at(self.before.min(self.list.len()))
    }

    /// How much is unread there, how much of it names us, and whether there is more than was counted.
    #[must_use]
    pub fn unread(&self) -> (usize, usize, bool) {
        let rooms = self.list.iter().flat_map(|server| &server.rooms);
        rooms.fold((0, 0, false), |(unread, mentions, more), room| {
            (unread + room.unread, mentions + room.mentions, more | room.more)
        })
    }

    /// When a countdown shows another second, if one is shown.
    #[must_use]
    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        let next = |server: &Arc<OtherServer>| match server.state {
            ServerState::Waiting { until } => (until > now).then(|| until - (until - now - 1) / 1000 * 1000),
            ServerState::Connecting
            | ServerState::Online
            | ServerState::WantsPassword
            | ServerState::Over => None,
        };
        self.list.iter().filter_map(next).min()
    }
}

/// What the shell has to tell of a server that is not on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerNews {
    /// It was left, with so many messages kept for the next time.
    Left {
        /// What it is called.
        label: String,
        /// How many.
        unsent: usize,
    },
    /// It is one that this client is connected to already, and was left for that.
    Same {
        /// What it is called.
        label: String,
        /// What the other one is called, which stays.
        stays: String,
    },
}
