//! The words of what a command prints: a line for each thing, and further lines of a text indented, so that nobody can write a
//! line that looks like another.

use shared::server_msg::{ListedRoom, User};
use shared::{Event, Role};

use crate::app::timeline::{Label, Timeline, Viewport};
use crate::lang::Lang;
use crate::time_style::TimeStyle;

/// Whether it is something said, and no change of something.
pub(super) fn is_message(event: &Event) -> bool {
    event.kind.text().is_some() && event.kind.of().is_none()
}

/// `[YYYY-MM-DD HH:MM] #SEQ NAME: TEXT`, in the words of the screen. By the number a file is fetched.
pub(super) fn event(event: &Event, times: &TimeStyle, lang: Lang) -> String {
    let mut timeline = Timeline::default();
    timeline.push(&Event { reply_to: None, file: None, ..event.clone() });
    let (width, height, times_of) = (u16::MAX, u16::MAX, times.clone());
    let viewport =
        Viewport { width, height, times: times_of, lang, formatted: false, fold: 0, picture_rows: 0 };
    let visible = timeline.visible(&viewport);
    let (label, mut text) = visible.blocks.back().map_or_else(Default::default, |block| {
        let label = match block.said.label {
            Label::Name(name) => format!("{name}: "),
            Label::Symbol(symbol) => format!("{symbol} "),
        };
        (label, block.said.text.to_string())
    });
    if let Some(file) = &event.file {
        let line = lang.ssh_file(file, &event.room, event.seq);
        let has_words = event.kind.text().is_some_and(|text| text.as_str() != file.name.as_str());
        text = match text.strip_suffix(file.name.as_str()) {
            Some(before) if !has_words => format!("{before}{line}"),
            Some(_) | None => format!("{text}\n{line}"),
        };
    }
    let local = times.local(event.at);
    let text = text.replace('\n', "\n      ");
    format!("[{} {:02}:{:02}] {label}{text}", local.date(), local.hour(), local.minute())
}

/// `NAME`, a role, where they are, and that they are away.
pub(super) fn user(user: &User, lang: Lang) -> String {
    let mut line = user.member.name.to_string();
    let rooms: Vec<String> = user.rooms.iter().map(ToString::to_string).collect();
    let role = if user.member.role == Role::Member { "" } else { lang.role(user.member.role) };
    for more in [role.to_owned(), rooms.join(" ")] {
        if !more.is_empty() {
            line += "  ";
            line += &more;
        }
    }
    if let Some(absent) = &user.absent {
        line += "  ";
        line += &lang.ssh_absent(absent);
    }
    line
}

/// `ROOM`, how many are in it, and what it is about.
pub(super) fn room(room: &ListedRoom, lang: Lang) -> String {
    let about = if room.topic.is_empty() { String::new() } else { format!("  {}", room.topic.as_str()) };
    format!("{}  {}{about}", room.name, lang.ssh_people(room.people))
}
