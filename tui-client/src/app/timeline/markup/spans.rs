//! What of a text is formatting, as places in it, and where those are once the markers are taken out.

use std::ops::Range;

/// What of a text is formatting, in bytes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::app::timeline) struct Markup {
    /// What is not drawn, in order.
    pub(in crate::app::timeline) markers: Vec<Range<usize>>,
    /// How parts of it look.
    pub(in crate::app::timeline) looks: Vec<(Range<usize>, Look)>,
    /// The blocks that are laid out otherwise, in order: whole lines, without the newline at the end.
    pub(in crate::app::timeline) blocks: Vec<(Range<usize>, BlockKind)>,
}

/// How a part of a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as what they are")]
pub enum Look {
    Bold,
    Italic,
    Code,
    Quote,
}

/// What kind of block it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A fenced block: its lines are not wrapped.
    Code,
    /// A line that is quoted.
    Quote,
}

impl Markup {
    /// The text without its markers.
    pub(in crate::app::timeline) fn strip(&self, text: &str) -> String {
        let mut drawn = String::with_capacity(text.len());
        let mut at = 0;
        for marker in &self.markers {
            drawn.push_str(text.get(at..marker.start).unwrap_or_default());
            at = marker.end;
        }
        drawn.push_str(text.get(at..).unwrap_or_default());
        drawn
    }

    /// Where a place of the text is without the markers; in a marker, where that was.
    pub(in crate::app::timeline) fn drawn_at(&self, at: usize) -> usize {
        let before = self.markers.iter().take_while(|marker| marker.start < at);
        at - before.map(|marker| marker.end.min(at) - marker.start).sum::<usize>()
    }

    /// The same, of a part of the text.
    pub(in crate::app::timeline) fn drawn(&self, range: &Range<usize>) -> Range<usize> {
        self.drawn_at(range.start)..self.drawn_at(range.end)
    }
}
