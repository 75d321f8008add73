//! The screen as the app knows it: its size and focus, the hint in the status line, the stack of popups, the page
//! in place of the scrollback, and the keys that wait for a second one (Ctrl-X, Ctrl-C twice). `ui` draws it.

use shared::server_msg::Goodbye;
use shared::{Millis, Reaction, RoomName};

use super::changes::Changes;
use super::popup::Popup;
use super::popup::search::Search;
use super::popup::viewer::Viewer;
use super::search_query::SearchQuery;
use super::timeline::Level;
use crate::event::TrustError;
use crate::picture_way::PictureWay;

/// How long a hint stays, in milliseconds: time to read it, and to look up from what one was doing.
const HINT_FOR: Millis = 8_000;
/// How long one stays that warns.
const WARNING_FOR: Millis = 15_000;

/// Who did something so lately is taken to be there, in milliseconds, where the terminal does not report the focus.
const PRESENT_FOR: Millis = 60_000;

/// A hint in the status line, gone with the next key or after a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What it says.
    pub text: String,
    /// How much it matters.
    pub level: Level,
}

/// A page in place of the scrollback, until it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    /// Why somebody removed us.
    Goodbye(Goodbye),
    /// The server showed another key than the one it is known by.
    KeyChanged(Box<TrustError>),
}

/// The screen.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Screen {
    size: (u16, u16),
    focused: bool,
    /// It shows this app, and not another one of the same client.
    shown: bool,
    /// The terminal reports its focus, as it said or did.
    reports_focus: bool,
    /// How the terminal shows pictures.
    picture_way: PictureWay,
    /// When the person did something here last.
    active_at: Option<Millis>,
    /// The hint, and until when it stays.
    hint: Option<(Hint, Millis)>,
    /// Ctrl-X was pressed: the next key says what for.
    chord_pending: bool,
    /// The popups, the one on top last.
    popups: Vec<Popup>,
    /// The page in place of the scrollback.
    page: Option<Page>,
    /// Ctrl-C was pressed on an empty draft: until then another one leaves.
    quit_until: Option<Millis>,
    /// What the person reacted with last.
    last_reaction: Option<Reaction>,
    pub(super) changes: Changes,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            size: (80, 24),
            focused: true,
            shown: true,
            reports_focus: false,
            picture_way: PictureWay::None,
            active_at: None,
            hint: None,
            chord_pending: false,
            popups: Vec::new(),
            page: None,
            quit_until: None,
            last_reaction: None,
            changes: Changes::first_frame(),
        }
    }
}

/// What is on it.
impl Screen {
    /// Columns and rows.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Whether the terminal window has the focus and shows this app: what is on the screen counts as read only then.
    #[must_use]
    pub fn is_focused(&self) -> bool {
        self.focused && self.shown
    }

    /// Whether the person is taken to look at the screen: by the focus where the terminal reports it, else by whether they
    /// did something here just before.
    #[must_use]
    pub fn is_watched(&self, now: Millis) -> bool {
        let is_active = || self.active_at.is_some_and(|at| now - at < PRESENT_FOR);
        if self.reports_focus { self.focused } else { is_active() }
    }

    /// The hint in the status line.
    #[must_use]
    pub fn hint(&self) -> Option<&Hint> {
        self.hint.as_ref().map(|(hint, _)| hint)
    }

    /// Whether Ctrl-X waits for its letter.
    #[must_use]
    pub fn is_chord_pending(&self) -> bool {
        self.chord_pending
    }

    /// The popups, the one on top last.
    #[must_use]
    pub fn popups(&self) -> &[Popup] {
        &self.popups
    }

    /// The search that is open.
    #[must_use]
    pub fn search(&self) -> Option<&Search> {
        self.popups
            .iter()
            .find_map(|popup| if let Popup::Search(search) = popup { Some(&**search) } else { None })
    }

    /// The view of a picture that is open.
    #[must_use]
    pub fn viewer(&self) -> Option<&Viewer> {
        self.popups
            .iter()
            .find_map(|popup| if let Popup::Viewer(viewer) = popup { Some(&**viewer) } else { None })
    }

    /// The same, to be changed.
    pub(super) fn viewer_mut(&mut self) -> Option<&mut Viewer> {
        self.popups
            .iter_mut()
            .find_map(|popup| if let Popup::Viewer(viewer) = popup { Some(&mut **viewer) } else { None })
    }

    /// The page in place of the scrollback, until it was read.
    #[must_use]
    pub fn page(&self) -> Option<&Page> {
        self.page.as_ref()
    }

    /// What the person reacted with last.
    #[must_use]
    pub fn last_reaction(&self) -> Option<&Reaction> {
        self.last_reaction.as_ref()
    }

    /// Whether Ctrl-C was pressed on an empty draft just before.
    #[must_use]
    pub fn is_quit_armed(&self, now: Millis) -> bool {
        self.quit_until.is_some_and(|until| now < until)
    }
}

/// What changes it.
impl Screen {
    /// The person reacted with this.
    pub fn note_reaction(&mut self, with: &Reaction) {
        self.last_reaction = Some(with.clone());
    }

    /// The terminal has another size: the scrollback shows other rows.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.changes.page();
    }

    /// The terminal window got or lost the focus.
    pub fn set_focus(&mut self, focused: bool) {
        (self.focused, self.reports_focus) = (focused, true);
        self.changes.draw();
    }

    /// The terminal shows this app from now on, or another one.
    pub fn set_shown(&mut self, shown: bool) {
        self.shown = shown;
        self.changes.draw();
    }

    /// Whether the terminal says when it gets or loses the focus.
    #[must_use]
    pub fn reports_focus(&self) -> bool {
        self.reports_focus
    }

    /// When the person did something here last.
    #[must_use]
    pub fn active_at(&self) -> Option<Millis> {
        self.active_at
    }

    /// The terminal will say when it gets or loses the focus.
    pub fn set_reports_focus(&mut self) {
        self.reports_focus = true;
    }

    /// How the terminal shows pictures.
    #[must_use]
    pub fn picture_way(&self) -> PictureWay {
        self.picture_way
    }

    /// The terminal shows pictures in this way from now on: entries with one have other rows.
    pub fn set_picture_way(&mut self, way: PictureWay) {
        self.picture_way = way;
        self.changes.page();
    }

    /// The person did something here.
    pub fn note_activity(&mut self, now: Millis) {
        self.active_at = Some(now);
    }

    /// Says something in the status line.
    pub fn set_hint(&mut self, hint: Hint, now: Millis) {
        let stays = match hint.level {
            Level::Info => HINT_FOR,
            Level::Warning => WARNING_FOR,
        };
        self.hint = Some((hint, now.saturating_add(stays)));
        self.changes.draw();
    }

    /// Takes the hint away if it says this.
    pub fn withdraw_hint(&mut self, text: &str) {
        if self.hint().is_some_and(|hint| hint.text == text) {
            self.clear_hint();
        }
    }

    /// Takes the hint away, with the next key or when it is out of date.
    pub fn clear_hint(&mut self) {
        if self.hint.take().is_some() {
            self.changes.draw();
        }
    }

    /// When the hint has been there long enough.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.hint.as_ref().map(|(_, until)| *until)
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Millis) {
        if self.deadline().is_some_and(|until| until <= now) {
            self.clear_hint();
        }
    }

    /// Ctrl-X: the next key is not for the draft.
    pub fn begin_chord(&mut self) {
        self.chord_pending = true;
        self.changes.draw();
    }

    /// Says whether Ctrl-X waited for its letter; it does not any more.
    pub fn end_chord(&mut self) -> bool {
        let was_pending = std::mem::take(&mut self.chord_pending);
        if was_pending {
            self.changes.draw();
        }
        was_pending
    }

    /// Opens a popup above all others.
    pub fn push_popup(&mut self, popup: Popup) {
        self.popups.push(popup);
        self.changes.draw();
    }

    /// Opens a popup above all others; one of its kind that is open goes.
    pub fn replace_popup(&mut self, popup: Popup) {
        let kind = std::mem::discriminant(&popup);
        self.popups.retain(|open| std::mem::discriminant(open) != kind);
        self.push_popup(popup);
    }

    /// Takes the popup on top off.
    pub fn pop_popup(&mut self) -> Option<Popup> {
        let popup = self.popups.pop();
        if popup.is_some() {
            self.changes.draw();
        }
        popup
    }

    /// The popup on top, to change it.
    pub fn top_popup_mut(&mut self) -> Option<&mut Popup> {
        self.changes.draw();
        self.popups.last_mut()
    }

    /// The search that is open, to change it.
    pub fn search_mut(&mut self) -> Option<&mut Search> {
        self.changes.draw();
        search_of(&mut self.popups)
    }

    /// What the open search asks the server now. `here` is the current room.
    pub fn next_search_query(&mut self, now: Millis, online: bool, here: &RoomName) -> Option<SearchQuery> {
        let search = search_of(&mut self.popups)?;
        let before = search.state;
        let query = search.next_query(now, online, here);
        if query.is_some() || search.state != before {
            self.changes.draw();
        }
        query
    }

    /// Shows a page in place of the scrollback. What was told in passing before it is out of date.
    pub fn show_page(&mut self, page: Page) {
        self.hint = None;
        self.page = Some(page);
        self.changes.draw();
    }

    /// Takes that away. Says whether it was there.
    pub fn dismiss_page(&mut self) -> bool {
        let was_shown = self.page.take().is_some();
        if was_shown {
            self.changes.draw();
        }
        was_shown
    }

    /// Something else was done since Ctrl-C.
    pub fn disarm_quit(&mut self) {
        self.quit_until = None;
    }

    /// Until then another Ctrl-C leaves.
    pub fn arm_quit(&mut self, until: Millis) {
        self.quit_until = Some(until);
    }
}

fn search_of(popups: &mut [Popup]) -> Option<&mut Search> {
    popups
        .iter_mut()
        .find_map(|popup| if let Popup::Search(search) = popup { Some(&mut **search) } else { None })
}
