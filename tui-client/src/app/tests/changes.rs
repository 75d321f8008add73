//! What a change calls for: a frame, a history page, a saved profile; and nothing where nothing changed.

use super::{Client, message};
use crate::effect::Effect;
use crate::event::{Event, FromLink};
use crate::lang::Lang;

impl Client {
    /// Whether a frame is wanted since the last time, and whether the profile was to be saved.
    fn changed(&mut self) -> (bool, bool) {
        let saved = self.effects.iter().any(|effect| matches!(effect, Effect::Save(_)));
        self.forget();
        (self.wants_frame(), saved)
    }
}

/// A client whose changes so far are done.
fn settled() -> Client {
    let mut client = Client::online(Lang::En);
    client.changed();
    client
}

#[test]
fn a_key_that_changes_nothing_wants_no_frame() {
    let mut client = settled();
    for key in ["f7", "left", "backspace", "ctrl-y", "alt-5", "esc"] {
        client.press(key);
        assert_eq!(client.changed(), (false, false), "{key}");
    }
}

#[test]
fn whatever_the_screen_shows_wants_a_frame_when_it_changes() {
    for keys in ["a", "f1", "ctrl-x", "ctrl-c", "alt-k", "/ h tab", "alt-up", "ctrl-r"] {
        let mut client = settled();
        client.hear_message(101, 18, "민수", "hi");
        client.changed();
        client.press(keys);
        assert!(client.changed().0, "{keys}");
    }
    let presence = r#"{"type":"presence","changes":[{"uid":18,"state":"away"}]}"#;
    for line in [&message("lobby", 101, 18, "민수", "hi"), presence] {
        let mut client = settled();
        client.hear(line);
        assert_eq!(client.changed(), (true, false), "{line}");
    }
    for event in [Event::Resize(60, 15), Event::Focus(false), Event::Link(FromLink::Lag(200))] {
        let mut client = settled();
        client.event(event.clone());
        assert_eq!(client.changed(), (true, false), "{event:?}");
    }
}

#[test]
fn what_must_survive_the_program_is_saved_when_it_changes() {
    let mut client = settled();
    client.enter("hi");
    assert_eq!(client.changed(), (true, true), "the outbox has one message more");
    client.hear(r#"{"type":"ok","id":"0000000000000007-000001","seq":101}"#);
    assert_eq!(client.changed(), (true, true), "and one less");
    client.hear(&message("@17:19", 102, 19, "cool-otter", "psst"));
    assert_eq!(client.changed(), (true, false));
    client.press("alt-2");
    assert_eq!(client.changed(), (true, true), "how far the room was read");
    let rename = super::happened("lobby", 103, 17, "kim", r#""kind":"rename","name":"park""#);
    client.hear(&rename);
    assert_eq!(client.changed(), (true, true), "our name");
}

#[test]
fn asking_for_a_history_page_wants_no_frame_of_its_own() {
    let mut client = Client::new(Lang::En);
    client.hear(&super::welcome(100));
    client.forget();
    assert!(client.wants_frame());
    client.event(Event::Tick);
    assert_eq!(client.changed(), (false, false));
}
