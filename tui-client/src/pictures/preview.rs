//! How a picture looks from afar: its [`Preview`], of at most 64 by 36 pixels in the palette's colours. Scaled by averaging the pixels
//! under each; what shows through is put on a grey that is neither background. Then dithered (Floyd and Steinberg) at reduced strength:
//! without it, skies and faces fall into bands; at full strength, areas of one colour are sown with dots.

use image::{DynamicImage, GenericImageView as _};
use shared::picture::{Picture, Preview};

use super::fit::fitted;
use super::quantize::{color_of, nearest};

/// What stands behind a picture that can be seen through.
const GROUND: [u8; 3] = [128; 3];
/// How much of the error is passed on to the neighbours, in sixteenths.
const STRENGTH: i32 = 10;

/// What is told of a picture.
#[must_use]
pub fn of(picture: &DynamicImage) -> Picture {
    let (width, height) = picture.dimensions();
    let (columns, rows) =
        fitted((width, height), (u32::from(Preview::MAX_WIDTH), u32::from(Preview::MAX_HEIGHT)));
    let pixels = dithered(&scaled(picture, columns, rows), columns);
    let preview = u8::try_from(columns).ok().and_then(|width| Preview::new(width, pixels).ok());
    Picture { width, height, preview }
}

/// A picture of this size, row after row, on the ground.
#[must_use]
pub fn scaled(picture: &DynamicImage, columns: u32, rows: u32) -> Vec<[u8; 3]> {
    let (from, to) = (picture.dimensions(), (columns, rows));
    // The two that large pictures are, without a conversion per pixel.
    if let DynamicImage::ImageRgb8(pixels) = picture {
        return averaged(from, to, |x, y| {
            let [r, g, b] = pixels.get_pixel(x, y).0;
            [r, g, b, 255]
        });
    }
    if let DynamicImage::ImageRgba8(pixels) = picture {
        return averaged(from, to, |x, y| pixels.get_pixel(x, y).0);
    }
    averaged(from, to, |x, y| picture.get_pixel(x, y).0)
}

/// For each of the new pixels, the mean of those under it, weighed by how opaque they are.
fn averaged(
    (width, height): (u32, u32),
    (columns, rows): (u32, u32),
    pixel: impl Fn(u32, u32) -> [u8; 4],
) -> Vec<[u8; 3]> {
    let part = |index: u32, of: u32, whole: u32| {
        let at =
            |index: u32| u32::try_from(u64::from(index) * u64::from(whole) / u64::from(of)).unwrap_or(whole);
        let from = at(index);
        from..at(index + 1).max(from + 1).min(whole)
    };
    let mut scaled = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let (mut sums, mut opaque, mut count) = ([0_u64; 3], 0_u64, 0_u64);
            for y in part(row, rows, height) {
                for x in part(column, columns, width) {
                    let [r, g, b, alpha] = pixel(x, y).map(u64::from);
                    sums = [sums[0] + r * alpha, sums[1] + g * alpha, sums[2] + b * alpha];
                    opaque += alpha;
                    count += 1;
                }
            }
            let (through, whole) = (255 * count - opaque, (255 * count).max(1));
            let on_ground = |sum: u64, ground: u8| (sum + u64::from(ground) * through + whole / 2) / whole;
            let mixed = [0, 1, 2].map(|at: usize| on_ground(sums[at], GROUND[at]));
            scaled.push(mixed.map(|value| u8::try_from(value).unwrap_or(u8::MAX)));
        }
    }
    scaled
}

/// Rows of colours in the palette.
pub(super) fn dithered(pixels: &[[u8; 3]], columns: u32) -> Vec<u8> {
    let columns = usize::try_from(columns).unwrap_or(usize::MAX).max(1);
    let mut indexes = Vec::with_capacity(pixels.len());
    // The errors that are passed on to this row and the next, with a place beyond either end.
    let mut here = vec![[0_i32; 3]; columns + 2];
    for row in pixels.chunks(columns) {
        let mut below = vec![[0_i32; 3]; columns + 2];
        for (x, pixel) in row.iter().enumerate() {
            let wanted =
                [0, 1, 2].map(|at: usize| (i32::from(pixel[at]) + here[x + 1][at] / 16).clamp(0, 255));
            let index = nearest(wanted.map(|value| u8::try_from(value).unwrap_or_default()));
            indexes.push(index);
            let got = color_of(index);
            for at in 0..3 {
                let error = (wanted[at] - i32::from(got[at])) * STRENGTH / 16;
                here[x + 2][at] += error * 7;
                below[x][at] += error * 3;
                below[x + 1][at] += error * 5;
                below[x + 2][at] += error;
            }
        }
        here = below;
    }
    indexes
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgba, RgbaImage};

    use super::{of, scaled};

    #[test]
    fn pixels_are_averaged_and_what_shows_through_is_grey() {
        let half = RgbaImage::from_fn(4, 2, |x, _| match x {
            0 => Rgba([255, 0, 0, 255]),
            1 => Rgba([0, 0, 255, 255]),
            // The colour of what cannot be seen does not matter.
            2 => Rgba([255, 255, 255, 0]),
            _ => Rgba([0, 255, 0, 0]),
        });
        assert_eq!(scaled(&DynamicImage::ImageRgba8(half.clone()), 2, 1), [[128, 0, 128], [128, 128, 128]]);
        let edge = RgbaImage::from_fn(2, 1, |x, _| if x == 0 { Rgba([255; 4]) } else { Rgba([0; 4]) });
        assert_eq!(scaled(&DynamicImage::ImageRgba8(edge), 1, 1), [[192, 192, 192]]);
        let deep = DynamicImage::ImageRgba8(half).to_rgba16();
        assert_eq!(scaled(&DynamicImage::ImageRgba16(deep), 2, 1), [[128, 0, 128], [128, 128, 128]]);
    }

    #[test]
    fn one_colour_stays_one_colour() {
        let red = RgbaImage::from_pixel(300, 200, Rgba([255, 0, 0, 255]));
        let told = of(&DynamicImage::ImageRgba8(red));
        assert_eq!((told.width, told.height), (300, 200));
        let preview = told.preview.unwrap();
        assert_eq!((preview.width(), preview.rows().len()), (54, 36));
        assert!(preview.rows().flatten().all(|pixel| *pixel == 196));
    }
}
