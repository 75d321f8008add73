//! The client under a server that says anything: it does not panic, draws nothing that moves a cursor, and leaves the
//! draft alone.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use shared::ServerMsg;
use shared::text::is_safe;
use tui_client::app::{App, Setup};
use tui_client::effect::{Concern, Effect};
use tui_client::event::{Event, FromLink, Key, Lost};
use tui_client::lang::Lang;
use tui_client::place::{Elsewhere, Place};
use tui_client::terminal::parse::Parser;
use tui_client::ui::{self, theme::Theme};

const SIZES: [(u16, u16); 5] = [(120, 40), (80, 24), (40, 12), (20, 5), (1, 1)];
const START: i64 = 1_795_253_400_000;
const WELCOME: &str = r#"{"type":"welcome","protocol":1,"server":{"name":"tea","version":"0"},"you":{"uid":17,"name":"kim","style":{"color":6},"role":"member"},"secret":"0000000000000000000000000000000000000000000","rooms":[{"name":"lobby","topic":"","head":100,"members":[{"uid":17,"name":"kim","style":{"color":6}},{"uid":18,"name":"민수","style":{"color":2}}]}],"limits":{},"durability":"disk","motd":""}"#;

/// Each line of the input is one from the server, or something else that happens: `key alt-1`, `wait 5000`, `lost`.
pub(super) fn check(input: &[u8]) {
    let elsewhere = Place::Elsewhere(Elsewhere::default());
    for place in [Place::Here, elsewhere] {
        check_at(place, input);
    }
}

/// The same for somebody at this machine, or here by ssh: then nothing of the machine may be asked for. `type …` are bytes of the channel.
fn check_at(place: Place, input: &[u8]) {
    let mut client = Client::new(if input.len().is_multiple_of(2) { Lang::En } else { Lang::Ko }, place);
    client.hear(WELCOME.as_bytes());
    for c in "half a thought, 반쯤".chars() {
        client.event(Event::Key(Key::plain(tui_client::event::Code::Char(c))));
    }
    for (n, line) in input.split(|&byte| byte == b'\n').enumerate() {
        client.happen(line);
        client.draw(SIZES[n % SIZES.len()]);
    }
    for size in SIZES {
        client.draw(size);
    }
}

struct Client {
    app: App,
    parser: Parser,
    now: i64,
}

impl Client {
    fn new(lang: Lang, place: Place) -> Self {
        let mut app =
            App::new(Setup { lang, place, zone: TimeZone::get("Asia/Seoul").unwrap(), ..Setup::default() });
        app.start(START);
        Self { app, parser: Parser::default(), now: START }
    }

    fn happen(&mut self, line: &[u8]) {
        let words = std::str::from_utf8(line).unwrap_or_default();
        match words.split_once(' ').unwrap_or((words, "")) {
            ("key", key) => {
                if let Ok(key) = key.parse() {
                    self.event(Event::Key(key));
                }
            }
            ("wait", millis) => {
                self.now += millis.parse::<u32>().map_or(1, i64::from);
                self.quietly(Event::Tick);
            }
            ("type", bytes) => {
                let mut events = Vec::new();
                self.parser.feed(bytes.as_bytes(), &mut events);
                self.parser.flush(&mut events);
                for event in events {
                    self.event(event);
                }
            }
            ("lost", _) => self.quietly(Event::Link(FromLink::Down(Lost::Closed))),
            ("lag", millis) => self.quietly(Event::Link(FromLink::Lag(millis.parse().unwrap_or(7)))),
            _ => self.hear(line),
        }
    }

    /// A line from the server; one that cannot be read is an event of its own.
    fn hear(&mut self, line: &[u8]) {
        let said = ServerMsg::parse(line).map_or(FromLink::Unreadable, FromLink::Said);
        self.quietly(Event::Link(said));
    }

    /// Something the person did not do: what is being written, wherever, stays as it is.
    fn quietly(&mut self, event: Event) {
        let shown = format!("{event:?}");
        let (room, draft) = (self.app.rooms().current().name.clone(), self.app.composer().text().to_owned());
        let caret = self.app.composer().caret();
        self.event(event);
        let is_here = self.app.rooms().current().name == room;
        if is_here {
            assert_eq!(
                (self.app.composer().text(), self.app.composer().caret()),
                (&*draft, caret),
                "{shown}"
            );
        } else if let Some(room) = self.app.rooms().get(&room) {
            assert_eq!(room.draft.text(), draft, "{shown}");
        }
    }

    fn event(&mut self, event: Event) {
        for effect in self.app.update(self.now, event) {
            let is_of_machine = effect.concerns() == Concern::Machine;
            assert!(!(is_of_machine && self.app.place().is_elsewhere()), "{effect:?}");
            match effect {
                Effect::Title(text) => safe(&text),
                Effect::Notice(text) => text.split('\n').for_each(safe),
                _ => {}
            }
        }
    }

    fn draw(&mut self, (columns, rows): (u16, u16)) {
        self.event(Event::Resize(columns, rows));
        let area = Rect::new(0, 0, columns, rows);
        let mut screen = Buffer::empty(area);
        let caret = ui::render(
            &self.app,
            &Theme::ansi(),
            &mut screen,
            &mut tui_client::hyperlinks::Hyperlinks::default(),
        );
        assert!(caret.is_none_or(|caret| area.contains(caret)), "the caret is at {caret:?} of {area:?}");
        screen.content.iter().for_each(|cell| safe(cell.symbol()));
    }
}

#[track_caller]
fn safe(text: &str) {
    assert!(text.chars().all(is_safe), "{text:?}");
}
