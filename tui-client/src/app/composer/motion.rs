//! Caret motions: by grapheme cluster, word, line and text. Each is a function from the text and a cluster boundary in it to
//! another cluster boundary.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// A way to go.
pub(super) type Motion = fn(text: &str, at: usize) -> usize;

pub(super) fn left(text: &str, at: usize) -> usize {
    before(text, at).graphemes(true).next_back().map_or(at, |cluster| at - cluster.len())
}

pub(super) fn right(text: &str, at: usize) -> usize {
    after(text, at).graphemes(true).next().map_or(at, |cluster| at + cluster.len())
}

/// To the start of this or the last word of letters and digits.
pub(super) fn word_left(text: &str, at: usize) -> usize {
    back_while(text, back_while(text, at, |cluster| !in_word(cluster)), in_word)
}

/// To the end of this or the next word of letters and digits.
pub(super) fn word_right(text: &str, at: usize) -> usize {
    on_while(text, on_while(text, at, |cluster| !in_word(cluster)), in_word)
}

/// To the start of this or the last word between whitespace.
pub(super) fn blank_word_left(text: &str, at: usize) -> usize {
    word_start(text, back_while(text, at, is_blank))
}

/// To the start of this word between whitespace: nowhere, after whitespace.
pub(super) fn word_start(text: &str, at: usize) -> usize {
    back_while(text, at, |cluster| !is_blank(cluster))
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    before(text, at).rfind('\n').map_or(0, |newline| newline + 1)
}

pub(super) fn line_end(text: &str, at: usize) -> usize {
    after(text, at).find('\n').map_or(text.len(), |newline| at + newline)
}

pub(super) fn text_start(_text: &str, _at: usize) -> usize {
    0
}

pub(super) fn text_end(text: &str, _at: usize) -> usize {
    text.len()
}

/// To the start of the line, at the start over the newline before.
pub(super) fn kill_start(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    if start == at { left(text, at) } else { start }
}

/// To the end of the line, at the end over the newline.
pub(super) fn kill_end(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    if end == at { right(text, at) } else { end }
}

/// The last cluster boundary not after `at`, which may be any number.
pub(super) fn boundary_before(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    if cursor.is_boundary(text, 0) == Ok(true) {
        return at;
    }
    cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

/// The first cluster boundary not before `at`, which may be any number.
pub(super) fn boundary_after(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    if cursor.is_boundary(text, 0) == Ok(true) {
        return at;
    }
    cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

fn before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

fn after(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

fn back_while(text: &str, at: usize, wanted: impl Fn(&str) -> bool) -> usize {
    let clusters = before(text, at).graphemes(true).rev();
    at - clusters.take_while(|cluster| wanted(cluster)).map(str::len).sum::<usize>()
}

fn on_while(text: &str, at: usize, wanted: impl Fn(&str) -> bool) -> usize {
    let clusters = after(text, at).graphemes(true);
    at + clusters.take_while(|cluster| wanted(cluster)).map(str::len).sum::<usize>()
}

fn in_word(cluster: &str) -> bool {
    cluster.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

fn is_blank(cluster: &str) -> bool {
    cluster.starts_with(char::is_whitespace)
}
