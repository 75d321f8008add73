//! Packed messages are the same as a plain list of them, whatever comes in which order; and what they are said to take is
//! what they take.

use std::collections::{BTreeMap, HashSet};

use proptest::collection::vec;
use proptest::prelude::*;
use shared::{Code, Event, Kind, Text};

use super::{message, nonce, own, pending, person, seq};
use crate::app::timeline::entry::Content;
use crate::app::timeline::packing::RUN;
use crate::app::timeline::{Body, Entry, Level, Timeline};

/// What comes in.
#[derive(Clone, Debug)]
enum Step {
    /// So many messages after the newest, each so much higher.
    Append(u64, u64),
    /// One message, at some share of what is there.
    Insert(u64),
    /// A page of so many, from some share of what is there.
    Page(u64, u64),
    /// Somebody joins.
    Join,
    Notice,
    /// An own message that is stored, or fails and is stored later.
    Own(bool),
    /// So many bytes are to be free.
    LetGo(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1..200u64, 1..20u64).prop_map(|(count, each)| Step::Append(count, each)),
        2 => (0..1_000u64).prop_map(Step::Insert),
        2 => (0..1_000u64, 1..200u64).prop_map(|(share, count)| Step::Page(share, count)),
        1 => Just(Step::Join),
        1 => Just(Step::Notice),
        2 => any::<bool>().prop_map(Step::Own),
        1 => (0..100_000usize).prop_map(Step::LetGo),
    ];
    vec(step, 1..30)
}

/// A message that is long for some numbers, an action for others, of few people or of many.
fn said(number: u64) -> Event {
    let length = if number.is_multiple_of(7) { 900 } else { number % 40 };
    let text = format!("{number} {}", "말".repeat(usize::try_from(length).unwrap()));
    let text = Text::parse(&text).unwrap();
    let kind = if number.is_multiple_of(5) { Kind::Action(text) } else { Kind::Message(text) };
    let from = person(1 + if number.is_multiple_of(3) { number } else { number % 3 });
    Event { kind, from, ..message(number, "x") }
}

#[derive(Default)]
struct Both {
    timeline: Timeline,
    model: BTreeMap<u64, Event>,
    marks: u64,
}

impl Both {
    fn push(&mut self, event: Event) {
        self.timeline.push(&event);
        self.model.entry(event.seq.get()).or_insert(event);
    }

    fn newest(&self) -> u64 {
        self.timeline.newest_seq().get().max(10_000)
    }

    fn take(&mut self, step: &Step) {
        let newest = self.newest();
        match *step {
            Step::Append(count, each) => {
                for n in 1..=count {
                    self.push(said(newest + n * each));
                }
            }
            Step::Insert(share) => self.push(said(1 + newest * share / 1_000)),
            Step::Page(share, count) => {
                let first = 1 + newest * share / 1_000;
                let page: Vec<Event> = (first..first + count).map(said).collect();
                self.timeline.extend_older(seq(first + count), &page, true);
                for event in page {
                    self.model.entry(event.seq.get()).or_insert(event);
                }
            }
            Step::Join => self.push(Event { kind: Kind::Join, ..message(newest + 1, "x") }),
            Step::Notice => self.timeline.notice("connected", 0, Level::Info),
            Step::Own(fails) => {
                self.marks += 1;
                pending(&mut self.timeline, self.marks);
                if fails {
                    self.timeline.fail(&nonce(self.marks), Code::Muted, None);
                    self.push(said(newest + 1));
                }
                self.push(own(newest + 2, self.marks, "mine"));
            }
            Step::LetGo(excess) => {
                let held = self.timeline.bytes();
                let free = self.timeline.let_go(excess, true);
                assert_eq!(held - self.timeline.bytes(), free);
                // The oldest are gone, and nothing else.
                let kept = self.timeline.entries().filter(|entry| entry.seq().is_some()).count();
                while self.model.len() > kept {
                    self.model.pop_first();
                }
            }
        }
    }

    fn check(&self) {
        let events: Vec<&Entry> = self.timeline.entries().filter(|entry| entry.seq().is_some()).collect();
        assert_eq!(events.len(), self.model.len());
        for (entry, event) in events.into_iter().zip(self.model.values()) {
            let body = if let Kind::Message(text) = &event.kind {
                Body::Message(text.as_str())
            } else if let Kind::Action(text) = &event.kind {
                Body::Action(text.as_str())
            } else {
                Body::Event(&event.kind)
            };
            let is = (entry.seq(), entry.at(), entry.from(), entry.body());
            assert_eq!(is, (Some(event.seq), event.at, Some(&event.from), body));
        }
        assert_eq!(self.timeline.bytes, held(&self.timeline));
    }
}

/// The bytes of the log, each run counted once.
fn held(timeline: &Timeline) -> usize {
    let mut runs = HashSet::new();
    let each = |entry: &Entry| match &entry.content {
        Content::Packed(packed) => {
            let (run, bytes) = packed.run_and_bytes();
            size_of::<Entry>() + if runs.insert(run) { bytes } else { 0 }
        }
        Content::Said(_) | Content::Event(_) | Content::Own(_) | Content::Notice(_) => entry.bytes(),
    };
    timeline.log.iter().map(each).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn packed_messages_are_those_that_came(steps in steps()) {
        let mut both = Both::default();
        for step in &steps {
            both.take(step);
            both.check();
        }
    }
}

#[test]
fn all_but_the_newest_messages_are_packed() {
    let mut both = Both::default();
    for step in [Step::Append(3_000, 2), Step::Page(999, 100), Step::Page(0, 100)] {
        both.take(&step);
    }
    both.check();
    let loose: Vec<usize> =
        (0..both.timeline.len()).filter(|at| both.timeline.entry(*at).unwrap().said().is_some()).collect();
    assert!(loose.len() < 2 * RUN, "{loose:?}");
    assert!(loose.first().is_none_or(|first| first + 3 * RUN > both.timeline.len()), "{loose:?}");
}
