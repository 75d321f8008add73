//! Rooms and direct rooms: entering, leaving, looking at them.

use super::{Client, happened, message};
use crate::event::Event;
use crate::lang::Lang;

fn with_dev() -> Client {
    let mut client = Client::online(Lang::En);
    client.enter("/join #Dev");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"join","room":"dev"}"#]);
    client.hear(
        r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","topic":"code","head":50,"members":[{"uid":17,"name":"kim","style":{"color":6}}]}}"#,
    );
    client.forget();
    client
}

#[test]
fn joining_a_room_looks_at_it_and_leaving_goes_back() {
    let mut client = with_dev();
    client.sees(&[" dev  code", "1 here"]);
    client.enter("/part");
    assert_eq!(client.asked(), [r#"{"id":"r4","type":"part","room":"dev"}"#]);
    client.hear(r#"{"type":"ok","id":"r4"}"#);
    client.sees(&[" lobby", "3 here"]);
    client.sees_no(&["dev"]);
}

#[test]
fn a_draft_is_kept_by_room() {
    let mut client = with_dev();
    client.write("for dev");
    client.press("ctrl-p");
    client.sees_no(&["for dev"]);
    client.write("for all");
    client.press("alt-2");
    assert_eq!(client.app.composer().text(), "for dev");
    client.press("alt-left");
    assert_eq!(client.app.composer().text(), "for all");
}

#[test]
fn rooms_in_the_background_count_unread_messages() {
    let mut client = with_dev();
    client.hear_message(101, 18, "민수", "hello");
    client.hear_message(102, 18, "민수", "kim?");
    client.sees(&[" lobby       !2 │"]);
    client.press("alt-a");
    client.sees(&[" lobby          │", "new messages"]);
    assert_eq!(client.app.rooms().current().unread, 0);
}

#[test]
fn nothing_is_marked_read_without_focus() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Focus(false));
    client.hear_message(101, 18, "민수", "hello");
    assert_eq!(client.app.rooms().current().unread, 1);
    client.sees(&["new messages"]);
    client.event(Event::Focus(true));
    assert_eq!(client.app.rooms().current().unread, 0);
}

#[test]
fn two_people_can_talk_by_themselves() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg 민수 psst");
    let sent = client.asked().concat();
    assert!(sent.contains(r#""type":"direct","uid":18,"text":"psst""#), "{sent}");
    client.sees(&[" @민수", "psst", "2 here"]);
    client.hear(r#"{"type":"ok","id":"0000000000000007-000001","seq":101,"room":"@17:18"}"#);
    client.hear(&happened(
        "@17:18",
        101,
        17,
        "kim",
        r#""kind":"message","text":"psst","nonce":"0000000000000007-000001""#,
    ));
    client.hear(&message("@17:18", 102, 18, "민수", "what?"));
    client.sees(&["what?"]);
    client.forget();
    client.enter("nothing");
    assert!(client.asked().concat().contains(r#""type":"direct","uid":18,"text":"nothing""#));
}

#[test]
fn a_direct_message_from_somebody_opens_its_room() {
    let mut client = Client::online(Lang::En);
    client.hear(&message("@17:19", 101, 19, "cool-otter", "hey"));
    client.sees(&["@cool-otter", "!1"]);
    client.press("alt-2");
    client.sees(&["hey"]);
}

#[test]
fn a_direct_room_may_begin_with_a_gap() {
    let mut client = Client::online(Lang::En);
    client.hear(r#"{"type":"gap","room":"@17:19","after":0,"before":120}"#);
    client.sees(&["!1"]);
    client.press("alt-2");
    assert!(client.asked().concat().contains(r#""type":"history","room":"@17:19","before":120"#));
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{}],"more":false}}"#, event("@17:19", 119)));
    client.sees(&["@cool-otter", "hey"]);
}

fn event(room: &str, seq: u64) -> String {
    message(room, seq, 19, "cool-otter", "hey")
}

#[test]
fn somebody_who_is_gone_keeps_their_name_in_the_direct_room() {
    let mut client = Client::online(Lang::En);
    client.hear(&message("@17:19", 101, 19, "cool-otter", "hey"));
    client.hear(r#"{"type":"presence","changes":[{"uid":19,"state":"gone"}]}"#);
    client.sees(&["@cool-otter"]);
    client.enter("/msg cool-otter are you there?");
    assert!(client.asked().concat().contains(r#""type":"direct","uid":19"#));
}

#[test]
fn nobody_leaves_the_lobby() {
    let mut client = Client::online(Lang::En);
    client.enter("/part");
    client.sees(&["nobody leaves the lobby"]);
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn events_of_rooms_we_are_not_in_are_ignored() {
    let mut client = Client::online(Lang::En);
    client.hear(&message("elsewhere", 101, 18, "민수", "hi"));
    client.sees_no(&["elsewhere"]);
}

#[test]
fn the_switcher_finds_a_room_by_a_part_of_its_name() {
    let mut client = with_dev();
    client.press("alt-k");
    client.write("lob");
    client.press("enter");
    assert_eq!(client.app.rooms().current().name.as_str(), "lobby");
    client.press("ctrl-k");
    client.write("nothing");
    client.sees(&["nothing found"]);
    client.press("enter esc");
    assert!(client.app.screen().popups().is_empty());
}

#[test]
fn the_members_can_be_talked_to_from_the_list() {
    let mut client = Client::online(Lang::En);
    client.press("alt-m");
    client.sees(&["cool-otter", "an admin"]);
    client.press("enter");
    client.sees(&[" @cool-otter"]);
    client.press("f8 enter");
    assert_eq!(client.app.rooms().current().name.as_str(), "@17:19");
}

#[test]
fn topics_are_shown_set_and_cleared() {
    let mut client = Client::online(Lang::En);
    client.enter("/topic tea");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"topic","room":"lobby","topic":"tea"}"#]);
    client.hear(&happened("lobby", 101, 17, "kim", r#""kind":"topic","topic":"tea""#));
    client.sees(&[" lobby  tea", "kim changed the topic to: tea"]);
    client.enter("/topic");
    client.sees(&["topic: tea"]);
    client.enter("/topic -");
    assert!(client.asked().concat().contains(r#""topic":"""#));
}

#[test]
fn everybody_can_be_listed() {
    let mut client = Client::online(Lang::En);
    client.enter("/who");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"who"}"#]);
    client.hear(
        r#"{"type":"ok","id":"r2","users":[{"uid":19,"name":"cool-otter","style":{"color":3},"role":"admin","rooms":["lobby","dev"]}]}"#,
    );
    client.sees(&["1 connected:", "cool-otter · an admin  lobby dev"]);
    client.enter("/who #dev");
    client.hear(
        r#"{"type":"ok","id":"r3","users":[{"uid":19,"name":"cool-otter","style":{"color":3},"rooms":["dev"]}]}"#,
    );
    client.sees(&["1 in dev:"]);
}

#[test]
fn commands_that_need_the_server_wait_in_the_draft() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.forget();
    client.enter("/topic tea");
    assert_eq!(client.asked(), Vec::<String>::new());
    assert_eq!(client.app.composer().text(), "/topic tea");
    client.sees(&["not connected"]);
}

/// Where many people are in a room, its state lists some of them and the rest is paged.
#[test]
fn members_that_a_list_leaves_out_are_asked_for() {
    let member = |uid: u64, name: &str| format!(r#""uid":{uid},"name":"{name}","style":{{"color":1}}"#);
    let user = |uid: u64, name: &str, rooms: &str| format!(r#"{{{},"rooms":[{rooms}]}}"#, member(uid, name));
    let mut client = Client::online(Lang::En);
    client.enter("/join dev");
    let id = "r2";
    client.forget();
    client.hear(&format!(
        r#"{{"type":"ok","id":"{id}","room":"dev","state":{{"name":"dev","head":50,"members":[{{{}}}],"more":true}}}}"#,
        member(17, "kim")
    ));
    let asked = client.asked().concat();
    assert!(asked.contains(r#""type":"who","room":"dev""#), "{asked}");
    let answer = |id: &str, users: &[String], more: &str| {
        format!(r#"{{"type":"ok","id":"{id}","users":[{}]{more}}}"#, users.join(","))
    };
    let id_of = |asked: &str| asked.split('"').skip_while(|word| *word != "id").nth(2).unwrap().to_owned();
    let first = id_of(&asked);
    client.forget();
    let page = [user(17, "kim", r#""dev""#), user(20, "ann", r#""dev""#)];
    client.hear(&answer(&first, &page, r#","more":true"#));
    let asked = client.asked().concat();
    assert!(asked.contains(r#""room":"dev","after":20"#), "{asked}");
    client.forget();
    client.hear(&answer(&id_of(&asked), &[user(21, "ben", r#""dev""#)], ""));
    client.sees(&[" dev", "3 here", "ann", "ben"]);
    assert!(client.asked().is_empty());
}

#[test]
fn members_that_a_welcome_leaves_out_are_asked_for_once_for_all_rooms() {
    let mut client = Client::new(Lang::En);
    let lobby = super::lobby(100).replacen(r#""members""#, r#""more":true,"members""#, 1);
    let mut welcome = super::welcome(100);
    welcome = welcome.replacen(&super::lobby(100), &lobby, 1);
    assert!(welcome.contains(r#""more":true"#), "{welcome}");
    client.forget();
    client.hear(&welcome);
    let asked = client.asked().concat();
    assert!(asked.contains(r#""type":"who"}"#), "{asked}");
    let id = asked.split('"').skip_while(|word| *word != "id").nth(2).unwrap().to_owned();
    client.hear(&format!(
        r#"{{"type":"ok","id":"{id}","users":[{{"uid":77,"name":"zoe","style":{{"color":1}},"rooms":["lobby","elsewhere"]}}]}}"#
    ));
    client.sees(&["4 here", "zoe"]);
}
