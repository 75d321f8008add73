//! Generates random names for those who ask for none: an adjective and a noun of the `names` crate, without the words of the
//! blocklist. Whether a name is free is decided by the chat, which is given several to choose from.

mod blocklist;

use names::Generator;

use shared::Name;

use blocklist::BLOCKLIST;

/// Random names are short enough to be shown whole in a narrow column.
const MAX_BYTES: usize = 16;

/// How many names are made until one is short enough; more than half of them are.
const TRIES: usize = 1000;

/// An endless source of names such as `calm-otter`.
#[derive(Debug)]
pub struct RandomNames {
    adjectives: Vec<&'static str>,
    nouns: Vec<&'static str>,
}

impl RandomNames {
    /// The cleaned lists.
    #[must_use]
    pub fn new() -> Self {
        let allowed =
            |words: &[&'static str]| words.iter().copied().filter(|word| is_allowed(word)).collect();
        Self { adjectives: allowed(names::ADJECTIVES), nouns: allowed(names::NOUNS) }
    }

    /// Names of these two words and no others: nothing is left to chance, as a simulation needs it.
    #[must_use]
    pub fn always(adjective: &'static str, noun: &'static str) -> Self {
        Self { adjectives: vec![adjective], nouns: vec![noun] }
    }
}

impl Default for RandomNames {
    fn default() -> Self {
        Self::new()
    }
}

impl Iterator for RandomNames {
    type Item = Name;

    fn next(&mut self) -> Option<Name> {
        // The generator holds a thread's random state, so it cannot be kept; making one costs two pointers.
        let mut generator = Generator::new(&self.adjectives, &self.nouns, names::Name::Plain);
        let mut short = generator.by_ref().take(TRIES).filter(|name| name.len() <= MAX_BYTES);
        short.find_map(|name| Name::parse(&name).ok())
    }
}

fn is_allowed(word: &str) -> bool {
    BLOCKLIST.binary_search(&word).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::chat::name_rules::is_reserved;

    #[test]
    fn every_blocked_word_is_one_of_the_crate() {
        let strangers: Vec<_> = BLOCKLIST
            .iter()
            .filter(|word| !names::ADJECTIVES.contains(word) && !names::NOUNS.contains(word))
            .collect();
        assert!(strangers.is_empty(), "{strangers:?}");
    }

    #[test]
    fn the_blocklist_is_sorted_without_duplicates() {
        // The search for a word relies on it.
        let misplaced: Vec<_> =
            BLOCKLIST.array_windows().filter(|[word, following]| word >= following).collect();
        assert!(misplaced.is_empty(), "{misplaced:?}");
    }

    #[test]
    fn enough_words_remain_and_all_are_plain() {
        let RandomNames { adjectives, nouns } = RandomNames::new();
        assert!(adjectives.len() >= 500, "{} adjectives", adjectives.len());
        assert!(nouns.len() >= 500, "{} nouns", nouns.len());
        for word in adjectives.iter().chain(&nouns) {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
        }
    }

    #[test]
    fn names_are_valid_and_of_allowed_words_and_claim_no_role() {
        for name in RandomNames::new().take(10_000) {
            assert_eq!(Name::parse(name.as_str()).ok().as_ref(), Some(&name));
            assert!((Name::MIN_COLUMNS..=MAX_BYTES).contains(&name.as_str().len()), "{name}");
            let words: Vec<_> = name.as_str().split('-').collect();
            assert_eq!(words.len(), 2, "{name}");
            assert!(words.iter().all(|word| is_allowed(word)), "{name}");
            assert!(!is_reserved(&name), "{name}");
        }
    }

    #[test]
    fn no_two_names_look_alike() {
        use crate::chat::name_key::NameKey;
        use std::collections::HashMap;
        // Names of two words are alike if the words are: a sign is between them.
        let RandomNames { adjectives, nouns } = RandomNames::new();
        for words in [adjectives, nouns] {
            let mut seen = HashMap::new();
            for word in words {
                let word = Name::parse(word).unwrap();
                for key in NameKey::of(&word) {
                    let before = seen.insert(key, word.clone());
                    assert!(before.as_ref().is_none_or(|before| *before == word), "{word} and {before:?}");
                }
            }
        }
    }

    #[test]
    fn names_too_long_are_skipped() {
        let words = RandomNames { adjectives: vec!["knowledgeable", "calm"], nouns: vec!["otter"] };
        assert!(words.take(100).all(|name| name.as_str() == "calm-otter"));
    }
}
