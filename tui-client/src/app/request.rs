//! The requests that wait for an answer, and what each was for. Messages are not among them; the outbox has those.
//! It must not know what follows from an answer.

use shared::server_msg::SanctionKind;
use shared::{Name, RequestId, RoomName, Seq};

use super::layer::dialog::Verb;
use super::layer::search::Query;

/// What a request was for.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "requests are named as on the wire")]
pub enum Asked {
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
    /// What is around a message, to show it.
    Around {
        room: RoomName,
        seq: Seq,
    },
    Search(Query),
    Join(RoomName),
    /// A room we were in before the connection was lost.
    Rejoin(RoomName),
    Part(RoomName),
    /// Who is in a room, to put the list of members right.
    Members(RoomName),
    Rename(Name),
    Topic,
    Who,
    Auth,
    /// An act of a moderator or admin, and the name of whom it is about.
    Act(Verb, Option<Name>),
    Bans(Bans),
    Whois,
}

/// What the list of bans is wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bans {
    /// To know it.
    Keep,
    /// To tell it somebody without a screen.
    Tell,
    /// To lift what holds for somebody of this name.
    Lift(SanctionKind, String),
}

/// The open requests.
#[derive(Debug, Default)]
pub struct Requests {
    count: u64,
    open: Vec<(RequestId, Asked)>,
}

impl Requests {
    /// Names a request and remembers what it is for.
    pub fn open(&mut self, asked: Asked) -> Option<RequestId> {
        self.count += 1;
        // A letter and a number are always a valid name.
        let id = RequestId::parse(&format!("r{}", self.count)).ok()?;
        self.open.push((id.clone(), asked));
        Some(id)
    }

    /// What the answered request was for.
    pub fn close(&mut self, id: &RequestId) -> Option<Asked> {
        let at = self.open.iter().position(|(open, _)| open == id)?;
        Some(self.open.swap_remove(at).1)
    }

    /// The connection is gone, and no answer will come: everything that was asked.
    pub fn drain(&mut self) -> Vec<Asked> {
        std::mem::take(&mut self.open).into_iter().map(|(_, asked)| asked).collect()
    }
}
