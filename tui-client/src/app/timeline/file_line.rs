//! The line of a file that a message brings: its name, how large it is and what. It is one row: where there is no room for all of it,
//! the kind goes, then the size, and the middle of the name.

use std::ops::Range;

use shared::{Attachment, FileName};

use super::file_mark::FileMark;
use crate::app::text_width::{columns, truncate};
use crate::file_state::FileState;
use crate::lang::Lang;

/// The sign before a file that rests; even the console of Linux has it, as it has the arrows of one that moves.
const SIGN: &str = "≡ ";
/// What is less needed goes before the name has fewer columns than this.
const NAME: usize = 12;

/// The line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileLine {
    pub(super) text: String,
    /// Which part of it is the name.
    pub(super) name: Range<usize>,
}

impl FileLine {
    /// The line in at most so many columns of a file that a message brings, or will.
    pub(super) fn of(
        file: Option<&Attachment>,
        mark: Option<&FileMark>,
        width: u16,
        lang: Lang,
    ) -> Option<Self> {
        let name = file.map(|file| &file.name).or(mark.map(|mark| &mark.name))?;
        let bytes = file.map(|file| file.bytes).or(mark.map(|mark| mark.bytes))?;
        let size = lang.file_size(bytes);
        let kind = file.and_then(|file| lang.file_kind(file));
        let kind = kind.map_or_else(|| size.clone(), |kind| format!("{size} · {kind}"));
        let state = mark.map(|mark| lang.file_state(&mark.state)).unwrap_or_default();
        let mut tails: Vec<String> = match mark.map(|mark| &mark.state) {
            // What moves says how much of how much.
            Some(FileState::Moving(_)) | None => Vec::new(),
            Some(_) => state
                .iter()
                .flat_map(|state| [format!("{kind} · {state}"), format!("{size} · {state}"), state.clone()])
                .collect(),
        };
        tails.extend(state);
        if tails.is_empty() {
            tails.extend([kind, size]);
        }
        let sign = match mark.map(|mark| &mark.state) {
            Some(FileState::Moving(moving)) if moving.is_sent => "↑ ",
            Some(FileState::Moving(_)) => "↓ ",
            Some(_) | None => SIGN,
        };
        Some(Self::new(sign, name, &tails, width))
    }

    fn new(sign: &str, name: &FileName, tails: &[String], width: u16) -> Self {
        let room = usize::from(width).saturating_sub(columns(sign));
        let tails: Vec<String> = tails.iter().map(|tail| format!(" · {tail}")).collect();
        let whole = columns(name.as_str());
        let fits = |least: usize| tails.iter().find(|tail| least + columns(tail) <= room);
        let tail = fits(whole).or_else(|| fits(NAME.min(whole))).map_or("", String::as_str);
        let name = shortened(name, room.saturating_sub(columns(tail)));
        Self { name: sign.len()..sign.len() + name.len(), text: format!("{sign}{name}{tail}") }
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
            FileLine::of(Some(&file), None, width, Lang::En).unwrap().text
        };
        assert_eq!(of("report.pdf", 40), "≡ report.pdf · 1.2 MB · PDF");
        assert_eq!(of("report.pdf", 24), "≡ report.pdf · 1.2 MB");
        assert_eq!(of("report.pdf", 16), "≡ report.pdf");
        assert_eq!(of("report of the whole year.pdf", 32), "≡ report of ….pdf · 1.2 MB · PDF");
        assert_eq!(of("일년치 보고서.pdf", 14), "≡ 일년치 ….pdf");
        for width in 0..60 {
            for name in ["report.pdf", "일년치 보고서 최종본.pdf", "👨‍👩‍👧‍👦.pdf", "a"]
            {
                assert!(columns(&of(name, width)) <= usize::from(width.max(2)), "{name} in {width}");
            }
        }
    }
}
