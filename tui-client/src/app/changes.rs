//! Dirty flags: what a change of state calls for once an event is handled. Each part of the app has its own and sets it
//! in the methods that change it; the app collects them at the end of [`App::update`](super::App::update), so no caller
//! sets a flag by hand and none can be forgotten.

use shared::Millis;

/// How much of the screen may show something else. What only an edit of the draft can change is drawn with each key; the
/// rest is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Draw {
    /// Nothing.
    #[default]
    Nothing,
    /// What depends on the draft and its completion.
    Input,
    /// Anything.
    All,
}

/// What has to be done because something changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    draw: Draw,
    page: bool,
    save: bool,
    /// The profile must be written within so many milliseconds.
    save_within: Option<Millis>,
}

impl Changes {
    /// Everything has to be drawn, as at the start.
    #[must_use]
    pub fn first_frame() -> Self {
        Self { draw: Draw::All, ..Self::default() }
    }

    /// The screen shows something else now.
    pub fn draw(&mut self) {
        self.draw = Draw::All;
    }

    /// The draft or its completion changed, and nothing else.
    pub fn draw_input(&mut self) {
        self.draw = self.draw.max(Draw::Input);
    }

    /// The scrollback moved or got gaps: history pages may be wanted, and the screen shows something else.
    pub fn page(&mut self) {
        (self.draw, self.page) = (Draw::All, true);
    }

    /// The profile must be written.
    pub fn save(&mut self) {
        self.save = true;
    }

    /// The profile must be written within so many milliseconds: what changes often is not written each time.
    pub fn save_within(&mut self, limit: Millis) {
        self.save_within = Some(self.save_within.map_or(limit, |before| before.min(limit)));
    }

    /// Adds the flags of a part, which has none afterwards.
    pub fn collect(&mut self, part: &mut Self) {
        let Self { draw, page, save, save_within } = std::mem::take(part);
        if let Some(limit) = save_within {
            self.save_within(limit);
        }
        self.draw = self.draw.max(draw);
        self.page |= page;
        self.save |= save;
    }

    /// What to draw; asking clears it.
    pub fn take_draw(&mut self) -> Draw {
        std::mem::take(&mut self.draw)
    }

    /// Whether history pages may be wanted.
    #[must_use]
    pub fn wants_page(&self) -> bool {
        self.page
    }

    /// Whether to look for wanted history pages; asking clears the flag.
    pub fn take_page(&mut self) -> bool {
        std::mem::take(&mut self.page)
    }

    /// Within how many milliseconds to write the profile; asking clears it.
    pub fn take_save_within(&mut self) -> Option<Millis> {
        self.save_within.take()
    }

    /// Whether to write the profile; asking clears the flag.
    pub fn take_save(&mut self) -> bool {
        std::mem::take(&mut self.save)
    }
}
