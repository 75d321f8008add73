//! The mark of a message: the client's own, where it sends one as the tag `+nonce`, so that what it sends twice after a lost
//! connection is one message; else a prefix that each connection has for itself, and a number that grows.

use shared::Nonce;

use super::state::State;
use crate::irc::line::Line;

/// The client's tag.
const TAG: &str = "+nonce";

impl State {
    /// The mark for a message that came in this line; of several messages in one line, each has its own place in `part`.
    pub(crate) fn nonce(&mut self, line: &Line, part: usize) -> Option<Nonce> {
        let own = line.tag_value(TAG).filter(|own| !own.is_empty());
        let own = own.map(|own| if part == 0 { own.to_owned() } else { format!("{own}.{part}") });
        if let Some(Ok(own)) = own.map(|own| Nonce::parse(&own)) {
            return Some(own);
        }
        self.nonces += 1;
        Nonce::parse(&format!("{}{:08x}", self.setup.nonce_prefix, self.nonces)).ok()
    }
}
