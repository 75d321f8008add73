//! The scrollback's state: what goes where, and what it costs.

mod changed;
mod fold;
mod formatting;
mod joins;
mod packed;
mod scroll_anchor;

use jiff::tz::TimeZone;
use shared::{Code, Event, Kind, Line, Nonce, RoomName, Sender, Seq, Style, Text, Uid};

use super::{Added, Body, Entry, Gap, HowSaid, Level, Timeline, Viewport};
use crate::lang::Lang;
use crate::time_style::TimeStyle;

pub(super) fn seq(number: u64) -> Seq {
    Seq::new(number).unwrap()
}

pub(super) fn nonce(number: u64) -> Nonce {
    Nonce::parse(&format!("n{number}")).unwrap()
}

pub(super) fn person(uid: u64) -> Sender {
    let name = format!("user{uid}").parse().unwrap();
    Sender { uid: Uid::new(uid).unwrap(), name, style: Style::ALL[0] }
}

/// A message in a room where every tenth seq is taken.
pub(super) fn message(number: u64, text: &str) -> Event {
    let (prev, at) = (number.saturating_sub(10), 1_763_640_000_000 + i64::try_from(number).unwrap() * 1_000);
    let kind = Kind::Message(Text::parse(text).unwrap());
    Event::new(RoomName::lobby(), (seq(prev), seq(number)), at, person(1 + number % 3), kind)
}

/// The message with our own nonce.
pub(super) fn own(number: u64, mark: u64, text: &str) -> Event {
    Event { from: person(7), nonce: Some(nonce(mark)), ..message(number, text) }
}

fn numbers(timeline: &Timeline) -> Vec<u64> {
    let all = (0..timeline.len()).filter_map(|at| timeline.entry(at));
    all.map(|entry| entry.seq().map_or(0, Seq::get)).collect()
}

#[track_caller]
fn check(timeline: &Timeline, expect: &[u64]) {
    assert_eq!(numbers(timeline), expect);
}

fn pending(timeline: &mut Timeline, mark: u64) {
    timeline.add_pending(nonce(mark), &person(7), Text::parse("mine").unwrap(), 0, HowSaid::default());
}

fn filled(numbers: &[u64]) -> Timeline {
    let mut timeline = Timeline::default();
    for number in numbers {
        timeline.push(&message(*number, "hi"));
    }
    timeline
}

#[test]
fn events_are_in_order_whatever_order_they_come_in() {
    let mut timeline = Timeline::default();
    assert_eq!(timeline.push(&message(30, "c")), Added::Appended);
    assert_eq!(timeline.push(&message(10, "a")), Added::Inserted);
    assert_eq!(timeline.push(&message(20, "b")), Added::Inserted);
    assert_eq!(timeline.push(&message(20, "b")), Added::Duplicate);
    assert_eq!(timeline.push(&message(40, "d")), Added::Appended);
    assert_eq!(timeline.push(&message(40, "d")), Added::Duplicate);
    check(&timeline, &[10, 20, 30, 40]);
    assert_eq!((timeline.oldest_seq(), timeline.newest_seq()), (seq(10), seq(40)));
}

#[test]
fn unknown_kinds_keep_their_place_unseen() {
    let mut timeline = filled(&[10]);
    assert_eq!(timeline.push(&Event { kind: Kind::Unknown, ..message(20, "x") }), Added::Hidden);
    timeline.push(&message(30, "y"));
    check(&timeline, &[10, 30]);
    assert_eq!(timeline.gaps(), []);
}

#[test]
fn a_pending_message_becomes_its_event_in_order() {
    let mut timeline = filled(&[10]);
    pending(&mut timeline, 1);
    timeline.push(&message(20, "before mine"));
    check(&timeline, &[10, 20, 0]);
    assert_eq!(timeline.push(&own(30, 1, "mine")), Added::Appended);
    check(&timeline, &[10, 20, 30]);
    assert_eq!(timeline.unsent().count(), 0);
}

#[test]
fn a_pending_message_paged_in_is_not_doubled() {
    let mut timeline = filled(&[10]);
    pending(&mut timeline, 1);
    timeline.extend_older(seq(31), &[message(20, "x"), own(30, 1, "mine")], true);
    check(&timeline, &[10, 20, 30]);
    pending(&mut timeline, 1);
    assert_eq!(timeline.push(&own(30, 1, "mine")), Added::Duplicate);
    check(&timeline, &[10, 20, 30]);
}

#[test]
fn anothers_event_with_our_nonce_confirms_nothing() {
    let mut timeline = filled(&[10]);
    pending(&mut timeline, 1);
    timeline.push(&Event { from: person(8), ..own(20, 1, "theirs") });
    check(&timeline, &[10, 20, 0]);
}

#[test]
fn a_failed_message_stays_among_what_comes_and_may_yet_arrive() {
    let mut timeline = filled(&[10]);
    pending(&mut timeline, 1);
    pending(&mut timeline, 2);
    assert!(timeline.fail(&nonce(1), Code::Muted, None));
    assert!(!timeline.fail(&nonce(1), Code::Muted, None), "it failed already");
    timeline.push(&message(20, "x"));
    check(&timeline, &[10, 0, 20, 0]);
    let unsent: Vec<_> = timeline.unsent().map(|own| (own.nonce.clone(), own.failed)).collect();
    assert_eq!(unsent, [(nonce(1), Some((Code::Muted, None))), (nonce(2), None)]);
    timeline.push(&own(30, 1, "mine"));
    check(&timeline, &[10, 20, 30, 0]);
    assert_eq!(timeline.drop_pending(&nonce(2)).unwrap().as_str(), "mine");
    assert_eq!(timeline.drop_pending(&nonce(2)), None);
    check(&timeline, &[10, 20, 30]);
}

#[test]
fn notices_stand_after_the_head() {
    let mut timeline = Timeline::default();
    timeline.set_head(seq(30));
    timeline.notice("connected\u{1b}[2J\u{202e}", 0, Level::Info);
    timeline.extend_older(seq(31), &[message(20, "x"), message(30, "y")], false);
    timeline.push(&message(40, "z"));
    check(&timeline, &[20, 30, 0, 40]);
    let Some(Body::Notice(notice)) = timeline.entry(2).map(Entry::body) else { panic!("no notice") };
    assert_eq!(&*notice.text, "connected[2J", "control characters are left out");
}

#[test]
fn what_is_older_is_known_from_the_events_and_the_pages() {
    let mut timeline = Timeline::default();
    assert!(!timeline.has_older());
    timeline.set_head(seq(100));
    assert!(timeline.has_older());
    timeline.extend_older(seq(101), &[message(90, "x"), message(100, "y")], true);
    assert!(timeline.has_older());
    timeline.extend_older(seq(90), &[message(80, "x")], false);
    assert!(!timeline.has_older());
    let mut first = Timeline::default();
    first.push(&message(10, "the first of its room"));
    assert!(!first.has_older());
    first.extend_older(seq(10), &[], true);
    assert!(!first.has_older(), "an empty page ends it, whatever the server says");
}

#[test]
fn missing_events_are_a_gap_until_they_are_paged() {
    let mut timeline = filled(&[10, 20]);
    timeline.add_gap(seq(20), seq(60));
    timeline.push(&message(60, "after the gap"));
    assert_eq!(timeline.gaps(), [Gap { after: seq(20), before: seq(51) }], "60 names 50 as the one before");
    timeline.extend_older(seq(51), &[message(40, "x"), message(50, "y")], true);
    assert_eq!(timeline.gaps(), [Gap { after: seq(20), before: seq(31) }]);
    timeline.extend_older(seq(31), &[message(30, "x")], true);
    assert_eq!(timeline.gaps(), []);
    check(&timeline, &[10, 20, 30, 40, 50, 60]);
}

#[test]
fn a_gap_without_a_gap_message_is_found_by_prev() {
    let mut timeline = filled(&[10, 40]);
    assert_eq!(timeline.gaps(), [Gap { after: seq(10), before: seq(31) }]);
    timeline.close_gap(timeline.gaps()[0]);
    assert_eq!(timeline.gaps(), []);
}

#[test]
fn a_page_around_a_message_leaves_gaps_beside_it() {
    let mut timeline = filled(&[90, 100]);
    for number in [40, 50, 60] {
        timeline.push(&message(number, "found"));
    }
    assert_eq!(timeline.gaps(), [Gap { after: seq(60), before: seq(90) }]);
    assert!(timeline.has_older());
}

#[test]
fn a_page_in_the_middle_goes_where_it_belongs() {
    let mut timeline = filled(&[10, 20, 100, 110, 120]);
    let page: Vec<_> = (3..10).map(|n| message(n * 10, "x")).collect();
    timeline.extend_older(seq(91), &page, true);
    check(&timeline, &[10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
    assert_eq!(timeline.gaps(), []);
    let overlapping: Vec<_> = [120, 50, 130, 1].map(|n| message(n, "x")).to_vec();
    timeline.extend_older(seq(131), &overlapping, true);
    check(&timeline, &[1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130]);
}

#[test]
fn the_oldest_entries_are_trimmed_above_the_cap() {
    let mut timeline = Timeline::with_cap(3);
    pending(&mut timeline, 1);
    timeline.fail(&nonce(1), Code::Muted, None);
    for number in 1..=5 {
        timeline.push(&message(number * 10, "x"));
    }
    check(&timeline, &[30, 40, 50]);
    assert!(timeline.has_older());
    assert_eq!(timeline.oldest_seq(), seq(30));
    assert_eq!(timeline.unsent().count(), 0);
}

#[test]
fn what_the_viewport_shows_is_kept_up_to_twice_the_cap() {
    let viewport = Viewport {
        width: 80,
        height: 2,
        times: TimeStyle::usual(TimeZone::UTC),
        lang: Lang::En,
        formatted: true,
        fold: 0,
        picture_rows: 0,
    };
    let mut timeline = Timeline::with_cap(5);
    for n in 1..=5 {
        timeline.push(&message(n * 10, "x"));
    }
    timeline.to_top(&viewport);
    for n in 6..=10 {
        timeline.push(&message(n * 10, "x"));
    }
    assert_eq!(timeline.len(), 10);
    assert_eq!(timeline.new_below(), 5);
    timeline.push(&message(110, "x"));
    assert_eq!(timeline.len(), 10, "twice the cap is the end");
    timeline.to_bottom();
    timeline.push(&message(120, "x"));
    check(&timeline, &[80, 90, 100, 110, 120]);
}

#[test]
fn only_what_was_said_is_selected() {
    let viewport = Viewport {
        width: 80,
        height: 10,
        times: TimeStyle::usual(TimeZone::UTC),
        lang: Lang::En,
        formatted: true,
        fold: 0,
        picture_rows: 0,
    };
    let mut timeline = filled(&[10, 20]);
    timeline.push(&Event { kind: Kind::Join, ..message(30, "x") });
    timeline.push(&message(40, "y"));
    timeline.push(&Event { kind: Kind::Topic(Line::default()), ..message(50, "x") });
    let mut picked = Vec::new();
    for _ in 0..4 {
        timeline.select_prev(&viewport);
        picked.extend(timeline.selected().and_then(Entry::seq).map(Seq::get));
    }
    assert_eq!(picked, [40, 20, 10, 10]);
    timeline.select_next(&viewport);
    assert_eq!(timeline.selected().and_then(Entry::seq), Some(seq(20)));
    timeline.select_next(&viewport);
    timeline.select_next(&viewport);
    assert_eq!(timeline.selected(), None, "below the last one is none");
}

#[test]
fn the_selection_stays_with_a_message_that_is_confirmed() {
    let viewport = Viewport {
        width: 80,
        height: 10,
        times: TimeStyle::usual(TimeZone::UTC),
        lang: Lang::En,
        formatted: true,
        fold: 0,
        picture_rows: 0,
    };
    let mut timeline = filled(&[10]);
    pending(&mut timeline, 1);
    timeline.select_prev(&viewport);
    assert_eq!(timeline.selected().and_then(Entry::seq), None);
    timeline.push(&own(20, 1, "mine"));
    assert_eq!(timeline.selected().and_then(Entry::seq), Some(seq(20)));
}

/// Bytes on the heap, estimated.
fn bytes(timeline: &Timeline) -> usize {
    let free = timeline.log.capacity() - timeline.log.len();
    free * size_of::<Entry>() + timeline.bytes + timeline.senders.bytes()
}

#[test]
fn a_hundred_thousand_messages_fit_in_fifteen_megabytes() {
    let mut timeline = Timeline::default();
    let text = "x".repeat(100);
    for number in 1..=100_000 {
        let mut event = message(number, &text);
        event.from = person(number % 500);
        event.prev = seq(number - 1);
        timeline.push(&event);
    }
    assert_eq!(size_of::<Entry>(), 32);
    let bytes = bytes(&timeline);
    assert!(bytes < 15_000_000, "{bytes} bytes");
}

#[test]
fn senders_who_have_no_entry_are_forgotten() {
    let mut timeline = Timeline::with_cap(10);
    for number in 1..=10_000 {
        timeline.push(&Event { from: person(number), ..message(number, "x") });
    }
    assert!(timeline.senders.len() < 1_000, "{} senders", timeline.senders.len());
}
