//! The cells a terminal shows, and the difference to the next frame as few bytes: double buffering, as curses does it. Whoever
//! draws may draw some of the rows alone; the others are neither cleared nor compared.

use std::ops::Range;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect};

use super::encode::{BEGIN_FRAME, END_FRAME, Encoder, has_doubtful_width};
use super::palette::Palette;
use super::stand_in::{sign, stand_in};
use crate::hyperlinks::{self, Hyperlinks};

/// How frames are made fit for the terminal, whoever draws them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    /// Ambiguous characters are drawn two columns wide: ASCII stands in for them.
    pub ascii: bool,
    /// Frames and signs are drawn in ASCII, letters as they are.
    pub ascii_signs: bool,
    /// What the sixteen colours are drawn as.
    pub palette: Palette,
    /// It takes hyperlinks.
    pub hyperlinks: bool,
}

/// The frame on the terminal, and the rows being drawn.
#[derive(Debug)]
pub struct Screen {
    shown: Buffer,
    next: Buffer,
    caret: Option<Position>,
    /// The addresses of the links that cells are part of, as long as there is room for more.
    addresses: Vec<String>,
    fit: Fit,
    /// Nothing can be said about what the terminal shows: it is erased first.
    stale: bool,
}

impl Screen {
    /// A screen of this size, of which nothing is known.
    #[must_use]
    pub fn new(columns: u16, rows: u16) -> Self {
        let area = Rect::new(0, 0, columns, rows);
        Self {
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            caret: None,
            addresses: Vec::new(),
            fit: Fit::default(),
            stale: true,
        }
    }

    /// The terminal has another size, or shows something else than we think.
    pub fn invalidate(&mut self, columns: u16, rows: u16) {
        *self = Self { fit: self.fit, ..Self::new(columns, rows) };
    }

    /// Whether the terminal is erased before the next frame.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// Makes the frames fit from now on. Says whether that changes anything.
    pub fn set_fit(&mut self, fit: Fit) -> bool {
        let changes = self.fit != fit;
        self.fit = fit;
        changes
    }

    /// Draws these rows of a frame with `paint`, which returns where the caret goes, and appends to `out` what makes it appear.
    /// The other rows stay as they are, unless the terminal may show something else: then all are drawn.
    ///
    /// The cursor's place comes last. A frame that only moves it is nothing but that movement: it must not be wrapped
    /// in synchronized output, or input methods lose their place.
    pub fn draw(
        &mut self,
        out: Vec<u8>,
        rows: Range<u16>,
        paint: impl FnOnce(&mut Buffer, &mut Hyperlinks) -> Option<Position>,
    ) -> Vec<u8> {
        let all = self.shown.area;
        let drawn = Rect { y: rows.start, height: rows.end.saturating_sub(rows.start), ..all };
        self.next.resize(if self.stale { all } else { drawn.intersection(all) });
        self.next.reset();
        let mut links = Hyperlinks::new(self.fit.hyperlinks);
        let caret = paint(&mut self.next, &mut links);
        self.make_fit();
        self.keep_links(links.into_addresses());
        let addresses = std::mem::take(&mut self.addresses);
        let out = self.write(Encoder::new(out, &addresses), caret);
        self.addresses = addresses;
        out
    }

    /// Writes what changed, and places the caret.
    fn write(&mut self, mut encoder: Encoder<'_>, caret: Option<Position>) -> Vec<u8> {
        let changed = self.write_cells(&mut encoder);
        if !changed && caret == self.caret {
            return encoder.finish();
        }
        match caret {
            Some(at) => encoder.move_to(at.x, at.y),
            None => encoder.move_to(0, 0),
        }
        if self.stale || caret.is_some() != self.caret.is_some() {
            encoder.raw(if caret.is_some() { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        let mut out = encoder.finish();
        if changed {
            out.extend_from_slice(END_FRAME);
        }
        self.caret = caret;
        self.stale = false;
        out
    }

    fn make_fit(&mut self) {
        for cell in &mut self.next.content {
            cell.fg = self.fit.palette.color(cell.fg);
            if (self.fit.ascii || self.fit.ascii_signs)
                && let Some(ascii) = self.fit.ascii_for(cell)
            {
                cell.set_char(ascii);
            }
        }
    }

    /// Gives the links of a frame the numbers they keep as long as they are shown: a cell whose number stays need not be written.
    fn keep_links(&mut self, frame: Vec<String>) {
        if frame.is_empty() {
            return;
        }
        let mut kept = Vec::with_capacity(frame.len());
        for address in frame {
            let known = self.addresses.iter().position(|known| *known == address).map(|at| at + 1);
            let number = known.or_else(|| self.free_number(&kept)).unwrap_or(0);
            if known.is_none() && number > 0 {
                self.addresses.resize(self.addresses.len().max(number), String::new());
                if let Some(place) = self.addresses.get_mut(number - 1) {
                    *place = address;
                }
            }
            kept.push(number);
        }
        for cell in &mut self.next.content {
            if let Some(in_frame) = hyperlinks::number_of(cell).checked_sub(1) {
                hyperlinks::set_number(cell, kept.get(in_frame).copied().unwrap_or(0));
            }
        }
    }

    /// A number that no shown cell and no link of this frame has.
    fn free_number(&self, taken: &[usize]) -> Option<usize> {
        let next = self.addresses.len() + 1;
        if next <= hyperlinks::MOST {
            return Some(next);
        }
        let is_free = |number: &usize| {
            !taken.contains(number)
                && !self.shown.content.iter().any(|cell| hyperlinks::number_of(cell) == *number)
        };
        (1..=hyperlinks::MOST).find(is_free)
    }

    /// Writes the rows that changed, and takes them over. Says whether there were any.
    fn write_cells(&mut self, encoder: &mut Encoder<'_>) -> bool {
        let mut changed = self.stale;
        if self.stale {
            encoder.raw(BEGIN_FRAME);
            encoder.erase_all();
            self.shown.reset();
        }
        let Rect { y: top, width, .. } = self.next.area;
        let width = usize::from(width).max(1);
        let shown_rows = self.shown.content.chunks_mut(width).skip(usize::from(top));
        for ((y, next), shown) in (top..).zip(self.next.content.chunks_mut(width)).zip(shown_rows) {
            if next == shown {
                continue;
            }
            if !changed {
                encoder.raw(BEGIN_FRAME);
                changed = true;
            }
            if next.iter().chain(&*shown).any(|cell| has_doubtful_width(cell.symbol())) {
                write_row(encoder, y, next);
            } else {
                write_changes(encoder, y, shown, next);
            }
            shown.swap_with_slice(next);
        }
        changed
    }
}

impl Fit {
    /// What stands in for a cell's symbol, where its first character is one to be replaced. What makes emoji of a character
    /// has two columns already.
    fn ascii_for(&self, cell: &Cell) -> Option<char> {
        let first = cell.symbol().chars().next().filter(|first| !first.is_ascii())?;
        let of_wide = if self.ascii { stand_in(first) } else { None };
        of_wide.or_else(|| sign(first).filter(|_| self.ascii_signs)).filter(|_| cell.cell_width() < 2)
    }
}

/// Writes the cells of a row that changed.
fn write_changes(encoder: &mut Encoder<'_>, y: u16, shown: &[Cell], next: &[Cell]) {
    let end = written_end(next);
    let mut column = 0;
    // Cells before this one are written whether they changed or not: half a wide symbol stood there.
    let mut torn = 0;
    while let (Some(cell), Some(old)) = (next.get(column), shown.get(column)) {
        let columns = cell.cell_width().max(1);
        if cell != old || column < torn {
            encoder.move_to(index(column), y);
            if column >= end {
                return encoder.erase_rest();
            }
            torn = torn.max(column + usize::from(old.cell_width().max(columns)));
            encoder.cell(cell, columns);
        }
        column += usize::from(columns);
    }
}

/// Writes a whole row, the cursor placed anew after each symbol of doubtful width, so that what a terminal drew too
/// wide is covered by what follows.
fn write_row(encoder: &mut Encoder<'_>, y: u16, next: &[Cell]) {
    let end = written_end(next);
    let mut column = 0;
    encoder.move_to(0, y);
    encoder.erase_rest();
    while let Some(cell) = next.get(column).filter(|_| column < end) {
        let columns = cell.cell_width().max(1);
        encoder.move_to(index(column), y);
        encoder.cell(cell, columns);
        column += usize::from(columns);
    }
    if column < next.len() {
        encoder.move_to(index(column), y);
        encoder.erase_rest();
    }
}

/// Where the blank rest of a row begins.
fn written_end(row: &[Cell]) -> usize {
    row.iter().rposition(|cell| *cell != Cell::EMPTY).map_or(0, |last| last + 1)
}

/// A column of a buffer: its size is an `u16` already.
fn index(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Position;
    use ratatui::style::{Color, Style};

    use super::{Fit, Screen};
    use crate::hyperlinks;
    use crate::terminal::palette::{Contrast, Palette};

    const ALL: std::ops::Range<u16> = 0..u16::MAX;

    fn paint(screen: &mut Screen, rows: &[&str], caret: (u16, u16)) -> String {
        let bytes = screen.draw(Vec::new(), ALL, |buffer, _| {
            for (y, row) in (0..).zip(rows) {
                buffer.set_stringn(0, y, row, usize::from(buffer.area.width), Style::new());
            }
            Some(Position::from(caret))
        });
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_frame_that_changes_nothing_writes_nothing() {
        let mut screen = Screen::new(10, 2);
        assert!(paint(&mut screen, &["hello"], (5, 0)).contains("hello"));
        assert_eq!(paint(&mut screen, &["hello"], (5, 0)), "");
    }

    #[test]
    fn where_ambiguous_characters_are_two_wide_no_such_one_is_written() {
        let mut screen = Screen::new(24, 2);
        let fit = Fit { ascii: true, ..Fit::default() };
        assert!(screen.set_fit(fit) && !screen.set_fit(fit));
        screen.invalidate(24, 2);
        let text = paint(&mut screen, &["──┬── ↑ “네…” ·1️⃣ 😀", "│ café д 한글"], (0, 0));
        let drawn: String = text.chars().filter(|c| !c.is_ascii()).collect();
        assert_eq!(drawn, "네\u{fe0f}\u{20e3}😀한글");
        for part in ["--+-- ^ \"네.\" .", "| cafe ? 한글"] {
            let text = text.replace("\x1b[1C", " ");
            assert!(text.contains(part), "no {part} in {text:?}");
        }
    }

    #[test]
    fn colours_are_drawn_as_what_can_be_read() {
        let mut screen = Screen::new(4, 1);
        let palette = Palette::readable([255; 3], Contrast::Readable);
        screen.set_fit(Fit { palette, ..Fit::default() });
        let bytes = screen.draw(Vec::new(), ALL, |buffer, _| {
            buffer.set_stringn(0, 0, "a", 1, Style::new().fg(Color::Yellow));
            None
        });
        let Color::Indexed(tone) = palette.color(Color::Yellow) else { panic!("no tone") };
        assert!(String::from_utf8(bytes).unwrap().contains(&format!("\x1b[38;5;{tone}ma")));
    }

    /// Draws rows that are links as a whole, where one begins with a letter the address of which is given.
    fn paint_links(screen: &mut Screen, rows: std::ops::Range<u16>, links: &[(u16, &str)]) -> String {
        let bytes = screen.draw(Vec::new(), rows, |buffer, hyperlinks| {
            for (y, address) in links {
                buffer.set_stringn(0, *y, "ab", 2, Style::new());
                if let Some(number) = hyperlinks.add(address) {
                    (0..2).for_each(|x| hyperlinks::set_number(&mut buffer[(x, *y)], number));
                }
            }
            None
        });
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn each_row_of_a_link_has_its_whole_address_and_a_frame_that_keeps_it_writes_nothing() {
        let mut screen = Screen::new(4, 3);
        screen.set_fit(Fit { hyperlinks: true, ..Fit::default() });
        let drawn = paint_links(&mut screen, ALL, &[(0, "https://x"), (1, "https://x")]);
        assert_eq!(drawn.matches("\x1b]8;id=1;https://x\x1b\\ab").count(), 1, "{drawn:?}");
        assert!(drawn.contains("ab\x1b[2Hab"), "the second row goes on with it: {drawn:?}");
        assert_eq!(drawn.matches("\x1b]8;;\x1b\\").count(), 1, "{drawn:?}");
        assert_eq!(paint_links(&mut screen, ALL, &[(0, "https://x"), (1, "https://x")]), "");
        // The same cells lead elsewhere.
        let drawn = paint_links(&mut screen, ALL, &[(0, "https://y"), (1, "https://x")]);
        assert!(drawn.contains("\x1b]8;id=2;https://y\x1b\\ab"), "{drawn:?}");
        assert!(!drawn.contains("https://x"), "{drawn:?}");
        // Of a frame of some rows, the others keep their links.
        let drawn = paint_links(&mut screen, 2..3, &[(2, "https://x")]);
        assert!(drawn.contains("id=1;https://x"), "{drawn:?}");
    }

    #[test]
    fn where_the_terminal_takes_no_links_or_the_address_is_none_there_is_none() {
        let mut screen = Screen::new(4, 1);
        assert!(!paint_links(&mut screen, ALL, &[(0, "https://x")]).contains("\x1b]8"));
        screen.set_fit(Fit { hyperlinks: true, ..Fit::default() });
        screen.invalidate(4, 1);
        for address in ["https://\u{e9}", "https://a b", "https://a\x1b\\"] {
            assert!(!paint_links(&mut screen, ALL, &[(0, address)]).contains("\x1b]8"), "{address:?}");
        }
    }

    #[test]
    fn numbers_of_links_that_are_gone_are_given_again() {
        let mut screen = Screen::new(4, 1);
        screen.set_fit(Fit { hyperlinks: true, ..Fit::default() });
        for round in 0..1_000 {
            let address = format!("https://x/{round}");
            let drawn = paint_links(&mut screen, ALL, &[(0, &address)]);
            assert!(drawn.contains(&format!(";{address}\x1b")), "{drawn:?}");
        }
    }

    #[test]
    fn a_bare_cursor_move_is_not_wrapped_in_synchronized_output() {
        let mut screen = Screen::new(10, 2);
        paint(&mut screen, &["hello"], (5, 0));
        assert_eq!(paint(&mut screen, &["hello"], (4, 0)), "\x1b[1;5H");
    }

    #[test]
    fn the_cursor_is_the_last_thing_of_a_frame() {
        let mut screen = Screen::new(10, 2);
        paint(&mut screen, &["hello"], (5, 0));
        assert_eq!(paint(&mut screen, &["hello!"], (6, 0)), "\x1b[?2026h\x1b[1;6H!\x1b[?2026l");
        assert_eq!(paint(&mut screen, &["hell"], (4, 1)), "\x1b[?2026h\x1b[1;5H\x1b[K\x1b[2;5H\x1b[?2026l");
    }

    #[test]
    fn half_a_wide_symbol_leaves_nothing_behind() {
        let mut screen = Screen::new(10, 1);
        paint(&mut screen, &["한글 x"], (0, 0));
        // The cell after `a` is blank as before, but a terminal may still show half a syllable there.
        assert!(paint(&mut screen, &["a 글 x"], (0, 0)).contains("\x1b[1Ha \x1b"));
    }

    proptest! {
        /// Whatever was shown before, a terminal shows the rows of the next frame as if it were the first, and leaves the others.
        #[test]
        fn a_terminal_shows_each_frame(frames in prop::collection::vec(
            (prop::collection::vec(("[a한글 e ·]{0,12}", 0_u8..4), 3), 0_u16..3, 0_u16..4), 1..5,
        )) {
            let mut screen = Screen::new(12, 3);
            let mut terminal = vt100::Parser::new(3.try_into().unwrap(), 12.try_into().unwrap(), 0);
            let mut expect = Buffer::empty(ratatui::layout::Rect::new(0, 0, 12, 3));
            for (at, (frame, top, bottom)) in frames.into_iter().enumerate() {
                // The first is drawn whole, whatever is asked for.
                let rows = top..bottom.max(top);
                let is_drawn = |y: u16| at == 0 || rows.contains(&y);
                for row in expect.area.rows().filter(|row| is_drawn(row.y)) {
                    row.positions().for_each(|at| expect[at].reset());
                }
                let draw = |buffer: &mut Buffer| {
                    for (y, (row, color)) in (0..).zip(&frame).filter(|(y, _)| is_drawn(*y)) {
                        let style = if *color == 0 { Style::new() } else { Style::new().fg(Color::Indexed(*color)) };
                        buffer.set_stringn(0, y, row, 12, style);
                    }
                    Some(Position::new(1, 1))
                };
                draw(&mut expect);
                terminal.process(&screen.draw(Vec::new(), rows.clone(), |buffer, _| draw(buffer)));
                for y in 0..3 {
                    for x in 0..12 {
                        let cell = terminal.screen().cell(y, x).unwrap();
                        if cell.is_wide_continuation() {
                            continue;
                        }
                        let shown = if cell.contents().is_empty() { " " } else { cell.contents() };
                        prop_assert_eq!(shown, expect[(x, y)].symbol(), "at {},{}", x, y);
                        if shown != " " {
                            let color = if let Color::Indexed(n) = expect[(x, y)].fg {
                                vt100::Color::Idx(n)
                            } else {
                                vt100::Color::Default
                            };
                            prop_assert_eq!(cell.fgcolor(), color);
                        }
                    }
                }
                prop_assert_eq!(terminal.screen().cursor_position(), (1, 1));
            }
        }
    }
}
