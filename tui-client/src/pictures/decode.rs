//! Decodes a picture, of which it believes nothing, within [`Limits`]:
//!
//! - of pixels and memory, by what the file says of itself before anything is decoded, and again by the decoder's own accounting;
//! - of bytes and of passes over all pixels, so that a small file cannot demand much work ([`super::metadata`] counts JPEG's scans);
//! - of time: it is decoded on a thread of its own that is waited for no longer than [`Limits::time`]. Its next read fails then, which ends
//!   most decoders; one that reads no more goes on to its end by itself. As there is never more than one such thread in the process, that
//!   costs one core and the memory of one picture at most, and the next picture waits for it no longer than its own time.
//!
//! Of an animation it is the first frame. How the picture is to be turned is applied.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError};
use thiserror::Error;

use super::media_type::PictureKind;
use super::pieces::Pieces;
use super::source::Source;

/// What a picture may be, to be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The greatest width and height.
    pub side: u32,
    /// The most pixels.
    pub pixels: u64,
    /// The most memory that pixels take while they are decoded.
    pub memory: u64,
    /// The longest file, which some decoders hold in memory.
    pub bytes: u64,
    /// The most passes over all pixels.
    pub scans: u32,
    /// The longest wait.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            side: 16_384,
            pixels: 64 << 20,
            memory: 256 << 20,
            bytes: 64 << 20,
            scans: 100,
            time: Duration::from_secs(10),
        }
    }
}

/// Why a picture is not shown.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NotShown {
    /// It has more pixels, or its file more bytes, than are decoded.
    #[error("too large: {width} x {height} pixels")]
    TooLarge {
        /// The width it says it has; zero where that is not known.
        width: u32,
        /// The height it says it has.
        height: u32,
    },
    /// It takes longer than is waited for.
    #[error("takes too long to decode")]
    TooLong,
    /// It is not a picture, or a damaged one.
    #[error("cannot be decoded")]
    Damaged,
}

/// Decodes a picture: `pieces` of `source`, which has been found to demand so many scans.
pub fn decode(
    kind: PictureKind,
    source: &Arc<dyn Source>,
    pieces: &Arc<Pieces>,
    scans: u32,
    limits: Limits,
) -> Result<DynamicImage, NotShown> {
    if pieces.len() > limits.bytes {
        return Err(NotShown::TooLarge { width: 0, height: 0 });
    }
    if scans > limits.scans {
        return Err(NotShown::TooLong);
    }
    let turn = Turn::wait(limits.time).ok_or(NotShown::TooLong)?;
    let is_given_up = Arc::new(AtomicBool::new(false));
    let reader = Ending { reader: pieces.reader(source), is_over: Arc::clone(&is_given_up) };
    let (tell, told) = mpsc::sync_channel(1);
    let run = move || {
        // The turn is over when the thread is, also by a panic of a decoder.
        let _turn = turn;
        // Nobody waits for it any more.
        tell.send(decode_now(kind, BufReader::new(reader), limits)).ok();
    };
    thread::Builder::new().name("picture".into()).spawn(run).map_err(|_| NotShown::TooLong)?;
    told.recv_timeout(limits.time).unwrap_or_else(|why| {
        is_given_up.store(true, Ordering::Relaxed);
        Err(match why {
            RecvTimeoutError::Timeout => NotShown::TooLong,
            // A decoder that panics found something its authors did not think of.
            RecvTimeoutError::Disconnected => NotShown::Damaged,
        })
    })
}

fn decode_now(
    kind: PictureKind,
    mut reader: impl BufRead + Seek,
    limits: Limits,
) -> Result<DynamicImage, NotShown> {
    let damaged = |_| NotShown::Damaged;
    match kind {
        PictureKind::Png => {
            let decoder =
                PngDecoder::with_limits(reader, limits.of_decoder()).map_err(|why| not_shown(&why))?;
            pixels(decoder, 1, limits)
        }
        PictureKind::Jpeg => {
            let is_progressive = is_progressive(&mut reader).map_err(damaged)?;
            reader.seek(SeekFrom::Start(0)).map_err(damaged)?;
            // Coefficients of two bytes are held until the last scan.
            pixels(
                JpegDecoder::new(reader).map_err(|why| not_shown(&why))?,
                if is_progressive { 3 } else { 1 },
                limits,
            )
        }
        // The frame, and the canvas that it is put on.
        PictureKind::Gif => pixels(GifDecoder::new(reader).map_err(|why| not_shown(&why))?, 2, limits),
        PictureKind::Webp => pixels(WebPDecoder::new(reader).map_err(|why| not_shown(&why))?, 2, limits),
    }
}

/// Decodes; while it does, `copies` of all pixels are in memory.
fn pixels(mut decoder: impl ImageDecoder, copies: u64, limits: Limits) -> Result<DynamicImage, NotShown> {
    let (width, height) = decoder.dimensions();
    let too_large = NotShown::TooLarge { width, height };
    if width == 0 || height == 0 {
        return Err(NotShown::Damaged);
    }
    if width > limits.side
        || height > limits.side
        || u64::from(width) * u64::from(height) > limits.pixels
        || decoder.total_bytes().saturating_mul(copies) > limits.memory
    {
        return Err(too_large);
    }
    decoder.set_limits(limits.of_decoder()).map_err(|why| not_shown(&why))?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|why| not_shown(&why))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

impl Limits {
    fn of_decoder(self) -> image::Limits {
        let mut limits = image::Limits::default();
        limits.max_image_width = Some(self.side);
        limits.max_image_height = Some(self.side);
        limits.max_alloc = Some(self.memory);
        limits
    }
}

fn not_shown(error: &ImageError) -> NotShown {
    match error {
        ImageError::Limits(_) => NotShown::TooLarge { width: 0, height: 0 },
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => NotShown::Damaged,
    }
}

/// Whether a JPEG's frame is one of several scans for the same pixels (SOF2, SOF6, SOF10, SOF14), which the segments up to the first scan
/// say.
fn is_progressive(reader: &mut impl BufRead) -> io::Result<bool> {
    let mut mark = [0; 2];
    reader.read_exact(&mut mark)?;
    loop {
        let mut head = [0; 4];
        reader.read_exact(&mut head)?;
        let [_, marker, high, low] = head;
        match marker {
            0xc2 | 0xc6 | 0xca | 0xce => return Ok(true),
            0xda | 0xd9 => return Ok(false),
            _ => {
                let rest = u64::from(u16::from_be_bytes([high, low]).saturating_sub(2));
                io::copy(&mut reader.by_ref().take(rest), &mut io::sink())?;
            }
        }
    }
}

/// A reader that ends where it is over.
struct Ending<R> {
    reader: R,
    is_over: Arc<AtomicBool>,
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.is_over.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.reader.read(into)
    }
}

impl<R: Seek> Seek for Ending<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

/// Whose turn it is to decode: one thread's in the process.
struct Turn;

static IS_TAKEN: Mutex<bool> = Mutex::new(false);
static IS_FREE: Condvar = Condvar::new();

impl Turn {
    /// Waits for it; `None` where it does not come in time.
    fn wait(time: Duration) -> Option<Self> {
        let taken = IS_TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut taken, waited) =
            IS_FREE.wait_timeout_while(taken, time, |taken| *taken).unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && *taken {
            return None;
        }
        *taken = true;
        Some(Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *IS_TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = false;
        IS_FREE.notify_one();
    }
}

/// Decodes bytes that are in memory.
#[cfg(test)]
pub(super) fn decode_bytes(bytes: &[u8]) -> Result<DynamicImage, NotShown> {
    let kind = PictureKind::of(bytes).ok_or(NotShown::Damaged)?;
    decode_now(kind, io::Cursor::new(bytes), Limits::default())
}

#[cfg(test)]
mod tests;
