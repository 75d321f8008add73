//! What is sent of pictures that carry much beside themselves, and of those that are broken.

use std::io::Read as _;
use std::sync::Arc;

use super::{Trouble, strip};
use crate::pictures::decode::decode_bytes;
use crate::pictures::media_type::PictureKind;
use crate::pictures::pieces::Piece;
use crate::pictures::samples::{
    KINDS, SECRET, bombs, jpeg_segment, laden, picture, plain, png_chunk, webp_chunk,
};
use crate::pictures::source::Source;

fn sent(file: &[u8]) -> Result<Vec<u8>, Trouble> {
    let kind = PictureKind::of(file).unwrap();
    let source: Arc<dyn Source> = Arc::new(file.to_vec());
    let pieces = Arc::new(strip(kind, &*source, file.len() as u64)?.pieces);
    let mut sent = Vec::new();
    pieces.reader(&source).read_to_end(&mut sent).unwrap();
    assert_eq!(sent.len() as u64, pieces.len());
    Ok(sent)
}

fn has(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|part| part == what)
}

#[test]
fn where_a_picture_was_taken_is_gone_and_its_pixels_are_the_same() {
    for kind in KINDS {
        for orientation in [1, 6] {
            let file = laden(kind, &picture(40, 24), orientation);
            assert!(has(&file, SECRET));
            let sent = sent(&file).unwrap();
            for part in [SECRET, b"adobe", b"Photoshop", b"XMP", b"tEXt", b"tIME", b"\x88\x25"] {
                assert!(!has(&sent, part), "{kind:?} {}", String::from_utf8_lossy(part));
            }
            assert_eq!(decode_bytes(&sent), decode_bytes(&file), "{kind:?}");
            assert!(decode_bytes(&sent).is_ok(), "{kind:?}");
            assert_eq!(self::sent(&sent).unwrap(), sent, "{kind:?}: nothing more is taken from it");
        }
    }
}

#[test]
fn how_it_is_to_be_turned_stays() {
    for kind in [PictureKind::Png, PictureKind::Jpeg, PictureKind::Webp] {
        let sent = sent(&laden(kind, &picture(40, 24), 6)).unwrap();
        let turned = decode_bytes(&sent).unwrap();
        assert_eq!((turned.width(), turned.height()), (24, 40), "{kind:?}");
    }
}

#[test]
fn what_says_how_it_looks_stays() {
    let jpeg = sent(&laden(PictureKind::Jpeg, &picture(8, 8), 1)).unwrap();
    assert!(has(&jpeg, b"a profile that is kept") && has(&jpeg, b"JFIF"));
    assert!(has(&sent(&laden(PictureKind::Png, &picture(8, 8), 1)).unwrap(), b"gAMA"));
    assert!(has(&sent(&laden(PictureKind::Gif, &picture(8, 8), 1)).unwrap(), b"NETSCAPE2.0\x03\x01\x07\0\0"));
}

#[test]
fn a_picture_with_nothing_beside_it_is_sent_as_it_is() {
    for kind in [PictureKind::Png, PictureKind::Gif, PictureKind::Webp] {
        let file = plain(kind, &picture(20, 20), None);
        assert_eq!(sent(&file).unwrap(), file, "{kind:?}");
    }
}

#[test]
fn a_file_that_ends_early_is_sent_without_metadata_too() {
    for kind in KINDS {
        let file = laden(kind, &picture(40, 24), 6);
        for len in (13..file.len()).step_by(7) {
            let cut = &file[..len];
            if PictureKind::of(cut).is_some()
                && let Ok(sent) = sent(cut)
            {
                assert!(!has(&sent, &SECRET[..8]), "{kind:?} {len}");
            }
        }
    }
}

#[test]
fn a_thumbnail_in_the_header_of_a_jpeg_is_left_out() {
    let file = plain(PictureKind::Jpeg, &picture(8, 8), None);
    let jfif = jpeg_segment(0xe0, &[b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01", SECRET].concat());
    let file = [&[0xff, 0xd8][..], &jfif, &file[2..]].concat();
    let sent = sent(&file).unwrap();
    assert!(!has(&sent, SECRET) && decode_bytes(&sent).is_ok());
}

#[test]
fn a_broken_structure_is_not_sent_in_pieces() {
    let png = plain(PictureKind::Png, &picture(8, 8), None);
    let jpeg = plain(PictureKind::Jpeg, &picture(8, 8), None);
    let gif = plain(PictureKind::Gif, &picture(8, 8), None);
    let webp = plain(PictureKind::Webp, &picture(8, 8), None);
    let critical = [&png[..33], &png_chunk(*b"CgBI", b"abcd"), &png[33..]].concat();
    let garbage = [&jpeg[..20], SECRET, &jpeg[20..]].concat();
    let no_kind = [&webp[..12], &webp_chunk(*b"\0\0\0\0", SECRET), &webp[12..]].concat();
    let short = [&[0xff, 0xd8, 0xff, 0xfe, 0, 1], &jpeg[2..]].concat();
    let no_block = [&gif[..gif.len() - 1], b"?;"].concat();
    let text = b"GIF89a is the name of a format of pictures".to_vec();
    for file in [critical, garbage, no_kind, short, no_block, text] {
        assert!(matches!(sent(&file), Err(Trouble::Malformed(_))), "{:?}", String::from_utf8_lossy(&file));
    }
}

#[test]
fn metadata_in_very_many_places_are_refused() {
    let png = plain(PictureKind::Png, &picture(8, 8), None);
    let many = [png_chunk(*b"tEXt", b""), png_chunk(*b"gAMA", b"")].concat().repeat(20_000);
    let file = [&png[..33], &many, &png[33..]].concat();
    assert!(matches!(sent(&file), Err(Trouble::Malformed(_))));
}

#[test]
fn the_frames_of_an_animation_lose_what_does_not_belong_into_them() {
    let still = plain(PictureKind::Webp, &picture(8, 8), None);
    let frame = [&[0; 6][..], &[7, 0, 0, 7, 0, 0, 100, 0, 0, 0], &still[12..], &webp_chunk(*b"quux", SECRET)];
    let body = [
        &b"WEBP"[..],
        &webp_chunk(*b"VP8X", &[0b10, 0, 0, 0, 7, 0, 0, 7, 0, 0]),
        &webp_chunk(*b"ANIM", &[0; 6]),
        &webp_chunk(*b"ANMF", &frame.concat()),
    ];
    let file = webp_chunk(*b"RIFF", &body.concat());
    let sent = sent(&file).unwrap();
    assert!(!has(&sent, SECRET) && has(&sent, b"ANMF"));
    assert!(decode_bytes(&sent).is_ok());
    assert_eq!(decode_bytes(&sent), decode_bytes(&file));
}

#[test]
fn scans_are_counted_and_ranges_are_few() {
    let file = laden(PictureKind::Jpeg, &picture(400, 400), 1);
    let stripped = strip(PictureKind::Jpeg, &file, file.len() as u64).unwrap();
    assert_eq!(stripped.scans, 1);
    let inserted = stripped.pieces.as_slice().iter().filter(|piece| matches!(piece, Piece::Bytes(_))).count();
    assert!(stripped.pieces.as_slice().len() < 8 && inserted == 1, "{:?}", stripped.pieces);
}

/// `CHINWAG_UPDATE=1 cargo test -p tui-client --lib corpus` writes them to where the fuzzer begins (`assets/fuzz/pictures`).
#[test]
fn the_corpus_has_each_kind_plain_laden_torn_and_as_a_bomb() {
    let mut files = bombs();
    for kind in KINDS {
        let laden = laden(kind, &picture(6, 4), 6);
        files.push(laden.iter().take(laden.len() / 2).copied().collect());
        files.extend([plain(kind, &picture(6, 4), None), laden]);
    }
    files.push(b"GIF89a is the name of a format".to_vec());
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fuzz/pictures");
    for (number, file) in files.iter().enumerate() {
        assert!(file.len() <= 2048 && PictureKind::of(file).is_some(), "{number}: {} bytes", file.len());
        if std::env::var_os("CHINWAG_UPDATE").is_some() {
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(dir.join(number.to_string()), file).unwrap();
        }
    }
}
