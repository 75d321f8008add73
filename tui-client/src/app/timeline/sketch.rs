//! A picture in the timeline: the preview its sender made, in rows of an entry, two pixels in each cell. Smaller where there is less room:
//! then each pixel is the mean of those under it. Nothing is decoded, and nothing kept.

use shared::picture::Preview;

use crate::pictures::fit::fitted;
use crate::pictures::quantize::{color_of, nearest};

/// In fewer columns nothing can be made out.
const LEAST_COLUMNS: u32 = 2;
/// A picture has at most this part of the viewport's height.
const SHARE: u16 = 3;

/// A picture in rows of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch<'a> {
    preview: &'a Preview,
    columns: u16,
    /// Rows of pixels: two in each row of cells, but for the last where they are odd.
    pixel_rows: u16,
}

impl<'a> Sketch<'a> {
    /// A preview in so many columns of a viewport of this height, in at most so many rows; `None` where it would be too small.
    #[must_use]
    pub fn new(preview: &'a Preview, columns: u16, height: u16, rows: u16) -> Option<Self> {
        let rows = rows.min(height / SHARE);
        let size = (u32::from(preview.width()), u32::try_from(preview.rows().len()).unwrap_or_default());
        let room = (u32::from(columns), 2 * u32::from(rows));
        if room.1 == 0 || room.0 < LEAST_COLUMNS {
            return None;
        }
        let (width, height) = fitted(size, room);
        let narrow = |side| u16::try_from(side).unwrap_or(u16::MAX);
        Some(Self { preview, columns: narrow(width), pixel_rows: narrow(height) })
    }

    /// How many columns it has.
    #[must_use]
    pub const fn columns(&self) -> u16 {
        self.columns
    }

    /// How many rows of cells.
    #[must_use]
    pub const fn rows(&self) -> u16 {
        self.pixel_rows.div_ceil(2)
    }

    /// The colours of a row of cells, each with its upper and its lower half, which the last row may lack.
    #[must_use]
    pub fn row(&self, row: u16) -> Vec<(u8, Option<u8>)> {
        let upper = self.pixels(2 * row);
        let lower = if 2 * row + 1 < self.pixel_rows { self.pixels(2 * row + 1) } else { Vec::new() };
        let mut lower = lower.into_iter();
        upper.into_iter().map(|upper| (upper, lower.next())).collect()
    }

    /// A row of pixels.
    fn pixels(&self, row: u16) -> Vec<u8> {
        let (width, height) = (usize::from(self.preview.width()), self.preview.rows().len());
        let (columns, rows) = (usize::from(self.columns), usize::from(self.pixel_rows).max(1));
        let under = |index: usize, of: usize, whole: usize| {
            let from = index * whole / of;
            from..((index + 1) * whole / of).max(from + 1)
        };
        let of_row = under(usize::from(row), rows, height);
        let rows: Vec<&[u8]> = self.preview.rows().skip(of_row.start).take(of_row.len()).collect();
        let mean = |column| {
            let part = under(column, columns, width);
            let under: Vec<u8> =
                rows.iter().filter_map(|row| row.get(part.clone())).flatten().copied().collect();
            match under[..] {
                [one] => one,
                _ => mean_of(&under),
            }
        };
        (0..columns).map(mean).collect()
    }
}

/// The colour that comes nearest to the mean of some.
fn mean_of(indexes: &[u8]) -> u8 {
    let mut sums = [0_u32; 3];
    for index in indexes {
        for (sum, value) in sums.iter_mut().zip(color_of(*index)) {
            *sum += u32::from(value);
        }
    }
    let count = u32::try_from(indexes.len()).unwrap_or(u32::MAX).max(1);
    nearest(sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)))
}

#[cfg(test)]
mod tests {
    use super::{Preview, Sketch};

    fn checkered(width: u8, height: u8) -> Preview {
        let pixel = |at: usize| if (at % usize::from(width)).is_multiple_of(2) { 16 } else { 231 };
        Preview::new(width, (0..usize::from(width) * usize::from(height)).map(pixel).collect()).unwrap()
    }

    #[test]
    fn it_is_as_wide_as_fits_and_no_higher_than_it_may_be() {
        let wide = checkered(64, 36);
        for ((columns, height, rows), expect) in [
            ((80, 40, 18), Some((46, 13))),
            ((80, 60, 18), Some((64, 18))),
            ((80, 60, 10), Some((36, 10))),
            ((20, 60, 18), Some((20, 6))),
            ((30, 12, 18), Some((14, 4))),
            ((30, 2, 18), None),
            ((1, 60, 18), None),
            ((80, 60, 0), None),
        ] {
            let sketch = Sketch::new(&wide, columns, height, rows);
            assert_eq!(sketch.map(|it| (it.columns(), it.rows())), expect, "{columns} {height} {rows}");
        }
        assert_eq!(
            Sketch::new(&checkered(5, 3), 80, 40, 18).map(|it| (it.columns(), it.rows())),
            Some((5, 2))
        );
    }

    #[test]
    fn pixels_are_taken_as_they_are_or_as_the_mean_of_those_under_them() {
        let preview = checkered(4, 3);
        let whole = Sketch::new(&preview, 80, 40, 18).unwrap();
        assert_eq!(whole.row(0), [(16, Some(16)), (231, Some(231)), (16, Some(16)), (231, Some(231))]);
        assert_eq!(whole.row(1), [(16, None), (231, None), (16, None), (231, None)]);
        let half = Sketch::new(&preview, 2, 40, 18).unwrap();
        assert_eq!(half.rows(), 1);
        // Half black and half white is grey.
        assert_eq!(half.row(0), [(244, Some(244)), (244, Some(244))]);
    }
}
