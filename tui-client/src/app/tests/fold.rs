//! Long messages on the screen: folded, unfolded by key, by Enter and by a click, searched and copied whole.

use super::Client;
use crate::app::timeline::Entry;
use crate::event::Event;
use crate::lang::Lang;

fn lines(count: usize) -> String {
    (1..=count).map(|n| format!("line-{n}")).collect::<Vec<_>>().join("\n")
}

/// Somebody has said forty lines.
fn long_talk(lang: Lang) -> Client {
    let mut client = Client::online(lang);
    client.screen(80, 40);
    client.hear_message(101, 18, "민수", &lines(40));
    client
}

#[test]
fn a_long_message_is_unfolded_by_its_key_and_by_enter() {
    let mut client = long_talk(Lang::En);
    client.sees(&["line-1", "line-12", "… 28 more rows (f unfolds)"]);
    client.sees_no(&["line-13"]);
    client.press("alt-up");
    client.sees(&["f unfold"]);
    client.press("f");
    client.sees(&["line-13", "f fold"]);
    client.sees_no(&["more rows"]);
    client.press("enter");
    client.sees(&["… 28 more rows", "f unfold"]);
    client.press("enter esc");
    client.sees_no(&["more rows"]);
    assert!(client.asked().is_empty(), "nothing is sent");
    let mut client = long_talk(Lang::Ko);
    client.sees(&["… 28줄 더 있음 (f 펼치기)"]);
    client.press("alt-up");
    client.sees(&["f 펼치기"]);
}

#[test]
fn a_draft_is_sent_also_while_a_long_message_is_picked() {
    let mut client = long_talk(Lang::En);
    client.write("tea?");
    client.press("alt-up");
    client.forget();
    client.press("enter");
    assert!(client.asked().iter().any(|line| line.contains("tea?")));
    client.sees(&["more rows"]);
}

#[test]
fn copying_takes_all_of_it() {
    let mut client = long_talk(Lang::En);
    client.press("alt-up y");
    let copied = client.asked().into_iter().find(|line| line.starts_with("copy")).unwrap();
    assert!(copied.contains("line-1\n") && copied.ends_with("line-40"), "{copied}");
}

#[test]
fn a_click_on_the_last_line_of_a_folded_message_unfolds_it() {
    let mut client = long_talk(Lang::En);
    let screen = client.screen(80, 60);
    let row = screen.lines().position(|line| line.contains("more rows")).unwrap();
    client.event(Event::Click { column: 40, row: u16::try_from(row).unwrap() });
    let screen = client.screen(80, 60);
    assert!(screen.contains("line-40") && !screen.contains("more rows"), "{screen}");
}

#[test]
fn a_mention_that_is_folded_away_is_shown() {
    let mut client = long_talk(Lang::En);
    client.hear_message(102, 18, "민수", &format!("{}\n@kim are you there?", lines(30)));
    client.hear_message(103, 18, "민수", "ok");
    assert!(!client.screen(80, 24).contains("@kim are"));
    client.press("alt-p");
    let screen = client.screen(80, 24);
    assert!(screen.contains("@kim are you there?"), "{screen}");
    assert_eq!(client.app.rooms().current().timeline.selected().and_then(Entry::seq).unwrap().get(), 102);
}

#[test]
fn the_settings_say_how_many_rows_and_by_which_key() {
    let mut client = long_talk(Lang::En);
    client.enter("/set fold-rows 5");
    client.sees(&["… 35 more rows (f unfolds)"]);
    client.enter("/set keys.fold z");
    client.sees(&["… 35 more rows (z unfolds)"]);
    client.press("alt-up");
    client.sees(&["z unfold", "r answer"]);
    client.press("z");
    client.sees(&["z fold"]);
    client.press("esc");
    client.enter("/set keys.answer w");
    client.press("alt-up");
    client.sees(&["w answer"]);
    client.press("esc");
    client.enter("/set fold-rows 0");
    client.sees_no(&["more rows"]);
}
