//! Ctrl-X and the letter after it: what moderators and admins do by key. It must not act, nor touch the draft.

use shared::Role;

use super::App;
use super::layer::Layer;
use super::layer::dialog::{Dialog, Verb};
use super::timeline::Level;
use crate::event::{Code, Key};
use crate::lang::Lang;

/// Ctrl-X was pressed, and its letter was not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefix;

/// A line of the table.
#[derive(Debug)]
struct Chord {
    letter: char,
    /// Who may, at least.
    role: Role,
    verb: Verb,
    /// A word for the status line, in English and Korean.
    word: [&'static str; 2],
    /// What the help says, in English and Korean.
    help: [&'static str; 2],
}

const fn chord(
    letter: char,
    role: Role,
    verb: Verb,
    word: [&'static str; 2],
    help: [&'static str; 2],
) -> Chord {
    Chord { letter, role, verb, word, help }
}

/// Every letter.
static CHORDS: [Chord; 5] = [
    chord('k', Role::Moderator, Verb::Kick, ["kick", "강퇴"], ["kick somebody", "내보내기"]),
    chord(
        'b',
        Role::Moderator,
        Verb::Ban,
        ["ban", "차단"],
        ["ban somebody, or lift a ban", "차단하거나 풀기"],
    ),
    chord(
        'm',
        Role::Moderator,
        Verb::Mute,
        ["mute", "채팅 금지"],
        ["mute somebody, or let them speak again", "채팅을 금지하거나 풀기"],
    ),
    chord(
        'a',
        Role::Admin,
        Verb::Announce,
        ["announce", "공지"],
        ["tell everybody something", "모두에게 알리기"],
    ),
    chord(
        'Q',
        Role::Admin,
        Verb::Shutdown,
        ["shut down", "서버 종료"],
        ["stop or restart the server, or call that off", "서버를 끝내거나 다시 시작하기, 취소하기"],
    ),
];

/// The lines of the help, for somebody with this role.
pub fn help(lang: Lang, role: Role) -> impl Iterator<Item = (String, &'static str)> {
    let may = CHORDS.iter().filter(move |chord| role >= chord.role);
    may.map(move |chord| (format!("Ctrl-X {}", chord.letter), lang.pick(chord.help)))
}

/// The letters for the status line, for somebody with this role; with their words, where there is room.
#[must_use]
pub fn choices(lang: Lang, role: Role, has_room: bool) -> String {
    let may = CHORDS.iter().filter(|chord| role >= chord.role);
    if !has_room {
        return may.map(|chord| chord.letter.to_string()).collect::<Vec<_>>().join(" ");
    }
    may.map(|chord| format!("{} {}", chord.letter, lang.pick(chord.word))).collect::<Vec<_>>().join(" · ")
}

impl App {
    /// Whether Ctrl-X waits for its letter.
    #[must_use]
    pub fn is_chord_pending(&self) -> bool {
        self.chord.is_some()
    }

    /// Ctrl-X: the next key is not for the draft.
    pub(super) fn begin_chord(&mut self) {
        self.chord = Some(Prefix);
        self.dirty.frame = true;
    }

    /// The key after Ctrl-X. Whatever it is, the draft does not get it.
    pub(super) fn end_chord(&mut self, key: Key) {
        self.chord = None;
        self.dirty.frame = true;
        let lang = self.lang();
        let letter = key.latin().filter(|_| !key.ctrl && !key.alt);
        let Some(letter) = letter else {
            if key.code != Code::Esc && key.code != Code::Enter {
                self.remark(lang.chord_left().to_owned(), Level::Info);
            }
            return;
        };
        match CHORDS.iter().find(|chord| chord.letter == letter) {
            Some(chord) if self.role() >= chord.role => self.begin(chord.verb),
            Some(_) => self.remark(lang.chord_not_yours().to_owned(), Level::Warning),
            None => self.remark(lang.chord_unknown(letter), Level::Warning),
        }
    }

    /// Opens the dialog for an act.
    pub(super) fn begin(&mut self, verb: Verb) {
        let verb = if verb == Verb::Shutdown && self.countdown.is_some() { Verb::CallOff } else { verb };
        if matches!(verb, Verb::Ban | Verb::Mute) {
            self.ask_bans();
        }
        let dialog = Dialog::new(verb, self.now);
        self.open(Layer::Dialog(Box::new(dialog)));
    }
}
