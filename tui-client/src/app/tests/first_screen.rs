//! The first screen: a calm block while nobody has said anything.

use super::{Client, happened, lobby, welcome};
use crate::lang::Lang;
use crate::ui::theme::Theme;

/// A client in a lobby where nothing happened but its own join.
fn alone(lang: Lang) -> Client {
    let mut client = Client::new(lang);
    let alone = lobby(0).replace(r#",{"uid":18,"name":"민수","style":{"color":2}}"#, "");
    let alone = alone.replace(
        r#",{"uid":19,"name":"cool-otter","style":{"color":3,"underline":true},"role":"admin"}"#,
        "",
    );
    client.hear(&welcome(0).replace(&lobby(0), &alone));
    client.hear(&happened("lobby", 1, 17, "kim", r#""kind":"join""#));
    client
}

#[test]
fn an_empty_room_says_what_this_is_and_goes_when_somebody_speaks() {
    let mut client = alone(Lang::En);
    client.sees(&[
        "You are kim, and nobody else is here yet.",
        "Others on this machine join with: chinwag",
        "F1 help · /nick NAME another name · /quit leaves",
    ]);
    client.sees_no(&["new messages"]);
    assert_eq!(client.screen(120, 30).matches("is connected").count(), 1, "in passing, in the status line");
    client.hear_message(2, 18, "민수", "hello");
    client.sees(&["hello"]);
    client.sees_no(&["nobody else is here", "/nick NAME"]);
}

#[test]
fn nothing_on_it_is_red() {
    let mut client = alone(Lang::En);
    let red = Theme::ansi().warning.fg.unwrap();
    assert!(client.draw(120, 40).0.content.iter().all(|cell| cell.fg != red));
}

#[test]
fn every_size_shows_the_keys_whole_or_as_much_as_fits() {
    for lang in [Lang::En, Lang::Ko] {
        for (columns, rows) in [(120, 40), (80, 24), (60, 15), (40, 12)] {
            let screen = alone(lang).screen(columns, rows);
            assert!(screen.contains("F1"), "{screen}");
            assert!(!screen.contains('…'), "{screen}");
        }
    }
}

#[test]
fn a_room_whose_past_is_not_known_yet_is_not_called_empty() {
    let mut client = Client::new(Lang::En);
    client.hear(&welcome(100));
    client.sees_no(&["Others on this machine"]);
}

#[test]
fn other_rooms_and_direct_ones_have_their_own_words() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg 민수");
    client.sees(&["Only you and 민수 read what is said here."]);
    client.press("alt-1");
    client.enter("/join dev");
    client.hear(r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","head":0,"members":[]}}"#);
    client.sees(&["Others come in with /join dev"]);
    client.enter("/join den");
    client.sees_no(&["Others come in"]);
    let settings = r#"{"owner":17,"private":true}"#;
    client.hear(&format!(
        r#"{{"type":"ok","id":"r3","room":"den","state":{{"name":"den","head":0,"settings":{settings},"members":[]}}}}"#
    ));
    client.sees(&["Others come in once you /invite NAME them"]);
    client.enter("/join spy");
    let settings = r#"{"owner":17,"private":true,"word":true}"#;
    client.hear(&format!(
        r#"{{"type":"ok","id":"r4","room":"spy","state":{{"name":"spy","head":0,"settings":{settings},"members":[]}}}}"#
    ));
    client.sees(&["Others come in with /join spy WORD, or once"]);
}
