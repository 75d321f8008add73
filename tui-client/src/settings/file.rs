//! Reading the configuration file: TOML whose keys are those of the table. Everything that is wrong in it is found in one
//! go, each with its line.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::section::Entry;
use super::sections::{self, SECTIONS};
use super::table::{SETTINGS, Settings, find};
use super::value::{Allowed, Servers};
use crate::suggest::nearest;

/// Something that is wrong in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: What,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is no TOML; what the parser said.
    NotToml(String),
    /// There is no such setting; perhaps another one was meant.
    UnknownKey {
        /// The key.
        key: String,
        /// The one that was probably meant.
        meant: Option<&'static str>,
    },
    /// A setting cannot be this.
    BadValue {
        /// Its key.
        key: &'static str,
        /// What it may be.
        allowed: Allowed,
    },
    /// A name in a table has no text and no list of texts.
    NoText(String),
    /// There is no such action; perhaps another one was meant.
    UnknownAction(String, Option<&'static str>),
    /// That is no key.
    NoKey(String),
    /// That key types a character that an action cannot take away.
    TypesText(String),
    /// A key has two actions: the line of the other one.
    KeyTwice(String, usize),
    /// An alias has the name of a command.
    AliasIsCommand(String),
    /// An alias is for a command that does not exist; perhaps another one was meant.
    AliasOfNothing(String, Option<&'static str>),
    /// There is no such hook.
    UnknownHook(String),
    /// They are more than so many bytes together.
    TooLong(usize),
    /// A hook runs nothing.
    EmptyHook(String),
}

/// Reads the text of a file: what of it can be read, and what is wrong. The names in its sections are those of others to check.
#[must_use]
pub fn read(text: &str) -> (Settings, Vec<Problem>) {
    let (mut settings, mut problems) = (Settings::default(), Vec::new());
    let table = match parse(text) {
        Ok(table) => table,
        Err(problem) => return (settings, vec![problem]),
    };
    for (key, value) in &table {
        let mut problem = |span, what| problems.push(Problem { line: line_of(text, span), what });
        if let (Some(section), DeValue::Table(table)) = (sections::find(key.get_ref()), value.get_ref()) {
            for (name, value) in table {
                let line = line_of(text, name.span());
                match texts(value.get_ref()) {
                    Some(value) => {
                        let entry = Entry { name: name.get_ref().to_string(), value, line };
                        (section.get_mut)(&mut settings).0.push(entry);
                    }
                    None => problem(value.span(), What::NoText(name.get_ref().to_string())),
                }
            }
            continue;
        }
        let Some(setting) = find(key.get_ref()).filter(|setting| setting.key == key.get_ref()) else {
            problem(key.span(), unknown(key.get_ref()));
            continue;
        };
        if !plain_text(value.get_ref(), &(setting.allowed)())
            .is_some_and(|value| (setting.set)(&mut settings, &value))
        {
            problem(value.span(), What::BadValue { key: setting.key, allowed: (setting.allowed)() });
        }
    }
    (settings, problems)
}

/// Parses TOML.
pub(super) fn parse(text: &str) -> Result<DeTable<'_>, Problem> {
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(|error| {
        let why = error.message().lines().collect::<Vec<_>>().join(", ");
        Problem { line: line_of(text, error.span().unwrap_or_default()), what: What::NotToml(why) }
    })
}

/// The texts of a name in a table.
fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(text) => Some(vec![text.to_string()]),
        DeValue::Array(parts) => {
            parts.iter().map(|part| part.get_ref().as_str().map(ToOwned::to_owned)).collect()
        }
        DeValue::Integer(_)
        | DeValue::Boolean(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Table(_) => None,
    }
}

/// That there is no such setting.
#[must_use]
pub fn unknown(key: &str) -> What {
    let meant = nearest(
        key,
        SETTINGS.iter().map(|setting| setting.key).chain(SECTIONS.iter().map(|section| section.key)),
    );
    What::UnknownKey { key: key.to_owned(), meant }
}

/// A value as a person writes it: the type of the setting reads it. The parts of a list may have commas where each is a server
/// with its addresses.
fn plain_text(value: &DeValue<'_>, allowed: &Allowed) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Boolean(is_so) => is_so.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Array(parts) => {
            let parts = parts.iter().map(|part| plain_text(part.get_ref(), allowed));
            let parts = parts.collect::<Option<Vec<_>>>()?;
            if *allowed == Allowed::Servers {
                parts.join(&Servers::END.to_string()) + &Servers::END.to_string()
            } else {
                parts.join(",")
            }
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

fn line_of(text: &str, span: Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|&byte| byte == b'\n').count()
}
