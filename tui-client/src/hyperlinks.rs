//! Hyperlinks of a frame (OSC 8): the cells of a link have its number in bits of the modifier that ratatui does not use, so that they
//! are compared, moved and cleared with the cell. The drawing ([`crate::ui`]) gives numbers, the screen
//! (`terminal/screen.rs`) keeps them over frames, the encoder writes the sequences.

use ratatui::buffer::Cell;
use ratatui::style::Modifier;

/// The first bit of the number.
const SHIFT: u32 = 9;
/// The highest number; zero is no link. A frame with more links than this leaves the others without.
pub const MOST: usize = 127;
/// What terminals take at least; longer addresses are not linked.
const LONGEST: usize = 2_000;

/// The links of a frame.
#[derive(Debug, Default)]
pub struct Hyperlinks {
    /// Whether the terminal takes them.
    is_wanted: bool,
    addresses: Vec<String>,
}

impl Hyperlinks {
    /// None yet; where they are not wanted, there will be none.
    #[must_use]
    pub fn new(is_wanted: bool) -> Self {
        Self { is_wanted, addresses: Vec::new() }
    }

    /// Whether links are wanted.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// The number of a link in this frame. The address is ASCII that can be seen.
    pub fn add(&mut self, address: &str) -> Option<usize> {
        let is_safe = address.len() <= LONGEST && address.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.is_wanted || !is_safe || self.addresses.len() >= MOST {
            return None;
        }
        self.addresses.push(address.to_owned());
        Some(self.addresses.len())
    }

    /// The addresses, the first having the number 1.
    #[must_use]
    pub fn into_addresses(self) -> Vec<String> {
        self.addresses
    }
}

/// The number of the link a cell is part of; zero where it is none.
#[must_use]
pub fn number_of(cell: &Cell) -> usize {
    usize::from(cell.modifier.bits() >> SHIFT)
}

/// Makes a cell part of a link.
pub fn set_number(cell: &mut Cell, number: usize) {
    let number = u16::try_from(number.min(MOST)).unwrap_or_default();
    cell.modifier = Modifier::from_bits_retain(look_of(cell).bits() | number << SHIFT);
}

/// The modifier of a cell without its number.
#[must_use]
pub fn look_of(cell: &Cell) -> Modifier {
    cell.modifier.intersection(Modifier::all())
}
