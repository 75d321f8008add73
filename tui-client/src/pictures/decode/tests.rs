//! Each kind is decoded, bombs and torn files are not.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use image::{DynamicImage, GenericImageView as _, ImageFormat};

use super::{Limits, NotShown, decode, decode_bytes};
use crate::pictures::media_type::PictureKind;
use crate::pictures::pieces::Pieces;
use crate::pictures::samples::{KINDS, bombs, encoded, exif, picture, plain};
use crate::pictures::source::Source;

fn decoded(file: &[u8], limits: Limits) -> Result<DynamicImage, NotShown> {
    let source: Arc<dyn Source> = Arc::new(file.to_vec());
    let kind = PictureKind::of(file).unwrap();
    decode(kind, &source, &Arc::new(Pieces::whole(file.len() as u64)), 1, limits)
}

#[test]
fn each_kind_is_decoded() {
    for kind in KINDS {
        let shown = decoded(&plain(kind, &picture(40, 24), None), Limits::default()).unwrap();
        assert_eq!(shown.dimensions(), (40, 24));
        for (x, y, main) in [(5, 15, 0), (30, 15, 2), (5, 2, 1)] {
            let pixel = shown.get_pixel(x, y).0;
            assert!(pixel[main] > 230 && pixel[(main + 1) % 3] < 40, "{kind:?} {pixel:?}");
        }
    }
}

#[test]
fn a_picture_is_turned_as_its_exif_says() {
    // The upper row is green; turned clockwise, that is the right column.
    for kind in [PictureKind::Png, PictureKind::Jpeg, PictureKind::Webp] {
        let shown = decoded(&plain(kind, &picture(40, 24), Some(exif(6))), Limits::default()).unwrap();
        assert_eq!(shown.dimensions(), (24, 40), "{kind:?}");
        let [red, green, ..] = shown.get_pixel(22, 10).0;
        assert!(green > 230 && red < 40, "{kind:?}");
    }
}

#[test]
fn greys_and_deep_colours_and_palettes_are_decoded() {
    let picture = DynamicImage::ImageRgb8(picture(16, 16));
    for other in [
        DynamicImage::ImageLuma8(picture.to_luma8()),
        DynamicImage::ImageLumaA16(picture.to_luma_alpha16()),
        DynamicImage::ImageRgba16(picture.to_rgba16()),
    ] {
        assert_eq!(decode_bytes(&encoded(&other, ImageFormat::Png)), Ok(other));
    }
}

#[test]
fn a_bomb_is_not_decoded() {
    for bomb in bombs() {
        let kind = PictureKind::of(&bomb);
        match decoded(&bomb, Limits::default()) {
            Err(NotShown::TooLarge { .. } | NotShown::Damaged) => {}
            other => panic!("{kind:?} {other:?}"),
        }
    }
    let told = bombs().iter().map(|bomb| decode_bytes(bomb)).collect::<Vec<_>>();
    assert!(told.contains(&Err(NotShown::TooLarge { width: 30_000, height: 30_000 })), "{told:?}");
}

#[test]
fn a_torn_file_is_damaged_or_shown_as_far_as_it_goes() {
    for kind in KINDS {
        let file = plain(kind, &picture(40, 24), None);
        for len in 12..file.len() {
            match decode_bytes(&file[..len]) {
                Ok(shown) => assert_eq!(shown.dimensions(), (40, 24)),
                Err(why) => assert!(matches!(why, NotShown::Damaged), "{kind:?} {len} {why}"),
            }
        }
    }
}

#[test]
fn limits_are_kept() {
    let file = plain(PictureKind::Png, &picture(40, 24), None);
    let limits = Limits::default();
    for limits in [
        Limits { side: 39, ..limits },
        Limits { pixels: 40 * 24 - 1, ..limits },
        Limits { memory: 40 * 24 * 3 - 1, ..limits },
        Limits { bytes: 20, ..limits },
    ] {
        assert!(matches!(decoded(&file, limits), Err(NotShown::TooLarge { .. })), "{limits:?}");
    }
    let source: Arc<dyn Source> = Arc::new(file.clone());
    let whole = Arc::new(Pieces::whole(file.len() as u64));
    assert_eq!(decode(PictureKind::Jpeg, &source, &whole, 101, limits), Err(NotShown::TooLong));
}

/// A file on a disk that never answers, until it is told to.
struct Stuck(std::sync::Mutex<std::sync::mpsc::Receiver<()>>);

impl Source for Stuck {
    fn read_at(&self, _: u64, _: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap().recv().ok();
        Ok(0)
    }
}

#[test]
fn nobody_waits_longer_than_the_time_and_nobody_decodes_beside_it() {
    let (release, held) = std::sync::mpsc::channel();
    let stuck: Arc<dyn Source> = Arc::new(Stuck(std::sync::Mutex::new(held)));
    let short = Limits { time: Duration::from_millis(20), ..Limits::default() };
    // Other tests decode as well: the turn may be theirs for a moment.
    let whole = Arc::new(Pieces::whole(100));
    assert_eq!(
        decode(PictureKind::Png, &stuck, &whole, 1, Limits { time: Duration::from_millis(500), ..short }),
        Err(NotShown::TooLong)
    );
    let file = plain(PictureKind::Png, &picture(4, 4), None);
    assert_eq!(decoded(&file, short), Err(NotShown::TooLong), "another one is at it");
    drop(release);
    assert!(decoded(&file, Limits::default()).is_ok(), "its turn is over");
}
