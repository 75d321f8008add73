//! The chords, Ctrl-X and a letter, by which moderators and admins begin an action: one table for the keyboard, the status
//! line and the help. `key_input.rs` takes the letter.

use shared::Role;

use crate::admin_action::AdminAction;
use crate::lang::Lang;

/// A line of the table.
#[derive(Debug)]
pub struct Chord {
    letter: char,
    /// Who may, at least.
    pub role: Role,
    /// What it begins.
    pub action: AdminAction,
    /// A word for the status line, in English and Korean.
    word: [&'static str; 2],
    /// What the help says, in English and Korean.
    help: [&'static str; 2],
}

const fn chord(
    letter: char,
    role: Role,
    action: AdminAction,
    word: [&'static str; 2],
    help: [&'static str; 2],
) -> Chord {
    Chord { letter, role, action, word, help }
}

/// Every chord.
static CHORDS: [Chord; 5] = [
    chord('k', Role::Moderator, AdminAction::Kick, ["kick", "강퇴"], ["kick somebody", "내보내기"]),
    chord(
        'b',
        Role::Moderator,
        AdminAction::Ban,
        ["ban", "차단"],
        ["ban somebody, or lift a ban", "차단하거나 풀기"],
    ),
    chord(
        'm',
        Role::Moderator,
        AdminAction::Mute,
        ["mute", "채팅 금지"],
        ["mute somebody, or let them speak again", "채팅을 금지하거나 풀기"],
    ),
    chord(
        'a',
        Role::Admin,
        AdminAction::Announce,
        ["announce", "공지"],
        ["tell everybody something", "모두에게 알리기"],
    ),
    chord(
        'Q',
        Role::Admin,
        AdminAction::Shutdown,
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

/// The chord of a letter.
#[must_use]
pub fn find(letter: char) -> Option<&'static Chord> {
    CHORDS.iter().find(|chord| chord.letter == letter)
}
