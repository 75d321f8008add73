//! The keys of a question that is answered by yes or no.

use shared::Millis;

use super::outcome::{Choice, Outcome};
use crate::event::{Code, Key};

/// A key this soon was pressed before the question could be read, in milliseconds.
pub(super) const DELAY: Millis = 300;

/// Enter and `y` choose, once the question may be answered; `n` closes it.
pub(super) fn answer(key: Key, is_ready: bool, yes: impl FnOnce() -> Choice) -> Outcome {
    let letter = key.latin().filter(|_| !key.ctrl && !key.alt).map(|letter| letter.to_ascii_lowercase());
    match (key.code, letter) {
        (Code::Enter, _) | (Code::Char(_), Some('y')) if is_ready => Outcome::Chosen(yes()),
        (Code::Char(_), Some('n')) => Outcome::Closed,
        _ => Outcome::Kept,
    }
}
