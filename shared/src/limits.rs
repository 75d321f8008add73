//! The limits both sides must agree on: lengths of lines, pages, texts and names, and what `welcome` tells of them.

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::server_number;
use crate::text::Text;

/// The longest line before `welcome`, in bytes without the line end.
pub const GREETING_LINE_BYTES: usize = 2 * 1024;
/// The longest line a server takes after `welcome`, in bytes without the line end.
pub const LINE_BYTES: usize = 16 * 1024;
/// The longest line a client takes: a welcome with a thousand members, a page of the longest messages.
pub const SERVER_LINE_BYTES: usize = 4 * 1024 * 1024;
/// The most events in one page of history or search.
pub const PAGE_EVENTS: usize = 200;
/// The most connections of one identity at once that a server of this version takes.
pub const WINDOWS: usize = 8;

/// The most addresses of nodes in a list; what is beyond it is not read.
pub const NODES: usize = 64;

/// What the server tells a client about its limits. A field that is missing has the value of this version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The longest line after `welcome`, in bytes.
    #[serde(deserialize_with = "server_number::whole")]
    pub line_bytes: usize,
    /// The longest message, in bytes.
    #[serde(deserialize_with = "server_number::whole")]
    pub text_bytes: usize,
    /// The most lines in a message.
    #[serde(deserialize_with = "server_number::whole")]
    pub text_lines: usize,
    /// The widest name, in columns.
    #[serde(deserialize_with = "server_number::whole")]
    pub name_columns: usize,
    /// The most events in one page of history.
    #[serde(deserialize_with = "server_number::whole")]
    pub page_events: usize,
    /// How many messages may be sent at once before the pace holds; 0 for any number.
    #[serde(deserialize_with = "server_number::whole")]
    pub pace_burst: u32,
    /// Messages a second after that; 0 for no limit.
    #[serde(deserialize_with = "server_number::whole")]
    pub pace_per_s: u32,
    /// How long a lost connection is shown as away before it is a leave, in seconds.
    #[serde(deserialize_with = "server_number::whole")]
    pub resume_s: u64,
    /// How many connections one identity may have at once, each with a `window` of its own. One, where a server knows
    /// nothing of windows: every greeting replaces the connection before it.
    pub windows: usize,
    /// The longest file, in bytes; 0 where the server takes none.
    #[serde(deserialize_with = "server_number::whole")]
    pub file_bytes: u64,
}

impl Limits {
    /// What can hold of these, whatever a server says: a limit of nothing at all has its start value, and none is above what
    /// the protocol allows.
    #[must_use]
    pub fn within_protocol(self) -> Self {
        fn within(told: usize, start: usize, most: usize) -> usize {
            if told == 0 { start } else { told.min(most) }
        }
        let start = Self::default();
        Self {
            line_bytes: within(self.line_bytes, start.line_bytes, SERVER_LINE_BYTES),
            text_bytes: within(self.text_bytes, start.text_bytes, start.text_bytes),
            text_lines: within(self.text_lines, start.text_lines, start.text_lines),
            name_columns: within(self.name_columns, start.name_columns, start.name_columns),
            page_events: within(self.page_events, start.page_events, SERVER_LINE_BYTES),
            ..self
        }
    }
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
            windows: 1,
            file_bytes: 0,
        }
    }
}
