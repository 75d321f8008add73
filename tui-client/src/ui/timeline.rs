//! Draws the timeline: date separators, times, names, texts, marks. Which rows are visible and where they wrap is decided by
//! [`crate::app::timeline`].

#[cfg(test)]
pub(crate) mod screen_text;
#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use shared::{Millis, Uid};

use super::paint;
use super::theme::Theme;
use crate::app::panes::cut_left;
use crate::app::text_width::{self, truncate};
use crate::app::timeline::{
    BLOCK_SIGN, Block, BlockKind, Body, Called, Entry, EntryId, Fold, Geometry, Label, Level,
    Look as Formatting, Paint, Separator, Sketch, Target, Timeline, Viewport, links,
};
use crate::app::wrap::Row;
use crate::hyperlinks::{self, Hyperlinks};
use crate::lang::Lang;
use crate::time_style::TimeStyle;

/// What the reader is called, and how they read.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Who reads: their own name stands out.
    pub uid: Uid,
    /// By what they are called now, to find mentions.
    pub called: Called<'a>,
    /// The language of everything that nobody wrote.
    pub lang: Lang,
    /// How times are shown.
    pub times: &'a TimeStyle,
    /// What day it is there.
    pub today: Date,
    /// Whether formatting is drawn.
    pub formatted: bool,
    /// How many rows a folded message has; with none, none is folded.
    pub fold: usize,
    /// The key that unfolds one.
    pub fold_key: &'a str,
    /// How many rows a picture has at most.
    pub picture_rows: u16,
}

impl Reader<'_> {
    /// The viewport of a timeline drawn in `area`; scrolling needs the same.
    #[must_use]
    pub fn viewport(&self, area: Rect) -> Viewport {
        let Self { lang, formatted, fold, picture_rows, .. } = *self;
        let (width, height, times) = (area.width, area.height, self.times.clone());
        Viewport { width, height, times, lang, formatted, fold, picture_rows }
    }
}

/// Draws the rows of `timeline` that `area` shows. The area must be clear; the buffer of a new frame is. Returns the rows
/// above it that are free.
pub fn render(
    timeline: &Timeline,
    area: Rect,
    (buf, links): (&mut Buffer, &mut Hyperlinks),
    theme: &Theme,
    reader: &Reader<'_>,
) -> Rect {
    let selected = timeline.selected().map(Entry::id);
    let area = area.intersection(buf.area);
    let visible = timeline.visible(&reader.viewport(area));
    let mut canvas = Canvas { area, geometry: visible.geometry, buf, links, theme, reader };
    for block in &visible.blocks {
        canvas.draw(block, selected);
    }
    let free = visible.blocks.front().map_or(i32::from(area.height), |first| first.top);
    Rect { height: u16::try_from(free).unwrap_or(0).min(area.height), ..area }
}

struct Canvas<'a> {
    area: Rect,
    geometry: Geometry,
    buf: &'a mut Buffer,
    links: &'a mut Hyperlinks,
    theme: &'a Theme,
    reader: &'a Reader<'a>,
}

/// The styles of a block.
struct Look {
    text: Style,
    label: Style,
    /// The sign in the gutter.
    mark: Option<(&'static str, Style)>,
}

impl Canvas<'_> {
    fn draw(&mut self, block: &Block<'_>, selected: Option<EntryId>) {
        let mentioned = self.mentions(block);
        let look = self.look(block, !mentioned.is_empty());
        let linked = block.said.find(links);
        let mut paints = self.paints(block, &linked);
        let linked = self.number(block, linked);
        paints.extend(mentioned.into_iter().map(|range| (range, self.theme.mention)));
        for (row, separator) in (block.top..).zip(&block.separators) {
            if let Some(line) = self.line(row) {
                self.draw_separator(line, *separator);
            }
        }
        for (index, (at, row)) in (block.first()..).zip(&block.rows).enumerate() {
            let Some(line) = self.line(at) else { continue };
            if index == 0 {
                self.draw_head(line, block, &look);
            } else {
                self.draw_gutter(line, block, None);
            }
            // In a long run the name that stands out of sight above is said again.
            if (index == 0 && !block.grouped) || at == 0 {
                self.draw_label(line, block, &look);
            }
            match &block.fold {
                Some(fold) if fold.row == index => self.draw_fold(line, block, fold),
                Some(_) | None => self.draw_row(line, block, row, look.text, &paints),
            }
            if selected == Some(block.entry.id()) {
                paint::restyle(line, self.buf, self.theme.selection);
            }
            for (range, number) in &linked {
                for at in part_of(line, block, row, range).positions() {
                    hyperlinks::set_number(&mut self.buf[at], *number);
                }
            }
        }
        if let Some(picture) = &block.picture {
            self.draw_picture(block, picture, selected == Some(block.entry.id()));
        }
    }

    /// The rows of a picture. A selection is beside it, for reversed it would be another picture.
    fn draw_picture(&mut self, block: &Block<'_>, picture: &Sketch<'_>, is_selected: bool) {
        let top = block.bottom() - i32::from(picture.rows());
        for row in 0..picture.rows() {
            let Some(line) = self.line(top + i32::from(row)) else { continue };
            self.draw_gutter(line, block, None);
            if top + i32::from(row) == 0 {
                self.draw_label(line, block, &self.look(block, false));
            }
            if is_selected {
                paint::restyle(line, self.buf, self.theme.selection);
            }
            let cells = Rect { x: line.x + block.text.0, width: picture.columns(), ..line };
            paint::half_blocks(&picture.row(row), cells, self.buf);
        }
    }

    /// The line of the screen for a row of the viewport.
    fn line(&self, row: i32) -> Option<Rect> {
        let row = u16::try_from(row).ok().filter(|&row| row < self.area.height)?;
        Some(Rect { y: self.area.y + row, height: 1, ..self.area })
    }

    fn draw_separator(&mut self, line: Rect, separator: Separator) {
        let (lang, dates) = (self.reader.lang, self.reader.times.dates);
        let (text, style) = match separator {
            Separator::Older => (format!("↑ {}", lang.older_separator()), self.theme.separator),
            Separator::Gap => (format!("… {} …", lang.gap_separator()), self.theme.separator),
            Separator::Day(date) if self.reader.today == date => {
                (lang.today_separator(date, dates), self.theme.separator)
            }
            Separator::Day(date) => (lang.date_separator(date, dates), self.theme.separator),
            Separator::Missed(count) => (lang.missed_separator(count), self.theme.unread),
            Separator::Unread(since) => (self.unread_separator(since, line.width), self.theme.unread),
        };
        let dashes = "─".repeat(usize::from(line.width));
        paint::put(&dashes, line, self.buf, style);
        draw_middle(line, self.buf, &format!(" {text} "), style);
    }

    /// The unread marker: where one left off and since when, as far as there is room for it.
    fn unread_separator(&self, since: Option<Millis>, width: u16) -> String {
        let lang = self.reader.lang;
        let times = self.reader.times;
        let is_today = |at| times.local(at).date() == self.reader.today;
        let since = since.map(|at| lang.moment(at, if is_today(at) { at } else { Millis::MIN }, times));
        let texts = lang.unread_separators(since.as_deref());
        let fits = |text: &&String| text_width::columns(text) + 8 <= usize::from(width);
        texts.iter().find(fits).or(texts.last()).cloned().unwrap_or_default()
    }

    /// The time and the mark of a block's first row.
    fn draw_head(&mut self, line: Rect, block: &Block<'_>, look: &Look) {
        if let (Some(at), Some(style)) = (block.clock, self.geometry.time) {
            paint::put(&self.reader.lang.clock(at, style), line, self.buf, self.theme.time);
        }
        self.draw_gutter(line, block, look.mark);
    }

    /// The name, or the sign of what is no message.
    fn draw_label(&mut self, line: Rect, block: &Block<'_>, look: &Look) {
        if let Some((x, width)) = self.geometry.names {
            let label = match block.said.label {
                Label::Name(name) => truncate(name, width),
                Label::Symbol(symbol) => symbol.into(),
            };
            let indent = width.saturating_sub(u16::try_from(text_width::columns(&label)).unwrap_or(width));
            let cells = Rect { x: line.x + x + indent, width: width - indent, ..line };
            paint::put(&label, cells, self.buf, look.label);
        }
    }

    fn draw_gutter(&mut self, line: Rect, block: &Block<'_>, mark: Option<(&str, Style)>) {
        let bar = self.geometry.names.map(|_| ("│", self.theme.gutter));
        let gutter = self.geometry.gutter.filter(|gutter| *gutter < block.text.0);
        if let (Some(x), Some((sign, style))) = (gutter, mark.or(bar)) {
            paint::put(sign, Rect { x: line.x + x, width: 1, ..line }, self.buf, style);
        }
    }

    fn draw_row(
        &mut self,
        line: Rect,
        block: &Block<'_>,
        row: &Row,
        base: Style,
        paints: &[(Range<usize>, Style)],
    ) {
        let said = &block.said;
        let kind = said.block_at(row.start);
        if let Some(kind) = kind {
            let sign = match kind {
                BlockKind::Code => "│",
                BlockKind::Quote => ">",
            };
            paint::put(sign, Rect { x: line.x + block.text.0, ..line }, self.buf, self.theme.gutter);
        }
        let cells = cells_of(line, block, row);
        let text = said.text.get(row.start..row.end).unwrap_or_default();
        if kind == Some(BlockKind::Code) {
            paint::put(&truncate(text, cells.width), cells, self.buf, base);
        } else {
            paint::put(text, cells, self.buf, base);
        }
        for (range, style) in paints {
            self.buf.set_style(part_of(line, block, row, range), *style);
        }
    }

    /// The row that stands for those that are not shown.
    fn draw_fold(&mut self, line: Rect, block: &Block<'_>, fold: &Fold) {
        let cells = Rect { x: line.x + block.text.0, width: block.text.1, ..line };
        let says = |key| self.reader.lang.folded(fold.hidden, key);
        let text = says(self.reader.fold_key);
        let fits = text_width::columns(&text) <= usize::from(cells.width);
        let text = if fits { text } else { says("") };
        paint::put(&truncate(&text, cells.width), cells, self.buf, self.theme.notice);
    }

    /// The parts of a text that look different, but for mentions, in the order they are laid over one another.
    fn paints(&self, block: &Block<'_>, linked: &[Range<usize>]) -> Vec<(Range<usize>, Style)> {
        let painted = block.said.paints.iter().map(|(range, paint)| {
            let style = match paint {
                Paint::Name => self.person(block),
                Paint::Failure => self.theme.failed,
                Paint::Heading => self.theme.announcement,
                Paint::Warning => self.theme.warning,
                Paint::Aside => self.theme.notice,
                Paint::File => self.theme.link,
                Paint::Formatted(Formatting::Bold) => self.theme.bold,
                Paint::Formatted(Formatting::Italic) => self.theme.italic,
                Paint::Formatted(Formatting::Code) => self.theme.code,
                Paint::Formatted(Formatting::Quote) => self.theme.quote,
            };
            (range.clone(), style)
        });
        let linked = linked.iter().map(|range| (range.clone(), self.theme.link));
        painted.chain(linked).collect()
    }

    /// The links of a block with their numbers in this frame.
    fn number(&mut self, block: &Block<'_>, linked: Vec<Range<usize>>) -> Vec<(Range<usize>, usize)> {
        if !self.links.is_wanted() || linked.is_empty() {
            return Vec::new();
        }
        // Markers of formatting are never within a link.
        let target = |range: &Range<usize>| Target::of(block.said.text.get(range.clone())?);
        let numbered = linked.into_iter().filter_map(|range| {
            let number = self.links.add(&target(&range)?.address)?;
            Some((range, number))
        });
        numbered.collect()
    }

    /// Where the reader is named by somebody else.
    fn mentions(&self, block: &Block<'_>) -> Vec<Range<usize>> {
        if block.entry.from().is_none_or(|from| from.uid == self.reader.uid) || block.entry.text().is_none() {
            return Vec::new();
        }
        block.said.find(|words| self.reader.called.find(words))
    }

    fn person(&self, block: &Block<'_>) -> Style {
        let from = block.entry.from();
        from.map_or(self.theme.name, |from| self.theme.person(from.style, from.uid == self.reader.uid))
    }

    fn look(&self, block: &Block<'_>, is_mentioned: bool) -> Look {
        let theme = self.theme;
        let person = self.person(block);
        let mentioned = is_mentioned.then_some(("@", theme.mention_mark));
        match block.entry.body() {
            Body::Message(_) => Look { text: theme.text, label: person, mark: mentioned },
            Body::Action(_) => Look { text: theme.action, label: person, mark: mentioned },
            Body::Own(own) if own.failed.is_some() => {
                Look { text: theme.text, label: person, mark: Some(("!", theme.failed)) }
            }
            Body::Own(_) => Look {
                text: theme.pending,
                label: person.patch(theme.pending),
                mark: Some(("…", theme.pending)),
            },
            Body::Notice(notice) => {
                let (text, label) = match notice.level {
                    Level::Info => (theme.notice, theme.notice),
                    // Its first line is the warning; what to do about it can be read in peace.
                    Level::Warning => (theme.text, theme.warning),
                };
                Look { text, label, mark: None }
            }
            Body::Event(_) if block.entry.text().is_some() => {
                Look { text: theme.text, label: person, mark: mentioned }
            }
            Body::Event(_) => Look { text: theme.event, label: theme.event, mark: None },
        }
    }
}

/// The cells of a row's text.
fn cells_of(line: Rect, block: &Block<'_>, row: &Row) -> Rect {
    let mut cells = Rect { x: line.x + block.text.0, width: block.text.1, ..line };
    if block.said.block_at(row.start).is_some() {
        cut_left(&mut cells, BLOCK_SIGN);
    }
    cells
}

/// The cells of what a row has of a part of the text.
fn part_of(line: Rect, block: &Block<'_>, row: &Row, part: &Range<usize>) -> Rect {
    let (from, to) = (part.start.max(row.start), part.end.min(row.end));
    if from >= to {
        return Rect::default();
    }
    let columns = |from: usize, to: usize| {
        let part = block.said.text.get(from..to).unwrap_or_default();
        u16::try_from(text_width::columns(part)).unwrap_or(u16::MAX)
    };
    let cells = cells_of(line, block, row);
    let x = cells.x.saturating_add(columns(row.start, from));
    Rect { x, width: columns(from, to), ..line }.intersection(cells).intersection(line)
}

/// Draws one line of text in the middle of an area.
fn draw_middle(area: Rect, buf: &mut Buffer, text: &str, style: Style) {
    if area.is_empty() {
        return;
    }
    let text = truncate(text, area.width);
    let columns = u16::try_from(text_width::columns(&text)).unwrap_or(area.width);
    let (x, y) = (area.x + area.width.saturating_sub(columns) / 2, area.y + area.height / 2);
    paint::put(&text, Rect { x, y, ..area }, buf, style);
}
