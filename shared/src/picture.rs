//! That a file is a picture: its size and, made by its sender, a [`Preview`] of a few pixels that can be drawn without reading the
//! content.

use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};

use crate::code::{Code, Invalid};

/// What is told of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
    /// How it looks from afar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
}

/// A picture of at most 64 by 36 pixels, each a colour of xterm's palette of 256 from 16 on, which are the same everywhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct Preview {
    width: u8,
    pixels: Vec<u8>,
}

impl Preview {
    /// The greatest width, in pixels.
    pub const MAX_WIDTH: u8 = 64;
    /// The greatest height, in pixels.
    pub const MAX_HEIGHT: u8 = 36;
    /// The lowest colour: those below it are the terminal's own.
    pub const LOWEST_COLOR: u8 = 16;

    /// Takes rows of pixels, from the top; refused where they are none, are not whole, are too many, or have a colour that is not the
    /// same everywhere.
    pub fn new(width: u8, pixels: Vec<u8>) -> Result<Self, Invalid> {
        let columns = usize::from(width);
        let rows = pixels.len().checked_div(columns).unwrap_or_default();
        let fits = width <= Self::MAX_WIDTH && (1..=usize::from(Self::MAX_HEIGHT)).contains(&rows);
        if !fits || rows * columns != pixels.len() || pixels.iter().any(|pixel| *pixel < Self::LOWEST_COLOR) {
            let why = "a preview is rows of pixels, at most 64 by 36, each a colour from 16 to 255";
            return Err(Invalid::new(Code::BadRequest, why));
        }
        Ok(Self { width, pixels })
    }

    /// Its width, in pixels; never zero.
    #[must_use]
    pub const fn width(&self) -> u8 {
        self.width
    }

    /// Its rows, from the top, each as wide as the picture.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        self.pixels.chunks_exact(usize::from(self.width))
    }
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Preview({}x{})", self.width, self.rows().len())
    }
}

/// The wire form: the pixels in base64.
#[derive(Serialize, Deserialize)]
struct Flat {
    width: u8,
    height: u8,
    pixels: String,
}

impl TryFrom<Flat> for Preview {
    type Error = Invalid;

    fn try_from(flat: Flat) -> Result<Self, Invalid> {
        // Nothing longer is decoded.
        let most = usize::from(Self::MAX_WIDTH) * usize::from(Self::MAX_HEIGHT);
        let pixels = if flat.pixels.len() <= most.div_ceil(3) * 4 {
            Base64::decode_vec(&flat.pixels).ok()
        } else {
            None
        };
        let preview = Self::new(flat.width, pixels.unwrap_or_default())?;
        if preview.rows().len() != usize::from(flat.height) {
            return Err(Invalid::new(Code::BadRequest, "the preview has not as many rows as it says"));
        }
        Ok(preview)
    }
}

impl From<Preview> for Flat {
    fn from(preview: Preview) -> Self {
        let height = u8::try_from(preview.rows().len()).unwrap_or(u8::MAX);
        Self { width: preview.width, height, pixels: Base64::encode_string(&preview.pixels) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_whole_rows_of_colours_that_are_the_same_everywhere() {
        let preview = Preview::new(2, vec![16, 17, 254, 255]).unwrap();
        assert_eq!(preview.rows().collect::<Vec<_>>(), [[16, 17], [254, 255]]);
        let wire = serde_json::to_string(&preview).unwrap();
        assert_eq!(wire, r#"{"width":2,"height":2,"pixels":"EBH+/w=="}"#);
        assert_eq!(serde_json::from_str::<Preview>(&wire).unwrap(), preview);
        for (width, pixels) in [
            (0, vec![]),
            (0, vec![16]),
            (1, vec![]),
            (2, vec![16; 3]),
            (65, vec![16; 65]),
            (1, vec![16; 37]),
            (1, vec![15]),
        ] {
            assert!(Preview::new(width, pixels.clone()).is_err(), "{width} {pixels:?}");
        }
        assert!(Preview::new(64, vec![255; 64 * 36]).is_ok());
        for lie in [
            wire.replace(r#""height":2"#, r#""height":3"#),
            wire.replace("EBH+/w==", "EBH+"),
            wire.replace("EBH", "*BH"),
        ] {
            assert!(serde_json::from_str::<Preview>(&lie).is_err(), "{lie}");
        }
    }
}
