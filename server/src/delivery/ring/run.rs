//! Joins and leaves of a room that follow one another, and reactions, while they wait to be written together (coalescing): to
//! whoever asked for the compact form as one `membership`, which says of each person no more than where they are at the end, or
//! as one `reacted`, which says of each person, message and reaction no more than what it is at the end.

use std::collections::HashMap;

use bytes::Bytes;

use shared::codec::to_line;
use shared::event::React;
use shared::server_msg::{Came, Left, Membership, Reacted, Reacts};
use shared::{RoomName, Seq, ServerMsg};

use crate::encoded::{Change, Encoded, What};

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
    /// Whether an event with a change may be added.
    pub(super) fn takes(&self, event: &Encoded) -> bool {
        let Some(first) = self.events.first().and_then(|first| first.change.as_deref()) else { return true };
        let fits =
            |change: &Change| change.goes_with(first) && (0..=MOST_MS).contains(&(change.at - first.at));
        self.events.len() < MOST && event.change.as_deref().is_some_and(fits)
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
        let (room, seq, prev, at) = (room.clone(), *seq, first.prev, last.at);
        Some(to_line(&match first.what {
            What::Came | What::Left(_) => {
                let (came, left, passed) = (Vec::new(), Vec::new(), Vec::new());
                let told = Membership { room, seq, prev, at, came, left, passed };
                ServerMsg::Membership(Box::new(net(&changes, told)))
            }
            What::Reacted(_) => {
                let reactions = net_reactions(&changes);
                ServerMsg::Reacted(Box::new(Reacted { room, seq, prev, at, reactions }))
            }
        }))
    }
}

/// What the reactions come to: who has one more to a message at the end, or one less.
fn net_reactions(changes: &[(Seq, &Change)]) -> Vec<Reacts> {
    let mut times = HashMap::new();
    let mut last = HashMap::new();
    for (seq, change) in changes {
        if let What::Reacted(React { of, with, .. }) = &change.what {
            let key = (change.from.uid, *of, with);
            *times.entry(key).or_insert(0_usize) += 1;
            last.insert(key, *seq);
        }
    }
    let told = changes.iter().filter_map(|(seq, change)| {
        let What::Reacted(React { of, with, off }) = &change.what else { return None };
        let key = (change.from.uid, *of, with);
        // An even number of times it is as it was before, for each event is a change.
        let is_told = last.get(&key) == Some(seq) && times.get(&key).is_some_and(|times| times % 2 == 1);
        let (name, style) = (change.from.name.clone(), change.from.style);
        is_told.then(|| Reacts { seq: *seq, uid: key.0, name, style, of: *of, with: with.clone(), off: *off })
    });
    told.collect()
}

/// Fills in what the comings and goings come to for each person. Who came in the middle of it may have a person in their list of
/// whom the others hear only that they passed, and takes them off.
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
        let leaves = match (&first.what, &change.what) {
            (What::Came, What::Left(_)) => {
                membership.passed.push(uid);
                None
            }
            (What::Left(_), What::Left(how)) => Some((*seq, *change, *how)),
            (What::Left(how), What::Came) => Some((*first_seq, *first, *how)),
            _ => None,
        };
        if let Some((seq, Change { from, .. }, how)) = leaves {
            let (name, style) = (from.name.clone(), from.style);
            membership.left.push(Left { seq, how, uid, name, style });
        }
        if change.what == What::Came {
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

    /// The line for `ann+1` (reacts to message 1), `ann-1` (takes that back) and so on; the first of them is number 11.
    fn reacted(changes: &str) -> String {
        let mut run = Run::default();
        for (seq, change) in (11..).zip(changes.split(' ')) {
            let (name, of) = change.split_at(3);
            let off = if of.starts_with('-') { r#","off":true"# } else { "" };
            let (uid, of) = (name.as_bytes()[0] - b'a' + 1, of.trim_start_matches(['+', '-']));
            let event = format!(
                r#"{{"room":"lobby","seq":{seq},"prev":{},"at":{seq},"from":{{"uid":{uid},"name":"{name}","style":{{"color":6}}}},"kind":"react","of":{of},"with":"+1"{off}}}"#,
                seq - 1,
            );
            let event = Encoded::new(&serde_json::from_str::<Event>(&event).unwrap());
            assert!(run.takes(&event));
            run.push(event);
        }
        let line = String::from_utf8(run.compact_line(&RoomName::lobby()).unwrap().to_vec()).unwrap();
        line.split_once(r#","at":"#).unwrap().1.trim_end_matches("}\n").to_owned()
    }

    #[test]
    fn a_reaction_is_told_once_and_not_where_it_is_as_before() {
        for (changes, want) in [
            ("ann+1", r#"11,"reactions":[[11,1,"ann",[6],1,"+1"]]"#),
            ("ann-1", r#"11,"reactions":[[11,1,"ann",[6],1,"+1",true]]"#),
            ("ann+1 ann-1", "12"),
            ("ann+1 ann-1 ann+1", r#"13,"reactions":[[13,1,"ann",[6],1,"+1"]]"#),
            (
                "ann+1 ben+1 ann+2 ann-1",
                r#"14,"reactions":[[12,2,"ben",[6],1,"+1"],[13,1,"ann",[6],2,"+1"]]"#,
            ),
        ] {
            assert_eq!(reacted(changes), want, "{changes}");
        }
    }

    #[test]
    fn reactions_and_comings_are_runs_of_their_own() {
        let of = |kind: &str| {
            let event = format!(
                r#"{{"room":"lobby","seq":2,"prev":1,"at":5,"from":{{"uid":1,"name":"ann","style":{{"color":6}}}},{kind}}}"#
            );
            Encoded::new(&serde_json::from_str::<Event>(&event).unwrap())
        };
        let (join, react) = (of(r#""kind":"join""#), of(r#""kind":"react","of":1,"with":"+1""#));
        let mut run = Run::default();
        run.push(join.clone());
        assert!(run.takes(&join) && !run.takes(&react));
    }
}
