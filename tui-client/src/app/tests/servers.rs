//! Several servers in one client, as the app of the one on the screen sees them.

use std::sync::Arc;

use super::Client;
use crate::event::Event;
use crate::hosting::Hosting;
use crate::lang::Lang;
use crate::server_list::{OtherRoom, OtherServer, Others, ServerNews, ServerNumber, ServerState};

/// A room of another server, with so much unread and so much of it for us.
pub(crate) fn room(name: &str, unread: usize, mentions: usize) -> OtherRoom {
    OtherRoom { name: name.parse().unwrap(), title: name.to_owned(), kind: "", unread, mentions, more: false }
}

/// Another server.
pub(crate) fn other(number: u32, label: &str, state: ServerState, rooms: Vec<OtherRoom>) -> OtherServer {
    OtherServer {
        node: None,
        number: ServerNumber(number),
        label: label.to_owned(),
        state,
        why: None,
        is_hosted: false,
        rooms,
        unsent: 0,
        drafts: 0,
    }
}

/// Tells the app of the others, of which so many are listed before it.
pub(crate) fn tell(client: &mut Client, before: usize, list: Vec<OtherServer>) {
    let list = list.into_iter().map(Arc::new).collect();
    client.event(Event::Others(Others { before, list }));
}

/// Online in the lobby, between `a.example` with two rooms and `c.example`, which was never reached.
fn between(lang: Lang) -> Client {
    let mut client = Client::online(lang);
    let a = other(1, "a.example", ServerState::Online, vec![room("lobby", 3, 0), room("ops", 1, 1)]);
    tell(&mut client, 1, vec![a, other(2, "c.example", ServerState::Connecting, Vec::new())]);
    client.forget();
    client
}

#[track_caller]
fn asks(client: &mut Client, key: &str, expect: &[&str]) {
    client.press(key);
    assert_eq!(client.asked(), expect, "{key}");
}

#[test]
fn keys_go_through_the_rooms_of_all_servers() {
    let mut client = between(Lang::En);
    asks(&mut client, "ctrl-n", &["show server 2 "]);
    asks(&mut client, "ctrl-p", &["show server 1 ops"]);
    asks(&mut client, "alt-1", &["show server 1 lobby"]);
    asks(&mut client, "alt-3", &[]);
    asks(&mut client, "alt-4", &["show server 2 "]);
    asks(&mut client, "alt-9", &[]);
    // What calls us goes before the rest, wherever it is.
    asks(&mut client, "alt-a", &["show server 1 ops"]);
    let quiet = other(1, "a.example", ServerState::Online, vec![room("lobby", 3, 0), room("ops", 0, 0)]);
    tell(&mut client, 1, vec![quiet]);
    client.forget();
    asks(&mut client, "alt-a", &["show server 1 lobby"]);
}

#[test]
fn a_click_goes_to_a_room_or_a_server() {
    let mut client = between(Lang::En);
    client.draw(120, 30);
    client.forget();
    // The list begins below the header and its line: a.example, lobby, ops, this one, its lobby, c.example, its state.
    for (row, expect) in [
        (2, "show server 1 "),
        (3, "show server 1 lobby"),
        (4, "show server 1 ops"),
        (7, "show server 2 "),
        (8, "show server 2 "),
    ] {
        client.event(Event::Click { column: 3, row });
        assert_eq!(client.asked(), [expect], "row {row}");
    }
    for row in [5, 6, 9] {
        client.event(Event::Click { column: 3, row });
        assert!(client.asked().is_empty(), "row {row}");
    }
}

#[test]
fn the_switcher_finds_rooms_of_all_servers_and_the_servers_without_any() {
    for (typed, expect) in
        [("ops", "show server 1 ops"), ("a.ex", "show server 1 lobby"), ("c.example", "show server 2 ")]
    {
        let mut client = between(Lang::En);
        client.press("alt-k");
        client.forget();
        client.write(typed);
        client.press("enter");
        assert_eq!(client.asked(), [expect], "{typed}");
    }
    // One's own come first.
    let mut client = between(Lang::En);
    client.press("alt-k");
    client.forget();
    client.write("lobby");
    client.press("enter");
    assert!(client.asked().is_empty());
}

#[test]
fn a_server_opens_is_listed_and_is_left_by_command() {
    for (lang, open, close) in
        [(Lang::En, "/server b.example:1", "/server close"), (Lang::Ko, "/서버 b.example:1", "/서버 닫기")]
    {
        let mut client = Client::online(lang);
        client.enter(open);
        assert_eq!(client.asked(), ["open server b.example:1"]);
        // The only one is left by leaving.
        client.enter(close);
        assert!(client.asked().is_empty());
        let mut client = between(lang);
        client.enter(close);
        assert_eq!(client.asked(), ["close server None"]);
        client.enter(&format!("{close} a.example:7667"));
        assert_eq!(client.asked(), ["close server Some(1)"]);
        client.enter(&format!("{close} nowhere"));
        assert!(client.asked().is_empty());
    }
    let mut client = between(Lang::En);
    client.enter("/server");
    client.sees(&[
        "3 servers",
        "a.example  online · 4 unread",
        "* 127.0.0.1  online",
        "c.example  connecting",
    ]);
    client.enter("/server http://x");
    client.sees(&["is no address"]);
}

#[test]
fn a_server_of_this_program_is_not_left_alone() {
    let hosting = Hosting {
        addresses: Vec::new(),
        is_local: true,
        fingerprint: String::new(),
        has_password: false,
        ssh: None,
    };
    let mut client = Client::with(Lang::En, |setup| setup.hosting = Some(hosting));
    tell(&mut client, 1, vec![other(1, "a.example", ServerState::Online, Vec::new())]);
    client.forget();
    client.enter("/server close");
    client.sees(&["you host this server"]);
    assert!(client.asked().is_empty());
}

#[test]
fn without_a_screen_there_is_one_server() {
    let mut client = Client::with(Lang::En, |setup| {
        setup.output_mode = crate::app::output_mode::OutputMode::Lines { confirms: false };
    });
    client.forget();
    client.event(Event::Line("/server b.example".into()));
    assert!(client.noticed().iter().any(|told| told.contains("without a screen")), "{:?}", client.noticed());
    assert!(!client.asked().iter().any(|asked| asked.contains("open server")));
}

#[test]
fn leaving_leaves_all_and_asks_where_something_stays_behind() {
    let mut client = between(Lang::En);
    client.enter("/quiet");
    let asked = client.asked();
    assert_eq!(asked.first().map(String::as_str), Some("leave others, quiet: true"), "{asked:?}");
    assert!(asked.iter().any(|line| line.contains(r#""type":"quit""#)), "{asked:?}");

    let mut client = Client::online(Lang::En);
    let mut a = other(1, "a.example", ServerState::Online, vec![room("lobby", 0, 0)]);
    (a.unsent, a.drafts) = (2, 1);
    tell(&mut client, 1, vec![a]);
    client.forget();
    client.press("ctrl-d");
    client.sees(&["On a.example: 2 not sent, 1 draft"]);
    client.forget();
    client.confirm();
    assert!(client.asked().contains(&"leave others, quiet: false".to_owned()));
}

#[test]
fn what_comes_while_another_server_is_shown_is_unread() {
    let mut client = between(Lang::En);
    client.event(Event::Shown(false));
    client.hear_message(101, 18, "민수", "kim, look here");
    assert_eq!(client.app.as_other(ServerNumber(0)).rooms[0], room("lobby", 1, 1));
    client.event(Event::Shown(true));
    assert_eq!(client.app.as_other(ServerNumber(0)).rooms[0], room("lobby", 0, 0));
    client.hear_message(102, 18, "민수", "and here");
    assert_eq!(client.app.rooms().current().unread, 0);
}

#[test]
fn draft_picked_message_and_place_stay_while_another_server_is_shown() {
    let mut client = between(Lang::En);
    client.hear_message(101, 18, "민수", "pick this");
    client.write("half a thou");
    client.press("alt-up");
    let before = client.screen(120, 30);
    client.event(Event::Shown(false));
    client.hear(r#"{"type":"presence","changes":[{"uid":18,"state":"away"}]}"#);
    client.hear(r#"{"type":"presence","changes":[{"uid":18,"state":"here"}]}"#);
    client.event(Event::Shown(true));
    assert_eq!(client.screen(120, 30), before);
}

#[test]
fn the_header_says_which_server_this_is_and_what_is_new_at_others_where_the_list_has_no_room() {
    let mut client = between(Lang::En);
    let top = |client: &mut Client, columns| client.screen(columns, 15).lines().next().unwrap().to_owned();
    let header = top(&mut client, 60);
    assert!(header.contains("+4!") && header.contains("127.0.0.1"), "{header}");
    let header = top(&mut client, 40);
    assert!(header.contains("+4!") && header.contains("127.0.0.1"), "{header}");
    tell(&mut client, 0, Vec::new());
    let header = top(&mut client, 60);
    assert!(header.contains("3 here · tea") && !header.contains('+'), "{header}");
}

#[test]
fn trouble_at_another_server_is_told_in_passing_and_once() {
    let lost = ServerState::Waiting { until: 5 };
    for (lang, state, expect) in [
        (Lang::En, lost, "a.example: reconnecting (gone)"),
        (Lang::Ko, lost, "a.example: 다시 접속 중 (gone)"),
        (Lang::En, ServerState::WantsPassword, "a.example wants a password"),
        (Lang::Ko, ServerState::WantsPassword, "a.example에 비밀번호가 필요합니다"),
        (Lang::En, ServerState::Over, "a.example: offline (gone)"),
    ] {
        let mut client = between(lang);
        let trouble = || OtherServer { why: Some("gone".into()), ..other(1, "a.example", state, Vec::new()) };
        tell(&mut client, 1, vec![trouble()]);
        client.sees(&[expect]);
        client.press("left");
        tell(&mut client, 1, vec![trouble()]);
        client.sees_no(&[expect]);
    }
}

#[test]
fn settings_set_at_one_server_count_at_another_without_a_word() {
    let (mut here, mut there) = (between(Lang::En), between(Lang::En));
    here.enter("/set ascii true");
    let settings = Box::new(here.app.file_settings().clone());
    there.event(Event::Settings(settings.clone()));
    assert!(there.app.settings().ascii);
    assert_eq!((there.asked(), there.noticed().len()), (vec!["settings".to_owned()], 0));
    there.event(Event::Settings(settings));
    assert!(there.asked().is_empty(), "nothing changed");
}

#[test]
fn a_countdown_elsewhere_runs_only_where_it_is_shown() {
    let mut client = Client::online(Lang::En);
    let until = client.now + 5_500;
    let before = client.app.deadline();
    tell(&mut client, 1, vec![other(1, "a.example", ServerState::Waiting { until }, Vec::new())]);
    assert_eq!(client.app.deadline(), before);
    client.press("alt-k");
    client.sees(&["reconnecting in 6 s"]);
    assert_eq!(client.app.deadline(), Some(client.now + 500));
    client.wait(500);
    client.sees(&["reconnecting in 5 s"]);
}

#[test]
fn what_became_of_a_server_is_told() {
    let same = ServerNews::Same { label: "localhost".into(), stays: "127.0.0.1".into() };
    let left = ServerNews::Left { label: "a.example".into(), unsent: 2 };
    for (lang, news, expect) in [
        (Lang::En, &same, "localhost is the same server as 127.0.0.1"),
        (Lang::Ko, &same, "같은 서버입니다"),
        (Lang::En, &left, "left a.example; 2 not sent"),
        (Lang::Ko, &left, "a.example에서 나갔습니다. 못 보낸 메시지 2개"),
    ] {
        let mut client = Client::online(lang);
        client.event(Event::ServerNews(news.clone()));
        client.sees(&[expect]);
    }
}
