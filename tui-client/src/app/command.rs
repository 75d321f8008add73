//! The commands: one table for carrying them out, completing them and explaining them.
//! It must not know how a line is typed.

mod admin;
mod people;
mod rooms;
mod screen;

use super::App;
use crate::lang::Lang;

/// What can stand after a command, to complete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing to complete.
    Anything,
    /// Somebody's name first.
    Person,
    /// A room's name.
    Room,
    /// Another command's name.
    Command,
}

/// One command.
#[derive(Debug)]
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// What it may be called as well.
    pub aliases: &'static [&'static str],
    /// What stands after it, in English and Korean.
    pub args: [&'static str; 2],
    /// What it does, in English and Korean.
    pub help: [&'static str; 2],
    /// What can be completed after it.
    pub takes: Takes,
    /// Does it. An error is what to tell the person; the draft stays.
    pub run: fn(&mut App, &str) -> Result<(), String>,
}

/// Every command.
pub static COMMANDS: &[Command] = &[
    Command {
        name: "help",
        aliases: &["도움말", "도움", "명령어", "h"],
        args: ["[COMMAND]", "[명령어]"],
        help: ["this help, or that of a command", "도움말, 또는 한 명령어의 설명"],
        takes: Takes::Command,
        run: screen::help,
    },
    Command {
        name: "nick",
        aliases: &["이름", "닉네임", "name"],
        args: ["NAME", "이름"],
        help: ["be called otherwise", "이름 바꾸기"],
        takes: Takes::Anything,
        run: people::nick,
    },
    Command {
        name: "me",
        aliases: &["행동"],
        args: ["TEXT", "글"],
        help: ["say what you do", "하는 행동을 말하기"],
        takes: Takes::Anything,
        run: people::me,
    },
    Command {
        name: "msg",
        aliases: &["귓속말", "귓", "쪽지", "dm", "w"],
        args: ["NAME [TEXT]", "이름 [글]"],
        help: ["talk to one person", "한 사람과 따로 이야기하기"],
        takes: Takes::Person,
        run: people::msg,
    },
    Command {
        name: "who",
        aliases: &["누구", "사용자", "names"],
        args: ["[ROOM]", "[방]"],
        help: ["who is here, or in a room", "접속한 사람 보기"],
        takes: Takes::Room,
        run: people::who,
    },
    Command {
        name: "search",
        aliases: &["찾기", "검색", "find"],
        args: ["[WORDS]", "[낱말]"],
        help: ["search everything said, in any room", "모든 방에서 오간 말 찾기"],
        takes: Takes::Anything,
        run: screen::search,
    },
    Command {
        name: "join",
        aliases: &["입장", "들어가기", "j"],
        args: ["ROOM", "방"],
        help: ["go to a room; it is made if need be", "방에 들어가기 (없으면 만들기)"],
        takes: Takes::Room,
        run: rooms::join,
    },
    Command {
        name: "part",
        aliases: &["퇴장", "방나가기", "leave"],
        args: ["[ROOM]", "[방]"],
        help: ["leave a room", "방에서 나가기"],
        takes: Takes::Room,
        run: rooms::part,
    },
    Command {
        name: "topic",
        aliases: &["주제"],
        args: ["[TEXT | -]", "[글 | -]"],
        help: ["show or set the topic; - clears it", "주제 보기, 바꾸기, 지우기(-)"],
        takes: Takes::Anything,
        run: rooms::topic,
    },
    Command {
        name: "quit",
        aliases: &["종료", "나가기", "exit", "q"],
        args: ["", ""],
        help: ["leave", "끝내기"],
        takes: Takes::Anything,
        run: screen::quit,
    },
    Command {
        name: "quiet",
        aliases: &["조용히나가기"],
        args: ["", ""],
        help: ["leave without a word to the others", "다른 사람에게 알리지 않고 나가기"],
        takes: Takes::Anything,
        run: screen::quiet,
    },
    Command {
        name: "retry",
        aliases: &["다시", "재전송"],
        args: ["[edit | drop]", "[edit | drop]"],
        help: [
            "send again what was refused, or edit or drop it",
            "거절된 글 다시 보내기, 고치기(edit), 버리기(drop)",
        ],
        takes: Takes::Anything,
        run: screen::retry,
    },
    Command {
        name: "reconnect",
        aliases: &["재접속", "재연결"],
        args: ["", ""],
        help: ["connect now", "지금 다시 접속하기"],
        takes: Takes::Anything,
        run: screen::reconnect,
    },
    Command {
        name: "clear",
        aliases: &["지우기"],
        args: ["", ""],
        help: ["draw everything again", "화면 다시 그리기"],
        takes: Takes::Anything,
        run: screen::clear,
    },
    Command {
        name: "auth",
        aliases: &["인증"],
        args: ["KEY", "열쇠"],
        help: ["become admin by key", "열쇠로 관리자 되기"],
        takes: Takes::Anything,
        run: admin::auth,
    },
    Command {
        name: "kick",
        aliases: &["강퇴", "내보내기"],
        args: ["NAME [REASON]", "이름 [이유]"],
        help: ["remove somebody (moderators)", "내보내기 (운영자)"],
        takes: Takes::Person,
        run: admin::kick,
    },
    Command {
        name: "announce",
        aliases: &["공지"],
        args: ["TEXT", "글"],
        help: ["tell everybody (admins)", "모두에게 알리기 (관리자)"],
        takes: Takes::Anything,
        run: admin::announce,
    },
    Command {
        name: "shutdown",
        aliases: &["서버종료"],
        args: ["[SECONDS | cancel] [REASON]", "[초 | cancel] [이유]"],
        help: ["stop the server (admins)", "서버 끝내기 (관리자)"],
        takes: Takes::Anything,
        run: admin::shutdown,
    },
];

impl Command {
    /// The command as it is typed.
    #[must_use]
    pub fn usage(&self, lang: Lang) -> String {
        let args = lang.pick(self.args);
        let name = lang.pick([self.name, self.korean_name()]);
        if args.is_empty() { format!("/{name}") } else { format!("/{name} {args}") }
    }

    /// What Koreans call it.
    fn korean_name(&self) -> &'static str {
        self.aliases.iter().find(|alias| !alias.is_ascii()).copied().unwrap_or(self.name)
    }

    /// Every way to call it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// A command by any of its names.
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.names().any(|known| known.eq_ignore_ascii_case(name)))
}

/// Carries out a line without its slash. An error is what to tell the person.
pub(super) fn run(app: &mut App, line: &str) -> Result<(), String> {
    let (name, args) = split(line);
    match find(name) {
        Some(command) => (command.run)(app, args),
        None => Err(app.lang().unknown_command(name)),
    }
}

/// The first word, and what comes after it.
fn split(line: &str) -> (&str, &str) {
    match line.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (line, ""),
    }
}

/// What to tell when a command that needs something is given nothing.
fn usage(app: &App, name: &str) -> String {
    find(name).map_or_else(String::new, |command| app.lang().usage(&command.usage(app.lang())))
}

/// Declines a command that needs the server while there is no connection.
fn need_online(app: &App) -> Result<(), String> {
    if app.link().is_online() { Ok(()) } else { Err(app.lang().needs_connection().to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{COMMANDS, find};
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
        for (word, name) in
            [("종료", "quit"), ("조용히나가기", "quiet"), ("서버종료", "shutdown"), ("강퇴", "kick")]
        {
            assert_eq!(find(word).unwrap().name, name);
        }
        for name in ["help", "nick", "me", "msg", "join", "part", "topic", "who", "quit", "quiet"] {
            assert!(find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn usage_is_in_the_persons_language() {
        assert_eq!(find("kick").unwrap().usage(Lang::En), "/kick NAME [REASON]");
        assert_eq!(find("kick").unwrap().usage(Lang::Ko), "/강퇴 이름 [이유]");
    }
}
