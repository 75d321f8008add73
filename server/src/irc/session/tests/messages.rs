//! Messages, both ways.

use serde_json::json;

use super::rig::{Rig, event, id, sender};

#[test]
fn what_one_says_comes_back_only_to_who_wants_that() {
    let say = r#""type":"say","room":"kitchen","text":"hi","nonce":"n00000001"}"#;
    let event = event(
        "kitchen",
        (10, 11),
        &sender(1, "ann"),
        &json!({"kind": "message", "text": "hi", "nonce": "n00000001"}),
    );
    let mut rig = Rig::in_kitchen("batch");
    let asked = rig.client("PRIVMSG #kitchen hi");
    assert!(asked[0].ends_with(say), "{asked:?}");
    assert!(rig.server(&event).is_empty());
    assert!(rig.server(&json!({"type": "ok", "id": id(&asked[0]), "seq": 11})).is_empty());
    let mut rig = Rig::in_kitchen("echo-message message-tags labeled-response account-tag");
    let asked = rig.client("@label=x PRIVMSG #kitchen hi");
    assert!(rig.server(&json!({"type": "ok", "id": id(&asked[0]), "seq": 11})).is_empty());
    assert_eq!(
        rig.server(&event),
        ["@time=2025-11-20T09:20:01.000Z;account=u1;msgid=s11;label=x :ann!u1@chinwag PRIVMSG #kitchen hi"]
    );
    let mut other = Rig::in_kitchen("batch");
    assert_eq!(other.server(&event), [":ann!u1@chinwag PRIVMSG #kitchen hi"], "of another connection");
}

#[test]
fn a_message_that_is_sent_again_with_its_nonce_is_the_one_that_was_said() {
    let mut rig = Rig::in_kitchen("echo-message message-tags");
    let asked = rig.client("@+nonce=mine PRIVMSG #kitchen :\u{1}ACTION waves\u{1}");
    assert!(asked[0].ends_with(r#""text":"waves","nonce":"mine","action":true}"#), "{asked:?}");
    let echoed = rig.server(&json!({"type": "ok", "id": id(&asked[0]), "seq": 7}));
    assert_eq!(echoed.len(), 1);
    assert!(echoed[0].contains("msgid=s7") && echoed[0].ends_with(":\u{1}ACTION waves\u{1}"), "{echoed:?}");
}

#[test]
fn a_direct_message_goes_to_a_nick_whether_it_is_here_or_not() {
    let mut rig = Rig::ann("batch");
    let asked = rig.client("PRIVMSG BEN :psst");
    assert!(asked[0].contains(r#""type":"direct","uid":2,"text":"psst""#), "{asked:?}");
    rig.server(&json!({"type": "ok", "id": id(&asked[0]), "seq": 11, "room": "@1:2", "absent": {"since": 1, "why": "lunch"}}));
    let who = rig.client("PRIVMSG zoe :hello");
    assert!(who[0].contains(r#""type":"who","name":"zoe""#), "{who:?}");
    let zoe = json!({"uid": 9, "name": "zoe", "style": {"color": 6}, "away": true, "rooms": ["lobby"]});
    let direct = rig.server(&json!({"type": "ok", "id": id(&who[0]), "users": [zoe]}));
    assert!(direct[0].contains(r#""type":"direct","uid":9,"text":"hello""#), "{direct:?}");
    let who = rig.client("PRIVMSG nobody :hello");
    assert_eq!(
        rig.server(&json!({"type": "error", "id": id(&who[0]), "code": "no_such_user", "message": "nobody"})),
        [":irc.chinwag 401 ann nobody :No such nick/channel"]
    );
    let said =
        event("@1:2", (11, 12), &sender(2, "ben"), &json!({"kind": "message", "text": "a\nb", "nonce": "x"}));
    rig.server(&event(
        "@1:2",
        (0, 11),
        &sender(1, "ann"),
        &json!({"kind": "message", "text": "psst", "nonce": "n00000001"}),
    ));
    assert_eq!(rig.server(&said), [":ben!u2@chinwag PRIVMSG ann a", ":ben!u2@chinwag PRIVMSG ann b"]);
}

#[test]
fn a_ping_is_answered_after_what_was_said_before_it() {
    let mut rig = Rig::in_kitchen("batch");
    let said = rig.client("PRIVMSG #kitchen hi");
    assert!(rig.client("PING :x y").is_empty());
    assert!(!rig.0.wants_input());
    let muted = json!({"type": "error", "id": id(&said[0]), "code": "muted", "message": "you may not speak"});
    let out = rig.server(&muted);
    assert_eq!(out[1], ":irc.chinwag 404 ann #kitchen :you may not speak");
    assert_eq!(rig.server(&json!({"type": "ok", "id": id(&out[0])})), [":irc.chinwag PONG irc.chinwag :x y"]);
}
