//! Folding long messages: no row is lost, and nothing is kept but what is unfolded.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use shared::event::Delete;
use shared::{Event, Kind, Text};

use super::{message, nonce, own, person, seq};
use crate::app::timeline::{HowSaid, Level, Timeline, Viewport};
use crate::lang::Lang;
use crate::time_style::TimeStyle;

fn viewport(width: u16, fold: usize) -> Viewport {
    Viewport {
        width,
        height: 20,
        times: TimeStyle::usual(TimeZone::UTC),
        lang: Lang::En,
        formatted: true,
        fold,
        picture_rows: 0,
    }
}

fn lines(count: usize) -> String {
    (1..=count).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n")
}

/// As long as a message may be.
static LONG: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| lines(60));

/// How many rows the newest entry has.
fn height(timeline: &Timeline, viewport: &Viewport) -> i32 {
    timeline.block(timeline.len() - 1, viewport).unwrap().height()
}

/// A timeline whose only message is selected.
fn picked(text: &str) -> Timeline {
    let mut timeline = Timeline::default();
    timeline.push(&message(10, text));
    timeline.select_prev(&viewport(80, 0));
    timeline
}

proptest! {
    #[test]
    fn what_is_folded_is_all_of_it_but_the_rows_that_its_line_counts(
        text in "([*_`>#a-c가é./ \n]|> |\n```\n|word |\n){1,60}",
        width in 1_u16..90,
        fold in 0..8_usize,
        (is_edited, is_answer) in any::<(bool, bool)>(),
    ) {
        let Ok(text) = Text::parse(&text) else { return Ok(()) };
        let said = Event {
            edited: is_edited.then_some(20),
            reply_to: is_answer.then(|| seq(5)),
            ..message(10, text.as_str())
        };
        let mut timeline = Timeline::default();
        timeline.push(&said);
        let all = timeline.block(0, &viewport(width, 0)).unwrap();
        let folded = timeline.block(0, &viewport(width, fold)).unwrap();
        let Some(at) = folded.fold.clone() else {
            prop_assert_eq!(&folded.rows, &all.rows);
            return Ok(());
        };
        prop_assert!(fold > 0 && at.hidden >= 2);
        prop_assert_eq!(folded.rows.len() - 1 + at.hidden, all.rows.len());
        prop_assert_eq!(&folded.rows[..at.row], &all.rows[..at.row]);
        prop_assert_eq!(&folded.rows[at.row + 1..], &all.rows[at.row + at.hidden..]);
        prop_assert!(all.rows[at.row..at.row + at.hidden].iter().all(|row| at.part.start <= row.start && row.end <= at.part.end));
        prop_assert!(folded.rows.is_sorted_by_key(|row| row.start), "the anchor looks for rows by their bytes");
    }
}

#[test]
fn only_what_is_at_least_two_rows_longer_is_folded() {
    for (count, rows) in [(4, 4), (5, 5), (6, 5), (40, 5)] {
        let timeline = picked(&lines(count));
        // The day's separator is above it.
        assert_eq!(height(&timeline, &viewport(80, 4)), rows + 1, "{count} lines");
    }
    let mut timeline = Timeline::default();
    timeline.notice(&lines(40), 0, Level::Info);
    assert_eq!(height(&timeline, &viewport(80, 4)), 41, "what the client says is read whole");
}

#[test]
fn a_message_is_unfolded_and_folded_and_stays_so_at_any_width() {
    let mut timeline = picked(&lines(30));
    let narrow = viewport(20, 4);
    let wide = viewport(120, 4);
    assert_eq!(timeline.is_selected_folded(&wide), Some(true));
    assert!(timeline.toggle_fold(&wide));
    assert_eq!((height(&timeline, &wide), timeline.is_selected_folded(&narrow)), (31, Some(false)));
    assert!(timeline.toggle_fold(&narrow));
    assert_eq!((height(&timeline, &narrow), timeline.is_selected_folded(&wide)), (6, Some(true)));
    assert!(!picked("short").toggle_fold(&wide));
    assert!(timeline.unfolded.is_empty(), "nothing is kept of what is folded");
}

#[test]
fn ones_own_message_stays_unfolded_when_it_is_stored() {
    let mut timeline = Timeline::default();
    let view = viewport(80, 4);
    timeline.add_pending(nonce(1), &person(7), Text::parse(&lines(30)).unwrap(), 0, HowSaid::default());
    assert_eq!(height(&timeline, &view), 6);
    timeline.select_prev(&view);
    timeline.toggle_fold(&view);
    timeline.push(&own(10, 1, &lines(30)));
    assert_eq!(height(&timeline, &view), 31);
}

#[test]
fn of_a_message_that_is_gone_nothing_is_kept() {
    let mut timeline = picked(&lines(30));
    timeline.toggle_fold(&viewport(80, 4));
    let kind = Kind::Delete(Delete { of: seq(10), reason: "".parse().unwrap() });
    timeline.push(&Event { kind, ..message(20, "x") });
    assert!(timeline.unfolded.is_empty());

    let mut timeline = Timeline::with_cap(2);
    timeline.push(&message(10, &lines(30)));
    timeline.select_prev(&viewport(80, 4));
    timeline.toggle_fold(&viewport(80, 4));
    timeline.to_bottom();
    for number in 2..6 {
        timeline.push(&message(number * 10, "hi"));
    }
    assert!(timeline.unfolded.is_empty());
}

#[test]
fn a_place_that_is_folded_away_is_unfolded_and_brought_into_view() {
    for (words, is_unfolded) in [("line 57", true), ("line 2", false), ("nowhere", false)] {
        let mut timeline = Timeline::default();
        for number in 1..40 {
            timeline.push(&message(number * 10, if number == 10 { &LONG } else { "hi" }));
        }
        let view = viewport(80, 4);
        let find = |text: &str| text.match_indices(words).map(|(at, found)| at..at + found.len()).collect();
        assert!(timeline.show_seq(seq(100), find, &view));
        assert_eq!(timeline.is_selected_folded(&view), Some(!is_unfolded), "{words}");
        let visible = timeline.visible(&view).blocks;
        let block = visible.iter().find(|block| block.entry.seq() == Some(seq(100))).unwrap();
        let top = block.top + i32::try_from(block.separators.len()).unwrap();
        let is_in_view = |(row, at): (i32, &crate::app::wrap::Row)| {
            (0..20).contains(&(top + row)) && block.said.text.get(at.start..at.end) == Some(words)
        };
        assert_eq!((0..).zip(&block.rows).any(is_in_view), words != "nowhere", "{words}");
    }
}
