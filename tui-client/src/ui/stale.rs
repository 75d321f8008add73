//! Which rows of the screen a frame has to draw anew. What a person types changes the rows of the draft, and now and then what
//! stands on the line above it or on the status line; the panes above are left as they are drawn, for they take most of the
//! time of a full frame.
//!
//! That is so as long as everything else a pane shows has not changed, which the app says ([`Draw`]), and neither has what the
//! app does not say because it follows from the draft or from the clock: the panes' places, the date and the two lines. The
//! test beside this draws both ways, whatever happens, and compares.

use std::ops::Range;

use jiff::civil::Date;

use super::status::StatusLine;
use super::theme::Theme;
use crate::app::App;
use crate::app::changes::Draw;
use crate::app::panes::Panes;

#[cfg(test)]
mod tests;

/// What the last frame was drawn for.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    panes: Panes,
    today: Date,
    /// Whether the line above the input was no more than a line.
    is_bare: bool,
    status: StatusLine,
}

impl Drawn {
    /// The rows to draw for a frame, which is the last one from now on.
    pub fn rows_to_draw(&mut self, app: &App, theme: &Theme, draw: Draw) -> Range<u16> {
        let (_, bottom) = app.screen().size();
        if draw == Draw::Nothing {
            return bottom..bottom;
        }
        let panes = app.panes();
        let now = Self {
            panes,
            today: app.today(),
            is_bare: is_bare(app, &panes),
            status: StatusLine::of(app, theme),
        };
        let before = std::mem::replace(self, now);
        let is_as_before = self.panes == before.panes && self.today == before.today;
        if draw == Draw::All || !is_as_before || !is_in_input(app, &panes) {
            return 0..bottom;
        }
        let top = if self.is_bare && before.is_bare { panes.input.y } else { panes.input_line.y };
        top..if self.status == before.status { panes.input.bottom() } else { bottom }
    }
}

/// Whether nothing of the draft is on the line above the input: no candidates, no length, no rows out of sight.
fn is_bare(app: &App, panes: &Panes) -> bool {
    let rows = || app.composer().count_rows(panes.input.width);
    app.input().completion().is_none()
        && app.draft_length().is_none()
        && rows() <= usize::from(panes.input.height)
}

/// Whether all that the draft changes is in the line above the input and below it: no popup shows something of it, the
/// candidates of a completion need no row of the timeline, and no clock runs elsewhere.
fn is_in_input(app: &App, panes: &Panes) -> bool {
    let screen = app.screen();
    let is_alone = screen.popups().is_empty() && screen.page().is_none();
    is_alone && app.session().countdown().is_none() && !panes.input_line.is_empty()
}
