//! The scroll anchor, against a scrollback that is laid out from the first row to the last.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use shared::event::Leave;
use shared::{Code, Event, Kind, Text};

use super::{message, nonce, own, person, seq};
use crate::app::timeline::{Anchor, AnchorRow, Body, EntryId, HowSaid, Level, Timeline, Viewport};
use crate::joins::Joins;
use crate::lang::Lang;
use crate::time_style::TimeStyle;

/// A row of the whole: whose it is, and which. Rulers count backwards from the entry's first row.
type Place = (EntryId, i32);

#[derive(Clone, Debug)]
enum Op {
    Append(usize),
    /// Somebody comes or leaves.
    Come(bool, u64),
    /// Shows joins in another way.
    Show(Joins),
    Older(usize),
    Fill(usize),
    Pending(u64, usize),
    Confirm(u64),
    Fail(u64),
    Drop(u64),
    Notice,
    Read,
    Resize(u16, u16),
    Scroll(i32),
    Page(bool),
    Top,
    Bottom,
    Unread,
    Select(bool),
    /// Unfolds the selected message, or folds it again.
    Unfold,
    /// Folds long messages to so many rows.
    Fold(usize),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..TEXTS.len()).prop_map(Op::Append),
        3 => (any::<bool>(), 1..4_u64).prop_map(|(came, who)| Op::Come(came, who)),
        1 => prop_oneof![Just(Joins::All), Just(Joins::Condensed), Just(Joins::None)].prop_map(Op::Show),
        2 => (1..5_usize).prop_map(Op::Older),
        2 => (0..100_usize).prop_map(Op::Fill),
        2 => (0..4_u64, 0..TEXTS.len()).prop_map(|(mark, text)| Op::Pending(mark, text)),
        1 => (0..4_u64).prop_map(Op::Confirm),
        1 => (0..4_u64).prop_map(Op::Fail),
        1 => (0..4_u64).prop_map(Op::Drop),
        1 => Just(Op::Notice),
        1 => Just(Op::Read),
        2 => (0..70_u16, 0..12_u16).prop_map(|(width, height)| Op::Resize(width, height)),
        4 => (-15..15_i32).prop_map(Op::Scroll),
        1 => any::<bool>().prop_map(Op::Page),
        1 => Just(Op::Top),
        1 => Just(Op::Bottom),
        1 => Just(Op::Unread),
        2 => any::<bool>().prop_map(Op::Select),
        2 => Just(Op::Unfold),
        1 => (0..3_usize).prop_map(Op::Fold),
    ]
}

const TEXTS: [&str; 6] = [
    "hi",
    "a longer message of several words that breaks in every narrow viewport there is",
    "안녕하세요 여러분, 오늘은 👨‍👩‍👧‍👦 다 같이 이야기해요",
    "one\ntwo\n\nfour",
    "https://example.org/averylongwordthatcannotbreakanywhere/andgoeson",
    "one\n```\ntwo is a line of code, which is not wrapped but cut\n\n```\n> and four is *quoted* in rows of its own",
];

struct Model {
    timeline: Timeline,
    viewport: Viewport,
    oldest: u64,
    newest: u64,
    /// Seqs that were left out on the way, to be filled in.
    left_out: Vec<u64>,
}

impl Model {
    fn new() -> Self {
        let viewport = Viewport {
            width: 60,
            height: 8,
            times: TimeStyle::usual(TimeZone::UTC),
            lang: Lang::En,
            formatted: true,
            fold: 0,
            picture_rows: 0,
        };
        Self {
            timeline: Timeline::with_cap(30),
            viewport,
            oldest: 1_000_000,
            newest: 1_000_000,
            left_out: Vec::new(),
        }
    }

    fn next(&mut self) -> u64 {
        self.newest += 20;
        self.left_out.push(self.newest - 10);
        self.newest
    }

    fn run(&mut self, op: &Op) {
        let Self { timeline, viewport, .. } = self;
        match *op {
            Op::Append(text) => {
                let next = self.next();
                self.timeline.push(&message(next, TEXTS[text]));
            }
            Op::Come(came, who) => {
                let next = self.next();
                let kind = if came { Kind::Join } else { Kind::Leave(Leave::Quit) };
                self.timeline.push(&Event { kind, from: person(who), ..message(next, "hi") });
            }
            Op::Show(joins) => timeline.set_joins(joins),
            Op::Older(count) => {
                let before = self.timeline.oldest_seq();
                let page: Vec<_> = (1..=count as u64).rev().map(|n| self.oldest - 500 * n).collect();
                self.oldest = page[0];
                let page: Vec<_> = page.into_iter().zip(TEXTS).map(|(n, text)| message(n, text)).collect();
                self.timeline.extend_older(before, &page, true);
            }
            Op::Fill(which) if !self.left_out.is_empty() => {
                let number = self.left_out.remove(which % self.left_out.len());
                timeline.push(&message(number, TEXTS[which % 5]));
            }
            Op::Fill(_) => {}
            Op::Pending(mark, _) if timeline.unsent().any(|own| own.nonce == nonce(mark)) => {}
            Op::Pending(mark, text) => {
                timeline.add_pending(
                    nonce(mark),
                    &person(7),
                    Text::parse(TEXTS[text]).unwrap(),
                    0,
                    HowSaid::default(),
                );
            }
            Op::Confirm(mark) => {
                let text = timeline.unsent().find(|own| own.nonce == nonce(mark)).map(|own| own.text.clone());
                if let Some(text) = text {
                    let next = self.next();
                    self.timeline.push(&own(next, mark, text.as_str()));
                }
            }
            Op::Fail(mark) => drop(timeline.fail(&nonce(mark), Code::Muted, None)),
            Op::Drop(mark) => drop(timeline.drop_pending(&nonce(mark))),
            Op::Notice => timeline.notice("reconnecting, what is written is sent later", 0, Level::Warning),
            Op::Read => timeline.set_read(Some(timeline.newest_seq())),
            Op::Resize(width, height) => *viewport = Viewport { width, height, ..viewport.clone() },
            Op::Scroll(rows) => timeline.scroll(rows, viewport),
            Op::Page(true) => timeline.page_up(viewport),
            Op::Page(false) => timeline.page_down(viewport),
            Op::Top => timeline.to_top(viewport),
            Op::Bottom => timeline.to_bottom(),
            Op::Unread => drop(timeline.to_unread(viewport)),
            Op::Select(true) => timeline.select_prev(viewport),
            Op::Select(false) => timeline.select_next(viewport),
            Op::Unfold => drop(timeline.toggle_fold(viewport)),
            Op::Fold(rows) => viewport.fold = rows,
        }
    }

    /// Every row there is, first to last.
    fn all_rows(&self) -> Vec<Place> {
        let blocks = (0..self.timeline.len()).filter_map(|at| self.timeline.block(at, &self.viewport));
        let rows = blocks.flat_map(|block| {
            let separators = i32::try_from(block.separators.len()).unwrap();
            (0..block.height()).map(move |row| (block.entry.id(), row - separators))
        });
        rows.collect()
    }

    /// The rows in the viewport, as the timeline gives them.
    fn visible_rows(&self) -> Vec<Place> {
        let mut rows = Vec::new();
        for block in self.timeline.visible(&self.viewport).blocks {
            let separators = i32::try_from(block.separators.len()).unwrap();
            for row in 0..block.height() {
                if (0..i32::from(self.viewport.height)).contains(&(block.top + row)) {
                    rows.push((block.entry.id(), row - separators));
                }
            }
        }
        rows
    }

    /// The words at the start of the row at the top; nothing when the anchor is a separator (it may go), or when the bottom
    /// is in view.
    fn words_on_top(&self) -> Option<(EntryId, String)> {
        let Anchor::Row { row: AnchorRow::Byte(_), .. } = self.timeline.anchor() else { return None };
        let visible = self.timeline.visible(&self.viewport);
        let block = visible.blocks.front()?;
        if matches!(block.entry.body(), Body::Event(_)) {
            // The line of a run tells of more of it with time.
            return None;
        }
        let last = visible.blocks.back()?;
        let newest = self.timeline.entry(self.timeline.len() - 1)?;
        if last.entry.id() == newest.id() && last.bottom() <= i32::from(self.viewport.height) {
            return None;
        }
        let row = usize::try_from(-block.top).unwrap().checked_sub(block.separators.len())?;
        let row = block.rows[row];
        Some((block.entry.id(), block.said.text.get(row.start..row.end)?.to_owned()))
    }
}

/// Whether the operation may only change what is there, not where the reader is.
fn leaves_the_reader(op: &Op) -> bool {
    match op {
        Op::Append(_)
        | Op::Come(..)
        | Op::Older(_)
        | Op::Fill(_)
        | Op::Pending(..)
        | Op::Notice
        | Op::Read => true,
        // The first three may take away what is on top, or give it another name.
        Op::Show(_)
        | Op::Confirm(_)
        | Op::Fail(_)
        | Op::Drop(_)
        | Op::Resize(..)
        | Op::Scroll(_)
        | Op::Page(_)
        | Op::Top
        | Op::Bottom
        | Op::Unread
        | Op::Select(_)
        | Op::Unfold
        | Op::Fold(_) => false,
    }
}

/// The rows that must be visible: the model knows all of them.
fn expected(all: &[Place], height: usize, top: usize) -> Vec<Place> {
    let top = top.min(all.len().saturating_sub(height));
    all.iter().skip(top).take(height).copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_viewport_is_a_window_on_the_whole_and_stays(ops in prop::collection::vec(op(), 1..60)) {
        let mut model = Model::new();
        for op in &ops {
            let on_top = model.words_on_top();
            let (rows_before, top_before) = (model.all_rows(), model.visible_rows().first().copied());
            let anchor = model.timeline.anchor();
            let is_long = model.timeline.is_selected_folded(&model.viewport).is_some();
            model.run(op);

            let all = model.all_rows();
            let height = usize::from(model.viewport.height);
            let visible = model.visible_rows();
            if model.viewport.width == 0 || height == 0 {
                prop_assert!(visible.is_empty());
                continue;
            }
            let top = visible.first().and_then(|first| all.iter().position(|row| row == first)).unwrap_or(0);
            prop_assert_eq!(&visible, &expected(&all, height, top), "not a window after {:?}", op);
            if model.timeline.at_bottom() {
                prop_assert_eq!(top, all.len().saturating_sub(height), "not at the bottom after {:?}", op);
            }
            if leaves_the_reader(op) {
                let is_gone = |id| model.timeline.find(id).is_err();
                let was_trimmed = matches!(anchor, Anchor::Row { entry, .. } if is_gone(entry));
                prop_assert!(was_trimmed || model.timeline.anchor() == anchor, "another anchor: {:?}", op);
                let now_on_top = model.words_on_top();
                // A separator that goes, or an entry that is trimmed, may leave too few rows to fill the viewport.
                let is_free = on_top.is_none() || now_on_top.is_none();
                prop_assert!(is_free || now_on_top == on_top, "moved by {:?}", op);
            }
            let moves = matches!(op, Op::Select(_)) || matches!(op, Op::Unfold) && is_long;
            if let Some(selected) = model.timeline.selected().filter(|_| moves) {
                let id = selected.id();
                prop_assert!(visible.iter().any(|(visible, row)| *visible == id && *row >= 0), "out of sight");
            }
            if let (Op::Scroll(rows), Some(top_before)) = (op, top_before) {
                let from = rows_before.iter().position(|row| *row == top_before).unwrap();
                let wanted = from.saturating_add_signed(*rows as isize).min(all.len().saturating_sub(height));
                prop_assert_eq!(top, wanted, "scrolled by {}", rows);
                let is_last = wanted == all.len().saturating_sub(height);
                prop_assert_eq!(model.timeline.at_bottom(), is_last, "the bottom holds on");
            }
        }
    }

    #[test]
    fn another_width_and_back_is_the_same_place(
        texts in prop::collection::vec(0..TEXTS.len(), 10..30),
        up in 1..40_i32,
        fold in 0..3_usize,
        widths in prop::collection::vec((1..120_u16, 1..20_u16), 1..6),
    ) {
        let mut model = Model::new();
        model.viewport.fold = fold;
        for text in texts {
            model.run(&Op::Append(text));
        }
        model.run(&Op::Scroll(-up));
        let (viewport, before) = (model.viewport.clone(), model.visible_rows());
        for (width, height) in widths {
            model.run(&Op::Resize(width, height));
        }
        model.viewport = viewport;
        prop_assert_eq!(model.visible_rows(), before);
    }
}

#[test]
fn the_anchor_stays_when_its_message_is_confirmed_or_fails() {
    for fails in [false, true] {
        let mut model = Model::new();
        model.viewport.height = 3;
        model.run(&Op::Append(0));
        model.run(&Op::Pending(1, 3));
        model.run(&Op::Pending(2, 3));
        model.run(&Op::Scroll(-4));
        let before = model.words_on_top().unwrap().1;
        assert_eq!(before, "two");
        model.run(&if fails { Op::Fail(1) } else { Op::Confirm(1) });
        assert_eq!(model.words_on_top().unwrap().1, before);
    }
}

#[test]
fn the_next_entry_becomes_the_anchor_when_its_entry_is_dropped() {
    let mut model = Model::new();
    model.viewport.height = 3;
    for mark in 1..=3 {
        model.run(&Op::Pending(mark, 3));
    }
    model.run(&Op::Top);
    model.run(&Op::Scroll(2));
    assert_eq!(model.words_on_top().unwrap().1, "two");
    model.run(&Op::Drop(1));
    assert_eq!(model.words_on_top().unwrap().1, "one");
}

#[test]
fn what_takes_the_place_of_a_dropped_one_stays_too() {
    let mut model = Model::new();
    model.viewport.height = 3;
    model.run(&Op::Append(0));
    model.run(&Op::Pending(1, 3));
    model.run(&Op::Fail(1));
    for _ in 0..3 {
        model.run(&Op::Append(3));
    }
    model.run(&Op::Top);
    model.run(&Op::Scroll(4));
    assert_eq!(model.words_on_top().unwrap().1, "two", "of the one that failed");
    model.run(&Op::Drop(1));
    let before = model.words_on_top();
    model.run(&Op::Fill(1));
    assert_eq!(model.words_on_top(), before);
}

#[test]
fn a_taller_viewport_is_filled() {
    let mut model = Model::new();
    for _ in 0..20 {
        model.run(&Op::Append(0));
    }
    model.run(&Op::Scroll(-1));
    for height in 8..20 {
        model.run(&Op::Resize(60, height));
        assert_eq!(model.visible_rows().len(), usize::from(height));
    }
}

#[test]
fn an_event_is_moved_into_view() {
    let mut model = Model::new();
    for text in [0, 1, 2, 3, 4, 0, 1, 2, 3, 4] {
        model.run(&Op::Append(text));
    }
    let Model { timeline, viewport, .. } = &mut model;
    assert!(!timeline.to_seq(seq(5), viewport));
    assert!(timeline.at_bottom(), "what is not here moves nothing");
    assert!(timeline.to_seq(seq(1_000_060), viewport));
    let visible = timeline.visible(viewport).blocks;
    let found = visible.iter().find(|block| block.entry.seq() == Some(seq(1_000_060))).unwrap();
    assert_eq!(found.top, 2, "a third from the top");
}

#[test]
fn new_messages_below_are_counted_until_they_are_seen() {
    let mut model = Model::new();
    for _ in 0..20 {
        model.run(&Op::Append(0));
    }
    model.run(&Op::Scroll(-5));
    assert_eq!(model.timeline.new_below(), 0);
    for _ in 0..10 {
        model.run(&Op::Append(0));
    }
    model.run(&Op::Notice);
    assert_eq!(model.timeline.new_below(), 10);
    model.run(&Op::Scroll(5));
    assert_eq!(model.timeline.new_below(), 10);
    let hidden_rows = model.all_rows().len();
    model.run(&Op::Scroll(3));
    assert!((1..10).contains(&model.timeline.new_below()), "{} of {hidden_rows}", model.timeline.new_below());
    model.run(&Op::Bottom);
    assert_eq!(model.timeline.new_below(), 0);
}

#[test]
fn older_messages_are_wanted_near_the_top_and_asked_for_once() {
    let mut model = Model::new();
    let Model { timeline, viewport, .. } = &mut model;
    assert!(!timeline.want_older(viewport), "nothing is known of older ones");
    timeline.set_head(seq(1_000_000));
    assert!(timeline.want_older(viewport));
    timeline.older_requested();
    assert!(!timeline.want_older(viewport));
    timeline.older_refused();
    assert!(timeline.want_older(viewport));
    for n in 0..25 {
        timeline.push(&message(1_000_010 + 10 * n, "hi"));
    }
    assert!(!timeline.want_older(viewport), "the top is far");
    timeline.to_top(viewport);
    assert!(timeline.want_older(viewport));
    timeline.extend_older(timeline.oldest_seq(), &[], true);
    assert!(!timeline.want_older(viewport), "there are no more");
}
