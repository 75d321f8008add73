//! The connection's life: greeting, welcome, loss, goodbye.

use super::{Client, START, happened, lobby, message, own, welcome, welcome_back};
use crate::app::connection::Status;
use crate::app::output_mode::OutputMode;
use crate::event::{Event, FromLink, Lost};
use crate::lang::Lang;

#[test]
fn the_first_thing_is_to_connect_and_the_greeting_has_no_name_nobody_gave() {
    let greeting = |client: &mut Client| client.asked().concat();
    assert_eq!(
        greeting(&mut Client::new(Lang::En)),
        r#"connect {"type":"hello","protocol":[1,1],"client":"chinwag 0.1.0","window":"0000000000000007","compact":true}"#
    );
    let mut named = Client::with(Lang::En, |setup| setup.name = "민수".parse().ok());
    assert_eq!(
        greeting(&mut named),
        r#"connect {"type":"hello","protocol":[1,1],"client":"chinwag 0.1.0","name":"민수","window":"0000000000000007","compact":true}"#
    );
}

#[test]
fn own_name_is_announced_with_the_welcome() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(0));
    client.sees(&["● online  [CONNECT] kim is connected", "kim ›", "tea"]);
    client.wait(60_000);
    client.sees(&["● online", "kim ›"]);
    client.sees_no(&["[CONNECT]"]);
    let mut client = Client::new(Lang::Ko);
    client.hear(&welcome(0));
    client.sees(&["● 접속됨  [접속 완료] kim님이 접속했습니다", "kim ›"]);
    let lines = |setup: &mut crate::app::Setup| setup.output_mode = OutputMode::Lines { confirms: false };
    let mut client = Client::with(Lang::En, lines);
    client.hear(&welcome(0));
    assert!(client.noticed().contains(&"[CONNECT] kim is connected".to_owned()));
}

#[test]
fn the_lobby_is_on_the_screen_when_connected_and_not_before() {
    let mut client = Client::new(Lang::En);
    client.sees_no(&["lobby"]);
    client.hear(&welcome(0));
    for (columns, rows) in [(120, 40), (80, 24), (60, 15), (40, 12), (20, 5)] {
        assert!(client.screen(columns, rows).contains("lobby"), "{columns}x{rows}");
    }
}

#[test]
fn the_message_of_the_day_is_shown() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(0).replace(r#""motd":"""#, r#""motd":"be kind\nhave tea""#));
    client.sees(&["be kind", "have tea"]);
}

#[test]
fn the_identity_is_kept_for_the_next_start() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(0));
    let saved = client.saved().unwrap().clone();
    assert_eq!(saved.name.as_ref().unwrap().as_str(), "kim");
    let mut next = Client::with(Lang::En, |setup| setup.profile = saved);
    assert!(next.asked().concat().contains(r#""secret":"000000"#));
}

#[test]
fn a_lost_connection_is_said_and_the_wait_is_counted_down() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.sees(&["Disconnected from chat server: the connection was closed", "○ reconnecting in 1 s"]);
    let Status::Waiting { until, attempt: 1 } = *client.app.status() else {
        panic!("{:?}", client.app.status())
    };
    assert!((250..=500).contains(&(until - START)));
    client.wait(until - START - 1);
    assert_eq!(client.asked(), Vec::<String>::new());
    client.wait(1);
    assert!(client.asked().concat().starts_with("connect "));
    client.sees(&["○ reconnecting"]);
}

#[test]
fn waits_get_longer_and_are_shown_by_the_second() {
    let mut client = Client::online(Lang::En);
    for _ in 0..5 {
        client.lose();
        client.wait(60_000);
    }
    client.lose();
    let Status::Waiting { until, .. } = *client.app.status() else { panic!("{:?}", client.app.status()) };
    assert!(until - client.now >= 8_000);
    let first = client.app.deadline().unwrap();
    assert!((0..1_000).contains(&(first - client.now)), "the countdown moves every second");
    client.wait(first - client.now);
    assert!(client.wants_frame());
    assert_eq!(client.app.deadline(), Some(first + 1_000));
}

#[test]
fn nothing_wakes_an_idle_client() {
    assert_eq!(Client::online(Lang::En).app.deadline(), None);
}

#[test]
fn a_server_that_is_not_there_is_said_once() {
    let mut client = Client::new(Lang::Ko);
    for _ in 0..3 {
        client.event(Event::Link(FromLink::Down(Lost::Unreachable("Connection refused".into()))));
        client.wait(60_000);
    }
    let screen = client.screen(100, 30);
    assert_eq!(screen.matches("접속할 수 없습니다").count(), 1, "{screen}");
}

#[test]
fn the_greeting_resumes_from_the_newest_positions() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "hi");
    client.lose();
    client.wait(1_000);
    assert!(client.asked().concat().contains(r#""resume":{"lobby":101}"#));
}

#[test]
fn a_greeting_with_very_many_rooms_still_fits() {
    let mut client = Client::online(Lang::En);
    for n in 0..200 {
        let name = format!("a-room-with-a-long-name-{n}");
        client.enter(&format!("/join {name}"));
        let id = n + 2;
        client.hear(&format!(
            r#"{{"type":"ok","id":"r{id}","room":"{name}","state":{{"name":"{name}","head":{id}}}}}"#
        ));
        client.forget();
    }
    client.lose();
    client.wait(1_000);
    let greeting = client.asked().into_iter().find(|asked| asked.starts_with("connect")).unwrap();
    assert!(greeting.len() < 2048 + "connect ".len() && greeting.len() > 1900, "{}", greeting.len());
}

#[test]
fn what_was_missed_is_counted_and_marked() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "before");
    client.lose();
    client.wait(1_000);
    client.hear(&welcome_back(&lobby(104)));
    for seq in 102..=104 {
        client.hear_message(seq, 18, "민수", "while away");
    }
    client.hear(r#"{"type":"resumed","rooms":{"lobby":104}}"#);
    client.sees(&["[CONNECT] connected again", "3 missed while away"]);
    assert_eq!(client.screen(120, 30).matches("while away").count(), 4);
}

#[test]
fn writing_on_a_closed_connection_says_so_and_goes_out_later_in_order() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.forget();
    client.enter("one");
    client.sees(&["not sent, reconnecting", "one"]);
    client.enter("two");
    assert_eq!(client.asked(), Vec::<String>::new());
    client.press("left");
    client.sees(&["2 not sent"]);
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(100)));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
    let sent = client.asked();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].contains(r#""text":"one","nonce":"0000000000000007-000001""#), "{sent:?}");
    assert!(sent[1].contains(r#""text":"two","nonce":"0000000000000007-000002""#), "{sent:?}");
}

#[test]
fn a_message_in_flight_is_sent_again_under_the_same_nonce_after_a_reconnect() {
    let mut client = Client::online(Lang::En);
    client.enter("hi");
    let first = client.asked();
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(100)));
    assert_eq!(client.asked(), Vec::<String>::new(), "it may be among what was missed");
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
    assert_eq!(client.asked().last(), first.last());
    client.hear(r#"{"type":"ok","id":"0000000000000007-000001","seq":101}"#);
    client.hear(&own(101, "1", "hi"));
    assert_eq!(client.screen(100, 30).matches("hi").count(), 1);
    assert_eq!(client.app.outbox().waiting(), 0);
}

#[test]
fn a_message_that_was_stored_before_the_connection_broke_is_not_sent_again() {
    let mut client = Client::online(Lang::En);
    client.enter("hi");
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(101)));
    client.hear(&own(101, "1", "hi"));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":101}}"#);
    assert_eq!(client.asked(), Vec::<String>::new());
    assert_eq!(client.screen(100, 30).matches("hi").count(), 1);
}

#[test]
fn what_a_crash_left_unsent_is_sent_after_the_next_start() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.enter("do not lose me");
    let saved = client.saved().unwrap().clone();
    let mut next = Client::with(Lang::En, |setup| (setup.profile, setup.seed) = (saved, 8));
    next.hear(&welcome_back(&lobby(100)));
    next.sees(&["do not lose me"]);
    assert!(next.asked().concat().contains(r#""text":"do not lose me","nonce":"0000000000000007-000001""#));
}

#[test]
fn a_goodbye_says_why_and_is_believed_about_when_to_come_back() {
    let mut client = Client::online(Lang::En);
    client.hear(
        r#"{"type":"goodbye","code":"restarting","reason":"new version","reconnect":true,"after_ms":4200}"#,
    );
    client.sees(&["Disconnected from chat server: the server restarts (new version)", "reconnecting in "]);
    assert_eq!(client.asked(), ["disconnect"]);
    client.wait(4_199);
    assert_eq!(client.asked(), Vec::<String>::new());
    client.wait(2_101);
    assert!(client.asked().concat().starts_with("connect"));
}

#[test]
fn after_being_kicked_only_the_person_comes_back() {
    for code in ["kicked", "replaced", "banned"] {
        let mut client = Client::online(Lang::En);
        client.hear(&format!(
            r#"{{"type":"goodbye","code":"{code}","by":"민수","reason":"enough","reconnect":false}}"#
        ));
        assert_eq!(client.asked(), ["disconnect"]);
        client.wait(600_000);
        assert_eq!(client.asked(), Vec::<String>::new(), "{code}");
        client.sees(&["enough", "/reconnect"]);
        client.press("esc");
        client.sees(&["(enough)"]);
        client.enter("/reconnect");
        assert!(client.asked().concat().starts_with("connect"));
    }
    let mut client = Client::online(Lang::Ko);
    client.hear(r#"{"type":"goodbye","code":"kicked","by":"민수","reason":"","reconnect":false}"#);
    client.press("esc");
    client.sees(&["채팅 서버와 연결이 끊겼습니다: 민수님이 내보냈습니다"]);
}

#[test]
fn a_server_that_stops_for_good_is_not_called_again() {
    let mut client = Client::online(Lang::Ko);
    client.hear(r#"{"type":"goodbye","code":"shutting_down","reconnect":false}"#);
    client.wait(600_000);
    assert_eq!(client.asked(), ["disconnect"]);
    client.sees(&["서버가 종료되고 있습니다", "○ 연결 끊김"]);
}

#[test]
fn a_name_that_is_taken_can_be_chosen_anew() {
    let mut client = Client::with(Lang::En, |setup| setup.name = "kim".parse().ok());
    client.forget();
    client.hear(r#"{"type":"error","code":"name_taken","message":""}"#);
    // The server says it twice; once is enough.
    client.hear(r#"{"type":"goodbye","code":"name_taken","reconnect":false}"#);
    client.sees(&["somebody has this name", "/nick NAME"]);
    client.sees_no(&["Disconnected"]);
    client.wait(600_000);
    assert_eq!(client.asked(), ["disconnect"]);
    client.enter("/nick kim2");
    assert!(client.asked().concat().contains(r#""name":"kim2""#));
}

#[test]
fn without_a_screen_a_refused_name_is_chosen_by_the_option_it_came_from() {
    for (lang, advice) in [(Lang::En, "with --name NAME"), (Lang::Ko, "--name 으로")] {
        let mut client = Client::with(lang, |setup| {
            setup.name = "kim".parse().ok();
            setup.output_mode = OutputMode::Lines { confirms: false };
        });
        client.hear(r#"{"type":"error","code":"name_taken","message":""}"#);
        let asked = client.asked();
        let end = asked.last().unwrap();
        assert!(end.starts_with("fail ") && end.contains(advice) && !end.contains('/'), "{asked:?}");
    }
}

#[test]
fn where_no_server_is_the_command_that_starts_one_is_told() {
    let refused = || Event::Link(FromLink::Down(Lost::Refused));
    for (lang, told) in [(Lang::En, "`chinwag --host` starts one"), (Lang::Ko, "`chinwag --host` 로 시작")]
    {
        let mut client = Client::new(lang);
        client.event(refused());
        client.sees(&["Connection refused", told]);
        // Somebody else's server is not ours to start.
        let mut client = Client::with(lang, |setup| setup.address = "192.0.2.1".parse().unwrap());
        client.event(refused());
        client.sees(&["Connection refused"]);
        client.sees_no(&["--host"]);
    }
}

#[test]
fn a_goodbye_instead_of_a_welcome_is_a_refusal_too() {
    let mut client = Client::with(Lang::Ko, |setup| setup.name = "admin".parse().ok());
    client.hear(r#"{"type":"goodbye","code":"name_reserved","reconnect":false}"#);
    client.sees(&["예약된 이름이라 쓸 수 없습니다", "/이름", "○ 연결 끊김"]);
}

#[test]
fn positions_the_server_does_not_know_are_not_sent_again() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "hi");
    client.lose();
    client.wait(1_000);
    client.hear(r#"{"type":"error","code":"resume_expired","message":""}"#);
    client.forget();
    client.wait(60_000);
    assert!(!client.asked().concat().contains("resume"));
    client.hear(&welcome_back(&lobby(150)));
    assert!(client.asked().concat().contains(r#""type":"history","room":"lobby","before":151"#));
}

#[test]
fn a_draft_survives_the_end_of_the_program() {
    let mut client = Client::online(Lang::En);
    client.write("half a thought");
    client.event(Event::Terminate);
    client.wait(1_000);
    let saved = client.saved().unwrap().clone();
    let mut next = Client::with(Lang::En, |setup| setup.profile = saved);
    next.hear(&welcome_back(&lobby(100)));
    assert_eq!(next.app.composer().text(), "half a thought");
}

#[test]
fn without_a_screen_a_refused_name_ends_the_program() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.forget();
    client.hear(r#"{"type":"error","code":"name_taken","message":""}"#);
    assert!(client.asked().concat().contains("fail The server did not let us in: somebody has this name"));
}

#[test]
fn a_full_server_is_tried_again_later() {
    let mut client = Client::new(Lang::En);
    client.hear(r#"{"type":"error","code":"server_full","message":"","retry_ms":5000}"#);
    client.sees(&["the server is full", "reconnecting in "]);
    client.wait(4_999);
    client.sees(&["reconnecting in "]);
}

#[test]
fn clients_refused_or_sent_away_at_the_same_moment_come_back_spread() {
    const CLIENTS: u64 = 1000;
    let refused = |code: &str| format!(r#"{{"type":"error","code":"{code}","message":"","retry_ms":5000}}"#);
    let away = r#"{"type":"goodbye","code":"timeout","message":"","reconnect":true,"after_ms":5000}"#;
    for line in [refused("server_full"), refused("too_many_connections"), refused("timeout"), away.into()] {
        let mut waits: Vec<i64> = (0..CLIENTS)
            .map(|seed| {
                let mut client = Client::with(Lang::En, |setup| setup.seed = seed);
                client.hear(&line);
                let Status::Waiting { until, .. } = *client.app.status() else {
                    panic!("{line}: {:?}", client.app.status())
                };
                until - START
            })
            .collect();
        waits.sort_unstable();
        assert!(waits.iter().all(|wait| (5_000..=7_500).contains(wait)), "{line}: {waits:?}");
        // Ten equal parts of the interval get a tenth of the clients each, give or take a half.
        for part in 0..10 {
            let from = 5_000 + part * 250;
            let count = waits.iter().filter(|wait| (from..from + 250).contains(*wait)).count();
            assert!((50..=150).contains(&count), "{line}: {count} clients in {from} ms and after");
        }
    }
}

#[test]
fn the_quit_word_says_goodbye_and_the_quiet_one_says_it_quietly() {
    for (word, goodbye) in [
        ("/quit", r#"{"type":"quit"}"#),
        ("/종료", r#"{"type":"quit"}"#),
        ("/quiet", r#"{"type":"quit","quiet":true}"#),
        ("/조용히나가기", r#"{"type":"quit","quiet":true}"#),
    ] {
        let mut client = Client::online(Lang::Ko);
        client.enter(word);
        assert_eq!(client.asked(), [goodbye]);
        client.hear(r#"{"type":"goodbye","code":"quit","reconnect":false}"#);
        assert_eq!(client.asked(), ["quit"]);
    }
}

#[test]
fn a_server_that_does_not_say_goodbye_does_not_hold_us() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Terminate);
    assert_eq!(client.asked(), [r#"{"type":"quit"}"#]);
    client.wait(300);
    assert_eq!(client.asked(), ["quit"]);
    let mut offline = Client::new(Lang::En);
    offline.forget();
    offline.event(Event::Terminate);
    assert_eq!(offline.asked(), ["quit"]);
}

#[test]
fn the_admin_key_is_shown_after_each_welcome_that_does_not_make_one_an_admin_and_that_is_told_once() {
    let mut client = Client::with(Lang::En, |setup| setup.admin_key = Some("open".into()));
    client.forget();
    client.hear(&welcome(0));
    assert!(client.asked().contains(&r#"{"id":"r1","type":"auth","key":"open"}"#.to_owned()));
    client.become_role("admin");
    client.hear(r#"{"type":"ok","id":"r1","role":"admin"}"#);
    client.sees(&["@kim"]);
    assert_eq!(client.screen(120, 30).matches("admin").count(), 1, "{}", client.screen(120, 30));
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(1)).replace(r#""role":"member""#, r#""role":"admin""#));
    assert!(!client.asked().concat().contains("auth"));
    client.enter("/admin");
    client.sees(&["you are an admin already"]);
}

#[test]
fn rooms_the_server_forgot_are_joined_again() {
    let mut client = Client::online(Lang::En);
    client.enter("/join dev");
    client.hear(r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","head":0}}"#);
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(100)));
    assert!(client.asked().contains(&r#"{"id":"r3","type":"join","room":"dev"}"#.to_owned()));
    client.hear(r#"{"type":"ok","id":"r3","room":"dev","state":{"name":"dev","head":0}}"#);
    assert!(client.app.rooms().get(&"dev".parse().unwrap()).unwrap().joined);
}

#[test]
fn a_server_with_another_log_is_read_from_its_head() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "bygone");
    client.lose();
    client.wait(1_000);
    client.hear(&welcome(5));
    client.hear(&message("lobby", 6, 18, "민수", "unseen"));
    client.sees(&["unseen"]);
    client.sees_no(&["bygone"]);
}

#[test]
fn replayed_joins_do_not_bring_back_who_has_left() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.wait(1_000);
    client.hear(&welcome_back(&lobby(110)));
    client.hear(&happened("lobby", 105, 44, "ghost", r#""kind":"join""#));
    assert_eq!(client.app.rooms().current().roster.len(), 3);
    client.hear(&happened("lobby", 111, 45, "guest", r#""kind":"join""#));
    assert_eq!(client.app.rooms().current().roster.len(), 4);
}

#[test]
fn why_a_server_cannot_be_reached_is_in_the_persons_language_with_the_systems_words() {
    use std::io::{Error, ErrorKind};
    let no_address = crate::event::SystemError {
        kind: crate::event::SystemErrorKind::NoAddress,
        said: "Name or service not known".into(),
    };
    let kinds = [
        ErrorKind::HostUnreachable,
        ErrorKind::NetworkUnreachable,
        ErrorKind::TimedOut,
        ErrorKind::ConnectionReset,
        ErrorKind::NotFound,
        ErrorKind::PermissionDenied,
        ErrorKind::Other,
    ];
    let errors = kinds.map(|kind| (&Error::new(kind, "what it said (os error 7)")).into());
    for error in errors.into_iter().chain([no_address]) {
        let said = error.said.clone();
        assert!(!said.contains("os error"), "{said}");
        let told = Lang::Ko.loss_reason(&Lost::Unreachable(error.clone()));
        let (words, own) = told.split_once(" (").unwrap();
        assert_eq!(own, format!("{said})"));
        assert!(!words.chars().any(|c| c.is_ascii_alphabetic()), "{told}");
        assert!(Lang::En.loss_reason(&Lost::Broken(error)).contains(&said));
    }
}

#[test]
fn a_crowd_comes_and_goes_in_one_line() {
    let mut client = Client::new(Lang::En);
    let lee = r#"{"uid":2,"name":"lee","style":{"color":2}}"#;
    client.hear(&welcome(10).replace(r#""members":["#, &format!(r#""members":[{lee},[3,"pat",[3]],"#)));
    // It began before we came: pat was one of those who passed, and lee came before.
    client.hear(
        r#"{"type":"membership","room":"lobby","seq":20,"prev":7,"at":1763640000123,"came":[[9,2,"lee",[2]],[12,4,"ann",[4]],[18,5,"sam",[9,true]]],"left":[[8,"quit",6,"max",[5]],[15,"lost",2,"lee",[2]]],"passed":[3,8]}"#,
    );
    client.sees(&["→ │ 2 came (ann, sam), 1 left (lee)"]);
    assert_eq!(client.app.rooms().current().unread, 0);
    client.enter("/joins all");
    client.sees(&["ann joined", "lee lost the connection", "sam joined"]);
    client.sees_no(&["max", "lee joined", "pat"]);
    let room = client.app.rooms.current();
    assert_eq!((room.position.get(), room.timeline.gaps()), (20, &[][..]));
    let mut here: Vec<_> = room.roster.people().iter().map(|member| member.name.as_str()).collect();
    here.sort_unstable();
    assert_eq!(here, ["ann", "cool-otter", "kim", "sam", "민수"]);
    // The next one follows it.
    client.hear(r#"{"type":"membership","room":"lobby","seq":22,"prev":20,"at":1763640000123,"passed":[9]}"#);
    client.hear_message(23, 4, "ann", "hi");
    let room = client.app.rooms.current();
    assert_eq!((room.position.get(), room.timeline.gaps()), (23, &[][..]));
}
