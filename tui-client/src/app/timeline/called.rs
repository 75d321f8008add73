//! By what the reader is called in a text: their name, and words of their own choice (`/highlight`).

use std::ops::Range;

use super::highlight::mentions;

/// By what somebody is called.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// Their name.
    pub name: &'a str,
    /// Words of their choice.
    pub words: &'a [String],
}

impl Called<'_> {
    /// Where a text calls them, in bytes.
    #[must_use]
    pub fn find(self, text: &str) -> Vec<Range<usize>> {
        let mut found = mentions(text, self.name);
        for word in self.words {
            found.extend(mentions(text, word));
        }
        found
    }

    /// Whether a text calls them.
    #[must_use]
    pub fn is_in(self, text: &str) -> bool {
        let names = |word: &str| !mentions(text, word).is_empty();
        names(self.name) || self.words.iter().any(|word| names(word))
    }
}

#[cfg(test)]
mod tests {
    use super::Called;

    #[test]
    fn own_words_call_as_the_name_does() {
        let words = ["배포".to_owned(), "on call".to_owned()];
        let called = Called { name: "지민", words: &words };
        for text in ["지민아 밥 먹자", "지민님?", "@지민", "배포가 끝났어요", "who is On Call today"]
        {
            assert!(called.is_in(text) && !called.find(text).is_empty(), "{text}");
        }
        for text in ["김지민", "재배포", "on calling", "", "민"] {
            assert!(!called.is_in(text), "{text}");
        }
    }
}
