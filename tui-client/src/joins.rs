//! How joins and leaves are shown: each, neighbours in one line, or not at all.

use clap::ValueEnum;

/// How joins and leaves are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Joins {
    /// Each in a line of its own.
    All,
    /// Those that stand beside each other in one line: how many came and left, and who.
    #[default]
    Condensed,
    /// Not at all.
    None,
}
