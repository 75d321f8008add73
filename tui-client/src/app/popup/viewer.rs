//! A picture shown large, in the whole of the screen. Its file is fetched first where it is not here; what is decoded, and for which
//! size, is told by the services.

use std::path::PathBuf;
use std::sync::Arc;

use shared::{Attachment, RoomName, Seq};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use crate::event::{Code, Key};
use crate::pictures::decode::NotShown;
use crate::pictures::large::LargePicture;
use crate::transfer::TransferId;

/// The view.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The room of the message.
    pub room: RoomName,
    /// The message.
    pub of: Seq,
    /// What it brings.
    pub file: Attachment,
    /// How far it is.
    pub state: ViewerState,
    /// For how many columns and rows it is being decoded, while it is.
    pub(in crate::app) asked: Option<(u16, u16)>,
    /// Where its file is, once it was fetched.
    pub(in crate::app) path: Option<PathBuf>,
}

/// How far it is.
#[derive(Clone, Debug)]
pub enum ViewerState {
    /// Its file is looked for, and decoded.
    Loading,
    /// Its file is fetched.
    Fetching(TransferId),
    /// It is shown.
    Shown(Arc<LargePicture>),
    /// It cannot be fetched; why.
    NotFetched(String),
    /// It is not decoded.
    NotShown(NotShown),
}

impl Viewer {
    /// One that has just been opened.
    #[must_use]
    pub fn new(room: RoomName, of: Seq, file: Attachment) -> Self {
        Self { room, of, file, state: ViewerState::Loading, asked: None, path: None }
    }

    /// How many columns and rows there are for a picture on a screen: all but a row for its name and one for the keys, where there is
    /// room for those.
    #[must_use]
    pub fn cells((columns, rows): (u16, u16)) -> (u16, u16) {
        (columns, rows.saturating_sub(Self::rows_above(rows) + 1).max(1))
    }

    /// How many rows stand above it.
    #[must_use]
    pub fn rows_above(rows: u16) -> u16 {
        u16::from(rows >= 6)
    }

    pub(super) fn on_key(&self, key: Key, _: &Context<'_>) -> Outcome {
        match key.on_latin_layout().code {
            Code::Enter => Outcome::Closed,
            Code::Char('q') if !key.ctrl && !key.alt => Outcome::Closed,
            Code::Char('s') if !key.ctrl && !key.alt => {
                Outcome::Chosen(Choice::SaveFile { room: self.room.clone(), of: self.of })
            }
            Code::Char(_)
            | Code::F(_)
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Tab
            | Code::Up
            | Code::Down
            | Code::Left
            | Code::Right
            | Code::Home
            | Code::End
            | Code::PageUp
            | Code::PageDown => Outcome::Kept,
        }
    }
}
