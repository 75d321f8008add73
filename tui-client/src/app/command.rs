//! Finding a slash command: by any of its names, by what a line begins with, or what was meant by a name that is none
//! ([`suggest()`]). The commands themselves are the table in `command/table.rs`; `run_command.rs` carries one out by its
//! [`CommandId`].

mod table;

use shared::Role;
use unicode_normalization::UnicodeNormalization as _;

pub use self::table::{COMMANDS, Command, CommandId, Takes};
use crate::place::Place;
use crate::suggest;

/// The commands somebody with this role may use; without what cannot be done from elsewhere, if that is where they are.
pub fn offered(role: Role, place: &Place) -> impl Iterator<Item = &'static Command> + use<> {
    let is_elsewhere = place.is_elsewhere();
    let is_offered = move |command: &&Command| !is_elsewhere || command.id.not_here().is_none();
    COMMANDS.iter().filter(move |command| role >= command.role).filter(is_offered)
}

/// A command by any of its names, in whatever width and form the input method types it.
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    let name: String = name.nfkc().collect();
    COMMANDS.iter().find(|command| command.names().any(|known| known.eq_ignore_ascii_case(&name)))
}

/// The most words a name is typed in.
const NAME_WORDS: usize = 3;

/// The command of a line, and what comes after its name. A name may be typed with spaces between its words: `/차단 해제` lifts
/// a ban, and bans nobody called 해제. In Latin letters one that is a command by itself stays that: `/w ho` talks to ho.
#[must_use]
pub fn of_line(line: &str) -> Option<(&'static Command, &str)> {
    let (mut name, mut rest) = split(line);
    let mut found = find(name).map(|command| (command, rest));
    let mut joined = name.to_owned();
    for _ in 1..NAME_WORDS {
        (name, rest) = split(rest);
        if name.is_empty() {
            break;
        }
        joined += name;
        if let Some(command) = find(&joined).filter(|_| found.is_none() || !joined.is_ascii()) {
            found = Some((command, rest));
        }
    }
    found
}

/// The same, or the command that was probably meant by a name that is none.
#[must_use]
pub fn probably(line: &str) -> Option<&'static Command> {
    let suggested = || suggest(split(line).0).and_then(find);
    of_line(line).map(|(command, _)| command).or_else(suggested)
}

/// The name that was probably meant by one that is none.
#[must_use]
pub fn suggest(name: &str) -> Option<&'static str> {
    suggest::nearest(name, COMMANDS.iter().flat_map(Command::names))
}

/// The first word, and what comes after it.
#[must_use]
pub fn split(line: &str) -> (&str, &str) {
    match line.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (line, ""),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{COMMANDS, find, of_line, suggest};
    use crate::lang::Lang;

    #[test]
    fn no_word_means_two_commands() {
        let mut seen = HashSet::new();
        for command in COMMANDS {
            for name in command.names() {
                assert!(seen.insert(name), "{name} is there twice");
            }
        }
    }

    #[test]
    fn the_words_of_the_old_programs_are_understood() {
        for (word, name) in [
            ("종료", "quit"),
            ("조용히나가기", "quiet"),
            ("서버종료", "shutdown"),
            ("강퇴", "kick"),
            ("차단해제", "unban"),
            ("누구", "whois"),
            ("인증", "admin"),
            ("auth", "admin"),
        ] {
            assert_eq!(find(word).unwrap().name, name);
        }
        // As a Mac and a fullwidth input method type them.
        assert_eq!(
            (find("\u{110c}\u{1169}\u{11bc}\u{1105}\u{116d}").unwrap().name, find("ｍｓｇ").unwrap().name),
            ("quit", "msg")
        );
        for name in ["help", "nick", "me", "msg", "join", "part", "topic", "who", "quit", "quiet"] {
            assert!(find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_name_may_be_typed_with_spaces() {
        for (line, name, args) in [
            ("다시 그리기", "clear", ""),
            ("다시 고치기", "retry", "고치기"),
            ("차단 해제 kim", "unban", "kim"),
            ("차단 kim 2시간", "ban", "kim 2시간"),
            ("차단 목록", "bans", ""),
            ("채팅 금지 kim 10분 해제", "mute", "kim 10분 해제"),
            ("채팅 금지 해제 kim", "unmute", "kim"),
            ("서버 종료 30초", "shutdown", "30초"),
            ("서버", "server", ""),
            ("방 나가기", "part", ""),
            ("조용히  나가기", "quiet", ""),
            ("shut down 30s", "shutdown", "30s"),
            ("w ho hello", "msg", "ho hello"),
            ("me an idea", "me", "an idea"),
            ("j oin", "join", "oin"),
        ] {
            let found = of_line(line).map(|(command, args)| (command.name, args));
            assert_eq!(found, Some((name, args)), "{line}");
        }
        assert!(of_line("no such thing at all").is_none());
        assert!(of_line("").is_none());
    }

    #[test]
    fn usage_is_in_the_persons_language() {
        assert_eq!(find("kick").unwrap().usage(Lang::En), "/kick NAME [REASON]");
        assert_eq!(find("kick").unwrap().usage(Lang::Ko), "/강퇴 이름 [이유]");
    }

    #[test]
    fn the_command_that_was_meant_is_suggested() {
        for (typed, meant) in [
            ("quti", Some("quit")),
            ("QIUT", Some("quit")),
            ("jion", Some("join")),
            ("serch", Some("search")),
            ("sea", Some("search")),
            ("anounce", Some("announce")),
            ("amdin", Some("admin")),
            ("msg\u{200b}", Some("msg")),
            ("종로", Some("종료")),
            ("귀속말", Some("귓속말")),
            ("입쟝", Some("입장")),
            ("벼ㅑㅅ", Some("quit")),
            ("whdfy", Some("종료")),
            ("etc", None),
            ("home/kim", None),
            ("x", None),
            ("", None),
            ("그런명령", None),
        ] {
            assert_eq!(suggest(typed), meant, "{typed}");
        }
    }
}
