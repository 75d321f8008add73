//! The mark of a message: the client's own, where it sends one as the tag `+nonce`, so that what it sends twice after a lost
//! connection is one message; else a prefix that each connection has for itself, and a number that grows.

use shared::Nonce;

use super::state::State;
use crate::irc::line::Line;

/// The client's tag.
const TAG: &str = "+nonce";
/// What the mark of a `NOTICE` ends with. The chat has one kind of message; by this other IRC clients are told it as a notice again, so
/// that programs that never answer notices do not begin to talk to each other.
const NOTICE: &str = ".notice";

/// Whether a message was a `NOTICE`.
pub(crate) fn is_notice(nonce: Option<&Nonce>) -> bool {
    nonce.is_some_and(|nonce| nonce.as_str().ends_with(NOTICE))
}

impl State {
    /// The mark for a message that came in this line; of several messages in one line, each has its own place in `part`.
    pub(crate) fn nonce(&mut self, line: &Line, part: usize) -> Option<Nonce> {
        let own = line.tag_value(TAG).filter(|own| !own.is_empty());
        let end = if line.command == "NOTICE" { NOTICE } else { "" };
        let own = own.map(|own| if part == 0 { format!("{own}{end}") } else { format!("{own}.{part}{end}") });
        if let Some(Ok(own)) = own.map(|own| Nonce::parse(&own)) {
            return Some(own);
        }
        self.nonces += 1;
        Nonce::parse(&format!("{}{:08x}{end}", self.setup.nonce_prefix, self.nonces)).ok()
    }
}
