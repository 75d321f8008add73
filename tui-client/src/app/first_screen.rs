//! What a room says of itself while nobody has said anything in it: what this is, how others come, the keys one needs first.

use super::App;

/// More entries than this are no empty room, whatever they are.
const FEW: usize = 64;

/// The words, in the order they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstScreen {
    /// The server, room or person.
    pub title: String,
    /// What there is to know, each a sentence. One may be added for whoever hosts.
    pub lines: Vec<String>,
    /// The keys and commands to begin with.
    pub keys: String,
}

impl App {
    /// The first screen of the current room, while nothing was said in it.
    #[must_use]
    pub fn first_screen(&self) -> Option<FirstScreen> {
        let me = self.session.me()?;
        let (room, lang) = (self.rooms.current(), self.lang());
        let timeline = &room.timeline;
        let is_unknown = timeline.has_older() || !timeline.gaps().is_empty() || !self.is_welcome();
        let is_empty = timeline.len() <= FEW && timeline.entries().all(|entry| entry.text().is_none());
        if is_unknown || !is_empty {
            return None;
        }
        let keys = self.keymap.in_words(lang.first_keys().to_owned());
        if room.is_direct() {
            let other = room.title(me.uid);
            let lines = vec![lang.first_in_direct(other.trim_start_matches('@'))];
            return Some(FirstScreen { title: other, lines, keys });
        }
        if room.name != shared::RoomName::lobby() {
            // Of one that could not be entered there is nothing to tell.
            if !room.joined {
                return None;
            }
            let lines = vec![lang.first_in_room(room.name.as_str(), &room.settings)];
            return Some(FirstScreen { title: room.name.to_string(), lines, keys });
        }
        let others = room.roster.people().iter().filter(|member| member.uid != me.uid).count();
        let mut lines = vec![lang.first_in_lobby(me.name.as_str(), others)];
        // Whoever hosts is told more in the scrollback.
        if let Some(elsewhere) = self.elsewhere() {
            lines.push(lang.others_come_by_ssh(elsewhere));
        } else if self.setup.hosting.is_none() {
            lines.push(lang.how_others_join(self.setup.address.first()));
        }
        Some(FirstScreen { title: self.session.server_name(self.setup.address.first()), lines, keys })
    }
}
