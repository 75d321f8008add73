//! What is printed. The format of a line is documented in the README and does not change:
//!
//! ```text
//! [HH:MM] ROOM NAME: TEXT                 somebody says something
//! [HH:MM] ROOM * NAME TEXT                or does something; other symbols say what else happened
//! [YYYY-MM-DD HH:MM] ROOM NAME: TEXT      the same, of the past (/history, /search)
//! -- TEXT                                 the program itself
//! ```
//!
//! Further lines of a text are indented, so that nobody can write a line that looks like another.

use std::io;

use shared::Event as RoomEvent;
use shared::codec::to_line;

use super::ascii::to_ascii;
use super::{LineShell, json};
use crate::app::timeline::{Label, Timeline, Viewport};
use crate::local_time::local_time;

impl LineShell {
    /// What the program itself has to tell.
    pub(super) fn print_notice(&mut self, text: &str) -> io::Result<()> {
        if !self.app.is_welcome() {
            self.reason = Some(text.to_owned());
        }
        if self.options.json {
            #[derive(serde::Serialize)]
            struct Notice<'a> {
                r#type: &'a str,
                text: &'a str,
            }
            return self.print_json(&Notice { r#type: "notice", text });
        }
        self.print(&format!("-- {}\n", text.replace('\n', "\n   ")))
    }

    /// An event in the words of the scrollback.
    pub(super) fn print_event(&mut self, event: &RoomEvent, with_date: bool) -> io::Result<()> {
        let local = local_time(event.at, self.app.zone());
        let mut timeline = Timeline::default();
        timeline.push(event);
        let (lang, zone) = (self.app.lang(), self.app.zone().clone());
        let viewport = Viewport { width: u16::MAX, height: u16::MAX, zone, lang };
        let visible = timeline.visible(&viewport);
        let Some(block) = visible.blocks.back() else { return Ok(()) };
        let label = match block.said.label {
            Label::Name(name) => format!("{name}: "),
            Label::Symbol(symbol) => format!("{symbol} "),
        };
        let text = block.said.text.replace('\n', "\n      ");
        let date = if with_date { format!("{} ", local.date()) } else { String::new() };
        let room = self.title(event);
        self.print(&format!("[{date}{:02}:{:02}] {room} {label}{text}\n", local.hour(), local.minute()))
    }

    /// What the room is called: a direct one by the other person's name.
    fn title(&self, event: &RoomEvent) -> String {
        let me = self.app.my_uid();
        match (self.app.rooms().get(&event.room), event.room.pair()) {
            (Some(room), _) => room.title(me),
            (None, Some(_)) if event.from.uid != me => format!("@{}", event.from.name),
            (None, Some((one, other))) => {
                let uid = if one == me { other } else { one };
                let known = self.app.rooms().everyone().get(uid).map(|member| format!("@{}", member.name));
                known.unwrap_or_else(|| event.room.to_string())
            }
            (None, None) => event.room.to_string(),
        }
    }

    pub(super) fn print_json(&mut self, message: &impl serde::Serialize) -> io::Result<()> {
        let line = to_line(message);
        let line = json::escape(&String::from_utf8_lossy(&line), self.options.ascii);
        self.write(&line)
    }

    fn print(&mut self, text: &str) -> io::Result<()> {
        if self.options.ascii { self.write(&to_ascii(text)) } else { self.write(text) }
    }

    /// Writes whole lines, above the row that is being typed.
    fn write(&mut self, lines: &str) -> io::Result<()> {
        if self.terminal.is_none() {
            return self.write_raw(lines);
        }
        self.erase_row()?;
        // In raw mode a line feed is nothing more.
        self.write_raw(&lines.replace('\n', "\r\n"))
    }
}
