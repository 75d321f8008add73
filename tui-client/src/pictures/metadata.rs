//! What a picture carries beside itself (camera, place and time in EXIF, XMP and IPTC, comments, texts, whole other pictures after its
//! end) is not sent on: [`strip`] walks its structure and says which ranges of the file are sent. Parts are kept by a list of those that
//! say how it looks (colour profile, transparency, animation), so what is unknown is left out. The pixels are not touched. How it is to
//! be turned is kept, in an EXIF of nothing else.
//!
//! A file that ends early is one of fewer parts. One whose structure is broken is not sent in pieces: nobody can say where its metadata
//! are, so that is [`Trouble::Malformed`], and who wants to send it as it is can have metadata kept.

mod exif;
mod gif;
mod jpeg;
mod png;
mod stripped;
mod webp;

use self::stripped::few;
pub use self::stripped::{Stripped, Trouble};
use super::media_type::PictureKind;
use super::source::{Source, Window};

/// Says what is sent of a picture of this kind and length.
pub fn strip(kind: PictureKind, source: &dyn Source, len: u64) -> Result<Stripped, Trouble> {
    let mut window = Window::new(source, len);
    let stripped = match kind {
        PictureKind::Png => png::strip(&mut window),
        PictureKind::Jpeg => jpeg::strip(&mut window),
        PictureKind::Gif => gif::strip(&mut window),
        PictureKind::Webp => webp::strip(&mut window),
    }?;
    few(&stripped.pieces)?;
    Ok(stripped)
}

#[cfg(test)]
mod tests;
