//! In which form the log is written, and how much of it.

/// In which form the log is written, and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// The journal when systemd connected standard error to it, otherwise text.
    #[default]
    Auto,
    /// Lines to read, on standard error.
    Text,
    /// A JSON object a line, on standard error.
    Json,
    /// The journal, with fields.
    Journal,
}

/// How much is logged: this and what is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Level {
    /// What does not work.
    Error,
    /// What somebody should look at.
    Warn,
    /// What happens: who comes and goes, who did what.
    #[default]
    Info,
    /// What is of interest when something is looked for.
    Debug,
    /// Everything.
    Trace,
}
