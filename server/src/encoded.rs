//! An event encoded once as its line of the wire. The same bytes go to every connection (fan-out without copies) and,
//! without the line's `type`, to the store. A line that was encoded is never changed: cursors count its bytes.

use bytes::Bytes;

use shared::codec::append_line;
use shared::{Event, Seq, ServerMsg};

/// How every event line begins; what follows is also what the store keeps.
const PREFIX: &str = r#"{"type":"event","#;

/// One event as a line of the wire, its end included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Its seq.
    pub seq: Seq,
    /// The line.
    pub line: Bytes,
}

impl Encoded {
    /// Encodes an event.
    #[must_use]
    pub fn new(event: Event) -> Self {
        let seq = event.seq;
        let mut line = Vec::with_capacity(384);
        append_line(&mut line, &ServerMsg::Event(Box::new(event)));
        Self { seq, line: line.into() }
    }

    /// The event as a JSON object without its `type`, for the store.
    #[must_use]
    pub fn body(&self) -> String {
        let line = std::str::from_utf8(&self.line).unwrap_or_default();
        let rest = line.trim_end_matches('\n').strip_prefix(PREFIX).unwrap_or_default();
        format!("{{{rest}")
    }

    /// The line of an event the store kept.
    #[must_use]
    pub fn line_of_body(body: &str) -> String {
        format!("{PREFIX}{}\n", body.strip_prefix('{').unwrap_or(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_keeps_makes_the_same_line_again() {
        let wire = r#"{"type":"event","room":"lobby","seq":2,"prev":1,"at":5,"from":{"uid":1,"name":"calm-otter","style":{"color":6}},"kind":"message","text":"안녕","nonce":"n1"}"#;
        let ServerMsg::Event(event) = ServerMsg::parse(wire.as_bytes()).unwrap() else {
            panic!("not an event")
        };
        let encoded = Encoded::new(*event.clone());
        assert_eq!(encoded.line, format!("{wire}\n"));
        assert_eq!(Encoded::line_of_body(&encoded.body()), format!("{wire}\n"));
        assert_eq!(serde_json::from_str::<Event>(&encoded.body()).unwrap(), *event);
    }
}
