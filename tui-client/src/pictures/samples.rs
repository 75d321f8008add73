//! Small pictures for tests: made by encoders, and with everything beside the pixels that a picture can carry.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, Frame, ImageEncoder as _, ImageFormat, Rgb, RgbImage};

use super::media_type::PictureKind;

/// What must not be sent. Each of the pictures carries it many times.
pub(super) const SECRET: &[u8] = b"GPS 37.5665N 126.9780E";

/// All kinds.
pub(super) const KINDS: [PictureKind; 4] =
    [PictureKind::Png, PictureKind::Jpeg, PictureKind::Gif, PictureKind::Webp];

/// A picture: red on the left, blue on the right, the upper row green.
pub(super) fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x, y) {
        (_, y) if y < height / 4 => Rgb([0, 255, 0]),
        (x, _) if x < width / 2 => Rgb([255, 0, 0]),
        _ => Rgb([0, 0, 255]),
    })
}

/// An EXIF with this orientation, and with the secret: big endian, for ours is little.
pub(super) fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0]);
    exif.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    exif.extend(SECRET);
    exif
}

/// A picture as a file with nothing beside it but what the encoder writes and, where that is possible, an EXIF.
pub(super) fn plain(kind: PictureKind, pixels: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    let (width, height) = pixels.dimensions();
    let color = image::ExtendedColorType::Rgb8;
    match kind {
        PictureKind::Png => {
            let mut encoder = PngEncoder::new(&mut file);
            if let Some(exif) = exif {
                encoder.set_exif_metadata(exif).unwrap();
            }
            encoder.write_image(pixels, width, height, color).unwrap();
        }
        PictureKind::Jpeg => {
            let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
            if let Some(exif) = exif {
                encoder.set_exif_metadata(exif).unwrap();
            }
            encoder.write_image(pixels, width, height, color).unwrap();
        }
        PictureKind::Gif => {
            let frame = Frame::new(DynamicImage::ImageRgb8(pixels.clone()).to_rgba8());
            let mut encoder = GifEncoder::new(&mut file);
            encoder.set_repeat(image::codecs::gif::Repeat::Finite(7)).unwrap();
            encoder.encode_frames([frame.clone(), frame]).unwrap();
        }
        PictureKind::Webp => {
            let mut encoder = WebPEncoder::new_lossless(&mut file);
            if let Some(exif) = exif {
                encoder.set_exif_metadata(exif).unwrap();
            }
            encoder.write_image(pixels, width, height, color).unwrap();
        }
    }
    file
}

/// The same with the secret wherever one can stand.
pub(super) fn laden(kind: PictureKind, pixels: &RgbImage, orientation: u8) -> Vec<u8> {
    let exif = exif(orientation);
    let mut file = plain(kind, pixels, Some(exif.clone()));
    match kind {
        PictureKind::Png => {
            let texts = [
                png_chunk(*b"tEXt", &[b"Comment\0", SECRET].concat()),
                png_chunk(*b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", SECRET].concat()),
                png_chunk(*b"tIME", b"\x07\xea\x0b\x1c\x0b\0\0"),
                png_chunk(*b"prVt", SECRET),
                png_chunk(*b"gAMA", &45_455_u32.to_be_bytes()),
            ];
            let header = 8 + 12 + 13;
            file.splice(header..header, texts.concat());
        }
        PictureKind::Jpeg => {
            let segments = [
                jpeg_segment(0xe0, &[b"JFXX\0\x10", SECRET].concat()),
                jpeg_segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
                jpeg_segment(0xe2, &[b"MPF\0", SECRET].concat()),
                jpeg_segment(0xe2, b"ICC_PROFILE\0\x01\x01a profile that is kept"),
                jpeg_segment(0xed, &[b"Photoshop 3.0\0", SECRET].concat()),
                jpeg_segment(0xfe, SECRET),
            ];
            let end = file.len() - 2;
            file.splice(end..end, jpeg_segment(0xfe, SECRET));
            file.splice(2..2, segments.concat());
        }
        PictureKind::Gif => {
            let colors = 13 + 3 * (2 << (file[10] & 7)) * usize::from(file[10] >> 7);
            let count = u8::try_from(SECRET.len()).unwrap();
            let comment = [b"!\xfe", &[count][..], SECRET, &[0]].concat();
            let xmp = [b"!\xff\x0bXMP DataXMP", &[count][..], SECRET, &[0]].concat();
            file.splice(colors..colors, [comment, xmp].concat());
        }
        PictureKind::Webp => {
            file.extend(webp_chunk(*b"XMP ", SECRET));
            file.extend(webp_chunk(*b"quux", SECRET));
            file[20] |= 0b100;
            let len = u32::try_from(file.len() - 8).unwrap();
            file[4..8].copy_from_slice(&len.to_le_bytes());
        }
    }
    // After its end.
    file.extend(SECRET);
    file
}

pub(super) fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap().to_be_bytes();
    let checked = [&kind, data].concat();
    let crc = checked.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    });
    [&len[..], &checked, &(!crc).to_be_bytes()].concat()
}

pub(super) fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &len[..], data].concat()
}

pub(super) fn webp_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap().to_le_bytes();
    [&kind, &len[..], data, &vec![0; data.len() % 2]].concat()
}

/// Files of a few bytes that say they are 30,000 by 30,000 pixels.
pub(super) fn bombs() -> Vec<Vec<u8>> {
    const SIDE: u16 = 30_000;
    let (high, low) = (SIDE.to_be_bytes(), SIDE.to_le_bytes());
    let side = u32::from(SIDE).to_be_bytes();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(png_chunk(*b"IHDR", &[&side[..], &side, b"\x08\x06\0\0\0"].concat()));
    // As well compressed as can be: nothing but zeros.
    png.extend(png_chunk(*b"IDAT", b"x\x9c\xed\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a"));
    png.extend(png_chunk(*b"IEND", b""));
    let mut jpeg = plain(PictureKind::Jpeg, &picture(8, 8), None);
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[high, high].concat());
    let mut gif = plain(PictureKind::Gif, &picture(8, 8), None);
    gif[6..10].copy_from_slice(&[low, low].concat());
    let mut webp = plain(PictureKind::Webp, &picture(8, 8), None);
    // 14 bits of width less one, 14 of height less one, after the chunk's head and a byte of signature: 16,384 at most.
    webp[21..25].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
    let mut extended = plain(PictureKind::Webp, &picture(8, 8), Some(exif(1)));
    // 24 bits each.
    extended[24..30].copy_from_slice(&[0x2f, 0x75, 0, 0x2f, 0x75, 0]);
    vec![png, jpeg, gif, webp, extended]
}

/// What an encoder of this format makes of a picture of other colours.
pub(super) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}
