//! A line of the log, and how it is written as text and as JSON: control characters are escaped, and addresses left out when
//! the settings say so.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::Serialize;
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use shared::Millis;
use shared::text::is_safe;

use crate::{clock, utc};

/// The fields that say where people are: `from`, of whoever does something, and `banned`, who is kept out. No message
/// says it. A field with such an address must have one of these names; one of the server's own has another.
const OF_PEOPLE: [&str; 2] = ["from", "banned"];

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people: time, level, message, fields.
    Text {
        /// Whether the level is coloured.
        colour: bool,
    },
    /// For standard error that is connected to the journal, which has its own time: the level as it wants it
    /// (sd-daemon(3)), message, fields.
    Journal,
    /// For programs.
    Json,
}

/// A line of the log.
#[derive(Debug)]
pub(super) struct Record {
    at: Millis,
    pub(super) level: Level,
    message: String,
    pub(super) fields: Vec<(&'static str, Value)>,
    /// Whether it says where people are.
    addresses: bool,
}

/// A line in JSON; what is read first comes first.
#[derive(Serialize)]
struct Object<'a> {
    timestamp: &'a str,
    level: &'a str,
    message: &'a str,
    fields: BTreeMap<&'a str, &'a Value>,
}

impl Record {
    pub(super) fn of(event: &Event<'_>, addresses: bool) -> Self {
        let level = *event.metadata().level();
        let mut record =
            Self { at: clock::wall(), level, message: String::new(), fields: Vec::new(), addresses };
        event.record(&mut record);
        record
    }

    /// That so many lines were lost.
    pub(super) fn of_lost(lines: u64) -> Self {
        let (fields, message) = (Vec::new(), format!("{lines} log lines were lost"));
        Self { at: clock::wall(), level: Level::WARN, message, fields, addresses: false }
    }

    /// The line, with its end. There is no control character in it, and no other end of a line.
    pub(super) fn line(&self, form: Form) -> String {
        match form {
            Form::Text { colour } => {
                let (on, off) = if colour { (paint(self.level), "\x1b[0m") } else { ("", "") };
                format!("{} {on}{:>5}{off} {}\n", utc::exact(self.at), self.level.as_str(), self.words())
            }
            Form::Journal => format!("<{}>{}\n", priority(self.level), self.words()),
            Form::Json => self.json(),
        }
    }

    /// The message and the fields, to read.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        escape(&mut words, &self.message);
        for (name, value) in &self.fields {
            words.extend([" ", name, "="]);
            let value = plain(value);
            if needs_quotes(&value) {
                quote(&mut words, &value);
            } else {
                words.push_str(&value);
            }
        }
        words
    }

    fn json(&self) -> String {
        let line = serde_json::to_string(&Object {
            timestamp: &utc::exact(self.at),
            level: &self.level.as_str().to_lowercase(),
            message: &self.message,
            fields: self.fields.iter().map(|(name, value)| (*name, value)).collect(),
        });
        // Texts and numbers can always be written.
        let line = line.unwrap_or_default();
        // What JSON leaves as it is can be more than a terminal should get; it only stands inside strings.
        let mut safe = String::new();
        for c in line.chars() {
            if is_safe(c) {
                safe.push(c);
            } else {
                c.encode_utf16(&mut [0; 2])
                    .iter()
                    .for_each(|unit| push(&mut safe, format_args!("\\u{unit:04x}")));
            }
        }
        safe + "\n"
    }

    fn note(&mut self, field: &Field, value: impl Into<Value>) {
        let name = field.name();
        if self.addresses || !OF_PEOPLE.contains(&name) {
            self.fields.push((name, value.into()));
        }
    }

    fn note_text(&mut self, field: &Field, text: String) {
        if field.name() == "message" {
            self.message = text;
        } else {
            self.note(field, text);
        }
    }
}

impl Visit for Record {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.note_text(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.note_text(field, value.to_owned());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.note(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.note(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.note(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.note(field, value);
    }
}

/// A value as it is.
pub(super) fn plain(value: &Value) -> Cow<'_, str> {
    value.as_str().map_or_else(|| value.to_string().into(), Cow::Borrowed)
}

/// The priority of syslog(3): error, warning, informational, debug.
pub(super) fn priority(level: Level) -> char {
    match level {
        Level::ERROR => '3',
        Level::WARN => '4',
        Level::INFO => '6',
        Level::DEBUG | Level::TRACE => '7',
    }
}

fn paint(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        Level::DEBUG | Level::TRACE => "\x1b[34m",
    }
}

/// Whether a reader could not tell where a value ends, or that it is one.
fn needs_quotes(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || matches!(c, '"' | '=' | '\\') || !is_safe(c);
    text.is_empty() || text.contains(odd)
}

fn quote(words: &mut String, text: &str) {
    words.push('"');
    escape(words, &text.replace('\\', "\\\\").replace('"', "\\\""));
    words.push('"');
}

/// Writes a text as it is, but for what moves a cursor, starts an escape or turns the direction.
fn escape(words: &mut String, text: &str) {
    for c in text.chars() {
        if is_safe(c) {
            words.push(c);
        } else {
            words.extend(c.escape_default());
        }
    }
}

fn push(text: &mut String, what: fmt::Arguments<'_>) {
    // A string takes everything.
    text.write_fmt(what).ok();
}
