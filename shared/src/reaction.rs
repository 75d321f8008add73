//! Reactions to messages: [`Reaction`], one emoji or a short word, and [`Reactions`], who reacted to a message with what.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::code::{Code, Invalid};
use crate::id::Uid;
use crate::newtype::{shown_string, wire_string};
use crate::text::{is_invisible, is_safe, longest_run_of_marks};

/// What somebody reacts with: an emoji or a short word, 1 to 32 bytes without spaces, at most 8 characters of which can be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reaction(Arc<str>);

impl Reaction {
    /// The longest one, in bytes of UTF-8: a family of four with skin tones has 41, and is refused.
    pub const MAX_BYTES: usize = 32;
    /// The most characters that can be seen.
    pub const MAX_VISIBLE: usize = 8;
    const MAX_MARKS: usize = 2;

    /// Checks a reaction; what is refused and why is in the error.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let invalid = |why: &str| Err(Invalid::new(Code::TextInvalid, why));
        if raw.is_empty() || raw.len() > Self::MAX_BYTES {
            return invalid("a reaction has 1 to 32 bytes: an emoji, or a short word");
        }
        if !raw.chars().all(|c| is_safe(c) && !c.is_whitespace()) {
            return invalid("a reaction has no spaces and no control characters");
        }
        let visible = raw.chars().filter(|&c| !is_invisible(c)).count();
        if !(1..=Self::MAX_VISIBLE).contains(&visible) || longest_run_of_marks(raw) > Self::MAX_MARKS {
            return invalid("a reaction has 1 to 8 characters that can be seen");
        }
        // The same to the eye is the same reaction. Form C of what has few marks is not longer.
        Ok(Self(raw.nfc().collect::<String>().into()))
    }
}

wire_string!(Reaction);
shown_string!(Reaction);

/// Who reacted to a message with what, in the order in which each reaction was first used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reactions(Vec<Reacted>);

/// One reaction to a message, and whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reacted {
    /// The reaction.
    pub with: Reaction,
    /// Who, in the order they did.
    pub uids: Vec<Uid>,
}

impl Reactions {
    /// Whether nobody reacted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each reaction and whose.
    pub fn iter(&self) -> impl Iterator<Item = &Reacted> {
        self.0.iter()
    }

    /// Somebody reacts, or takes it back; the same twice is the same as once. Says whether it changed something.
    pub fn set(&mut self, uid: Uid, with: &Reaction, off: bool) -> bool {
        let known = self.0.iter_mut().find(|reacted| reacted.with == *with);
        match (known, off) {
            (Some(reacted), true) => {
                let before = reacted.uids.len();
                reacted.uids.retain(|one| *one != uid);
                let changed = reacted.uids.len() != before;
                self.0.retain(|reacted| !reacted.uids.is_empty());
                changed
            }
            (Some(reacted), false) if reacted.uids.contains(&uid) => false,
            (Some(reacted), false) => {
                reacted.uids.push(uid);
                true
            }
            (None, true) => false,
            (None, false) => {
                self.0.push(Reacted { with: with.clone(), uids: vec![uid] });
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_an_emoji_or_a_short_word() {
        for good in ["👍", "❤️", "👍🏽", "🇰🇷", "ㅋㅋ", "+1", "확인했음", "👩‍👩‍👧"]
        {
            assert_eq!(Reaction::parse(good).unwrap().as_str(), good);
        }
        let nine = "ninechars";
        for bad in [
            "",
            " ",
            "a b",
            "\u{200d}",
            "\u{1b}",
            "a\n",
            nine,
            "\u{202e}x",
            &"👍".repeat(9),
            "a\u{301}\u{301}\u{301}",
        ] {
            assert_eq!(Reaction::parse(bad).unwrap_err().code, Code::TextInvalid, "{bad:?}");
        }
    }

    #[test]
    fn what_looks_the_same_is_the_same_reaction() {
        assert_eq!(Reaction::parse("e\u{301}"), Reaction::parse("\u{e9}"));
        // Korean syllables as some systems write them.
        assert_eq!(Reaction::parse("\u{110b}\u{1173}\u{11bc}").unwrap().as_str(), "\u{c751}");
    }

    #[test]
    fn the_same_reaction_twice_is_one_and_the_last_word_counts() {
        let [ann, ben] = [1, 2].map(|uid| Uid::new(uid).unwrap());
        let [up, heart] = ["👍", "❤️"].map(|with| Reaction::parse(with).unwrap());
        let mut reactions = Reactions::default();
        for (uid, with, off, changed) in [
            (ann, &up, true, false),
            (ann, &up, false, true),
            (ann, &up, false, false),
            (ben, &heart, false, true),
            (ben, &up, false, true),
            (ben, &heart, true, true),
            (ben, &heart, true, false),
        ] {
            assert_eq!(reactions.set(uid, with, off), changed);
        }
        assert_eq!(serde_json::to_string(&reactions).unwrap(), r#"[{"with":"👍","uids":[1,2]}]"#);
    }
}
