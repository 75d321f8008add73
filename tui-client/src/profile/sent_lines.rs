//! The lines sent before in each room, and which messages each of them became: a line goes when its message is deleted.
//!
//! In the file they are two lists side by side, so that an older client finds the lines as it knows them.

use shared::Seq;

/// A line that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentLine {
    /// What was typed.
    pub text: String,
    /// The messages it became, or whose text it became, as far as they are stored.
    pub of: Vec<Seq>,
}

impl SentLine {
    /// Of a line that was said over and over, so many messages are known.
    const MOST: usize = 64;

    /// A line that was sent just now.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), of: Vec::new() }
    }

    /// It became this message.
    pub fn became(&mut self, seq: Seq) {
        if self.of.len() == Self::MOST {
            self.of.remove(0);
        }
        self.of.push(seq);
    }
}

/// Takes out the lines that became this message, and those which say the same and whose message is not known. Says whether there
/// were any.
pub fn forget(lines: &mut Vec<SentLine>, seq: Seq) -> bool {
    let gone: Vec<String> =
        lines.iter().filter(|line| line.of.contains(&seq)).map(|line| line.text.clone()).collect();
    lines.retain(|line| {
        let is_unknown = line.of.is_empty() && gone.contains(&line.text);
        !(is_unknown || line.of.contains(&seq))
    });
    !gone.is_empty()
}
