//! The limits both sides must agree on: lengths of lines, pages, texts and names, and what `welcome` tells of them.

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::text::Text;

/// The longest line before `welcome`, in bytes without the line end.
pub const GREETING_LINE_BYTES: usize = 2 * 1024;
/// The longest line a server takes after `welcome`, in bytes without the line end.
pub const LINE_BYTES: usize = 16 * 1024;
/// The longest line a client takes: a welcome with a thousand members, a page of the longest messages.
pub const SERVER_LINE_BYTES: usize = 4 * 1024 * 1024;
/// The most events in one page of history or search.
pub const PAGE_EVENTS: usize = 200;

/// What the server tells a client about its limits. A field that is missing has the value of this version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The longest line after `welcome`, in bytes.
    pub line_bytes: usize,
    /// The longest message, in bytes.
    pub text_bytes: usize,
    /// The most lines in a message.
    pub text_lines: usize,
    /// The widest name, in columns.
    pub name_columns: usize,
    /// The most events in one page of history.
    pub page_events: usize,
    /// How many messages may be sent at once before the pace holds; 0 for any number.
    pub pace_burst: u32,
    /// Messages a second after that; 0 for no limit.
    pub pace_per_s: u32,
    /// How long a lost connection is shown as away before it is a leave, in seconds.
    pub resume_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line_bytes: LINE_BYTES,
            text_bytes: Text::MAX_BYTES,
            text_lines: Text::MAX_LINES,
            name_columns: Name::MAX_COLUMNS,
            page_events: PAGE_EVENTS,
            pace_burst: 10,
            pace_per_s: 2,
            resume_s: 300,
        }
    }
}
