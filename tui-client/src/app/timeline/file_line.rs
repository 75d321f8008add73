//! The line of a file that a message brings: its name, how large it is and what. It is one row: where there is no room for all of it,
//! the kind goes, then the size, and the middle of the name.

use std::ops::Range;

use shared::{Attachment, FileName};

use crate::app::text_width::{columns, truncate};
use crate::lang::Lang;

/// The sign before a file; even the console of Linux has it.
const SIGN: &str = "≡ ";
/// The size goes before the name has fewer columns than this.
const NAME: usize = 12;

/// The line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileLine {
    pub(super) text: String,
    /// Which part of it is the name.
    pub(super) name: Range<usize>,
}

impl FileLine {
    /// The line in at most so many columns.
    pub(super) fn new(file: &Attachment, width: u16, lang: Lang) -> Self {
        let room = usize::from(width).saturating_sub(columns(SIGN));
        let size = lang.file_size(file.bytes);
        let kind = lang.file_kind(file).map(|kind| format!(" · {size} · {kind}"));
        let tails: Vec<String> = kind.into_iter().chain([format!(" · {size}")]).collect();
        let whole = columns(file.name.as_str());
        let fits = |least: usize| tails.iter().find(|tail| least + columns(tail) <= room);
        let tail = fits(whole).or_else(|| fits(NAME.min(whole))).map_or("", String::as_str);
        let name = shortened(&file.name, room.saturating_sub(columns(tail)));
        Self { name: SIGN.len()..SIGN.len() + name.len(), text: format!("{SIGN}{name}{tail}") }
    }
}

/// A name in at most so many columns, with its end, which says what it is.
fn shortened(name: &FileName, width: usize) -> String {
    let narrow = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
    let (stem, extension) = name.split_extension();
    let room = width.saturating_sub(columns(extension));
    if columns(name.as_str()) <= width || room < 3 {
        return truncate(name.as_str(), narrow(width)).into_owned();
    }
    format!("{}{extension}", truncate(stem, narrow(room)))
}

#[cfg(test)]
mod tests {
    use shared::{FileHash, MediaType};

    use super::*;

    #[test]
    fn the_line_fits_in_any_width_and_keeps_the_name_longest() {
        let of = |name: &str, width| {
            let file = Attachment {
                name: name.parse().unwrap(),
                bytes: 1_234_567,
                sha256: FileHash([0; 32]),
                media_type: MediaType::parse("application/pdf").unwrap(),
                picture: None,
            };
            FileLine::new(&file, width, Lang::En).text
        };
        assert_eq!(of("report.pdf", 40), "≡ report.pdf · 1.2 MB · PDF");
        assert_eq!(of("report.pdf", 24), "≡ report.pdf · 1.2 MB");
        assert_eq!(of("report.pdf", 16), "≡ report.pdf");
        assert_eq!(of("report of the whole year.pdf", 32), "≡ report of ….pdf · 1.2 MB · PDF");
        assert_eq!(of("일년치 보고서.pdf", 14), "≡ 일년….pdf");
        for width in 0..60 {
            for name in ["report.pdf", "일년치 보고서 최종본.pdf", "👨‍👩‍👧‍👦.pdf", "a"]
            {
                assert!(columns(&of(name, width)) <= usize::from(width.max(2)), "{name} in {width}");
            }
        }
    }
}
