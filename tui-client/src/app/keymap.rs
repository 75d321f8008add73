//! The key bindings: one table for the keyboard and for the help, and what the settings make of it (`[keys]` of the
//! configuration file, by the names of the actions). A key means an [`Action`]; text in popups is edited by the same bindings.

use super::action::{Action, Go, PopupKind, Scroll};
use super::composer::Edit;
use crate::event::{Code, Key};
use crate::lang::Lang;
use crate::place::Place;
use crate::settings::file::{Problem, What};
use crate::settings::section::{Entry, Section};
use crate::suggest::nearest;

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
    /// Only while a message is selected that brings a file.
    File,
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
    always("alt-r", Action::ReadAll, ["mark everything as read", "모두 읽은 것으로 하기"]),
    when(When::Empty, "ctrl-k", Action::Open(PopupKind::Switcher), UNSAID),
    always("alt-k", Action::Open(PopupKind::Switcher), ["find a room", "방 찾기"]),
    always("alt-m f8", Action::Open(PopupKind::Members), ["members", "참여자"]),
    always("alt-up", Action::SelectPrev, ["pick out a message", "메시지 고르기"]),
    always("alt-down", Action::SelectNext, UNSAID),
    when(
        When::File,
        "v",
        Action::ViewPicture,
        ["then: its picture, large (Enter too)", "골랐을 때: 사진 크게 보기 (Enter도)"],
    ),
    when(When::File, "s", Action::SaveFile, ["then: save its file", "골랐을 때: 파일 저장"]),
    when(When::File, "o", Action::OpenFile, ["then: open its file", "골랐을 때: 파일 열기"]),
    when(
        When::File,
        "x",
        Action::StopFile,
        ["then: stop its file, or go on", "골랐을 때: 전송 멈추기, 잇기"],
    ),
    when(When::File, "c", Action::CancelFile, ["then: cancel its file", "골랐을 때: 전송 취소"]),
    when(When::Selected, "y", Action::Copy, ["then: copy it", "골랐을 때: 복사"]),
    when(When::Selected, "r", Action::Reply, ["then: answer it", "골랐을 때: 답하기"]),
    when(When::Selected, "e", Action::EditMessage, ["then: edit it", "골랐을 때: 고치기"]),
    when(When::Selected, "d", Action::DeleteMessage, ["then: delete it", "골랐을 때: 삭제하기"]),
    when(When::Selected, "+", Action::React, ["then: react to it", "골랐을 때: 반응하기"]),
    when(When::Selected, "p", Action::PinMessage, ["then: pin it", "골랐을 때: 고정하기"]),
    when(When::Selected, "o", Action::ToOriginal, ["then: to what it answers", "골랐을 때: 답한 메시지로"]),
    when(
        When::Selected,
        "b",
        Action::BackToAnswer,
        ["then: back to the answer", "골랐을 때: 답장으로 돌아가기"],
    ),
    when(When::Selected, "l", Action::Links, ["then: its links", "골랐을 때: 링크 보기"]),
    when(When::Selected, "f", Action::Fold, ["then: unfold or fold it", "골랐을 때: 펼치기, 접기"]),
    always("alt-t", Action::Open(PopupKind::Transfers), ["files on their way", "파일 전송 목록"]),
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
    always("alt-e", Action::Editor, ["write in your editor", "편집기로 쓰기"]),
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
    /// Whether that brings a file.
    pub file: bool,
}

impl When {
    fn counts(self, context: KeyContext) -> bool {
        match self {
            Self::Always => true,
            Self::Empty => context.empty,
            Self::Draft => !context.empty,
            Self::Selected => context.selected,
            Self::File => context.selected && context.file,
        }
    }
}

/// A key with what it means.
#[derive(Clone, Debug)]
struct Bound {
    key: Key,
    when: When,
    action: &'static Action,
}

/// The bindings that count: those of the settings, then those of the table that they leave.
#[derive(Clone, Debug)]
pub struct Keymap {
    bound: Vec<Bound>,
    /// Keys of the table that are another one now, or none, as texts name them.
    renamed: Vec<(String, Option<String>)>,
    /// The person is elsewhere: what cannot be done for them is not offered.
    is_elsewhere: bool,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&Section::default())
    }
}

impl Keymap {
    /// The bindings of the table, with the actions of this section bound to other keys. What is wrong in it is left out:
    /// [`check`] says it.
    #[must_use]
    pub fn new(keys: &Section) -> Self {
        let mut bound = Vec::new();
        for entry in &keys.0 {
            let Some(action) = rows(&entry.name).next().map(|row| &row.action) else { continue };
            let keys = read_keys(entry).filter_map(Result::ok);
            bound.extend(keys.filter_map(|key| Some(Bound { key, when: when_of(key, action)?, action })));
        }
        bound.sort_by_key(|bound| (bound.when == When::Always, bound.when != When::File));
        let others = BINDINGS.iter().filter(|row| keys.get(row.action.name()).is_none());
        let kept: Vec<Bound> = others
            .flat_map(|row| parsed(row).map(|key| Bound { key, when: row.when, action: &row.action }))
            .filter(|it| {
                !bound
                    .iter()
                    .any(|own| own.key == it.key && (own.when == it.when || own.when == When::Always))
            })
            .collect();
        bound.extend(kept);
        let mut keymap = Self { bound, renamed: Vec::new(), is_elsewhere: false };
        keymap.renamed = keymap.renamed();
        keymap
    }

    /// The same for somebody who is at this place.
    #[must_use]
    pub fn at(place: &Place, keys: &Section) -> Self {
        Self { is_elsewhere: place.is_elsewhere(), ..Self::new(keys) }
    }

    /// Whether texts may name a key of an action. What somebody elsewhere cannot have done has keys all the same: they say so.
    fn offers(&self, action: &Action) -> bool {
        !self.is_elsewhere || action.not_here().is_none()
    }

    /// What a key means in this context. A letter alone counts by its key, in whatever layout it was typed.
    #[must_use]
    pub fn find(&self, key: Key, context: KeyContext) -> Option<Action> {
        let letter = key.typed().and_then(|_| key.latin()).filter(char::is_ascii_alphabetic);
        let key = letter.map_or(Key { base: None, ..key }, |letter| Key::plain(Code::Char(letter)));
        let found = self.bound.iter().find(|bound| bound.key == key && bound.when.counts(context));
        found.map(|bound| bound.action.clone())
    }

    /// Whether a key means something in any context.
    #[must_use]
    pub fn binds(&self, key: Key) -> bool {
        self.bound.iter().any(|bound| bound.key == Key { base: None, ..key })
    }

    /// The lines of the help: keys, and what they do.
    pub fn help(&self, lang: Lang) -> impl Iterator<Item = (String, &'static str)> {
        BINDINGS.iter().filter_map(move |row| self.help_line(row, lang))
    }

    /// The line of the help for an action, by its name.
    #[must_use]
    pub fn help_for(&self, action: &str, lang: Lang) -> Option<(String, &'static str)> {
        rows(action).find_map(|row| self.help_line(row, lang))
    }

    fn help_line(&self, row: &'static Binding, lang: Lang) -> Option<(String, &'static str)> {
        let help = Some(lang.pick(row.help)).filter(|help| !help.is_empty() && self.offers(&row.action))?;
        let keys: Vec<String> = self.keys_of(row).take(2).map(|key| key.to_string()).collect();
        (!keys.is_empty()).then(|| (keys.join(" "), help))
    }

    /// The keys that count of a row of the table; those of the settings stand in the row of the action that the
    /// help has.
    fn keys_of(&self, row: &'static Binding) -> impl Iterator<Item = Key> {
        let is_main = main_row(row.action.name()).is_some_and(|main| std::ptr::eq(main, row));
        let is_of_row = move |bound: &&Bound| {
            let is_listed = parsed(row).any(|key| key == bound.key) && bound.when == row.when;
            let is_own = || !rows(row.action.name()).any(|row| parsed(row).any(|key| key == bound.key));
            *bound.action == row.action && (is_listed || is_main && is_own())
        };
        self.bound.iter().filter(is_of_row).map(|bound| bound.key)
    }

    /// The first key that means an action, as texts name it.
    #[must_use]
    pub fn key_of(&self, action: &Action) -> Option<String> {
        if !self.offers(action) {
            return None;
        }
        let usual = rows(action.name()).flat_map(parsed).find(|key| self.means(*key, action));
        let bound = || self.bound.iter().find(|bound| bound.action == action).map(|bound| bound.key);
        usual.or_else(bound).map(|key| key.to_string())
    }

    fn means(&self, key: Key, action: &Action) -> bool {
        self.bound.iter().any(|bound| bound.key == key && bound.action == action)
    }

    /// A text with the keys it names as they are bound now.
    #[must_use]
    pub fn in_words(&self, text: String) -> String {
        self.renamed.iter().fold(text, |text, (usual, now)| match now {
            Some(now) if text.contains(usual.as_str()) => text.replace(usual.as_str(), now),
            Some(_) | None => text,
        })
    }

    fn renamed(&self) -> Vec<(String, Option<String>)> {
        let first = |row: &'static Binding| Some((parsed(row).next()?, self.keys_of(row).next()));
        let changed = BINDINGS
            .iter()
            .filter(|row| row.when == When::Always && !row.help[0].is_empty() || row.action == Action::Chord);
        let pairs = changed.filter_map(first).filter(|(usual, now)| Some(*usual) != *now);
        // A letter alone is a part of every word.
        let named = pairs.filter(|(usual, _)| usual.typed().is_none());
        named.map(|(usual, now)| (usual.to_string(), now.map(|now| now.to_string()))).collect()
    }
}

/// The names of the actions, each once, in the order of the table.
pub fn action_names() -> impl Iterator<Item = &'static str> {
    let is_first = |row: &&'static Binding| {
        rows(row.action.name()).next().is_some_and(|first| std::ptr::eq(first, *row))
    };
    BINDINGS.iter().filter(is_first).map(|row| row.action.name())
}

/// The keys an action has without settings.
#[must_use]
pub fn usual_keys(action: &str) -> String {
    rows(action).map(|row| row.keys).collect::<Vec<_>>().join(" ")
}

/// What is wrong with the keys of the settings.
#[must_use]
pub fn check(section: &Section) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: Vec<(Key, When, usize)> = Vec::new();
    for entry in &section.0 {
        let mut problem = |what| problems.push(Problem { line: entry.line, what });
        let Some(row) = rows(&entry.name).next() else {
            let meant = nearest(&entry.name, action_names());
            problem(What::UnknownAction(entry.name.clone(), meant));
            continue;
        };
        for key in read_keys(entry) {
            match key.map(|key| (key, when_of(key, &row.action))) {
                Err(text) => problem(What::NoKey(text)),
                Ok((key, None)) => problem(What::TypesText(key.to_string())),
                Ok((key, Some(when))) => {
                    let other = seen.iter().find(|(other, during, _)| (*other, *during) == (key, when));
                    if let Some((_, _, line)) = other.filter(|(_, _, line)| *line != entry.line) {
                        problem(What::KeyTwice(key.to_string(), *line));
                    }
                    seen.push((key, when, entry.line));
                }
            }
        }
    }
    problems
}

/// The row of an action that stands for it: the one with a help, or the first.
fn main_row(name: &str) -> Option<&'static Binding> {
    rows(name).find(|row| !row.help[0].is_empty()).or_else(|| rows(name).next())
}

/// The rows of an action.
fn rows(name: &str) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |row| row.action.name() == name)
}

fn parsed(row: &'static Binding) -> impl Iterator<Item = Key> {
    row.keys.split(' ').filter_map(|key| key.parse().ok())
}

/// The keys of a line of the settings, as `ctrl-k` or `Ctrl-K`; what is no key as it stands there.
fn read_keys(entry: &Entry) -> impl Iterator<Item = Result<Key, String>> {
    entry.value.iter().flat_map(|keys| keys.split_whitespace()).map(|text| {
        let name = if text.chars().count() == 1 { text.to_owned() } else { text.to_lowercase() };
        name.parse::<Key>().map(Key::normal).map_err(|()| text.to_owned())
    })
}

/// When a key of the settings counts for an action. A character that is typed is one while there is a draft, and a letter or
/// digit always: only a picked message gets those. The rest counts always.
fn when_of(key: Key, action: &Action) -> Option<When> {
    if let Some(when) =
        [When::Selected, When::File].into_iter().find(|when| rows(action.name()).all(|row| row.when == *when))
    {
        return Some(when);
    }
    match key.typed() {
        Some(c) if c.is_alphanumeric() || c == ' ' => None,
        Some(_) => Some(When::Empty),
        None => Some(When::Always),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::{Action, BINDINGS, Binding, Edit, KeyContext, Keymap, PopupKind, Section, When, check};
    use crate::event::{Code, Key};
    use crate::lang::Lang;
    use crate::settings::file;

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
                assert!(Keymap::default().help_line(binding, lang).is_some(), "{}", binding.keys);
            }
        }
    }

    #[test]
    fn letters_with_ctrl_keep_their_readline_meaning_while_there_is_a_draft() {
        let keymap = Keymap::default();
        let find = |key: &str, empty| {
            keymap.find(key.parse().unwrap(), KeyContext { empty, selected: false, file: false })
        };
        assert_eq!(find("ctrl-k", true), Some(Action::Open(PopupKind::Switcher)));
        assert_eq!(find("ctrl-k", false), Some(Action::Edit(Edit::KillToEnd)));
        assert_eq!(find("ctrl-d", false), Some(Action::Edit(Edit::Delete)));
        assert_eq!(find("?", false), None);
        assert_eq!(find("y", true), None);
    }

    #[test]
    fn a_letter_that_is_a_command_counts_in_every_layout() {
        let keymap = Keymap::default();
        let find = |key, selected| keymap.find(key, KeyContext { empty: true, selected, file: false });
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

    fn keys(text: &str) -> Section {
        file::read(text).0.keys
    }

    fn means(keymap: &Keymap, key: &str, empty: bool) -> Option<Action> {
        keymap.find(key.parse().unwrap(), KeyContext { empty, selected: false, file: false })
    }

    #[test]
    fn every_action_has_a_name_of_its_own() {
        let mut names = HashMap::new();
        for binding in BINDINGS {
            let name = binding.action.name();
            assert!(!name.is_empty(), "{:?}", binding.action);
            assert_eq!(names.entry(name).or_insert(&binding.action), &&binding.action, "{name}");
        }
    }

    #[test]
    fn an_action_gets_other_keys_and_the_help_says_so() {
        let keymap = Keymap::new(&keys(
            "[keys]\nsend = 'ctrl-s F5'\nsuspend = ''\nfind-room = ['Alt-J']\ncopy = 'c'\n",
        ));
        assert_eq!(means(&keymap, "ctrl-s", false), Some(Action::Send));
        assert_eq!(means(&keymap, "f5", false), Some(Action::Send));
        for gone in ["enter", "ctrl-enter", "ctrl-z", "alt-k"] {
            assert_eq!(means(&keymap, gone, false), None, "{gone}");
        }
        assert_eq!(
            means(&keymap, "ctrl-k", true),
            Some(Action::Edit(Edit::KillToEnd)),
            "the other meaning is left"
        );
        let picked = KeyContext { empty: true, selected: true, file: false };
        assert_eq!(keymap.find("c".parse().unwrap(), picked), Some(Action::Copy));
        assert_eq!(means(&keymap, "c", true), None);
        let help: Vec<_> = keymap.help(Lang::En).collect();
        assert!(help.contains(&("Ctrl-S F5".into(), "send")), "{help:?}");
        assert!(help.contains(&("Alt-J".into(), "find a room")));
        assert!(!help.iter().any(|(_, text)| *text == "suspend"));
    }

    #[test]
    fn a_key_that_is_taken_means_only_its_new_action() {
        let keymap = Keymap::new(&keys("[keys]\nmembers = 'ctrl-k'\nhelp = '! f1'\n"));
        for empty in [true, false] {
            assert_eq!(means(&keymap, "ctrl-k", empty), Some(Action::Open(PopupKind::Members)));
        }
        assert_eq!(
            (means(&keymap, "!", true), means(&keymap, "!", false)),
            (Some(Action::Open(PopupKind::Help)), None)
        );
        let help: Vec<_> = keymap.help(Lang::En).collect();
        assert!(!help.iter().any(|(_, text)| *text == "delete to the end of the line"), "{help:?}");
        assert!(help.contains(&("Alt-K".into(), "find a room")));
    }

    #[test]
    fn texts_name_the_keys_that_count() {
        let keymap = Keymap::new(&keys("[keys]\ninterrupt = 'ctrl-q'\nhelp = 'f2'\nmoderate = 'alt-x'\n"));
        let words = |text: &str| keymap.in_words(text.to_owned());
        assert_eq!(
            words("press Ctrl-C again · F1 help · Ctrl-X k"),
            "press Ctrl-Q again · F2 help · Alt-X k"
        );
        assert_eq!(Keymap::default().in_words("Ctrl-C F1 c".into()), "Ctrl-C F1 c");
    }

    #[test]
    fn what_is_wrong_with_keys_is_told_with_its_lines() {
        let text = "[keys]\nsend = 'ctrl-s'\nsned = 'x'\nmembers = 'ctrl-nothing'\nquit = 'q'\nhelp = 'Ctrl-S'\ncopy = 'r'\nanswer = 'r'\n";
        let told = Lang::En.settings_wrong("F", &check(&keys(text)));
        for part in [
            "  3: there is no action sned; did you mean send?",
            "  4: ctrl-nothing is no key",
            "  5: q types a character",
            // The table of the parser is by name.
            "Ctrl-S is bound in line",
            "r is bound in line",
        ] {
            assert!(told.contains(part), "no {part} in {told}");
        }
        assert_eq!(told.lines().count(), 6, "{told}");
        assert!(check(&keys("[keys]\nsend = 'ctrl-s ctrl-s'\ncopy = 'x'\nhelp = ''\n")).is_empty());
    }
}
