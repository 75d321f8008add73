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
    Tail { room: RoomName, count: usize, follows: bool },
    /// Send what standard input has as a file.
    Send { room: RoomName, name: FileName },
    /// Write the file of a message to standard output.
    Get { room: RoomName, seq: Seq },
    /// Be who showed this code.
    Link { code: LinkCode },
    /// Lines in and lines out.
    Lines,
}

/// Why a command is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is not UTF-8, or its quotes do not end.
    Unreadable,
    /// No command has this name.
    Unknown(String),
    /// How this one is written.
    Usage(&'static str),
    /// A word of it cannot be; what is wrong with it.
    Word(String),
}

/// How many messages `tail` shows, where it is not said.
const TAIL: usize = 20;

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
        "who" | "사용자" => none(rest, "who", What::Who),
        "rooms" | "방목록" => none(rest, "rooms", What::Rooms),
        "plain" | "--plain" | "lines" => none(rest, "plain", What::Lines),
        "json" | "--json" => none(rest, "json", What::Lines),
        "say" | "말" => match rest {
            [room, text @ ..] => Ok(What::Say { room: self::room(room)?, text: joined(text) }),
            [] => Err(Wrong::Usage("say ROOM [TEXT…]")),
        },
        "msg" | "귓속말" => match rest {
            [name, text @ ..] => Ok(What::Msg { name: self::name(name)?, text: joined(text) }),
            [] => Err(Wrong::Usage("msg NAME [TEXT…]")),
        },
        "tail" | "보기" => tail(rest),
        "send" | "보내기" => match rest {
            [room, name] => {
                let name = FileName::parse(name).map_err(|invalid| Wrong::Word(invalid.why))?;
                Ok(What::Send { room: self::room(room)?, name })
            }
            [] | [_] | [_, _, _, ..] => Err(Wrong::Usage("send ROOM NAME < FILE")),
        },
        "get" | "받기" => match rest {
            [room, seq] => {
                let seq = seq.trim_start_matches('#').parse().ok().and_then(Seq::new);
                Ok(What::Get {
                    room: self::room(room)?,
                    seq: seq.ok_or(Wrong::Usage("get ROOM SEQ > FILE"))?,
                })
            }
            [] | [_] | [_, _, _, ..] => Err(Wrong::Usage("get ROOM SEQ > FILE")),
        },
        "link" | "기기연결" => match rest {
            [code] => {
                let code = LinkCode::parse(code).map_err(|invalid| Wrong::Word(invalid.why))?;
                Ok(What::Link { code })
            }
            [] | [_, _, ..] => Err(Wrong::Usage("link CODE")),
        },
        _ => Err(Wrong::Unknown(name.to_owned())),
    }
}

fn tail(rest: &[String]) -> Result<What, Wrong> {
    const USAGE: Wrong = Wrong::Usage("tail ROOM [N] [-f]");
    let (follows, rest) = take_anywhere(rest, "-f");
    let count = |word: &String| word.trim_start_matches('-').parse().map_err(|_| USAGE);
    match rest.as_slice() {
        [room] => Ok(What::Tail { room: self::room(room)?, count: TAIL, follows }),
        [room, number] => Ok(What::Tail { room: self::room(room)?, count: count(number)?, follows }),
        [] | [_, _, _, ..] => Err(USAGE),
    }
}

fn none(rest: &[String], usage: &'static str, what: What) -> Result<What, Wrong> {
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

fn name(word: &str) -> Result<Name, Wrong> {
    Name::parse(word.trim_start_matches('@')).map_err(|invalid| Wrong::Word(invalid.why))
}

#[cfg(test)]
mod tests {
    use super::{What, Wrong, parse};

    #[track_caller]
    fn shown(command: &str) -> String {
        parse(Some(command.as_bytes())).map_or_else(
            |wrong| match wrong {
                Wrong::Word(_) => "word".to_owned(),
                other @ (Wrong::Unreadable | Wrong::Unknown(_) | Wrong::Usage(_)) => format!("{other:?}"),
            },
            |command| {
                let what = match &command.what {
                    What::Say { room, text } => format!("say {room} {text:?}"),
                    What::Msg { name, text } => format!("msg {name} {text:?}"),
                    What::Tail { room, count, follows } => format!("tail {room} {count} {follows}"),
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
            ("send lobby a.png", "send lobby a.png"),
            ("send lobby ../../etc/passwd", "word"),
            ("get lobby 17", "get lobby 17"),
            ("get lobby x", "Usage(\"get ROOM SEQ > FILE\")"),
            ("link 7KQ2-M0XV-93HD", "link"),
            ("link nonsense", "word"),
            ("사용자", "Who"),
            ("말 lobby 안녕 하세요", "say lobby Some(\"안녕 하세요\")"),
            ("보기 lobby 3", "tail lobby 3 false"),
            ("say", "Usage(\"say ROOM [TEXT…]\")"),
            ("who else", "Usage(\"who\")"),
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
