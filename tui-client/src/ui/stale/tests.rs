//! Whatever happens, drawing what is stale shows what drawing everything shows.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Drawn;
use crate::app::tests::{Client, happened, lobby, message, welcome_back};
use crate::event::{Event, FromLink, LocalFailure, Lost, Wheel};
use crate::hyperlinks::Hyperlinks;
use crate::lang::Lang;
use crate::ui;
use crate::ui::theme::Theme;

const SIZES: [(u16, u16); 7] = [(120, 40), (80, 24), (60, 15), (40, 12), (40, 11), (20, 5), (1, 1)];

const KEYS: &str = "a x space enter alt-enter backspace del left right home end up down esc tab shift-tab pgup pgdn \
    ctrl-home ctrl-end alt-up alt-down alt-1 alt-2 alt-k alt-m alt-s alt-p alt-n alt-y f1 ctrl-a ctrl-c ctrl-e ctrl-k \
    ctrl-l ctrl-r ctrl-u ctrl-w ctrl-x ctrl-y ctrl-z y n b k t";

const LINES: [&str; 8] = [
    r#"{"type":"presence","room":"lobby","changes":[{"uid":18,"state":"typing"}]}"#,
    r#"{"type":"presence","changes":[{"uid":18,"state":"away"}]}"#,
    r#"{"type":"presence","changes":[{"uid":18,"state":"online"}]}"#,
    r#"{"type":"goodbye","code":"shutting_down","reconnect":true}"#,
    r#"{"type":"goodbye","code":"banned","by":"operator","reason":"도배","reconnect":false}"#,
    r#"{"type":"error","id":"r2","code":"rate_limited","message":"slow down","retry_after_ms":900}"#,
    r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","head":90,"members":[{"uid":17,"name":"kim","style":{"color":6}}]}}"#,
    r#"{"type":"ok","id":"0000000000000007-1","seq":400}"#,
];

const TEXTS: [&str; 8] = [
    "/join dev",
    "/names",
    "/he",
    "차 마실래요 👨‍👩‍👧‍👦 ",
    "half a thought, 반쯤 쓴, that goes on and on over several rows of the draft until no more of them fit below the timeline ",
    "@kim: ｶﾞ",
    "/topic tea",
    "코",
];

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Key(usize),
    Type(usize),
    Paste(usize),
    Say { from: u8, text: usize },
    Event(usize),
    Line(usize),
    Resize(usize),
    Focus(bool),
    Wheel(bool),
    Click(u16, u16),
    Lost,
    Welcome,
    Lag(u32),
    Failure(bool),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use prop::bool::ANY;
    let keys = KEYS.split_whitespace().count();
    let step = prop_oneof![
        12 => (0..keys).prop_map(Step::Key),
        4 => (0..TEXTS.len()).prop_map(Step::Type),
        1 => (0..TEXTS.len()).prop_map(Step::Paste),
        4 => (17..20_u8, 0..TEXTS.len()).prop_map(|(from, text)| Step::Say { from, text }),
        2 => (0..KINDS.len()).prop_map(Step::Event),
        2 => (0..LINES.len()).prop_map(Step::Line),
        1 => (0..SIZES.len()).prop_map(Step::Resize),
        1 => ANY.prop_map(Step::Focus),
        1 => ANY.prop_map(Step::Wheel),
        1 => (0..120_u16, 0..40_u16).prop_map(|(x, y)| Step::Click(x, y)),
        1 => Just(Step::Lost),
        1 => Just(Step::Welcome),
        1 => (0..400_u32).prop_map(Step::Lag),
        1 => ANY.prop_map(Step::Failure),
        3 => (1..4_000_i64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..40)
}

const KINDS: [&str; 6] = [
    r#""kind":"topic","topic":"tea at four · 네 시에 차""#,
    r#""kind":"join""#,
    r#""kind":"leave""#,
    r#""kind":"action","text":"waves","nonce":"w1""#,
    r#""kind":"rename","name":"otter""#,
    r#""kind":"announce","text":"soon","countdown":{"in_ms":12500,"by":"cool-otter"}"#,
];

/// A client, and the cells on its terminal.
struct Shown {
    client: Client,
    drawn: Drawn,
    cells: Buffer,
    caret: Option<Position>,
    seq: u64,
}

impl Shown {
    fn new(lang: Lang, size: (u16, u16)) -> Self {
        let mut client = Client::online(lang);
        client.event(Event::Resize(size.0, size.1));
        Self { client, drawn: Drawn::default(), cells: Buffer::default(), caret: None, seq: 200 }
    }

    fn step(&mut self, step: &Step) {
        let client = &mut self.client;
        self.seq += 1;
        let text = |at: usize| TEXTS[at];
        match *step {
            Step::Key(at) => client.press(KEYS.split_whitespace().nth(at).unwrap_or("a")),
            Step::Type(at) => client.write(text(at)),
            Step::Paste(at) => client.event(Event::Paste(text(at).repeat(3))),
            Step::Say { from, text: at } => {
                client.hear(&message("lobby", self.seq, from.into(), "cool-otter", text(at)));
            }
            Step::Event(at) => client.hear(&happened("lobby", self.seq, 19, "cool-otter", KINDS[at])),
            Step::Line(at) => client.hear(LINES[at]),
            Step::Resize(at) => client.event(Event::Resize(SIZES[at].0, SIZES[at].1)),
            Step::Focus(focused) => client.event(Event::Focus(focused)),
            Step::Wheel(up) => client.event(Event::Wheel(if up { Wheel::Up } else { Wheel::Down })),
            Step::Click(column, row) => client.event(Event::Click { column, row }),
            Step::Lost => client.event(Event::Link(FromLink::Down(Lost::Closed))),
            Step::Welcome => client.hear(&welcome_back(&lobby(self.seq))),
            Step::Lag(lag) => client.event(Event::Link(FromLink::Lag(lag))),
            Step::Failure(written) => client.event(Event::LocalFailure(if written {
                LocalFailure::ProfileWritten
            } else {
                LocalFailure::ProfileUnwritten("no room".into())
            })),
            Step::Wait(millis) => client.wait(millis),
        }
        // As the shell does, before anything else happens.
        for _ in 0..100 {
            if client.app.deadline().is_none_or(|deadline| deadline > client.now) {
                break;
            }
            client.event(Event::Tick);
        }
    }

    /// Draws what is stale, and returns which rows those were.
    fn draw(&mut self) -> std::ops::Range<u16> {
        let app = &mut self.client.app;
        let (columns, rows) = app.screen().size();
        self.cells.resize(Rect::new(0, 0, columns, rows));
        let changed = app.take_changed();
        let stale = self.drawn.rows_to_draw(app, &Theme::ansi(), changed);
        if !stale.is_empty() {
            let mut next = Buffer::empty(Rect::new(0, stale.start, columns, stale.end - stale.start));
            self.caret = ui::render(app, &Theme::ansi(), &mut next, &mut Hyperlinks::default());
            for at in next.area.positions() {
                self.cells[at] = next[at].clone();
            }
        }
        stale
    }

    fn full(&self) -> (Buffer, Option<Position>) {
        let mut cells = Buffer::empty(self.cells.area);
        let caret = ui::render(&self.client.app, &Theme::ansi(), &mut cells, &mut Hyperlinks::default());
        (cells, caret)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn drawing_what_is_stale_shows_what_drawing_everything_shows(
        steps in steps(), korean in prop::bool::ANY, size in 0..SIZES.len(),
    ) {
        let mut shown = Shown::new(if korean { Lang::Ko } else { Lang::En }, SIZES[size]);
        shown.draw();
        for step in &steps {
            shown.step(step);
            if shown.client.asked().iter().any(|asked| asked == "quit") {
                // The last frame stays.
                break;
            }
            let stale = shown.draw();
            let (cells, caret) = shown.full();
            prop_assert_eq!(&shown.cells, &cells, "after {:?}, drawn were {:?}", step, stale);
            prop_assert_eq!(shown.caret, caret, "after {:?}, drawn were {:?}", step, stale);
        }
    }
}

#[test]
fn what_is_typed_draws_the_input_alone() {
    for lang in [Lang::En, Lang::Ko] {
        let mut shown = Shown::new(lang, (80, 24));
        assert_eq!(shown.draw(), 0..24);
        // The first letter takes the place of a hint, each further one that of nothing.
        for key in ["a", "left", "right", "backspace", "b", "ctrl-u"] {
            shown.client.press(key);
            assert_eq!(shown.draw(), 22..23, "{key}");
        }
        shown.client.press("f7");
        assert!(shown.draw().is_empty(), "a key that means nothing");
        shown.client.write(&"long ".repeat(20));
        assert_eq!(shown.draw(), 0..24, "the draft takes another row");
        shown.client.hear_message(201, 18, "민수", "hi");
        assert_eq!(shown.draw(), 0..24);
        shown.client.press("f1");
        assert_eq!(shown.draw(), 0..24);
    }
}

#[test]
fn what_is_typed_draws_the_lines_beside_the_input_where_they_say_something_else() {
    let mut shown = Shown::new(Lang::En, (80, 24));
    for seq in 201..240 {
        shown.client.hear_message(seq, 18, "kim", "hi");
    }
    shown.client.press("pgup");
    shown.draw();
    for (key, rows) in [("a", 22..24), ("b", 22..23), ("ctrl-u", 22..24)] {
        shown.client.press(key);
        assert_eq!(shown.draw(), rows, "{key}: the way back to the newest is another one beside a draft");
    }
    shown.client.write("/m");
    shown.draw();
    for (key, rows) in [("tab", 21..23), ("x", 21..23), ("y", 22..23)] {
        shown.client.press(key);
        assert_eq!(shown.draw(), rows, "{key}: candidates come and go");
    }
}
