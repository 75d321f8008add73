//! The exact bytes of each protocol, and how large a picture is shown.

use image::{DynamicImage, Rgb, RgbImage};

use super::{Drawn, LargePicture, Stage, iterm2, kitty, placeholder, sixel};
use crate::picture_way::PictureWay;
use crate::pictures::decode::decode_bytes;

fn stage(way: PictureWay) -> Stage {
    Stage { cells: (40, 20), cell_pixels: Some((8, 16)), way, through_tmux: false }
}

fn picture(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }
    }))
}

#[test]
fn half_blocks_are_two_pixels_a_cell() {
    let shown = LargePicture::new(&picture(4, 3), stage(PictureWay::Blocks));
    assert_eq!((shown.columns, shown.rows), (4, 2));
    let row = |lower: bool| [196, 196, 21, 21].map(|index: u8| (index, lower.then_some(index))).to_vec();
    assert_eq!(shown.drawn, Drawn::Blocks(vec![row(true), row(false)]));
    let large = LargePicture::new(&picture(4000, 2000), stage(PictureWay::Blocks));
    assert_eq!((large.columns, large.rows), (40, 10));
}

#[test]
fn kitty_is_given_a_png_and_cells_with_its_number() {
    let bytes = kitty::transmit(77, (3, 2), b"abc", false);
    let expect = "\x1b_Ga=t,f=100,q=2,i=77,m=0;YWJj\x1b\\\x1b_Ga=p,U=1,q=2,i=77,c=3,r=2\x1b\\";
    assert_eq!(String::from_utf8(bytes).unwrap(), expect);
    let long = String::from_utf8(kitty::transmit(77, (3, 2), &[0; 6144], false)).unwrap();
    let chunks: Vec<&str> = long.split("\x1b\\").collect();
    assert!(chunks[0].starts_with("\x1b_Ga=t,f=100,q=2,i=77,m=1;AAAA") && chunks[0].len() < 4096 + 40);
    assert!(chunks[1].starts_with("\x1b_Gq=2,m=0;AAAA") && chunks.len() == 4);
    assert_eq!(kitty::delete(77, false), b"\x1b_Ga=d,d=I,q=2,i=77\x1b\\");
    assert_eq!(kitty::delete(77, true), b"\x1bPtmux;\x1b\x1b_Ga=d,d=I,q=2,i=77\x1b\x1b\\\x1b\\");
    assert_eq!(placeholder(0, 1), "\u{10eeee}\u{305}\u{30d}");
    assert_eq!(placeholder(267, 30), "\u{10eeee}\u{a8f1}\u{483}");
    let shown = LargePicture::new(&picture(160, 80), stage(PictureWay::Kitty));
    assert_eq!((shown.columns, shown.rows), (20, 5));
    assert!(matches!(shown.drawn, Drawn::Placeholders { id: 16.., .. }));
}

#[test]
fn iterm2_is_given_a_file_with_its_size_in_cells() {
    let expect =
        "\x1b]1337;File=inline=1;size=3;width=3;height=2;preserveAspectRatio=1;doNotMoveCursor=1:YWJj\x07";
    assert_eq!(String::from_utf8(iterm2::bytes((3, 2), b"abc")).unwrap(), expect);
}

#[test]
fn sixels_are_bands_of_six_rows_with_a_pass_for_each_colour() {
    let mut indexes = [196, 196, 196, 196, 196, 21].repeat(6);
    indexes.extend([231; 6]);
    let expect =
        "\x1bP0;1;0q\"1;1;6;7#21;2;0;0;100#196;2;100;0;0#231;2;100;100;100#21!5?~$#196!5~-#231!6@\x1b\\";
    assert_eq!(String::from_utf8(sixel::bytes(&indexes, 6)).unwrap(), expect);
}

#[test]
fn a_terminal_that_does_not_tell_its_pixels_gets_half_blocks_for_sixels() {
    let shown = LargePicture::new(&picture(40, 30), Stage { cell_pixels: None, ..stage(PictureWay::Sixel) });
    assert!(matches!(shown.drawn, Drawn::Blocks(_)));
    let shown = LargePicture::new(&picture(4000, 4000), stage(PictureWay::Sixel));
    let Drawn::Bytes(bytes) = &shown.drawn else { panic!("{shown:?}") };
    assert!(shown.rows <= 20 && bytes.starts_with(b"\x1bP0;1;0q\"1;1;318;318"), "{:?}", &bytes[..30]);
}

#[test]
fn what_a_terminal_is_given_is_scaled_to_its_cells() {
    let ((columns, rows), file) = super::png(&picture(4000, 3000), (40, 20), (8, 16)).unwrap();
    assert_eq!((columns, rows), (40, 15));
    let scaled = decode_bytes(&file).unwrap();
    assert_eq!((scaled.width(), scaled.height()), (320, 240));
}
