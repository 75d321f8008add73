//! JPEG (ITU T.81, annex B): segments up to the first end of image. Of the application's segments JFIF without its thumbnail, the
//! colour profile (APP2) and Adobe's transform (APP14) are kept.

use super::exif;
use super::stripped::{Stripped, Trouble, few};
use crate::pictures::pieces::Pieces;
use crate::pictures::source::{WINDOW, Window};

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// Says what is sent.
pub(super) fn strip(window: &mut Window) -> Result<Stripped, Trouble> {
    if window.exactly(0)? != Some([0xff, START]) {
        return Err(Trouble::Malformed("it does not begin as a JPEG"));
    }
    let mut pieces = Pieces::default();
    pieces.keep(0..2);
    let (mut at, mut scans, mut is_turned) = (2, 0, false);
    while let Some([mark, marker]) = window.exactly(at)? {
        if mark != 0xff {
            return Err(Trouble::Malformed("it has bytes between its segments"));
        }
        match marker {
            // A byte that fills.
            0xff => {
                at += 1;
                continue;
            }
            END => {
                pieces.keep(at..at + 2);
                break;
            }
            0x01 | 0xd0..=0xd7 => {
                pieces.keep(at..at + 2);
                at += 2;
                continue;
            }
            START | 0x00 => return Err(Trouble::Malformed("it has a segment of no kind")),
            _ => {}
        }
        let Some(len) = window.exactly(at + 2)?.map(u16::from_be_bytes) else { break };
        let end = at + 2 + u64::from(len);
        if len < 2 {
            return Err(Trouble::Malformed("a segment is shorter than its own length"));
        }
        if end > window.len() {
            break;
        }
        segment(window, &mut pieces, marker, at..end, &mut is_turned)?;
        at = end;
        if marker == SCAN {
            scans += 1;
            at = end_of_scan(window, end)?;
            pieces.keep(end..at);
        }
        few(&pieces)?;
    }
    if scans == 0 {
        return Err(Trouble::Malformed("it ends before there is a picture in it"));
    }
    Ok(Stripped { pieces, scans })
}

/// Keeps a segment, or what is kept of it.
fn segment(
    window: &mut Window,
    pieces: &mut Pieces,
    marker: u8,
    range: std::ops::Range<u64>,
    is_turned: &mut bool,
) -> Result<(), Trouble> {
    let body = window.get(range.start + 4, usize::try_from(range.end - range.start - 4).unwrap_or(WINDOW))?;
    match marker {
        // JFIF; its thumbnail, which may show what was cut off, is left out.
        0xe0 if body.starts_with(b"JFIF\0") && body.len() >= 12 => {
            let mut jfif = vec![0xff, marker, 0, 16];
            jfif.extend(body.iter().take(12));
            jfif.extend([0, 0]);
            pieces.insert(jfif);
        }
        0xe1 if body.starts_with(exif::MARK) && !*is_turned => {
            if let Some(exif) = exif::of_orientation(body) {
                *is_turned = true;
                let len = u8::try_from(2 + exif::MARK.len() + exif.len()).unwrap_or(u8::MAX);
                pieces.insert([&[0xff, marker, 0, len], exif::MARK, &exif].concat());
            }
        }
        0xe2 if body.starts_with(b"ICC_PROFILE\0") => pieces.keep(range),
        0xee if body.starts_with(b"Adobe") && body.len() == 12 => pieces.keep(range),
        // Frames, tables, scans, restarts.
        0xc0..=0xc7 | 0xc9..=0xcf | SCAN..=0xdf => pieces.keep(range),
        _ => {}
    }
    Ok(())
}

/// Where the entropy-coded data of a scan end: at a marker that is no restart, or with the file.
fn end_of_scan(window: &mut Window, mut at: u64) -> Result<u64, Trouble> {
    loop {
        let held = window.get(at, WINDOW)?;
        let Some(mark) = held.iter().position(|byte| *byte == 0xff) else {
            if held.is_empty() {
                return Ok(at);
            }
            at += held.len() as u64;
            continue;
        };
        at += mark as u64;
        match window.exactly(at)? {
            Some([_, 0x00 | 0xd0..=0xd7]) => at += 2,
            Some([_, 0xff]) => at += 1,
            Some(_) => return Ok(at),
            None => return Ok(window.len()),
        }
    }
}
