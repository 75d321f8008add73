//! A client without terminal and network, for the benches: the app, its pixels and the terminal's cells, put together as the
//! shell of the screen does it.

use std::ops::RangeInclusive;

use shared::{Millis, ServerMsg};
use tui_client::app::changes::Draw;
use tui_client::app::{App, Setup};
use tui_client::event::{Event, FromLink, Key};
use tui_client::terminal::screen::Screen;
use tui_client::ui::stale::Drawn;
use tui_client::ui::{self, theme::Theme};

/// 2026-11-21 09:30 UTC.
const START: Millis = 1_795_253_400_000;

/// How many people there are in the room, and how many of them speak.
const PEOPLE: u64 = 50;

/// The client.
pub(crate) struct Client {
    pub(crate) app: App,
    now: Millis,
    theme: Theme,
    screen: Screen,
    drawn: Drawn,
    changed: Draw,
}

impl Client {
    /// A client in the lobby, with a terminal of this size.
    pub(crate) fn new(columns: u16, rows: u16) -> Self {
        let mut app = App::new(Setup::default());
        app.start(START);
        let screen = Screen::new(columns, rows);
        let (drawn, changed) = (Drawn::default(), Draw::Nothing);
        let mut client = Self { app, now: START, theme: Theme::ansi(), screen, drawn, changed };
        client.resize((columns, rows));
        client.hear(&[welcome()]);
        client
    }

    /// Takes in what happened a moment later.
    fn take(&mut self, event: Event) {
        self.now += 1;
        self.app.update(self.now, event);
        self.changed = self.changed.max(self.app.take_changed());
    }

    /// Takes in lines from the server.
    pub(crate) fn hear(&mut self, lines: &[String]) {
        self.hear_parsed(parse(lines));
    }

    /// Takes in what the connection has read of the lines.
    pub(crate) fn hear_parsed(&mut self, batch: Vec<FromLink>) {
        for said in batch {
            self.take(Event::Link(said));
        }
    }

    /// Has the next frame draw everything.
    #[allow(dead_code, reason = "only one of the benches does")]
    pub(crate) fn redraw(&mut self) {
        self.changed = Draw::All;
    }

    pub(crate) fn press(&mut self, key: Key) {
        self.take(Event::Key(key));
    }

    pub(crate) fn resize(&mut self, (columns, rows): (u16, u16)) {
        self.screen.invalidate(columns, rows);
        self.take(Event::Resize(columns, rows));
    }

    /// Draws what changed. Returns how many bytes go to the terminal.
    pub(crate) fn frame(&mut self) -> usize {
        let changed = std::mem::take(&mut self.changed);
        let (app, theme) = (&self.app, &self.theme);
        let rows = self.drawn.rows_to_draw(app, theme, changed);
        self.screen
            .draw(Vec::with_capacity(16 * 1024), rows, |cells, links| ui::render(app, theme, cells, links))
            .len()
    }
}

/// Reads lines as the connection does.
pub(crate) fn parse(lines: &[String]) -> Vec<FromLink> {
    let parse = |line: &String| {
        let said = ServerMsg::parse(line.as_bytes()).map_or(FromLink::Unreadable, FromLink::Said);
        assert_ne!(said, FromLink::Unreadable, "{line}");
        said
    };
    lines.iter().map(parse).collect()
}

fn welcome() -> String {
    let member = |uid: u64| format!(r#"{{"uid":{uid},"name":"person-{uid}","style":{{"color":3}}}}"#);
    let members: Vec<String> = (1..=PEOPLE).map(member).collect();
    let room =
        format!(r#"{{"name":"lobby","topic":"tea at four","head":0,"members":[{}]}}"#, members.join(","));
    format!(
        r#"{{"type":"welcome","protocol":1,"server":{{"name":"tea","version":"0"}},"you":{{"uid":1,"name":"person-1","style":{{"color":6}},"role":"member"}},"secret":"{}","rooms":[{room}],"limits":{{}},"durability":"disk","motd":""}}"#,
        "0".repeat(43)
    )
}

/// Messages in the lobby as they come from the server: eight to two hundred bytes each, a hundred in the middle, in English and
/// Korean.
pub(crate) fn messages(seqs: RangeInclusive<u64>) -> Vec<String> {
    seqs.map(message).collect()
}

fn message(seq: u64) -> String {
    const WORDS: &str = "the build is green and the kettle is on, 회의는 열 시에 시작합니다; has anybody seen the keys? 어제 창가에 두었는데 오늘 아침에는 보이지 않네요, so I looked under the table, too, and behind the door as well";
    let mut length = usize::try_from(8 + seq * 7_919 % 193).unwrap_or(8);
    while !WORDS.is_char_boundary(length) {
        length -= 1;
    }
    let (uid, at, text) = (seq % PEOPLE + 1, START, WORDS.get(..length).unwrap_or_default());
    format!(
        r#"{{"type":"event","room":"lobby","seq":{seq},"prev":{},"at":{at},"from":{{"uid":{uid},"name":"person-{uid}","style":{{"color":3}}}},"kind":"message","text":"{}","nonce":"m{seq}"}}"#,
        seq - 1,
        text.trim_end()
    )
}
