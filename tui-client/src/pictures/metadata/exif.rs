//! The one entry of an EXIF that is kept: how a picture is to be turned.

use image::metadata::Orientation;

/// What stands before an EXIF in JPEG, and by mistake in some WebP.
pub(super) const MARK: &[u8] = b"Exif\0\0";

/// An EXIF of nothing but how the picture is to be turned, made from another; `None` where that is as it is stored.
pub(super) fn of_orientation(exif: &[u8]) -> Option<Vec<u8>> {
    let exif = exif.strip_prefix(MARK).unwrap_or(exif);
    let orientation = Orientation::from_exif_chunk(exif).filter(|to| *to != Orientation::NoTransforms)?;
    // TIFF 6.0: little endian, one directory at byte 8, of one entry: tag 0x0112, one SHORT; no other directory.
    let mut bytes = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    bytes.extend([orientation.to_exif(), 0, 0, 0]);
    bytes.extend([0; 4]);
    Some(bytes)
}
