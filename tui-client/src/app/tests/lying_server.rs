//! A server that lies: what it may make this client do by itself and hold in memory is bounded, and what is wrong is said.

use shared::Millis;

use super::{Client, START, lobby, welcome, welcome_back};
use crate::app::connection::Status;
use crate::app::memory_budget::{self, RoomBudget};
use crate::app::output_mode::OutputMode;
use crate::event::{Event, FromLink, Lost};
use crate::lang::Lang;
use crate::profile::Ignored;

/// Lets `millis` pass, waking up whenever the client wants to; it must not want to all the time.
fn pass(client: &mut Client, millis: Millis) -> usize {
    let until = client.now + millis;
    let mut ticks = 0;
    while let Some(deadline) = client.app.deadline().filter(|deadline| *deadline <= until) {
        client.now = client.now.max(deadline);
        client.event(Event::Tick);
        ticks += 1;
        assert!(ticks < 100_000, "it wakes up for ever at {}", client.now - START);
        if client.app.status().is_open() && !client.app.status().is_online() {
            break;
        }
    }
    client.now = client.now.max(until.min(client.app.deadline().unwrap_or(until)));
    ticks
}

/// How often it connects within ten minutes to a server that does this to each connection.
fn connects(answer: impl Fn(&mut Client)) -> usize {
    let mut client = Client::new(Lang::En);
    let end = START + 600_000;
    let mut count = 0;
    while client.now < end {
        count += client.asked().iter().filter(|asked| asked.starts_with("connect ")).count();
        answer(&mut client);
        assert!(client.app.deadline().is_some(), "it does not come back: {:?}", client.app.status());
        pass(&mut client, 60_000);
    }
    count
}

#[test]
fn a_server_that_wants_everybody_back_at_once_is_not_obeyed_for_ever() {
    let goodbye = |after: &str| {
        format!(r#"{{"type":"goodbye","code":"restarting","reason":"","reconnect":true,"after_ms":{after}}}"#)
    };
    for welcomes in [true, false] {
        let count = connects(|client| {
            if welcomes {
                client.hear(&welcome(100));
            }
            client.hear(&goodbye("0"));
        });
        assert!(count < 50, "{count} times in ten minutes, welcomed: {welcomes}");
    }
    let count = connects(|client| {
        client.hear(&welcome(100));
        client.lose();
    });
    assert!(count < 50, "{count} times in ten minutes");
}

#[test]
fn a_connection_that_held_for_a_while_is_made_anew_at_once() {
    let mut client = Client::online(Lang::En);
    for _ in 0..20 {
        client.now += 15_000;
        client.lose();
        let Status::Waiting { until, .. } = *client.app.status() else { panic!("{:?}", client.app.status()) };
        assert!(until - client.now <= 500, "{}", until - client.now);
        client.wait(500);
        client.hear(&welcome_back(&lobby(100)));
    }
}

#[test]
fn no_server_makes_us_wait_for_hours() {
    for after in [u64::MAX, 1 << 40] {
        let mut client = Client::online(Lang::En);
        client.hear(&format!(
            r#"{{"type":"goodbye","code":"restarting","reason":"","reconnect":true,"after_ms":{after}}}"#
        ));
        let Status::Waiting { until, .. } = *client.app.status() else { panic!("{:?}", client.app.status()) };
        assert!(until - client.now <= 15 * 60_000, "{}", until - client.now);
    }
}

/// How many requests go out within ten seconds, when `answer` answers each of them.
fn requests(client: &mut Client, answer: impl Fn(&mut Client, &str)) -> usize {
    let (end, mut count) = (client.now + 10_000, 0);
    loop {
        let asked = client.asked();
        if asked.is_empty() {
            match client.app.deadline().filter(|deadline| *deadline <= end) {
                Some(deadline) => {
                    client.now = client.now.max(deadline);
                    client.event(Event::Tick);
                }
                None => return count,
            }
        }
        for request in asked {
            let id = request.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next());
            // A greeting, or that we are typing.
            let Some(id) = id else { continue };
            count += 1;
            assert!(count < 10_000, "it asks for ever: {request}");
            answer(client, id);
        }
    }
}

#[test]
fn a_page_that_brings_nothing_is_the_last() {
    let event = |seq: u64, room: &str| {
        let from = r#"{"uid":18,"name":"lee","style":{"color":2}}"#;
        format!(
            r#"{{"room":"{room}","seq":{seq},"prev":{},"at":0,"from":{from},"kind":"message","text":"x","nonce":"n"}}"#,
            seq - 1
        )
    };
    for page in [String::new(), event(100, "lobby"), event(5_000, "lobby"), event(50, "elsewhere")] {
        let mut client = Client::new(Lang::En);
        client.screen(80, 24);
        client.hear(&welcome(100));
        client.hear(r#"{"type":"gap","room":"lobby","after":100,"before":900}"#);
        let count = requests(&mut client, |client, id| {
            client.hear(&format!(r#"{{"type":"ok","id":"{id}","events":[{page}],"more":true}}"#));
        });
        assert!(count < 10, "{count} requests for {page}");
    }
}

#[test]
fn a_history_without_end_is_read_at_a_bounded_rate() {
    let mut client = Client::online(Lang::En);
    client.screen(80, 24);
    client.hear(r#"{"type":"gap","room":"lobby","after":100,"before":9007199254740990}"#);
    let before = std::cell::Cell::new(9_007_199_254_740_000_u64);
    let count = requests(&mut client, |client, id| {
        let seq = before.get();
        before.set(seq - 10);
        let from = r#"{"uid":18,"name":"lee","style":{"color":2}}"#;
        let event = format!(
            r#"{{"room":"lobby","seq":{seq},"prev":{},"at":0,"from":{from},"kind":"join"}}"#,
            seq - 1
        );
        client.hear(&format!(r#"{{"type":"ok","id":"{id}","events":[{event}],"more":true}}"#));
    });
    assert!((30..120).contains(&count), "{count} requests in ten seconds");
}

#[test]
fn any_number_of_gaps_makes_few_requests() {
    let mut client = Client::online(Lang::En);
    client.screen(80, 24);
    let mut asked = 0;
    for n in 0..2_000_u64 {
        let (after, before) = (200 + n * 10, 205 + n * 10);
        client.hear(&format!(r#"{{"type":"gap","room":"lobby","after":{after},"before":{before}}}"#));
        asked += client.asked().len();
        client.now += 5;
    }
    assert!(asked < 100, "{asked} requests");
    assert!(client.app.rooms().current().timeline.gaps().len() <= 1_000);
}

#[test]
fn a_welcome_said_again_and_again_is_not_acted_on_for_ever() {
    let mut client = Client::online(Lang::En);
    client.enter("/join dev");
    client.hear(r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","head":0}}"#);
    client.forget();
    let mut asked = 0;
    for _ in 0..1_000 {
        client.hear(&welcome_back(&lobby(100)));
        asked += client.asked().len();
    }
    assert!(asked < 100, "{asked} requests");
    assert_eq!(client.screen(120, 30).matches("connected again").count(), 0);
}

#[test]
fn a_message_that_is_always_wanted_later_is_not_sent_for_ever() {
    let mut client = Client::online(Lang::En);
    client.enter("hi");
    let count = requests(&mut client, |client, id| {
        client.hear(&format!(
            r#"{{"type":"error","id":"{id}","code":"rate_limited","message":"","retry_ms":0}}"#
        ));
    });
    assert!(count < 10, "{count} times in ten seconds");
}

#[test]
fn rooms_that_a_server_opens_are_bounded() {
    let mut client = Client::online(Lang::En);
    for n in 1_000..3_000_u64 {
        let line =
            super::happened(&format!("@17:{n}"), n, n, "x", r#""kind":"message","text":"x","nonce":"n""#);
        client.hear(&line.replace(r#""name":"x""#, &format!(r#""name":"x{n}""#)));
    }
    assert!(client.app.rooms().list().len() <= 1_000);
    let many: Vec<_> = (0..3_000).map(|n| format!(r#"{{"name":"r{n}","head":1}}"#)).collect();
    let mut client = Client::new(Lang::En);
    client.hear(&welcome_back(&many.join(",")));
    assert!(client.app.rooms().list().len() <= 1_001, "{}", client.app.rooms().list().len());
}

#[test]
fn what_cannot_be_read_is_said_with_the_address() {
    for (lang, words) in [(Lang::En, "cannot be read"), (Lang::Ko, "읽을 수 없습니다")] {
        let mut client = Client::new(lang);
        client.event(Event::Link(FromLink::Down(Lost::NotUnderstood)));
        client.sees(&["127.0.0.1:7667", words]);
        assert!(matches!(client.app.status(), Status::Waiting { .. }));
    }
    let mut client = Client::online(Lang::En);
    for _ in 0..100 {
        client.event(Event::Link(FromLink::Unreadable));
    }
    assert_eq!(client.screen(120, 30).matches("could not be read").count(), 1);
}

/// A client with small budgets, in the rooms `r0` to `r9` besides the lobby.
fn small_client(mode: OutputMode) -> Client {
    let mut client = Client::with(Lang::En, |setup| setup.output_mode = mode);
    client.app.rooms.budget =
        RoomBudget { scrollback: 256 << 10, members: 16 << 10, waiting_lines: 64 << 10 };
    let rooms: Vec<_> = (0..10).map(|n| format!(r#"{{"name":"r{n}","head":1}}"#)).collect();
    client.hear(&welcome_back(&[lobby(100), rooms.join(",")].join(",")));
    client
}

/// What the rooms hold: scrollback, members, lines that wait; and the most gaps of a room.
fn held(client: &Client) -> (usize, usize, usize, usize) {
    let rooms = client.app.rooms().list();
    (
        rooms.iter().map(|room| room.timeline.bytes()).sum(),
        rooms.iter().map(|room| room.roster.bytes()).sum(),
        rooms.iter().map(|room| room.line_order.bytes()).sum(),
        rooms.iter().map(|room| room.timeline.gaps().len()).max().unwrap_or(0),
    )
}

/// Lines without end: events, members, presence, gaps and pages that a server makes up.
fn endless_line(n: u64) -> String {
    let (room, seq, uid) = (n % 11, 1_000 + 10 * n, 1_000 + n);
    let room = if room == 10 { "lobby".to_owned() } else { format!("r{room}") };
    let long = "x".repeat(4_000);
    let what = match n % 7 {
        0 | 1 => format!(r#""kind":"message","text":"{long}","nonce":"n{n}""#),
        2 => r#""kind":"join""#.to_owned(),
        3 => r#""kind":"of a newer protocol""#.to_owned(),
        4 => format!(r#""kind":"topic","topic":"{}""#, "t".repeat(300)),
        5 => format!(r#""kind":"announce","text":"{long}""#),
        _ => {
            let changes = format!(r#"[{{"uid":{uid},"state":"typing"}},{{"uid":{uid},"state":"away"}}]"#);
            return format!(r#"{{"type":"presence","changes":{changes}}}"#);
        }
    };
    super::happened(&room, seq, uid, &format!("p{n}"), &what)
}

#[test]
fn what_a_server_makes_us_hold_is_bounded_on_a_screen() {
    let mut client = small_client(OutputMode::Screen);
    let budget = client.app.rooms.budget;
    for n in 0..3_000 {
        client.hear(&endless_line(n));
        client.forget();
        let (scrollback, members, _, gaps) = held(&client);
        // Each room keeps its newest entry.
        assert!(scrollback <= budget.scrollback + 11 * 5_000, "{scrollback} bytes of scrollback after {n}");
        assert!(members <= budget.members && gaps <= memory_budget::GAPS, "{members}, {gaps} after {n}");
    }
    // The room that is looked at has lost less than the others, and the newest message of each is here.
    let rooms = client.app.rooms();
    let current = rooms.current().timeline.len();
    assert!(rooms.list().iter().all(|room| room.timeline.len() <= current && !room.timeline.is_empty()));
    assert!(rooms.list().iter().all(|room| room.timeline.has_older()), "what was let go of can be paged");
}

#[test]
fn what_a_reader_looks_at_stays_within_twice_the_budget() {
    let mut client = small_client(OutputMode::Screen);
    client.screen(80, 24);
    for n in 0..40 {
        client.hear_message(200 + n, 18, "lee", &"old ".repeat(200));
    }
    client.bytes("\x1b[5~");
    let top = client.screen(80, 24);
    for n in 0..50 {
        client.hear_message(300 + n, 18, "lee", &"x".repeat(4_000));
        client.forget();
    }
    assert_eq!(client.screen(80, 22).lines().nth(3), top.lines().nth(3), "the reader was moved");
    for n in 0..1_000 {
        client.hear_message(400 + n, 18, "lee", &"x".repeat(4_000));
        client.forget();
    }
    assert!(held(&client).0 <= 2 * client.app.rooms.budget.scrollback + 100_000, "{:?}", held(&client));
}

#[test]
fn what_a_server_makes_us_hold_is_bounded_where_lines_are_printed() {
    let mut client = small_client(OutputMode::Lines { confirms: false });
    let budget = client.app.rooms.budget;
    let mut printed = 0;
    for n in 0..3_000 {
        client.hear(&endless_line(n));
        printed += client.asked().len();
        let (scrollback, members, waiting, gaps) = held(&client);
        assert!(
            scrollback <= budget.scrollback + 11 * 5_000 && members <= budget.members,
            "{:?}",
            held(&client)
        );
        assert!(
            waiting <= budget.waiting_lines && gaps <= memory_budget::GAPS,
            "{waiting}, {gaps} after {n}"
        );
    }
    assert!(printed > 1_000, "{printed}: what cannot wait is printed");
}

#[test]
fn lists_that_never_end_are_cut() {
    let mut client = Client::online(Lang::En);
    client.enter("/rooms");
    for page in 0..200 {
        let id = format!("r{}", page + 2);
        let rooms: Vec<_> = (0..400)
            .map(|n| {
                format!(
                    r#"{{"name":"x{page}-{n}","topic":"{}","people":18446744073709551616}}"#,
                    "t".repeat(300)
                )
            })
            .collect();
        client.hear(&format!(r#"{{"type":"ok","id":"{id}","rooms":[{}],"more":true}}"#, rooms.join(",")));
    }
    let bytes: usize = client.app.session().room_list().iter().map(memory_budget::Bytes::bytes).sum();
    assert!(bytes <= memory_budget::LIST && bytes > 0, "{bytes}");
    let sanction = |n: u64| {
        let who = |uid| format!(r#"{{"uid":{uid},"name":"p{n}","style":{{"color":1}}}}"#);
        let reason = "r".repeat(300);
        format!(r#"{{"kind":"ban","target":{},"by":{},"at":1e999,"reason":"{reason}"}}"#, who(n), who(1))
    };
    let sanctions = (0..8_000).map(|n| serde_json::from_str(&sanction(n).replace("1e999", "0")).unwrap());
    client.app.session.set_sanctions(sanctions.collect());
    let bytes: usize = client.app.session().sanctions().iter().map(memory_budget::Bytes::bytes).sum();
    assert!(bytes <= memory_budget::LIST && bytes > memory_budget::LIST / 2, "{bytes}");
}

#[test]
fn results_of_a_search_that_never_ends_are_cut() {
    let mut search = crate::app::popup::search::Search::new("x");
    let here = shared::RoomName::lobby();
    let mut asked = search.next_query(0, true, &here);
    let mut pages = 0;
    while let Some(query) = asked {
        let at = 1_000_000 - 100 * pages;
        let events: Vec<_> = (0..100)
            .map(|n| {
                let text = "x".repeat(4_000);
                super::happened(
                    "lobby",
                    at + n,
                    18,
                    "lee",
                    &format!(r#""kind":"message","text":"{text}","nonce":"n""#),
                )
            })
            .map(|line| serde_json::from_str(&line).unwrap())
            .collect();
        let answer =
            shared::server_msg::Answer { events: Some(events), more: Some(true), ..Default::default() };
        search.on_found(query, &answer, &Ignored::default());
        pages += 1;
        assert!(pages < 100, "{} results", search.found.len());
        search.at = search.found.len() - 1;
        search.press_end();
        asked = search.next_query(0, true, &here);
    }
    let bytes: usize = search.found.iter().map(memory_budget::Bytes::bytes).sum();
    assert!(bytes <= memory_budget::FOUND && bytes > memory_budget::FOUND / 2, "{bytes}");
}

#[test]
fn a_hundred_thousand_messages_are_far_from_the_budget() {
    let mut client = Client::online(Lang::En);
    for n in 0..1_000 {
        client.hear_message(101 + n, 18 + n % 50, &format!("p{}", n % 50), &"x".repeat(500));
    }
    let each = client.app.rooms().current().timeline.bytes() / 1_000;
    assert!(each < 1_000 && 100_000 * each < memory_budget::SCROLLBACK, "{each} bytes each");
    assert!(client.app.rooms().current().timeline.len() > 1_000);
}

#[test]
fn keys_that_a_server_tells_of_are_bounded() {
    let mut client = Client::online(Lang::En);
    for n in 0..100 {
        client.app.session.note_keys([shared::Fingerprint::of(&[n])]);
    }
    let keys = &client.app.session().profile().keys;
    assert!(keys.len() <= memory_budget::KEYS && keys.contains(&shared::Fingerprint::of(&[99])));
}

/// Numbers that no honest server says, in whatever is read: nothing panics, and the client goes on.
#[test]
fn absurd_numbers_do_no_harm() {
    let numbers = [
        "0",
        "1",
        "-1",
        "1.5",
        "-0.0",
        "1e999",
        "-1e999",
        "9007199254740991",
        "9007199254740992",
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
    ];
    let me = r#"{"uid":17,"name":"kim","style":{"color":6}}"#;
    let templates = [
        welcome(100),
        welcome(100).replace("\"head\":100", "\"head\":N"),
        format!(
            r#"{{"type":"event","room":"lobby","seq":N,"prev":N,"at":N,"from":{me},"kind":"message","text":"x","nonce":"a"}}"#
        ),
        format!(
            r#"{{"type":"event","room":"lobby","seq":200,"prev":N,"at":N,"from":{me},"kind":"mute","target":{me},"until":N}}"#
        ),
        r#"{"type":"event","room":"lobby","seq":201,"prev":100,"at":N,"from":{"uid":N,"name":"lee","style":{"color":2}},"kind":"join"}"#.to_owned(),
        format!(
            r#"{{"type":"event","room":"lobby","seq":202,"prev":100,"at":N,"from":{me},"kind":"announce","text":"x","countdown":{{"in_ms":N,"restart":true}}}}"#
        ),
        r#"{"type":"gap","room":"lobby","after":N,"before":N}"#.to_owned(),
        r#"{"type":"resumed","rooms":{"lobby":N}}"#.to_owned(),
        r#"{"type":"presence","changes":[{"uid":N,"state":"typing"}]}"#.to_owned(),
        r#"{"type":"kept_out","setting":"max_users","count":N,"at":N}"#.to_owned(),
        r#"{"type":"error","code":"muted","message":"","retry_ms":N}"#.to_owned(),
        r#"{"type":"error","id":"r1","code":"rate_limited","message":"","retry_ms":N}"#.to_owned(),
        r#"{"type":"ok","id":"r1","seq":N,"events":[],"more":true,"before":N}"#.to_owned(),
        r#"{"type":"goodbye","code":"restarting","message":"","reconnect":true,"after_ms":N}"#.to_owned(),
        r#"{"type":"goodbye","code":"banned","message":"","reconnect":false,"until":N}"#.to_owned(),
        r#"{"type":"error","code":"server_full","message":"","retry_ms":N}"#.to_owned(),
    ];
    let limits = r#"{"line_bytes":N,"text_bytes":N,"text_lines":N,"name_columns":N,"page_events":N,"pace_burst":N,"pace_per_s":N,"resume_s":N}"#;
    for number in numbers {
        for mode in [OutputMode::Screen, OutputMode::Lines { confirms: false }] {
            for template in &templates {
                let mut client = Client::with(Lang::En, |setup| setup.output_mode = mode);
                let welcome = welcome(100).replace(r#""limits":{}"#, &format!(r#""limits":{limits}"#));
                for line in [&welcome, template, &welcome, template] {
                    let line = line.replace('N', number);
                    match shared::ServerMsg::parse(line.as_bytes()) {
                        Ok(msg) => client.event(Event::Link(FromLink::Said(msg))),
                        Err(_) => client.event(Event::Link(FromLink::Unreadable)),
                    }
                    client.event(Event::Line("a message".into()));
                    pass(&mut client, 30_000);
                    if mode == OutputMode::Screen {
                        client.screen(80, 24);
                    }
                    assert!(client.asked().len() < 100, "{line}");
                }
            }
        }
    }
}

#[test]
fn a_search_that_finds_nothing_for_ever_is_not_asked_on_without_a_key() {
    let mut search = crate::app::popup::search::Search::new("x");
    let here = shared::RoomName::lobby();
    let mut asked = search.next_query(0, true, &here);
    if asked.is_none() {
        asked = search.next_query(10_000, true, &here);
    }
    let mut pages = 0;
    while let Some(query) = asked {
        pages += 1;
        assert!(pages < 200, "it is asked for ever");
        let before = shared::Seq::new(1_000_000 - pages);
        let answer = shared::server_msg::Answer { more: Some(true), before, ..Default::default() };
        search.on_found(query, &answer, &Ignored::default());
        asked = search.next_query(20_000, true, &here);
    }
    assert!(pages > 50, "{pages}");
    search.press_end();
    assert!(search.next_query(20_000, true, &here).is_some(), "a key goes on");
}
