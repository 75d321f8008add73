//! How a person's name is drawn: an index into the terminal's own palette, and underlining. Never an escape sequence, so that
//! a server cannot make a terminal do anything.

use serde::ser::SerializeTuple as _;
use serde::{Deserialize, Serialize, Serializer};

use crate::code::{Code, Invalid};

/// A colour of the ANSI palette (1–6 or 9–14; black, white and the greys are left out), perhaps underlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Style {
    color: u8,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    underline: bool,
}

#[derive(Deserialize)]
struct Raw {
    color: u8,
    #[serde(default)]
    underline: bool,
}

impl Style {
    /// Every style, in the order they are given out: ten colours, then the same underlined, then the two reds, plain and
    /// underlined. Clients show in red what went wrong, so that names have it last.
    pub const ALL: [Self; 24] = {
        const COLORS: [u8; 10] = [6, 2, 5, 3, 14, 10, 13, 12, 11, 4];
        let mut all = [Self::OPERATOR; 24];
        let mut i = 0;
        while i < 20 {
            all[i] = Self { color: COLORS[i % 10], underline: i >= 10 };
            i += 1;
        }
        while i < 24 {
            all[i] = Self { color: if i % 2 == 0 { 1 } else { 9 }, underline: i >= 22 };
            i += 1;
        }
        all
    };

    /// How the server's operator is drawn.
    pub const OPERATOR: Self = Self { color: 13, underline: true };

    /// Checks the colour.
    pub fn new(color: u8, underline: bool) -> Result<Self, Invalid> {
        if matches!(color, 1..=6 | 9..=14) {
            return Ok(Self { color, underline });
        }
        Err(Invalid::new(Code::BadRequest, "a colour is 1 to 6 or 9 to 14 of the ANSI palette"))
    }

    /// The index in the ANSI palette.
    #[must_use]
    pub const fn color(self) -> u8 {
        self.color
    }

    /// Whether names in this style are underlined.
    #[must_use]
    pub const fn underline(self) -> bool {
        self.underline
    }
}

/// Writes a style in the compact form: `[6]`, or `[9,true]` with a line under it. It is read in both forms.
pub(crate) struct CompactStyle<'a>(pub(crate) &'a Style);

impl Serialize for CompactStyle<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Style { color, underline } = self.0;
        let mut values = serializer.serialize_tuple(1 + usize::from(*underline))?;
        values.serialize_element(color)?;
        if *underline {
            values.serialize_element(underline)?;
        }
        values.end()
    }
}

impl TryFrom<Raw> for Style {
    type Error = Invalid;

    fn try_from(raw: Raw) -> Result<Self, Invalid> {
        Self::new(raw.color, raw.underline)
    }
}
