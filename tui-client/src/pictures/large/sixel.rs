//! Sixels (DEC, VT330/VT340 Programmer Reference, chapter 14): six rows of pixels at a time, a pass for each colour in them, in the colours
//! of xterm's palette.

use std::io::Write as _;

use crate::pictures::quantize::color_of;

/// The rows of pixels in one pass.
pub(super) const BAND: u32 = 6;

/// Draws rows of so many pixels, each a colour of the palette, from the cursor on.
pub(super) fn bytes(indexes: &[u8], width: usize) -> Vec<u8> {
    let rows: Vec<&[u8]> = indexes.chunks(width.max(1)).collect();
    let mut out = Vec::new();
    // A Vec takes everything. Pixels are square, and those that are not set stay as they are.
    write!(out, "\x1bP0;1;0q\"1;1;{};{}", width, rows.len()).ok();
    for index in used(indexes) {
        let [r, g, b] = color_of(index).map(|value| (u32::from(value) * 100 + 127) / 255);
        write!(out, "#{index};2;{r};{g};{b}").ok();
    }
    for (number, band) in rows.chunks(6).enumerate() {
        if number > 0 {
            out.push(b'-');
        }
        for (pass, index) in used(&band.concat()).into_iter().enumerate() {
            if pass > 0 {
                out.push(b'$');
            }
            write!(out, "#{index}").ok();
            draw(&mut out, band, index, width);
        }
    }
    out.extend(b"\x1b\\");
    out
}

/// The colours in some pixels.
fn used(indexes: &[u8]) -> Vec<u8> {
    let mut is_used = [false; 256];
    for index in indexes {
        is_used[usize::from(*index)] = true;
    }
    (0..=u8::MAX).filter(|index| is_used[usize::from(*index)]).collect()
}

/// The pixels of one colour in a band, repetitions counted.
fn draw(out: &mut Vec<u8>, band: &[&[u8]], index: u8, width: usize) {
    let sixel = |x: usize| {
        let set = band.iter().enumerate().filter(|(_, row)| row.get(x) == Some(&index));
        b'?' + set.map(|(y, _)| 1_u8 << y).sum::<u8>()
    };
    let mut x = 0;
    while x < width {
        let one = sixel(x);
        let mut end = x + 1;
        while end < width && sixel(end) == one {
            end += 1;
        }
        let count = end - x;
        if end == width && one == b'?' {
            return;
        }
        if count > 3 {
            write!(out, "!{count}").ok();
            out.push(one);
        } else {
            out.extend(std::iter::repeat_n(one, count));
        }
        x = end;
    }
}
