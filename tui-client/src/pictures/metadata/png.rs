//! PNG (W3C, third edition): chunks up to IEND. Kept are those that say how it looks, and animation.

use super::exif;
use super::stripped::{Stripped, Trouble, few};
use crate::pictures::pieces::Pieces;
use crate::pictures::source::{WINDOW, Window};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The bytes of a chunk beside its data: length, type, checksum.
const AROUND: u64 = 12;

/// Says what is sent.
pub(super) fn strip(window: &mut Window) -> Result<Stripped, Trouble> {
    if window.exactly(0)? != Some(SIGNATURE) {
        return Err(Trouble::Malformed("it does not begin as a PNG"));
    }
    let mut pieces = Pieces::default();
    pieces.keep(0..8);
    let (mut at, mut is_turned) = (8, false);
    while let Some([a, b, c, d, kind @ ..]) = window.exactly::<8>(at)? {
        let len = u32::from_be_bytes([a, b, c, d]);
        if len > 0x7fff_ffff || !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(Trouble::Malformed("it has a chunk of no kind"));
        }
        if (at == 8) != (kind == *b"IHDR") {
            return Err(Trouble::Malformed("it does not begin with its header"));
        }
        let end = at + AROUND + u64::from(len);
        match &kind {
            b"IDAT" | b"fdAT" => pieces.keep(at..end.min(window.len())),
            _ if end > window.len() => break,
            b"IEND" => {
                // Nothing belongs into it.
                pieces.insert(chunk(kind, &[]));
                break;
            }
            b"IHDR" | b"PLTE" | b"tRNS" | b"cHRM" | b"gAMA" | b"iCCP" | b"sBIT" | b"sRGB" | b"cICP"
            | b"mDCV" | b"cLLI" | b"bKGD" | b"hIST" | b"pHYs" | b"acTL" | b"fcTL" => pieces.keep(at..end),
            b"eXIf" if !is_turned => {
                let body = window.get(at + 8, usize::try_from(len).unwrap_or(WINDOW))?;
                if let Some(exif) = exif::of_orientation(body) {
                    is_turned = true;
                    pieces.insert(chunk(kind, &exif));
                }
            }
            // A reader may not leave it out, so neither do we.
            [b'A'..=b'Z', ..] => {
                return Err(Trouble::Malformed("it has a chunk that only some programs know"));
            }
            _ => {}
        }
        few(&pieces)?;
        at = end;
    }
    Ok(Stripped { pieces, scans: 1 })
}

/// A chunk of this type.
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap_or_default();
    let checked: Vec<u8> = kind.iter().chain(data).copied().collect();
    [&len.to_be_bytes(), &*checked, &crc(&checked).to_be_bytes()].concat()
}

/// The checksum of a chunk (annex D of the specification), bit by bit: it is made of a few bytes.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}
