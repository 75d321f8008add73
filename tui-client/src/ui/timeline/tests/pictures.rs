//! Previews of pictures below the line of their file: half blocks, at three sizes, and nothing left of them after a scroll.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use shared::picture::{Picture, Preview};
use shared::{Attachment, FileHash, MediaType};

use super::{Room, reader, render, seoul};
use crate::hyperlinks::Hyperlinks;
use crate::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::timeline::screen_text::screen;

/// A picture whose rows are of one colour each, from 16 on.
fn picture(name: &str, width: u8, height: u8) -> Attachment {
    let pixels = (0..height).flat_map(|row| vec![16 + row; usize::from(width)]).collect();
    let preview = Preview::new(width, pixels).unwrap();
    let (wide, high) = (u32::from(width) * 10, u32::from(height) * 10);
    Attachment {
        name: name.parse().unwrap(),
        bytes: 318_400,
        sha256: FileHash([7; 32]),
        media_type: MediaType::parse("image/png").unwrap(),
        picture: Some(Picture { width: wide, height: high, preview: Some(preview) }),
    }
}

fn room() -> Room {
    let mut room = Room::new();
    room.brings(1, "고양이.png", picture("고양이.png", 24, 10), false);
    room.brings(3, "look", picture("wide.png", 64, 7), false).says(1, "nice");
    room
}

#[test]
fn a_picture_stands_below_its_line() {
    room().check(
        (60, 30),
        Lang::Ko,
        "
─────────────── 오늘 · 2026년 11월 21일 (토) ───────────────
09:40 calm-otter │ ≡ 고양이.png · 318 KB · PNG 240×100
                 │ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                 │ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                 │ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                 │ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                 │ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
09:40     さくら │ look
                 │ ≡ wide.png · 318 KB · PNG 640×70
                 │ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                 │ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
09:40 calm-otter │ nice",
    );
}

#[test]
fn in_a_narrow_terminal_it_is_smaller() {
    room().check(
        (40, 12),
        Lang::En,
        "
─────── today · 2026-11-21 (Sat) ───────
09:40  calm-otter: ≡ 고양이.png · 318 KB
       ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
       ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
       ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
       ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
09:40  さくら: look
       ≡ wide.png · 318 KB · PNG 640×70
       ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
       ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
09:40  calm-otter: nice",
    );
    room().check(
        (20, 9),
        Lang::En,
        "
 calm-ott…:
 ≡ 고양이.png
 ▀▀▀▀▀▀▀▀▀▀▀▀▀▀
 ▀▀▀▀▀▀▀▀▀▀▀▀▀▀
 ▀▀▀▀▀▀▀▀▀▀▀▀▀▀
 さくら: look
 ≡ wide.png · 318 KB
 ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
 calm-ott…: nice",
    );
}

#[test]
fn where_there_is_no_room_or_it_is_not_wanted_there_is_only_the_line() {
    let room = room();
    for ((width, height), picture_rows) in [((20, 5), 10), ((60, 20), 0)] {
        let times = seoul();
        let reader = super::Reader { picture_rows, ..reader(Lang::En, &times) };
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let timeline = &room.timeline;
        render(timeline, area, (&mut buf, &mut Hyperlinks::new(false)), &Theme::ansi(), &reader);
        let drawn = screen(&buf);
        assert!(drawn.contains("≡ wide.png") && (height < 6 || !drawn.contains('▀')), "{drawn}");
    }
}

#[test]
fn its_cells_have_its_colours_also_while_it_is_selected() {
    let mut room = room();
    let plain = room.draw(120, 60, Lang::En);
    let second = room.timeline.entries().nth(1).unwrap().id();
    room.timeline.select_entry(second);
    let selected = room.draw(120, 60, Lang::En);
    let is_block = |buf: &Buffer, at| buf[at].symbol() == "▀";
    let cells: Vec<_> = plain.area.positions().filter(|at| is_block(&plain, *at)).collect();
    assert!(!cells.is_empty());
    for at in cells {
        assert_eq!(plain[at], selected[at]);
        assert!(
            matches!(plain[at].fg, Color::Indexed(16..)) && !plain[at].modifier.contains(Modifier::REVERSED)
        );
    }
    let last = plain.area.positions().filter(|at| is_block(&plain, *at)).last().unwrap();
    assert_eq!((plain[last].fg, plain[last].bg), (Color::Indexed(22), Color::Reset), "an odd number of rows");
    assert!(selected[(last.x + 1, last.y)].modifier.contains(Modifier::REVERSED));
}

#[test]
fn scrolled_row_by_row_every_frame_is_as_if_drawn_alone() {
    let mut room = room();
    for _ in 0..8 {
        room.says(1, "below").brings(3, "look", picture("again.png", 64, 36), false);
    }
    let mut seen = std::collections::BTreeSet::new();
    for (width, height) in [(90, 24), (60, 15), (20, 9)] {
        let viewport = reader(Lang::En, &seoul()).viewport(Rect::new(0, 0, width, height));
        room.timeline.to_bottom();
        let bottom = screen(&room.draw(width, height, Lang::En));
        let mut rows_up = 0;
        loop {
            let (before, anchor) = (screen(&room.draw(width, height, Lang::En)), room.timeline.anchor());
            room.timeline.scroll(-1, &viewport);
            if room.timeline.anchor() == anchor {
                break;
            }
            rows_up += 1;
            let now = screen(&room.draw(width, height, Lang::En));
            let moved: Vec<&str> = now.lines().skip(2).collect();
            let stood: Vec<&str> = before.lines().skip(1).take(moved.len()).collect();
            assert_eq!(moved, stood, "{width}x{height}: one row further up");
            seen.insert(now);
        }
        room.timeline.scroll(rows_up, &viewport);
        assert_eq!(screen(&room.draw(width, height, Lang::En)), bottom);
    }
    assert!(seen.len() > 20);
}
