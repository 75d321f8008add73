//! Aliases: names of one's own for commands, with what stands after them (`[aliases]` of the configuration file).

use super::command;
use super::typed_line::{self, TypedLine};
use crate::settings::file::{Problem, What};
use crate::settings::section::Section;

/// The command that a typed line stands for, where it begins with an alias.
#[must_use]
pub fn expand(line: &str, aliases: &Section) -> Option<String> {
    let TypedLine::Command(command) = typed_line::read(line) else { return None };
    let (name, rest) = command::split(command);
    let entry = aliases.0.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
    let words = entry.value.iter().map(|text| text.trim_start_matches('/')).chain([rest]);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    Some(format!("/{}", words.join(" ")))
}

/// What is wrong with the aliases of the settings.
#[must_use]
pub fn check(aliases: &Section) -> Vec<Problem> {
    let wrong = aliases.0.iter().filter_map(|entry| {
        let line = entry.value.join(" ");
        let line = line.trim_start_matches('/');
        let what = if command::find(&entry.name).is_some() {
            What::AliasIsCommand(entry.name.clone())
        } else if command::of_line(line).is_none() {
            What::AliasOfNothing(line.to_owned(), command::suggest(command::split(line).0))
        } else {
            return None;
        };
        Some(Problem { line: entry.line, what })
    });
    wrong.collect()
}
