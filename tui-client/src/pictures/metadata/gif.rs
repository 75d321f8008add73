//! GIF (89a): blocks up to the trailer. Of the extensions only how a frame is shown and how often all of them are repeated
//! (NETSCAPE2.0) are kept.

use super::stripped::{Stripped, Trouble, few};
use crate::pictures::pieces::Pieces;
use crate::pictures::source::Window;

/// Says what is sent.
pub(super) fn strip(window: &mut Window) -> Result<Stripped, Trouble> {
    let Some([b'G', b'I', b'F', b'8', b'7' | b'9', b'a', _, _, _, _, flags, _, _]) =
        window.exactly::<13>(0)?
    else {
        return Err(Trouble::Malformed("it does not begin as a GIF"));
    };
    let mut pieces = Pieces::default();
    let mut at = 13 + table(flags);
    pieces.keep(0..at.min(window.len()));
    while let Some([kind]) = window.exactly(at)? {
        let from = at;
        match kind {
            b',' => {
                let Some([flags]) = window.exactly(at + 9)? else { break };
                // After the descriptor and its colours, how long the first codes are.
                at = end_of_blocks(window, at + 10 + table(flags) + 1)?;
                pieces.keep(from..at.min(window.len()));
            }
            b'!' => {
                let Some([label]) = window.exactly(at + 1)? else { break };
                at = end_of_blocks(window, at + 2)?;
                extension(window, &mut pieces, label, from..at)?;
            }
            b';' => {
                pieces.keep(at..at + 1);
                break;
            }
            _ => return Err(Trouble::Malformed("it has a block of no kind")),
        }
        few(&pieces)?;
    }
    Ok(Stripped { pieces, scans: 1 })
}

/// Keeps an extension, or what is kept of it.
fn extension(
    window: &mut Window,
    pieces: &mut Pieces,
    label: u8,
    range: std::ops::Range<u64>,
) -> Result<(), Trouble> {
    match label {
        0xf9 => match window.exactly(range.start)? {
            Some([_, _, 4, flags, low, high, transparent, 0]) if range.end - range.start == 8 => {
                pieces.insert(vec![b'!', label, 4, flags, low, high, transparent, 0]);
            }
            Some(_) | None => {}
        },
        0xff => {
            const LOOP: &[u8] = b"!\xff\x0bNETSCAPE2.0\x03\x01";
            if let Some([low, high]) = window
                .get(range.start, LOOP.len() + 2)?
                .strip_prefix(LOOP)
                .filter(|_| range.end > range.start)
            {
                pieces.insert([LOOP, &[*low, *high, 0]].concat());
            }
        }
        _ => {}
    }
    Ok(())
}

/// The length of a colour table, by the flags that say whether there is one.
fn table(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where a list of data blocks ends, which is with an empty one, or with the file.
fn end_of_blocks(window: &mut Window, mut at: u64) -> Result<u64, Trouble> {
    while let Some([len]) = window.exactly(at)? {
        at += 1 + u64::from(len);
        if len == 0 {
            return Ok(at);
        }
    }
    Ok(at.min(window.len()))
}
