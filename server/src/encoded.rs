//! An event encoded once as its line of the wire. The same bytes go to every connection (fan-out without copies) and,
//! without the line's `type`, to the store. A line that was encoded is never changed: cursors count its bytes.

use std::sync::Arc;

use bytes::Bytes;

use shared::codec::append_line;
use shared::event::{Edit, Kind, Leave, React};
use shared::{Event, Millis, Sender, Seq};

/// How every event line begins; what follows is also what the store keeps.
const PREFIX: &str = r#"{"type":"event","#;

/// One event as a line of the wire, its end included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Its seq.
    pub seq: Seq,
    /// The line.
    pub line: Bytes,
    /// What it tells, where it is a join, a leave or a reaction: these are coalesced for clients that ask for that.
    pub change: Option<Arc<Change>>,
}

/// What is coalesced with others of its sort: a join or a leave, or a reaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The seq of the event before it in its room.
    pub prev: Seq,
    /// When.
    pub at: Millis,
    /// Who.
    pub from: Sender,
    /// What they did.
    pub what: What,
}

/// What somebody did that is coalesced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// They came.
    Came,
    /// They went, and how.
    Left(Leave),
    /// They reacted, or took a reaction back.
    Reacted(React),
}

impl Change {
    fn of(event: &Event) -> Option<Arc<Self>> {
        let what = match &event.kind {
            Kind::Join => What::Came,
            Kind::Leave(how) => What::Left(*how),
            Kind::React(react) => What::Reacted(react.clone()),
            Kind::Message(_)
            | Kind::Action(_)
            | Kind::Rename(_)
            | Kind::Topic(_)
            | Kind::Kick(_)
            | Kind::Ban(_)
            | Kind::Mute(_)
            | Kind::Announce(_)
            | Kind::Role(..)
            | Kind::Edit(_)
            | Kind::Delete(_)
            | Kind::Deleted(_)
            | Kind::SetRoom(_)
            | Kind::Unknown => return None,
        };
        Some(Arc::new(Self { prev: event.prev, at: event.at, from: event.from.clone(), what }))
    }

    /// That of an event the store kept; only what may be one is parsed.
    fn of_body(body: &str) -> Option<Arc<Self>> {
        let kinds = [r#""kind":"join""#, r#""kind":"leave""#, r#""kind":"react""#];
        let may_be_one = kinds.iter().any(|kind| body.contains(kind));
        Self::of(&may_be_one.then(|| serde_json::from_str(body).ok())??)
    }

    /// Whether it is coalesced with another one: comings and goings with one another, and reactions.
    #[must_use]
    pub fn goes_with(&self, other: &Self) -> bool {
        matches!(self.what, What::Reacted(_)) == matches!(other.what, What::Reacted(_))
    }
}

impl Encoded {
    /// Encodes an event.
    #[must_use]
    pub fn new(event: &Event) -> Self {
        let mut line = Vec::with_capacity(384);
        line.extend_from_slice(PREFIX.as_bytes());
        // The event's own object begins where the last byte of the prefix is: its brace becomes the comma again.
        line.pop();
        let brace = line.len();
        append_line(&mut line, event);
        line[brace] = b',';
        Self { seq: event.seq, line: line.into(), change: Change::of(event) }
    }

    /// The form that the store keeps, where it is not that of the wire: an edit without its text, which is that of the message.
    #[must_use]
    pub fn stored(event: &Event) -> Option<Self> {
        let Kind::Edit(edit) = &event.kind else { return None };
        Some(Self::new(&Event { kind: Kind::Edit(Edit { of: edit.of, text: None }), ..event.clone() }))
    }

    /// An event the store kept.
    #[must_use]
    pub fn of_body(seq: Seq, body: &str) -> Self {
        Self { seq, line: Self::line_of_body(body).into(), change: Change::of_body(body) }
    }

    /// The event as a JSON object without its `type`, for the store.
    #[must_use]
    pub fn body(&self) -> String {
        let line = std::str::from_utf8(&self.line).unwrap_or_default();
        let rest = line.trim_end_matches('\n').strip_prefix(PREFIX).unwrap_or_default();
        let mut body = String::with_capacity(1 + rest.len());
        body.push('{');
        body.push_str(rest);
        body
    }

    /// The line of an event the store kept.
    #[must_use]
    pub fn line_of_body(body: &str) -> String {
        format!("{PREFIX}{}\n", body.strip_prefix('{').unwrap_or(body))
    }
}

#[cfg(test)]
mod tests {
    use shared::ServerMsg;

    use super::*;

    #[test]
    fn what_the_store_keeps_makes_the_same_line_again() {
        let wire = r#"{"type":"event","room":"lobby","seq":2,"prev":1,"at":5,"from":{"uid":1,"name":"calm-otter","style":{"color":6}},"kind":"message","text":"안녕","nonce":"n1"}"#;
        let ServerMsg::Event(event) = ServerMsg::parse(wire.as_bytes()).unwrap() else {
            panic!("not an event")
        };
        let encoded = Encoded::new(&event);
        assert_eq!(encoded.line, format!("{wire}\n"));
        assert_eq!(Encoded::line_of_body(&encoded.body()), format!("{wire}\n"));
        assert_eq!(serde_json::from_str::<Event>(&encoded.body()).unwrap(), *event);
        assert_eq!(Encoded::of_body(event.seq, &encoded.body()), encoded);
        assert_eq!(encoded.change, None);
    }

    #[test]
    fn joins_leaves_and_reactions_are_known_as_such_when_they_come_from_the_store() {
        let said = r#""kind":"message","text":"\"kind\":\"join\"","nonce":"n1""#;
        let taken_back = React { of: Seq::new(1).unwrap(), with: "👍".parse().unwrap(), off: true };
        for (kind, what) in [
            (r#""kind":"join""#, Some(What::Came)),
            (r#""kind":"leave","how":"lost""#, Some(What::Left(Leave::Lost))),
            (r#""kind":"react","of":1,"with":"👍","off":true"#, Some(What::Reacted(taken_back))),
            (said, None),
            (r#""kind":"unreadable""#, None),
        ] {
            let body = format!(
                r#"{{"room":"lobby","seq":2,"prev":1,"at":5,"from":{{"uid":1,"name":"calm-otter","style":{{"color":6}}}},{kind}}}"#
            );
            let event: Event = serde_json::from_str(&body).unwrap();
            let encoded = Encoded::of_body(event.seq, &body);
            assert_eq!(encoded.change.as_ref().map(|change| &change.what), what.as_ref(), "{body}");
            if what.is_some() {
                assert_eq!(encoded, Encoded::new(&event));
            }
        }
    }
}
