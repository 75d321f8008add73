//! Reading the configuration file at the start, in its default place or as `--config` names it. What it may say is the table
//! in `settings/table.rs`; a wrong file is an error here, while a running client keeps its settings.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use anyhow::{Result, anyhow};

use crate::app::settings;
use crate::lang::Lang;
use crate::settings::Settings;

/// The file that was named: its text, and what it sets. Errors start with its path, and with the line where there is one.
pub(super) fn read(path: &Path, lang: Lang) -> Result<(String, Settings)> {
    let text = fs::read_to_string(path).map_err(|why| unreadable(path, &why, lang))?;
    parse(text, path, lang)
}

/// The same of the file in its default place, which need not be there.
pub(super) fn read_default(path: &Path, lang: Lang) -> Result<(String, Settings)> {
    match fs::read_to_string(path) {
        Ok(text) => parse(text, path, lang),
        Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok((String::new(), Settings::default()))
        }
        Err(why) => Err(unreadable(path, &why, lang)),
    }
}

fn parse(text: String, path: &Path, lang: Lang) -> Result<(String, Settings)> {
    let shown = path.display().to_string();
    let settings = settings::read(&text).map_err(|wrong| anyhow!(lang.settings_wrong(&shown, &wrong)))?;
    Ok((text, settings))
}

fn unreadable(path: &Path, why: &io::Error, lang: Lang) -> anyhow::Error {
    anyhow!(lang.cannot_read(&path.display().to_string(), &why.to_string()))
}
