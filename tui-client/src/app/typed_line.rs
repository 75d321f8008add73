//! Whether a typed line is a command or something to say. A command is also one that begins with blanks nobody sees (a
//! pasted line break, U+3000, U+200B) or with a slash of another width: read as a message it would say to the room what was
//! meant for one person. Two slashes say a line that really begins with one.

use shared::text::is_invisible;
use unicode_normalization::char::is_combining_mark;

use super::command::{self, Command, CommandId};

/// The slash, its fullwidth form, and the characters that look like one: fraction, division, big, diagonal, rising.
pub const SLASHES: [char; 7] = ['/', '／', '⁄', '∕', '⧸', '╱', '⟋'];

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
        Some(command) => TypedLine::Command(command),
        None => TypedLine::Say(text),
    }
}

/// Whether a text is a command, or begins like one.
#[must_use]
pub fn is_command(text: &str) -> bool {
    matches!(read(text), TypedLine::Command(_))
}

/// Whether a line says to which room the next ones belong, or was meant to.
#[must_use]
pub fn chooses_room(text: &str) -> bool {
    let TypedLine::Command(line) = read(text) else { return false };
    command::probably(line)
        .is_some_and(|command| matches!(command.id, CommandId::Join | CommandId::Part | CommandId::Msg))
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
        TypedLine::Say(_) => None,
    })
}

/// Whether a character before a slash leaves it looking like the first one.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_invisible(c) || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::TypedLine::{Command, Say};
    use super::{command_within, read};

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
            ("//", "/"),
            ("  indented", "  indented"),
            ("1/2", "1/2"),
            ("http://a", "http://a"),
        ] {
            assert_eq!(read(line), Say(said), "{line:?}");
        }
    }

    #[test]
    fn a_command_further_down_is_found() {
        for (text, found) in [
            ("hello\n/msg bob secret", Some((2, "msg"))),
            ("a\nb\n\u{3000}／귓속말 bob", Some((3, "msg"))),
            ("see\n/usr/bin/env", None),
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
