//! A single setting by its name: finding it, checking a value for it as its own parser sees it, and saying what is wrong.
//! Shared by the environment and the configuration file; no setting is named here.

use std::error::Error as _;
use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Args as _, Command};

use super::Config;

/// What the variables of the environment begin with.
pub(super) const PREFIX: &str = "CHINWAGD_";

/// The settings alone: what may stand in the environment and in the file.
#[must_use]
pub fn settings() -> Command {
    Config::augment_args(bare()).mut_args(with_value)
}

/// A command without flags of its own.
pub(super) fn bare() -> Command {
    Command::new("chinwagd").disable_help_flag(true).disable_version_flag(true)
}

/// The variable of a setting: `CHINWAGD_MAX_USERS` is `max-users`.
#[must_use]
pub fn variable(key: &str) -> String {
    PREFIX.to_owned() + &key.to_uppercase().replace('-', "_")
}

/// A switch can be turned off as well: `--log-chat` is `--log-chat=true`.
#[must_use]
pub fn with_value(arg: Arg) -> Arg {
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    arg.action(ArgAction::Set)
        .value_parser(clap::value_parser!(bool))
        .num_args(0..=1)
        .require_equals(true)
        .default_value("false")
        .default_missing_value("true")
        .value_name("true|false")
        .hide_default_value(true)
        .hide_possible_values(true)
}

/// A setting with its value as a flag.
pub(super) fn flag(key: &str, value: &OsStr) -> OsString {
    let mut flag = OsString::from(format!("--{key}="));
    flag.push(value);
    flag
}

/// The setting of this name.
pub(super) fn find<'a>(settings: &'a Command, key: &str) -> Option<&'a Arg> {
    settings.get_arguments().find(|setting| setting.get_long() == Some(key))
}

/// Says what is wrong with a value, as its own parser sees it.
pub(super) fn check(settings: &Command, key: &str, value: &OsStr) -> Result<(), String> {
    let tried = settings.clone().try_get_matches_from([OsStr::new("chinwagd"), &flag(key, value)]);
    let Err(error) = tried else { return Ok(()) };
    let why = match (error.get(ContextKind::ValidValue), error.source()) {
        (Some(ContextValue::Strings(valid)), _) => format!("is one of: {}", valid.join(", ")),
        (_, Some(why)) => why.to_string(),
        _ => "this value cannot be read".to_owned(),
    };
    Err(format!("{key}: {why}"))
}

/// A setting as the file or the environment gives it.
pub(super) struct GivenSetting {
    pub(super) key: String,
    /// Its value as a flag would have it.
    pub(super) value: OsString,
    /// Where: a line, or a variable.
    pub(super) origin: String,
}

/// Says that there is no such setting, and which was meant.
pub(super) fn unknown(settings: &Command, key: &str) -> String {
    let shown = key.escape_debug();
    match nearest(settings, key) {
        Some(near) => format!("unknown setting \"{shown}\"; did you mean \"{near}\"?"),
        None => format!("unknown setting \"{shown}\"; chinwagd --help lists them all"),
    }
}

/// The same of a variable.
pub(super) fn unknown_variable(settings: &Command, name: &str, key: &str) -> String {
    let shown = name.escape_debug();
    match nearest(settings, key) {
        Some(near) => format!("{shown} is no setting; did you mean {}?", variable(&near)),
        None => format!("{shown} is no setting; chinwagd --help lists them all"),
    }
}

fn nearest(settings: &Command, key: &str) -> Option<String> {
    if find(settings, key).is_some() {
        return Some(key.to_owned());
    }
    let tried = settings.clone().try_get_matches_from(["chinwagd", &format!("--{key}")]);
    if let ContextValue::String(near) = tried.err()?.get(ContextKind::SuggestedArg)? {
        return Some(near.trim_start_matches('-').to_owned());
    }
    None
}
