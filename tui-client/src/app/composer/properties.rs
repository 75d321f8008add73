//! What holds for the composer whatever is done to it.

use proptest::prelude::*;
use unicode_normalization::is_nfc;
use unicode_segmentation::UnicodeSegmentation;

use super::{Composer, Edit, EditOutcome};
use crate::app::text_width;

/// Characters that join, compose, vanish or break what was joined.
const CHARS: [char; 34] = [
    'a', 'b', 'e', ' ', '\n', '.', '_', '한', '하', '日', '\u{1112}', '\u{1161}', '\u{11ab}', '\u{301}',
    '\u{316}', '\u{327}', '\u{200d}', '\u{200b}', '\u{fe0f}', '👩', '👧', '🏽', '🇰', '🇷', '❤', '\u{20e3}',
    'ｶ', 'ﾞ', '\u{3000}', '\u{94d}', 'क', '\t', '\r', '\u{202e}',
];

fn nasty() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&CHARS[..]), 0..12).prop_map(String::from_iter)
}

fn edit() -> impl Strategy<Value = Edit> {
    let plain = vec![
        Edit::Newline,
        Edit::Left,
        Edit::Right,
        Edit::WordLeft,
        Edit::WordRight,
        Edit::Home,
        Edit::End,
        Edit::TextStart,
        Edit::TextEnd,
        Edit::Up,
        Edit::Down,
        Edit::Backspace,
        Edit::Delete,
        Edit::DeleteWordLeft,
        Edit::DeleteWordLeftAlnum,
        Edit::DeleteWordRight,
        Edit::KillToEnd,
        Edit::KillToStart,
        Edit::Yank,
        Edit::YankPop,
        Edit::Undo,
        Edit::Redo,
        Edit::Transpose,
        Edit::HistoryPrev,
        Edit::HistoryNext,
    ];
    prop_oneof![
        4 => prop::sample::select(&CHARS[..]).prop_map(Edit::Insert),
        1 => nasty().prop_map(Edit::InsertText),
        5 => prop::sample::select(plain),
    ]
}

/// A step of a session: mostly edits, now and then what is not one.
#[derive(Clone, Debug)]
enum Act {
    Edit(Edit),
    SetText(String),
    Replace(usize, usize, String),
    Complete(String),
    Take,
    Clear,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        30 => edit().prop_map(Act::Edit),
        1 => nasty().prop_map(Act::SetText),
        1 => (0..40_usize, 0..40_usize, nasty()).prop_map(|(start, end, with)| Act::Replace(start, end, with)),
        1 => nasty().prop_map(Act::Complete),
        1 => Just(Act::Take),
        1 => Just(Act::Clear),
    ]
}

fn perform(composer: &mut Composer, act: Act, width: u16) {
    match act {
        Act::Edit(edit) => drop(composer.apply(edit, width)),
        Act::SetText(text) => composer.set_text(text),
        Act::Replace(start, end, text) => composer.replace_range(start..end, &text),
        Act::Complete(text) => complete(composer, &text),
        Act::Take => drop(composer.take()),
        Act::Clear => composer.clear(),
    }
}

fn complete(composer: &mut Composer, text: &str) {
    let (start, _) = composer.word_before_caret();
    composer.replace_range(start..composer.caret(), text);
}

/// The promises of [`Composer`] that every moment keeps.
fn assert_sound(composer: &Composer) {
    let (text, caret) = (composer.text(), composer.caret());
    assert!(is_nfc(text), "{text:?} is not NFC");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?} is not clean");
    let mut boundaries = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]);
    assert!(boundaries.any(|at| at == caret), "the caret {caret} cuts a cluster of {text:?}");
}

/// The promises of a view.
fn assert_view(composer: &Composer, width: u16, max_rows: u16) {
    let view = composer.view(width, max_rows);
    let width = width.max(1);
    assert!((1..=usize::from(max_rows.max(1))).contains(&view.rows.len()), "{view:?}");
    assert!(usize::from(view.caret_row) < view.rows.len(), "{view:?}");
    assert!(view.caret_col < width, "{view:?}");
    assert_eq!(view.hidden_above + view.rows.len() + view.hidden_below, view.total_rows, "{view:?}");
    assert_eq!(view.total_rows, composer.count_rows(width));
    for row in view.rows {
        let symbols = row.graphemes(true).filter(|symbol| text_width::columns(symbol) > 0).count();
        assert!(
            text_width::columns(row) <= usize::from(width) || symbols == 1,
            "{row:?} is wider than {width}"
        );
    }
}

fn exhaust(composer: &mut Composer, edit: &Edit) {
    while composer.apply(edit.clone(), 10) != EditOutcome::Unchanged {
        assert_sound(composer);
    }
}

proptest! {
    #[test]
    fn nothing_breaks_it(acts in prop::collection::vec(act(), 0..60), width in 0_u16..12, max_rows in 0_u16..5) {
        let mut composer = Composer::default();
        for act in acts {
            let before = (composer.text().to_owned(), composer.caret());
            let edit = if let Act::Edit(edit) = &act { Some(edit.clone()) } else { None };
            perform(&mut composer, act, width);
            assert_sound(&composer);
            assert_view(&composer, width, max_rows);
            if edit == Some(Edit::Left) {
                prop_assert!(composer.caret() < before.1 || before.1 == 0);
            }
        }
    }

    #[test]
    fn undo_and_redo_go_all_the_way(edits in prop::collection::vec(edit(), 0..60), sent in nasty(), width in 0_u16..12) {
        let mut composer = Composer::default();
        composer.set_text(sent);
        drop(composer.take());
        for edit in edits {
            composer.apply(edit, width);
        }
        exhaust(&mut composer, &Edit::Redo);
        let last = composer.text().to_owned();
        exhaust(&mut composer, &Edit::Undo);
        prop_assert_eq!(composer.text(), "");
        exhaust(&mut composer, &Edit::Redo);
        prop_assert_eq!(composer.text(), last);
    }

    #[test]
    fn every_row_is_reached(text in nasty(), width in 1_u16..8) {
        let mut composer = Composer::default();
        composer.set_text(text);
        for expect in (0..composer.count_rows(width)).rev() {
            let view = composer.view(width, u16::MAX);
            prop_assert_eq!(usize::from(view.caret_row), expect);
            composer.apply(Edit::Up, width);
        }
        prop_assert_eq!(composer.view(width, u16::MAX).caret_row, 0);
    }

    #[test]
    fn the_caret_never_goes_back(text in nasty(), width in 1_u16..8) {
        let mut composer = Composer::default();
        composer.set_text(text);
        composer.apply(Edit::TextStart, width);
        let mut last = (0, 0);
        loop {
            let view = composer.view(width, u16::MAX);
            prop_assert!((view.caret_row, view.caret_col) >= last);
            last = (view.caret_row, view.caret_col);
            if composer.apply(Edit::Right, width) == EditOutcome::Unchanged {
                break;
            }
        }
    }
}
