//! Notices for somebody who does not look: whether a message gives one is decided here, the shell shows it.
//!
//! A notice is for a live message of somebody else that calls the person, for every message of a direct room, and for every
//! message of a room of which all was wanted. It is given while the terminal does not have the focus, once for each burst.
//! What is replayed (a resume, history pages) gives none.
//!
//! Of a terminal that does not report its focus it is not known whether somebody looks: who pressed a key in the last minute is
//! taken to be there.

use shared::text::is_safe;
use shared::{Event, RoomName};

use super::App;
use super::text_width::truncate;
use crate::effect::{DesktopNotice, Effect};
use crate::profile::{Attention, NotifyOn};

/// The columns of a notice's title and text. Desktops show less.
const TITLE_COLUMNS: u16 = 60;
const TEXT_COLUMNS: u16 = 160;

impl App {
    /// Has a notice shown for a message of somebody else, if it is worth one. `calls_me` says whether it calls the person.
    pub(super) fn notify_of(&mut self, event: &Event, calls_me: bool) {
        let is_wanted = match self.session.attention().of(&event.room) {
            NotifyOn::All => true,
            NotifyOn::Mentions => calls_me,
            NotifyOn::Nothing => false,
        };
        if !is_wanted || !self.may_notify(&event.room) {
            return;
        }
        let Some(text) = event.kind.text().filter(|_| self.burst.take(self.now, calls_me)) else { return };
        let name = self.lang().person_name(event.from.uid, &event.from.name);
        let title = match event.room.pair() {
            Some(_) => name.to_owned(),
            None => format!("{name} · {}", event.room),
        };
        let notice = DesktopNotice {
            title: one_line(&title, TITLE_COLUMNS),
            text: one_line(text.as_str(), TEXT_COLUMNS),
        };
        self.effects.push(Effect::Notify(notice));
    }

    /// Whether something said in a room now could give a notice.
    pub(super) fn may_notify(&self, room: &RoomName) -> bool {
        let attention = self.session.attention();
        !self.screen.is_watched(self.now)
            && !self.connection.is_resuming()
            && !attention.dnd
            && attention.of(room) != NotifyOn::Nothing
    }

    /// Changes what the person wants to be told of.
    pub(super) fn change_attention<T>(&mut self, change: impl FnOnce(&mut Attention, &RoomName) -> T) -> T {
        let room = self.rooms.current().name.clone();
        let now = self.now;
        self.session.change_attention(|attention| {
            attention.changed = now;
            change(attention, &room)
        })
    }
}

/// A text in one line without anything a terminal could take for more than text, at most so wide.
fn one_line(text: &str, columns: u16) -> String {
    let safe: String =
        text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|&c| is_safe(c)).collect();
    let words: Vec<&str> = safe.split_whitespace().collect();
    truncate(&words.join(" "), columns).into_owned()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_notice_is_one_short_line_of_text() {
        assert_eq!(one_line("  one\n\ttwo \u{1b}]0;x\u{7} three", 60), "one two ]0;x three");
        assert_eq!(one_line("\u{202e}evil", 60), "evil");
        assert!(crate::app::text_width::columns(&one_line(&"가".repeat(500), 160)) <= 160);
    }
}
