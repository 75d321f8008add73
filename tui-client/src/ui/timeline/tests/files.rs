//! The line of a file, alone, below what is said about it, and where there is little room.

use shared::{Attachment, Code, Event, FileHash, Kind, MediaType, Nonce, Picture, RoomName, Seq};

use super::{Room, person, text};
use crate::app::timeline::{FileMark, MarkOf};
use crate::file_state::{FileState, Moving, Share};
use crate::lang::Lang;
use crate::ui::timeline::screen_text::screen;

fn file(name: &str, bytes: u64, media_type: &str) -> Attachment {
    let media_type = MediaType::parse(media_type).unwrap();
    Attachment { name: name.parse().unwrap(), bytes, sha256: FileHash([7; 32]), media_type, picture: None }
}

impl Room {
    pub(super) fn brings(&mut self, uid: u64, words: &str, file: Attachment, is_action: bool) -> &mut Self {
        let [prev, seq] = [self.seq, self.seq + 1].map(|n| Seq::new(n).unwrap());
        self.seq += 1;
        let kind = if is_action { Kind::Action(text(words)) } else { Kind::Message(text(words)) };
        let event = Event::new(RoomName::lobby(), (prev, seq), self.at, person(uid), kind);
        self.timeline.push(&Event { file: Some(Box::new(file)), ..event });
        self
    }
}

fn room() -> Room {
    let mut room = Room::new();
    let mut cat = file("고양이 사진.png", 318_400, "image/png");
    cat.picture = Some(Picture { width: 1200, height: 800, preview: None });
    room.brings(1, "report.pdf", file("report.pdf", 1_234_567, "application/pdf"), false);
    room.brings(3, "*what* I meant", file("*notes*.txt", 12, "text/plain"), false);
    room.brings(3, "고양이 사진.png", cat, false);
    room.brings(
        4,
        "a very long name of something nobody needs to read whole.tar.gz",
        file(
            "a very long name of something nobody needs to read whole.tar.gz",
            2_147_483_648,
            "application/gzip",
        ),
        false,
    );
    room.brings(1, "waves", file("hand.gif", 1, "image/gif"), true);
    let mine = [("n1", "refused.iso", 5), ("n2", "바로 갑니다", 1_000)];
    for (nonce, words, bytes) in mine {
        room.sends(nonce, words);
        room.timeline
            .attach(&Nonce::parse(nonce).unwrap(), file("refused.iso", bytes, "application/x-iso9660-image"));
    }
    room.timeline.fail(&Nonce::parse("n1").unwrap(), Code::FileTooLarge, None);
    room
}

#[test]
fn a_file_has_its_name_size_and_kind_below_what_is_said_about_it() {
    room().check(
        (90, 13),
        Lang::En,
        "
──────────────────────────────── today · 2026-11-21 (Sat) ────────────────────────────────
09:40       calm-otter │ ≡ report.pdf · 1.2 MB · PDF
09:40           さくら │ what I meant
                       │ ≡ *notes*.txt · 12 bytes · text
09:40                  │ ≡ 고양이 사진.png · 318 KB · PNG 1200×800
09:40 extraordinary-p… │ ≡ a very long name of something nobody needs ….gz · 2.1 GB · GZIP
09:40                * │ calm-otter waves
                       │ ≡ hand.gif · 1 byte · GIF
09:40             민수 ! ≡ refused.iso · 5 bytes · ISO
                       │ not sent: the file is too large for this server; send less, or
                       │ ask whoever runs the server
09:40                  … 바로 갑니다
                       │ ≡ refused.iso · 1.0 KB · ISO",
    );
}

#[test]
fn with_names_in_the_text_a_file_has_a_row_of_its_own_where_it_needs_one() {
    room().check(
        (40, 16),
        Lang::Ko,
        "
09:40  calm-otter:
       ≡ report.pdf · 1.2 MB · PDF
09:40  さくら: what I meant
       ≡ *notes*.txt · 12바이트 · 텍스트
09:40  さくら: ≡ 고양이 사….png · 318 KB
09:40  extraordinary-p…:
       ≡ a very long….gz · 2.1 GB · GZIP
09:40  * calm-otter waves
       ≡ hand.gif · 1바이트 · GIF
09:40 !민수: ≡ refused.iso · 5바이트
       보내지 못함: 이 서버에 보내기에는
       파일이 너무 큽니다. 더 작게
       보내거나 서버 운영자에게
       문의하세요
09:40 …민수: 바로 갑니다
       ≡ refused.iso · 1.0 KB · ISO",
    );
}

#[test]
fn on_the_smallest_screen_the_name_is_left_with_its_end() {
    room().check(
        (20, 14),
        Lang::Ko,
        "
 ≡ 고양이 사진.png
 extraord…:
 ≡ a very long n….gz
 * calm-otter waves
 ≡ hand.gif
!민수: ≡ refused.iso
 보내지 못함: 이
 서버에 보내기에는
 파일이 너무 큽니다.
 더 작게 보내거나
 서버 운영자에게
 문의하세요
…민수: 바로 갑니다
 ≡ refused.iso",
    );
}

#[test]
fn an_edit_changes_what_is_said_and_a_deletion_takes_the_file() {
    let mut room = Room::new();
    room.brings(1, "report.pdf", file("report.pdf", 1_234_567, "application/pdf"), false);
    let of = Seq::new(1).unwrap();
    let edit = shared::event::Edit { of, text: Some(text("read page 3")) };
    room.kind(1, Kind::Edit(edit));
    let drawn = screen(&room.draw(90, 2, Lang::En));
    assert!(drawn.contains("read page 3\n"), "{drawn}");
    assert!(drawn.contains("≡ report.pdf · 1.2 MB · PDF (edited)"), "{drawn}");
    let entry = room.timeline.entries().next().unwrap();
    assert_eq!(room.timeline.attachment(entry).unwrap().bytes, 1_234_567);
    assert_eq!(entry.text(), Some("read page 3"));

    let before = room.timeline.bytes();
    room.kind(1, Kind::Delete(shared::event::Delete { of, reason: "".parse().unwrap() }));
    let entry = room.timeline.entries().next().unwrap();
    assert_eq!(room.timeline.attachment(entry), None);
    assert!(!format!("{:?}", room.timeline).contains("report.pdf"));
    assert!(room.timeline.bytes() < before);
}

#[test]
fn a_file_on_its_way_says_how_far_it_is_in_its_line() {
    let mut room = Room::new();
    room.brings(1, "cat.png", file("cat.png", 1_200_000, "image/png"), false);
    room.brings(1, "old.pdf", file("old.pdf", 1_000, "application/pdf"), false);
    room.sends("n1", "바로 갑니다").sends("n2", "new.iso");
    room.timeline.attach(&Nonce::parse("n1").unwrap(), file("video.mp4", 2_000_000, "video/mp4"));
    let moving = |is_sent, done, bytes| {
        FileState::Moving(Moving {
            is_sent,
            share: Share { done, bytes },
            rate: Some(3_100_000),
            left: Some(12_000),
        })
    };
    let mark = |of, name: &str, bytes, state| FileMark { of, name: name.parse().unwrap(), bytes, state };
    let own = |nonce| MarkOf::Nonce(Nonce::parse(nonce).unwrap());
    room.timeline.mark_files(vec![
        mark(MarkOf::Seq(Seq::new(1).unwrap()), "cat.png", 1_200_000, moving(false, 504_000, 1_200_000)),
        mark(
            MarkOf::Seq(Seq::new(2).unwrap()),
            "old.pdf",
            1_000,
            FileState::Saved("~/Downloads/old (1).pdf".into()),
        ),
        mark(own("n1"), "video.mp4", 2_000_000, FileState::Stopped(Share { done: 20, bytes: 2_000_000 })),
        mark(own("n2"), "new.iso", 70_000, FileState::Preparing(Share { done: 35_000, bytes: 70_000 })),
    ]);
    room.check(
        (90, 8),
        Lang::En,
        "

──────────────────────────────── today · 2026-11-21 (Sat) ────────────────────────────────
09:40 calm-otter │ ↓ cat.png · 42% · 504 KB / 1.2 MB · 3.1 MB/s 0:12
09:40            │ ≡ old.pdf · 1.0 KB · PDF · saved to ~/Downloads/old (1).pdf
09:40       민수 … 바로 갑니다
                 │ ≡ video.mp4 · 2.0 MB · MP4 · stopped 0%
09:40            … ≡ new.iso · 70 KB · reading 50%",
    );
}
