//! Notices, hints, questions and prompts: where each goes on a screen, and where in line mode. This is the only file that
//! asks for the [`OutputMode`].

use shared::text::is_safe;
use shared::{Code, Event, Kind, Role, RoomName};

use super::App;
use super::output_mode::OutputMode;
use super::pending_requests::Unconfirmed;
use super::popup::Popup;
use super::popup::dialog::Dialog;
use super::popup::leave::LeaveQuestion;
use super::screen::Hint;
use super::timeline::{Level, PageEdge, Timeline};
use crate::effect::{Effect, Exit};
use crate::joins::Joins;
use crate::settings::Settings;

/// Whether an event of a room is printed as a line.
fn shows(settings: &Settings, timeline: &Timeline, event: &Event) -> bool {
    let is_coming = matches!(event.kind, Kind::Join | Kind::Leave(_));
    let is_hidden = timeline.hides(event) || event.kind.of().is_some_and(|of| timeline.is_ignored_at(of));
    !is_hidden && (settings.joins != Joins::None || !is_coming)
}

/// Saying something.
impl App {
    /// Says something in the scrollback of the current room, and as a line.
    pub(super) fn notice(&mut self, text: &str, level: Level) {
        // A message of the day may hold anything.
        let text: String = text.chars().filter(|&c| c == '\n' || is_safe(c)).collect();
        self.rooms.current_mut().timeline.notice(&text, self.now, level);
        self.effects.push(Effect::Notice(text));
    }

    /// Says something in the scrollback of a room, and as a line.
    pub(super) fn notice_in(&mut self, room: &RoomName, text: &str, level: Level) {
        if let Some(room) = self.rooms.get_mut(room) {
            room.timeline.notice(text, self.now, level);
        }
        self.effects.push(Effect::Notice(text.to_owned()));
    }

    /// Says something in the status line, and as a line.
    pub(super) fn hint(&mut self, text: impl Into<String>, level: Level) {
        let text = self.keymap.in_words(text.into());
        self.effects.push(Effect::Notice(text.clone()));
        self.screen.set_hint(Hint { text, level }, self.now);
    }

    /// Warns of something that could be read on the screen; lines that go through a pipe are the caller's business.
    pub(super) fn warn_of_visible(&mut self, text: &'static str) {
        match self.setup.output_mode {
            OutputMode::Screen => self.hint(text, Level::Warning),
            OutputMode::Lines { .. } => {}
        }
    }

    /// The server did not let us in, and what to do: a command on a screen, an option where the program ends.
    pub(super) fn not_let_in(&self, why: Code) -> String {
        let is_screen = self.setup.output_mode == OutputMode::Screen;
        self.lang().not_let_in(why, is_screen, self.setup.password.is_some())
    }

    /// The program ends: without a screen, what was refused was told, and is not sent again at the next start.
    pub(super) fn forget_refused(&mut self) {
        match self.setup.output_mode {
            OutputMode::Screen => {}
            OutputMode::Lines { .. } => self.outbox.forget_failed(),
        }
    }

    /// Whether a line that cannot be carried out is gone, and the next one is read for itself. On a screen it stays in the
    /// draft.
    pub(super) fn has_no_draft(&self) -> bool {
        match self.setup.output_mode {
            OutputMode::Screen => false,
            OutputMode::Lines { .. } => true,
        }
    }

    /// Whether lines come from a program: nobody sees what is told before the next one comes.
    pub(super) fn is_script(&self) -> bool {
        match self.setup.output_mode {
            OutputMode::Screen => false,
            OutputMode::Lines { confirms } => !confirms,
        }
    }

    /// There is no connection and none will be made. On a screen the person decides what to do, and is told, unless they
    /// were already; without one the program ends with the reason.
    pub(super) fn stay_or_fail(&mut self, on_screen: Option<&str>, why: &str) {
        match (self.setup.output_mode, on_screen) {
            (OutputMode::Screen, None) => {}
            (OutputMode::Screen, Some(said)) => self.notice(said, Level::Warning),
            (OutputMode::Lines { .. }, _) => self.exit(Exit::Failed(why.to_owned())),
        }
    }
}

/// Asking something.
impl App {
    /// Whether there is a screen to show things on.
    pub(super) fn has_screen(&self) -> bool {
        self.setup.output_mode == OutputMode::Screen
    }

    /// Opens a popup; where there is no screen, does `instead`.
    pub(super) fn prompt(
        &mut self,
        popup: impl FnOnce(&mut Self) -> Popup,
        instead: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        match self.setup.output_mode {
            OutputMode::Screen => {
                let popup = popup(self);
                self.screen.push_popup(popup);
                Ok(())
            }
            OutputMode::Lines { .. } => instead(self),
        }
    }

    /// Leaving costs something: a screen asks, where there is none it is said.
    pub(super) fn ask_before_leaving(&mut self, costs: Vec<String>, quiet: bool) {
        match self.setup.output_mode {
            OutputMode::Screen => {
                let question = LeaveQuestion::new(costs, quiet, self.now);
                self.screen.push_popup(Popup::Leave(question));
            }
            OutputMode::Lines { .. } => {
                self.notice(&costs.join("\n"), Level::Warning);
                self.leave(quiet);
            }
        }
    }

    /// Opens a popup where there is a screen, in place of one of its kind.
    pub(super) fn ask_on_screen(&mut self, popup: Popup) {
        match self.setup.output_mode {
            OutputMode::Screen => self.screen.replace_popup(popup),
            OutputMode::Lines { .. } => {}
        }
    }

    /// Everything about an admin action is known. A screen shows the last step of its dialog, a terminal without one asks
    /// for a yes, a script's command is done at once.
    pub(super) fn confirm(&mut self, dialog: Dialog) {
        let confirms = match self.setup.output_mode {
            OutputMode::Screen => return self.screen.push_popup(Popup::dialog(dialog)),
            OutputMode::Lines { confirms } => confirms,
        };
        let Some((purpose, msg)) = dialog.request() else { return };
        if confirms {
            let question = dialog.question(&self.popup_context());
            let question = format!("{question} {}", self.lang().yes_or_no());
            self.requests.set_unconfirmed(Unconfirmed::Act(Box::new((purpose, msg))));
            self.notice(&question, Level::Info);
        } else {
            self.request(purpose, msg);
        }
    }

    /// A line that answers the question above it. Says whether there was one.
    pub(super) fn answer(&mut self, line: &str) -> bool {
        let Some(unconfirmed) = self.requests.take_unconfirmed() else { return false };
        let done = match unconfirmed {
            _ if !self.lang().is_yes(line) => {
                self.hint(self.lang().not_confirmed(), Level::Info);
                Ok(())
            }
            Unconfirmed::Delete(room, of) => self.delete_message(room, of),
            Unconfirmed::Act(act) => self.need_online().map(|()| self.request(act.0, act.1)),
        };
        if let Err(why_not) = done {
            self.hint(why_not, Level::Warning);
            self.effects.push(Effect::NotDone);
        }
        true
    }

    /// That something takes a higher role than ours, and how one gets it.
    pub(super) fn needs_role(&self, role: Role) -> String {
        self.lang().needs_role(role, self.has_screen())
    }

    /// Whether our role is below `role`, as far as is known: not while the server has not answered to a key.
    pub(super) fn is_known_below(&self, role: Role) -> bool {
        !self.requests.waits_for_role() && self.session.role() < role
    }

    /// Whether `role` is known to be at least ours, so that we may not act on somebody who has it.
    pub(super) fn is_known_outranked(&self, role: Role) -> bool {
        !self.requests.waits_for_role() && role >= self.session.role()
    }
}

/// Events as lines: each once, in the order of the room, whatever the order of arrival.
impl App {
    /// Prints an event, once everything before it in its room was printed.
    pub(super) fn print(&mut self, event: &Event) {
        match self.setup.output_mode {
            OutputMode::Screen => {}
            OutputMode::Lines { .. } => {
                // A page may be wanted that brings what is before it.
                if let Some(room) = self.rooms.history_mut(&event.room) {
                    room.line_order.add(event);
                }
                self.print_in_order(&event.room);
            }
        }
    }

    /// Whether joins and leaves may come several in a line: programs that read JSON lines know them as events.
    pub(super) fn wants_compact(&self) -> bool {
        match self.setup.output_mode {
            OutputMode::Screen => true,
            OutputMode::Lines { .. } => false,
        }
    }

    /// Prints a history page. `is_last` means that nothing more before it can be had.
    pub(super) fn print_page(&mut self, name: &RoomName, page: &[Event], is_last: bool) {
        match self.setup.output_mode {
            OutputMode::Screen => {}
            OutputMode::Lines { .. } => {
                if let Some(room) = self.rooms.get_mut(name) {
                    for event in page {
                        room.line_order.add(event);
                    }
                    if is_last {
                        room.line_order.skip_gap(room.position);
                    }
                }
                self.print_in_order(name);
            }
        }
    }

    fn print_in_order(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        let ready = std::iter::from_fn(|| room.line_order.next_in_order());
        let ready: Vec<_> = ready.collect();
        let timeline = &room.timeline;
        let shown = ready.into_iter().filter(|event| shows(&self.settings, timeline, event));
        self.effects.extend(shown.map(|event| Effect::Happened(Box::new(event))));
    }

    /// Whether what was not read when the last run ended is told: lines begin with what happens now.
    pub(super) fn tells_unread(&self) -> bool {
        match self.setup.output_mode {
            OutputMode::Screen => true,
            OutputMode::Lines { .. } => false,
        }
    }

    /// The history pages wanted now: on a screen for the current room and to count what was not read, in line mode for what is missing in any room. They
    /// count as asked for.
    pub(super) fn next_pages(&mut self) -> Vec<(RoomName, PageEdge)> {
        match self.setup.output_mode {
            OutputMode::Screen => {
                let viewport = self.viewport();
                let mut pages: Vec<_> = self.rooms.next_page(&viewport).into_iter().collect();
                pages.extend(self.rooms.next_pages_to_count());
                pages
            }
            OutputMode::Lines { .. } => self.rooms.next_pages_for_lines(),
        }
    }
}
