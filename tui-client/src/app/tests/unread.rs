//! What came while this client did not run, or while it was cut off: counts and marks from the first frame on.

use super::{Client, SECRET, lobby, message, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;
use crate::profile::Profile;

fn profile(read: &[(&str, u64)], rooms: &[&str]) -> Profile {
    Profile {
        secret: SECRET.parse().ok(),
        name: "kim".parse().ok(),
        uid: shared::Uid::new(17),
        read: read
            .iter()
            .map(|(room, seq)| (room.parse().unwrap(), shared::Seq::new(*seq).unwrap()))
            .collect(),
        rooms: rooms.iter().map(|room| room.parse().unwrap()).collect(),
        ..Profile::default()
    }
}

fn state(name: &str, head: u64) -> String {
    let member = |uid: u64, name: &str| format!(r#"{{"uid":{uid},"name":"{name}","style":{{"color":2}}}}"#);
    let members = [member(17, "kim"), member(18, "민수"), member(19, "cool-otter")].join(",");
    format!(r#"{{"name":"{name}","head":{head},"members":[{members}]}}"#)
}

/// A client that was started again, before the server's first word.
fn started(read: &[(&str, u64)], rooms: &[&str]) -> Client {
    Client::with(Lang::En, |setup| setup.profile = profile(read, rooms))
}

fn counts(client: &Client, room: &str) -> (usize, usize) {
    let room = client.app.rooms().get(&room.parse().unwrap()).unwrap();
    (room.unread, room.mentions)
}

fn current(client: &Client) -> &str {
    client.app.rooms().current().name.as_str()
}

#[test]
fn what_came_while_the_client_did_not_run_is_counted_and_gone_to() {
    let mut client = started(&[("lobby", 100), ("dev", 50), ("ops", 30), ("@17:19", 70)], &[]);
    let greeting = client.asked().concat();
    assert!(greeting.contains(r#""resume":{"@17:19":70,"dev":50,"lobby":100,"ops":30}"#), "{greeting}");
    let rooms = [lobby(101), state("dev", 53), state("ops", 30), state("@17:19", 71)].join(",");
    client.hear(&welcome_back(&rooms));
    client.hear(&message("dev", 51, 18, "민수", "hello"));
    client.hear(&message("dev", 52, 18, "민수", "kimさん?"));
    client.hear(&message("dev", 53, 18, "민수", "bye"));
    client.hear(&message("@17:19", 71, 19, "cool-otter", "psst"));
    client.hear(&message("lobby", 101, 18, "민수", "good morning"));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":101,"dev":53,"ops":30,"@17:19":71}}"#);
    client.sees(&[" dev         !3 │", " @cool-otter !1 │", "good morning", "new messages"]);
    assert_eq!((counts(&client, "dev"), counts(&client, "ops")), ((3, 1), (0, 0)));
    client.press("alt-a");
    assert_eq!(current(&client), "dev");
    client.sees(&["new messages", "hello"]);
    client.press("alt-a");
    assert_eq!(current(&client), "@17:19");
    // What is read now is not new at the next start.
    let saved = client.saved().unwrap();
    assert_eq!(saved.read[&"dev".parse().unwrap()].get(), 53);
}

#[test]
fn a_message_of_ours_that_was_said_last_leaves_nothing_unread() {
    let mut client = started(&[("lobby", 100), ("dev", 50)], &[]);
    client.hear(&welcome_back(&format!("{},{}", lobby(100), state("dev", 53))));
    client.hear(&message("dev", 51, 18, "민수", "hello"));
    client.hear(&message("dev", 52, 17, "kim", "hi"));
    client.hear(&message("dev", 53, 18, "민수", "still there?"));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100,"dev":53}}"#);
    assert_eq!(counts(&client, "dev"), (1, 0));
    client.hear(&message("lobby", 101, 18, "민수", "seen as it comes"));
    client.sees_no(&["new messages"]);
}

#[test]
fn a_message_of_ours_that_waited_is_never_below_the_ruler() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.enter("written offline");
    client.event(Event::Focus(false));
    client.wait(1_000);
    client.hear(&welcome_back(&lobby(102)));
    client.hear(&message("lobby", 101, 18, "민수", "one"));
    client.hear(&message("lobby", 102, 18, "민수", "two"));
    client.sees_no(&["new messages"]);
    client.hear(r#"{"type":"resumed","rooms":{"lobby":102}}"#);
    let sent = client.asked().concat();
    let nonce = sent.rsplit(r#""nonce":"0000000000000007-"#).next().unwrap().split('"').next().unwrap();
    client.hear(&message("lobby", 103, 18, "민수", "three"));
    client.sees_no(&["new messages"]);
    client.hear(&super::own(104, nonce, "written offline"));
    client.sees_no(&["new messages"]);
    // They are unread all the same, and what comes next is new.
    assert_eq!(counts(&client, "lobby"), (3, 0));
    client.hear(&message("lobby", 105, 18, "민수", "four"));
    let screen = client.screen(120, 40);
    let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}\n{screen}"));
    assert!(at("written offline") < at("new messages") && at("new messages") < at("four"));
}

#[test]
fn who_came_and_went_is_nothing_to_read() {
    let mut client = started(&[("lobby", 100), ("dev", 50)], &[]);
    client.hear(&welcome_back(&format!("{},{}", lobby(100), state("dev", 51))));
    client.hear(&super::happened("dev", 51, 18, "민수", r#""kind":"join""#));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100,"dev":51}}"#);
    assert_eq!(counts(&client, "dev"), (0, 0));
    client.press("alt-a");
    assert_eq!(current(&client), "lobby");
}

#[test]
fn what_the_server_does_not_send_again_is_paged_to_find_who_was_named() {
    let mut client = started(&[("lobby", 100), ("dev", 50)], &[]);
    client.hear(&welcome_back(&format!("{},{}", lobby(100), state("dev", 92))));
    client.forget();
    client.hear(r#"{"type":"gap","room":"dev","after":50,"before":91}"#);
    client.hear(&message("dev", 91, 18, "민수", "one"));
    client.hear(&message("dev", 92, 18, "민수", "two"));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100,"dev":92}}"#);
    assert_eq!(counts(&client, "dev"), (2, 0));
    let asked = client.asked().concat();
    assert!(asked.contains(r#""type":"history","room":"dev","before":91"#), "{asked}");
    let id = asked.split(r#"{"id":""#).nth(1).unwrap().split('"').next().unwrap();
    let page = [(49, "known"), (60, "kim!"), (90, "three")];
    let page: Vec<String> = page
        .iter()
        .map(|(seq, text)| message("dev", *seq, 18, "민수", text).replace(r#""type":"event","#, ""))
        .collect();
    client.hear(&format!(r#"{{"type":"ok","id":"{id}","events":[{}],"more":true}}"#, page.join(",")));
    assert_eq!(counts(&client, "dev"), (4, 1));
    assert!(!client.asked().concat().contains("history"), "what was read is reached");
}

/// Answers the request for a page before `before` in dev with `count` messages, and more before them.
fn answer_page(client: &mut Client, before: u64, count: u64) {
    let asked = client.asked().concat();
    let request = format!(r#""type":"history","room":"dev","before":{before}"#);
    assert!(asked.contains(&request), "{request}: {asked}");
    let id =
        asked.split(&request).next().unwrap().rsplit(r#"{"id":""#).next().unwrap().split('"').next().unwrap();
    let page = (before - count..before)
        .map(|seq| message("dev", seq, 18, "민수", "hi").replace(r#""type":"event","#, ""));
    let page = page.collect::<Vec<_>>().join(",");
    client.hear(&format!(r#"{{"type":"ok","id":"{id}","events":[{page}],"more":true}}"#));
}

#[test]
fn a_count_that_did_not_reach_what_was_read_says_so() {
    let mut client = started(&[("lobby", 100), ("dev", 50)], &[]);
    client.hear(&welcome_back(&format!("{},{}", lobby(100), state("dev", 900))));
    client.forget();
    client.hear(r#"{"type":"gap","room":"dev","after":50,"before":901}"#);
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100,"dev":900}}"#);
    let mut before = 901;
    for _ in 0..5 {
        client.wait(60_000);
        answer_page(&mut client, before, 10);
        before -= 10;
    }
    assert_eq!(counts(&client, "dev"), (50, 0));
    client.sees(&[" dev        50+ │"]);
    assert_eq!(client.titles().last().unwrap(), "(50+) lobby · chinwag");
    assert!(client.screen(60, 15).contains("  +50+"));
    client.press("alt-2");
    client.sees_no(&["50+"]);
    assert!(!client.app.rooms().current().unread_more);
}

#[test]
fn everything_is_marked_as_read_by_key_and_by_command() {
    for (lang, how, told) in [
        (Lang::En, "", "marked as read: 3 in 2 rooms"),
        (Lang::Ko, "/모두읽음", "방 2개의 메시지 3개를 읽은 것으로 했습니다"),
    ] {
        let mut client = Client::with(lang, |setup| {
            setup.profile = profile(&[("lobby", 100), ("dev", 50), ("@17:19", 70)], &[]);
        });
        let rooms = [lobby(100), state("dev", 52), state("@17:19", 71)].join(",");
        client.hear(&welcome_back(&rooms));
        client.hear(&message("dev", 51, 18, "민수", "hello"));
        client.hear(&message("dev", 52, 18, "민수", "kim?"));
        client.hear(&message("@17:19", 71, 19, "cool-otter", "psst"));
        client.hear(r#"{"type":"resumed","rooms":{"lobby":100,"dev":52,"@17:19":71}}"#);
        assert_eq!(counts(&client, "dev"), (2, 1));
        client.forget();
        if how.is_empty() {
            client.press("alt-r");
        } else {
            client.enter(how);
        }
        client.sees(&[told]);
        assert_eq!((counts(&client, "dev"), counts(&client, "@17:19")), ((0, 0), (0, 0)));
        // It is kept at once.
        let saved = client.saved().unwrap();
        assert_eq!(saved.read[&"dev".parse().unwrap()].get(), 52);
    }
}

#[test]
fn what_was_read_is_kept_soon_and_a_killed_client_begins_where_it_was() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Focus(false));
    client.hear_message(101, 18, "민수", "one");
    client.hear_message(102, 18, "민수", "kim?");
    client.wait(5_000);
    // What was written last.
    let unread = client.app.saved.clone();
    assert_eq!(unread.read[&"lobby".parse().unwrap()].get(), 100);
    client.event(Event::Focus(true));
    client.forget();
    client.wait(5_000);
    let seen = client.saved().expect("looking is kept, too").clone();
    assert_eq!(seen.read[&"lobby".parse().unwrap()].get(), 102);
    // It was killed before, or after that.
    for (profile, expect) in [(unread, (2, 1)), (seen, (0, 0))] {
        let mut next = Client::with(Lang::En, |setup| setup.profile = profile.clone());
        next.event(Event::Focus(false));
        next.hear(&welcome_back(&lobby(102)));
        for (seq, text) in [(101, "one"), (102, "kim?")] {
            if seq > profile.read[&"lobby".parse().unwrap()].get() {
                next.hear_message(seq, 18, "민수", text);
            }
        }
        next.hear(r#"{"type":"resumed","rooms":{"lobby":102}}"#);
        assert_eq!(counts(&next, "lobby"), expect);
        let screen = next.screen(120, 30);
        let line = screen.find("new messages");
        let is_above_it = line.is_some_and(|line| screen.find("one").is_some_and(|one| line < one));
        assert_eq!((line.is_some(), is_above_it), (expect.0 > 0, expect.0 > 0), "{screen}");
    }
}

#[test]
fn a_page_that_does_not_come_is_not_asked_for_again() {
    let mut client = started(&[("lobby", 100)], &[]);
    client.hear(&welcome_back(&format!("{},{}", lobby(100), state("@17:18", 90))));
    client.sees(&["@민수       !1 │"]);
    let asked = client.asked();
    let asked = asked.iter().find(|line| line.contains(r#""room":"@17:18""#)).unwrap();
    let id = asked.split('"').nth(3).unwrap();
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"rate_limited","message":""}}"#));
    assert!(!client.asked().concat().contains("history"));
    client.sees(&["@민수      !1+ │"]);
}

#[test]
fn a_first_direct_message_during_a_short_cut_has_its_mark() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&format!("{},{}", lobby(100), state("@17:18", 102))));
    client.sees(&["@민수       !1 │"]);
    let asked = client.asked().concat();
    assert!(asked.contains(r#""type":"history","room":"@17:18","before":103"#), "{asked}");
    let page = [message("@17:18", 101, 18, "민수", "hey"), message("@17:18", 102, 18, "민수", "you")];
    let page = page.map(|event| event.replace(r#""type":"event","#, "")).join(",");
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{page}],"more":false}}"#));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
    client.sees(&["@민수       !2 │"]);
    client.press("alt-a");
    client.sees(&["hey", "you"]);
}

#[test]
fn rooms_keep_their_order_over_a_restart() {
    let mut client = Client::online(Lang::En);
    for (n, room) in ["zoo", "dev", "ops"].into_iter().enumerate() {
        client.enter(&format!("/join {room}"));
        let id = n + 2;
        client.hear(&format!(
            r#"{{"type":"ok","id":"r{id}","room":"{room}","state":{{"name":"{room}","head":0}}}}"#
        ));
    }
    client.press("alt-1");
    let saved = client.saved().unwrap().clone();
    let mut next = Client::with(Lang::En, |setup| setup.profile = saved);
    let rooms = ["dev", "lobby", "new", "ops", "zoo"];
    let states: Vec<String> =
        rooms.iter().map(|room| if *room == "lobby" { lobby(100) } else { state(room, 0) }).collect();
    next.hear(&welcome_back(&states.join(",")));
    let order: Vec<&str> = next.app.rooms().list().iter().map(|room| room.name.as_str()).collect();
    assert_eq!(order, ["lobby", "zoo", "dev", "ops", "new"]);
}

#[test]
fn lines_begin_with_what_happens_now() {
    let mut client = Client::with(Lang::En, |setup| {
        setup.profile = profile(&[("lobby", 50)], &[]);
        setup.output_mode = OutputMode::Lines { confirms: false };
    });
    assert!(!client.asked().concat().contains("resume"));
    client.hear(&welcome_back(&lobby(100)));
    assert!(!client.asked().concat().contains("history"));
}

#[test]
fn what_is_told_at_the_start_stands_below_what_was_missed() {
    let mut client = started(&[("lobby", 100)], &[]);
    client.hear(&welcome_back(&lobby(101)).replace(r#""motd":"""#, r#""motd":"mind the gap""#));
    client.hear(&message("lobby", 101, 18, "민수", "good morning"));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":101}}"#);
    let screen = client.screen(120, 40);
    let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("no {text} in\n{screen}"));
    assert!(at("good morning") < at("mind the gap"), "{screen}");
    client.lose();
    client.event(Event::Tick);
    assert_eq!(client.screen(120, 40).matches("mind the gap").count(), 1);
}
