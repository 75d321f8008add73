//! The key bindings: one table for the keyboard and for the help. A key means an [`Action`]; text in popups is edited by
//! the same bindings.

use super::action::{Action, Go, PopupKind, Scroll};
use super::composer::Edit;
use crate::event::{Code, Key};
use crate::lang::Lang;

/// When a binding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// Only while there is no draft.
    Empty,
    /// Only while there is a draft.
    Draft,
    /// Only while a message is selected.
    Selected,
}

/// A line of the table.
#[derive(Debug)]
pub struct Binding {
    /// When it counts.
    pub when: When,
    /// The keys, separated by spaces, the usual one first.
    pub keys: &'static str,
    /// What they mean.
    pub action: Action,
    /// What the help says, in English and Korean; empty where the line is one of several for the same thing.
    help: [&'static str; 2],
}

const fn always(keys: &'static str, action: Action, help: [&'static str; 2]) -> Binding {
    Binding { when: When::Always, keys, action, help }
}

const fn edit(keys: &'static str, edit: Edit, help: [&'static str; 2]) -> Binding {
    always(keys, Action::Edit(edit), help)
}

const fn when(when: When, keys: &'static str, action: Action, help: [&'static str; 2]) -> Binding {
    Binding { when, keys, action, help }
}

const UNSAID: [&str; 2] = ["", ""];

/// Every binding. The first that fits counts, so what needs more stands before what needs less.
pub static BINDINGS: &[Binding] = &[
    always("enter", Action::Send, ["send", "보내기"]),
    // Terminals that do not tell it from Enter send it as Enter.
    always("ctrl-enter", Action::Send, UNSAID),
    edit("alt-enter ctrl-j shift-enter", Edit::Newline, ["new line", "줄 바꾸기"]),
    always("tab", Action::Complete, ["complete commands, names, rooms", "명령어·이름·방 자동 완성"]),
    always("shift-tab", Action::CompleteBack, UNSAID),
    when(When::Empty, "?", Action::Open(PopupKind::Help), UNSAID),
    always("f1", Action::Open(PopupKind::Help), ["this help", "이 도움말"]),
    always("ctrl-c", Action::Interrupt, ["clear the draft; twice: leave", "입력 지우기; 두 번: 나가기"]),
    when(When::Empty, "ctrl-d", Action::Quit, ["leave", "나가기"]),
    edit("ctrl-d del", Edit::Delete, UNSAID),
    always("esc", Action::Cancel, ["close, deselect, back to the newest", "닫기, 선택 해제, 맨 아래로"]),
    always("pgup", Action::Scroll(Scroll::PageUp), ["scroll up", "위로 넘기기"]),
    always("pgdn", Action::Scroll(Scroll::PageDown), ["scroll down", "아래로 넘기기"]),
    always("shift-up", Action::Scroll(Scroll::LineUp), ["scroll up by a line", "한 줄 위로"]),
    always("shift-down", Action::Scroll(Scroll::LineDown), ["scroll down by a line", "한 줄 아래로"]),
    always("ctrl-home", Action::Scroll(Scroll::Top), ["to the oldest message", "맨 처음으로"]),
    always("ctrl-end", Action::Scroll(Scroll::Bottom), ["to the newest message", "맨 끝으로"]),
    when(When::Empty, "end", Action::Scroll(Scroll::Bottom), UNSAID),
    always("alt-u", Action::Scroll(Scroll::Unread), ["to the first unread message", "읽지 않은 첫 메시지로"]),
    always("alt-p", Action::MentionPrev, ["the message before that names you", "나를 부른 앞 메시지"]),
    always("alt-n", Action::MentionNext, ["the next message that names you", "나를 부른 다음 메시지"]),
    always("ctrl-n alt-right", Action::Go(Go::Next), ["next room", "다음 방"]),
    always("ctrl-p alt-left", Action::Go(Go::Prev), ["previous room", "이전 방"]),
    always("alt-1", Action::Go(Go::Number(1)), ["room by number, to Alt-9", "번호로 방 고르기 (Alt-9까지)"]),
    always("alt-2", Action::Go(Go::Number(2)), UNSAID),
    always("alt-3", Action::Go(Go::Number(3)), UNSAID),
    always("alt-4", Action::Go(Go::Number(4)), UNSAID),
    always("alt-5", Action::Go(Go::Number(5)), UNSAID),
    always("alt-6", Action::Go(Go::Number(6)), UNSAID),
    always("alt-7", Action::Go(Go::Number(7)), UNSAID),
    always("alt-8", Action::Go(Go::Number(8)), UNSAID),
    always("alt-9", Action::Go(Go::Number(9)), UNSAID),
    always("alt-a", Action::Go(Go::Unread), ["next room with something new", "새 메시지가 있는 다음 방"]),
    when(When::Empty, "ctrl-k", Action::Open(PopupKind::Switcher), UNSAID),
    always("alt-k", Action::Open(PopupKind::Switcher), ["find a room", "방 찾기"]),
    always("alt-m f8", Action::Open(PopupKind::Members), ["members", "참여자"]),
    always("alt-up", Action::SelectPrev, ["pick out a message", "메시지 고르기"]),
    always("alt-down", Action::SelectNext, UNSAID),
    when(When::Selected, "y", Action::Copy, ["then: copy it", "골랐을 때: 복사"]),
    when(When::Selected, "r", Action::Reply, ["then: answer it", "골랐을 때: 답하기"]),
    when(When::Selected, "e", Action::EditMessage, ["then: edit it", "골랐을 때: 고치기"]),
    when(When::Selected, "d", Action::DeleteMessage, ["then: delete it", "골랐을 때: 삭제하기"]),
    when(When::Selected, "+", Action::React, ["then: react to it", "골랐을 때: 반응하기"]),
    when(When::Selected, "o", Action::ToOriginal, ["then: to what it answers", "골랐을 때: 답한 메시지로"]),
    when(
        When::Selected,
        "b",
        Action::BackToAnswer,
        ["then: back to the answer", "골랐을 때: 답장으로 돌아가기"],
    ),
    edit("up", Edit::Up, ["lines sent before", "전에 보낸 메시지"]),
    edit("down", Edit::Down, UNSAID),
    always(
        "ctrl-r",
        Action::Open(PopupKind::HistorySearch),
        ["search lines sent before", "전에 보낸 메시지 찾기"],
    ),
    when(When::Empty, "ctrl-f", Action::Open(PopupKind::Search), ["search everything said", "대화 검색"]),
    always(
        "alt-s",
        Action::Open(PopupKind::Search),
        ["the same, whatever is written", "쓰는 중에도 대화 검색"],
    ),
    edit("left ctrl-b", Edit::Left, UNSAID),
    edit("right", Edit::Right, UNSAID),
    // On an empty draft it is kept for searching.
    when(When::Draft, "ctrl-f", Action::Edit(Edit::Right), UNSAID),
    edit("home ctrl-a", Edit::Home, ["start of the line", "줄의 처음으로"]),
    edit("end ctrl-e", Edit::End, ["end of the line", "줄의 끝으로"]),
    edit("alt-b ctrl-left", Edit::WordLeft, ["back a word", "이전 단어로"]),
    edit("alt-f ctrl-right", Edit::WordRight, ["forward a word", "다음 단어로"]),
    edit("backspace shift-backspace", Edit::Backspace, UNSAID),
    edit("ctrl-w", Edit::DeleteWordLeft, ["delete the word before", "앞 단어 지우기"]),
    edit("alt-backspace ctrl-backspace", Edit::DeleteWordLeftAlnum, UNSAID),
    edit("alt-d ctrl-del", Edit::DeleteWordRight, ["delete the word after", "뒤 단어 지우기"]),
    edit("ctrl-u", Edit::KillToStart, ["delete to the start of the line", "줄의 처음까지 지우기"]),
    edit("ctrl-k", Edit::KillToEnd, ["delete to the end of the line", "줄의 끝까지 지우기"]),
    edit("ctrl-y", Edit::Yank, ["put back what was deleted", "지운 것 붙이기"]),
    edit("alt-y", Edit::YankPop, UNSAID),
    edit("ctrl-t", Edit::Transpose, UNSAID),
    edit("ctrl-_", Edit::Undo, ["undo", "되돌리기"]),
    edit("alt-_", Edit::Redo, ["redo", "다시 하기"]),
    always("ctrl-x", Action::Chord, UNSAID),
    always("ctrl-l", Action::Redraw, ["draw everything again", "화면 다시 그리기"]),
    always("ctrl-z", Action::Suspend, ["suspend", "잠시 멈추기"]),
];

/// What decides which bindings count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyContext {
    /// Whether there is no draft.
    pub empty: bool,
    /// Whether a message is selected.
    pub selected: bool,
}

impl When {
    fn counts(self, context: KeyContext) -> bool {
        match self {
            Self::Always => true,
            Self::Empty => context.empty,
            Self::Draft => !context.empty,
            Self::Selected => context.selected,
        }
    }
}

/// The table with its keys parsed.
#[derive(Debug)]
pub struct Keymap {
    keys: Vec<(Key, When, &'static Action)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = BINDINGS.iter().flat_map(|binding| {
            let parsed = binding.keys.split(' ').filter_map(|key| key.parse().ok());
            parsed.map(|key: Key| (key, binding.when, &binding.action))
        });
        Self { keys: keys.collect() }
    }
}

impl Keymap {
    /// What a key means in this context. A letter alone counts by its key, in whatever layout it was typed.
    #[must_use]
    pub fn find(&self, key: Key, context: KeyContext) -> Option<Action> {
        let letter = key.typed().and_then(|_| key.latin()).filter(char::is_ascii_alphabetic);
        let key = letter.map_or(Key { base: None, ..key }, |letter| Key::plain(Code::Char(letter)));
        let fits = |(known, when, _): &&(Key, When, &'static Action)| *known == key && when.counts(context);
        self.keys.iter().find(fits).map(|(_, _, action)| (*action).clone())
    }
}

/// The lines of the help: keys, and what they do.
pub fn help(lang: Lang) -> impl Iterator<Item = (String, &'static str)> {
    BINDINGS.iter().filter_map(move |binding| binding.help_line(lang))
}

/// The line of the help for the binding whose usual key this is.
#[must_use]
pub fn help_for(key: &str, lang: Lang) -> Option<(String, &'static str)> {
    let mut bound = BINDINGS.iter().filter(|binding| binding.keys.split(' ').next() == Some(key));
    bound.find_map(|binding| binding.help_line(lang))
}

impl Binding {
    fn help_line(&self, lang: Lang) -> Option<(String, &'static str)> {
        let help = Some(lang.pick(self.help)).filter(|help| !help.is_empty())?;
        let keys = self.keys.split(' ').filter_map(|key| key.parse::<Key>().ok()).take(2);
        Some((keys.map(|key| key.to_string()).collect::<Vec<_>>().join(" "), help))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Action, BINDINGS, Binding, Edit, KeyContext, Keymap, PopupKind, When};
    use crate::event::{Code, Key};
    use crate::lang::Lang;

    #[test]
    fn every_key_is_a_key_and_none_is_bound_twice() {
        let mut seen = HashSet::new();
        for binding in BINDINGS {
            for key in binding.keys.split(' ') {
                let parsed = key.parse::<Key>().unwrap_or_else(|()| panic!("{key} is no key"));
                assert_eq!(parsed, parsed.normal(), "{key} never arrives like this");
                assert!(seen.insert((parsed, format!("{:?}", binding.when))), "{key} is bound twice");
            }
        }
    }

    #[test]
    fn every_key_that_scrolls_is_in_the_help() {
        let scrolls =
            |binding: &&Binding| matches!(binding.action, Action::Scroll(_)) && binding.when == When::Always;
        for binding in BINDINGS.iter().filter(scrolls) {
            for lang in [Lang::En, Lang::Ko] {
                assert!(binding.help_line(lang).is_some(), "{}", binding.keys);
            }
        }
    }

    #[test]
    fn letters_with_ctrl_keep_their_readline_meaning_while_there_is_a_draft() {
        let keymap = Keymap::default();
        let find =
            |key: &str, empty| keymap.find(key.parse().unwrap(), KeyContext { empty, selected: false });
        assert_eq!(find("ctrl-k", true), Some(Action::Open(PopupKind::Switcher)));
        assert_eq!(find("ctrl-k", false), Some(Action::Edit(Edit::KillToEnd)));
        assert_eq!(find("ctrl-d", false), Some(Action::Edit(Edit::Delete)));
        assert_eq!(find("?", false), None);
        assert_eq!(find("y", true), None);
    }

    #[test]
    fn a_letter_that_is_a_command_counts_in_every_layout() {
        let keymap = Keymap::default();
        let find = |key, selected| keymap.find(key, KeyContext { empty: true, selected });
        let char = |c| Key::plain(Code::Char(c));
        let based = Key { base: Some('y'), ..char('ж') };
        for (keys, action) in [
            (&[char('y'), char('ㅛ'), char('\u{116d}'), char('н'), char('υ'), based][..], Action::Copy),
            (&[char('r'), char('ㄱ'), char('\u{1100}'), char('к'), char('ρ')], Action::Reply),
        ] {
            for key in keys {
                assert_eq!(find(*key, true), Some(action.clone()), "{key}");
                assert_eq!(find(*key, false), None, "{key}");
            }
        }
        assert_eq!(find(char('가'), true), None);
    }
}
