//! The types a setting can have: how each is written in the file and in `/set`, and what it allows.

use std::path::PathBuf;

use clap::ValueEnum;
use shared::Name;

use super::look::{PaneOrder, ThemeName};
use crate::address_list::AddressList;
use crate::ambiguous_width::AmbiguousWidth;
use crate::joins::Joins;
use crate::line_options::{ControlChars, LongLines, Slash};
use crate::picture_way::Pictures;
use crate::pictures::content::PictureMetadata;
use crate::time_style::{Clock, Dates};
use crate::tls_mode::TlsMode;

/// What a setting may be, for whoever wrote something else and for completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// One of these words.
    Words(Vec<String>),
    /// A whole number from the first to the second.
    Number(u32, u32),
    /// A person's name.
    Name,
    /// A server's address, or several of it.
    Address,
    /// Several servers, each by its addresses.
    Servers,
    /// The path of a file.
    Path,
    /// Several texts, with commas between them.
    List,
}

/// A type of settings.
pub trait Value: Sized {
    /// What is allowed.
    fn allowed() -> Allowed;
    /// Reads a value as a person writes it.
    fn read(text: &str) -> Option<Self>;
    /// How a person writes it; empty where nothing is set.
    fn text(&self) -> String;
    /// How the file has it.
    fn literal(&self) -> String {
        quoted(&self.text())
    }
}

/// A TOML string. One of JSON is one, as long as it has no control characters, which no setting takes.
#[must_use]
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

macro_rules! words {
    ($($type:ty),*) => {
        $(impl Value for $type {
            fn allowed() -> Allowed {
                Allowed::Words(Self::value_variants().iter().map(Value::text).collect())
            }
            fn read(text: &str) -> Option<Self> {
                Self::from_str(text, true).ok()
            }
            fn text(&self) -> String {
                self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
            }
        })*
    };
}

words!(
    AmbiguousWidth,
    Clock,
    ControlChars,
    Dates,
    Joins,
    LangArg,
    LongLines,
    PaneOrder,
    PictureMetadata,
    Pictures,
    Slash,
    ThemeName,
    TlsMode
);

/// A language as the command line and the file name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "they would be in the help of the command line")]
pub enum LangArg {
    En,
    Ko,
}

impl Value for bool {
    fn allowed() -> Allowed {
        Allowed::Words(vec!["true".into(), "false".into()])
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            "true" | "on" | "yes" | "켜기" | "예" => Some(true),
            "false" | "off" | "no" | "끄기" | "아니요" => Some(false),
            _ => None,
        }
    }
    fn text(&self) -> String {
        self.to_string()
    }
    fn literal(&self) -> String {
        self.text()
    }
}

/// A whole number within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<const LEAST: u32, const MOST: u32>(pub u32);

impl<const LEAST: u32, const MOST: u32> Value for Number<LEAST, MOST> {
    fn allowed() -> Allowed {
        Allowed::Number(LEAST, MOST)
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| (LEAST..=MOST).contains(number)).map(Self)
    }
    fn text(&self) -> String {
        self.0.to_string()
    }
    fn literal(&self) -> String {
        self.text()
    }
}

/// A setting that need not be set.
impl<T: Value> Value for Option<T> {
    fn allowed() -> Allowed {
        T::allowed()
    }
    fn read(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::read(text).map(Some) }
    }
    fn text(&self) -> String {
        self.as_ref().map_or_else(String::new, Value::text)
    }
    fn literal(&self) -> String {
        self.as_ref().map_or_else(|| quoted(""), Value::literal)
    }
}

impl Value for Name {
    fn allowed() -> Allowed {
        Allowed::Name
    }
    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for AddressList {
    fn allowed() -> Allowed {
        Allowed::Address
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for PathBuf {
    fn allowed() -> Allowed {
        Allowed::Path
    }
    fn read(text: &str) -> Option<Self> {
        (!text.is_empty() && !text.contains(char::is_control)).then(|| text.into())
    }
    fn text(&self) -> String {
        self.display().to_string()
    }
}

/// Several servers, each by its addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Servers(pub Vec<AddressList>);

impl Servers {
    /// What ends a server in a text, since a comma stands between the addresses of one. In a text without it, as people wrote
    /// when a server had one address, commas are between servers.
    pub(super) const END: char = ';';
}

impl Value for Servers {
    fn allowed() -> Allowed {
        Allowed::Servers
    }
    fn read(text: &str) -> Option<Self> {
        let between = if text.contains(Self::END) { Self::END } else { ',' };
        let parts = text.split(between).map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().ok()).collect::<Option<_>>().map(Self)
    }
    fn text(&self) -> String {
        let all = self.0.iter().map(AddressList::short).collect::<Vec<_>>();
        if self.0.iter().any(AddressList::is_several) {
            return all.join("; ") + ";";
        }
        all.join(", ")
    }
    fn literal(&self) -> String {
        format!("[{}]", self.0.iter().map(|address| quoted(&address.short())).collect::<Vec<_>>().join(", "))
    }
}

/// Texts, each without the spaces around it.
impl Value for Vec<String> {
    fn allowed() -> Allowed {
        Allowed::List
    }
    fn read(text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        (!text.contains(char::is_control)).then(|| parts.map(ToOwned::to_owned).collect())
    }
    fn text(&self) -> String {
        self.join(", ")
    }
    fn literal(&self) -> String {
        format!("[{}]", self.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(", "))
    }
}
