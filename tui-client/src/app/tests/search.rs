//! The search in everything said: when it asks, what it makes of answers, where it leads.

use super::{Client, lobby, message, welcome, welcome_back};
use crate::app::popup::Popup;
use crate::app::popup::search::Search;
use crate::event::Event;
use crate::lang::Lang;

const NONE: [&str; 0] = [];

/// A client with the search open and something typed into it.
fn searching(words: &str) -> Client {
    let mut client = Client::online(Lang::En);
    client.press("ctrl-f");
    client.write(words);
    client
}

/// An answer with messages of these seqs, oldest first, in the lobby.
fn found(id: &str, seqs: impl IntoIterator<Item = u64>, more: bool) -> String {
    let events: Vec<_> =
        seqs.into_iter().map(|seq| message("lobby", seq, 18, "민수", &format!("tea {seq}."))).collect();
    format!(r#"{{"type":"ok","id":"{id}","events":[{}],"more":{more}}}"#, events.join(","))
}

fn open(client: &Client) -> &Search {
    match client.app.screen().popups() {
        [Popup::Search(search)] => search,
        popups => panic!("{popups:?}"),
    }
}

fn seqs(client: &Client) -> Vec<u64> {
    open(client).found.iter().map(|event| event.seq.get()).collect()
}

#[test]
fn it_asks_when_typing_has_stopped() {
    let mut client = searching("te");
    client.wait(299);
    client.write("a");
    client.wait(299);
    assert_eq!(client.asked(), NONE);
    assert_eq!(client.app.deadline(), Some(client.now + 1));
    client.wait(1);
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"search","query":"tea","limit":50}"#]);
    assert_eq!(client.app.deadline(), None);
    client.wait(5_000);
    assert_eq!(client.asked(), NONE);
}

#[test]
fn enter_asks_at_once_and_once() {
    let mut client = searching("tea");
    client.press("enter enter");
    client.wait(300);
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"search","query":"tea","limit":50}"#]);
}

#[test]
fn no_key_and_no_time_asks_for_nothing() {
    let mut client = searching("  \"\" ");
    client.press("enter down tab");
    client.wait(1_000);
    assert_eq!((client.asked(), client.app.deadline()), (vec![], None));
    client.sees(&["Type words"]);
}

#[test]
fn the_command_searches_too() {
    for command in ["/search tea 차", "/찾기 tea 차", "/검색 tea 차"] {
        let mut client = Client::online(Lang::Ko);
        client.enter(command);
        assert_eq!(client.asked(), [r#"{"id":"r2","type":"search","query":"tea 차","limit":50}"#]);
        client.sees(&["모든 방", "› tea 차", "검색 중"]);
    }
}

#[test]
fn results_stand_newest_first_with_their_words_emphasised() {
    let mut client = searching("TEA");
    client.press("enter");
    client.hear(&found("r2", [40, 50], false));
    assert_eq!(seqs(&client), [50, 40]);
    client.sees(&["2 found", "›2026-11-21 09:30  lobby  민수: tea 50."]);
    let (buffer, _) = client.draw(120, 40);
    let row = (0..120).map(|x| &buffer[(x, 4)]);
    let marked: String = row
        .filter(|cell| cell.modifier.contains(ratatui::style::Modifier::UNDERLINED))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(marked, "tea");
}

#[test]
fn nothing_found_is_said() {
    let mut client = searching("tea");
    client.press("enter");
    client.sees(&["searching"]);
    client.hear(&found("r2", [], false));
    client.sees(&["nothing found"]);
    client.press("enter");
    assert_eq!(client.asked().len(), 2, "enter looks again");
}

#[test]
fn the_end_of_the_list_fetches_the_next_page_once() {
    let mut client = searching("tea");
    client.press("enter");
    client.hear(&found("r2", [40, 50], true));
    client.sees(&["2+ found"]);
    client.forget();
    client.press("down down");
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"search","query":"tea","before":40,"limit":50}"#]);
    client.hear(&found("r3", [20, 30], false));
    assert_eq!((seqs(&client), open(&client).at), (vec![50, 40, 30, 20], 1));
    client.press("pgdn down");
    assert_eq!((client.asked(), open(&client).at), (vec![], 3));
    client.press("pgup");
    assert_eq!(open(&client).at, 0);
}

#[test]
fn a_late_answer_to_an_older_query_is_ignored() {
    let mut client = searching("te");
    client.press("enter");
    client.write("a");
    client.hear(&found("r2", [40], false));
    assert_eq!(seqs(&client), [0; 0]);
    client.wait(300);
    client.hear(&found("r3", [50], false));
    client.hear(&found("r2", [40], false));
    assert_eq!(seqs(&client), [50]);
}

#[test]
fn an_answer_to_a_search_that_was_closed_is_ignored() {
    let mut client = searching("tea");
    client.press("enter esc ctrl-f");
    client.hear(&found("r2", [40], false));
    assert_eq!(seqs(&client), [0; 0]);
}

#[test]
fn tab_searches_this_room_only() {
    let mut client = searching("tea");
    client.press("enter tab");
    client.sees(&["only lobby"]);
    client.press("tab");
    client.sees(&["all rooms"]);
    assert_eq!(
        client.asked(),
        [
            r#"{"id":"r2","type":"search","query":"tea","limit":50}"#,
            r#"{"id":"r3","type":"search","query":"tea","room":"lobby","limit":50}"#,
            r#"{"id":"r4","type":"search","query":"tea","limit":50}"#,
        ]
    );
}

#[test]
fn a_refusal_is_said_and_enter_tries_again() {
    let mut client = searching("tea");
    client.press("enter");
    client.hear(r#"{"type":"error","id":"r2","code":"rate_limited","message":"","retry_ms":900}"#);
    client.sees(&[Lang::En.refusal_reason(shared::Code::RateLimited), "Enter tries again"]);
    client.forget();
    client.press("enter");
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"search","query":"tea","limit":50}"#]);
}

#[test]
fn a_refused_page_leaves_what_was_found() {
    let mut client = searching("tea");
    client.press("enter");
    client.hear(&found("r2", [40, 50], true));
    client.press("down");
    client.hear(r#"{"type":"error","id":"r3","code":"rate_limited","message":""}"#);
    client.sees(&["tea 40", Lang::En.refusal_reason(shared::Code::RateLimited)]);
    client.forget();
    client.press("down");
    assert_eq!(client.asked(), [r#"{"id":"r4","type":"search","query":"tea","before":40,"limit":50}"#]);
}

#[test]
fn a_search_that_nobody_is_asked_for_is_drawn() {
    let mut client = searching(&"tea ".repeat(100));
    client.wants_frame();
    client.wait(300);
    assert_eq!((client.asked(), client.wants_frame()), (vec![], true));
}

#[test]
fn a_query_that_is_too_long_is_refused_here() {
    let mut client = Client::online(Lang::En);
    client.press("ctrl-f");
    client.event(Event::Paste("차".repeat(200)));
    client.press("enter");
    assert_eq!(client.asked(), NONE);
    client.sees(&["Enter tries again"]);
}

#[test]
fn without_a_connection_it_says_so_and_searches_when_there_is_one() {
    let mut client = searching("tea");
    client.press("enter");
    client.lose();
    client.sees(&["it searches when there is one again"]);
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(100)));
    assert!(client.asked().concat().contains(r#""type":"search","query":"tea""#));
}

#[test]
fn what_was_found_stays_in_sight_without_a_connection() {
    let mut client = searching("tea");
    client.press("enter");
    client.hear(&found("r2", [40], false));
    client.lose();
    client.write("s");
    client.sees(&["tea 40.", Lang::En.offline()]);
    assert_ne!(client.app.deadline(), Some(client.now + 300), "nothing to wake up for");
}

#[test]
fn esc_leaves_everything_as_it_was() {
    let mut client = Client::online(Lang::En);
    for seq in 101..160 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}"));
    }
    client.write("half a thought");
    client.press("pgup");
    let before = client.screen(80, 24);
    client.press("alt-s");
    client.write("tea");
    client.press("enter");
    client.hear(&found("r2", [40], false));
    client.press("down esc");
    assert_eq!(client.screen(80, 24), before);
    assert_eq!(client.app.composer().text(), "half a thought");
}

#[test]
fn enter_shows_a_message_that_is_here() {
    let mut client = Client::online(Lang::En);
    client.screen(80, 24);
    for seq in 101..200 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}"));
    }
    client.press("ctrl-f");
    client.write("line");
    client.press("enter");
    client.hear(&found("r2", [120], false));
    client.forget();
    client.press("enter");
    assert_eq!(client.asked(), NONE);
    assert!(client.app.screen().popups().is_empty());
    let timeline = &client.app.rooms().current().timeline;
    assert_eq!(timeline.selected().and_then(crate::app::timeline::Entry::seq).unwrap().get(), 120);
    assert!(client.screen(80, 24).contains("line 120"));
}

#[test]
fn enter_fetches_what_is_around_a_message_in_its_room() {
    let mut client = Client::online(Lang::En);
    client.screen(80, 24);
    client.hear(&welcome_back(&format!(r#"{},{{"name":"dev","head":900}}"#, lobby(100))));
    client.press("ctrl-f");
    client.write("tea");
    client.press("enter");
    let dev = |seqs: std::ops::RangeInclusive<u64>| {
        seqs.map(|seq| message("dev", seq, 18, "민수", &format!("tea {seq}."))).collect::<Vec<_>>().join(",")
    };
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{}],"more":false}}"#, dev(300..=300)));
    client.forget();
    client.press("enter");
    assert_eq!(client.app.rooms().current().name.as_str(), "dev");
    assert_eq!(
        client.asked(),
        [
            r#"{"id":"r3","type":"history","room":"dev","around":300,"limit":100}"#,
            r#"{"id":"r4","type":"history","room":"dev","before":901,"limit":100}"#,
        ]
    );
    client.hear(&format!(r#"{{"type":"ok","id":"r4","events":[{}],"more":true}}"#, dev(801..=900)));
    client.hear(&format!(r#"{{"type":"ok","id":"r3","events":[{}],"more":true}}"#, dev(250..=349)));
    let screen = client.screen(80, 24);
    assert!(
        screen.contains("tea 299.") && screen.contains("tea 300.") && screen.contains("tea 301."),
        "{screen}"
    );
    let timeline = &client.app.rooms().current().timeline;
    assert_eq!(timeline.selected().and_then(crate::app::timeline::Entry::seq).unwrap().get(), 300);
    // What follows is fetched as the reader comes near it, and not all of it up to the newest.
    assert_eq!(client.asked(), [r#"{"id":"r5","type":"history","room":"dev","after":349,"limit":100}"#]);
    client.hear(&format!(r#"{{"type":"ok","id":"r5","events":[{}],"more":true}}"#, dev(350..=449)));
    assert_eq!(client.asked(), NONE);
    client.press("esc pgdn pgdn pgdn pgdn pgdn pgdn");
    assert_eq!(client.asked(), [r#"{"id":"r6","type":"history","room":"dev","after":449,"limit":100}"#]);
    client.press("ctrl-end");
    client.sees(&["tea 900."]);
}

#[test]
fn a_message_that_is_gone_is_said_to_be() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(500));
    client.press("ctrl-f");
    client.write("tea");
    client.press("enter");
    client.hear(&found("r2", [40], false));
    client.press("enter");
    client.hear(r#"{"type":"ok","id":"r3","events":[],"more":false}"#);
    client.sees(&["not there any more"]);
}

#[test]
fn the_caret_stands_after_what_is_typed_with_nothing_to_its_right() {
    let mut client = searching("차 마실래");
    let (buffer, caret) = client.draw(60, 15);
    let caret = caret.unwrap();
    assert_eq!((caret.x, caret.y), (12, 1));
    assert!((caret.x..60).all(|x| buffer[(x, 1)].symbol() == " "));
    client.press("left");
    assert_eq!(client.draw(60, 15).1.unwrap().x, 10);
}

#[test]
fn the_query_is_edited_like_a_draft() {
    let mut client = searching("one two");
    client.press("ctrl-w ctrl-a ctrl-k ctrl-y ctrl-j");
    assert_eq!(open(&client).query.text(), "one ");
    assert_eq!(client.app.composer().text(), "");
}

#[test]
fn every_size_can_be_drawn() {
    let mut client = searching("tea");
    client.press("enter");
    client.hear(&found("r2", 1..60, true));
    for (columns, rows) in (0..30).flat_map(|x| (0..16).map(move |y| (x, y))).chain([(60, 15), (200, 60)]) {
        let (_, caret) = client.draw(columns, rows);
        assert!(caret.is_none_or(|at| at.x < columns && at.y < rows));
    }
    assert!(client.screen(20, 5).contains("tea 59."), "{}", client.screen(20, 5));
}

/// The server stops a search that takes too long, and says where.
#[test]
fn a_search_that_the_server_stopped_goes_on_by_itself_until_something_is_found() {
    let stopped = |id: &str, before: u64| {
        format!(r#"{{"type":"ok","id":"{id}","events":[],"more":true,"before":{before}}}"#)
    };
    let mut client = searching("😂");
    client.press("enter");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"search","query":"😂","limit":50}"#]);
    client.hear(&stopped("r2", 700));
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"search","query":"😂","before":700,"limit":50}"#]);
    client.hear(&found("r3", [400, 500], true).replace(r#""more":true"#, r#""more":true,"before":300"#));
    assert_eq!((client.asked(), seqs(&client)), (vec![], vec![500, 400]));
    client.press("down down");
    assert_eq!(client.asked(), [r#"{"id":"r4","type":"search","query":"😂","before":300,"limit":50}"#]);
    // One that gets nowhere is not asked over and over.
    client.hear(&stopped("r4", 300));
    client.press("pgdn");
    assert_eq!(client.asked(), NONE);
}
