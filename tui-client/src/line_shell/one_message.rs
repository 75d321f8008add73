//! The whole input as one message (`--one-message`): its lines are gathered until it ends. None of them is a command. What is
//! longer than a message may be goes in several, cut at the ends of lines, or is not sent, as `--long-lines` says.

use super::input::{Step, clean};
use crate::line_options::{ControlChars, LineOptions, LongLines, Unusable};
use crate::message_length::{Length, Limit, Unit};
use crate::terminal::lines::{InputLine, LineInput};
use shared::text::is_safe;

/// So many bytes are gathered at most; of an input that is longer nothing is sent.
const MOST: usize = 256 * 1024;

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct OneMessage {
    text: String,
    /// Its bytes, and those that were not gathered any more.
    bytes: usize,
    has_lines: bool,
}

impl OneMessage {
    /// Whether something was read that is not a step yet.
    pub(super) fn is_waiting(&self) -> bool {
        self.has_lines
    }

    /// Takes what was read. Says what is to be done.
    pub(super) fn take(&mut self, input: LineInput, options: &LineOptions, limit: Limit) -> Vec<Step> {
        let InputLine { number, text, continues } = match input {
            LineInput::Line(line) => line,
            LineInput::Unusable { number, why, .. } => {
                return vec![Step::Unusable { number, why, chooses_room: false }];
            }
            LineInput::End => return self.end(options, limit),
        };
        if options.control_chars == ControlChars::Refuse && !text.chars().all(is_safe) {
            let why = Unusable::ControlChars;
            return vec![Step::Unusable { number, why, chooses_room: false }];
        }
        let line = clean(&text);
        let separator = if self.has_lines && !continues { "\n" } else { "" };
        self.has_lines = true;
        self.bytes += separator.len() + line.len();
        if self.bytes <= MOST {
            self.text += separator;
            self.text += &line;
        } else {
            self.text = String::new();
        }
        Vec::new()
    }

    fn end(&mut self, options: &LineOptions, limit: Limit) -> Vec<Step> {
        let Self { text, bytes, .. } = std::mem::take(self);
        let is_refused = options.long_lines == LongLines::Refuse;
        let most = Length { used: bytes, limit: MOST, unit: Unit::Bytes };
        let measured = limit.measure(&text);
        let too_long = [(most, true), (measured, is_refused)];
        if let Some((length, _)) = too_long.into_iter().find(|(length, counts)| *counts && length.over() > 0)
        {
            let why = Unusable::MessageTooLong(length);
            return vec![Step::Unusable { number: 0, why, chooses_room: false }, Step::End];
        }
        limit.split(&text).into_iter().map(Step::Text).chain([Step::End]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, OneMessage};
    use crate::line_options::{ControlChars, LineOptions, LongLines, Unusable};
    use crate::line_shell::input::Step;
    use crate::message_length::Limit;
    use crate::terminal::lines::{InputLine, LineInput};

    const LIMIT: Limit = Limit { bytes: 20, lines: 3 };

    fn line(text: &str, continues: bool) -> LineInput {
        LineInput::Line(InputLine { number: 1, text: text.into(), continues })
    }

    /// The steps that follow from these lines.
    fn steps(lines: &[&str], options: &LineOptions) -> Vec<Step> {
        let mut message = OneMessage::default();
        let inputs = lines.iter().map(|text| line(text, false)).chain([LineInput::End]);
        inputs.flat_map(|input| message.take(input, options, LIMIT)).collect()
    }

    fn text(text: &str) -> Step {
        Step::Text(text.into())
    }

    #[test]
    fn lines_are_one_message_and_none_is_a_command() {
        let options = LineOptions::default();
        assert_eq!(steps(&["/quit", "", "\tb"], &options), [text("/quit\n\n        b"), Step::End]);
        assert_eq!(steps(&[], &options), [Step::End]);
        assert_eq!(steps(&["", " "], &options), [Step::End]);
        let mut message = OneMessage::default();
        for (part, continues) in [("one", false), (" and", true), ("two", false)] {
            assert!(message.take(line(part, continues), &options, LIMIT).is_empty() && message.is_waiting());
        }
        assert_eq!(message.take(LineInput::End, &options, LIMIT), [text("one and\ntwo"), Step::End]);
        assert!(!message.is_waiting());
    }

    #[test]
    fn what_is_too_long_goes_in_parts_or_not_at_all() {
        let options = LineOptions::default();
        let parts = [text("1\n2\n3"), text("4\n5"), Step::End];
        assert_eq!(steps(&["1", "2", "3", "4", "5"], &options), parts);
        let strict = LineOptions { long_lines: LongLines::Refuse, ..options.clone() };
        let refused = steps(&["1", "2", "3", "4", "5"], &strict);
        let why = |steps: &[Step]| match steps {
            [Step::Unusable { why: Unusable::MessageTooLong(length), .. }, Step::End] => length.over(),
            other => panic!("{other:?}"),
        };
        assert_eq!(why(&refused), 2);
        assert_eq!(steps(&["1", "2"], &strict), [text("1\n2"), Step::End]);
        let endless = vec!["x".repeat(1023); MOST / 1024 + 1];
        let endless: Vec<&str> = endless.iter().map(String::as_str).collect();
        assert_eq!(why(&steps(&endless, &options)), 1023);
    }

    #[test]
    fn a_line_that_is_none_is_told_and_left_out() {
        let strict = LineOptions { control_chars: ControlChars::Refuse, ..LineOptions::default() };
        let told = Step::Unusable { number: 1, why: Unusable::ControlChars, chooses_room: false };
        assert_eq!(steps(&["a", "b\tc", "d"], &strict), [told, text("a\nd"), Step::End]);
    }
}
