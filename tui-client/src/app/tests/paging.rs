//! What happened before: fetched when it is wanted, and only then.

use super::{Client, lobby, message, welcome, welcome_back};
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
    client.press("ctrl-home");
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
fn a_gap_is_fetched() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "line 101");
    client.forget();
    client.hear(r#"{"type":"gap","room":"lobby","after":101,"before":150}"#);
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"history","room":"lobby","before":150,"limit":100}"#]);
    client.hear_message(150, 18, "민수", "line 150");
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{}],"more":true}}"#, page(102..150)));
    client.sees(&["line 149", "line 150"]);
    client.sees_no(&["missing"]);
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn a_page_that_is_refused_is_not_asked_for_again_and_again() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "line 101");
    client.hear(r#"{"type":"gap","room":"lobby","after":101,"before":150}"#);
    client.forget();
    client.hear(r#"{"type":"error","id":"r2","code":"storage","message":""}"#);
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
