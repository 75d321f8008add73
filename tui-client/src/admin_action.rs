//! The actions of moderators and admins as data: kick, ban, mute, role, announce, shutdown, which questions each asks
//! before it is done, and who can be its subject.
//!
//! It stands below [`crate::lang`], which words these types, and [`crate::app`], whose dialog asks the questions.

use shared::{Name, Role, Style, Uid};

/// An action of a moderator or an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "actions are named as on the wire")]
pub enum AdminAction {
    Kick,
    Ban,
    Mute,
    Unban,
    Unmute,
    Role(Role),
    /// Takes a name from somebody who is not here.
    FreeName,
    Announce,
    Shutdown,
    /// Cancels a shutdown that counts down.
    CancelShutdown,
}

/// One question of the dialog for an [`AdminAction`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Whom it is about.
    Subject,
    /// The reason.
    Reason,
    /// For how long; for a shutdown, in how long.
    Duration,
    /// Whether the server stops or restarts.
    StopOrRestart,
    /// The text of an announcement.
    Text,
    /// Whether it is meant: one sentence that names the person and the consequence.
    Confirm,
}

/// Whom an action is about, as they were when they were picked.
///
/// The number decides: names can change hands while the dialog is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Their number.
    pub uid: Uid,
    /// Their name when they were picked.
    pub name: Name,
    /// The style of their name.
    pub style: Style,
}

/// Why somebody cannot be the subject of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ineligible {
    /// It is oneself.
    You,
    /// Their role is at least as high as ours.
    Rank(Role),
}

impl AdminAction {
    /// The steps of its dialog, in order.
    #[must_use]
    pub fn steps(self) -> &'static [Step] {
        match self {
            Self::Kick => &[Step::Subject, Step::Reason, Step::Confirm],
            Self::Ban | Self::Mute => &[Step::Subject, Step::Reason, Step::Duration, Step::Confirm],
            Self::Announce => &[Step::Text, Step::Confirm],
            Self::Shutdown => &[Step::StopOrRestart, Step::Duration, Step::Reason, Step::Confirm],
            Self::Unban | Self::Unmute | Self::Role(_) | Self::FreeName | Self::CancelShutdown => {
                &[Step::Confirm]
            }
        }
    }

    /// The durations the dialog offers, in seconds; `None` is without end.
    #[must_use]
    pub fn offered_durations(self) -> &'static [Option<u64>] {
        match self {
            Self::Shutdown => &[Some(0), Some(10), Some(30), Some(60), Some(300)],
            Self::Kick
            | Self::Ban
            | Self::Mute
            | Self::Unban
            | Self::Unmute
            | Self::Role(_)
            | Self::FreeName
            | Self::Announce
            | Self::CancelShutdown => &[None, Some(600), Some(3_600), Some(86_400), Some(604_800)],
        }
    }
}
