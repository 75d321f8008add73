//! Pictures of joins and leaves in one line.

use shared::Kind;
use shared::event::Leave;

use super::Room;
use crate::lang::Lang;

fn room() -> Room {
    let mut room = Room::new();
    room.says(1, "good morning").kind(3, Kind::Join).kind(4, Kind::Join).kind(1, Kind::Leave(Leave::Quit));
    room.kind(1, Kind::Join).kind(2, Kind::Leave(Leave::Lost)).later(5).says(3, "おはよう");
    room.kind(2, Kind::Join).kind(2, Kind::Leave(Leave::Quit));
    room
}

#[test]
fn neighbours_stand_in_one_line() {
    room().check(
        (80, 5),
        Lang::En,
        "
─────────────────────────── today · 2026-11-21 (Sat) ───────────────────────────
09:40 calm-otter │ good morning
09:40          → │ 2 came (さくら, extraordinary-plover), 1 left (민수)
09:45     さくら │ おはよう
09:45          → │ 1 came and left (민수)",
    );
    room().check(
        (80, 5),
        Lang::Ko,
        "
───────────────────────── 오늘 · 2026년 11월 21일 (토) ─────────────────────────
09:40 calm-otter │ good morning
09:40          → │ 2명 들어옴 (さくら, extraordinary-plover), 1명 나감 (민수)
09:45     さくら │ おはよう
09:45          → │ 1명 들어왔다 나감 (민수)",
    );
    room().check(
        (20, 5),
        Lang::En,
        "
 extraordinary-plove
 r), 1 left (민수)
 さくら: おはよう
 → 1 came and left
 (민수)",
    );
}
