//! A batch of the client: several lines that are one message (`draft/multiline`). What was gathered is carried out as one `PRIVMSG`
//! with the tags of the line that began it, so labels, marks and replies mean what they do elsewhere.

use shared::Text;

use super::caps::Cap;
use super::open_batch::ClientBatch;
use super::state::State;
use crate::irc::formatting::strip;
use crate::irc::line::Line;
use crate::irc::names::is_same;
use crate::irc::split::{Assembly, AssemblyError};

/// The kind of batch there is.
const KIND: &str = "draft/multiline";
/// The tag of a line that goes on with the one before it.
const CONCAT: &str = "draft/multiline-concat";

/// What becomes of a line.
pub(crate) enum Taken {
    /// It belongs to a batch, and there is no more to do.
    Here,
    /// It is carried out: itself, or the message that a batch has become.
    Run(Line),
}

impl State {
    /// Takes a line that belongs to a batch, or begins or ends one.
    pub(crate) fn take_into_batch(&mut self, line: &Line) -> Taken {
        if !self.caps.has(Cap::Multiline) {
            return Taken::Run(line.clone());
        }
        if line.command == "BATCH" {
            return self.on_batch(line);
        }
        if let Some(name) = line.tag_value("batch") {
            self.on_batched(line, name);
            return Taken::Here;
        }
        Taken::Run(line.clone())
    }

    fn on_batch(&mut self, line: &Line) -> Taken {
        let reference = line.param(0).unwrap_or_default();
        if let Some(name) = reference.strip_prefix('-') {
            return self.end_batch(name);
        }
        let (kind, target) = (line.param(1), line.param(2));
        match (reference.strip_prefix('+'), kind, target) {
            _ if self.batch.as_ref().is_some_and(|batch| batch.text.is_some()) => {
                self.batch = None;
                self.invalid_batch("another batch was begun before this one was ended");
            }
            (Some(name), Some(KIND), Some(target)) if !name.is_empty() => {
                let (name, target) = (name.to_owned(), target.to_owned());
                let text = Some(Assembly::default());
                self.batch = Some(ClientBatch { name, begin: line.clone(), target, command: None, text });
            }
            (_, Some(KIND) | None, _) => self.invalid_batch("a batch has a name, a type and a target"),
            (_, Some(_), _) => {
                self.fail("BATCH", "UNKNOWN_TYPE", &[], "only draft/multiline is taken");
            }
        }
        Taken::Here
    }

    fn on_batched(&mut self, line: &Line, name: &str) {
        let Some(batch) = self.batch.as_mut().filter(|batch| batch.name == name) else {
            if self.batch.as_ref().is_none_or(|batch| batch.text.is_some()) {
                self.invalid_batch("there is no such batch");
            }
            return self.spoil_batch();
        };
        let Some(text) = &mut batch.text else { return };
        let command = line.command.as_str();
        let is_right = matches!(command, "PRIVMSG" | "NOTICE")
            && batch.command.as_deref().is_none_or(|begun| begun == command);
        if !is_right {
            self.spoil_batch();
            return self.invalid_batch("the lines of a batch are PRIVMSG or NOTICE, all of them alike");
        }
        let target = line.param(0).unwrap_or_default();
        if !is_same(target, &batch.target) {
            let (begun, target) = (batch.target.clone(), target.to_owned());
            self.spoil_batch();
            let why = "all lines of a batch have its target";
            return self.fail("BATCH", "MULTILINE_INVALID_TARGET", &[&begun, &target], why);
        }
        let body = line.param(1).unwrap_or_default();
        // An action is known by its first line, and has no formatting to take out but its own marks.
        let body = if body.starts_with('\u{1}') { body.to_owned() } else { strip(body) };
        let pushed = text.push(&body, line.tag_value(CONCAT).is_some());
        batch.command.get_or_insert_with(|| command.to_owned());
        let Err(wrong) = pushed else { return };
        self.spoil_batch();
        let (code, limit) = match wrong {
            AssemblyError::TooManyBytes => ("MULTILINE_MAX_BYTES", Some(Text::MAX_BYTES.to_string())),
            AssemblyError::TooManyLines => ("MULTILINE_MAX_LINES", Some(Text::MAX_LINES.to_string())),
            AssemblyError::BlankConcat => ("MULTILINE_INVALID", None),
        };
        let context: Vec<&str> = limit.as_deref().into_iter().collect();
        self.fail("BATCH", code, &context, &wrong.to_string());
    }

    fn end_batch(&mut self, name: &str) -> Taken {
        let Some(batch) = self.batch.take_if(|batch| batch.name == name) else {
            self.invalid_batch("there is no such batch");
            return Taken::Here;
        };
        let ClientBatch { begin, target, command, text, .. } = batch;
        let Some(text) = text else { return Taken::Here };
        let (Some(command), Some(text)) = (command, text.finish()) else {
            self.invalid_batch("there is nothing in the batch but empty lines");
            return Taken::Here;
        };
        Taken::Run(Line { tags: begin.tags, ..Line::new(&command, [target, text]) })
    }

    /// Passes over the rest of the batch.
    fn spoil_batch(&mut self) {
        if let Some(batch) = &mut self.batch {
            batch.text = None;
        }
    }

    fn invalid_batch(&mut self, why: &str) {
        self.fail("BATCH", "MULTILINE_INVALID", &[], why);
    }
}
