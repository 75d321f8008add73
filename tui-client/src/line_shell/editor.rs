//! The line editor: the row at a terminal in which a line is typed, below the lines that arrive: a prompt and as much of the
//! draft as fits beside it. It is one row always and never reaches the last column, so it can be erased and drawn again
//! anywhere. It knows keys and no terminal; where these come from is in `edited_terminal.rs`.
//!
//! The draft is edited by the app's [`Composer`] and its key bindings. rustyline-async was looked at: it reads the terminal
//! by a parser of its own, so keys would mean other things here than on the full screen, and Hangul layouts would not.

use std::fmt::Write as _;

use super::ascii::to_ascii;
use crate::app::action::Action;
use crate::app::completion::Completion;
use crate::app::composer::{Composer, Edit};
use crate::app::keymap::{KeyContext, Keymap};
use crate::app::text_width::{clusters, columns};
use crate::event::{Event, Key};

/// The fewest columns for the draft; where there is less beside the prompt, the prompt is left out.
const ROOM: usize = 10;

/// The row, and what is typed in it.
#[derive(Debug, Default)]
pub(super) struct Editor {
    composer: Composer,
    keymap: Keymap,
    columns: u16,
    ascii: bool,
    /// The completion under way: the last key was Tab.
    completion: Option<Completion>,
    /// The last key was Ctrl-C on an empty draft: the next one leaves.
    may_leave: bool,
    /// What the terminal shows of it.
    shown: Option<String>,
}

/// What a key asks for, beyond a change of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Say this, or carry it out.
    Line(String),
    /// Leave at once.
    Leave,
    /// Tell that one more Ctrl-C leaves.
    AskToLeave,
    /// Stop until somebody continues us.
    Suspend,
    /// Clear the terminal.
    Clear,
    /// Complete the word before the caret, with the first candidate or the last.
    Complete { forward: bool },
}

impl Editor {
    /// An empty row on a terminal that is so wide.
    pub(super) fn new(columns: u16, ascii: bool) -> Self {
        Self { columns, ascii, ..Self::default() }
    }

    /// Keys mean something else.
    pub(super) fn set_keymap(&mut self, keymap: Keymap) {
        self.keymap = keymap;
    }

    /// The terminal has another width.
    pub(super) fn resize(&mut self, columns: u16) {
        self.columns = columns;
        self.shown = None;
    }

    /// Puts back a line that could not be said, unless something else is written already.
    pub(super) fn put_back(&mut self, line: &str) {
        if self.composer.is_empty() {
            self.composer.set_text(line.to_owned());
        }
    }

    /// What is written.
    pub(super) fn composer(&self) -> &Composer {
        &self.composer
    }

    /// Puts in the candidate of a completion that has begun, if there is one.
    pub(super) fn complete(&mut self, begun: Option<Completion>) {
        if let Some(completion) = begun.filter(|completion| completion.put_into(&mut self.composer)) {
            self.completion = Some(completion).filter(|completion| completion.candidates.len() > 1);
        }
    }

    /// A key or a paste.
    pub(super) fn take(&mut self, event: Event) -> Option<Wish> {
        let completion = self.completion.take();
        if let (Event::Key(key), Some(completion)) = (&event, completion)
            && let Some(forward) = self.completes(*key)
        {
            self.complete(Some(completion.step(forward)));
            return None;
        }
        if let Event::Key(key) = event {
            self.on_key(key)
        } else if let Event::Paste(text) = event {
            self.edit(Edit::InsertText(text))
        } else {
            None
        }
    }

    /// Whether a key completes, and in which direction.
    fn completes(&self, key: Key) -> Option<bool> {
        let action = self.keymap.find(key, KeyContext { empty: false, selected: false, file: false })?;
        [(Action::Complete, true), (Action::CompleteBack, false)]
            .into_iter()
            .find_map(|(known, forward)| (known == action).then_some(forward))
    }

    fn on_key(&mut self, key: Key) -> Option<Wish> {
        // Alt with a key that is bound to nothing was Esc, and then a character.
        let key = key.typed_after_esc().filter(|_| !self.keymap.binds(key)).unwrap_or(key);
        if let Some(forward) = self.completes(key) {
            return Some(Wish::Complete { forward });
        }
        let may_leave = std::mem::take(&mut self.may_leave);
        let is_empty = self.composer.is_empty();
        match self.keymap.find(key, KeyContext { empty: is_empty, selected: false, file: false }) {
            Some(Action::Send) if self.composer.text().trim().is_empty() => None,
            Some(Action::Send) => Some(Wish::Line(self.composer.take())),
            Some(Action::Edit(edit)) => self.edit(edit),
            Some(Action::Interrupt) if !is_empty => {
                self.composer.clear();
                None
            }
            Some(Action::Interrupt) if may_leave => Some(Wish::Leave),
            Some(Action::Interrupt) => {
                self.may_leave = true;
                Some(Wish::AskToLeave)
            }
            Some(Action::Quit) => Some(Wish::Leave),
            Some(Action::Suspend) => Some(Wish::Suspend),
            Some(Action::Redraw) => Some(Wish::Clear),
            // Everything else needs a screen; a character is one all the same.
            Some(_) | None => match key.typed() {
                Some(c) => self.edit(Edit::Insert(c)),
                None => None,
            },
        }
    }

    fn edit(&mut self, edit: Edit) -> Option<Wish> {
        // One row: Up and Down go along the lines sent before.
        self.composer.apply(edit, u16::MAX);
        None
    }

    /// The bytes that take the row off the terminal.
    pub(super) fn erase(&mut self) -> &'static str {
        if self.shown.take().is_some() { "\r\x1b[K" } else { "" }
    }

    /// The bytes that show the row as it is now; none where the terminal shows that already.
    pub(super) fn draw(&mut self, prompt: &str) -> String {
        let row = self.row(prompt);
        if self.shown.as_ref() == Some(&row) {
            return String::new();
        }
        self.shown = Some(row.clone());
        row
    }

    /// The row with the caret where it is typed.
    fn row(&self, prompt: &str) -> String {
        let text = |text: &str| {
            let one_row = text.replace('\n', "↵");
            if self.ascii { to_ascii(&one_row).into_owned() } else { one_row }
        };
        let width = usize::from(self.columns.saturating_sub(1));
        let prompt = text(prompt);
        let (prompt, room) = match width.checked_sub(columns(&prompt)) {
            Some(room) if room >= ROOM => (prompt, room),
            Some(_) | None => (String::new(), width),
        };
        let (before, after) =
            self.composer.text().split_at_checked(self.composer.caret()).unwrap_or_default();
        let (before, after) = (text(before), text(after));
        // The caret needs a cell, too, where it stands on nothing.
        let before = tail(&before, room.saturating_sub(1));
        let after = head(&after, room.saturating_sub(columns(before)));
        let mut row = format!("\r{prompt}{before}{after}\x1b[K\r");
        let caret = columns(&prompt) + columns(before);
        if caret > 0 {
            // Writing to a string does not fail.
            write!(row, "\x1b[{caret}C").ok();
        }
        row
    }
}

/// The end of a text that fits so many columns.
fn tail(text: &str, room: usize) -> &str {
    let mut over = columns(text).saturating_sub(room);
    let mut start = 0;
    for (cluster, columns) in clusters(text) {
        if over == 0 {
            break;
        }
        start += cluster.len();
        over = over.saturating_sub(usize::from(columns));
    }
    text.get(start..).unwrap_or_default()
}

/// The beginning of a text that fits so many columns.
fn head(text: &str, room: usize) -> &str {
    let (mut end, mut left) = (0, room);
    for (cluster, columns) in clusters(text) {
        let Some(rest) = left.checked_sub(usize::from(columns)) else { break };
        left = rest;
        end += cluster.len();
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Editor, Wish};
    use crate::app::completion::Completion;
    use crate::event::{Code, Event, Key};

    fn typed(editor: &mut Editor, text: &str) {
        for c in text.chars() {
            editor.take(Event::Key(Key::plain(Code::Char(c))));
        }
    }

    fn press(editor: &mut Editor, keys: &str) -> Option<Wish> {
        keys.split(' ').map(|key| editor.take(Event::Key(key.parse().unwrap()))).last().flatten()
    }

    /// What a terminal of this size shows, and where its cursor is.
    fn shown(editor: &mut Editor, columns: u16, prompt: &str) -> (String, u16) {
        editor.resize(columns);
        let mut terminal = vt100::Parser::new(3.try_into().unwrap(), columns.try_into().unwrap(), 0);
        terminal.process(b"^\r\n");
        terminal.process(editor.draw(prompt).as_bytes());
        let screen = terminal.screen();
        assert_eq!(screen.cursor_position().0, 1, "one row");
        assert!(screen.contents().starts_with('^'), "nothing above is touched");
        (screen.rows(0, columns).nth(1).unwrap(), screen.cursor_position().1)
    }

    #[test]
    fn the_row_is_edited_as_on_the_full_screen() {
        let mut editor = Editor::new(40, false);
        typed(&mut editor, "hello 한글");
        assert_eq!(shown(&mut editor, 40, "kim › "), ("kim › hello 한글".into(), 16));
        press(&mut editor, "backspace left left");
        assert_eq!(shown(&mut editor, 40, "kim › "), ("kim › hello 한".into(), 11));
        press(&mut editor, "end ctrl-w");
        assert_eq!(shown(&mut editor, 40, "kim › "), ("kim › hello ".into(), 12));
        press(&mut editor, "ctrl-u");
        assert_eq!(shown(&mut editor, 40, "kim › "), ("kim › ".into(), 6));
        typed(&mut editor, "again");
        assert_eq!(press(&mut editor, "enter"), Some(Wish::Line("again".into())));
        assert_eq!(press(&mut editor, "enter"), None, "nothing is not said");
        press(&mut editor, "up");
        assert_eq!(shown(&mut editor, 40, "kim › "), ("kim › again".into(), 11));
    }

    #[test]
    fn what_is_typed_right_after_esc_is_typed() {
        let mut editor = Editor::new(40, false);
        press(&mut editor, "alt-/ q alt-b alt-q");
        assert_eq!(shown(&mut editor, 40, ""), ("/qq".into(), 2));
    }

    #[test]
    fn a_long_draft_is_shown_around_the_caret_in_one_row_at_any_width() {
        let mut editor = Editor::new(20, false);
        typed(&mut editor, "가나다라마바사아자차카타파하");
        assert_eq!(shown(&mut editor, 20, "kim › "), ("kim › 자차카타파하".into(), 18));
        press(&mut editor, "home");
        assert_eq!(shown(&mut editor, 20, "kim › "), ("kim › 가나다라마바".into(), 6));
        for columns in 1..60 {
            for prompt in ["", "a-long-room-name kim › "] {
                press(&mut editor, "right");
                shown(&mut editor, columns, prompt);
            }
        }
        // Nothing of a prompt that leaves no room.
        assert!(!shown(&mut editor, 15, "a-long-room-name kim › ").0.contains("kim"));
    }

    #[test]
    fn tab_goes_round_the_candidates_until_another_key_is_pressed() {
        let mut editor = Editor::new(40, false);
        typed(&mut editor, "hi l");
        assert_eq!(press(&mut editor, "tab"), Some(Wish::Complete { forward: true }));
        let candidates = vec!["lee ".to_owned(), "lina ".to_owned()];
        editor.complete(Some(Completion { start: 3, candidates: candidates.clone(), at: 0 }));
        assert_eq!(shown(&mut editor, 40, "").0, "hi lee ");
        assert_eq!(press(&mut editor, "tab"), None);
        assert_eq!(shown(&mut editor, 40, "").0, "hi lina ");
        press(&mut editor, "shift-tab shift-tab");
        assert_eq!(shown(&mut editor, 40, "").0, "hi lina ");
        typed(&mut editor, "x");
        assert_eq!(press(&mut editor, "shift-tab"), Some(Wish::Complete { forward: false }));
        editor.complete(None);
        assert_eq!(shown(&mut editor, 40, "").0, "hi lina x");
    }

    #[test]
    fn a_paste_of_several_lines_stays_one_row_and_one_message() {
        let mut editor = Editor::new(40, false);
        editor.take(Event::Paste("one\ntwo".into()));
        assert_eq!(shown(&mut editor, 40, ""), ("one↵two".into(), 7));
        assert_eq!(press(&mut editor, "enter"), Some(Wish::Line("one\ntwo".into())));
    }

    #[test]
    fn ctrl_c_clears_the_draft_and_leaves_at_the_second_time() {
        let mut editor = Editor::new(40, false);
        typed(&mut editor, "half a thought");
        assert_eq!(press(&mut editor, "ctrl-c"), None);
        assert_eq!(press(&mut editor, "ctrl-c"), Some(Wish::AskToLeave));
        typed(&mut editor, "x");
        press(&mut editor, "backspace");
        assert_eq!(press(&mut editor, "ctrl-c"), Some(Wish::AskToLeave), "something came between");
        assert_eq!(press(&mut editor, "ctrl-c"), Some(Wish::Leave));
        assert_eq!(press(&mut editor, "ctrl-d"), Some(Wish::Leave));
        typed(&mut editor, "ab");
        assert_eq!(press(&mut editor, "home ctrl-d"), None, "with a draft it deletes");
        assert_eq!(shown(&mut editor, 40, "").0, "b");
    }

    #[test]
    fn what_is_shown_already_is_not_drawn_again() {
        let mut editor = Editor::new(40, true);
        typed(&mut editor, "한");
        assert!(editor.draw("kim › ").contains("kim > ?"));
        assert_eq!(editor.draw("kim › "), "");
        assert_eq!(editor.erase(), "\r\x1b[K");
        assert_eq!(editor.erase(), "");
        assert!(!editor.draw("kim › ").is_empty());
    }

    #[test]
    fn a_line_that_could_not_be_said_comes_back_unless_another_is_begun() {
        let mut editor = Editor::new(40, false);
        editor.put_back("too long");
        assert_eq!(shown(&mut editor, 40, "").0, "too long");
        editor.put_back("another");
        assert_eq!(shown(&mut editor, 40, "").0, "too long");
    }
}
