//! Random names for those who bring none, from the `names` crate, without the words nobody wants to be called.
//! It must not know which names are taken.

use names::Generator;

use shared::Name;

/// Words of the `names` crate that insult, threaten, embarrass or point at what people are. Whole list entries.
const UNWANTED: &[&str] = &[];

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
        let wanted = |words: &[&'static str]| words.iter().copied().filter(|word| is_wanted(word)).collect();
        Self { adjectives: wanted(names::ADJECTIVES), nouns: wanted(names::NOUNS) }
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
        generator.find_map(|name| Name::parse(&name).ok())
    }
}

fn is_wanted(word: &str) -> bool {
    !UNWANTED.contains(&word)
}
