//! A command's words: split like a shell does, without one, and read as one of the commands there are.

use shared::{FileName, LinkCode, Name, RoomName, Seq};

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Command {
    pub(super) what: What,
    /// Whether JSON goes out.
    pub(super) json: bool,
}

/// The commands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// Tell what there is.
    Help,
    /// Who is here.
    Who,
    /// The rooms.
    Rooms,
    /// Say something in a room; what standard input has, without a text.
    Say { room: RoomName, text: Option<String> },
    /// Say something to one person.
    Msg { name: Name, text: Option<String> },
    /// What was said last in a room, and what is said from now on.
    Tail { of: Of, count: usize, follows: bool },
    /// Send what standard input has as a file.
    Send { room: RoomName, name: FileName },
    /// Write the file of a message to standard output.
    Get { room: RoomName, seq: Seq },
    /// Be who showed this code.
    Link { code: LinkCode },
    /// Lines in and lines out.
    Lines,
}

/// What was said where.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Of {
    Room(RoomName),
    /// With one person.
    Person(Name),
}

/// How a command is written, in English and Korean. What is typed as it stands is the command's name, of which there are two.
pub(super) type Usage = [&'static str; 2];

const WHO: Usage = ["who", "사용자"];
const ROOMS: Usage = ["rooms", "방목록"];
const PLAIN: Usage = ["plain", "plain"];
const JSON: Usage = ["json", "json"];
const SAY: Usage = ["say ROOM [TEXT…]", "말 방 [글…]"];
const MSG: Usage = ["msg NAME [TEXT…]", "귓속말 이름 [글…]"];
const TAIL: Usage = ["tail ROOM|@NAME [N] [-f]", "보기 방|@이름 [개수] [-f]"];
const SEND: Usage = ["send ROOM NAME < FILE", "보내기 방 파일이름 < 파일"];
const GET: Usage = ["get ROOM SEQ > FILE", "받기 방 번호 > 파일"];
const LINK: Usage = ["link CODE", "기기연결 코드"];

/// Why a command is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is not UTF-8, or its quotes do not end.
    Unreadable,
    /// No command has this name.
    Unknown(String),
    /// How this one is written.
    Usage(Usage),
    /// A word of it cannot be; what is wrong with it.
    Word(String),
}

/// How many messages `tail` shows, where it is not said.
const TAIL_COUNT: usize = 20;

/// Reads a command. Nothing at all means lines.
pub(super) fn parse(command: Option<&[u8]>) -> Result<Command, Wrong> {
    let Some(command) = command else { return Ok(Command { what: What::Lines, json: false }) };
    let text = std::str::from_utf8(command).map_err(|_| Wrong::Unreadable)?;
    let words = shell_words::split(text).map_err(|_| Wrong::Unreadable)?;
    let Some((name, rest)) = words.split_first() else {
        return Ok(Command { what: What::Help, json: false });
    };
    // What is said may have any words; an option stands before it.
    let (json_first, rest) = take(rest, "--json");
    let is_speech = matches!(name.as_str(), "say" | "말" | "msg" | "귓속말");
    let (json_last, rest) = if is_speech { (false, rest) } else { take_anywhere(&rest, "--json") };
    let what = what(name, &rest)?;
    // `json` is `lines` with JSON.
    let json = json_first || json_last || matches!(name.as_str(), "json" | "--json");
    Ok(Command { what, json })
}

fn what(name: &str, rest: &[String]) -> Result<What, Wrong> {
    match name {
        "help" | "--help" | "-h" | "?" | "도움말" => Ok(What::Help),
        "who" | "사용자" => none(rest, WHO, What::Who),
        "rooms" | "방목록" => none(rest, ROOMS, What::Rooms),
        "plain" | "--plain" | "lines" => none(rest, PLAIN, What::Lines),
        "json" | "--json" => none(rest, JSON, What::Lines),
        "say" | "말" => match rest {
            [room, text @ ..] => Ok(What::Say { room: self::room(room)?, text: joined(text) }),
            [] => Err(Wrong::Usage(SAY)),
        },
        "msg" | "귓속말" => match rest {
            [name, text @ ..] => Ok(What::Msg { name: self::name(name)?, text: joined(text) }),
            [] => Err(Wrong::Usage(MSG)),
        },
        "tail" | "보기" => tail(rest),
        "send" | "보내기" => match rest {
            [room, name] => {
                let name = FileName::parse(name).map_err(|invalid| Wrong::Word(invalid.why))?;
                Ok(What::Send { room: self::room(room)?, name })
            }
            [] | [_] | [_, _, _, ..] => Err(Wrong::Usage(SEND)),
        },
        "get" | "받기" => match rest {
            [room, seq] => {
                let seq = seq.trim_start_matches('#').parse().ok().and_then(Seq::new);
                Ok(What::Get { room: self::room(room)?, seq: seq.ok_or(Wrong::Usage(GET))? })
            }
            [] | [_] | [_, _, _, ..] => Err(Wrong::Usage(GET)),
        },
        "link" | "기기연결" => match rest {
            [code] => {
                let code = LinkCode::parse(code).map_err(|invalid| Wrong::Word(invalid.why))?;
                Ok(What::Link { code })
            }
            [] | [_, _, ..] => Err(Wrong::Usage(LINK)),
        },
        _ => Err(Wrong::Unknown(name.to_owned())),
    }
}

fn tail(rest: &[String]) -> Result<What, Wrong> {
    let (follows, rest) = take_anywhere(rest, "-f");
    let count = |word: &String| word.trim_start_matches('-').parse().map_err(|_| Wrong::Usage(TAIL));
    match rest.as_slice() {
        [room] => Ok(What::Tail { of: of(room)?, count: TAIL_COUNT, follows }),
        [room, number] => Ok(What::Tail { of: of(room)?, count: count(number)?, follows }),
        [] | [_, _, _, ..] => Err(Wrong::Usage(TAIL)),
    }
}

fn none(rest: &[String], usage: Usage, what: What) -> Result<What, Wrong> {
    if rest.is_empty() { Ok(what) } else { Err(Wrong::Usage(usage)) }
}

/// Whether the first word is this option; the words without it.
fn take(words: &[String], option: &str) -> (bool, Vec<String>) {
    match words.split_first() {
        Some((first, rest)) if first == option => (true, rest.to_vec()),
        Some(_) | None => (false, words.to_vec()),
    }
}

fn take_anywhere(words: &[String], option: &str) -> (bool, Vec<String>) {
    let rest: Vec<String> = words.iter().filter(|word| *word != option).cloned().collect();
    (rest.len() < words.len(), rest)
}

fn joined(words: &[String]) -> Option<String> {
    if words.is_empty() { None } else { Some(words.join(" ")) }
}

fn room(word: &str) -> Result<RoomName, Wrong> {
    RoomName::parse(word.trim_start_matches('#')).map_err(|invalid| Wrong::Word(invalid.why))
}

/// A room, or with an `@` a person; `@A:B` is the room of a conversation by its uids.
fn of(word: &str) -> Result<Of, Wrong> {
    match word.strip_prefix('@') {
        Some(person) if !person.contains(':') => name(person).map(Of::Person),
        Some(_) | None => room(word).map(Of::Room),
    }
}

fn name(word: &str) -> Result<Name, Wrong> {
    Name::parse(word.trim_start_matches('@')).map_err(|invalid| Wrong::Word(invalid.why))
}

#[cfg(test)]
mod tests {
    use super::{Of, What, Wrong, parse};

    #[track_caller]
    fn shown(command: &str) -> String {
        parse(Some(command.as_bytes())).map_or_else(
            |wrong| match wrong {
                Wrong::Word(_) => "word".to_owned(),
                Wrong::Usage([english, _]) => format!("usage {english}"),
                other @ (Wrong::Unreadable | Wrong::Unknown(_)) => format!("{other:?}"),
            },
            |command| {
                let what = match &command.what {
                    What::Say { room, text } => format!("say {room} {text:?}"),
                    What::Msg { name, text } => format!("msg {name} {text:?}"),
                    What::Tail { of: Of::Room(room), count, follows } => {
                        format!("tail {room} {count} {follows}")
                    }
                    What::Tail { of: Of::Person(name), count, follows } => {
                        format!("tail @{name} {count} {follows}")
                    }
                    What::Send { room, name } => format!("send {room} {}", name.as_str()),
                    What::Get { room, seq } => format!("get {room} {seq}"),
                    What::Link { .. } => "link".to_owned(),
                    other @ (What::Help | What::Who | What::Rooms | What::Lines) => format!("{other:?}"),
                };
                format!("{what}{}", if command.json { " json" } else { "" })
            },
        )
    }

    #[test]
    fn a_command_is_read_as_a_shell_would_split_it() {
        for (command, expected) in [
            ("", "Help"),
            ("help", "Help"),
            ("who --json", "Who json"),
            ("rooms", "Rooms"),
            ("json", "Lines json"),
            ("--plain", "Lines"),
            ("say lobby", "say lobby None"),
            ("say '#lobby' hi  there", "say lobby Some(\"hi there\")"),
            ("say lobby 'hi  there' \"it's\"", "say lobby Some(\"hi  there it's\")"),
            ("say --json lobby hi", "say lobby Some(\"hi\") json"),
            ("say lobby use --json", "say lobby Some(\"use --json\")"),
            (
                "say lobby $(rm -rf /) `id`; cat /etc/passwd | sh",
                "say lobby Some(\"$(rm -rf /) `id`; cat /etc/passwd | sh\")",
            ),
            ("msg @kim hi", "msg kim Some(\"hi\")"),
            ("tail lobby", "tail lobby 20 false"),
            ("tail lobby -5 -f", "tail lobby 5 true"),
            ("tail -f lobby 7 --json", "tail lobby 7 true json"),
            ("tail @kim -3", "tail @kim 3 false"),
            ("tail @1:2", "tail @1:2 20 false"),
            ("tail", "usage tail ROOM|@NAME [N] [-f]"),
            ("send lobby a.png", "send lobby a.png"),
            ("send lobby ../../etc/passwd", "word"),
            ("get lobby 17", "get lobby 17"),
            ("get lobby x", "usage get ROOM SEQ > FILE"),
            ("link 7KQ2-M0XV-93HD", "link"),
            ("link nonsense", "word"),
            ("사용자", "Who"),
            ("말 lobby 안녕 하세요", "say lobby Some(\"안녕 하세요\")"),
            ("보기 lobby 3", "tail lobby 3 false"),
            ("say", "usage say ROOM [TEXT…]"),
            ("who else", "usage who"),
            ("say 'a b' hi", "word"),
            ("rm -rf /", "Unknown(\"rm\")"),
            ("sftp", "Unknown(\"sftp\")"),
            ("say lobby 'hi", "Unreadable"),
        ] {
            assert_eq!(shown(command), expected, "{command}");
        }
        assert_eq!(parse(Some(b"say lobby \xff")), Err(Wrong::Unreadable));
        assert!(matches!(parse(None), Ok(command) if command.what == What::Lines && !command.json));
    }
}
