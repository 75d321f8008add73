//! What kind of content a file has: by its first bytes, else, where it reads as text or nothing is known of it, by the extension of its
//! name.

use shared::file::{FileName, MediaType};

/// As many of the first bytes as are looked at.
pub const HEAD: usize = 1024;

/// The kinds of picture that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

/// What it is by its first bytes: where they stand, which they are, the media type.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, PDF, "application/pdf"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"BM", "image/bmp"),
];

/// May be followed by nothing but text.
const PDF: &[u8] = b"%PDF-";
const ZIP: &str = "application/zip";
const TEXT: &str = "text/plain";

/// What it is by the extension of its name. Of text and of archives it tells more than the first bytes do.
const EXTENSIONS: &[(&str, &str)] = &[
    ("7z", "application/x-7z-compressed"),
    ("apk", "application/vnd.android.package-archive"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("deb", "application/vnd.debian.binary-package"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("epub", "application/epub+zip"),
    ("flac", "audio/flac"),
    ("heic", "image/heic"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("hwp", "application/x-hwp"),
    ("hwpx", "application/hwp+zip"),
    ("jar", "application/java-archive"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("m4a", "audio/mp4"),
    ("md", "text/markdown"),
    ("mkv", "video/x-matroska"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("toml", "application/toml"),
    ("txt", TEXT),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
];

impl PictureKind {
    /// Which a content is, by its first bytes.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

/// The media type of a content with these first bytes and this name.
#[must_use]
pub fn of(head: &[u8], name: &FileName) -> MediaType {
    let known = |raw: &str| MediaType::parse(raw).unwrap_or_default();
    if let Some(kind) = PictureKind::of(head) {
        return known(kind.media_type());
    }
    let by_name = by_extension(name);
    // A text may begin as anything does.
    let is_text = is_text(head);
    let is_magic = |(at, magic, _): &&(usize, &[u8], &str)| {
        (!is_text || *magic == PDF) && head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
    };
    match MAGIC.iter().find(is_magic) {
        Some((_, _, ZIP)) => known(by_name.filter(|by_name| is_zip(by_name)).unwrap_or(ZIP)),
        // The containers of Matroska, of which WebM is one, begin alike.
        Some((_, _, "video/webm")) if by_name == Some("video/x-matroska") => known("video/x-matroska"),
        Some((_, _, by_magic)) => known(by_magic),
        None if is_text => known(by_name.filter(|by_name| is_textual(by_name)).unwrap_or(TEXT)),
        None => by_name.filter(|by_name| !is_textual(by_name)).map(known).unwrap_or_default(),
    }
}

fn by_extension(name: &FileName) -> Option<&'static str> {
    let extension = name.split_extension().1.trim_start_matches('.').to_ascii_lowercase();
    EXTENSIONS.iter().find(|(of, _)| *of == extension).map(|(_, is)| *is)
}

/// Whether a media type is one of contents that are a zip.
fn is_zip(media_type: &str) -> bool {
    ["officedocument", "opendocument", "+zip", "java-archive", "android"]
        .iter()
        .any(|of| media_type.contains(of))
}

/// Whether a media type is one of contents that are text.
fn is_textual(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || ["json", "toml", "xml", "yaml"].iter().any(|of| media_type.ends_with(of))
}

/// Whether these bytes look like UTF-8 that is to be read: no control characters but those of lines. The last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => head
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .unwrap_or_default(),
        Err(_) => return false,
    };
    !text.is_empty()
        && text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\x0c' | '\x1b'))
}

#[cfg(test)]
mod tests {
    use super::{FileName, PictureKind, of};

    #[test]
    fn a_content_is_known_by_its_first_bytes_and_then_by_its_name() {
        for (head, name, expect) in [
            (&b"\x89PNG\r\n\x1a\n"[..], "a.jpg", "image/png"),
            (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
            (b"GIF89a", "a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a", "image/webp"),
            (b"RIFF\0\0\0\0WAVEfmt ", "a", "audio/wav"),
            (b"%PDF-1.7", "a.txt", "application/pdf"),
            (b"PK\x03\x04", "a.bin", "application/zip"),
            (b"PK\x03\x04", "a.odt", "application/vnd.oasis.opendocument.text"),
            (b"PK\x03\x04", "a.mp4", "application/zip"),
            (b"\x1f\x8b\x08", "a.tar.gz", "application/gzip"),
            (b"\0\0\0\x20ftypisom", "a", "video/mp4"),
            (b"\0\0\0\x20ftypheic", "a", "image/heic"),
            (b"\x1a\x45\xdf\xa3", "a.mkv", "video/x-matroska"),
            (b"\x1a\x45\xdf\xa3", "a", "video/webm"),
            (b"\x7fELF\x02", "a.txt", "application/x-elf"),
            ("안녕하세요".as_bytes(), "a", "text/plain"),
            ("안녕".as_bytes().split_last().unwrap().1, "a.md", "text/markdown"),
            (b"# title", "README.MD", "text/markdown"),
            (b"{}", "a.json", "application/json"),
            (b"BZh is short", "a", "text/plain"),
            (b"plain", "a.mp4", "text/plain"),
            (b"\x00\x01", "a.txt", "application/octet-stream"),
            (b"\x00\x01", "a.hwp", "application/x-hwp"),
            (b"", "a", "application/octet-stream"),
            (b"\xff\xfe\x00", "a", "application/octet-stream"),
        ] {
            assert_eq!(of(head, &FileName::parse(name).unwrap()).as_str(), expect, "{head:?} {name}");
        }
        assert_eq!(PictureKind::of(b"GIF"), None);
    }

    #[test]
    fn every_media_type_of_the_tables_is_one() {
        for raw in super::MAGIC.iter().map(|(_, _, of)| of).chain(super::EXTENSIONS.iter().map(|(_, of)| of))
        {
            assert!(super::MediaType::parse(raw).is_ok(), "{raw}");
        }
    }
}
