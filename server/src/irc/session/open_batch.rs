//! A batch that the client has begun and not ended.

use crate::irc::line::Line;
use crate::irc::split::Assembly;

/// A batch that is open.
#[derive(Debug)]
pub(crate) struct ClientBatch {
    /// What the client calls it.
    pub(crate) name: String,
    /// The line that began it.
    pub(crate) begin: Line,
    /// For whom it is.
    pub(crate) target: String,
    /// `PRIVMSG` or `NOTICE`, once a line came.
    pub(crate) command: Option<String>,
    /// What was said so far; `None` once something was wrong with it: the rest is passed over, up to its end.
    pub(crate) text: Option<Assembly>,
}
