//! A picture shown large: its file comes from where it was kept or saved, else it is fetched as any file that is saved, to a directory of
//! its own that the services keep small. What is decoded is for the screen as it is; another size asks anew.

use std::path::Path;
use std::sync::Arc;

use ratatui::layout::Rect;
use shared::FileHash;

use super::App;
use super::popup::Popup;
use super::popup::viewer::{Viewer, ViewerState};
use super::transfers::TransferState;
use crate::effect::Effect;
use crate::picture_way::PictureWay;
use crate::pictures::decode::{Limits, NotShown};
use crate::pictures::large::LargePicture;
use crate::pictures::viewing::{PictureProblem, PictureWanted};
use crate::place::NotHere;

impl App {
    /// Shows the picture of the message that is picked out. Says whether it brings one that can be shown here.
    pub(super) fn view_picked(&mut self) -> bool {
        let room = self.rooms.current();
        let Some(entry) = room.timeline.selected() else { return false };
        let file = room.timeline.attachment(entry).filter(|file| file.picture.is_some());
        let (Some(of), Some(file)) = (entry.seq(), file) else { return false };
        if self.screen.picture_way() == PictureWay::None {
            return false;
        }
        let mut viewer = Viewer::new(room.name.clone(), of, file.clone());
        // The preview came with the message; the picture would be a file of this machine.
        if self.tell_not_here(NotHere::View, Some(of)) {
            return true;
        }
        if viewer.file.bytes > Limits::default().bytes {
            viewer.state = ViewerState::NotShown(NotShown::TooLarge { width: 0, height: 0 });
        }
        self.screen.replace_popup(Popup::Viewer(Box::new(viewer)));
        self.load_viewed();
        true
    }

    /// Has the picture decoded that is viewed, for the screen as it is, unless that is under way.
    pub(super) fn load_viewed(&mut self) {
        let (cells, cache) = (Viewer::cells(self.screen.size()), self.setup.picture_cache.clone());
        let Some(viewer) = self.screen.viewer() else { return };
        let path = viewer.path.clone().or_else(|| {
            let transfer = self.transfers.of_message(&viewer.room, viewer.of)?;
            if let TransferState::Finished { path } = &transfer.state { path.clone() } else { None }
        });
        let is_wanted = matches!(viewer.state, ViewerState::Loading | ViewerState::Shown(_));
        if !is_wanted || viewer.asked.is_some() {
            return;
        }
        let (sha256, bytes) = (viewer.file.sha256, viewer.file.bytes);
        let dir = cache.map(|cache| cache.join(sha256.to_string()));
        if let Some(viewer) = self.screen.viewer_mut() {
            viewer.asked = Some(cells);
        }
        let wanted = PictureWanted { sha256, bytes, dir, path, cells };
        self.effects.push(Effect::LoadPicture(Box::new(wanted)));
    }

    /// A picture was decoded, or why it was not.
    pub(super) fn on_large_picture(
        &mut self,
        sha256: FileHash,
        loaded: Result<Arc<LargePicture>, PictureProblem>,
    ) {
        let cells = Viewer::cells(self.screen.size());
        let Some(viewer) = self.screen.viewer_mut().filter(|viewer| viewer.file.sha256 == sha256) else {
            return;
        };
        let was_for = viewer.asked.take();
        viewer.state = match loaded {
            Ok(_) if was_for != Some(cells) => ViewerState::Loading,
            Ok(picture) => ViewerState::Shown(picture),
            Err(PictureProblem::NotShown(why)) => ViewerState::NotShown(why),
            Err(PictureProblem::Missing) => return self.fetch_viewed(),
        };
        self.screen.changes.draw();
        if was_for != Some(cells) {
            self.load_viewed();
        }
    }

    /// Fetches the file of the picture that is viewed.
    fn fetch_viewed(&mut self) {
        let Some(viewer) = self.screen.viewer() else { return };
        let (room, of, sha256) = (viewer.room.clone(), viewer.of, viewer.file.sha256);
        let dir = self.setup.picture_cache.as_ref().map(|cache| cache.join(sha256.to_string()));
        let state = match dir {
            Some(dir) => match self.save_file(&room, of, Some(dir)) {
                Ok(id) => ViewerState::Fetching(id),
                Err(why) => ViewerState::NotFetched(why),
            },
            None => ViewerState::NotFetched(self.lang().no_place_for_pictures().to_owned()),
        };
        if let Some(viewer) = self.screen.viewer_mut() {
            viewer.state = state;
        }
        self.screen.changes.draw();
    }

    /// Goes on with the picture that is viewed once its file is fetched.
    pub(super) fn follow_viewed(&mut self) {
        let Some(viewer) = self.screen.viewer() else { return };
        let ViewerState::Fetching(id) = viewer.state else { return };
        let mut fetched = None;
        let state = match self.transfers.get(id).map(|transfer| &transfer.state) {
            Some(TransferState::Finished { path }) => {
                fetched.clone_from(path);
                ViewerState::Loading
            }
            Some(TransferState::Failed(why)) => ViewerState::NotFetched(self.lang().transfer_failure(why)),
            None => ViewerState::NotFetched(self.lang().no_file_there().to_owned()),
            Some(
                TransferState::Preparing
                | TransferState::Waiting
                | TransferState::Running { .. }
                | TransferState::Stopped
                | TransferState::Broken,
            ) => return,
        };
        // It was fetched to be looked at; the person has saved nothing.
        if fetched.as_ref().is_some_and(|path| self.is_in_cache(path)) {
            self.transfers.remove(id);
        }
        if let Some(viewer) = self.screen.viewer_mut() {
            (viewer.state, viewer.path) = (state, fetched);
        }
        self.screen.changes.draw();
        self.load_viewed();
    }

    /// Whether a file is one that was fetched to be looked at.
    pub(super) fn is_in_cache(&self, path: &Path) -> bool {
        self.setup.picture_cache.as_ref().is_some_and(|cache| path.starts_with(cache))
    }

    /// Whether the message that is picked out brings a picture that can be shown large here.
    pub(super) fn has_picked_picture(&self) -> bool {
        let timeline = &self.rooms.current().timeline;
        let file = timeline.selected().and_then(|entry| timeline.attachment(entry));
        self.screen.picture_way() != PictureWay::None && file.is_some_and(|file| file.picture.is_some())
    }

    /// The picture that is shown large, and where, while nothing lies above it.
    #[must_use]
    pub fn large_picture(&self) -> Option<(Rect, &Arc<LargePicture>)> {
        let Some(Popup::Viewer(viewer)) = self.screen.popups().last() else { return None };
        let ViewerState::Shown(picture) = &viewer.state else { return None };
        let (columns, rows) = self.screen.size();
        let cells = Viewer::cells((columns, rows));
        // One that was made for another size is not cut: a new one is on its way.
        let fits = picture.columns <= cells.0 && picture.rows <= cells.1;
        let x = (cells.0.checked_sub(picture.columns)?) / 2;
        let y = Viewer::rows_above(rows) + cells.1.checked_sub(picture.rows)? / 2;
        fits.then(|| (Rect { x, y, width: picture.columns, height: picture.rows }, picture))
    }
}
