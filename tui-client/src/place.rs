//! Where the person of a client is: at this machine, or elsewhere and here by ssh ([`crate::ssh_door`]). Somebody who is elsewhere has
//! no rights on this machine: the client reads and writes none of its files, starts no program and opens no connection for them. This
//! value says so once. The app asks it what to decline and what not to offer (`app/not_here.rs`); the services of somebody elsewhere have
//! nothing that could do such a thing ([`crate::services::Services::elsewhere`]), whatever the app asks.

/// The most bytes of the settings of somebody elsewhere, which are in a file and in memory. A change that makes them more is declined.
pub const SETTINGS_BYTES: usize = 16 << 10;

/// Where the person is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// At this machine, as the user who runs the client.
    #[default]
    Here,
    /// Elsewhere, by ssh.
    Elsewhere(Elsewhere),
}

/// What is known of somebody who is here by ssh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// What stands after `ssh` to come here, as `-p 7722 chat.example`, to name it in sentences.
    pub destination: String,
    /// What is kept of the person.
    pub kept: Kept,
    /// Whether the way to the server goes on to another node of a cluster where one ends.
    pub has_other_nodes: bool,
}

/// What is kept of somebody who is here by ssh, from one session to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Everything, by the public key.
    #[default]
    ByKey,
    /// Nothing: they came without a key.
    NothingOfGuest,
    /// Nothing: so many keys are known here that this one is not kept.
    NothingOfTooMany,
    /// Nothing: the disk of this machine takes nothing.
    NothingUnwritable,
}

/// Something that only somebody at this machine can have done. Each has a sentence that says what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHere {
    /// Send a file by its path.
    Send,
    /// Save the file of a message, or open it.
    Save,
    /// Show a picture large.
    View,
    /// List, stop or resume files on their way.
    Transfers,
    /// Write in an editor.
    Editor,
    /// Suspend the program.
    Suspend,
    /// Connect to another server.
    Servers,
    /// Run a program for a message.
    Hooks,
    /// Set what names a file or program of the machine, or how the program starts there.
    Setting,
}

impl Place {
    /// Whether the person is elsewhere.
    #[must_use]
    pub const fn is_elsewhere(&self) -> bool {
        matches!(self, Self::Elsewhere(_))
    }

    /// What is known of the person, if they are elsewhere.
    #[must_use]
    pub const fn elsewhere(&self) -> Option<&Elsewhere> {
        match self {
            Self::Here => None,
            Self::Elsewhere(elsewhere) => Some(elsewhere),
        }
    }
}
