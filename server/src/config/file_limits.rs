//! How much of files there may be: whether the server takes any, how long one may be, and what all of them may take.

use clap::Args;

use crate::byte_size::ByteSize;
use crate::transfers::limits::TransferLimits;

/// Whether something is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// It is.
    #[default]
    On,
    /// It is not.
    Off,
}

/// The bounds of the files that messages bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
#[command(next_help_heading = "Files that messages bring; a reload applies these")]
pub struct FileLimits {
    /// Whether messages may bring files. Those that are there can be fetched either way
    #[arg(long, value_enum, default_value_t, hide_possible_values = true, value_name = "on|off")]
    pub files: Switch,

    /// The longest file, such as 100M, 1G or 4096; 0 takes none
    #[arg(long, value_name = "SIZE", default_value = "100M")]
    pub file_max: ByteSize,

    /// How much all files may take together; the next one is refused until some are gone
    #[arg(long, value_name = "SIZE", default_value = "10G")]
    pub files_total: ByteSize,

    /// How much one person may send in a day
    #[arg(long, value_name = "SIZE", default_value = "1G")]
    pub files_per_day: ByteSize,
}

impl FileLimits {
    /// What those who move contents go by.
    #[must_use]
    pub fn of_transfers(&self) -> TransferLimits {
        let (files_total, per_day) = (self.files_total.0, self.files_per_day.0);
        TransferLimits { file_max: self.longest(), files_total, per_day }
    }

    /// The longest file that is taken, in bytes; 0 where none is.
    #[must_use]
    pub fn longest(&self) -> u64 {
        match self.files {
            Switch::On => self.file_max.0,
            Switch::Off => 0,
        }
    }
}
