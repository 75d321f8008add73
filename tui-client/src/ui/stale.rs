//! Which rows of the screen a frame has to draw anew. What a person types changes the draft, the line above it and the status
//! line; the panes above are left as they are drawn, for they take most of the time of a full frame.
//!
//! That is so as long as everything else a pane shows has not changed, which the app says ([`Draw`]), and neither has what the
//! app does not say because it follows from the draft or from the clock: the panes' places and the date. The test beside this
//! draws both ways, whatever happens, and compares.

use std::ops::Range;

use jiff::civil::Date;

use crate::app::App;
use crate::app::changes::Draw;
use crate::app::panes::Panes;
use crate::local_time::local_time;

#[cfg(test)]
mod tests;

/// What the last frame was drawn for.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    panes: Panes,
    today: Date,
}

impl Drawn {
    /// The rows to draw for a frame, which is the last one from now on.
    pub fn rows_to_draw(&mut self, app: &App, draw: Draw) -> Range<u16> {
        let (panes, today) = (app.panes(), local_time(app.now(), app.zone()).date());
        let is_as_before = self.panes == panes && self.today == today;
        (self.panes, self.today) = (panes, today);
        let (_, bottom) = app.screen().size();
        match draw {
            Draw::Nothing => bottom..bottom,
            Draw::Input if is_as_before && is_in_input(app, &panes) => panes.input_line.y..bottom,
            Draw::Input | Draw::All => 0..bottom,
        }
    }
}

/// Whether all that the draft changes is in the line above the input and below it: no popup shows something of it, the
/// candidates of a completion need no row of the timeline, and no clock runs elsewhere.
fn is_in_input(app: &App, panes: &Panes) -> bool {
    let screen = app.screen();
    let is_alone = screen.popups().is_empty() && screen.page().is_none();
    is_alone && app.session().countdown().is_none() && !panes.input_line.is_empty()
}
