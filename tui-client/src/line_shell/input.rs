//! What a line of the input asks for: something to say, a command, a JSON request, or nothing that can be sent. Here lines
//! are cleaned of what only a terminal obeys, and cut where they are longer than a message may be.

use shared::text::is_safe;
use shared::{ClientMsg, Refusal, Request, RequestId};
use unicode_width::UnicodeWidthStr as _;

use crate::app::escape_sequences::strip;
use crate::app::typed_line::{is_meant_for_others, may_choose_room};
use crate::line_options::{ControlChars, FileToSend, LineOptions, LongLines, Slash, Unusable};
use crate::message_length::Limit;
use crate::terminal::lines::{InputLine, LineInput};

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Say this, or the answer to a question.
    Say(String),
    /// Say this, whatever it begins with.
    Text(String),
    /// Carry out this command, or tell what it almost is.
    Command(String),
    /// Send this file of the command line.
    File(FileToSend),
    /// Send this request. It has an id, so that its answer is known.
    Request(Request),
    /// Leave; without a word if `quiet`.
    Quit { quiet: bool },
    /// Tell that a line cannot be sent, and why.
    Unusable { number: u64, why: Unusable, chooses_room: bool },
    /// Tell that a request is none.
    NoRequest(Refusal),
    /// Leave when everything is answered.
    End,
}

/// The steps of a line. A message has at most `max` bytes.
pub(super) fn steps(input: LineInput, options: &LineOptions, max: usize) -> Vec<Step> {
    let InputLine { number, text, continues } = match input {
        LineInput::Line(line) => line,
        LineInput::Unusable { number, why, chooses_room } => {
            return vec![Step::Unusable { number, why, chooses_room }];
        }
        LineInput::End => return vec![Step::End],
    };
    if options.json && !continues && text.starts_with('{') {
        return vec![request(&text, number)];
    }
    let has_commands = !continues && options.slash == Slash::Command;
    if options.control_chars == ControlChars::Refuse && !text.chars().all(is_safe) {
        let chooses_room = has_commands && may_choose_room(&clean(&text));
        return vec![Step::Unusable { number, why: Unusable::ControlChars, chooses_room }];
    }
    let text = clean(&text);
    // A command is not cut: its end would be said aloud.
    if has_commands && is_meant_for_others(&text) {
        return vec![Step::Command(text)];
    }
    if text.len() <= max && !continues {
        return vec![if has_commands { Step::Say(text) } else { Step::Text(text) }];
    }
    if options.long_lines == LongLines::Refuse {
        return vec![Step::Unusable { number, why: Unusable::TooLong, chooses_room: false }];
    }
    // A part that looks like a command is said like the others.
    let said = |(at, part)| if at == 0 && has_commands { Step::Say(part) } else { Step::Text(part) };
    let limit = Limit { bytes: max.saturating_sub(1), lines: usize::MAX };
    limit.split(text.trim()).into_iter().enumerate().map(said).collect()
}

fn request(text: &str, number: u64) -> Step {
    let request = match Request::parse(text.as_bytes()) {
        Ok(Request { msg: ClientMsg::Quit(quit), .. }) => return Step::Quit { quiet: quit.quiet },
        Ok(request) => request,
        Err(refusal) => return Step::NoRequest(refusal),
    };
    // Without an id nobody would hear whether it was done. A pong is not answered.
    let is_answered = !matches!(request.msg, ClientMsg::Pong(_));
    let id = if is_answered { RequestId::parse(&format!("line-{number}")).ok() } else { None };
    Step::Request(Request { id: request.id.or(id), ..request })
}

/// A line without what only a terminal obeys: tabs become spaces as a terminal shows them, a backspace takes back what it
/// stands after, a carriage return is a space, colours and all other control characters go.
#[must_use]
pub fn clean(text: &str) -> String {
    if text.chars().all(is_safe) {
        return text.to_owned();
    }
    let mut cleaned = String::with_capacity(text.len());
    for c in strip(text).chars() {
        match c {
            '\t' => {
                let column = cleaned.width();
                cleaned.extend(std::iter::repeat_n(' ', 8 - column % 8));
            }
            '\r' => cleaned.push(' '),
            '\u{8}' => drop(cleaned.pop()),
            c if is_safe(c) => cleaned.push(c),
            _ => {}
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::{Step, clean, steps};
    use crate::line_options::{ControlChars, LineOptions, LongLines, Slash, Unusable};
    use crate::terminal::lines::{InputLine, LineInput};

    fn line(text: &str) -> LineInput {
        LineInput::Line(InputLine { number: 7, text: text.into(), continues: false })
    }

    #[test]
    fn what_only_a_terminal_obeys_is_taken_out() {
        for (raw, cleaned) in [
            ("a\tb", "a       b"),
            ("한글\tb", "한글    b"),
            ("\u{1b}[32mok\u{1b}[0m", "ok"),
            ("10%\r20%", "10% 20%"),
            ("B\u{8}Bold", "Bold"),
            ("bell\u{7} nul\0 \u{202e}turned\u{2028}", "bell nul turned"),
            ("👩\u{200d}🚀 stays", "👩\u{200d}🚀 stays"),
        ] {
            assert_eq!(clean(raw), cleaned);
        }
    }

    #[test]
    fn a_line_that_is_too_long_goes_in_parts_and_nothing_of_it_is_lost() {
        let options = LineOptions::default();
        let said = |steps: Vec<Step>| -> Vec<String> {
            steps
                .into_iter()
                .map(|step| {
                    if let Step::Say(text) = step {
                        text
                    } else if let Step::Text(text) = step {
                        format!("as it is: {text}")
                    } else {
                        panic!("{step:?}")
                    }
                })
                .collect()
        };
        assert_eq!(said(steps(line("one two three"), &options, 9)), ["one two", "as it is: three"]);
        assert_eq!(said(steps(line("one two /three"), &options, 9)), ["one two", "as it is: /three"]);
        let rest = LineInput::Line(InputLine { number: 7, text: "/quit".into(), continues: true });
        assert_eq!(said(steps(rest, &options, 100)), ["as it is: /quit"], "the end of a line is no command");
        let log = LineOptions { slash: Slash::Text, ..options.clone() };
        for text in ["/quit", "//x", "\\msg kim x", "one"] {
            assert_eq!(said(steps(line(text), &log, 100)), [format!("as it is: {text}")]);
        }
    }

    #[test]
    fn what_is_not_wanted_is_refused_with_its_number() {
        let strict = LineOptions {
            long_lines: LongLines::Refuse,
            control_chars: ControlChars::Refuse,
            ..LineOptions::default()
        };
        let refused = |text, max| {
            let step = steps(line(text), &strict, max).remove(0);
            let Step::Unusable { number: 7, why, chooses_room } = step else { panic!("{step:?}") };
            (why, chooses_room)
        };
        assert_eq!(refused("a\tb", 100), (Unusable::ControlChars, false));
        assert_eq!(refused("/join d\tev", 100), (Unusable::ControlChars, true));
        assert_eq!(refused("one two three", 9), (Unusable::TooLong, false));
        assert_eq!(steps(line("one two"), &strict, 9), [Step::Say("one two".into())]);
    }

    #[test]
    fn a_command_and_what_looks_like_one_is_not_cut() {
        for command in [
            "/msg kim one two three",
            " /msg kim one two three",
            "\u{3000}／msg kim one two three",
            "\\msg kim one two three",
        ] {
            assert_eq!(steps(line(command), &LineOptions::default(), 9), [Step::Command(command.into())]);
        }
    }

    #[test]
    fn a_request_is_given_an_id_and_leaving_is_a_command() {
        let json = LineOptions { json: true, ..LineOptions::default() };
        let ids = |text: &str| {
            let step = steps(line(text), &json, 100).remove(0);
            if let Step::Request(request) = step {
                request.id.map(|id| id.to_string())
            } else {
                Some(format!("{step:?}"))
            }
        };
        assert_eq!(ids(r#"{"type":"join","room":"dev"}"#).unwrap(), "line-7");
        assert_eq!(ids(r#"{"type":"join","id":"x","room":"dev"}"#).unwrap(), "x");
        assert_eq!(ids(r#"{"type":"pong"}"#), None);
        assert_eq!(ids(r#"{"type":"quit","quiet":true}"#).unwrap(), "Quit { quiet: true }");
        assert!(ids(r#"{"type":"nonsense"}"#).unwrap().starts_with("NoRequest"));
        assert_eq!(steps(line("{not json}"), &LineOptions::default(), 100), [Step::Say("{not json}".into())]);
    }
}
