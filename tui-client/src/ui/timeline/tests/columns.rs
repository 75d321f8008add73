//! The columns of names and texts: how wide, and what stands in them on the top row.

use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use super::{Room, reader};
use crate::app::timeline::Level;
use crate::lang::Lang;
use crate::time_style::TimeStyle;
use crate::ui::theme::Theme;
use crate::ui::timeline::screen_text::{screen, style_of};

/// The column the gutter is drawn in, on the row with these words.
#[track_caller]
fn gutter(picture: &str, words: &str) -> usize {
    let row = picture.lines().find(|row| row.contains(words)).unwrap_or_else(|| panic!("{picture}"));
    crate::app::text_width::columns(row.split('│').next().unwrap())
}

#[test]
fn a_long_name_takes_its_columns_only_while_it_is_near() {
    let mut room = Room::new();
    room.says(4, "a name of twenty columns");
    room.says(2, "hello");
    assert_eq!(gutter(&screen(&room.draw(60, 10, Lang::En)), "hello"), 19);
    for _ in 0..200 {
        room.says(2, "and so on");
    }
    assert_eq!(gutter(&screen(&room.draw(60, 10, Lang::En)), "and so on"), 11);
    // Where it stands it is not cut for the sake of those below, and while one is there nothing wraps anew.
    let viewport = reader(Lang::En, &TimeStyle::usual(TimeZone::UTC)).viewport(Rect::new(0, 0, 60, 10));
    room.timeline.to_top(&viewport);
    assert_eq!(gutter(&screen(&room.draw(60, 10, Lang::En)), "hello"), 19);
    room.timeline.scroll(40, &viewport);
    assert_eq!(gutter(&screen(&room.draw(60, 10, Lang::En)), "and so on"), 19);
    room.timeline.to_bottom();
    assert_eq!(gutter(&screen(&room.draw(60, 10, Lang::En)), "and so on"), 11);
}

#[test]
fn names_never_take_more_than_their_share() {
    let mut room = Room::new();
    room.says(4, "a name of twenty columns");
    for width in 50..200 {
        let names = gutter(&screen(&room.draw(width, 3, Lang::En)), "a name") - 7;
        assert!(names <= 16 && names <= usize::from(width) / 5, "{names} of {width}");
    }
}

#[test]
fn in_a_long_run_the_author_is_said_on_the_top_row() {
    let mut room = Room::new();
    for number in 0..30 {
        room.says(1, &format!("message {number}"));
    }
    let picture = screen(&room.draw(60, 5, Lang::En));
    let rows: Vec<&str> = picture.lines().collect();
    assert!(rows[0].contains("calm-otter │ message 25"), "{picture}");
    assert!(rows[1..].iter().all(|row| !row.contains("calm-otter")), "{picture}");
    // So it is where one long message begins above.
    room.says(3, &"words and ".repeat(60));
    let picture = screen(&room.draw(60, 5, Lang::En));
    assert!(picture.starts_with("          さくら │ words"), "{picture}");
}

#[test]
fn every_message_of_a_minute_shows_where_it_begins() {
    let mut room = Room::new();
    room.says(1, "one\nand its second row").says(1, "two").says(1, "three");
    let picture = screen(&room.draw(60, 5, Lang::En));
    assert_eq!(picture.matches("09:40").count(), 3, "{picture}");
}

#[test]
fn a_fingerprint_in_a_notice_is_not_broken() {
    let fingerprint = format!("SHA256:{}", "Ab3".repeat(14) + "x");
    let mut room = Room::new();
    room.says(4, "a name of twenty columns");
    let text = format!("Something is wrong.\nthe key is\n{fingerprint}");
    room.timeline.notice(&text, room.at, Level::Warning);
    for width in [60, 62, 81, 120] {
        let buf = room.draw(width, 12, Lang::En);
        assert!(screen(&buf).contains(&fingerprint), "{}", screen(&buf));
        // One line of it is the warning, the rest can be read in peace.
        let theme = Theme::default();
        assert_eq!(style_of(&buf, "Something").fg, theme.warning.fg);
        assert_ne!(style_of(&buf, &fingerprint).fg, theme.warning.fg);
    }
}
