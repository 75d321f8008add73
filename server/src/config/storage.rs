//! How the message store keeps things: how durable a commit is, and how long the past is kept.

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Sync {
    /// The operating system has it: survives the end of this process.
    #[default]
    Normal,
    /// The disk has it: survives power loss, as far as the disk keeps its word.
    Full,
}

/// How long the past is kept. Zero means for ever, or any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Days after which an event is deleted.
    pub days: u32,
    /// Events each room keeps.
    pub per_room: u32,
}
