//! Colours of xterm's palette of 256 from 16 on: a cube of 6 by 6 by 6 and 24 greys, the same on every terminal.

/// The levels of the cube.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The one that comes nearest to a colour.
#[must_use]
pub fn nearest(color: [u8; 3]) -> u8 {
    let in_cube = 16 + color.map(nearest_level).into_iter().fold(0, |index, level| 6 * index + level);
    // Greys stand at 8, 18, … 238.
    let mean = color.map(u16::from).iter().sum::<u16>() / 3;
    let grey = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    let in_greys = 232 + grey;
    if distance(color, color_of(in_greys)) < distance(color, color_of(in_cube)) { in_greys } else { in_cube }
}

/// The red, green and blue of one, as xterm has it by default.
#[must_use]
pub fn color_of(index: u8) -> [u8; 3] {
    if index >= 232 {
        return [8 + 10 * (index - 232); 3];
    }
    let at = index.saturating_sub(16);
    [at / 36, at / 6 % 6, at % 6].map(|level| LEVELS.get(usize::from(level)).copied().unwrap_or_default())
}

fn nearest_level(value: u8) -> u8 {
    match value {
        0..48 => 0,
        48..115 => 1,
        _ => (value - 35) / 40,
    }
}

/// How different two colours look: the weighted square of the "redmean", which is near enough to what the eye says.
fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let mean = u32::from(a[0].midpoint(b[0]));
    let [r, g, b] = [0, 1, 2].map(|at: usize| u32::from(a[at].abs_diff(b[at])).pow(2));
    (((512 + mean) * r) >> 8) + 4 * g + (((767 - mean) * b) >> 8)
}

#[cfg(test)]
mod tests {
    use super::{color_of, nearest};

    #[test]
    fn every_colour_of_the_palette_is_nearest_to_itself() {
        for index in 16..=255 {
            let found = nearest(color_of(index));
            assert_eq!(color_of(found), color_of(index), "{index} {found}");
        }
    }

    #[test]
    fn no_other_colour_is_much_nearer_than_the_one_that_is_taken() {
        for (r, g, b) in (0..=255).step_by(15).flat_map(|r| {
            (0..=255).step_by(17).flat_map(move |g| (0..=255).step_by(15).map(move |b| (r, g, b)))
        }) {
            let far = |index| super::distance([r, g, b], color_of(index));
            let best = (16..=255).map(far).min().unwrap();
            assert!(far(nearest([r, g, b])) <= best + best / 2 + 400, "{r} {g} {b}");
        }
    }
}
