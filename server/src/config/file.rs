//! The configuration file: flat TOML whose keys are the long flags. No setting is named here: the definition
//! of its flag says which type of value it takes.

use std::any::TypeId;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::{Arg, ArgAction, Command};
use toml::de::{DeArray, DeTable, DeValue};

use super::setting::{self, GivenSetting};
use crate::small_file;

/// The settings a file gives, each checked by itself.
///
/// Every error starts with the file and the line.
pub(super) fn read(path: &Path, settings: &Command) -> Result<Vec<GivenSetting>> {
    let text = small_file::read_text(path).with_context(|| format!("cannot read {}", path.display()))?;
    let origin = |offset: usize| format!("{}:{}", path.display(), line_of(&text, offset));
    let at = |offset: usize, why: String| anyhow!("{}: {why}", origin(offset));
    let table = DeTable::parse(&text).map_err(|error| {
        let why = error.message().lines().collect::<Vec<_>>().join(", ");
        at(error.span().map_or(0, |span| span.start), why)
    })?;
    let mut lines: Vec<_> = table.get_ref().iter().collect();
    lines.sort_by_key(|(key, _)| key.span().start);
    let mut given = Vec::new();
    for (key, value) in lines {
        let taken = take(path, settings, key.get_ref(), value.get_ref());
        if let Some(value) = taken.map_err(|why| at(key.span().start, why))? {
            given.push(GivenSetting {
                key: key.get_ref().to_string(),
                value,
                origin: origin(key.span().start),
            });
        }
    }
    Ok(given)
}

/// One line's value, or nothing when it leaves the setting as it would be without the line.
fn take(path: &Path, settings: &Command, key: &str, value: &DeValue<'_>) -> Result<Option<OsString>, String> {
    let Some(setting) = setting::find(settings, key) else {
        return Err(if value.is_table() {
            format!("there are no sections; leave [{}] out", key.escape_debug())
        } else {
            setting::unknown(settings, key)
        });
    };
    let value = text_of(setting, key, value)?;
    if value.is_empty() && setting.get_default_values().is_empty() {
        return Ok(None);
    }
    let value = if is(setting, &[TypeId::of::<PathBuf>()]) {
        // Beside the file, wherever the server is started from.
        path.parent().unwrap_or(Path::new("")).join(value).into_os_string()
    } else {
        value.into()
    };
    setting::check(settings, key, &value)?;
    Ok(Some(value))
}

/// The value as a flag would have it, if the setting takes one of this type.
fn text_of(setting: &Arg, key: &str, value: &DeValue<'_>) -> Result<String, String> {
    let numbers = [TypeId::of::<u64>(), TypeId::of::<u32>(), TypeId::of::<u16>(), TypeId::of::<usize>()];
    if is(setting, &[TypeId::of::<bool>()]) {
        let value = value.as_bool().map(|value| value.to_string());
        return value.ok_or_else(|| format!("{key} is true or false, without quotes"));
    }
    if is(setting, &numbers) {
        let number = value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        return number
            .map(|n| n.to_string())
            .ok_or_else(|| format!("{key} is a whole number, without quotes"));
    }
    if takes_several(setting) {
        let texts = |list: &DeArray<'_>| -> Option<Vec<String>> {
            list.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
        };
        let several = value.as_str().map(str::to_owned).or_else(|| Some(texts(value.as_array()?)?.join(",")));
        return several.ok_or_else(|| format!("{key} is a text in quotes, or a list of them"));
    }
    value.as_str().map(str::to_owned).ok_or_else(|| format!("{key} is a text, in quotes"))
}

fn takes_several(setting: &Arg) -> bool {
    matches!(setting.get_action(), ArgAction::Append)
}

fn is(setting: &Arg, types: &[TypeId]) -> bool {
    types.iter().any(|of| setting.get_value_parser().type_id() == *of)
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}
