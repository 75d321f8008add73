//! The acts, and what each asks before it is done. It must not know what was answered.

use shared::Role;

use super::Step;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "acts are named as on the wire")]
pub enum Verb {
    Kick,
    Ban,
    Mute,
    Unban,
    Unmute,
    Role(Role),
    Announce,
    Shutdown,
    /// Stops a shutdown that counts down.
    CallOff,
}

impl Verb {
    /// The steps, in order.
    #[must_use]
    pub fn steps(self) -> &'static [Step] {
        match self {
            Self::Kick => &[Step::Who, Step::Why, Step::Sure],
            Self::Ban | Self::Mute => &[Step::Who, Step::Why, Step::Long, Step::Sure],
            Self::Announce => &[Step::Words, Step::Sure],
            Self::Shutdown => &[Step::What, Step::Long, Step::Why, Step::Sure],
            Self::Unban | Self::Unmute | Self::Role(_) | Self::CallOff => &[Step::Sure],
        }
    }

    /// The lengths that are offered, in seconds; nothing is for good.
    #[must_use]
    pub fn spans(self) -> &'static [Option<u64>] {
        match self {
            Self::Shutdown => &[Some(0), Some(10), Some(30), Some(60), Some(300)],
            Self::Kick
            | Self::Ban
            | Self::Mute
            | Self::Unban
            | Self::Unmute
            | Self::Role(_)
            | Self::Announce
            | Self::CallOff => &[None, Some(600), Some(3_600), Some(86_400), Some(604_800)],
        }
    }
}
