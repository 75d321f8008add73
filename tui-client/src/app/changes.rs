//! Dirty flags: what a change of state calls for once an event is handled. Each part of the app has its own and sets it
//! in the methods that change it; the app collects them at the end of [`App::update`](super::App::update), so no caller
//! sets a flag by hand and none can be forgotten.

/// What has to be done because something changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    draw: bool,
    page: bool,
    save: bool,
}

impl Changes {
    /// Everything has to be drawn, as at the start.
    #[must_use]
    pub fn first_frame() -> Self {
        Self { draw: true, ..Self::default() }
    }

    /// The screen shows something else now.
    pub fn draw(&mut self) {
        self.draw = true;
    }

    /// The scrollback moved or got gaps: history pages may be wanted, and the screen shows something else.
    pub fn page(&mut self) {
        (self.draw, self.page) = (true, true);
    }

    /// The profile must be written.
    pub fn save(&mut self) {
        self.save = true;
    }

    /// Adds the flags of a part, which has none afterwards.
    pub fn collect(&mut self, part: &mut Self) {
        let Self { draw, page, save } = std::mem::take(part);
        self.draw |= draw;
        self.page |= page;
        self.save |= save;
    }

    /// Whether to draw; asking clears the flag.
    pub fn take_draw(&mut self) -> bool {
        std::mem::take(&mut self.draw)
    }

    /// Whether to look for wanted history pages; asking clears the flag.
    pub fn take_page(&mut self) -> bool {
        std::mem::take(&mut self.page)
    }

    /// Whether to write the profile; asking clears the flag.
    pub fn take_save(&mut self) -> bool {
        std::mem::take(&mut self.save)
    }
}
