//! What is printed. The format of a line is documented in the README and does not change:
//!
//! ```text
//! [HH:MM] ROOM NAME: TEXT                 somebody says something
//! [HH:MM] ROOM * NAME TEXT                or does something; other symbols say what else happened
//! [HH:MM] ROOM NAME: (↱ NAME: …) TEXT     an answer, with the first words of what it answers
//! [HH:MM] ROOM NAME: [file] FILE · SIZE · TYPE · /save SEQ
//!                                         a file; what is said about it stands before it, in a line of its own
//! [HH:MM] ROOM ~ NAME edited: TEXT        a message says something else; × one is deleted, + a reaction
//! [YYYY-MM-DD HH:MM] ROOM NAME: TEXT      the same, of the past (/history, /search)
//! -- TEXT                                 the program itself
//! ```
//!
//! Further lines of a text are indented, so that nobody can write a line that looks like another.

use std::io::{self, Write as _};

use shared::codec::to_line;
use shared::{Event as RoomEvent, Kind, Seq};

use super::ascii::to_ascii;
use super::{LineShell, json};
use crate::app::text_width::truncate;
use crate::app::timeline::{Label, Original, Timeline, Viewport, original_line};

/// What is told of the message that is answered or reacted to, in columns.
const FIRST_WORDS: u16 = 48;

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
        let text = format!("-- {}\n", text.replace('\n', "\n   "));
        if !self.options.sends.is_empty() {
            // Its output is what was sent.
            let text = if self.options.ascii { to_ascii(&text).into_owned() } else { text };
            io::stderr().write_all(text.as_bytes()).ok();
            return Ok(());
        }
        self.print(&text)
    }

    /// An event in the words of the scrollback.
    pub(super) fn print_event(&mut self, event: &RoomEvent, with_date: bool) -> io::Result<()> {
        let local = self.app.times().local(event.at);
        let date = if with_date { format!("{} ", local.date()) } else { String::new() };
        let head = format!("[{date}{:02}:{:02}] {} ", local.hour(), local.minute(), self.title(event));
        if event.kind.of().is_some() {
            let text = self.change(event).map(|text| text.replace('\n', "\n      "));
            return text.map_or(Ok(()), |text| self.print(&format!("{head}{text}\n")));
        }
        let mut timeline = Timeline::default();
        timeline.push(&RoomEvent { reply_to: None, file: None, ..event.clone() });
        let (lang, times) = (self.app.lang(), self.app.times().clone());
        let viewport = Viewport {
            width: u16::MAX,
            height: u16::MAX,
            times,
            lang,
            formatted: false,
            fold: 0,
            picture_rows: 0,
        };
        let visible = timeline.visible(&viewport);
        let Some(block) = visible.blocks.back() else { return Ok(()) };
        let label = match block.said.label {
            Label::Name(name) => format!("{name}: "),
            Label::Symbol(symbol) => format!("{symbol} "),
        };
        let mut text = block.said.text.to_string();
        if let Some(seq) = event.reply_to {
            text.insert_str(block.said.own.start, &format!("(↱ {}) ", self.answered(event, seq)));
        }
        if let Some(file) = &event.file {
            let line = lang.file_to_save(file, event.seq);
            let has_words = event.kind.text().is_some_and(|text| text.as_str() != file.name.as_str());
            text = match text.strip_suffix(file.name.as_str()) {
                Some(before) if !has_words => format!("{before}{line}"),
                Some(_) | None => format!("{text}\n{line}"),
            };
        }
        let text = text.replace('\n', "\n      ");
        self.print(&format!("{head}{label}{text}\n"))
    }

    /// The line of an event that changes another one: an edit, a deletion, a reaction.
    fn change(&self, event: &RoomEvent) -> Option<String> {
        let lang = self.app.lang();
        let by = lang.person_name(event.from.uid, &event.from.name);
        let of = event.kind.of()?;
        if let Kind::Edit(edit) = &event.kind {
            return Some(format!("~ {}", lang.edited_to(by, edit.text.as_ref()?.as_str())));
        }
        if let Kind::React(react) = &event.kind {
            let to = self.answered(event, of);
            return Some(format!("+ {}", lang.reacted_line(by, react.with.as_str(), react.off, &to)));
        }
        let said = self.app.rooms().get(&event.room).and_then(|room| room.timeline.said_at(of));
        let said = said.map(|(from, at)| {
            let at = self.app.times().local(at);
            (lang.person_name(from.uid, &from.name), format!("{:02}:{:02}", at.hour(), at.minute()))
        });
        let said = said.as_ref().map(|(of, at)| (*of, at.as_str()));
        Some(format!("× {}", lang.deleted_line(by, said)))
    }

    /// Who said a message of an event's room, and its first words.
    fn answered(&self, event: &RoomEvent, seq: Seq) -> String {
        let room = self.app.rooms().get(&event.room);
        let original = room.map_or(Original::Unknown, |room| room.timeline.original(seq));
        truncate(&original_line(&original, self.app.lang()), FIRST_WORDS).into_owned()
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
