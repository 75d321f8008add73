//! The line above what is new: above messages of others only.

use shared::{Kind, Uid};

use super::{Room, text};
use crate::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::timeline::screen_text::{screen, style_of};

/// The row below the line above what is new.
fn first_new(room: &Room) -> Option<String> {
    let picture = screen(&room.draw(60, 20, Lang::En));
    picture.lines().skip_while(|row| !row.contains("new messages")).nth(1).map(ToOwned::to_owned)
}

fn room() -> Room {
    let mut room = Room::new();
    room.timeline.set_reader(Uid::new(2).unwrap());
    room.says(1, "old").read();
    room
}

#[test]
fn who_came_and_what_one_wrote_is_not_new() {
    let mut room = room();
    room.kind(3, Kind::Join).says(2, "mine").kind(2, Kind::Action(text("does something")));
    assert_eq!(first_new(&room), None);
    room.says(1, "hello").says(3, "and hello");
    assert!(first_new(&room).unwrap().contains("hello"));
}

#[test]
fn what_was_above_ones_own_message_had_been_read() {
    let mut room = room();
    let read = room.timeline.newest_seq();
    // Another life of this client: all of it comes as a page of the history.
    let page = room.page(&[(1, "seen"), (2, "my answer")]);
    room.timeline.extend_older(page[1].seq.next(), &page, true);
    assert!(room.timeline.newest_seq() > read);
    assert_eq!(first_new(&room), None);
    room.says(1, "this is new");
    assert!(first_new(&room).unwrap().contains("this is new"));
}

#[test]
fn the_line_is_no_alarm() {
    let mut room = room();
    room.says(1, "hello");
    let style = style_of(&room.draw(60, 20, Lang::En), "new messages");
    assert_eq!(style.fg, Theme::default().unread.fg);
    assert_ne!(style.fg, Theme::default().warning.fg);
}
