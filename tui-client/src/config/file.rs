//! The configuration file, in its default place or as `--config` names it: TOML whose keys are the long flags.
//!
//! It holds no defaults: a key that is not there is `None`, and [`super::Config`] decides what that means.

use std::fs;
use std::io::{self, ErrorKind};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::ValueEnum;
use serde::Deserialize;
use shared::Name;

use crate::address::Address;
use crate::ambiguous_width::AmbiguousWidth;
use crate::lang::Lang;
use crate::line_options::{ControlChars, LongLines, Slash};
use crate::tls_mode::TlsMode;

/// What a configuration file says.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Settings {
    pub(super) address: Option<Address>,
    pub(super) name: Option<Name>,
    pub(super) lang: Option<LangArg>,
    pub(super) mouse: Option<bool>,
    pub(super) escape_wait: Option<u16>,
    pub(super) ambiguous_width: Option<AmbiguousWidth>,
    pub(super) tls: Option<TlsMode>,
    pub(super) plain: bool,
    pub(super) json: bool,
    pub(super) listen: bool,
    pub(super) wait: Option<NonZero<u32>>,
    pub(super) timeout: Option<NonZero<u32>>,
    pub(super) long_lines: Option<LongLines>,
    pub(super) control_chars: Option<ControlChars>,
    pub(super) slash: Option<Slash>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) admin_key_file: Option<PathBuf>,
}

/// A language as the command line and the file name it.
#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(super) enum LangArg {
    En,
    Ko,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Self {
        match arg {
            LangArg::En => Self::En,
            LangArg::Ko => Self::Ko,
        }
    }
}

impl Settings {
    /// Reads the file that was named. Errors start with its path, and with the line where there is one.
    pub(super) fn read(path: &Path, lang: Lang) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|why| unreadable(path, &why, lang))?;
        Self::parse(&text, path, lang)
    }

    /// Reads the file in its default place, which need not be there.
    pub(super) fn read_default(path: &Path, lang: Lang) -> Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path, lang),
            Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(Self::default())
            }
            Err(why) => Err(unreadable(path, &why, lang)),
        }
    }

    fn parse(text: &str, path: &Path, lang: Lang) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(start).filter(|&byte| byte == b'\n').count();
            let why = error.message().lines().collect::<Vec<_>>().join(", ");
            // The codes of the wire mean nothing here.
            let why = why.strip_prefix("name_invalid: ").unwrap_or(&why);
            anyhow!(lang.bad_setting(&format!("{}:{line}", path.display()), why))
        })
    }
}

fn unreadable(path: &Path, why: &io::Error, lang: Lang) -> anyhow::Error {
    anyhow!(lang.cannot_read(&path.display().to_string(), &why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::lang::Lang;

    fn read(text: &str) -> Result<Settings, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Settings::read(file.path(), Lang::En)
            .map_err(|error| error.to_string().replace(file.path().to_str().unwrap(), "F"))
    }

    #[test]
    fn every_key_is_a_long_flag() {
        let file = read(
            "# mine\naddress = \"[::1]:7000\"\nname = '민수' # me\nlang = \"ko\"\nescape-wait = 80\nambiguous-width = 'narrow'\nmouse = false\ntls = \"verify\"\n\
             plain = true\njson = false\npassword-file = \"/p\"\nadmin-key-file = \"/k\"\n",
        );
        let shown = format!("{:?}", file.unwrap());
        for part in [
            "host: \"::1\", port: 7000",
            "민수",
            "Ko",
            "mouse: Some(false)",
            "escape_wait: Some(80)",
            "Narrow",
            "Verify",
            "plain: true",
            "\"/p\"",
            "\"/k\"",
        ] {
            assert!(shown.contains(part), "no {part} in {shown}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, parts) in [
            ("\nnick = \"kim\"", &["F:2: unknown field `nick`", "address", "admin-key-file"][..]),
            ("name = \"a b\"", &["F:1: a name is made of letters"]),
            ("address = \"host:99999\"", &["F:1: a port is a number"]),
            ("tls = \"never\"", &["F:1: ", "`auto`, `trust`, `verify`, `off`"]),
            ("lang = \"fr\"", &["F:1: ", "`en` or `ko`"]),
            ("plain = \"yes\"", &["F:1: ", "boolean"]),
            ("name = \"kim", &["F:1: "]),
        ] {
            let error = read(text).map(|file| format!("{file:?}")).unwrap_err();
            for part in parts {
                assert!(error.contains(part), "{text}: no {part} in {error}");
            }
        }
    }
}
