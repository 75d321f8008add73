//! Whether a typed line is a command or something to say. A command is also one that begins with blanks nobody sees (a
//! pasted line break, U+3000, U+200B) or with a slash of another width: read as a message it would say to the room what was
//! meant for one person. Two slashes say a line that really begins with one.
//!
//! What only [looks like](almost) a command whose text is for somebody else is something to say, and asked about before.

use shared::text::is_invisible;
use unicode_normalization::char::is_combining_mark;

use super::command::{self, Command, CommandId};

/// The slash, its fullwidth form, and the characters that look like one: fraction, division, big, diagonal, rising.
pub const SLASHES: [char; 7] = ['/', '／', '⁄', '∕', '⧸', '╱', '⟋'];

/// Backslashes, and what their key types on Korean and Japanese keyboards.
const BACKSLASHES: [char; 10] = ['\\', '＼', '﹨', '∖', '⧵', '⧹', '₩', '￦', '¥', '￥'];

/// What a typed line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedLine<'a> {
    /// Something to say.
    Say(&'a str),
    /// A command, without its slash.
    Command(&'a str),
}

/// Reads a typed line.
#[must_use]
pub fn read(text: &str) -> TypedLine<'_> {
    let begun = text.trim_start_matches(is_blank);
    match begun.strip_prefix(SLASHES) {
        Some(said) if said.starts_with(SLASHES) => TypedLine::Say(said),
        Some(command) => TypedLine::Command(command.trim_start_matches(is_blank)),
        None => TypedLine::Say(text),
    }
}

/// Whether a text is a command, or begins like one.
#[must_use]
pub fn is_command(text: &str) -> bool {
    matches!(read(text), TypedLine::Command(_))
}

/// Whether a text is a command, or looks like one whose text is for somebody else: it is one thing, and no line of a message.
#[must_use]
pub fn is_meant_for_others(text: &str) -> bool {
    is_command(text) || almost(text).is_some()
}

/// Whether a line says to which room the next ones belong, or was meant to.
#[must_use]
pub fn chooses_room(text: &str) -> bool {
    let TypedLine::Command(line) = read(text) else { return false };
    command::probably(line)
        .is_some_and(|command| matches!(command.id, CommandId::Join | CommandId::Part | CommandId::Msg))
}

/// The same, or may have been meant to: a name nobody knows with something after it. A path is no such name.
#[must_use]
pub fn may_choose_room(text: &str) -> bool {
    let is_unknown = match read(text) {
        TypedLine::Command(line) => {
            let (name, rest) = command::split(line);
            command::of_line(line).is_none() && !rest.is_empty() && is_word(name)
        }
        TypedLine::Say(_) => almost(text).is_some(),
    };
    is_unknown || chooses_room(text)
}

/// The command that a message looks like, though other signs stand before it (`\msg`, `>/msg`, `. /msg`), if its text is for
/// somebody else than the room.
#[must_use]
pub fn almost(text: &str) -> Option<&'static Command> {
    let TypedLine::Say(said) = read(text) else { return None };
    let begun = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let signs = text.strip_suffix(begun)?.trim_end_matches(is_blank);
    let is_like_slash = signs.ends_with(SLASHES) || signs.ends_with(BACKSLASHES);
    // Two slashes say that it is meant.
    if said.len() < text.len() || !is_like_slash {
        return None;
    }
    let (name, rest) = command::split(begun);
    let exact = command::of_line(begun).map(|(command, _)| command);
    let found = if is_word(name) { exact.or_else(|| command::probably(begun)) } else { exact };
    found.filter(|command| is_for_others(command) && !rest.is_empty())
}

/// The same of a line with two slashes, which may have been one too many.
#[must_use]
pub fn one_slash_too_many(text: &str) -> Option<&'static Command> {
    let TypedLine::Say(said) = read(text) else { return None };
    let line = said.strip_prefix(SLASHES).filter(|_| said.len() < text.len())?;
    let line = Some(line).filter(|line| line.starts_with(char::is_alphanumeric))?;
    let (command, rest) = command::of_line(line)?;
    Some(command).filter(|command| is_for_others(command) && !rest.is_empty())
}

/// The name that stands after a command to write to one person, where the line has no slash (`msg bob hello`).
#[must_use]
pub fn addressee(text: &str) -> Option<(&'static Command, &str)> {
    let TypedLine::Say(_) = read(text) else { return None };
    let (name, rest) = command::split(text.trim_start_matches(|c: char| !c.is_alphanumeric()));
    let command = command::find(name).filter(|command| command.id == CommandId::Msg)?;
    let (person, said) = command::split(rest);
    (!said.is_empty()).then_some((command, person))
}

/// Whether what comes after a command is for one person, for another room, or secret.
fn is_for_others(command: &Command) -> bool {
    matches!(
        command.id,
        CommandId::Join | CommandId::Part | CommandId::Msg | CommandId::Admin | CommandId::IrcPassword
    )
}

fn is_word(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '-' | '_'))
}

/// The first line after the first one of a message that would be a command if it stood alone, and its number: what was
/// pasted may have been meant as two.
#[must_use]
pub fn command_within(text: &str) -> Option<(usize, &'static Command)> {
    let TypedLine::Say(said) = read(text) else { return None };
    // Two slashes say that all of it is meant.
    if said.len() < text.len() {
        return None;
    }
    (1..).zip(said.lines()).skip(1).find_map(|(number, line)| match read(line) {
        TypedLine::Command(line) => command::of_line(line).map(|(command, _)| (number, command)),
        TypedLine::Say(_) => almost(line).map(|command| (number, command)),
    })
}

/// Whether a character before a slash leaves it looking like the first one.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_invisible(c) || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::TypedLine::{Command, Say};
    use super::{addressee, almost, command_within, may_choose_room, one_slash_too_many, read};

    #[test]
    fn what_looks_like_a_command_is_one() {
        let blanks = [
            "", " ", "\t", "\n", "\r\n", "\u{a0}", "\u{3000}", "\u{200b}", "\u{feff}", "\u{2060}", "\u{3164}",
        ];
        for blank in
            blanks.into_iter().chain(["\u{2800}", "\u{ad}", " \u{200b}\n ", "\u{202e}", "\u{7f}", "\u{301}"])
        {
            for slash in ['/', '／', '⁄', '∕', '⧸', '╱', '⟋'] {
                let line = format!("{blank}{slash}msg bob secret");
                assert_eq!(read(&line), Command("msg bob secret"), "{line:?}");
            }
        }
    }

    #[test]
    fn two_slashes_say_a_line_that_begins_with_one() {
        for (line, said) in [
            ("//etc/hosts", "/etc/hosts"),
            (" //x", "/x"),
            ("/／그대로", "／그대로"),
            ("// msg", "/ msg"),
            ("//", "/"),
            ("  indented", "  indented"),
            ("1/2", "1/2"),
            ("http://a", "http://a"),
        ] {
            assert_eq!(read(line), Say(said), "{line:?}");
        }
    }

    #[test]
    fn blanks_between_the_slash_and_the_name_are_none() {
        for line in ["/ msg bob secret", "／\u{3000}msg bob secret", "/\u{200b}msg bob secret"] {
            assert_eq!(read(line), Command("msg bob secret"), "{line:?}");
        }
    }

    #[test]
    fn what_looks_like_a_command_for_others_is_found_and_nothing_else() {
        for (line, name) in [
            (r"\msg bob secret", "msg"),
            ("＼msg bob secret", "msg"),
            ("₩귓속말 민수 비밀", "msg"),
            (" \u{200b}￥msg bob secret", "msg"),
            (r"\ msg bob secret", "msg"),
            (r"\mgs bob secret", "msg"),
            (". /msg bob secret", "msg"),
            (">/msg bob secret", "msg"),
            ("> ／msg bob secret", "msg"),
            ("\"/msg bob secret\"", "msg"),
            ("“/dm bob secret", "msg"),
            ("./msg bob secret", "msg"),
            ("-/join secret", "join"),
            (r"\join secret", "join"),
            (r"'\입장 비밀", "join"),
            (r"\채팅 금지 kim", ""),
            (r"\admin open-sesame", "admin"),
            (r"|\auth open-sesame", "admin"),
            (r"\part dev", "part"),
            // What is said as it is.
            ("> quote", ""),
            ("\"quoted\" text", ""),
            (r"\o/ hooray", ""),
            (r"¯\_(ツ)_/¯ well", ""),
            (r"\o", ""),
            (r"C:\join me", ""),
            ("~/bin/msg bob", ""),
            ("./configure && make", ""),
            ("../usr/bin/env x", ""),
            ("₩5000 정도", ""),
            ("¥500 for lunch", ""),
            (r"\begin{join} x", ""),
            (r"\msg", ""),
            ("\"/msg\" tells one person", ""),
            ("use /msg bob secret", ""),
            (r"\help join", ""),
            ("/msg bob secret", ""),
            ("//msg bob secret", ""),
            ("msg bob secret", ""),
            ("", ""),
            ("///", ""),
        ] {
            assert_eq!(almost(line).map_or("", |command| command.name), name, "{line:?}");
        }
    }

    #[test]
    fn one_slash_too_many_and_one_too_few_are_found() {
        for (line, name) in [
            ("//msg bob secret", "msg"),
            (" ／/입장 비밀", "join"),
            ("//msg", ""),
            ("// join the lists", ""),
            ("//me waves", ""),
            ("//etc/hosts is there", ""),
            ("/msg bob secret", ""),
            ("msg bob secret", ""),
        ] {
            assert_eq!(one_slash_too_many(line).map_or("", |command| command.name), name, "{line:?}");
        }
        for (line, person) in [
            ("msg bob secret", "bob"),
            (".msg bob secret", "bob"),
            ("\"귓속말 민수 비밀", "민수"),
            ("msg bob", ""),
            ("message bob today", ""),
            ("join bob there", ""),
            ("/msg bob secret", ""),
        ] {
            assert_eq!(addressee(line).map_or("", |(_, person)| person), person, "{line:?}");
        }
    }

    #[test]
    fn a_name_nobody_knows_may_have_been_a_choice_of_a_room() {
        for (line, may) in [
            ("/enter secret", true),
            ("/go-to secret", true),
            ("/방이동 비밀", true),
            ("/jion secret", true),
            ("/msg bob", true),
            (r"\join secret", true),
            ("/nonsense", false),
            ("/nick kim", false),
            ("/usr/bin/env is there", false),
            ("/dev/sda1: clean", false),
            ("//enter secret", false),
            ("enter secret", false),
        ] {
            assert_eq!(may_choose_room(line), may, "{line:?}");
        }
    }

    #[test]
    fn a_command_further_down_is_found() {
        for (text, found) in [
            ("hello\n/msg bob secret", Some((2, "msg"))),
            ("a\nb\n\u{3000}／귓속말 bob", Some((3, "msg"))),
            ("see\n/usr/bin/env", None),
            ("see\n> \\msg bob secret", Some((2, "msg"))),
            ("//a\n/msg bob", None),
            ("/msg bob a\n/quit", None),
            ("hello\n//msg bob", None),
            ("hello", None),
        ] {
            let at = command_within(text).map(|(line, command)| (line, command.name));
            assert_eq!(at, found, "{text:?}");
        }
    }
}
