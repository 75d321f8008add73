//! Cells, cursor movements, clipboard and title as escape sequences (ECMA-48, and xterm's where it has none). Which cells
//! are written is decided in [`super::screen`].

use std::io::Write as _;

use base64ct::{Base64, Encoding as _};
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use crate::hyperlinks;

/// What comes before a frame that changes cells: terminals that know it show the frame as a whole (DEC mode 2026).
pub const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
/// What comes after it.
pub const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Appends escape sequences to a buffer, and leaves out what the terminal is set to already.
#[derive(Debug)]
pub struct Encoder<'a> {
    out: Vec<u8>,
    style: CellStyle,
    /// The addresses of links, the first having the number 1.
    addresses: &'a [String],
    /// The number of the link that is open; zero for none.
    link: usize,
    /// Where the cursor stands, when that is certain.
    at: Option<(u16, u16)>,
}

/// Everything about a cell but its symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CellStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: CellStyle = CellStyle { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

/// The modifiers we write, with the numbers that set them (ECMA-48, SGR).
const MODIFIERS: [(Modifier, u8); 7] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

impl<'a> Encoder<'a> {
    /// An encoder that appends to `out`, for a terminal with plain attributes. Cells are links to `addresses`.
    #[must_use]
    pub fn new(out: Vec<u8>, addresses: &'a [String]) -> Self {
        Self { out, style: PLAIN, addresses, link: 0, at: None }
    }

    /// What was written, the attributes plain again.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.set_style(PLAIN);
        self.set_link(0);
        self.out
    }

    /// Writes bytes as they are; they must not move the cursor.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Moves the cursor.
    pub fn move_to(&mut self, x: u16, y: u16) {
        match self.at {
            Some(here) if here == (x, y) => return,
            Some((from, row)) if row == y && from < x => self.write(format_args!("\x1b[{}C", x - from)),
            _ if x == 0 => self.write(format_args!("\x1b[{}H", y.saturating_add(1))),
            _ => self.write(format_args!("\x1b[{};{}H", y.saturating_add(1), x.saturating_add(1))),
        }
        self.at = Some((x, y));
    }

    /// Writes a cell of `columns` columns at the cursor.
    ///
    /// How far a cluster of several characters moves the cursor is a matter of opinion among terminals, so after one
    /// the cursor's place counts as unknown.
    pub fn cell(&mut self, cell: &Cell, columns: u16) {
        self.set_style(CellStyle { fg: cell.fg, bg: cell.bg, modifier: hyperlinks::look_of(cell) });
        self.set_link(hyperlinks::number_of(cell));
        let symbol = cell.symbol();
        self.out.extend_from_slice(symbol.as_bytes());
        self.at = match self.at {
            Some((x, y)) if !has_doubtful_width(symbol) => Some((x + columns, y)),
            _ => None,
        };
    }

    /// Erases from the cursor to the end of the row.
    pub fn erase_rest(&mut self) {
        self.set_style(PLAIN);
        self.set_link(0);
        self.raw(b"\x1b[K");
    }

    /// Erases the whole screen.
    pub fn erase_all(&mut self) {
        self.set_style(PLAIN);
        self.set_link(0);
        self.raw(b"\x1b[2J");
        self.at = None;
    }

    fn write(&mut self, sequence: std::fmt::Arguments<'_>) {
        // A Vec takes everything.
        self.out.write_fmt(sequence).ok();
    }

    /// Opens a link, or closes the one that is open (OSC 8). By its id a terminal knows that the rows of a link belong together.
    fn set_link(&mut self, number: usize) {
        let address = number.checked_sub(1).and_then(|at| self.addresses.get(at));
        let number = if address.is_some() { number } else { 0 };
        if std::mem::replace(&mut self.link, number) == number {
            return;
        }
        match address {
            Some(address) => self.write(format_args!("\x1b]8;id={number};{address}\x1b\\")),
            None => self.raw(b"\x1b]8;;\x1b\\"),
        }
    }

    fn set_style(&mut self, style: CellStyle) {
        let old = self.style;
        if old == style {
            return;
        }
        self.style = style;
        if style == PLAIN {
            return self.raw(b"\x1b[m");
        }
        self.raw(b"\x1b[");
        let dropped = old.modifier.difference(style.modifier);
        let old = if dropped.is_empty() { old } else { PLAIN };
        if !dropped.is_empty() {
            // Switching single modifiers off is less widely understood than starting over.
            self.raw(b"0;");
        }
        for (modifier, number) in MODIFIERS {
            if style.modifier.difference(old.modifier).contains(modifier) {
                self.write(format_args!("{number};"));
            }
        }
        if style.fg != old.fg {
            self.color(style.fg, 30);
        }
        if style.bg != old.bg {
            self.color(style.bg, 40);
        }
        if self.out.last() == Some(&b';') {
            self.out.pop();
        }
        self.raw(b"m");
    }

    /// Writes a colour's parameters; `base` is 30 for the foreground and 40 for the background.
    fn color(&mut self, color: Color, base: u8) {
        match (color, palette_index(color)) {
            (Color::Rgb(r, g, b), _) => self.write(format_args!("{};2;{r};{g};{b};", base + 8)),
            (_, None) => self.write(format_args!("{};", base + 9)),
            (_, Some(index @ 0..8)) => self.write(format_args!("{};", base + index)),
            (_, Some(index @ 8..16)) => self.write(format_args!("{};", base + 60 + index - 8)),
            (_, Some(index)) => self.write(format_args!("{};5;{index};", base + 8)),
        }
    }
}

/// The number of a colour in the terminal's palette; the terminal's default and a colour by its tone have none.
pub(super) fn palette_index(color: Color) -> Option<u8> {
    let index = match color {
        Color::Reset | Color::Rgb(..) => return None,
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    Some(index)
}

/// Puts a text on the clipboard (xterm's OSC 52); terminals that do not, ignore it.
#[must_use]
pub fn clipboard(text: &str) -> Vec<u8> {
    format!("\x1b]52;c;{}\x1b\\", Base64::encode_string(text.as_bytes())).into_bytes()
}

/// Calls the window something (xterm's OSC 2). Control characters would end the sequence and begin another.
#[must_use]
pub fn title(text: &str) -> Vec<u8> {
    let safe: String = text.chars().filter(|&c| shared::text::is_safe(c)).collect();
    format!("\x1b]2;{safe}\x1b\\").into_bytes()
}

/// Whether terminals disagree about the width of a symbol: clusters of several characters, and characters outside the
/// basic plane or of ambiguous presentation that fonts and tables treat differently.
#[must_use]
pub fn has_doubtful_width(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => !has_certain_width(c),
        (None, _) => false,
        (Some(_), Some(_)) => true,
    }
}

/// Characters every terminal gives the same width: ASCII, Latin, Greek, Cyrillic, box drawing, Hangul syllables, kana and
/// the unified ideographs.
fn has_certain_width(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{2010}'..='\u{2027}' | '\u{2039}' | '\u{203a}' | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{25ff}'
        | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fe}' | '\u{3131}'..='\u{3163}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Cell;
    use ratatui::style::{Color, Modifier, Style};

    use super::{Encoder, has_doubtful_width};

    fn written(draw: impl FnOnce(&mut Encoder<'_>)) -> String {
        let mut encoder = Encoder::new(Vec::new(), &[]);
        draw(&mut encoder);
        String::from_utf8(encoder.finish()).unwrap()
    }

    fn cell(symbol: &str, style: Style) -> Cell {
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_style(style);
        cell
    }

    #[test]
    fn only_attributes_that_change_are_written() {
        let bold = Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD);
        let text = written(|encoder| {
            encoder.move_to(0, 2);
            encoder.cell(&cell("a", bold), 1);
            encoder.cell(&cell("b", bold), 1);
            encoder.cell(&cell("c", Style::new().fg(Color::Cyan)), 1);
            encoder.cell(&cell("d", Style::new().fg(Color::Indexed(14))), 1);
            encoder.cell(&cell("e", Style::new()), 1);
            encoder.move_to(7, 2);
            encoder.cell(&cell("f", Style::new()), 1);
        });
        assert_eq!(text, "\x1b[3H\x1b[1;36mab\x1b[0;36mc\x1b[94md\x1b[me\x1b[2Cf".replace("94", "96"));
    }

    #[test]
    fn what_is_copied_goes_out_as_base64() {
        let copied = |text| String::from_utf8(super::clipboard(text)).unwrap();
        assert_eq!(copied("한글"), "\x1b]52;c;7ZWc6riA\x1b\\");
        assert_eq!(copied("a"), "\x1b]52;c;YQ==\x1b\\");
        assert_eq!(copied("ab"), "\x1b]52;c;YWI=\x1b\\");
        assert_eq!(String::from_utf8(super::title("a\x1b]b")).unwrap(), "\x1b]2;a]b\x1b\\");
    }

    #[test]
    fn the_cursor_is_placed_anew_after_what_terminals_disagree_about() {
        let plain = Style::new();
        let text = written(|encoder| {
            encoder.move_to(0, 0);
            encoder.cell(&cell("한", plain), 2);
            encoder.move_to(2, 0);
            encoder.cell(&cell("👨‍👩‍👧‍👦", plain), 2);
            encoder.move_to(4, 0);
            encoder.cell(&cell("x", plain), 1);
        });
        assert_eq!(text, "\x1b[1H한👨‍👩‍👧‍👦\x1b[1;5Hx");
        for (symbol, risky) in
            [("a", false), ("한", false), ("│", false), ("·", false), ("😀", true), ("❤️", true)]
        {
            assert_eq!(has_doubtful_width(symbol), risky, "{symbol}");
        }
    }
}
