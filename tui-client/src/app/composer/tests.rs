//! The composer edit by edit: a draft, keys, a draft. `|` is the caret.

use super::{Composer, Edit, Edit::*, EditOutcome};

/// The width of the box where it does not matter.
const WIDE: u16 = 80;

const FAMILY: &str = "👨‍👩‍👧‍👦";

/// A composer that shows `picture`, with nothing to undo.
#[track_caller]
fn composer(picture: &str) -> Composer {
    let (before, after) = picture.split_once('|').expect("a caret");
    let mut composer = Composer::default();
    composer.set_text([before, after].concat());
    composer.draft.set_caret(before.len());
    composer.undo = super::Undo::default();
    composer
}

/// A composer whose history has `lines`, oldest first.
fn after_sending(lines: &[&str]) -> Composer {
    let mut composer = Composer::default();
    for line in lines {
        composer.set_text((*line).to_owned());
        assert_eq!(composer.take(), *line);
    }
    composer
}

fn picture(composer: &Composer) -> String {
    let (before, after) = composer.text().split_at(composer.caret());
    format!("{before}|{after}")
}

fn play(composer: &mut Composer, edits: impl IntoIterator<Item = Edit>, width: u16) {
    for edit in edits {
        let before = picture(composer);
        let text = composer.text().to_owned();
        let outcome = composer.apply(edit.clone(), width);
        let expect = match () {
            () if composer.text() != text => EditOutcome::Edited,
            () if picture(composer) != before => EditOutcome::Moved,
            () => EditOutcome::Unchanged,
        };
        assert_eq!(outcome, expect, "{edit:?} on {before:?}");
    }
}

#[track_caller]
fn check_at(width: u16, before: &str, edits: impl IntoIterator<Item = Edit>, after: &str) {
    let mut composer = composer(before);
    play(&mut composer, edits, width);
    assert_eq!(picture(&composer), after, "from {before:?}");
}

#[track_caller]
fn check(before: &str, edits: impl IntoIterator<Item = Edit>, after: &str) {
    check_at(WIDE, before, edits, after);
}

fn typed(text: &str) -> Vec<Edit> {
    text.chars().map(Insert).collect()
}

fn pasted(text: &str) -> [Edit; 1] {
    [InsertText(text.into())]
}

#[test]
fn characters_go_in_at_the_caret() {
    check("|", typed("hi"), "hi|");
    check("안|하", typed("녕"), "안녕|하");
    check("a|b", [Newline], "a\n|b");
}

#[test]
fn jamo_compose() {
    check("|", typed("\u{1112}\u{1161}\u{11ab}"), "한|");
    check("|", typed("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"), "한글|");
    check("|", pasted("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"), "한글|");
    check("x하|y", typed("\u{11ab}"), "x한|y");
    check("e|x", typed("\u{301}"), "é|x");
}

#[test]
fn what_composes_over_the_caret_takes_it_along() {
    check("|\u{1161}x", typed("\u{1112}"), "하|x");
    check("하x|\u{11ab}y", [Backspace], "한|y");
    check("🇰x|🇷", [Backspace], "🇰🇷|");
    check("👩|👧", typed("\u{200d}"), "👩\u{200d}👧|");
}

#[test]
fn backspace_deletes_a_whole_cluster() {
    for cluster in ["a", "한", FAMILY, "🇰🇷", "❤️", "👍🏽", "1️⃣", "x\u{301}\u{302}", "각", "ｶﾞ", "\n"]
    {
        check(&format!("가{cluster}|나"), [Backspace], "가|나");
        check(&format!("가|{cluster}나"), [Delete], "가|나");
        check(&format!("가{cluster}|나"), [Left], &format!("가|{cluster}나"));
        check(&format!("가|{cluster}나"), [Right], &format!("가{cluster}|나"));
    }
    check("안녕하세요 👨‍👩‍👧‍👦 hi|", [Backspace, Backspace, Backspace, Backspace], "안녕하세요 |");
    check("|a", [Backspace], "|a");
    check("a|", [Delete], "a|");
}

#[test]
fn a_paste_is_cleaned_and_stays() {
    check("|", pasted("a\r\nb\rc\nd\n\re"), "a\nb\nc\nd\n\ne|");
    check("|", pasted("\tx"), "    x|");
    check("|", pasted("a\x1b[31mb\x07\x00\u{9b}0;1mc\x7f"), "abc|");
    check("|", pasted("\x1b]0;title\x07$ \x1b[1;32mls\x1b[0m\r\n"), "$ ls\n|");
    check("|", pasted("\u{202e}ab\u{2066}c\u{2069}\u{202c}"), "abc|");
    check("|", pasted("a\u{2028}b\u{2029}c"), "a\nb\nc|");
    check("|", pasted(FAMILY), &format!("{FAMILY}|"));
    check("|", typed("\t\x1b\x03\u{202e}\ra"), "    \na|");
}

#[test]
fn words_are_jumped_over() {
    check("foo bar|", [WordLeft], "foo |bar");
    check("foo-bar  |", [WordLeft, WordLeft], "|foo-bar  ");
    check("|foo-bar baz", [WordRight, WordRight], "foo-bar| baz");
    check("안녕 하세요|", [WordLeft], "안녕 |하세요");
    check("|안녕 하세요", [WordRight], "안녕| 하세요");
    check("|", [WordLeft, WordRight], "|");
}

#[test]
fn lines_and_text_have_ends() {
    check("ab\nc|d\nef", [Home], "ab\n|cd\nef");
    check("ab\nc|d\nef", [End], "ab\ncd|\nef");
    check("ab\nc|d\nef", [TextStart], "|ab\ncd\nef");
    check("ab\nc|d\nef", [TextEnd], "ab\ncd\nef|");
}

#[test]
fn words_are_killed() {
    check("see foo-bar|", [DeleteWordLeft], "see |");
    check("see foo-bar  |x", [DeleteWordLeft], "see |x");
    check("see foo-bar|", [DeleteWordLeftAlnum], "see foo-|");
    check("see| foo-bar", [DeleteWordRight], "see|-bar");
    check("one two|", [DeleteWordLeft, DeleteWordLeft, Yank], "one two|");
}

#[test]
fn lines_are_killed() {
    check("ab\nc|d\nef", [KillToEnd], "ab\nc|\nef");
    check("ab\nc|\nef", [KillToEnd], "ab\nc|ef");
    check("ab\nc|d\nef", [KillToStart], "ab\n|d\nef");
    check("ab\n|d\nef", [KillToStart], "ab|d\nef");
    check("ab\nc|d\nef", [KillToEnd, KillToEnd, KillToEnd, Yank], "ab\ncd\nef|");
    check("|", [KillToEnd, KillToStart, Yank, YankPop], "|");
}

#[test]
fn kills_in_a_row_are_one() {
    check("a b|c d", [DeleteWordLeft, KillToEnd, Yank], "a bc d|");
    check("a b|c d", [DeleteWordLeft, Left, KillToEnd, Yank], "a c d|");
}

#[test]
fn older_kills_come_back() {
    let killed_twice = |then: &[Edit]| [&[DeleteWordLeft, Left, Right, DeleteWordLeft], then].concat();
    check("one two|", killed_twice(&[Yank]), "one |");
    check("one two|", killed_twice(&[Yank, YankPop]), "two|");
    check("one two|", killed_twice(&[Yank, YankPop, YankPop]), "one |");
    check("one two|", killed_twice(&[Yank, Left, YankPop]), "one| ");
    check("one two|", killed_twice(&[Yank, YankPop, Undo]), "|");
}

#[test]
fn a_yank_that_composed_can_be_popped() {
    let mut composer = composer("\u{11ab}x|");
    play(&mut composer, [Left, KillToStart, TextEnd, DeleteWordLeft], WIDE);
    play(&mut composer, typed("하"), WIDE);
    play(&mut composer, [Yank, YankPop], WIDE);
    assert_eq!(picture(&composer), "한|");
    play(&mut composer, [YankPop], WIDE);
    assert_eq!(picture(&composer), "하x|");
}

#[test]
fn typing_is_undone_word_by_word() {
    check("|", typed("hello big world").into_iter().chain([Undo]), "hello big |");
    check("|", typed("hello big world").into_iter().chain([Undo, Undo]), "hello |");
    check("|", typed("hello big world").into_iter().chain([Undo, Undo, Undo, Undo]), "|");
    check("|", typed("hello big").into_iter().chain([Undo, Undo, Redo]), "hello |");
    check("|", typed("\u{1112}\u{1161}\u{11ab}").into_iter().chain([Undo]), "|");
    check("a|b", [Insert('x'), Left, Insert('y'), Undo], "a|xb");
}

#[test]
fn a_paste_is_one_step() {
    check("a|b", [InsertText("one two\nthree".to_owned()), Undo], "a|b");
    check("a|b", [Insert('x'), InsertText("one two".to_owned()), Undo], "ax|b");
}

#[test]
fn deleting_is_undone_by_the_run() {
    check("hello|", [Backspace, Backspace, Backspace, Undo], "hello|");
    check("hello|", [Backspace, Backspace, Left, Backspace, Undo], "he|l");
    check("|hello", [Delete, Delete, Undo], "|hello");
}

#[test]
fn an_edit_ends_the_redo() {
    check("|", [Insert('a'), Undo, Insert('b'), Redo], "b|");
    check("a|", [Undo, Redo], "a|");
}

#[test]
fn clearing_is_undone() {
    let mut composer = composer("dra|ft");
    composer.clear();
    assert!(composer.is_empty());
    play(&mut composer, [Undo], WIDE);
    assert_eq!(picture(&composer), "dra|ft");
    play(&mut composer, [Redo], WIDE);
    assert!(composer.is_empty());
}

#[test]
fn set_text_is_cleaned_and_undone() {
    let mut composer = composer("a|b");
    composer.set_text("e\u{301}\r\n\x1b".to_owned());
    assert_eq!(picture(&composer), "é\n|");
    play(&mut composer, [Undo], WIDE);
    assert_eq!(picture(&composer), "a|b");
}

#[test]
fn what_was_sent_cannot_be_undone() {
    let mut composer = after_sending(&["hi there"]);
    play(&mut composer, [Undo, Redo], WIDE);
    assert!(composer.is_empty());
}

#[test]
fn clusters_are_swapped() {
    check("a|b", [Transpose], "ba|");
    check("ab|", [Transpose], "ba|");
    check("한|👍🏽x", [Transpose], "👍🏽한|x");
    check("ab|\nc", [Transpose], "ba|\nc");
    check("ab\n|c", [Transpose], "ab\n|c");
    for nothing in ["|ab", "a|", "|"] {
        check(nothing, [Transpose], nothing);
    }
}

#[test]
fn up_and_down_go_by_rows() {
    check_at(5, "hello wor|ld", [Up], "hel|lo world");
    check_at(5, "hel|lo world", [Down], "hello wor|ld");
    check("abc\nd\nefg|", [Up, Up], "abc|\nd\nefg");
    check("abcd\ne\nfgh|i", [Up, Up, Down, Down], "abcd\ne\nfgh|i");
    check_at(4, "가나다라|", [Up], "가나|다라");
    check_at(4, "가나다|라", [Up], "가|나다라");
    check_at(3, "abcdef|", [Up, Up], "|abcdef");
    check_at(5, "abcd\n한글|x", [Up, Down], "abcd\n한글|x");
    check("a한|\nabcd", [Down], "a한\nabc|d");
    check("a한\nab|cd", [Up], "a|한\nabcd");
}

#[test]
fn the_ends_of_the_draft_lead_into_the_history() {
    let mut composer = after_sending(&["one", "two\nlines"]);
    play(&mut composer, typed("draft"), WIDE);
    for expect in ["two\nlines|", "two|\nlines", "one|", "one|"] {
        play(&mut composer, [Up], WIDE);
        assert_eq!(picture(&composer), expect);
    }
    play(&mut composer, [Down, Down, Down], WIDE);
    assert_eq!(picture(&composer), "draft|");
}

#[test]
fn a_recalled_line_is_undone() {
    let mut composer = after_sending(&["one"]);
    play(&mut composer, [Insert('d'), HistoryPrev, Insert('!'), Undo, Undo], WIDE);
    assert_eq!(picture(&composer), "d|");
    play(&mut composer, [HistoryPrev], WIDE);
    assert_eq!(picture(&composer), "one|");
}

#[test]
fn an_edited_recalled_line_waits_where_it_was() {
    let mut composer = after_sending(&["one", "two"]);
    play(&mut composer, [HistoryPrev, Insert('!'), HistoryPrev, HistoryNext], WIDE);
    assert_eq!(composer.take(), "two!");
    play(&mut composer, [HistoryPrev, HistoryPrev], WIDE);
    assert_eq!(composer.text(), "two");
}

#[test]
fn clearing_a_recalled_line_goes_back_to_the_draft() {
    let mut composer = after_sending(&["one", "two"]);
    play(&mut composer, [HistoryPrev, HistoryPrev], WIDE);
    composer.clear();
    play(&mut composer, [HistoryPrev], WIDE);
    assert_eq!(composer.text(), "two");
}

#[test]
fn the_history_is_bounded_and_keeps_no_double() {
    let mut composer = after_sending(&["a", "a", " ", "b", "a"]);
    play(&mut composer, [HistoryPrev, HistoryPrev, HistoryPrev, HistoryPrev], WIDE);
    assert_eq!(composer.text(), "a");
    let lines: Vec<String> = (0..300).map(|line| line.to_string()).collect();
    let mut composer = after_sending(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    play(&mut composer, std::iter::repeat_n(HistoryPrev, 400), WIDE);
    assert_eq!(composer.text(), "100");
}

#[test]
fn the_history_is_searched_newest_first() {
    let composer = after_sending(&["Hello Bob", "안녕", "hello ann"]);
    assert_eq!(composer.search_history("HELLO", 0), Some("hello ann"));
    assert_eq!(composer.search_history("hello", 1), Some("Hello Bob"));
    assert_eq!(composer.search_history("hello", 2), None);
    assert_eq!(composer.search_history("녕", 0), Some("안녕"));
}

#[test]
fn a_line_goes_with_its_message_and_the_draft_stays() {
    let seq = |seq| shared::Seq::new(seq).unwrap();
    let lines = |composer: &Composer| -> Vec<String> {
        composer.sent_lines().map(|line| line.text.clone()).collect()
    };
    let mut composer = after_sending(&["ok", "/me waves", "ok", "a long one in parts"]);
    for (said, at, in_part, is_known) in [
        ("ok", 5, false, true),
        ("waves", 6, false, true),
        ("one in", 7, false, false),
        ("one in", 7, true, true),
        (" parts", 8, true, true),
        ("never typed", 9, true, false),
    ] {
        assert_eq!(composer.note_stored(said, seq(at), in_part), is_known, "{said}");
    }
    assert!(!composer.forget_sent(seq(4)));
    play(&mut composer, typed("draft"), WIDE);
    assert!(composer.forget_sent(seq(8)));
    assert_eq!(composer.text(), "draft");
    assert!(composer.forget_sent(seq(5)), "what says the same and may be that message goes, too");
    assert_eq!(lines(&composer), ["/me waves"]);
    // Whoever looks at the line has their draft again.
    play(&mut composer, [HistoryPrev], WIDE);
    assert_eq!(composer.text(), "/me waves");
    assert!(composer.forget_sent(seq(6)));
    assert_eq!((picture(&composer).as_str(), lines(&composer).len()), ("draft|", 0));
    // Whoever looks at another one has it among the lines.
    let mut composer = after_sending(&["one", "two"]);
    composer.note_stored("one", seq(1), false);
    play(&mut composer, typed("draft").into_iter().chain([HistoryPrev]), WIDE);
    composer.forget_sent(seq(1));
    assert_eq!((composer.text(), lines(&composer)), ("two", vec!["two".into(), "draft".into()]));
}

#[test]
fn the_word_before_the_caret_is_completed() {
    let mut composer = composer("hi @ca|");
    assert_eq!(composer.word_before_caret(), (3, "@ca"));
    composer.replace_range(3..6, "@calm-otter ");
    assert_eq!(picture(&composer), "hi @calm-otter |");
    assert_eq!(composer.word_before_caret(), (15, ""));
    play(&mut composer, [Undo], WIDE);
    assert_eq!(picture(&composer), "hi @ca|");
}

#[test]
fn a_range_is_fitted_to_the_clusters() {
    let mut composer = composer("가나다|");
    composer.replace_range(4..5, "x");
    assert_eq!(picture(&composer), "가x|다");
    composer.replace_range(99..200, "y");
    assert_eq!(picture(&composer), "가x다y|");
    #[expect(clippy::reversed_empty_ranges, reason = "callers may be wrong")]
    composer.replace_range(4..1, "z");
    assert_eq!(picture(&composer), "가xz|다y");
}

/// Checks the view: its rows with the caret's cell marked, and what is hidden around them.
#[track_caller]
fn check_view(
    text: &str,
    (width, max_rows): (u16, u16),
    rows: &[&str],
    caret: (u16, u16),
    hidden: (usize, usize),
) {
    let composer = composer(text);
    let view = composer.view(width, max_rows);
    assert_eq!(view.rows, rows, "{text:?}");
    assert_eq!((view.caret_row, view.caret_col), caret, "caret of {text:?}");
    assert_eq!((view.hidden_above, view.hidden_below), hidden, "hidden of {text:?}");
    assert_eq!(view.total_rows, composer.count_rows(width));
}

#[test]
fn the_caret_has_a_cell() {
    check_view("|", (5, 3), &[""], (0, 0), (0, 0));
    check_view("ab|", (5, 3), &["ab"], (0, 2), (0, 0));
    check_view("안녕|", (5, 3), &["안녕"], (0, 4), (0, 0));
    check_view("안녕 👨‍👩‍👧‍👦|", (9, 3), &["안녕 👨‍👩‍👧‍👦"], (0, 7), (0, 0));
    check_view("hello wor|ld", (5, 3), &["hello", "world", ""], (1, 3), (0, 0));
}

#[test]
fn past_a_full_row_the_caret_starts_the_next() {
    check_view("hello|", (5, 3), &["hello", ""], (1, 0), (0, 0));
    check_view("hello |", (5, 3), &["hello", ""], (1, 0), (0, 0));
    check_view("hello| worl", (5, 3), &["hello", "worl"], (1, 0), (0, 0));
    check_view("hello|\nx", (5, 3), &["hello", "", "x"], (1, 0), (0, 0));
    check_view("hello\n|x", (5, 3), &["hello", "", "x"], (2, 0), (0, 0));
    check_view("abcde|fgh", (5, 3), &["abcde", "fgh"], (1, 0), (0, 0));
    check_view("안녕|하", (5, 3), &["안녕", "하"], (1, 0), (0, 0));
}

#[test]
fn the_view_follows_the_caret() {
    check_view("a\nb\nc\nd\ne|", (5, 3), &["c", "d", "e"], (2, 1), (2, 0));
    check_view("|a\nb\nc\nd\ne", (5, 3), &["a", "b", "c"], (0, 0), (0, 2));
    check_view("a\nb\n|c\nd\ne", (5, 3), &["b", "c", "d"], (1, 0), (1, 1));
}

#[test]
fn the_smallest_box_works() {
    check_view("a한|b", (1, 1), &["b"], (0, 0), (2, 1));
    check_view("ab|", (1, 1), &[""], (0, 0), (2, 0));
    check_view("ab|", (0, 0), &[""], (0, 0), (2, 0));
    check_at(1, "ab|c", [Up, Up, Down], "a|bc");
}
