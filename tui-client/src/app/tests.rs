//! The app driven by keys and server lines, and what it asks for. Each suite is a file below.

mod absent;
mod attention;
mod away;
mod by_ssh;
mod changed;
mod changes;
mod clicks;
mod countdown;
mod dialogs;
mod editor;
mod elsewhere;
pub(crate) mod file_keys;
mod first_screen;
mod fold;
mod hints;
mod hosting;
mod ignored;
mod kept;
mod keys;
mod leaving;
mod limits;
mod local_files;
mod lying_server;
mod machines;
mod messages;
mod moderation;
mod new_identity;
mod nodes;
mod paging;
mod password;
mod room_list;
mod room_settings;
mod rooms;
mod search;
pub(crate) mod servers;
mod session;
mod settings;
mod silence;
mod stalled_order;
mod time_zones;
mod too_long;
mod trust_on_first_use;
mod typed_line;
mod typing_ahead;
mod unexpected_server;
mod unread;
mod view_picture;
mod waiting_changes;
mod windows;
mod without_screen;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use shared::{ClientMsg, Millis, Request, RoomName, ServerMsg};

use super::changes::Draw;
use super::popup::Popup;
use super::{App, Setup};
use crate::effect::{Effect, Exit};
use crate::event::{Event, FromLink, Key, Lost};
use crate::hyperlinks::Hyperlinks;
use crate::lang::Lang;
use crate::profile::Profile;
use crate::terminal::parse::Parser;
use crate::ui;
use crate::ui::theme::Theme;
use crate::ui::timeline::screen_text;

/// When every test begins: 2026-11-21 09:30 UTC.
pub(crate) const START: Millis = 1_795_253_400_000;

/// The secret the server gives.
const SECRET: &str = "0000000000000000000000000000000000000000000";

/// An app with everything around it made of text.
pub(crate) struct Client {
    pub(crate) app: App,
    pub(crate) now: Millis,
    effects: Vec<Effect>,
}

impl Client {
    /// A client that has just begun to connect.
    pub(crate) fn new(lang: Lang) -> Self {
        Self::with(lang, |_| {})
    }

    /// The same, set up otherwise.
    pub(crate) fn with(lang: Lang, change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup { lang, ..Setup::default() };
        change(&mut setup);
        let mut app = App::new(setup);
        let effects = app.start(START);
        Self { app, now: START, effects }
    }

    /// A client in the lobby with `kim` (17, itself), `민수` (18) and `cool-otter` (19, admin), at seq 100; its first
    /// page has come.
    pub(crate) fn online(lang: Lang) -> Self {
        let mut client = Self::new(lang);
        client.hear(&welcome(100));
        let join = happened("lobby", 100, 17, "kim", r#""kind":"join""#).replace("\"prev\":99", "\"prev\":0");
        client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{join}],"more":false}}"#));
        // What was told in passing has been read.
        client.app.screen.clear_hint();
        client.event(Event::Tick);
        client.forget();
        client
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.effects.extend(self.app.update(self.now, event));
    }

    /// Whether a frame is wanted since this was asked last.
    pub(crate) fn wants_frame(&mut self) -> bool {
        self.app.take_changed() != Draw::Nothing
    }

    /// Bytes from the terminal.
    pub(crate) fn bytes(&mut self, bytes: &str) {
        let mut events = Vec::new();
        let mut parser = Parser::default();
        parser.feed(bytes.as_bytes(), &mut events);
        for event in events {
            self.event(event);
        }
    }

    /// A line from the server.
    #[track_caller]
    pub(crate) fn hear(&mut self, line: &str) {
        let msg = ServerMsg::parse(line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(!matches!(msg, ServerMsg::Unknown(_)), "{line}");
        self.event(Event::Link(FromLink::Said(msg)));
    }

    /// Somebody says something in the lobby: `uid` and `name` are theirs.
    #[track_caller]
    pub(crate) fn hear_message(&mut self, seq: u64, uid: u64, name: &str, text: &str) {
        self.hear(&message("lobby", seq, uid, name, text));
    }

    pub(crate) fn lose(&mut self) {
        self.event(Event::Link(FromLink::Down(Lost::Closed)));
    }

    /// Opens a popup.
    pub(crate) fn open(&mut self, popup: Popup) {
        self.app.screen.push_popup(popup);
    }

    /// Makes us a moderator or an admin.
    #[track_caller]
    pub(crate) fn become_role(&mut self, role: &str) {
        let target = r#"{"uid":17,"name":"kim","style":{"color":6}}"#;
        let seq = self.app.rooms().current().position.get() + 1;
        self.hear(&happened(
            "lobby",
            seq,
            19,
            "cool-otter",
            &format!(r#""kind":"role","target":{target},"role":"{role}""#),
        ));
        self.forget();
    }

    /// Says yes to the question on the screen, once it was there to be read.
    #[track_caller]
    pub(crate) fn confirm(&mut self) {
        self.wait(400);
        self.press("enter");
    }

    /// Presses keys, separated by spaces.
    #[track_caller]
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            let key: Key = key.parse().unwrap_or_else(|()| panic!("{key} is no key"));
            self.event(Event::Key(key));
        }
    }

    /// Types text, character by character.
    pub(crate) fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.event(Event::Key(Key::plain(crate::event::Code::Char(c))));
        }
    }

    /// Types a line and sends it.
    pub(crate) fn enter(&mut self, line: &str) {
        self.write(line);
        self.press("enter");
    }

    /// Lets time pass, and the tick come if one is due.
    pub(crate) fn wait(&mut self, millis: Millis) {
        self.now += millis;
        if self.app.deadline().is_some_and(|deadline| deadline <= self.now) {
            self.event(Event::Tick);
        }
    }

    /// Forgets what was asked for so far.
    pub(crate) fn forget(&mut self) {
        self.effects.clear();
    }

    /// What was asked for since the last time, in one line each; state, titles and log left out.
    pub(crate) fn asked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.effects).into_iter().filter_map(|effect| shown(&effect)).collect()
    }

    /// What was said as lines.
    pub(crate) fn noticed(&self) -> Vec<String> {
        let said =
            |effect: &Effect| if let Effect::Notice(text) = effect { Some(text.clone()) } else { None };
        self.effects.iter().filter_map(said).collect()
    }

    /// The titles the window was given.
    pub(crate) fn titles(&self) -> Vec<String> {
        let title =
            |effect: &Effect| if let Effect::Title(title) = effect { Some(title.clone()) } else { None };
        self.effects.iter().filter_map(title).collect()
    }

    /// The profile that was saved last.
    pub(crate) fn saved(&self) -> Option<&Profile> {
        self.effects
            .iter()
            .rev()
            .find_map(|effect| if let Effect::Save(profile) = effect { Some(&**profile) } else { None })
    }

    /// The picture in a terminal of this size.
    pub(crate) fn screen(&mut self, columns: u16, rows: u16) -> String {
        screen_text::screen(&self.draw(columns, rows).0)
    }

    /// The cells and the caret in a terminal of this size.
    pub(crate) fn draw(&mut self, columns: u16, rows: u16) -> (Buffer, Option<Position>) {
        self.event(Event::Resize(columns, rows));
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        let caret = ui::render(&self.app, &Theme::ansi(), &mut buffer, &mut Hyperlinks::default());
        (buffer, caret)
    }

    /// Panics unless the screen has all these texts.
    #[track_caller]
    pub(crate) fn sees(&mut self, texts: &[&str]) {
        let screen = self.screen(120, 30);
        for text in texts {
            assert!(screen.contains(text), "{text:?} is not on the screen:\n{screen}");
        }
    }

    /// Panics if the screen has one of these texts.
    #[track_caller]
    pub(crate) fn sees_no(&mut self, texts: &[&str]) {
        let screen = self.screen(120, 30);
        for text in texts {
            assert!(!screen.contains(text), "{text:?} is on the screen:\n{screen}");
        }
    }

    /// The row the draft is on.
    pub(crate) fn input_row(&mut self) -> String {
        let screen = self.screen(120, 30);
        screen.lines().nth(28).unwrap_or_default().to_owned()
    }
}

fn shown(effect: &Effect) -> Option<String> {
    let json = |request: &Request| serde_json::to_string(request).unwrap();
    Some(match effect {
        Effect::Connect(hello, attempt) => {
            let at = attempt.other.as_ref().map_or_else(String::new, |other| format!("{} ", other.short()));
            format!("connect {at}{}", json(&Request::unnamed(ClientMsg::Hello((**hello).clone()))))
        }
        Effect::Send(request) => json(request),
        Effect::Disconnect => "disconnect".into(),
        Effect::Copy(text) => format!("copy {text}"),
        Effect::Open(address) => format!("open {address}"),
        Effect::Happened(event) => format!("told {}", event.seq),
        Effect::Redraw => "redraw".into(),
        Effect::Suspend => "suspend".into(),
        Effect::EditDraft => "edit the draft".to_owned(),
        Effect::Quit(Exit::Done) => "quit".into(),
        Effect::Quit(Exit::Failed(why)) => format!("fail {why}"),
        Effect::Quit(exit) => format!("{exit:?}"),
        Effect::Recalled(event) => format!("recalled {}", event.seq),
        Effect::NotDone => "not done".into(),
        Effect::OpenFile { path, with } => format!("open file {} with {with:?}", path.display()),
        Effect::LoadPicture(wanted) => format!("load {:?}", wanted.cells),
        Effect::AskFiles(number, asked) => format!("files {number} {asked:?}"),
        Effect::WriteSetting { key, literal } => match literal {
            Some(literal) => format!("write {key} = {literal}"),
            None => format!("write no {key}"),
        },
        Effect::SettingsChanged => "settings".into(),
        Effect::ShowServer(number, room) => {
            format!("show server {} {}", number.0, room.as_ref().map_or("", RoomName::as_str))
        }
        Effect::OpenServer(address) => format!("open server {address}"),
        Effect::CloseServer(number) => format!("close server {:?}", number.map(|number| number.0)),
        Effect::LeaveOthers { quiet } => format!("leave others, quiet: {quiet}"),
        Effect::Notify(notice) => format!("notify {}: {}", notice.title, notice.text),
        Effect::RunHook(hook) => format!("run {} {}", hook.argv.join(" "), hook.input.trim_end()),
        Effect::Transfer(id, act) => format!("transfer {}: {act:?}", id.0),
        Effect::Save(_)
        | Effect::Title(_)
        | Effect::Notice(_)
        | Effect::Log(_)
        | Effect::TransferMoved(_) => {
            return None;
        }
    })
}

/// The welcome of `kim` with the lobby at `head`.
pub(crate) fn welcome(head: u64) -> String {
    format!(
        r#"{{"type":"welcome","protocol":1,"server":{{"name":"tea","version":"0"}},"you":{{"uid":17,"name":"kim","style":{{"color":6}},"role":"member"}},"secret":"{SECRET}","rooms":[{}],"limits":{{}},"durability":"disk","motd":""}}"#,
        lobby(head)
    )
}

/// The welcome of somebody the server knew already.
pub(crate) fn welcome_back(rooms: &str) -> String {
    format!(
        r#"{{"type":"welcome","protocol":1,"server":{{"name":"tea","version":"0"}},"you":{{"uid":17,"name":"kim","style":{{"color":6}},"role":"member"}},"rooms":[{rooms}],"limits":{{}},"durability":"disk","motd":""}}"#
    )
}

/// The lobby at `head`.
pub(crate) fn lobby(head: u64) -> String {
    format!(
        r#"{{"name":"lobby","topic":"","head":{head},"members":[{{"uid":17,"name":"kim","style":{{"color":6}}}},{{"uid":18,"name":"민수","style":{{"color":2}}}},{{"uid":19,"name":"cool-otter","style":{{"color":3,"underline":true}},"role":"admin"}}]}}"#
    )
}

/// A message event that follows the seq before it.
pub(crate) fn message(room: &str, seq: u64, uid: u64, name: &str, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    happened(room, seq, uid, name, &format!(r#""kind":"message","text":{text},"nonce":"m{seq}""#))
}

/// Any event that follows the seq before it.
pub(crate) fn happened(room: &str, seq: u64, uid: u64, name: &str, what: &str) -> String {
    let at = START + Millis::try_from(seq).unwrap() * 1000;
    let prev = seq - 1;
    format!(
        r#"{{"type":"event","room":"{room}","seq":{seq},"prev":{prev},"at":{at},"from":{{"uid":{uid},"name":"{name}","style":{{"color":2}}}},{what}}}"#
    )
}

/// The event of a message of ours.
pub(crate) fn own(seq: u64, nonce: &str, text: &str) -> String {
    happened(
        "lobby",
        seq,
        17,
        "kim",
        &format!(r#""kind":"message","text":"{text}","nonce":"0000000000000007-{nonce:0>6}""#),
    )
}
