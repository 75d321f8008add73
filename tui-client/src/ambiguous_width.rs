//! `--ambiguous-width`: how wide the terminal draws the characters whose width Unicode leaves open (UAX #11, "ambiguous"),
//! as the lines of a frame. A setting that both the command line and the terminal name, so it lives below them. The ASCII that
//! is drawn for lines where they are wide is in `terminal/stand_in.rs`.

use clap::ValueEnum;

/// How wide the terminal draws ambiguous characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AmbiguousWidth {
    /// The terminal is asked
    #[default]
    Auto,
    /// One column
    Narrow,
    /// Two columns, as in many Chinese, Japanese and Korean setups: lines are drawn in ASCII
    Wide,
}
