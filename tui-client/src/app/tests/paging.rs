//! What happened before: fetched when it is wanted, and only then.

use super::{Client, lobby, message, welcome, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::lang::Lang;

fn page(seqs: std::ops::Range<u64>) -> String {
    seqs.map(|seq| message("lobby", seq, 18, "민수", &format!("line {seq}"))).collect::<Vec<_>>().join(",")
}

#[test]
fn the_newest_page_is_fetched_at_the_welcome() {
    let mut client = Client::new(Lang::En);
    client.forget();
    client.hear(&welcome(100));
    assert_eq!(client.asked(), [r#"{"id":"r1","type":"history","room":"lobby","before":101,"limit":100}"#]);
    client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{}],"more":true}}"#, page(91..101)));
    client.sees(&["line 91", "line 100"]);
}

#[test]
fn an_empty_room_is_not_asked_about() {
    let mut client = Client::new(Lang::En);
    client.forget();
    client.hear(&welcome(0));
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn other_rooms_are_fetched_when_they_are_looked_at() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&format!(r#"{},{{"name":"dev","head":90}}"#, lobby(100))));
    assert_eq!(client.asked(), Vec::<String>::new());
    client.press("alt-2");
    assert!(client.asked().concat().contains(r#""room":"dev","before":91"#));
}

#[test]
fn scrolling_up_fetches_one_page_at_a_time_without_moving_the_view() {
    let mut client = Client::new(Lang::En);
    client.screen(80, 24);
    client.hear(&welcome(300));
    client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{}],"more":true}}"#, page(201..301)));
    client.forget();
    client.press("pgup pgup pgup pgup pgup pgup");
    let before = client.screen(80, 24);
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"history","room":"lobby","before":201,"limit":100}"#]);
    client.press("pgup pgup");
    assert_eq!(client.asked(), Vec::<String>::new());
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{}],"more":false}}"#, page(101..201)));
    let after = client.screen(80, 24);
    let line = |screen: &str| screen.lines().position(|row| row.contains("line 210"));
    assert_eq!(line(&before), line(&after));
    client.press("ctrl-home");
    client.sees(&["line 101"]);
}

#[test]
fn ctrl_home_goes_to_the_oldest_message_of_the_room_in_one_step() {
    let mut client = Client::new(Lang::En);
    client.screen(120, 30);
    client.hear(&welcome(9_000));
    client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{}],"more":true}}"#, page(8901..9001)));
    client.forget();
    client.press("ctrl-home ctrl-home");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"history","room":"lobby","after":0,"limit":100}"#]);
    client.sees(&["fetching the oldest messages", "line 9000"]);
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{}],"more":true}}"#, page(1..101)));
    client.sees(&["line 1 ", "line 20"]);
    client.sees_no(&["fetching", "older messages", "line 9000"]);
    // What lies between is fetched as the reader comes near.
    for _ in 0..2 {
        client.press("pgdn pgdn");
    }
    assert!(client.asked().concat().contains(r#""after":100"#));
    client.press("ctrl-end");
    client.sees(&["line 9000"]);
}

#[test]
fn esc_stops_the_way_to_the_oldest_message() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(9_000));
    client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{}],"more":true}}"#, page(8901..9001)));
    client.press("ctrl-home esc");
    client.sees_no(&["fetching"]);
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{}],"more":true}}"#, page(1..101)));
    client.sees(&["line 9000"]);
    client.press("ctrl-home");
    client.lose();
    client.press("ctrl-home");
    client.sees(&["not connected"]);
    client.sees_no(&["line 9000"]);
}

#[test]
fn a_gap_is_fetched() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "line 101");
    client.forget();
    client.hear(r#"{"type":"gap","room":"lobby","after":101,"before":150}"#);
    // Who came and went in between is asked for as well.
    assert_eq!(
        client.asked(),
        [
            r#"{"id":"r2","type":"who","room":"lobby"}"#,
            r#"{"id":"r3","type":"history","room":"lobby","before":150,"limit":100}"#
        ]
    );
    client.hear(
        r#"{"type":"ok","id":"r2","users":[{"uid":18,"name":"민수","style":{"color":2},"rooms":["lobby"]}]}"#,
    );
    assert_eq!(client.app.rooms().current().roster.len(), 1);
    client.hear_message(150, 18, "민수", "line 150");
    client.hear(&format!(r#"{{"type":"ok","id":"r3","events":[{}],"more":true}}"#, page(102..150)));
    client.sees(&["line 149", "line 150"]);
    client.sees_no(&["missing"]);
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn a_gap_while_the_first_page_is_under_way_is_fetched_after_it() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(68));
    client.hear(r#"{"type":"gap","room":"lobby","after":68,"before":79}"#);
    client.forget();
    client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{}],"more":true}}"#, page(60..69)));
    assert!(client.asked().concat().contains(r#""type":"history","room":"lobby","before":79"#));
    client.hear(&format!(r#"{{"type":"ok","id":"r3","events":[{}],"more":true}}"#, page(69..79)));
    client.sees(&["line 68", "line 69", "line 78"]);
    client.sees_no(&["missing"]);
}

#[test]
fn a_page_that_is_refused_is_not_asked_for_again_and_again() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "line 101");
    client.hear(r#"{"type":"gap","room":"lobby","after":101,"before":150}"#);
    client.forget();
    client.hear(r#"{"type":"error","id":"r3","code":"storage","message":""}"#);
    client.wait(60_000);
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn a_lost_connection_does_not_lose_the_wish_for_a_page() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(100));
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(100)));
    assert!(client.asked().concat().contains(r#""type":"history","room":"lobby","before":101"#));
}

#[test]
fn in_line_mode_every_event_is_printed_once_and_in_order() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.hear(&welcome(100));
    assert_eq!(client.asked().len(), 1, "what was before is not asked for");
    client.hear_message(101, 18, "민수", "hi");
    assert_eq!(client.asked(), ["told 101"]);
    client.hear(r#"{"type":"gap","room":"lobby","after":101,"before":105}"#);
    client.forget();
    client.hear_message(105, 18, "민수", "after the gap");
    assert_eq!(client.asked(), Vec::<String>::new());
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{}],"more":true}}"#, page(103..105)));
    let asked = client.asked();
    assert_eq!(asked, [r#"{"id":"r3","type":"history","room":"lobby","before":103,"limit":100}"#]);
    client.hear(&format!(r#"{{"type":"ok","id":"r3","events":[{}],"more":true}}"#, page(100..103)));
    assert_eq!(client.asked(), ["told 102", "told 103", "told 104", "told 105"]);
}
