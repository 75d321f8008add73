//! WebP (RFC 9649): chunks of a RIFF, up to its end. Kept are those that say how it looks, and animation, whose frames have chunks of
//! their own. Lengths are written anew.

use super::exif;
use super::stripped::{Stripped, Trouble, few};
use crate::pictures::pieces::Pieces;
use crate::pictures::source::{WINDOW, Window};

/// In the flags of an extended file: it has an EXIF, it has XMP.
const HAS_EXIF: u8 = 0b1000;
const HAS_XMP: u8 = 0b100;
/// What stands in an animation's frame before its chunks.
const FRAME_HEAD: usize = 16;

/// Says what is sent.
pub(super) fn strip(window: &mut Window) -> Result<Stripped, Trouble> {
    let Some([b'R', b'I', b'F', b'F', a, b, c, d, b'W', b'E', b'B', b'P']) = window.exactly::<12>(0)? else {
        return Err(Trouble::Malformed("it does not begin as a WebP"));
    };
    let end = (8 + u64::from(u32::from_le_bytes([a, b, c, d]))).min(window.len());
    let mut parts = Parts::default();
    let mut at = 12;
    while let Some(chunk) = Chunk::at(window, at, end)? {
        match &chunk.kind {
            b"VP8X" => {
                if at != 12 || chunk.len != 10 {
                    return Err(Trouble::Malformed("its features are not where they belong"));
                }
                parts.features = window.exactly(at + 8)?;
            }
            b"VP8 " | b"VP8L" | b"ALPH" => parts.body.keep(chunk.range(end)),
            _ if chunk.end() > end => break,
            b"ICCP" | b"ANIM" => parts.body.keep(chunk.range(end)),
            b"ANMF" => frame(window, &mut parts.body, &chunk)?,
            b"EXIF" if parts.exif.is_none() => {
                let body = window.get(at + 8, usize::try_from(chunk.len).unwrap_or(WINDOW))?;
                parts.exif = exif::of_orientation(body);
            }
            _ => {}
        }
        few(&parts.body)?;
        at = chunk.end();
    }
    Ok(Stripped { pieces: parts.assemble()?, scans: 1 })
}

/// What is kept, while the rest is read.
#[derive(Default)]
struct Parts {
    features: Option<[u8; 10]>,
    body: Pieces,
    exif: Option<Vec<u8>>,
}

impl Parts {
    fn assemble(self) -> Result<Pieces, Trouble> {
        let mut inner = Pieces::default();
        if let Some([flags, _, _, _, size @ ..]) = self.features {
            let exif_flag = if self.exif.is_some() { HAS_EXIF } else { 0 };
            let flags = flags & !(HAS_EXIF | HAS_XMP) | exif_flag;
            inner.insert([&head(*b"VP8X", 10)?, &[flags, 0, 0, 0][..], &size].concat());
        }
        inner.extend(self.body);
        // Without its features it has no EXIF either.
        if let (Some(exif), true) = (self.exif, self.features.is_some()) {
            inner.insert([&head(*b"EXIF", exif.len() as u64)?, &*exif].concat());
        }
        let mut pieces = Pieces::default();
        pieces.insert([&head(*b"RIFF", inner.len() + 4)?, &b"WEBP"[..]].concat());
        pieces.extend(inner);
        Ok(pieces)
    }
}

/// Keeps a frame of an animation, without chunks that do not belong into one.
fn frame(window: &mut Window, body: &mut Pieces, frame: &Chunk) -> Result<(), Trouble> {
    let Some(place) = window.exactly::<FRAME_HEAD>(frame.at + 8)?.filter(|_| frame.len >= FRAME_HEAD as u64)
    else {
        return Err(Trouble::Malformed("a frame is shorter than its head"));
    };
    let end = frame.at + 8 + frame.len;
    let mut inner = Pieces::default();
    let mut at = frame.at + 8 + FRAME_HEAD as u64;
    while let Some(chunk) = Chunk::at(window, at, end)? {
        if matches!(&chunk.kind, b"ALPH" | b"VP8 " | b"VP8L") {
            inner.keep(chunk.range(end));
        }
        few(&inner)?;
        at = chunk.end();
    }
    // A chunk is followed by a byte that fills where its length is odd.
    let fills = inner.len() % 2 == 1;
    body.insert([&head(*b"ANMF", inner.len() + FRAME_HEAD as u64)?, &place[..]].concat());
    body.extend(inner);
    body.insert(if fills { vec![0] } else { Vec::new() });
    Ok(())
}

/// The head of a chunk.
fn head(kind: [u8; 4], len: u64) -> Result<[u8; 8], Trouble> {
    let len = u32::try_from(len).map_err(|_| Trouble::Malformed("it is longer than a WebP can be"))?;
    let mut head = [0; 8];
    head.iter_mut().zip(kind.into_iter().chain(len.to_le_bytes())).for_each(|(to, from)| *to = from);
    Ok(head)
}

/// A chunk of the file.
struct Chunk {
    kind: [u8; 4],
    at: u64,
    len: u64,
}

impl Chunk {
    /// The one that begins here, before `end`; `None` where none does.
    fn at(window: &mut Window, at: u64, end: u64) -> Result<Option<Self>, Trouble> {
        if at + 8 > end {
            return Ok(None);
        }
        let Some([k0, k1, k2, k3, a, b, c, d]) = window.exactly::<8>(at)? else { return Ok(None) };
        let (kind, len) = ([k0, k1, k2, k3], u64::from(u32::from_le_bytes([a, b, c, d])));
        if !kind.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            return Err(Trouble::Malformed("it has a chunk of no kind"));
        }
        Ok(Some(Self { kind, at, len }))
    }

    /// Where the next one begins.
    fn end(&self) -> u64 {
        self.at + 8 + self.len + self.len % 2
    }

    /// Its bytes, as far as there are any.
    fn range(&self, end: u64) -> std::ops::Range<u64> {
        self.at..self.end().min(end)
    }
}
