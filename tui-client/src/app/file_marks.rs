//! What the timelines show of files on their way and of saved ones, and how their paths are shown.

use std::path::Path;

use shared::text::is_safe;

use super::App;
use super::timeline::{FileMark, MarkOf};
use super::transfers::{Direction, Transfer, TransferState};
use crate::file_state::{FileState, Moving, Share};
use crate::transfer::TransferFailure;

impl App {
    /// Tells the timelines how the files of their messages stand, if that has changed.
    pub(super) fn mark_files(&mut self) {
        if !self.has_screen() || !self.transfers.take_unmarked() {
            return;
        }
        let home = self.setup.home.as_deref();
        for room in self.rooms.list_mut() {
            let here = self.transfers.list().iter().filter(|transfer| transfer.room == room.name);
            room.timeline.mark_files(here.filter_map(|transfer| mark(transfer, home)).collect());
        }
    }

    /// How a transfer stands, the longest words first.
    #[must_use]
    pub fn transfer_words(&self, transfer: &Transfer) -> Vec<String> {
        let lang = self.lang();
        let size = lang.file_size(transfer.bytes);
        match state(transfer, self.setup.home.as_deref()) {
            Some(state @ FileState::Moving(_)) => lang.file_state(&state),
            Some(state) => {
                let states = lang.file_state(&state);
                states.iter().map(|state| format!("{size} · {state}")).chain(states.clone()).collect()
            }
            None => vec![format!("{size} · {}", lang.is_sent_word()), lang.is_sent_word().to_owned()],
        }
    }

    /// Why a file was not saved.
    #[must_use]
    pub fn save_failure(&self, why: &TransferFailure) -> String {
        match why {
            TransferFailure::Refused(code) => self.lang().not_saved(*code),
            TransferFailure::DailyLimit { .. } | TransferFailure::File(_) => {
                self.lang().transfer_failure(why)
            }
        }
    }

    /// A path as a person writes it: from their home directory on, without what cannot be seen.
    #[must_use]
    pub fn shown_path(&self, path: &Path) -> String {
        shown(path, self.setup.home.as_deref())
    }
}

fn mark(transfer: &Transfer, home: Option<&Path>) -> Option<FileMark> {
    let of = match (&transfer.nonce, transfer.of) {
        (Some(nonce), _) => MarkOf::Nonce(nonce.clone()),
        (None, Some(seq)) => MarkOf::Seq(seq),
        (None, None) => return None,
    };
    let state = state(transfer, home)?;
    Some(FileMark { of, name: transfer.name.clone(), bytes: transfer.bytes, state })
}

/// How a file stands, in the words of the timeline; nothing where the message itself says all.
pub(super) fn state(transfer: &Transfer, home: Option<&Path>) -> Option<FileState> {
    let share = Share { done: transfer.done, bytes: transfer.bytes };
    Some(match &transfer.state {
        TransferState::Preparing => FileState::Preparing(share),
        TransferState::Waiting => FileState::Waiting(share),
        TransferState::Running { rate } => FileState::Moving(Moving {
            is_sent: transfer.direction == Direction::Send,
            share,
            rate: *rate,
            left: transfer.time_left(),
        }),
        TransferState::Stopped => FileState::Stopped(share),
        TransferState::Broken => FileState::Cut(share),
        TransferState::Failed(_) => FileState::Failed,
        TransferState::Finished { path } => FileState::Saved(shown(path.as_deref()?, home)),
    })
}

fn shown(path: &Path, home: Option<&Path>) -> String {
    let shown = match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Some(rest) => format!("~/{}", rest.to_string_lossy()),
        None => path.to_string_lossy().into_owned(),
    };
    shown.chars().filter(|c| is_safe(*c)).collect()
}
