//! How durable a commit is (`--sync`).

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Sync {
    /// The operating system has it: survives the end of this process.
    #[default]
    Normal,
    /// The disk has it: survives power loss, as far as the disk keeps its word.
    Full,
}
