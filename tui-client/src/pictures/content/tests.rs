//! What is sent of files of every kind.

use std::fs;
use std::io::Read as _;

use shared::file::FileName;

use super::{Limits, NotPrepared, PictureMetadata, Prepared, prepare};
use crate::pictures::media_type::PictureKind;
use crate::pictures::samples::{KINDS, SECRET, bombs, laden, picture};

fn prepared(content: &[u8], name: &str, metadata: PictureMetadata) -> Result<Prepared, NotPrepared> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    prepare(&path, &FileName::parse(name).unwrap(), metadata, Limits::default())
}

fn sent(prepared: &Prepared) -> Vec<u8> {
    let mut sent = Vec::new();
    prepared.reader().read_to_end(&mut sent).unwrap();
    assert_eq!(sent.len() as u64, prepared.bytes());
    sent
}

#[test]
fn a_picture_is_sent_without_metadata_and_with_its_preview() {
    for kind in KINDS {
        let file = laden(kind, &picture(40, 24), 1);
        let first = prepared(&file, "a", PictureMetadata::Strip).unwrap();
        assert_eq!(first.media_type.as_str(), kind.media_type());
        let told = first.picture.clone().unwrap();
        assert_eq!((told.width, told.height), (40, 24));
        assert_eq!(told.preview.unwrap().rows().len(), 24);
        assert!(!sent(&first).windows(SECRET.len()).any(|part| part == SECRET));
        let again = prepared(&file, "a", PictureMetadata::Strip).unwrap();
        assert_eq!(sent(&again), sent(&first), "the same content for an upload that goes on");
        assert_eq!(sent(&prepared(&file, "a", PictureMetadata::Keep).unwrap()), file);
    }
}

#[test]
fn anything_else_is_sent_as_it_is() {
    for (content, media_type) in [
        (&b"hello\n"[..], "text/plain"),
        (b"%PDF-1.7\nGPS", "application/pdf"),
        (b"", "application/octet-stream"),
    ] {
        let prepared = prepared(content, "a", PictureMetadata::Strip).unwrap();
        assert_eq!((sent(&prepared), prepared.media_type.as_str()), (content.to_vec(), media_type));
        assert_eq!(prepared.picture, None);
    }
}

#[test]
fn a_bomb_is_a_file_without_a_picture() {
    for bomb in bombs() {
        let kind = PictureKind::of(&bomb).unwrap();
        let prepared = prepared(&bomb, "a", PictureMetadata::Strip).unwrap();
        assert_eq!((prepared.picture, prepared.media_type.as_str()), (None, kind.media_type()));
    }
}

#[test]
fn a_damaged_picture_is_sent_only_by_who_keeps_metadata() {
    let file = b"GIF89a is the name of a format";
    assert!(matches!(prepared(file, "a", PictureMetadata::Strip), Err(NotPrepared::Damaged(_))));
    let kept = prepared(file, "a", PictureMetadata::Keep).unwrap();
    assert_eq!((sent(&kept), kept.picture), (file.to_vec(), None));
}

#[test]
fn only_files_are_sent() {
    let dir = tempfile::tempdir().unwrap();
    let name = FileName::parse("a").unwrap();
    let not = prepare(dir.path(), &name, PictureMetadata::Strip, Limits::default());
    assert!(matches!(not, Err(NotPrepared::NoFile)));
    let missing = prepare(&dir.path().join("none"), &name, PictureMetadata::Strip, Limits::default());
    assert!(matches!(missing, Err(NotPrepared::Io(_))));
}
