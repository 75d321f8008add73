//! What the server takes of files: [`TransferLimits`], which may be changed while it runs, and [`TransferTiming`], which only tests
//! shorten.

use std::time::Duration;

/// The limits by size, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferLimits {
    /// The longest file; 0 where none are taken.
    pub file_max: u64,
    /// All contents together, with those that are being sent.
    pub files_total: u64,
    /// What one identity may send in a day.
    pub per_day: u64,
}

impl Default for TransferLimits {
    fn default() -> Self {
        Self { file_max: 100 << 20, files_total: 10 << 30, per_day: 1 << 30 }
    }
}

/// The times of transfers, and how many there may be at once.
#[derive(Clone, Copy, Debug)]
pub struct TransferTiming {
    /// How long a token opens a transfer.
    pub token: Duration,
    /// How long a transfer may stand still.
    pub stall: Duration,
    /// How long a content that was sent or proved waits for its message, and a part for the rest.
    pub keep: Duration,
    /// How long a message may take from the question whether its content is held until it is stored.
    pub say: Duration,
    /// How long a content stays that no message refers to, where nothing is known of who sent it.
    pub orphan: Duration,
    /// How often what nobody refers to is looked for.
    pub sweep: Duration,
    /// The most transfers at once.
    pub running: usize,
    /// The most transfers of one identity at once.
    pub of_identity: usize,
}

impl Default for TransferTiming {
    fn default() -> Self {
        Self {
            token: Duration::from_mins(1),
            stall: Duration::from_secs(30),
            keep: Duration::from_hours(24),
            say: Duration::from_mins(1),
            orphan: Duration::from_hours(1),
            sweep: Duration::from_hours(1),
            running: 64,
            of_identity: 4,
        }
    }
}
