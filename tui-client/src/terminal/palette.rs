//! Colours that can be read: the sixteen of the palette, in tones with enough contrast to the background (WCAG 2.1, 4.5:1, or
//! 7:1 where high contrast is wished).
//!
//! What the palette's own colours look like is not known, so where the terminal has 256 colours, the 216 of xterm's cube
//! stand in for them: those are the same everywhere. Without an answer about the background, the tones are those that
//! can be read on black as on white, which are five; what has none of them is drawn in the colour of the text.

use ratatui::style::Color;

use super::encode::palette_index;

/// The contrast a text needs to its background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contrast {
    /// 4.5:1 (WCAG 2.1, level AA).
    Readable,
    /// 7:1 (level AAA).
    High,
}

impl Contrast {
    const fn least(self) -> f64 {
        match self {
            Self::Readable => 4.5,
            Self::High => 7.0,
        }
    }
}

/// The sixteen colours as xterm has them.
const XTERM: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];
/// The ones that are a hue: those of people and of the theme.
const HUES: [usize; 12] = [1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14];

/// The tones of the cube with 4.5:1 to black and to white at once, which are all there are, and the hues each stands for.
/// None is yellow or cyan.
const READABLE_ON_BOTH: [(u8, &[usize]); 5] =
    [(131, &[1, 9]), (29, &[2, 10]), (63, &[4, 12]), (163, &[5]), (98, &[13])];

/// What each of the sixteen colours is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette([Color; 16]);

impl Default for Palette {
    /// The terminal's own.
    fn default() -> Self {
        let mut colors = [Color::Reset; 16];
        for (index, color) in (0..).zip(&mut colors) {
            *color = Color::Indexed(index);
        }
        Self(colors)
    }
}

impl Palette {
    /// The one for a terminal with 256 colours and this background.
    #[must_use]
    pub fn readable(background: [u8; 3], need: Contrast) -> Self {
        let is_readable = |tone| contrast(tone, background) >= need.least();
        let mut tones: Vec<u8> = (16..232).filter(|tone| is_readable(cube(*tone))).collect();
        let mut palette = Self::default();
        for hue in HUES {
            let distance = |tone: &u8| difference(cube(*tone), XTERM[hue]);
            let nearest =
                (0..tones.len()).min_by(|a, b| distance(&tones[*a]).total_cmp(&distance(&tones[*b])));
            if let (Some(color), Some(nearest)) = (palette.0.get_mut(hue), nearest) {
                // No two people are drawn alike.
                *color = Color::Indexed(tones.swap_remove(nearest));
            }
        }
        palette
    }

    /// The one for a terminal with 256 colours whose background may be any dark or light one.
    #[must_use]
    pub fn readable_on_both() -> Self {
        let mut palette = Self::of_the_text();
        for (tone, hues) in READABLE_ON_BOTH {
            for hue in hues {
                if let Some(color) = palette.0.get_mut(*hue) {
                    *color = Color::Indexed(tone);
                }
            }
        }
        palette
    }

    /// The one for a terminal with sixteen colours and this background, by what those look like in xterm: what cannot be
    /// read is drawn in the colour of the text.
    #[must_use]
    pub fn readable_of_sixteen(background: [u8; 3], need: Contrast) -> Self {
        let mut palette = Self::default();
        for (color, tone) in palette.0.iter_mut().zip(XTERM) {
            if contrast(tone, background) < need.least() {
                *color = Color::Reset;
            }
        }
        palette
    }

    /// The one without hues: everything in the colour of the text.
    #[must_use]
    pub fn of_the_text() -> Self {
        let mut palette = Self::default();
        for hue in HUES {
            if let Some(color) = palette.0.get_mut(hue) {
                *color = Color::Reset;
            }
        }
        palette
    }

    /// What to draw a colour as.
    #[must_use]
    pub fn color(&self, color: Color) -> Color {
        // The greys are no hues: they stay as the terminal has them.
        if matches!(color, Color::Black | Color::Gray | Color::DarkGray | Color::White) {
            return color;
        }
        let index = palette_index(color).map(usize::from);
        index.and_then(|index| self.0.get(index)).copied().unwrap_or(color)
    }
}

/// A colour of xterm's cube, by its number.
fn cube(index: u8) -> [u8; 3] {
    let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
    let index = index - 16;
    [level(index / 36), level(index / 6 % 6), level(index % 6)]
}

/// Whether a background is a dark one: white can be read on it better than black.
#[must_use]
pub fn is_dark(background: [u8; 3]) -> bool {
    contrast(background, [255; 3]) > contrast(background, [0; 3])
}

/// The contrast between two colours (WCAG 2.1, "contrast ratio").
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How light a colour is (WCAG 2.1, "relative luminance").
fn luminance(color: [u8; 3]) -> f64 {
    let [r, g, b] = color.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// How different two colours look: by hue and saturation before lightness, which is what has to change.
fn difference(one: [u8; 3], other: [u8; 3]) -> f64 {
    let parts = |color: [u8; 3]| color.map(|part| f64::from(part) / 255.0);
    let most = |color: [f64; 3]| color[0].max(color[1]).max(color[2]).max(0.01);
    let (one, other) = (parts(one), parts(other));
    let (light, dark) = (most(one), most(other));
    let squares = (0..3).map(|at| {
        let (hue, tone) = (one[at] / light - other[at] / dark, one[at] - other[at]);
        4.0 * hue * hue + tone * tone
    });
    squares.sum()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ratatui::style::Color;

    use super::{Contrast, HUES, Palette, contrast, cube};

    fn tones(palette: Palette) -> Vec<u8> {
        let tones = HUES.map(|hue| palette.color(Color::Indexed(u8::try_from(hue).unwrap())));
        tones.map(|tone| if let Color::Indexed(tone) = tone { tone } else { panic!("{tone:?}") }).into()
    }

    #[test]
    fn on_every_usual_background_all_twelve_tones_are_readable_and_different() {
        for background in [
            [0, 0, 0],
            [255, 255, 255],
            [0x00, 0x2b, 0x36], // Solarized dark
            [0xfd, 0xf6, 0xe3], // Solarized light
            [0x28, 0x2a, 0x36], // Dracula
            [0x2e, 0x34, 0x40], // Nord
            [0xfb, 0xf1, 0xc7], // Gruvbox light
            [0x30, 0x0a, 0x24], // Ubuntu
            [0xff, 0xff, 0xdd],
        ] {
            for (need, least) in [(Contrast::Readable, 4.5), (Contrast::High, 7.0)] {
                let tones = tones(Palette::readable(background, need));
                for tone in &tones {
                    let contrast = contrast(cube(*tone), background);
                    assert!(contrast >= least, "{tone} on {background:?}: {contrast}");
                }
                assert_eq!(
                    tones.iter().collect::<HashSet<_>>().len(),
                    HUES.len(),
                    "{background:?}: {tones:?}"
                );
            }
        }
    }

    #[test]
    fn without_an_answer_every_tone_can_be_read_on_black_and_on_white() {
        let palette = Palette::readable_on_both();
        let mut used = HashSet::new();
        for hue in HUES {
            let drawn = palette.color(Color::Indexed(u8::try_from(hue).unwrap()));
            if drawn == Color::Reset {
                continue;
            }
            let Color::Indexed(tone) = drawn else { panic!("{hue} as {drawn}") };
            used.insert(tone);
            for background in [[0; 3], [255; 3]] {
                let contrast = contrast(cube(tone), background);
                assert!(contrast >= 4.5, "{hue} as {tone} on {background:?}: {contrast}");
            }
        }
        // Every tone there is has its use.
        let readable =
            |tone: &u8| [[0; 3], [255; 3]].iter().all(|background| contrast(cube(*tone), *background) >= 4.5);
        assert_eq!(used, (16..232).filter(readable).collect());
    }

    #[test]
    fn on_a_background_in_the_middle_what_no_tone_is_readable_for_keeps_its_own() {
        let grey = Palette::readable([0x77; 3], Contrast::Readable);
        assert_eq!(grey.color(Color::Cyan), Color::Indexed(6));
        assert_eq!(grey.color(Color::Reset), Color::Reset);
    }

    #[test]
    fn of_sixteen_colours_those_that_can_be_read_stay() {
        let on_white = Palette::readable_of_sixteen([255; 3], Contrast::Readable);
        for gone in [Color::Yellow, Color::Green, Color::Cyan, Color::LightCyan] {
            assert_eq!(on_white.color(gone), Color::Reset, "{gone}");
        }
        assert_eq!(on_white.color(Color::Blue), Color::Indexed(4));
        assert_eq!(
            Palette::readable_of_sixteen([0; 3], Contrast::Readable).color(Color::Yellow),
            Color::Indexed(3)
        );
    }

    #[test]
    fn a_tone_keeps_its_hue() {
        let light = Palette::readable([255; 3], Contrast::Readable);
        for (color, expect) in [
            (Color::Red, [205, 0, 0]),
            (Color::Green, [0, 135, 0]),
            (Color::Yellow, [95, 95, 0]),
            (Color::Blue, [0, 0, 238]),
        ] {
            let Color::Indexed(tone) = light.color(color) else { panic!("{color}") };
            let [r, g, b] = cube(tone).map(|part| part > 60);
            assert_eq!([r, g, b], expect.map(|part| part > 60), "{color} is {:?}", cube(tone));
        }
    }
}
