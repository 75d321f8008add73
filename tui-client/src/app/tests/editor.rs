//! What becomes of a draft that was written in the person's own editor.

use shared::RoomName;

use super::Client;
use crate::effect::Effect;
use crate::event::{EditorFailure, Event, Written};
use crate::lang::Lang;

fn hint(client: &Client) -> &str {
    client.app.screen().hint().map_or("", |hint| &hint.text)
}

impl Client {
    fn writes(&mut self, room: &str, text: &str) {
        let room = RoomName::parse(room).unwrap();
        let written = Ok(Written { text: text.into(), is_utf8: true });
        self.event(Event::DraftWritten { room, written });
    }
}

#[test]
fn the_editor_is_asked_for_by_key_and_by_command() {
    for keys in ["alt-e", "ctrl-x ctrl-e"] {
        let mut client = Client::online(Lang::En);
        client.write("hi");
        client.press(keys);
        assert!(client.effects.contains(&Effect::EditDraft), "{keys}");
        assert_eq!(client.app.draft().1, "hi");
    }
    let mut client = Client::online(Lang::Ko);
    client.enter("/편집기 긴 글의 시작");
    assert!(client.effects.contains(&Effect::EditDraft));
    assert_eq!(client.app.draft(), (&RoomName::lobby(), "긴 글의 시작"));
}

#[test]
fn what_was_written_is_the_draft_in_one_step_and_is_not_sent() {
    let mut client = Client::online(Lang::En);
    client.write("hi");
    client.forget();
    client.writes("lobby", "one\ttab\n\x1b[31mtwo\u{202e}");
    assert_eq!(client.app.draft().1, "one    tab\ntwo");
    assert!(!client.effects.iter().any(|effect| matches!(effect, Effect::Send(_))));
    client.press("ctrl-_");
    assert_eq!(client.app.draft().1, "hi");
    client.writes("lobby", "");
    assert_eq!(client.app.draft().1, "");
}

#[test]
fn what_is_too_long_or_failed_is_told_and_stays_in_the_draft() {
    let mut client = Client::online(Lang::En);
    let long = "x".repeat(5_000);
    client.writes("lobby", &long);
    assert_eq!(client.app.draft().1, long);
    assert_eq!(hint(&client), "too long for one message: 5000 / 4096 bytes, 904 over");
    let room = RoomName::lobby;
    client.event(Event::DraftWritten {
        room: room(),
        written: Err(EditorFailure::Failed("vi".into(), "exit status: 1".into())),
    });
    assert_eq!(client.app.draft().1, long);
    assert_eq!(hint(&client), "the draft is as it was: vi ended with exit status: 1");
    let written = Ok(Written { text: "caf\u{fffd}".into(), is_utf8: false });
    client.event(Event::DraftWritten { room: room(), written });
    assert_eq!(
        (client.app.draft().1, hint(&client)),
        ("caf\u{fffd}", "some of it is not UTF-8: \u{fffd} stands for it")
    );
}

#[test]
fn what_was_written_for_a_room_that_is_not_shown_any_more_is_its_draft() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    client.hear(r#"{"type":"ok","id":"r2","room":"kitchen","state":{"name":"kitchen","topic":"","head":0,"members":[]}}"#);
    client.press("alt-1");
    client.writes("kitchen", "for the kitchen");
    assert_eq!(client.app.draft().1, "", "it is another room");
    assert_eq!(hint(&client), "what you wrote is the draft in kitchen");
    client.press("alt-2");
    assert_eq!(client.app.draft().1, "for the kitchen");
    // We were taken out of a room: its draft is there when we are again.
    client.writes("attic", "for the attic");
    assert_eq!(hint(&client), "what you wrote is the draft in attic");
    assert!(
        client
            .saved()
            .unwrap()
            .drafts
            .iter()
            .any(|(room, text)| room.as_str() == "attic" && text == "for the attic")
    );
}
