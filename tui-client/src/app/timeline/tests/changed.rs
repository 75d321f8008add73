//! Edits, deletions, reactions and answers: whatever the order in which events and pages come, the message is as the last of
//! them says, and nothing of a deleted text is left.

use proptest::prelude::*;
use shared::event::{Delete, Edit, React};
use shared::reaction::Reactions;
use shared::{Event, Kind, Reaction, Seq, Text, Uid};

use super::{message, person, seq};
use crate::app::memory_budget::CHANGES;
use crate::app::timeline::layout::reaction_counts;
use crate::app::timeline::{Added, Body, Entry, Original, Timeline};
use crate::profile::Ignored;
use crate::time_style::TimeStyle;

fn text(words: &str) -> Text {
    Text::parse(words).unwrap()
}

fn by(uid: u64, number: u64, kind: Kind) -> Event {
    Event { from: person(uid), kind, ..message(number, "x") }
}

/// The author of `message(of, …)` gives it another text.
fn edit(number: u64, of: u64, words: &str) -> Event {
    by(1 + of % 3, number, Kind::Edit(Edit { of: seq(of), text: Some(text(words)) }))
}

fn delete(number: u64, of: u64, uid: u64) -> Event {
    by(uid, number, Kind::Delete(Delete { of: seq(of), reason: "".parse().unwrap() }))
}

fn react(number: u64, of: u64, uid: u64, with: &str, off: bool) -> Event {
    let with = Reaction::parse(with).unwrap();
    by(uid, number, Kind::React(React { of: seq(of), with, off }))
}

/// What a message says, whether it was edited, and the reactions to it.
fn state(timeline: &Timeline, of: u64) -> (String, bool, String) {
    let entry = timeline.entries().find(|entry| entry.seq() == Some(seq(of))).unwrap();
    let said = match entry.body() {
        Body::Message(said) | Body::Action(said) => said.to_owned(),
        Body::Event(Kind::Deleted(by)) => format!("deleted by {:?}", by.as_ref().map(|by| by.uid.get())),
        other @ (Body::Event(_) | Body::Own(_) | Body::Notice(_)) => panic!("{other:?}"),
    };
    let facts = timeline.facts(seq(of));
    let counts =
        facts.map(|facts| reaction_counts(Some(&facts.reactions), &[], Uid::new(7), &Ignored::default()));
    (said, facts.is_some_and(|facts| facts.edited), counts.unwrap_or_default())
}

#[track_caller]
fn check(timeline: &Timeline, of: u64, expect: (&str, bool, &str)) {
    let (said, edited, counts) = state(timeline, of);
    assert_eq!((said.as_str(), edited, counts.as_str()), expect);
}

/// Everything the timeline holds, as its memory would show it.
fn holds(timeline: &Timeline, words: &str) -> bool {
    format!("{timeline:?}").contains(words)
}

#[test]
fn an_edited_message_has_the_new_text_and_a_deleted_one_none() {
    let mut timeline = Timeline::default();
    timeline.push(&message(10, "frist"));
    assert_eq!(timeline.push(&edit(20, 10, "first")), Added::Hidden);
    check(&timeline, 10, ("first", true, ""));
    assert!(!holds(&timeline, "frist"));
    assert_eq!(timeline.push(&delete(30, 10, 2)), Added::Hidden);
    check(&timeline, 10, ("deleted by None", false, ""));
    timeline.push(&edit(40, 10, "again"));
    check(&timeline, 10, ("deleted by None", false, ""));
    assert_eq!((timeline.len(), timeline.newest_seq()), (1, seq(40)));
}

#[test]
fn a_moderator_who_deletes_is_named() {
    let mut timeline = Timeline::default();
    timeline.push(&message(10, "rude"));
    timeline.push(&delete(20, 10, 9));
    check(&timeline, 10, ("deleted by Some(9)", false, ""));
}

#[test]
fn reactions_are_counted_and_own_ones_marked() {
    let mut timeline = Timeline::default();
    timeline.set_reader(Uid::new(7).unwrap());
    timeline.push(&message(10, "hi"));
    for change in [
        react(20, 10, 1, "👍", false),
        react(30, 10, 2, "👍", false),
        react(40, 10, 2, "👍", false),
        react(50, 10, 7, "❤️", false),
        react(60, 10, 1, "👀", false),
        react(70, 10, 1, "👀", true),
    ] {
        timeline.push(&change);
    }
    check(&timeline, 10, ("hi", false, "👍 2  [❤️ 1]"));
}

#[test]
fn nothing_of_a_deleted_text_is_left_in_the_run_it_was_packed_in() {
    let mut timeline = Timeline::default();
    for number in 1..=400 {
        timeline.push(&message(number * 10, &format!("text {number} of many")));
    }
    assert!(holds(&timeline, "text 57 of many"));
    let before = timeline.bytes();
    timeline.push(&delete(9_000, 570, 1));
    assert!(!holds(&timeline, "text 57 of many"));
    timeline.push(&edit(9_010, 580, "other words"));
    assert!(!holds(&timeline, "text 58 of many"));
    for number in (1..=400).filter(|number| !(57..=58).contains(number)) {
        assert_eq!(state(&timeline, number * 10).0, format!("text {number} of many"));
    }
    let packed = timeline.entries().filter(|entry| entry.is_packed()).count();
    assert!(packed > 380, "{packed} are packed");
    assert!(timeline.bytes() < before + 1_000, "{} bytes more", timeline.bytes() - before);
}

#[test]
fn selection_and_anchor_stay_with_a_message_that_is_deleted() {
    let viewport = super::Viewport {
        width: 80,
        height: 10,
        times: TimeStyle::usual(jiff::tz::TimeZone::UTC),
        lang: crate::lang::Lang::En,
        formatted: true,
        fold: 0,
        picture_rows: 0,
    };
    let mut timeline = Timeline::default();
    for number in 1..=50 {
        timeline.push(&message(number * 10, "hi"));
    }
    assert!(timeline.show_seq(seq(200), |_| Vec::new(), &viewport));
    let anchor = timeline.anchor();
    timeline.push(&delete(600, 200, 3));
    assert_eq!(timeline.selected().and_then(Entry::seq), Some(seq(200)));
    assert_eq!(timeline.anchor(), anchor);
    assert!(timeline.selected().unwrap().text().is_none());
}

#[test]
fn what_is_deleted_before_it_is_seen_is_not_new() {
    let viewport = super::Viewport {
        width: 80,
        height: 10,
        times: TimeStyle::usual(jiff::tz::TimeZone::UTC),
        lang: crate::lang::Lang::En,
        formatted: true,
        fold: 0,
        picture_rows: 0,
    };
    let mut timeline = Timeline::default();
    for number in 1..=50 {
        timeline.push(&message(number * 10, "hi"));
    }
    timeline.to_top(&viewport);
    timeline.push(&message(510, "oops"));
    timeline.push(&react(520, 510, 1, "👍", false));
    assert_eq!(timeline.new_below(), 1);
    timeline.push(&delete(530, 510, 1));
    assert_eq!(timeline.new_below(), 0);
}

#[test]
fn a_page_that_is_older_than_what_came_meanwhile_is_changed_by_it() {
    let mut timeline = Timeline::default();
    timeline.push(&message(100, "newest"));
    for change in [
        edit(110, 20, "second"),
        delete(120, 30, 9),
        react(130, 40, 1, "👍", false),
        react(140, 40, 2, "👍", false),
        react(150, 40, 2, "👍", true),
    ] {
        timeline.push(&change);
    }
    let page = [message(20, "first"), message(30, "rude"), message(40, "nice"), message(50, "other")];
    timeline.extend_older(seq(100), &page, true);
    check(&timeline, 20, ("second", true, ""));
    check(&timeline, 30, ("deleted by Some(9)", false, ""));
    check(&timeline, 40, ("nice", false, "👍 1"));
    check(&timeline, 50, ("other", false, ""));
    assert!(!holds(&timeline, "rude") && !holds(&timeline, "first"));
}

#[test]
fn a_page_has_what_its_messages_have() {
    let mut reactions = Reactions::default();
    reactions.set(Uid::new(7).unwrap(), &Reaction::parse("🎉").unwrap(), false);
    let said = Event { edited: Some(1), reactions, reply_to: Some(seq(10)), ..message(20, "done") };
    let gone = by(2, 10, Kind::Deleted(None));
    // The events in the page are in the messages of the page already.
    let page = [gone, said, react(30, 20, 1, "🎉", false), react(40, 20, 1, "🎉", true)];
    let mut timeline = Timeline::default();
    timeline.set_reader(Uid::new(7).unwrap());
    timeline.set_head(seq(40));
    timeline.extend_older(seq(41), &page, false);
    check(&timeline, 20, ("done", true, "[🎉 1]"));
    let answer = timeline.entries().last().unwrap();
    assert_eq!(timeline.answered(answer).map(|seq| timeline.original(seq)), Some(Original::Deleted));
    assert_eq!(timeline.facts(seq(20)).map(|facts| facts.reply_to), Some(Some(seq(10))));
    // The same messages as they were: what is here is newer.
    timeline.push(&message(20, "do"));
    check(&timeline, 20, ("done", true, "[🎉 1]"));
}

#[test]
fn changes_of_what_is_not_here_are_bounded() {
    let mut timeline = Timeline::default();
    timeline.push(&message(10_000, "newest"));
    let before = timeline.bytes();
    for number in 0..2_000 {
        timeline.push(&edit(20_000 + number, 10 + number, &"x".repeat(1_000)));
    }
    let held = timeline.bytes() - before;
    assert!(held < CHANGES * 2_000, "{held} bytes");
    timeline.let_go(held, true);
    assert_eq!(timeline.bytes(), before);
}

#[test]
fn facts_go_with_their_entries() {
    let mut timeline = Timeline::with_cap(5);
    let mut least = usize::MAX;
    for number in 1..=1_000 {
        timeline.push(&Event { reply_to: Some(seq(1)), ..message(number * 10, "hi") });
        timeline.push(&react(number * 10 + 1, number * 10, 1, "👍", false));
        if number > 100 {
            least = least.min(timeline.bytes());
        }
    }
    assert!(timeline.bytes() < 2 * least, "{} and {least} bytes", timeline.bytes());
    assert!(timeline.facts(seq(5_000)).is_none());
}

#[test]
fn what_is_answered_and_not_here_is_asked_for_once() {
    let viewport = super::Viewport {
        width: 80,
        height: 10,
        times: TimeStyle::usual(jiff::tz::TimeZone::UTC),
        lang: crate::lang::Lang::En,
        formatted: true,
        fold: 0,
        picture_rows: 0,
    };
    let mut timeline = Timeline::default();
    timeline.push(&Event { reply_to: Some(seq(10)), ..message(100, "yes") });
    timeline.push(&Event { reply_to: Some(seq(100)), ..message(110, "no") });
    assert_eq!(timeline.originals_wanted(&viewport), [seq(10)]);
    timeline.original_asked(seq(10));
    assert_eq!(timeline.originals_wanted(&viewport), []);
    assert_eq!(timeline.original(seq(10)), Original::Unknown);
    timeline.original_arrived(seq(10), Some(&message(10, "\n\nshall we?\nor not")));
    assert_eq!(timeline.original(seq(10)), Original::Said(&person(2), "shall we?"));
    assert_eq!(timeline.len(), 2, "it is not in the timeline");
    timeline.push(&edit(120, 10, "shall I?"));
    assert_eq!(timeline.original(seq(10)), Original::Said(&person(2), "shall I?"));
    timeline.push(&delete(130, 10, 2));
    assert_eq!(timeline.original(seq(10)), Original::Deleted);
    timeline.original_arrived(seq(10), Some(&message(10, "shall we?")));
    assert_eq!(timeline.original(seq(10)), Original::Deleted, "the answer was under way");
    assert!(!holds(&timeline, "shall"));
}

/// The text of a message by its edits and deletions alone.
fn expected(changes: &[Event]) -> (Option<String>, Vec<(u64, String)>) {
    let mut said = Some("at first".to_owned());
    let mut reactions = Reactions::default();
    for change in changes {
        if let Kind::Edit(Edit { text: Some(text), .. }) = &change.kind
            && said.is_some()
        {
            said = Some(text.to_string());
        } else if let Kind::Delete(_) = &change.kind {
            said = None;
        } else if let Kind::React(React { with, off, .. }) = &change.kind {
            reactions.set(change.from.uid, with, *off);
        }
    }
    let mut reacted: Vec<_> = reactions
        .iter()
        .flat_map(|one| one.uids.iter().map(|uid| (uid.get(), one.with.to_string())))
        .collect();
    reacted.sort();
    if said.is_none() {
        reacted.clear();
    }
    (said, reacted)
}

proptest! {
    /// Whatever part of the changes came by itself and whatever comes by pages, newest page first or not, the message is the same.
    #[test]
    fn the_order_in_which_changes_come_does_not_matter(
        kinds in prop::collection::vec((0..6u8, 1..4u64), 0..12),
        order in any::<proptest::sample::Index>(),
        is_reversed in any::<bool>(),
    ) {
        let changes: Vec<Event> = (0u64..).zip(&kinds).map(|(at, (kind, uid))| {
            let number = 100 + at;
            match kind {
                0 => edit(number, 10, &format!("text {number}")),
                1 => delete(number, 10, *uid),
                2 | 3 => react(number, 10, *uid, "👍", *kind == 3),
                _ => react(number, 10, *uid, "❤️", *kind == 5),
            }
        }).collect();
        let mut timeline = Timeline::default();
        timeline.push(&message(10, "at first"));
        let split = order.index(changes.len() + 1);
        let (first, last) = changes.split_at(split);
        // The last ones are heard first, the others fill the gap before them.
        for change in last {
            timeline.push(change);
        }
        let filled: Vec<&Event> = if is_reversed { first.iter().rev().collect() } else { first.iter().collect() };
        for change in filled {
            timeline.push(change);
        }
        let entry = timeline.entries().next().unwrap();
        let (said, reacted) = expected(&changes);
        prop_assert_eq!(entry.text(), said.as_deref());
        let mut found: Vec<(u64, String)> = timeline.facts(Seq::new(10).unwrap()).into_iter()
            .flat_map(|facts| facts.reactions.iter())
            .flat_map(|one| one.uids.iter().map(|uid| (uid.get(), one.with.to_string())))
            .collect();
        found.sort();
        prop_assert_eq!(found, reacted);
    }
}
