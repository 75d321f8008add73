//! What a person wants to be told of, as it is kept in the profile: for each room how much of it gives a notice, own words to
//! be called by, and whether they want no notice at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::text::is_safe;
use shared::{Millis, RoomName};
use unicode_normalization::UnicodeNormalization as _;

/// What a person wants to be told of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attention {
    /// When it was changed last: of several windows' choices the newest counts.
    pub changed: Millis,
    /// What gives a notice, in the rooms where that is not [`NotifyOn::Mentions`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub notify: BTreeMap<RoomName, NotifyOn>,
    /// Words that call the person as their name does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// No notice is wanted (do not disturb).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dnd: bool,
}

/// What of a room gives a notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotifyOn {
    /// Every message.
    All,
    /// Messages that call the person, and all of a direct room.
    #[default]
    Mentions,
    /// Nothing.
    Nothing,
}

impl Attention {
    /// The most words somebody can be called by.
    pub const MAX_WORDS: usize = 50;
    /// The longest of them, in characters.
    pub const MAX_WORD: usize = 64;

    /// Whether nothing was ever chosen.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What of a room gives a notice.
    #[must_use]
    pub fn of(&self, room: &RoomName) -> NotifyOn {
        self.notify.get(room).copied().unwrap_or_default()
    }

    /// From now on this of a room gives a notice.
    pub fn set(&mut self, room: &RoomName, on: NotifyOn) {
        if on == NotifyOn::default() {
            self.notify.remove(room);
        } else {
            self.notify.insert(room.clone(), on);
        }
    }

    /// Adds a word. Says whether it is one, and there is room for it.
    pub fn add_word(&mut self, word: &str) -> bool {
        let word: String = word.trim().nfc().collect();
        let is_word = !word.is_empty() && word.chars().all(is_safe) && word.chars().count() <= Self::MAX_WORD;
        let is_known = self.find_word(&word).is_some();
        if is_word && !is_known && self.words.len() < Self::MAX_WORDS {
            self.words.push(word);
            return true;
        }
        is_word && is_known
    }

    /// Takes a word away. Says whether it was there.
    pub fn remove_word(&mut self, word: &str) -> bool {
        let at = self.find_word(word.trim());
        at.map(|at| self.words.remove(at)).is_some()
    }

    fn find_word(&self, word: &str) -> Option<usize> {
        let word: String = word.nfc().collect::<String>().to_lowercase();
        self.words.iter().position(|known| known.to_lowercase() == word)
    }

    /// What another window kept counts where it was chosen later.
    pub fn merge(&mut self, other: Self) {
        if other.changed > self.changed {
            *self = other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attention, NotifyOn};

    #[test]
    fn words_are_kept_once_whatever_the_case_and_form() {
        let mut attention = Attention::default();
        assert!(attention.add_word(" Deploy ") && attention.add_word("deploy"));
        // As a Mac types it.
        assert!(attention.add_word("배포") && attention.add_word("\u{1107}\u{1162}\u{1111}\u{1169}"));
        assert_eq!(attention.words, ["Deploy", "배포"]);
        assert!(
            !attention.add_word("")
                && !attention.add_word("a\u{1b}b")
                && !attention.add_word(&"x".repeat(65))
        );
        assert!(attention.remove_word("DEPLOY") && !attention.remove_word("DEPLOY"));
        let added = (0..60).filter(|n| attention.add_word(&format!("w{n}"))).count();
        assert_eq!(added, Attention::MAX_WORDS - 1);
        assert_eq!(attention.words.len(), Attention::MAX_WORDS);
    }

    #[test]
    fn a_profile_of_somebody_who_chose_nothing_says_nothing_of_it() {
        let mut attention = Attention::default();
        let room = "dev".parse().unwrap();
        attention.set(&room, NotifyOn::All);
        assert_eq!(serde_json::to_string(&attention).unwrap(), r#"{"changed":0,"notify":{"dev":"all"}}"#);
        attention.set(&room, NotifyOn::Mentions);
        assert!(attention.is_default());
    }

    #[test]
    fn the_newest_choice_of_several_windows_counts() {
        let (mut first, second) = (
            Attention { changed: 5, ..Attention::default() },
            Attention { changed: 9, dnd: true, ..Attention::default() },
        );
        first.merge(second.clone());
        assert_eq!(first, second);
        first.merge(Attention { changed: 7, ..Attention::default() });
        assert_eq!(first, second);
    }
}
