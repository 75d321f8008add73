//! Why a message store could not be opened, in words that say what to do.

use std::path::PathBuf;

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` said no.
    #[error("cannot open the message store {path}: {source}; check that the state directory is writable")]
    Open {
        /// The file.
        path: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// The file is no database, or a broken one.
    #[error(
        "the message store {path} is damaged ({detail}); it was moved to {aside}: start again to begin an empty one, \
         or repair it with `sqlite3 {aside} .recover` and move it back"
    )]
    Damaged {
        /// Where it was.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The file was made by a newer server.
    #[error(
        "the message store {path} has version {found}, this server knows up to {known}; run a newer chinwagd"
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this server knows.
        known: i64,
    },
}
