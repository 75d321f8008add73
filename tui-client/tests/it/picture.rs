//! The README's pictures of the screen: the events of a morning in a team, fed to the real app and drawn by it. [`svg`]
//! only copies the cells.
//!
//! `CHINWAG_UPDATE=1 cargo test -p tui-client --test it picture` draws them anew; look at them before keeping them.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod svg;

use std::collections::BTreeMap;
use std::path::Path;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};
use shared::{ClientMsg, Millis, ServerMsg};
use tui_client::app::{App, Setup};
use tui_client::effect::Effect;
use tui_client::event::{Code, Event, FromLink, Key};
use tui_client::lang::Lang;
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
const MORNING: [(Millis, &str, u64, &str, &str); 18] = [
    (1, "lobby", OTTER, "topic", "0.1.0 today, 오늘 나갑니다"),
    (2, "lobby", OTTER, "message", "good morning! all tests are green"),
    (2, "lobby", BEN, "message", "morning! 🌞"),
    (
        3,
        "lobby",
        MINSU,
        "message",
        "좋은 아침이에요. 밤새 연결을 십만 번 끊어 봤는데 메시지는 하나도 안 잃었어요",
    ),
    (3, "release", BEN, "message", "tagging at ten"),
    (4, "lobby", BEN, "action", "pours the second coffee"),
    (5, "lobby", JIHUN, "join", ""),
    (5, "lobby", JIHUN, "message", "안녕하세요! 오늘 처음입니다, 잘 부탁드려요"),
    (6, "lobby", BEN, "message", "welcome! https://wiki.example.net/release"),
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

/// A client, and the server's side of its conversation.
struct Client {
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

impl Client {
    fn new(lang: Lang, columns: u16, rows: u16) -> Self {
        let setup = Setup { lang, ..Setup::default() };
        let (app, heads) = (App::new(setup), BTreeMap::from([("lobby", 1), ("release", 1)]));
        let mut client = Self { app, now: NINE, seq: 1, heads, nonce: String::new(), title: String::new() };
        let effects = client.app.start(NINE);
        client.note(effects);
        client.take(Event::Resize(columns, rows));
        client
    }

    /// Replays the whole morning, up to the draft.
    fn replay(&mut self) {
        let here: Vec<Value> = PEOPLE.iter().take(5).map(|(uid, ..)| person(*uid)).collect();
        let room = |name| json!({"name": name, "topic": "", "head": 1, "members": here});
        let you = person(SORA);
        self.hear(&json!({"type": "welcome", "protocol": 1, "server": {"name": "tea", "version": "0.1.0"}, "you": you,
            "rooms": [room("lobby"), room("release")], "limits": {}, "durability": "disk", "motd": ""}));
        let joined = self.event("lobby", (1, 0), SORA, "join", "");
        self.hear(&json!({"type": "ok", "id": "r1", "events": [joined], "more": false}));
        for (minute, room, uid, kind, words) in MORNING {
            self.now = NINE + minute * MINUTE;
            if uid == SORA {
                self.write(words);
                self.take(Event::Key(Key::plain(Code::Enter)));
            }
            self.happen(room, uid, kind, words);
        }
        self.hear(&json!({"type": "presence", "changes": [{"uid": HANEUL, "state": "away"}]}));
        self.now += MINUTE;
        self.hear(
            &json!({"type": "presence", "room": "lobby", "changes": [{"uid": MINSU, "state": "typing"}]}),
        );
        self.write(DRAFT);
    }

    fn happen(&mut self, room: &'static str, uid: u64, kind: &str, words: &str) {
        self.seq += 1;
        let prev = self.heads.insert(room, self.seq).unwrap_or_default();
        let event = self.event(room, (self.seq, prev), uid, kind, words);
        self.hear(&event);
    }

    fn event(&self, room: &str, (seq, prev): (u64, u64), uid: u64, kind: &str, words: &str) -> Value {
        let nonce = if uid == SORA { self.nonce.clone() } else { format!("m{seq}") };
        let mut event = json!({"type": "event", "room": room, "seq": seq, "prev": prev, "at": self.now,
            "from": person(uid), "kind": kind});
        match kind {
            "message" | "action" => (event["text"], event["nonce"]) = (words.into(), nonce.into()),
            "topic" => event["topic"] = words.into(),
            _ => {}
        }
        event
    }

    #[track_caller]
    fn hear(&mut self, line: &Value) {
        let msg =
            ServerMsg::parse(line.to_string().as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"));
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

/// Compares a picture with the one in the README.
#[track_caller]
fn check(file: &str, lang: Lang, columns: u16, rows: u16) {
    let mut client = Client::new(lang, columns, rows);
    client.replay();
    let mut buf = Buffer::empty(Rect::new(0, 0, columns, rows));
    let caret =
        ui::render(&client.app, &Theme::ansi(), &mut buf, &mut tui_client::hyperlinks::Hyperlinks::default());
    let code = match lang {
        Lang::En => "en",
        Lang::Ko => "ko",
    };
    let picture = svg::window(&buf, caret, code, &client.title);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").join(file);
    if std::env::var_os("CHINWAG_UPDATE").is_some() {
        std::fs::write(&path, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == picture,
        "assets/{file} is not what the client draws. Draw it anew, and look at it:\n\
         CHINWAG_UPDATE=1 cargo test -p tui-client --test it picture"
    );
}

#[test]
fn the_readme_shows_the_real_screen() {
    check("screen.svg", Lang::En, 100, 28);
}

#[test]
fn the_readme_shows_the_real_screen_in_korean() {
    check("screen-ko.svg", Lang::Ko, 60, 15);
}
