//! Cells as an SVG picture of a terminal window.
//!
//! Whatever fonts the viewer has, the columns stay where they are: every word begins at its column and is as wide as its
//! columns, every wide letter stands in the middle of its two, and the lines between panes are drawn, not written.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};

/// The width of a column and the height of a row, in the picture's units.
const CELL: f32 = 8.4;
const LINE: f32 = 19.0;
/// From the top of a row to the foot of its letters.
const BASE: f32 = 14.0;
/// What is left free around the cells, and above them with the window's title.
const MARGIN: f32 = 14.0;
const TOP: f32 = 42.0;

const FOREGROUND: &str = "#d5daea";
const BACKGROUND: &str = "#1c1f2b";
/// The window's edge and title bar.
const EDGE: &str = "#2e3346";
/// The terminal's palette, ANSI's order.
const PALETTE: [&str; 16] = [
    "#3a4058", "#ec7a86", "#a3cf8a", "#e6c384", "#86a8f0", "#cf9bea", "#7fd0d6", "#c6cce0", "#6c7390",
    "#ff9a9e", "#b9e59f", "#ffd99a", "#a5c3ff", "#e3b6ff", "#9be7e4", "#f2f4fb",
];
/// ratatui's names of the same.
const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];
/// What people's terminals use, then fonts with Hangul. Emoji fonts have digits too, and some viewers take them
/// from there, so these are left to be found.
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,'Cascadia Mono',Consolas,'DejaVu Sans Mono','Liberation Mono',\
    D2Coding,NanumGothicCoding,'Noto Sans Mono CJK KR','Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',\
    NanumGothic,monospace";

/// The classes of the attributes the client uses.
const CLASSES: [(Modifier, &str); 4] =
    [(Modifier::BOLD, "b"), (Modifier::DIM, "d"), (Modifier::ITALIC, "i"), (Modifier::UNDERLINED, "u")];

/// The picture of a terminal in its window.
pub(super) fn window(buf: &Buffer, caret: Option<Position>, lang: &str, title: &str) -> String {
    let mut drawing = Drawing { buf, caret, out: String::new() };
    drawing.grounds();
    drawing.lines();
    drawing.letters();
    let (wide, high) =
        (f32::from(buf.area.width) * CELL + 2.0 * MARGIN, f32::from(buf.area.height) * LINE + TOP + MARGIN);
    let mut palette = String::new();
    for (at, color) in PALETTE.iter().enumerate() {
        write!(palette, ".c{at}{{fill:{color}}}").unwrap();
    }
    let buttons: String = [(20, PALETTE[1]), (40, PALETTE[3]), (60, PALETTE[2])]
        .map(|(x, color)| format!("<circle cx=\"{x}\" cy=\"17\" r=\"6\" style=\"fill:{color}\"/>"))
        .concat();
    let (title, body, (middle, right, edge)) =
        (escape(title), drawing.out, (wide / 2.0, wide - 1.0, wide - 10.5));
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" lang="{lang}" xml:lang="{lang}" role="img" width="{wide:.0}" height="{high:.0}" viewBox="0 0 {wide:.0} {high:.0}">
<title>{title}</title>
<style>
text{{font:14px {FONTS}}}
text,rect{{fill:{FOREGROUND}}}
{palette}
.b{{font-weight:bold}}.d{{opacity:.6}}.i{{font-style:italic}}.u{{text-decoration:underline}}.r{{fill:{BACKGROUND}}}.t{{text-anchor:middle}}.w{{text-anchor:middle;font-size:15.5px}}
</style>
<rect x=".5" y=".5" width="{right:.0}" height="{:.0}" rx="10" style="fill:{BACKGROUND};stroke:{EDGE}"/>
<path d="M1 34V10.5A9.5 9.5 0 0 1 10.5 1H{edge:.1}a9.5 9.5 0 0 1 9.5 9.5V34z" style="fill:{EDGE}"/>
{buttons}
<text class="t d" x="{middle:.1}" y="22">{title}</text>
<g transform="translate({MARGIN} {TOP})">
{body}</g>
</svg>
"#,
        high - 1.0
    )
}

/// The index in the palette; `None` for the terminal's own foreground or background.
#[track_caller]
fn index(color: Color) -> Option<usize> {
    let named = NAMED.iter().position(|named| *named == color);
    let at = if let Color::Indexed(at) = color { Some(usize::from(at)) } else { named };
    assert!(
        color == Color::Reset || at.is_some_and(|at| at < PALETTE.len()),
        "{color:?} is not of the palette"
    );
    at
}

/// A drawing of one terminal.
struct Drawing<'a> {
    buf: &'a Buffer,
    caret: Option<Position>,
    out: String,
}

/// Letters of one row that are drawn as one piece: a word, or one wide letter.
struct Run {
    x: u16,
    columns: u16,
    is_wide: bool,
    class: String,
    text: String,
}

impl Drawing<'_> {
    /// What is behind the letters: backgrounds and the caret.
    fn grounds(&mut self) {
        let Rect { width, height, .. } = self.buf.area;
        for y in 0..height {
            let row: Vec<_> = (0..width).map(|x| self.ground(x, y)).collect();
            for (x, columns, class) in stretches(&row) {
                self.rect(&class, f32::from(x) * CELL, f32::from(y) * LINE, f32::from(columns) * CELL, LINE);
            }
        }
    }

    fn ground(&self, x: u16, y: u16) -> Option<String> {
        // The second half of a wide letter is as the first.
        let half = x.checked_sub(1).filter(|&left| self.buf[(left, y)].symbol().cell_width() > 1);
        let cell = &self.buf[(half.unwrap_or(x), y)];
        if self.is_caret(half.unwrap_or(x), y) || cell.modifier.contains(Modifier::REVERSED) {
            return Some(index(cell.fg).map_or_else(String::new, |at| format!("c{at}")));
        }
        index(cell.bg).map(|at| format!("c{at}"))
    }

    fn is_caret(&self, x: u16, y: u16) -> bool {
        self.caret == Some(Position::new(x, y))
    }

    /// The lines between panes, which terminals also draw themselves: no font joins them for certain.
    fn lines(&mut self) {
        let Rect { width, height, .. } = self.buf.area;
        let buf = self.buf;
        let sign = |sign: &str, x, y| (buf[(x, y)].symbol() == sign).then(|| class(&buf[(x, y)], false));
        for y in 0..height {
            let row: Vec<_> = (0..width).map(|x| sign("─", x, y)).collect();
            for (x, columns, class) in stretches(&row) {
                let (x, y) = (f32::from(x) * CELL, f32::from(y) * LINE + LINE / 2.0 - 0.5);
                self.rect(&class, x, y, f32::from(columns) * CELL, 1.0);
            }
        }
        for x in 0..width {
            let column: Vec<_> = (0..height).map(|y| sign("│", x, y)).collect();
            for (y, rows, class) in stretches(&column) {
                let (x, y) = (f32::from(x) * CELL + CELL / 2.0 - 0.5, f32::from(y) * LINE);
                self.rect(&class, x, y, 1.0, f32::from(rows) * LINE);
            }
        }
    }

    fn letters(&mut self) {
        let Rect { width, height, .. } = self.buf.area;
        for y in 0..height {
            let mut runs: Vec<Run> = Vec::new();
            let mut x = 0;
            while x < width {
                let cell = &self.buf[(x, y)];
                let (text, columns) = (cell.symbol(), cell.symbol().cell_width().max(1));
                if !matches!(text, " " | "─" | "│") {
                    let (class, is_wide) = (class(cell, self.is_caret(x, y)), columns > 1);
                    let goes_on =
                        |run: &&mut Run| !run.is_wide && run.x + run.columns == x && run.class == class;
                    if let Some(run) = runs.last_mut().filter(|_| !is_wide).filter(goes_on) {
                        run.text.push_str(text);
                        run.columns += columns;
                    } else {
                        runs.push(Run { x, columns, is_wide, class, text: text.into() });
                    }
                }
                x += columns;
            }
            for run in &runs {
                self.text(run, y);
            }
        }
    }

    fn text(&mut self, run: &Run, y: u16) {
        let Run { x, columns, is_wide, class, text } = run;
        let (left, base) = (f32::from(*x) * CELL, f32::from(y) * LINE + BASE);
        let wide = f32::from(*columns) * CELL;
        // Hangul is as wide as its font has it; only emoji, some of them made of several, are held to their columns.
        let is_emoji = *is_wide && text.len() > '한'.len_utf8();
        let length = if !is_wide || is_emoji { format!(" textLength=\"{wide:.1}\"") } else { String::new() };
        let (x, class) =
            if *is_wide { (left + wide / 2.0, format!("w {class}")) } else { (left, class.clone()) };
        let class = attribute("class", class.trim());
        writeln!(self.out, "<text{class} x=\"{x:.1}\" y=\"{base}\"{length}>{}</text>", escape(text)).unwrap();
    }

    fn rect(&mut self, class: &str, x: f32, y: f32, width: f32, height: f32) {
        let class = attribute("class", class);
        writeln!(self.out, "<rect{class} x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{height}\"/>")
            .unwrap();
    }
}

/// The classes of a cell's letter.
fn class(cell: &Cell, under_caret: bool) -> String {
    let reversed = under_caret || cell.modifier.contains(Modifier::REVERSED);
    let color = if reversed { Some("r".to_owned()) } else { index(cell.fg).map(|at| format!("c{at}")) };
    let modifiers = CLASSES.into_iter().filter(|(modifier, _)| cell.modifier.contains(*modifier));
    let classes: Vec<String> = color.into_iter().chain(modifiers.map(|(_, class)| class.into())).collect();
    classes.join(" ")
}

/// Where equal neighbours are: the first, how many, and what they are.
fn stretches(cells: &[Option<String>]) -> Vec<(u16, u16, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for chunk in cells.chunk_by(PartialEq::eq) {
        let length = u16::try_from(chunk.len()).unwrap();
        found.extend(chunk[0].clone().map(|class| (at, length, class)));
        at += length;
    }
    found
}

fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" {name}=\"{value}\"") }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
