//! Pictures of the scrollback, and the styles of what is in them.

mod columns;
mod files;
mod joins;
mod markers;
mod pictures;

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use shared::event::{Act, Leave};
use shared::{Code, Event, Kind, Line, Nonce, Role, RoomName, Sender, Seq, Style, Text, Uid};

use super::screen_text::{screen, style_of};
use super::{Reader, render};
use crate::app::timeline::{Called, Entry, HowSaid, Level, Timeline};
use crate::hyperlinks::{self, Hyperlinks};
use crate::joins::Joins;
use crate::lang::Lang;
use crate::time_style::TimeStyle;
use crate::ui::theme::Theme;

/// 2026-11-21 09:40 in Seoul.
const MORNING: i64 = 1_795_221_600_000;
const MINUTE: i64 = 60_000;

fn reader(lang: Lang, times: &TimeStyle) -> Reader<'_> {
    let today = times.local(MORNING).date();
    let called = Called { name: "민수", words: &[] };
    Reader {
        uid: Uid::new(2).unwrap(),
        called,
        lang,
        times,
        today,
        formatted: true,
        fold: 0,
        fold_key: "f",
        picture_rows: 10,
    }
}

fn seoul() -> TimeStyle {
    TimeStyle::usual(TimeZone::get("Asia/Seoul").unwrap())
}

fn person(uid: u64) -> Sender {
    const NAMES: [&str; 5] = ["server", "calm-otter", "민수", "さくら", "extraordinary-plover"];
    let index = usize::try_from(uid).unwrap();
    let name = NAMES[index].parse().unwrap();
    Sender { uid: Uid::new(uid).unwrap(), name, style: Style::ALL[index * 5 % 24] }
}

fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

/// A room that a test says something in.
struct Room {
    timeline: Timeline,
    seq: u64,
    at: i64,
}

impl Room {
    fn new() -> Self {
        Self { timeline: Timeline::default(), seq: 0, at: MORNING }
    }

    fn kind(&mut self, uid: u64, kind: Kind) -> &mut Self {
        let [prev, seq] = [self.seq, self.seq + 1].map(|n| Seq::new(n).unwrap());
        self.seq += 1;
        let (room, at, from) = (RoomName::lobby(), self.at, person(uid));
        self.timeline.push(&Event::new(room, (prev, seq), at, from, kind));
        self
    }

    /// The next messages, as the page of a history: they are not in the timeline yet.
    fn page(&mut self, said: &[(u64, &str)]) -> Vec<Event> {
        let next = |(uid, words): &(u64, &str)| {
            let [prev, seq] = [self.seq, self.seq + 1].map(|n| Seq::new(n).unwrap());
            self.seq += 1;
            let (room, at, from, kind) =
                (RoomName::lobby(), self.at, person(*uid), Kind::Message(text(words)));
            Event::new(room, (prev, seq), at, from, kind)
        };
        said.iter().map(next).collect()
    }

    fn says(&mut self, uid: u64, words: &str) -> &mut Self {
        self.kind(uid, Kind::Message(text(words)))
    }

    fn sends(&mut self, mark: &str, words: &str) -> &mut Self {
        let nonce = Nonce::parse(mark).unwrap();
        self.timeline.add_pending(nonce, &person(2), text(words), self.at, HowSaid::default());
        self
    }

    fn later(&mut self, minutes: i64) -> &mut Self {
        self.at += minutes * MINUTE;
        self
    }

    fn read(&mut self) -> &mut Self {
        self.timeline.set_read(Some(self.timeline.newest_seq()));
        self
    }

    /// A morning in a room, with a bit of everything.
    fn of_everything() -> Self {
        let mut room = Self::new();
        room.later(-15 * 60).says(1, "see you tomorrow").later(15 * 60);
        room.kind(3, Kind::Join)
            .says(1, "good morning 민수, the build is red: https://ci.example.org/run/813");
        room.says(1, "(see the second step)").later(2);
        room.says(2, "안녕하세요 👋🏽 지금 보고 있어요").later(1).says(3, "おはようございます、みなさん");
        room.kind(1, Kind::Action(text("pours coffee ☕️ for 👨‍👩‍👧‍👦")));
        room.kind(3, Kind::Topic(Line::parse("café re\u{301}sume\u{301}").unwrap())).later(9).read();
        room.says(4, "first line\nsecond line\n\nfourth line after an empty one");
        room.kind(3, Kind::Leave(Leave::Lost)).kind(4, Kind::Rename("수달".parse().unwrap()));
        room.sends("n1", "this one is refused").sends("n2", "지금 가는 중");
        room.timeline.fail(&Nonce::parse("n1").unwrap(), Code::Muted, None);
        room
    }

    /// What is rarer: moderation, notices, missing stretches.
    fn of_rare_things() -> Self {
        let mut room = Self::new();
        room.timeline.set_joins(Joins::All);
        room.seq = 7;
        let act = |reason: &str, until| {
            Box::new(Act { target: person(4), reason: Line::parse(reason).unwrap(), until, room_only: false })
        };
        room.kind(0, Kind::Announce(text("back at noon").into()));
        room.kind(3, Kind::Role(person(1), Role::Moderator)).later(1);
        room.kind(1, Kind::Mute(*act("flooding", Some(MORNING + 30 * MINUTE))));
        room.kind(1, Kind::Mute(*act("", Some(MORNING)))).kind(1, Kind::Kick(*act("again", None)));
        room.kind(1, Kind::Ban(*act("", Some(MORNING + 2 * 24 * 60 * MINUTE))))
            .kind(1, Kind::Ban(*act("", None)));
        room.kind(3, Kind::Topic(Line::default()))
            .kind(4, Kind::Leave(Leave::Quit))
            .kind(3, Kind::Leave(Leave::Part));
        room.timeline.notice("connection lost", room.at, Level::Warning);
        room.timeline.notice("connected again", room.at, Level::Info);
        let newest = room.timeline.newest_seq();
        room.timeline.set_missed(newest, 12);
        room.seq += 12;
        room.says(3, "where were we");
        room
    }

    fn draw(&self, width: u16, height: u16, lang: Lang) -> Buffer {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        render(
            &self.timeline,
            area,
            (&mut buf, &mut Hyperlinks::default()),
            &Theme::default(),
            &reader(lang, &seoul()),
        );
        buf
    }

    #[track_caller]
    fn check(&self, (width, height): (u16, u16), lang: Lang, expect: &str) {
        let found = screen(&self.draw(width, height, lang));
        assert_eq!(found.lines().count(), usize::from(height));
        // What does not fill the screen stands at its bottom.
        assert_eq!(found.trim_start_matches('\n'), expect.trim_start_matches('\n'), "\n{found}\n");
    }
}

#[test]
fn a_wide_screen_has_columns_for_times_and_names() {
    Room::of_everything().check((120, 40), Lang::En, "
─────────────────────────────────────────────────── 2026-11-20 (Fri) ───────────────────────────────────────────────────
18:40       calm-otter │ see you tomorrow
─────────────────────────────────────────────── today · 2026-11-21 (Sat) ───────────────────────────────────────────────
09:40                → │ さくら joined
09:40       calm-otter @ good morning 민수, the build is red: https://ci.example.org/run/813
09:40                  │ (see the second step)
09:42             민수 │ 안녕하세요 👋🏽 지금 보고 있어요
09:43           さくら │ おはようございます、みなさん
09:43                * │ calm-otter pours coffee ☕️ for 👨‍👩‍👧‍👦
09:43                # │ さくら changed the topic to: café résumé
───────────────────────────────────── you left off here · new messages since 09:43 ─────────────────────────────────────
09:52 extraordinary-p… │ first line
                       │ second line
                       │
                       │ fourth line after an empty one
09:52                ← │ さくら lost the connection
09:52                ~ │ extraordinary-plover is now known as 수달
09:52             민수 ! this one is refused
                       │ not sent: you are muted
09:52                  … 지금 가는 중");
}

#[test]
fn half_a_screen_has_the_same_columns_in_korean() {
    Room::of_everything().check(
        (60, 15),
        Lang::Ko,
        "
09:43       さくら │ おはようございます、みなさん
09:43            * │ calm-otter pours coffee ☕️ for 👨‍👩‍👧‍👦
09:43            # │ さくら님이 주제를 바꿨습니다: café
                   │ résumé
─────────── 여기까지 읽음 · 09:43 이후 새 메시지 ───────────
09:52 extraordina… │ first line
                   │ second line
                   │
                   │ fourth line after an empty one
09:52            ← │ さくら님의 연결이 끊어졌습니다
09:52            ~ │ extraordinary-plover님이 이름을 수달로
                   │ 바꿨습니다
09:52         민수 ! this one is refused
                   │ 보내지 못함: 채팅 금지 중입니다
09:52              … 지금 가는 중",
    );
}

#[test]
fn a_narrow_screen_has_names_in_the_text() {
    Room::of_everything().check(
        (40, 12),
        Lang::Ko,
        "
       café résumé
───────── 09:43 이후 새 메시지 ─────────
09:52  extraordinary-p…: first line
       second line

       fourth line after an empty one
09:52  ← さくら님의 연결이 끊어졌습니다
09:52  ~ extraordinary-plover님이 이름을
       수달로 바꿨습니다
09:52 !민수: this one is refused
       보내지 못함: 채팅 금지 중입니다
09:52 …민수: 지금 가는 중",
    );
}

#[test]
fn a_tiny_screen_has_no_times() {
    Room::of_everything().check(
        (20, 5),
        Lang::En,
        "
!민수: this one is
 refused
 not sent: you are
 muted
…민수: 지금 가는 중",
    );
}

#[test]
fn what_is_rare_is_said_in_words() {
    Room::of_rare_things().check(
        (80, 20),
        Lang::En,
        "
─────────────────────────────── ↑ older messages ───────────────────────────────
─────────────────────────── today · 2026-11-21 (Sat) ───────────────────────────
09:40 operator │ Announcement: back at noon
09:40        + │ さくら made calm-otter a moderator
09:41        × │ calm-otter muted extraordinary-plover until 10:10: flooding
09:41        × │ calm-otter unmuted extraordinary-plover
09:41        × │ calm-otter kicked extraordinary-plover: again
09:41        × │ calm-otter banned extraordinary-plover until 2026-11-23 09:40
09:41        × │ calm-otter banned extraordinary-plover for good
09:41        # │ さくら cleared the topic
09:41        ← │ extraordinary-plover left
09:41        ← │ さくら left the room
09:41        ! │ connection lost
09:41        · │ connected again
────────────────────── … some messages are missing here … ──────────────────────
───────────────────────────── 12 missed while away ─────────────────────────────
09:41   さくら │ where were we",
    );
}

#[test]
fn what_is_rare_is_said_in_korean() {
    Room::of_rare_things().check(
        (80, 20),
        Lang::Ko,
        "
──────────────────────────────── ↑ 이전 메시지 ─────────────────────────────────
───────────────────────── 오늘 · 2026년 11월 21일 (토) ─────────────────────────
09:40   운영자 │ 공지: back at noon
09:40        + │ さくら님이 calm-otter님을 부관리자로 지정했습니다
09:41        × │ calm-otter님이 extraordinary-plover님의 채팅을 10:10까지
               │ 금지했습니다: flooding
09:41        × │ calm-otter님이 extraordinary-plover님의 채팅 금지를 풀었습니다
09:41        × │ calm-otter님이 extraordinary-plover님을 내보냈습니다: again
09:41        × │ calm-otter님이 extraordinary-plover님을 2026년 11월 23일
               │ 09:40까지 차단했습니다
09:41        × │ calm-otter님이 extraordinary-plover님을 무기한 차단했습니다
09:41        # │ さくら님이 주제를 지웠습니다
09:41        ← │ extraordinary-plover님이 나갔습니다
09:41        ← │ さくら님이 방에서 나갔습니다
09:41        ! │ connection lost
09:41        · │ connected again
────────────────────── … 여기에 빠진 메시지가 있습니다 … ───────────────────────
─────────────────────── 자리를 비운 사이 온 메시지 12개 ────────────────────────
09:41   さくら │ where were we",
    );
}

#[test]
fn no_screen_is_too_small() {
    for room in [Room::new(), Room::of_everything(), Room::of_rare_things()] {
        for width in 0..60 {
            for height in 0..6 {
                room.draw(width, height, Lang::Ko);
            }
        }
    }
    assert_eq!(screen(&Room::of_everything().draw(0, 0, Lang::En)), "");
    assert_eq!(screen(&Room::of_everything().draw(1, 1, Lang::En)), "", "a wide cell has no room");
}

#[test]
fn nothing_is_drawn_outside_the_area() {
    let mut buf = Buffer::filled(Rect::new(0, 0, 70, 10), ratatui::buffer::Cell::new("·"));
    let area = Rect::new(3, 2, 52, 5);
    render(
        &Room::of_everything().timeline,
        area,
        (&mut buf, &mut Hyperlinks::default()),
        &Theme::default(),
        &reader(Lang::En, &seoul()),
    );
    for row in buf.area.rows() {
        for x in row.left()..row.right() {
            assert!(area.contains((x, row.y).into()) || buf[(x, row.y)].symbol() == "·", "at {x}, {}", row.y);
        }
    }
    let beyond = Rect::new(60, 8, 30, 30);
    render(
        &Room::of_everything().timeline,
        beyond,
        (&mut buf, &mut Hyperlinks::default()),
        &Theme::default(),
        &reader(Lang::En, &seoul()),
    );
}

#[test]
fn a_scrolled_screen_stays_while_messages_arrive() {
    let mut room = Room::of_everything();
    let viewport = reader(Lang::En, &seoul()).viewport(Rect::new(0, 0, 60, 15));
    room.timeline.page_up(&viewport);
    let before = screen(&room.draw(60, 15, Lang::En));
    room.says(1, "and another").says(3, "and one more");
    assert_eq!(screen(&room.draw(60, 15, Lang::En)), before);
    assert_eq!(room.timeline.new_below(), 2);
}

#[test]
fn people_are_known_by_colour_and_line() {
    let buf = Room::of_everything().draw(120, 40, Lang::En);
    assert_eq!(style_of(&buf, "calm-otter").fg, Some(Color::Indexed(Style::ALL[5].color())));
    let own = style_of(&buf, "민수 │");
    assert_eq!(own.fg, Some(Color::Indexed(Style::ALL[10].color())));
    assert!(own.add_modifier.contains(Modifier::BOLD));
    let underlined = style_of(&buf, "さくら │");
    assert!(underlined.add_modifier.contains(Modifier::UNDERLINED));
}

#[test]
fn mentions_links_and_failures_have_styles_of_their_own() {
    let theme = Theme::default();
    let buf = Room::of_everything().draw(120, 40, Lang::En);
    let has = |text: &str, style: ratatui::style::Style| {
        let found = style_of(&buf, text);
        assert!(found.add_modifier.contains(style.add_modifier), "{text}: {found:?}");
        assert!(style.fg.is_none() || found.fg == style.fg, "{text}: {found:?}");
    };
    has("https://ci", theme.link);
    has("813", theme.link);
    has("민수, the build", theme.mention);
    has("@", theme.mention_mark);
    has("! this one", theme.failed);
    has("not sent", theme.failed);
    has("지금 가는 중", theme.pending);
    has("… 지금", theme.pending);
    has("09:40", theme.time);
    has("new messages", theme.unread);
    has("2026-11-20", theme.separator);
    has("さくら joined", theme.event);
    assert_eq!(style_of(&buf, "this one").fg, Some(Color::Reset), "what was said is still plain to read");
}

#[test]
fn a_link_is_underlined_on_every_row_it_takes() {
    let mut room = Room::new();
    room.says(1, "see https://example.org/a/path/that/goes/on/and/on/for/ever and ever");
    let buf = room.draw(30, 6, Lang::En);
    let underlined = buf.content.iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED));
    assert_eq!(underlined.count(), "https://example.org/a/path/that/goes/on/and/on/for/ever".len());
}

#[test]
fn one_does_not_mention_oneself() {
    let mut room = Room::new();
    room.says(2, "민수 here");
    assert!(!screen(&room.draw(60, 3, Lang::En)).contains('@'));
}

#[test]
fn the_selection_is_reversed_on_all_its_rows() {
    let mut room = Room::of_everything();
    let viewport = reader(Lang::En, &seoul()).viewport(Rect::new(0, 0, 60, 15));
    for _ in 0..3 {
        room.timeline.select_prev(&viewport);
    }
    assert_eq!(room.timeline.selected().and_then(Entry::text).unwrap().lines().count(), 4);
    let buf = room.draw(60, 15, Lang::En);
    let reversed = |row: &Rect| buf[(row.x, row.y)].modifier.contains(Modifier::REVERSED);
    assert_eq!(buf.area.rows().filter(reversed).count(), 4);
    // One block: a dim or coloured cell in it would be a hole.
    let block: Vec<_> = buf.area.rows().filter(reversed).flat_map(Rect::positions).collect();
    let look = ratatui::style::Style::reset().patch(Theme::default().selection);
    assert!(
        block
            .iter()
            .all(|at| buf[*at].style() == ratatui::style::Style { sub_modifier: Modifier::empty(), ..look })
    );
}

#[test]
fn without_colour_nothing_is_coloured() {
    let area = Rect::new(0, 0, 120, 40);
    let mut buf = Buffer::empty(area);
    render(
        &Room::of_everything().timeline,
        area,
        (&mut buf, &mut Hyperlinks::default()),
        &Theme::plain(),
        &reader(Lang::En, &seoul()),
    );
    assert!(buf.content.iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)));
}

#[test]
fn formatting_is_seen_without_colour() {
    for theme in [Theme::ansi(), Theme::plain()] {
        let mut room = Room::new();
        room.says(1, "*strong* and _slanted_ and `code`, 민수 *민수*\n> quoted\n```\n1 * 2\n```");
        let times = seoul();
        let mut buf = Buffer::empty(Rect::new(0, 0, 60, 6));
        render(
            &room.timeline,
            buf.area,
            (&mut buf, &mut Hyperlinks::default()),
            &theme,
            &reader(Lang::En, &times),
        );
        let drawn = screen(&buf);
        assert!(drawn.contains("strong and slanted and `code`"), "{drawn}");
        assert!(drawn.contains("│ > quoted") && drawn.contains("│ │ 1 * 2"), "{drawn}");
        for (word, modifier) in
            [("strong", Modifier::BOLD), ("slanted", Modifier::ITALIC), ("quoted", Modifier::DIM)]
        {
            assert!(style_of(&buf, word).add_modifier.contains(modifier), "{word}");
        }
        assert!(!style_of(&buf, "and").add_modifier.contains(Modifier::BOLD));
    }
}

#[test]
fn every_row_of_a_link_is_one_to_its_whole_address() {
    let mut room = Room::new();
    let path = "averylongwordthatcannotbreakanywhere/andgoeson";
    room.says(1, &format!("see https://예.한국/{path}, *and* https://a.b/ too"));
    let times = seoul();
    let mut buf = Buffer::empty(Rect::new(0, 0, 50, 5));
    let mut links = Hyperlinks::new(true);
    let area = buf.area;
    render(&room.timeline, area, (&mut buf, &mut links), &Theme::ansi(), &reader(Lang::En, &times));
    let linked = |number: usize| {
        let mut text = String::new();
        for cell in buf.content.iter().filter(|cell| hyperlinks::number_of(cell) == number) {
            text.push_str(cell.symbol().trim());
        }
        text
    };
    assert_eq!(linked(1), format!("https://예.한국/{path}"), "{}", screen(&buf));
    assert_eq!(linked(2), "https://a.b/");
    assert_eq!(
        links.into_addresses(),
        [format!("https://xn--2j5b.xn--3e0b707e/{path}"), "https://a.b/".to_owned()]
    );
}
