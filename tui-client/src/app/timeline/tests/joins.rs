//! Joins and leaves condensed into one line, all of them, or none.

use jiff::tz::TimeZone;
use shared::event::Leave;
use shared::{Event, Kind};

use super::{Timeline, Viewport, message, person};
use crate::joins::Joins;
use crate::lang::Lang;
use crate::time_style::TimeStyle;

/// Somebody joins (`+1`), leaves (`-1`) or says something (`1`), one after the other.
fn room(script: &str) -> Timeline {
    let mut timeline = Timeline::default();
    for (number, word) in (1..).zip(script.split_whitespace()) {
        timeline.push(&event(number * 10, word));
    }
    timeline
}

fn event(number: u64, word: &str) -> Event {
    let (kind, uid) = match word.split_at(1) {
        ("+", uid) => (Some(Kind::Join), uid),
        ("-", uid) => (Some(Kind::Leave(Leave::Quit)), uid),
        _ => (None, word),
    };
    let said = message(number, "hi");
    let from = person(uid.parse().unwrap());
    Event { kind: kind.unwrap_or_else(|| said.kind.clone()), from, ..said }
}

fn viewport(lang: Lang) -> Viewport {
    Viewport {
        width: 120,
        height: 20,
        times: TimeStyle::usual(TimeZone::UTC),
        lang,
        formatted: true,
        fold: 0,
        picture_rows: 0,
    }
}

fn lines(timeline: &Timeline, lang: Lang) -> Vec<String> {
    let blocks = timeline.visible(&viewport(lang)).blocks;
    let shown = blocks.iter().filter(|block| !block.rows.is_empty());
    shown.map(|block| block.said.text.to_string()).collect()
}

#[track_caller]
fn check(script: &str, expect: &[&str]) {
    let timeline = room(script);
    assert_eq!(lines(&timeline, Lang::En), expect, "{script}");
    assert_eq!(timeline.len(), script.split_whitespace().count(), "each keeps its place");
}

#[test]
fn neighbours_become_one_line() {
    check("+1", &["user1 joined"]);
    check("+1 +2 +3 -4", &["3 came (user1, user2, user3), 1 left (user4)"]);
    check("-1 -2", &["2 left (user1, user2)"]);
    check("+1 +2 9 +3 -4", &["2 came (user1, user2)", "hi", "1 came (user3), 1 left (user4)"]);
    check("+1 +2 +3 +4 +5", &["5 came (user1, user2, user3, …)"]);
}

#[test]
fn who_came_and_left_within_a_run_counts_for_neither() {
    check("+1 -1 +2", &["1 came (user2)"]);
    check("+1 +2 -1", &["1 came (user2)"]);
    check("-1 +1 -2 -3", &["2 left (user2, user3)"]);
    check("+1 -1 +1", &["1 came (user1)"]);
    check("+1 -1", &["1 came and left (user1)"]);
    check("-1 +1 +2 -2", &["1 came and left (user2), 1 left and came back (user1)"]);
}

#[test]
fn who_spoke_lately_is_named_first() {
    check("5 4 7 +1 +2 +3 +4 +5", &["hi", "hi", "hi", "5 came (user4, user5, user1, …)"]);
}

#[test]
fn the_line_is_in_korean_too() {
    let korean = |script| lines(&room(script), Lang::Ko).join("\n");
    assert_eq!(korean("+1 +2 -3"), "2명 들어옴 (user1, user2), 1명 나감 (user3)");
    assert_eq!(korean("+1 -1"), "1명 들어왔다 나감 (user1)");
    assert_eq!(korean("-1 +1"), "1명 나갔다 돌아옴 (user1)");
    assert_eq!(korean("-1"), "user1님이 나갔습니다");
}

#[test]
fn a_run_ends_where_events_are_missing_and_where_a_day_begins() {
    let mut timeline = room("+1 +2");
    timeline.push(&event(50, "+3"));
    assert_eq!(lines(&timeline, Lang::En), ["2 came (user1, user2)", "user3 joined"]);
    // They come: it was one run all along.
    timeline.push(&event(30, "+4"));
    timeline.push(&event(40, "-5"));
    assert_eq!(lines(&timeline, Lang::En), ["4 came (user1, user2, user4, …), 1 left (user5)"]);
    timeline.push(&Event { at: event(50, "-1").at + 86_400_000, ..event(60, "-1") });
    timeline.push(&Event { at: event(50, "-1").at + 86_400_000, ..event(70, "-2") });
    let shown = lines(&timeline, Lang::En);
    assert_eq!(shown[1..], ["2 left (user1, user2)"]);
}

#[test]
fn a_switch_shows_all_or_none_and_what_is_in_view_stays() {
    let mut timeline = room("9 +1 +2 9 -1 -2 9");
    let show = |timeline: &mut Timeline, joins| timeline.set_joins(joins);
    show(&mut timeline, Joins::All);
    assert_eq!(lines(&timeline, Lang::En).len(), 7);
    show(&mut timeline, Joins::None);
    assert_eq!(lines(&timeline, Lang::En), ["hi", "hi", "hi"]);
    show(&mut timeline, Joins::Condensed);
    assert_eq!(lines(&timeline, Lang::En).len(), 5);
}

#[test]
fn a_day_that_begins_with_what_is_not_shown_is_told_above_what_is() {
    let mut timeline = Timeline::default();
    timeline.set_joins(Joins::None);
    let day = |number, word, days: i64| {
        let event = event(number, word);
        Event { at: event.at + days * 86_400_000, ..event }
    };
    for event in [day(10, "9", 0), day(20, "+1", 1), day(30, "9", 1)] {
        timeline.push(&event);
    }
    let separators: Vec<usize> =
        timeline.visible(&viewport(Lang::En)).blocks.iter().map(|block| block.separators.len()).collect();
    assert_eq!(separators.iter().sum::<usize>(), 2);
    assert_eq!(separators.last(), Some(&1));
}

#[test]
fn a_crowd_costs_lines_of_a_bounded_number_of_entries_and_no_memory() {
    let (mut crowd, mut all) = (Timeline::default(), Timeline::default());
    all.set_joins(Joins::All);
    for number in 1..5_000_u64 {
        let joined = event(number * 10, &format!("+{number}"));
        crowd.push(&joined);
        all.push(&joined);
    }
    assert_eq!(crowd.bytes(), all.bytes());
    let blocks = crowd.visible(&viewport(Lang::En)).blocks;
    let lines = blocks.iter().filter(|block| !block.rows.is_empty()).count();
    assert!(lines == 19 && blocks.len() < 19 * 1_024, "{lines} of {}", blocks.len());
}
