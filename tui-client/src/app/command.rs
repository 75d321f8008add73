//! The slash commands as data: one table of names, aliases, arguments, help and roles, in English and Korean. It serves
//! completion and help; `run_command.rs` carries a command out by its [`CommandId`], [`suggest()`] finds what was meant by a
//! name that is none.

mod suggest;

use shared::Role;
use unicode_normalization::UnicodeNormalization as _;

use crate::lang::Lang;

/// Which command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as they are typed; the table says what each does")]
pub enum CommandId {
    Help,
    Nick,
    Me,
    Msg,
    Who,
    Whois,
    Search,
    History,
    Rooms,
    Join,
    Part,
    Topic,
    Quit,
    Quiet,
    Retry,
    Reconnect,
    Server,
    Clear,
    Admin,
    Kick,
    Ban,
    Unban,
    Mute,
    Unmute,
    Bans,
    FreeName,
    Role,
    Announce,
    Shutdown,
    Limits,
}

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
    /// The name of somebody who is banned or muted.
    Sanctioned,
}

/// One command.
#[derive(Debug)]
pub struct Command {
    /// Which it is.
    pub id: CommandId,
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
    /// Who may, at least: the others are not shown it.
    pub role: Role,
}

/// Every command.
pub static COMMANDS: &[Command] = &[
    Command {
        id: CommandId::Help,
        name: "help",
        aliases: &["도움말", "도움", "명령어", "h"],
        args: ["[COMMAND]", "[명령어]"],
        help: ["this help, or that of a command", "도움말, 또는 한 명령어의 설명"],
        takes: Takes::Command,
        role: Role::Member,
    },
    Command {
        id: CommandId::Nick,
        name: "nick",
        aliases: &["이름", "닉네임", "name"],
        args: ["NAME", "새이름"],
        help: ["be called otherwise", "이름 바꾸기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Me,
        name: "me",
        aliases: &["행동"],
        args: ["TEXT", "글"],
        help: ["say what you do", "하는 행동을 말하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Msg,
        name: "msg",
        aliases: &["귓속말", "귓", "쪽지", "dm", "w"],
        args: ["NAME [TEXT]", "이름 [글]"],
        help: ["talk to one person", "한 사람과 따로 이야기하기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Who,
        name: "who",
        aliases: &["사용자", "접속자", "names"],
        args: ["[ROOM]", "[방]"],
        help: ["who is here, or in a room", "접속한 사람 보기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Whois,
        name: "whois",
        aliases: &["누구"],
        args: ["NAME", "이름"],
        help: ["who somebody is", "어떤 사람인지 보기"],
        takes: Takes::Person,
        role: Role::Member,
    },
    Command {
        id: CommandId::Search,
        name: "search",
        aliases: &["검색", "찾기", "find"],
        args: ["[WORDS]", "[단어]"],
        help: ["search everything said, in any room", "모든 방에서 대화 검색"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::History,
        name: "history",
        aliases: &["기록", "지난메시지", "지난글"],
        args: ["[ROOM] [COUNT]", "[방] [개수]"],
        help: ["what was said before", "지난 메시지 보기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Rooms,
        name: "rooms",
        aliases: &["방목록", "방"],
        args: ["[BEGINNING]", "[이름 앞부분]"],
        help: ["which rooms there are", "어떤 방이 있는지 보기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Join,
        name: "join",
        aliases: &["입장", "들어가기", "j"],
        args: ["ROOM", "방"],
        help: ["go to a room; it is made if need be", "방에 들어가기 (없으면 만들기)"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Part,
        name: "part",
        aliases: &["퇴장", "방나가기", "leave"],
        args: ["[ROOM]", "[방]"],
        help: ["leave a room", "방에서 나가기"],
        takes: Takes::Room,
        role: Role::Member,
    },
    Command {
        id: CommandId::Topic,
        name: "topic",
        aliases: &["주제"],
        args: ["[TEXT | -]", "[글 | -]"],
        help: ["show or set the topic; - clears it", "주제 보기, 바꾸기, 지우기(-)"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Quit,
        name: "quit",
        aliases: &["종료", "나가기", "exit", "q"],
        args: ["", ""],
        help: ["leave", "나가기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Quiet,
        name: "quiet",
        aliases: &["조용히나가기"],
        args: ["", ""],
        help: ["leave without a word to the others", "다른 사람에게 알리지 않고 나가기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Retry,
        name: "retry",
        aliases: &["다시", "재전송"],
        args: ["[edit | drop]", "[고치기 | 버리기]"],
        help: [
            "send again what was refused, or edit or drop it",
            "거절된 메시지 다시 보내기, 고치기, 버리기",
        ],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Reconnect,
        name: "reconnect",
        aliases: &["재접속", "재연결"],
        args: ["", ""],
        help: ["connect now", "지금 다시 접속하기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Server,
        name: "server",
        aliases: &["서버정보", "서버"],
        args: ["", ""],
        help: ["which server this is, how others join it", "서버 정보와 초대 방법 보기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Clear,
        name: "clear",
        aliases: &["다시그리기"],
        args: ["", ""],
        help: ["draw everything again", "화면 다시 그리기"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Admin,
        name: "admin",
        aliases: &["관리자", "auth", "인증"],
        args: ["", ""],
        help: ["become admin by key, typed unseen", "키로 관리자 되기 (보이지 않게 입력)"],
        takes: Takes::Anything,
        role: Role::Member,
    },
    Command {
        id: CommandId::Kick,
        name: "kick",
        aliases: &["강퇴", "내보내기"],
        args: ["NAME [REASON]", "이름 [이유]"],
        help: ["remove somebody", "내보내기"],
        takes: Takes::Person,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Ban,
        name: "ban",
        aliases: &["차단"],
        args: ["NAME [2h] [address] [REASON]", "이름 [2시간] [주소] [이유]"],
        help: ["remove somebody and keep them out", "내보내고 다시 못 들어오게 하기"],
        takes: Takes::Person,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Unban,
        name: "unban",
        aliases: &["차단해제", "차단풀기"],
        args: ["NAME", "이름"],
        help: ["lift a ban", "차단 풀기"],
        takes: Takes::Sanctioned,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Mute,
        name: "mute",
        aliases: &["채팅금지"],
        args: ["NAME [10m] [REASON]", "이름 [10분] [이유]"],
        help: ["let somebody read but not speak", "읽기만 하고 말은 못 하게 하기"],
        takes: Takes::Person,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Unmute,
        name: "unmute",
        aliases: &["금지해제", "채팅금지해제", "채팅금지풀기"],
        args: ["NAME", "이름"],
        help: ["let somebody speak again", "다시 말할 수 있게 하기"],
        takes: Takes::Sanctioned,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Bans,
        name: "bans",
        aliases: &["차단목록"],
        args: ["", ""],
        help: ["the bans and mutes in force", "차단과 채팅 금지 목록"],
        takes: Takes::Anything,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::FreeName,
        name: "free-name",
        aliases: &["이름비우기"],
        args: ["NAME", "이름"],
        help: ["free the name of somebody who is not here", "없는 사람의 이름 비우기"],
        takes: Takes::Anything,
        role: Role::Moderator,
    },
    Command {
        id: CommandId::Role,
        name: "role",
        aliases: &["역할"],
        args: ["NAME member|moderator|admin", "이름 회원|부관리자|관리자"],
        help: ["give somebody a role", "역할 주기"],
        takes: Takes::Person,
        role: Role::Admin,
    },
    Command {
        id: CommandId::Announce,
        name: "announce",
        aliases: &["공지"],
        args: ["TEXT", "글"],
        help: ["tell everybody", "모두에게 알리기"],
        takes: Takes::Anything,
        role: Role::Admin,
    },
    Command {
        id: CommandId::Shutdown,
        name: "shutdown",
        aliases: &["서버종료"],
        args: ["[30s] [restart] [REASON] | cancel", "[30초] [재시작] [이유] | 취소"],
        help: ["stop the server; with restart it is back in a moment", "서버 끝내기 (재시작: 곧 다시 열림)"],
        takes: Takes::Anything,
        role: Role::Admin,
    },
    Command {
        id: CommandId::Limits,
        name: "limits",
        aliases: &["제한"],
        args: ["[LIMIT VALUE]", "[항목 값]"],
        help: ["see or raise the server's limits", "서버의 제한 보기, 바꾸기"],
        takes: Takes::Anything,
        role: Role::Admin,
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

    /// Its Korean name.
    #[must_use]
    pub fn korean_name(&self) -> &'static str {
        self.aliases.iter().find(|alias| !alias.is_ascii()).copied().unwrap_or(self.name)
    }

    /// Every way to call it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// The commands somebody with this role may use.
pub fn for_role(role: Role) -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().filter(move |command| role >= command.role)
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
