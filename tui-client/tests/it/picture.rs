//! The README's pictures of the screen: a morning in a team, through the real app and its real pixels, as SVG.
//!
//! `CHINWAG_UPDATE=1 cargo test -p tui-client --test it picture` draws them anew; look at them before keeping them.
//! It must not draw anything the client did not: what is not in the buffer is only the window around it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use serde_json::{Value, json};
use shared::{ClientMsg, Millis, ServerMsg};
use tui_client::app::{App, Setup};
use tui_client::config::Address;
use tui_client::effect::Effect;
use tui_client::event::{Code, Event, FromLink, Key};
use tui_client::lang::Lang;
use tui_client::profile::Profile;
use tui_client::ui::{self, theme::Theme};

/// 2026-11-20 09:00 UTC, a Friday.
const NINE: Millis = 1_795_165_200_000;
const MINUTE: Millis = 60_000;

const SORA: u64 = 1;
const OTTER: u64 = 2;
const MINSU: u64 = 3;
const BEN: u64 = 4;
const HANEUL: u64 = 5;
const JIHUN: u64 = 6;

/// Number, name, colour and role of everybody; the reader is the first.
const PEOPLE: [(u64, &str, u8, &str); 6] = [
    (SORA, "sora", 14, "member"),
    (OTTER, "cool-otter", 3, "admin"),
    (MINSU, "민수", 10, "moderator"),
    (BEN, "ben", 12, "member"),
    (HANEUL, "하늘", 13, "member"),
    (JIHUN, "지훈", 9, "member"),
];

/// What the others do: the minute after nine, the room, who, what kind of thing, and its words.
const MORNING: [(Millis, &str, u64, &str, &str); 17] = [
    (1, "lobby", OTTER, "topic", "release day · 오늘 0.1.0 나갑니다"),
    (2, "lobby", OTTER, "message", "good morning! the tests are green, all of them"),
    (3, "lobby", MINSU, "message", "좋은 아침이에요. 밤새 연결을 십만 번 끊어 봤는데 메시지는 하나도 안 잃었어요"),
    (3, "release", BEN, "message", "tagging at ten"),
    (4, "lobby", BEN, "action", "pours the second coffee"),
    (5, "lobby", JIHUN, "join", ""),
    (5, "lobby", JIHUN, "message", "안녕하세요! 오늘 처음입니다, 잘 부탁드려요"),
    (6, "lobby", BEN, "message", "welcome 지훈! start here: https://wiki.example.net/release"),
    (6, "release", HANEUL, "message", "체크섬은 올려 뒀어요"),
    (7, "lobby", OTTER, "message", "sora, could you write the notes?"),
    (8, "lobby", SORA, "message", "of course, 한 시간 안에 올릴게요"),
    (9, "@1:4", BEN, "message", "lunch after?"),
    (9, "lobby", MINSU, "message", "순서는 이렇게 할까요?\n 1. 태그 달기\n 2. 빌드 확인\n 3. 공지 올리기"),
    (10, "lobby", OTTER, "message", "perfect"),
    (10, "release", BEN, "message", "build is running"),
    (10, "lobby", OTTER, "message", "and then cake 🎂"),
    (11, "lobby", JIHUN, "message", "sora님, 번역은 제가 볼게요 🙌"),
];

const DRAFT: &str = "고마워요! 초안이 나오면 바로 보낼";

/// A client, and everything the server would have to keep in mind.
struct Desk {
    app: App,
    now: Millis,
    seq: u64,
    /// The newest event of each room.
    heads: BTreeMap<&'static str, u64>,
    /// The nonce of the last message of our own.
    nonce: String,
    /// What the terminal's window is called.
    title: String,
}

impl Desk {
    fn new(lang: Lang, columns: u16, rows: u16) -> Self {
        let setup = Setup {
            address: Address::default(),
            lang,
            name: None,
            password: None,
            admin_key: None,
            profile: Profile::default(),
            has_screen: true,
            offset_minutes: 0,
            seed: 7,
        };
        let (app, heads) = (App::new(setup), BTreeMap::from([("lobby", 1), ("release", 1)]));
        let mut desk = Self { app, now: NINE, seq: 1, heads, nonce: String::new(), title: String::new() };
        let effects = desk.app.start(NINE);
        desk.note(effects);
        desk.take(Event::Resize(columns, rows));
        desk
    }

    /// The whole morning, up to the draft.
    fn live(&mut self) {
        let here: Vec<Value> = PEOPLE.iter().take(5).map(|(uid, ..)| person(*uid)).collect();
        let room = |name| json!({"name": name, "topic": "", "head": 1, "members": here});
        let you = person(SORA);
        self.hear(json!({"type": "welcome", "protocol": 1, "server": {"name": "tea", "version": "0.1.0"}, "you": you,
            "rooms": [room("lobby"), room("release")], "limits": {}, "durability": "disk", "motd": ""}));
        self.hear(json!({"type": "ok", "id": "r1", "events": [], "more": false}));
        for (minute, room, uid, kind, words) in MORNING {
            self.now = NINE + minute * MINUTE;
            if uid == SORA {
                self.write(words);
                self.take(Event::Key(Key::plain(Code::Enter)));
            }
            self.happen(room, uid, kind, words);
        }
        self.hear(json!({"type": "presence", "changes": [{"uid": HANEUL, "state": "away"}]}));
        self.now += MINUTE;
        self.hear(json!({"type": "presence", "room": "lobby", "changes": [{"uid": MINSU, "state": "typing"}]}));
        self.write(DRAFT);
    }

    fn happen(&mut self, room: &'static str, uid: u64, kind: &str, words: &str) {
        self.seq += 1;
        let prev = self.heads.insert(room, self.seq).unwrap_or_default();
        let nonce = if uid == SORA { self.nonce.clone() } else { format!("m{}", self.seq) };
        let mut event = json!({"type": "event", "room": room, "seq": self.seq, "prev": prev, "at": self.now,
            "from": person(uid), "kind": kind});
        match kind {
            "message" | "action" => (event["text"], event["nonce"]) = (words.into(), nonce.into()),
            "topic" => event["topic"] = words.into(),
            _ => {}
        }
        self.hear(event);
    }

    #[track_caller]
    fn hear(&mut self, line: Value) {
        let msg = ServerMsg::parse(line.to_string().as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(!matches!(msg, ServerMsg::Unknown(_)), "{line}");
        self.take(Event::Link(FromLink::Said(msg)));
    }

    fn write(&mut self, text: &str) {
        text.chars().for_each(|c| self.take(Event::Key(Key::plain(Code::Char(c)))));
    }

    fn take(&mut self, event: Event) {
        let effects = self.app.update(self.now, event);
        self.note(effects);
    }

    fn note(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Title(title) = effect {
                self.title = title;
            } else if let Effect::Send(request) = effect
                && let ClientMsg::Say(say) = request.msg
            {
                self.nonce = say.nonce.to_string();
            }
        }
    }
}

fn person(uid: u64) -> Value {
    let (_, name, color, role) = PEOPLE.into_iter().find(|(known, ..)| *known == uid).unwrap();
    json!({"uid": uid, "name": name, "style": {"color": color}, "role": role})
}

/// A column, a row, and what is around them, in the picture's units.
const CELL: f32 = 8.4;
const LINE: f32 = 19.0;
const MARGIN: f32 = 14.0;
const BAR: f32 = 34.0;
/// From the top of a row to the foot of its letters.
const BASE: f32 = 14.0;

const FOREGROUND: &str = "#d5daea";
const BACKGROUND: &str = "#1c1f2b";
/// The terminal's palette, ANSI's order.
const PALETTE: [&str; 16] = [
    "#3a4058", "#ec7a86", "#a3cf8a", "#e6c384", "#86a8f0", "#cf9bea", "#7fd0d6", "#c6cce0", "#6c7390", "#ff9a9e",
    "#b9e59f", "#ffd99a", "#a5c3ff", "#e3b6ff", "#9be7e4", "#f2f4fb",
];
/// ratatui's names of the same.
const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];
/// What people's terminals use, then fonts with Hangul, then emoji.
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,'Cascadia Mono',Consolas,'DejaVu Sans Mono','Liberation Mono',\
    D2Coding,NanumGothicCoding,'Noto Sans Mono CJK KR','Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',\
    NanumGothic,'Apple Color Emoji','Segoe UI Emoji','Noto Color Emoji',monospace";

/// The index in the palette; `None` for the terminal's own foreground or background.
#[track_caller]
fn index(color: Color) -> Option<usize> {
    let at = match color {
        Color::Indexed(at) => Some(usize::from(at)),
        color => NAMED.iter().position(|named| *named == color),
    };
    assert!(color == Color::Reset || at.is_some_and(|at| at < PALETTE.len()), "{color:?} is not of the palette");
    at
}

/// A drawing of one terminal window, row by row.
struct Drawing<'a> {
    buf: &'a Buffer,
    caret: Option<Position>,
    out: String,
}

/// Cells of one row that are drawn as one piece.
#[derive(Default)]
struct Run {
    x: u16,
    columns: u16,
    text: String,
    class: String,
}

impl Drawing<'_> {
    fn window(mut self, lang: &str, title: &str) -> String {
        let Rect { width, height, .. } = self.buf.area;
        let (wide, high) = (f32::from(width) * CELL + 2.0 * MARGIN, f32::from(height) * LINE + MARGIN + BAR + 6.0);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" lang=\"{lang}\" xml:lang=\"{lang}\" role=\"img\" \
             viewBox=\"0 0 {wide:.0} {high:.0}\" width=\"{wide:.0}\" height=\"{high:.0}\">\n\
             <title>{}</title>\n<style>\n\
             text{{font:14px {FONTS};fill:{FOREGROUND};white-space:pre}}\n\
             .w{{text-anchor:middle}}.b{{font-weight:bold}}.d{{opacity:.62}}.i{{font-style:italic}}\
             .u{{text-decoration:underline}}.r{{fill:{BACKGROUND}}}\n",
            escape(title)
        );
        for (at, color) in PALETTE.iter().enumerate() {
            write!(svg, ".c{at}{{fill:{color}}}").unwrap();
        }
        writeln!(
            svg,
            "\n</style>\n<rect x=\".5\" y=\".5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"10\" fill=\"{BACKGROUND}\" \
             stroke=\"#4a5170\"/>\n\
             <path d=\"M1 {BAR}V10.5A9.5 9.5 0 0 1 10.5 1H{:.1}a9.5 9.5 0 0 1 9.5 9.5V{BAR}z\" fill=\"#2a2e3f\"/>\n\
             <circle cx=\"20\" cy=\"17.5\" r=\"6\" fill=\"#ec7a86\"/><circle cx=\"40\" cy=\"17.5\" r=\"6\" \
             fill=\"#e6c384\"/><circle cx=\"60\" cy=\"17.5\" r=\"6\" fill=\"#a3cf8a\"/>\n\
             <text class=\"w\" x=\"{:.1}\" y=\"22\" style=\"font-size:13px\" opacity=\".75\">{}</text>",
            wide - 1.0,
            high - 1.0,
            wide - 10.5,
            wide / 2.0,
            escape(title),
        )
        .unwrap();
        for y in 0..height {
            self.row(y);
        }
        writeln!(svg, "<g transform=\"translate({MARGIN} {:.0})\">\n{}</g>\n</svg>", BAR + 6.0, self.out).unwrap();
        svg
    }

    fn row(&mut self, y: u16) {
        let mut run = Run::default();
        let mut x = 0;
        while x < self.buf.area.width {
            let cell = &self.buf[(x, y)];
            let columns = cell.symbol().cell_width().max(1);
            let under_caret = self.caret == Some(Position::new(x, y));
            let class = self.class(cell, under_caret);
            self.ground(cell, (x, y), columns, under_caret);
            let (is_line, is_wide) = (matches!(cell.symbol(), "─" | "│"), columns > 1);
            let is_blank = cell.symbol() == " " && !cell.modifier.contains(Modifier::UNDERLINED);
            if is_line || is_wide || is_blank || run.class != class {
                self.text(std::mem::take(&mut run), y);
            }
            if is_line {
                self.line(cell.symbol(), &class, (x, y));
            } else if !is_blank {
                if run.text.is_empty() {
                    run = Run { x, class, ..run };
                }
                run.text.push_str(cell.symbol());
                run.columns += columns;
                if is_wide {
                    self.text(std::mem::take(&mut run), y);
                }
            }
            x += columns;
        }
        self.text(run, y);
    }

    /// The classes of a cell's letters.
    fn class(&self, cell: &Cell, under_caret: bool) -> String {
        let modifiers =
            [(Modifier::BOLD, "b"), (Modifier::DIM, "d"), (Modifier::ITALIC, "i"), (Modifier::UNDERLINED, "u")];
        let mut classes: Vec<String> = Vec::new();
        if under_caret || cell.modifier.contains(Modifier::REVERSED) {
            classes.push("r".into());
        } else {
            classes.extend(index(cell.fg).map(|at| format!("c{at}")));
        }
        classes.extend(modifiers.iter().filter(|(one, _)| cell.modifier.contains(*one)).map(|(_, name)| (*name).into()));
        classes.join(" ")
    }

    /// What is behind a cell's letters: its background, or the caret.
    fn ground(&mut self, cell: &Cell, (x, y): (u16, u16), columns: u16, under_caret: bool) {
        let color = if under_caret || cell.modifier.contains(Modifier::REVERSED) { cell.fg } else { cell.bg };
    }
}
