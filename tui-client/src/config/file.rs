//! The config file: a few lines of `key = "value"`, a subset of TOML. It must not know defaults; the command line has
//! them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::ValueEnum as _;
use shared::Name;

use crate::address::Address;
use crate::lang::Lang;
use crate::tls_mode::TlsMode;

/// What a config file says.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) address: Option<Address>,
    pub(super) name: Option<Name>,
    pub(super) plain: bool,
    pub(super) json: bool,
    pub(super) password: Option<PathBuf>,
    pub(super) admin_key: Option<PathBuf>,
    pub(super) mouse: Option<bool>,
    pub(super) tls: Option<TlsMode>,
    pub(super) lang: Option<Lang>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut file = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                file.take(line).with_context(|| format!("{}, line {number}", path.display()))?;
            }
        }
        Ok(file)
    }

    fn take(&mut self, line: &str) -> Result<()> {
        let (key, value) = line.split_once('=').ok_or_else(|| anyhow!("a line is `key = \"value\"`"))?;
        let value = unquoted(value.trim())?;
        match key.trim() {
            "address" => self.address = Some(value.parse().map_err(|why| anyhow!("{why}"))?),
            "name" => self.name = Some(value.parse()?),
            "plain" => self.plain = value.parse().context("true or false")?,
            "json" => self.json = value.parse().context("true or false")?,
            "password-file" => self.password = Some(value.into()),
            "admin-key-file" => self.admin_key = Some(value.into()),
            "mouse" => self.mouse = Some(value.parse().context("true or false")?),
            "tls" => {
                let tls = TlsMode::from_str(value, false);
                self.tls = Some(tls.map_err(|_| anyhow!("tls is auto, trust, verify or off"))?);
            }
            "lang" => self.lang = Some(lang(value)?),
            key => bail!(
                "there is no `{key}`; the keys are address, name, lang, mouse, tls, plain, json, password-file, admin-key-file"
            ),
        }
        Ok(())
    }
}

fn lang(value: &str) -> Result<Lang> {
    match value {
        "en" => Ok(Lang::En),
        "ko" => Ok(Lang::Ko),
        _ => bail!("a language is \"en\" or \"ko\""),
    }
}

/// What stands between the quotes, or the bare word; what follows as a comment is dropped.
fn unquoted(value: &str) -> Result<&str> {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            let (inside, after) = rest.split_once(quote).ok_or_else(|| anyhow!("the quote is not closed"))?;
            let after = after.trim();
            if !after.is_empty() && !after.starts_with('#') {
                bail!("nothing may follow the closing quote");
            }
            return Ok(inside);
        }
    }
    Ok(value.split('#').next().unwrap_or_default().trim())
}
