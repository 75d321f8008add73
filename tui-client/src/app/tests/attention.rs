//! Notices for somebody who does not look, and what is chosen about them.

use super::{Client, lobby, message, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::event::{Event, FromLink};
use crate::lang::Lang;
use crate::profile::NotifyOn;

/// A client whose terminal says that it has lost the focus.
fn elsewhere(lang: Lang) -> Client {
    let mut client = Client::online(lang);
    client.event(Event::Focus(false));
    client.forget();
    client
}

/// The notices since this was asked last.
fn notices(client: &mut Client) -> Vec<String> {
    client.asked().into_iter().filter(|asked| asked.starts_with("notify")).collect()
}

#[test]
fn a_call_and_a_direct_message_give_a_notice_to_whoever_looks_elsewhere() {
    let mut client = elsewhere(Lang::En);
    client.hear_message(101, 18, "민수", "good morning");
    assert_eq!(notices(&mut client), Vec::<String>::new());
    client.hear_message(102, 18, "민수", "kim:\n  are you there?");
    assert_eq!(notices(&mut client), ["notify 민수 · lobby: kim: are you there?"]);
    client.wait(60_000);
    client.hear(&message("@17:18", 1, 18, "민수", "psst"));
    assert_eq!(notices(&mut client), ["notify 민수: psst"]);
}

#[test]
fn a_burst_gives_one_notice() {
    let mut client = elsewhere(Lang::En);
    for seq in 101..120 {
        client.hear_message(seq, 18, "민수", "kim!");
        client.wait(500);
    }
    assert_eq!(notices(&mut client).len(), 1);
    client.event(Event::Focus(true));
    client.event(Event::Focus(false));
    client.hear_message(120, 18, "민수", "kim?");
    assert_eq!(notices(&mut client), ["notify 민수 · lobby: kim?"], "who was here has seen the others");
}

#[test]
fn nothing_that_is_seen_said_by_oneself_or_replayed_gives_a_notice() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Focus(true));
    client.wait(3_600_000);
    client.forget();
    client.hear_message(101, 18, "민수", "kim, look");
    client.event(Event::Focus(false));
    client.hear(&message("lobby", 102, 17, "kim", "kim is me"));
    client.lose();
    client.event(Event::Tick);
    client.enter("/reconnect");
    client.event(Event::Focus(false));
    client.forget();
    client.hear(&welcome_back(&lobby(104)));
    client.hear_message(103, 18, "민수", "kim, missed");
    client.hear_message(104, 18, "민수", "kim, missed too");
    client.hear(r#"{"type":"resumed","rooms":{"lobby":104}}"#);
    assert_eq!(notices(&mut client), Vec::<String>::new());
    client.hear_message(105, 18, "민수", "kim, live");
    assert_eq!(notices(&mut client), ["notify 민수 · lobby: kim, live"]);
}

#[test]
fn without_reports_of_the_focus_whoever_typed_lately_is_there() {
    let mut client = Client::online(Lang::En);
    client.press("a");
    client.wait(59_000);
    client.forget();
    client.hear_message(101, 18, "민수", "kim?");
    assert_eq!(notices(&mut client), Vec::<String>::new());
    client.wait(1_000);
    client.forget();
    client.hear_message(102, 18, "민수", "kim??");
    assert_eq!(notices(&mut client), ["notify 민수 · lobby: kim??"]);
    // A terminal that would say so has the focus until it does.
    client.event(Event::ReportsFocus);
    client.wait(3_600_000);
    client.forget();
    client.hear_message(103, 18, "민수", "kim???");
    assert_eq!(notices(&mut client), Vec::<String>::new());
}

#[test]
fn what_gives_a_notice_is_chosen_for_each_room_and_kept() {
    let mut client = Client::online(Lang::En);
    client.enter("/notify all");
    client.sees(&["notices of lobby: every message"]);
    client.event(Event::Focus(false));
    client.forget();
    client.hear_message(101, 18, "민수", "good morning");
    assert_eq!(notices(&mut client), ["notify 민수 · lobby: good morning"]);
    client.enter("/알림 없음");
    assert_eq!(client.saved().unwrap().attention.of(&"lobby".parse().unwrap()), NotifyOn::Nothing);
    client.wait(60_000);
    client.forget();
    client.hear_message(102, 18, "민수", "kim!");
    assert_eq!(notices(&mut client), Vec::<String>::new());
    assert_eq!(client.app.rooms().current().mentions, 1, "it is counted all the same");
    client.enter("/notify everything");
    client.sees(&["write it as /notify [WHAT] — notices of this room: all, mentions, nothing"]);
}

#[test]
fn own_words_call_are_counted_marked_and_found() {
    let mut client = Client::online(Lang::En);
    client.enter("/highlight add 배포");
    client.sees(&["you are called by your name and by: 배포"]);
    client.event(Event::Focus(false));
    client.forget();
    client.hear_message(101, 18, "민수", "배포가 끝났어요");
    client.hear_message(102, 18, "민수", "재배포 중");
    assert_eq!(notices(&mut client), ["notify 민수 · lobby: 배포가 끝났어요"]);
    assert_eq!(client.app.rooms().current().mentions, 1);
    client.sees(&["민수 @ 배포가"]);
    client.press("alt-p");
    let selected = client.app.rooms().current().timeline.selected().and_then(|entry| entry.text());
    assert_eq!(selected, Some("배포가 끝났어요"));
    client.press("esc");
    client.enter("/highlight remove 배포");
    client.enter("/highlight remove 배포");
    client.sees(&["배포 is not one of your words"]);
}

#[test]
fn do_not_disturb_gives_no_notice_is_shown_and_kept() {
    for (lang, status) in [(Lang::En, "● online · notices off"), (Lang::Ko, "· 알림 꺼짐")] {
        let mut client = elsewhere(lang);
        client.enter("/dnd");
        client.press("esc");
        client.sees(&[status]);
        assert!(client.saved().unwrap().attention.dnd);
        client.wait(60_000);
        client.event(Event::Focus(false));
        client.forget();
        client.hear_message(101, 18, "민수", "kim!");
        assert_eq!(notices(&mut client), Vec::<String>::new());
        let profile = client.saved().cloned();
        client.enter("/dnd off");
        client.sees_no(&[status]);
        assert!(profile.is_none_or(|profile| profile.attention.dnd));
    }
}

#[test]
fn the_title_says_what_calls_us_before_what_is_unread() {
    let mut client = elsewhere(Lang::En);
    client.hear_message(101, 18, "민수", "good morning");
    client.hear_message(102, 18, "민수", "kim?");
    client.hear_message(103, 18, "민수", "kim!");
    assert_eq!(client.titles(), ["(1) lobby · chinwag", "(!1) lobby · chinwag", "(!2) lobby · chinwag"]);
}

#[test]
fn a_person_at_lines_has_notices_too() {
    let mut client = Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: true });
    client.hear(&super::welcome(100));
    client.wait(60_000);
    client.forget();
    client.event(Event::Link(FromLink::Lag(1)));
    client.hear_message(101, 18, "민수", "kim?");
    assert_eq!(notices(&mut client), ["notify 민수 · lobby: kim?"]);
}
