//! Why a message store could not be opened, in words that say what to do.

use std::path::PathBuf;

use super::way_back;

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
        "the message store {path} has version {found}, this server knows up to {known}; run a newer chinwagd, or go back \
         to the store of before the upgrade{}", copy.as_ref().map_or_else(
            || " by `chinwagd ctl restore` of a backup from then".to_owned(),
            |copy| format!(": chinwagd ctl restore {}", copy.display()))
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this server knows.
        known: i64,
        /// The copy of it that was made before it was brought to that version, where there is one.
        copy: Option<PathBuf>,
    },
}

impl StoreError {
    /// The store has a version that this server does not know.
    #[must_use]
    pub fn too_new(path: PathBuf, found: i64, known: i64) -> Self {
        let copy = way_back::find(&path, known);
        Self::TooNew { path, found, known, copy }
    }
}
