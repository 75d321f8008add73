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
        ["@time=2025-11-20T09:20:01.000Z;account=u1;msgid=s11;label=x :ann!u1@chinwag PRIVMSG #kitchen :hi"]
    );
    let mut other = Rig::in_kitchen("batch");
    assert_eq!(other.server(&event), [":ann!u1@chinwag PRIVMSG #kitchen :hi"], "of another connection");
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
        [":irc.chinwag 401 ann nobody :No such nick; /who * shows who is here"]
    );
    let said =
        event("@1:2", (11, 12), &sender(2, "ben"), &json!({"kind": "message", "text": "a\nb", "nonce": "x"}));
    rig.server(&event(
        "@1:2",
        (0, 11),
        &sender(1, "ann"),
        &json!({"kind": "message", "text": "psst", "nonce": "n00000001"}),
    ));
    assert_eq!(rig.server(&said), [":ben!u2@chinwag PRIVMSG ann :a", ":ben!u2@chinwag PRIVMSG ann :b"]);
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

#[test]
fn who_comes_back_is_shown_what_was_said_meanwhile_unless_they_ask_for_it_themselves() {
    let mut rig = Rig::new();
    for line in ["NICK ann", "USER a 0 * :Ann"] {
        rig.client(line);
    }
    let [lobby, direct] = ["lobby", "@1:2"].map(|name| shared::RoomName::parse(name).unwrap());
    let at = |seq| shared::Seq::new(seq).unwrap();
    rig.0.resume_from([(lobby, at(5)), (direct, at(8))].into());
    let mut welcome = super::rig::welcome("ann");
    let room = json!({"name": "@1:2", "topic": "", "head": 8, "members": []});
    welcome["rooms"].as_array_mut().unwrap().push(room);
    let greeted = rig.server(&welcome);
    assert!(greeted.iter().all(|line| !line.contains("history")), "nothing was missed but in the lobby");
    let joined = rig.client("JOIN #lobby");
    assert!(joined[0].contains(r#""type":"history","room":"lobby","limit":100"#), "{joined:?}");
    let ben = sender(2, "ben");
    let said = |place, text: &str| {
        event("lobby", place, &ben, &json!({"kind": "message", "text": text, "nonce": text}))
    };
    let came = event("lobby", (8, 9), &sender(3, "eve"), &json!({"kind": "join"}));
    let page = json!({"type": "ok", "id": id(&joined[0]), "more": true, "events": [said((4, 5), "a"), said((5, 8), "b"), came]});
    assert_eq!(rig.server(&page), [":ben!u2@chinwag PRIVMSG #lobby :b"]);
    assert_eq!(rig.server(&said((9, 10), "c")), [":ben!u2@chinwag PRIVMSG #lobby :c"]);
    assert_eq!(rig.0.seen().values().copied().collect::<Vec<_>>(), [at(8), at(10)]);
}

#[test]
fn what_one_says_to_oneself_comes_back() {
    let mut rig = Rig::ann("echo-message");
    assert_eq!(rig.client("PRIVMSG ann :note"), [":ann!u1@chinwag PRIVMSG ann :note"; 2]);
}

#[test]
fn a_message_of_tags_to_oneself_comes_back_and_is_not_sent_to_the_server() {
    let mut rig = Rig::ann("echo-message labeled-response batch message-tags");
    let told = rig.client("@label=x;+draft/reply=s7;+draft/react=👍;+other=1 TAGMSG ann");
    let untimed = |line: &String| {
        let (tags, rest) = line.split_once(' ').unwrap();
        let tags = tags.split([';', '@']).filter(|tag| !tag.is_empty() && !tag.starts_with("time="));
        (tags.collect::<Vec<_>>().join(";"), rest.to_owned())
    };
    let mut told: Vec<_> = told.iter().map(untimed).collect();
    told.sort();
    let came = |tags: &str| (tags.to_owned(), ":ann!u1@chinwag TAGMSG ann".to_owned());
    let tags = "+draft/reply=s7;+draft/react=👍";
    assert_eq!(told, [came(tags), came(&format!("{tags};label=x"))]);
    assert!(rig.client("@+other=1 TAGMSG ann").is_empty());
    assert!(Rig::ann("echo-message").client("@+typing=active TAGMSG ann").is_empty());
}
