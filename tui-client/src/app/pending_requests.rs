//! The requests that wait for an answer, by request id, and what each was for. Messages are not among them: the outbox has
//! those, under their idempotency key (nonce).

use std::path::PathBuf;

use shared::client_msg::{RoomKick, RoomMute, RoomUid, SetRoom};
use shared::server_msg::{SanctionKind, User};
use shared::{ClientMsg, Line, Name, RequestId, RoomName, Seq, Uid};

use super::search_query::SearchQuery;
use crate::admin_action::AdminAction;
use crate::lang::Lang;
use crate::transfer::TransferId;

/// What a request was for.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "requests are named as on the wire")]
pub enum Purpose {
    /// A page of what is before this seq.
    History {
        room: RoomName,
        before: Seq,
    },
    /// A page of what is after this seq.
    Newer {
        room: RoomName,
        after: Seq,
    },
    /// What is around a message, to show it where these words are in it.
    Around {
        room: RoomName,
        seq: Seq,
        words: String,
    },
    /// A message that is answered, for the row above its answer.
    Original {
        room: RoomName,
        seq: Seq,
    },
    /// The first page of a room.
    Oldest(RoomName),
    Search(SearchQuery),
    /// What was said before, to print it.
    Past(Past),
    Join(RoomName),
    Part(RoomName),
    /// Who is in a room, or in any of ours, to put the lists of members right; a page after this uid.
    Members {
        room: Option<RoomName>,
        after: Option<Uid>,
    },
    Rename(Name),
    Topic,
    /// A room is to be set up otherwise, or something is to be done to somebody in it.
    SetRoom,
    /// Who is here, in a room or anywhere, to print it; and those on the pages before.
    Who(Option<RoomName>, Vec<User>),
    Auth,
    /// An action of a moderator or admin, and the name of whom it is about.
    Act(AdminAction, Option<Name>),
    Bans(BansFor),
    /// Everything about one person; of what name, where that was asked for.
    Whois(Option<Name>),
    /// We are away, and why; or back.
    Away(Option<shared::Line>),
    /// When somebody was last here.
    Seen(Name),
    /// Who has a name, to ignore them.
    Ignore(Name),
    /// A page of the list of rooms: to print it, or only to know it.
    RoomList {
        prefix: Line,
        print: bool,
    },
    /// Who has a name, to write to them.
    MessageTo(Box<Wanted>),
    /// Who has a name, to do this to them in a room.
    RoomAct(Box<(RoomName, Name, RoomAct)>),
    FreeName(Name),
    /// How many windows we have, before leaving; whether without a word to the others.
    OwnWindows {
        quiet: bool,
    },
    /// The limits of the server; whether one was changed.
    Limits(bool),
    /// A code for another machine.
    Link,
    Machines,
    /// The machine with this number is to be taken out.
    Unlink(u32),
    /// A word for IRC clients; whether one was set, rather than taken out.
    IrcPassword(bool),
    IrcCert,
    /// A message that is not here, to save its file, and where to.
    FileOf(Box<(RoomName, Seq, Option<PathBuf>)>),
    /// A token to move the content of a file.
    Transfer(TransferId),
}

impl Purpose {
    /// Whether a person or a script asked for it, and waits for the answer.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        match self {
            Self::Rename(_)
            | Self::Topic
            | Self::SetRoom
            | Self::Who(..)
            | Self::Auth
            | Self::Act(..)
            | Self::Bans(BansFor::Tell | BansFor::Lift(..))
            | Self::Past(_)
            | Self::Whois(_)
            | Self::Ignore(_)
            | Self::Away(_)
            | Self::Seen(_)
            | Self::RoomList { print: true, .. }
            | Self::MessageTo(..)
            | Self::RoomAct(_)
            | Self::FreeName(_)
            | Self::Limits(_)
            | Self::Link
            | Self::Machines
            | Self::FileOf(_)
            | Self::IrcPassword(_)
            | Self::IrcCert
            | Self::Unlink(_) => true,
            Self::History { .. }
            | Self::Newer { .. }
            | Self::Around { .. }
            | Self::Original { .. }
            | Self::Oldest(_)
            | Self::Search(_)
            // These are asked again after a lost connection: the room knows what is wanted of it.
            | Self::Join(_)
            | Self::Part(_)
            | Self::Members { .. }
            | Self::RoomList { print: false, .. }
            | Self::OwnWindows { .. }
            | Self::Transfer(_)
            | Self::Bans(BansFor::Keep) => false,
        }
    }
}

/// What is done to somebody in one room.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are named as the commands")]
pub enum RoomAct {
    Invite,
    Owner,
    Remove(Line),
    /// For so many seconds, or for good.
    Silence(Line, Option<u64>),
    Unsilence,
}

impl RoomAct {
    /// The request.
    #[must_use]
    pub fn on(self, room: RoomName, uid: Uid) -> ClientMsg {
        let set = |set| ClientMsg::SetRoom(Box::new(set));
        match self {
            Self::Invite => set(SetRoom { invite: Some(uid), ..SetRoom::new(room) }),
            Self::Owner => set(SetRoom { owner: Some(uid), ..SetRoom::new(room) }),
            Self::Remove(reason) => ClientMsg::RoomKick(RoomKick { room, uid, reason }),
            Self::Silence(reason, for_s) => ClientMsg::RoomMute(RoomMute { room, uid, reason, for_s }),
            Self::Unsilence => ClientMsg::RoomUnmute(RoomUid { room, uid }),
        }
    }
}

/// Somebody who is to be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What they are called.
    pub name: Name,
    /// What is to be said to them.
    pub text: String,
    /// Where that was typed.
    pub typed_in: RoomName,
}

impl Wanted {
    /// What was typed, with the command's name in the person's language.
    #[must_use]
    pub fn as_typed(&self, lang: Lang) -> String {
        let command = lang.pick(["/msg", "/귓속말"]);
        format!("{command} {} {}", self.name, self.text).trim_end().to_owned()
    }
}

/// What of the past is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// The newest events of a room.
    History,
    /// The newest messages with some words.
    Search,
}

/// What the list of bans is wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BansFor {
    /// To know it.
    Keep,
    /// To print it.
    Tell,
    /// To lift what holds for somebody of this name.
    Lift(SanctionKind, String),
}

/// What is done once the terminal says yes.
#[derive(Debug)]
pub enum Unconfirmed {
    /// An action of a moderator or admin.
    Act(Box<(Purpose, ClientMsg)>),
    /// A message is deleted.
    Delete(RoomName, Seq),
}

/// The open requests.
#[derive(Debug, Default)]
pub struct PendingRequests {
    count: u64,
    open: Vec<(RequestId, Purpose)>,
    /// What waits for a yes from the terminal, where there is no screen for a dialog.
    unconfirmed: Option<Unconfirmed>,
}

impl PendingRequests {
    /// Names a request and remembers what it is for.
    pub fn open(&mut self, purpose: Purpose) -> Option<RequestId> {
        self.count += 1;
        // A letter and a number are always a valid name.
        let id = RequestId::parse(&format!("r{}", self.count)).ok()?;
        self.open.push((id.clone(), purpose));
        Some(id)
    }

    /// What the answered request was for.
    pub fn close(&mut self, id: &RequestId) -> Option<Purpose> {
        let at = self.open.iter().position(|(open, _)| open == id)?;
        Some(self.open.swap_remove(at).1)
    }

    /// Whether somebody waits for an answer.
    #[must_use]
    pub fn is_waited_for(&self) -> bool {
        self.open.iter().any(|(_, purpose)| purpose.is_asked())
    }

    /// Whether the server has not answered to an admin key yet.
    #[must_use]
    pub fn waits_for_role(&self) -> bool {
        self.open.iter().any(|(_, purpose)| *purpose == Purpose::Auth)
    }

    /// Whether we are about to leave and ask how many windows we have.
    #[must_use]
    pub fn asks_own_windows(&self) -> bool {
        self.open.iter().any(|(_, purpose)| matches!(purpose, Purpose::OwnWindows { .. }))
    }

    /// How many rooms are being entered.
    #[must_use]
    pub fn joins(&self) -> usize {
        self.open.iter().filter(|(_, purpose)| matches!(purpose, Purpose::Join(_))).count()
    }

    /// How many answered messages are being asked for.
    #[must_use]
    pub fn originals(&self) -> usize {
        self.open.iter().filter(|(_, purpose)| matches!(purpose, Purpose::Original { .. })).count()
    }

    /// Whether the members of a room are being asked for.
    #[must_use]
    pub fn asks_members(&self, room: &RoomName) -> bool {
        self.open.iter().any(
            |(_, purpose)| matches!(purpose, Purpose::Members { room: Some(asked), .. } if asked == room),
        )
    }

    /// Who is to be written to and is looked for.
    pub fn wanted_people(&self) -> impl Iterator<Item = &Wanted> {
        self.open.iter().filter_map(|(_, purpose)| {
            if let Purpose::MessageTo(wanted) = purpose { Some(wanted.as_ref()) } else { None }
        })
    }

    /// The same, from this room: one at a time.
    #[must_use]
    pub fn wanted_from(&self, room: &RoomName) -> Option<&Wanted> {
        self.wanted_people().find(|wanted| wanted.typed_in == *room)
    }

    /// The connection is gone, and no answer will come: the purposes of all requests. An unconfirmed action is dropped, too.
    pub fn drain(&mut self) -> Vec<Purpose> {
        self.unconfirmed = None;
        std::mem::take(&mut self.open).into_iter().map(|(_, purpose)| purpose).collect()
    }

    /// Lets something wait for a yes; what waited before does not any more.
    pub fn set_unconfirmed(&mut self, unconfirmed: Unconfirmed) {
        self.unconfirmed = Some(unconfirmed);
    }

    /// What waits for a yes.
    pub fn take_unconfirmed(&mut self) -> Option<Unconfirmed> {
        self.unconfirmed.take()
    }
}
