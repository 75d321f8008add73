//! The audit trail: who did what, to whom, why, when and from where. It must not hold a secret.

use std::fmt;
use std::net::IpAddr;

use shared::{Line, Millis, Sender};

use super::Chat;
use super::command::Asker;
use super::effect::{Effect, Record};
use super::proposal::Origin;

/// An entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// When.
    pub at: Millis,
    /// Who did it.
    pub by: Sender,
    /// From where.
    pub place: Place,
    /// What.
    pub deed: Deed,
    /// To whom.
    pub target: Option<Sender>,
    /// Why.
    pub reason: Line,
    /// What else there is to know, as `key=value` words: the role that was given, until when, how soon.
    pub detail: String,
}

/// What is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the verb of its name")]
pub enum Deed {
    Kick,
    Ban,
    Unban,
    Mute,
    Unmute,
    Role,
    Announce,
    Shutdown,
    /// A countdown was called off.
    Cancel,
    /// Somebody proved to be an admin, by the key or by their connection.
    Auth,
    /// Somebody showed a key that is none.
    WrongKey,
}

/// Where somebody did it from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address.
    Net(IpAddr),
    /// A process of this Unix user, over the server's socket.
    Unix(u32),
    /// Neither: a pipe in a test.
    Unknown,
}

impl Deed {
    /// The word it is kept as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kick => "kick",
            Self::Ban => "ban",
            Self::Unban => "unban",
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::Role => "role",
            Self::Announce => "announce",
            Self::Shutdown => "shutdown",
            Self::Cancel => "shutdown-cancel",
            Self::Auth => "auth",
            Self::WrongKey => "wrong-key",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net(address) => address.fmt(f),
            Self::Unix(uid) => write!(f, "unix:{uid}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Origin {
    /// As the audit trail says it.
    #[must_use]
    pub fn place(&self) -> Place {
        let unix = || self.unix.map(Place::Unix);
        self.address.map(Place::Net).or_else(unix).unwrap_or(Place::Unknown)
    }
}

/// What a verb has to say for the trail; who, when and from where is known.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    pub(super) deed: Deed,
    pub(super) target: Option<&'a Sender>,
    pub(super) reason: &'a Line,
    pub(super) detail: String,
}

impl Chat {
    /// Writes an act down.
    pub(super) fn audit(&mut self, at: Millis, asker: &Asker, entry: Entry<'_>) {
        let Entry { deed, target, reason, detail } = entry;
        let seen = || self.roster.get(asker.uid()).and_then(|identity| identity.seen.as_deref());
        let place = asker.unix.map(Place::Unix).or_else(|| seen().map(|seen| seen.origin.place()));
        self.effects.push(Effect::Save(Record::Audit(Box::new(Audit {
            at,
            by: asker.by.clone(),
            place: place.unwrap_or(Place::Unknown),
            deed,
            target: target.cloned(),
            reason: reason.clone(),
            detail,
        }))));
    }
}
