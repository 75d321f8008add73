//! Joins and leaves of a room that follow one another, while they wait to be written together (coalescing): to whoever asked
//! for the compact form as one `membership`, which says of each person no more than where they are at the end.

use std::collections::HashMap;

use bytes::Bytes;

use shared::codec::to_line;
use shared::server_msg::{Came, Left, Membership};
use shared::{RoomName, Seq, ServerMsg};

use crate::encoded::{Change, Encoded};

/// The most events of a run: its line has 128 KiB then, about. More begin the next run.
const MOST: usize = 1024;

/// Events of a run are at most so many milliseconds apart: it tells one time for all.
const MOST_MS: i64 = 1000;

/// The events that wait.
#[derive(Debug, Default)]
pub(super) struct Run {
    events: Vec<Encoded>,
    bytes: u64,
}

impl Run {
    /// Whether a join or leave may be added.
    pub(super) fn takes(&self, event: &Encoded) -> bool {
        let at = |event: &Encoded| event.change.as_ref().map_or(0, |change| change.at);
        let first = self.events.first().map_or(at(event), at);
        self.events.len() < MOST && (0..=MOST_MS).contains(&(at(event) - first))
    }

    pub(super) fn push(&mut self, event: Encoded) {
        self.bytes += event.line.len() as u64;
        self.events.push(event);
    }

    pub(super) fn events(&self) -> &[Encoded] {
        &self.events
    }

    /// The bytes of all lines, one for each event.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The seq of the newest event.
    pub(super) fn newest(&self) -> Option<Seq> {
        self.events.last().map(|event| event.seq)
    }

    /// All of it as one line.
    pub(super) fn compact_line(&self, room: &RoomName) -> Option<Bytes> {
        let changes: Vec<_> =
            self.events.iter().filter_map(|event| Some((event.seq, event.change.as_deref()?))).collect();
        let ((_, first), (seq, last)) = (changes.first()?, changes.last()?);
        let membership = Membership {
            room: room.clone(),
            seq: *seq,
            prev: first.prev,
            at: last.at,
            came: Vec::new(),
            left: Vec::new(),
            passed: Vec::new(),
        };
        Some(to_line(&ServerMsg::Membership(Box::new(net(&changes, membership)))))
    }
}

/// Fills in what the changes come to for each person. Who came in the middle of it may have a person in their list of whom
/// the others hear only that they passed, and takes them off.
fn net(changes: &[(Seq, &Change)], mut membership: Membership) -> Membership {
    let mut first = HashMap::new();
    let mut last = HashMap::new();
    for (seq, change) in changes {
        first.entry(change.from.uid).or_insert((*seq, *change));
        last.insert(change.from.uid, *seq);
    }
    for (seq, change) in changes {
        let uid = change.from.uid;
        if last.get(&uid) != Some(seq) {
            continue;
        }
        let Some((first_seq, first)) = first.get(&uid) else { continue };
        let leaves = match (first.how, change.how) {
            (None, Some(_)) => {
                membership.passed.push(uid);
                None
            }
            (Some(_), Some(_)) => Some((*seq, *change)),
            (Some(_), None) => Some((*first_seq, *first)),
            (None, None) => None,
        };
        if let Some((seq, Change { from, how: Some(how), .. })) = leaves {
            let (name, style) = (from.name.clone(), from.style);
            membership.left.push(Left { seq, how: *how, uid, name, style });
        }
        if change.how.is_none() {
            let (name, style) = (change.from.name.clone(), change.from.style);
            membership.came.push(Came { seq: *seq, uid, name, style });
        }
    }
    // Who came back stands where they came, and left before.
    membership.left.sort_by_key(|left| left.seq);
    membership
}

#[cfg(test)]
mod tests {
    use shared::Event;

    use super::*;

    /// The line for `+ann` (came), `-ben` (left) and so on; the first of them is number 11.
    fn told(changes: &str) -> String {
        let mut run = Run::default();
        for (seq, change) in (11..).zip(changes.split(' ')) {
            let (sign, name) = change.split_at(1);
            let uid = name.as_bytes()[0] - b'a' + 1;
            let kind = if sign == "+" { r#""kind":"join""# } else { r#""kind":"leave","how":"quit""# };
            let event = format!(
                r#"{{"room":"lobby","seq":{seq},"prev":{},"at":{},"from":{{"uid":{uid},"name":"{name}","style":{{"color":6}}}},{kind}}}"#,
                seq - 1,
                seq * 10,
            );
            let event = Encoded::new(&serde_json::from_str::<Event>(&event).unwrap());
            assert!(run.takes(&event));
            run.push(event);
        }
        let line = run.compact_line(&RoomName::lobby()).unwrap();
        let ServerMsg::Membership(read) = ServerMsg::parse(&line).unwrap() else { unreachable!() };
        assert_eq!((read.prev.get(), read.seq.get()), (10, 10 + changes.split(' ').count() as u64));
        let line = String::from_utf8(line.to_vec()).unwrap();
        let (_, told) = line.split_once(r#","at":"#).unwrap();
        told.trim_end_matches("}\n").to_owned()
    }

    #[test]
    fn everybody_is_told_of_once_and_who_came_and_went_by_number_alone() {
        for (changes, want) in [
            ("+ann", r#"110,"came":[[11,1,"ann",[6]]]"#),
            ("-ann", r#"110,"left":[[11,"quit",1,"ann",[6]]]"#),
            ("+ann -ann", r#"120,"passed":[1]"#),
            ("+ann -ann +ann -ann", r#"140,"passed":[1]"#),
            ("+ann -ann +ann", r#"130,"came":[[13,1,"ann",[6]]]"#),
            ("-ann +ann", r#"120,"came":[[12,1,"ann",[6]]],"left":[[11,"quit",1,"ann",[6]]]"#),
            (
                "-ann -ben +ann",
                r#"130,"came":[[13,1,"ann",[6]]],"left":[[11,"quit",1,"ann",[6]],[12,"quit",2,"ben",[6]]]"#,
            ),
            ("-ann +ann -ann", r#"130,"left":[[13,"quit",1,"ann",[6]]]"#),
            (
                "+cat +ann -dan -cat +ben -ben",
                r#"160,"came":[[12,1,"ann",[6]]],"left":[[13,"quit",4,"dan",[6]]],"passed":[3,2]"#,
            ),
        ] {
            assert_eq!(told(changes), want, "{changes}");
        }
    }
}
