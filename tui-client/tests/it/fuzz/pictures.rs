//! What is sent of a file that begins as a picture, whatever follows: nothing panics, and what is sent has no metadata, neither by our
//! own reading of it nor by that of the decoders.

use std::io::{Cursor, Read as _};
use std::sync::Arc;
use std::time::Duration;

use image::ImageDecoder;
use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use tui_client::pictures::content::{PictureMetadata, Prepared, prepare_source};
use tui_client::pictures::decode::Limits;
use tui_client::pictures::media_type::PictureKind;
use tui_client::pictures::metadata::strip;

/// The longest EXIF that is left: how the picture is to be turned, and nothing else.
const TURNED: usize = 26;

pub(super) fn check(input: &[u8]) {
    let limits =
        Limits { pixels: 1 << 20, memory: 16 << 20, time: Duration::from_secs(9), ..Limits::default() };
    let prepare = |bytes: &[u8], metadata| {
        let name = "a.bin".parse().unwrap();
        prepare_source(Arc::new(bytes.to_vec()), bytes.len() as u64, &name, metadata, limits)
    };
    let kept = prepare(input, PictureMetadata::Keep).unwrap();
    assert_eq!(content(&kept), input, "kept as it is");
    // A damaged one is not sent.
    let Ok(prepared) = prepare(input, PictureMetadata::Strip) else { return };
    let sent = content(&prepared);
    assert_eq!(sent.len() as u64, prepared.bytes());
    let Some(kind) = PictureKind::of(input) else { return assert_eq!(sent, input) };
    if let Some(picture) = prepared.picture {
        assert!(u64::from(picture.width) * u64::from(picture.height) <= limits.pixels);
    }
    assert_eq!(PictureKind::of(&sent), Some(kind), "it is still what it was");
    let again = strip(kind, &sent, sent.len() as u64).unwrap();
    assert_eq!(again.pieces.len(), sent.len() as u64, "nothing more is taken from it");
    match kind {
        PictureKind::Png => bare(PngDecoder::new(Cursor::new(&sent))),
        PictureKind::Jpeg => bare(JpegDecoder::new(Cursor::new(&sent))),
        PictureKind::Webp => bare(WebPDecoder::new(Cursor::new(&sent))),
        // Its decoder tells of no metadata, and the same bytes may stand in the pixels.
        PictureKind::Gif => {}
    }
}

fn content(prepared: &Prepared) -> Vec<u8> {
    let mut content = Vec::new();
    prepared.reader().read_to_end(&mut content).unwrap();
    content
}

/// What a decoder finds beside the pixels.
fn bare(decoder: image::ImageResult<impl ImageDecoder>) {
    let Ok(mut decoder) = decoder else { return };
    if let Ok(Some(exif)) = decoder.exif_metadata() {
        assert!(exif.len() <= TURNED, "{exif:?}");
    }
    assert!(!matches!(decoder.xmp_metadata(), Ok(Some(_))));
    assert!(!matches!(decoder.iptc_metadata(), Ok(Some(_))));
}
