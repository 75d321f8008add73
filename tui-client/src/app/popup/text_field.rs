//! The text field of every popup that has something to type into: one line, edited with the keys that edit the draft
//! (readline keys, undo, kill ring).

use crate::app::action::Action;
use crate::app::composer::{Composer, Edit, EditOutcome};
use crate::app::escape_sequences;
use crate::app::keymap::{KeyContext, Keymap};
use crate::app::text_width::{clusters, columns};
use crate::event::Key;

/// A line of text in a popup.
#[derive(Debug, Default)]
pub struct TextField {
    composer: Composer,
}

impl TextField {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        self.composer.text()
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.composer.is_empty()
    }

    /// The editor, to draw it.
    #[must_use]
    pub fn composer(&self) -> &Composer {
        &self.composer
    }

    /// What to show of the text in one row, and the caret's column in it: where not all of it fits, what is around the caret,
    /// with `…` where it is cut.
    #[must_use]
    pub fn row(&self, width: u16) -> (String, u16) {
        let (text, width) = (self.text(), usize::from(width.max(1)));
        let caret = columns(text.get(..self.composer.caret()).unwrap_or_default());
        // The caret may stand after the last character.
        let total = columns(text) + 1;
        let from = if total <= width { 0 } else { caret.saturating_sub(width / 2).min(total - width) };
        let (first, end) = (from + usize::from(from > 0), from + width - usize::from(total > from + width));
        let (mut row, mut at) = (String::new(), 0);
        if from > 0 {
            row.push('…');
        }
        for (symbol, wide) in clusters(text) {
            let next = at + usize::from(wide);
            if at >= first && next <= end {
                row.push_str(symbol);
            } else if next > first && at < end {
                // A wide character that is cut in half.
                row.push(' ');
            }
            at = next;
        }
        if total > from + width && width > 1 {
            row.push('…');
        }
        (row, u16::try_from(caret - from).unwrap_or(0))
    }

    /// Replaces the text.
    pub fn set_text(&mut self, text: String) {
        self.composer.set_text(text);
    }

    /// Does what a key means in a line of text: typed characters are inserted, editing keys edit, anything that would
    /// make a second line is ignored. Says whether the text is different now.
    pub fn on_key(&mut self, key: Key, keymap: &Keymap) -> bool {
        let context = KeyContext { empty: self.is_empty(), selected: false, file: false };
        let edit = match (keymap.find(key, context), key.typed()) {
            (_, Some(c)) => Edit::Insert(c),
            (Some(Action::Edit(edit)), None) if edit != Edit::Newline => edit,
            (Some(_) | None, None) => return false,
        };
        self.apply(edit)
    }

    /// Inserts a paste as one line. Says whether the text is different now.
    pub fn on_paste(&mut self, text: &str) -> bool {
        let text = escape_sequences::strip(text);
        let line = text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.apply(Edit::InsertText(line))
    }

    fn apply(&mut self, edit: Edit) -> bool {
        self.composer.apply(edit, u16::MAX) == EditOutcome::Edited
    }
}

#[cfg(test)]
mod tests {
    use super::TextField;
    use crate::app::composer::Edit;
    use crate::app::text_width::columns;

    #[track_caller]
    fn check(text: &str, back: usize, width: u16, row: &str, caret: u16) {
        let mut field = TextField::default();
        field.set_text(text.to_owned());
        for _ in 0..back {
            field.apply(Edit::Left);
        }
        assert_eq!(field.row(width), (row.to_owned(), caret), "{text:?}, {back} back, in {width}");
    }

    #[test]
    fn a_row_shows_what_is_around_the_caret_and_where_it_is_cut() {
        check("", 0, 10, "", 0);
        check("123456789", 0, 10, "123456789", 9);
        check("1234567890", 0, 10, "…34567890", 9);
        check("1234567890", 10, 10, "123456789…", 0);
        check("abcdefghijklmnop", 8, 9, "…fghijkl…", 4);
        check("가나다라마바사", 0, 9, "… 마바사", 8);
        check("가나다라마바사", 7, 9, "가나다라…", 0);
        check("xyz", 0, 1, "…", 0);
    }

    #[test]
    fn a_row_is_never_wider_than_its_box_and_the_caret_is_in_it() {
        for text in
            ["plain words in a row, more than fit", "한글과 latin 섞인 긴 이유입니다", "日本語の長い文字列"]
        {
            for width in 1..40 {
                for back in 0..text.chars().count() {
                    let mut field = TextField::default();
                    field.set_text(text.to_owned());
                    for _ in 0..back {
                        field.apply(Edit::Left);
                    }
                    let (row, caret) = field.row(width);
                    assert!(columns(&row) <= usize::from(width) && caret < width, "{row:?} in {width}");
                }
            }
        }
    }
}
