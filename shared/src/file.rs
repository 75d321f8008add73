//! A file that a message brings: [`Attachment`], which stands in the event, with its [`FileName`] and [`MediaType`]. The content itself
//! travels on a connection of its own and is named by its [`FileHash`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::code::{Code, Invalid};
use crate::file_hash::FileHash;
use crate::newtype::{shown_string, wire_string};
use crate::picture::Picture;
use crate::text::{is_invisible, is_safe};

/// What is told of a file, with the message it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is called.
    pub name: FileName,
    /// Its length.
    pub bytes: u64,
    /// The SHA-256 of its content.
    pub sha256: FileHash,
    /// What its sender says it is; `application/octet-stream` where nothing is said.
    #[serde(default, skip_serializing_if = "MediaType::is_unknown")]
    pub media_type: MediaType,
    /// That it is a picture, and how it looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
}

/// The name of a file: 1 to 200 bytes in Unicode form C, one component of a path, nothing in it that cannot be seen or that turns the
/// direction of text, and no dot at its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileName(Arc<str>);

impl FileName {
    /// The longest name, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 200;

    /// Checks a name; what is refused and why is in the error.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let invalid = |why: &str| Err(Invalid::new(Code::BadRequest, format!("the name of the file {why}")));
        if raw.is_empty() || raw.len() > Self::MAX_BYTES {
            return invalid("has 1 to 200 bytes; shorten it");
        }
        if raw.contains(['/', '\\']) {
            return invalid("is a path; send the last part of it");
        }
        if raw.starts_with('.') {
            return invalid("begins with a dot; send it without");
        }
        let name: String = raw.nfc().collect();
        if name.len() > Self::MAX_BYTES || !name.chars().all(may_stand) || name.trim() != name {
            return invalid("has a character that cannot be seen, or white space at an end; remove it");
        }
        if !name.chars().any(|c| !may_be_unseen(c) && !c.is_whitespace()) {
            return invalid("shows nothing; give it one");
        }
        Ok(Self(name.into()))
    }

    /// The name that a file with any other is sent or kept under: the last part of a path, without what may not stand in one.
    #[must_use]
    pub fn clean(raw: &str) -> Self {
        let last = raw.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default();
        let kept: String = last.nfc().filter(|c| may_stand(*c)).collect();
        let kept = kept.trim_start_matches(|c: char| c == '.' || c.is_whitespace()).trim_end();
        Self::parse(&shortened(kept)).unwrap_or_else(|_| Self("file".into()))
    }

    /// Its stem and, with the dot, its extension; the latter may be empty.
    #[must_use]
    pub fn split_extension(&self) -> (&str, &str) {
        match self.0.rfind('.') {
            Some(dot) if dot > 0 && self.0.len() - dot <= 16 => self.0.split_at(dot),
            Some(_) | None => (&self.0, ""),
        }
    }
}

wire_string!(FileName);
shown_string!(FileName);

/// A name that is too long, without the middle of it: its end says what it is.
fn shortened(name: &str) -> String {
    if name.len() <= FileName::MAX_BYTES {
        return name.to_owned();
    }
    let end = match name.rfind('.') {
        Some(dot) if name.len() - dot <= 16 => name.get(dot..).unwrap_or_default(),
        Some(_) | None => "",
    };
    let mut to = FileName::MAX_BYTES - end.len();
    while !name.is_char_boundary(to) {
        to -= 1;
    }
    format!("{}{end}", name.get(..to).unwrap_or_default().trim_end())
}

/// Whether a character may stand in the name of a file.
fn may_stand(c: char) -> bool {
    is_safe(c)
        && !matches!(c, '/' | '\\')
        && (!is_invisible(c) || may_be_unseen(c))
        && (c == ' ' || !c.is_whitespace())
}

/// Whether a character is invisible and may stand in a name all the same: what emoji are put together with.
const fn may_be_unseen(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

/// What kind of content a file has, as RFC 6838 writes it: `image/png`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MediaType(Arc<str>);

impl MediaType {
    /// What is said of a content that nothing is known of.
    const UNKNOWN: &'static str = "application/octet-stream";

    /// Checks that it is two restricted names of RFC 6838, in lower case and together of at most 100 bytes.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
        };
        match raw.split_once('/') {
            Some((kind, sub)) if raw.len() <= 100 && is_name(kind) && is_name(sub) => Ok(Self(raw.into())),
            Some(_) | None => {
                Err(Invalid::new(Code::BadRequest, "a media type is two names in lower case: image/png"))
            }
        }
    }

    /// Whether nothing is known of the content.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        &*self.0 == Self::UNKNOWN
    }
}

impl Default for MediaType {
    fn default() -> Self {
        Self(Self::UNKNOWN.into())
    }
}

wire_string!(MediaType);
shown_string!(MediaType);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_part_of_a_path_that_can_be_seen() {
        for good in ["cat.png", "보고서 (2).pdf", "👩‍👩‍👧.txt", "a", "no extension", "…", "-rf"]
        {
            assert_eq!(FileName::parse(good).unwrap().as_str(), good);
            assert_eq!(FileName::clean(good).as_str(), good);
        }
        let long = "a".repeat(201);
        for bad in [
            "",
            ".",
            "..",
            ".bashrc",
            "a/b",
            "a\\b",
            "a\n",
            "a\u{1b}[2J",
            " a",
            "a ",
            "\u{202e}gnp.exe",
            "\u{200d}",
            "a\u{200f}b",
            "a\u{61c}b",
            "a\u{200b}b",
            "a\u{2028}b",
            "a\u{3000}b",
            &long,
        ] {
            assert!(FileName::parse(bad).is_err(), "{bad:?}");
            let clean = FileName::clean(bad);
            assert_eq!(FileName::parse(clean.as_str()).unwrap(), clean, "{bad:?}");
        }
        assert_eq!(FileName::clean("/home/me/../.ssh/id_rsa").as_str(), "id_rsa");
        assert_eq!(FileName::clean("C:\\docs\\...hidden .txt").as_str(), "hidden .txt");
        assert_eq!(FileName::clean("../..").as_str(), "file");
        assert_eq!(FileName::clean("\u{202e}gnp.exe").as_str(), "gnp.exe");
    }

    #[test]
    fn a_long_name_keeps_its_extension_and_whole_characters() {
        let clean = FileName::clean(&format!("{}.tar.gz", "가".repeat(300)));
        assert!(clean.as_str().len() > 190 && clean.as_str().ends_with("가.gz"), "{clean}");
        assert_eq!(clean.split_extension().1, ".gz");
        assert_eq!(FileName::clean("a.b.c").split_extension(), ("a.b", ".c"));
        assert_eq!(FileName::clean("none").split_extension(), ("none", ""));
    }

    #[test]
    fn a_media_type_is_two_names() {
        for good in ["image/png", "application/vnd.oasis.opendocument.text", "application/octet-stream"] {
            assert_eq!(MediaType::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "image", "image/", "/png", "Image/PNG", "image/png; x", "image/p\u{1b}", "a/b/c"] {
            assert!(MediaType::parse(bad).is_err(), "{bad}");
        }
        assert!(MediaType::default().is_unknown());
    }
}
