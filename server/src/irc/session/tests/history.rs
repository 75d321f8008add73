//! `CHATHISTORY`, read marks and deletions.

use serde_json::{Value, json};

use super::rig::{Rig, event, id, sender};

const CAPS: &str = "message-tags server-time batch labeled-response draft/chathistory draft/event-playback draft/read-marker draft/message-redaction";

fn message(seq: u64, text: &str) -> Value {
    let mut message = event(
        "kitchen",
        (seq - 1, seq),
        &sender(2, "ben"),
        &json!({"kind": "message", "text": text, "nonce": "x"}),
    );
    message.as_object_mut().unwrap().remove("type");
    message
}

#[test]
fn history_is_a_batch_that_has_the_label_and_one_more_page_is_asked_for_where_it_takes_one() {
    let mut rig = Rig::in_kitchen(CAPS);
    let asked = rig.client("@label=h CHATHISTORY LATEST #kitchen msgid=s3 2");
    assert!(asked[0].contains(r#""type":"history","room":"kitchen","limit":22"#), "{asked:?}");
    let topic = json!({"room": "kitchen", "prev": 8, "seq": 9, "at": 5, "from": sender(2, "ben"), "kind": "react",
        "of": 1, "with": "ok"});
    let page = json!({"type": "ok", "id": id(&asked[0]), "events": [topic], "more": true});
    let more = rig.server(&page);
    assert!(more[0].contains(r#""before":9,"#), "{more:?}");
    let page = json!({"type": "ok", "id": id(&more[0]), "events": [message(3, "old"), message(4, "one"), message(5, "two")]});
    let told = rig.server(&page);
    let time = "time=2025-11-20T09:20:01.000Z";
    assert!(told[0].contains("label=h") && told[0].ends_with("BATCH +b1 chathistory #kitchen"), "{told:?}");
    let line = |seq, text| format!("@{time};msgid=s{seq};batch=b1 :ben!u2@chinwag PRIVMSG #kitchen :{text}");
    assert_eq!(told[1..3], [line(4, "one"), line(5, "two")]);
    assert!(told[3].ends_with("BATCH -b1"), "{told:?}");
}

#[test]
fn what_is_asked_wrongly_of_the_history_is_told_apart() {
    let mut rig = Rig::in_kitchen(CAPS);
    for (line, told) in [
        ("CHATHISTORY", "NEED_MORE_PARAMS"),
        ("CHATHISTORY LATEST #kitchen", "NEED_MORE_PARAMS LATEST"),
        ("CHATHISTORY SOME #kitchen * 5", "UNKNOWN_COMMAND SOME"),
        ("CHATHISTORY BEFORE #kitchen * 5", "INVALID_PARAMS BEFORE"),
        ("CHATHISTORY LATEST #kitchen * many", "INVALID_PARAMS LATEST"),
        ("CHATHISTORY LATEST #elsewhere * 5", "INVALID_TARGET LATEST #elsewhere"),
        ("CHATHISTORY TARGETS * * 5", "INVALID_PARAMS TARGETS"),
        ("MARKREAD", "NEED_MORE_PARAMS"),
        ("MARKREAD #kitchen *", "INVALID_PARAMS #kitchen"),
        ("REDACT #kitchen 17", "UNKNOWN_MSGID #kitchen 17"),
        ("REDACT #elsewhere s17", "INVALID_TARGET #elsewhere"),
    ] {
        let answer = rig.client(line);
        let command = line.split(' ').next().unwrap();
        assert!(answer[0].contains(&format!(" FAIL {command} {told} :")), "{answer:?}");
    }
}

#[test]
fn targets_are_the_rooms_in_which_something_was_said_last_within_the_times() {
    let mut rig = Rig::in_kitchen(CAPS);
    let asked = rig.client(
        "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 10",
    );
    assert!(asked[0].contains(r#""room":"kitchen""#), "{asked:?}");
    let told = rig.server(&json!({"type": "ok", "id": id(&asked[0]), "events": [message(4, "one")]}));
    assert!(told[0].ends_with("BATCH +b1 draft/chathistory-targets"), "{told:?}");
    assert!(told[1].ends_with("CHATHISTORY TARGETS #kitchen 2025-11-20T09:20:01.000Z"), "{told:?}");
}

#[test]
fn a_read_mark_is_brought_to_the_last_message_before_it_and_never_goes_back() {
    let mut rig = Rig::in_kitchen(CAPS);
    let out = rig.client("MARKREAD #kitchen timestamp=2025-11-20T09:20:02.000Z");
    assert!(out[0].contains(r#""before_at":1763630402001,"limit":1"#), "{out:?}");
    assert!(out[1].ends_with("MARKREAD #kitchen timestamp=2025-11-20T09:20:02.000Z"), "{out:?}");
    let told = rig.server(&json!({"type": "ok", "id": id(&out[0]), "events": [message(4, "one")]}));
    assert_eq!(told, [r#"> {"type":"read","room":"kitchen","seq":4}"#]);
    let out = rig.client("MARKREAD #kitchen timestamp=2025-11-20T09:20:01.500Z");
    assert_eq!(out.len(), 1);
    assert!(out[0].ends_with("timestamp=2025-11-20T09:20:02.000Z"), "{out:?}");
    // Another machine has read on.
    let asked = rig.server(&json!({"type": "read", "room": "kitchen", "seq": 5}));
    let mut later = message(5, "two");
    later["at"] = json!(1_763_630_403_000_i64);
    let told = rig.server(&json!({"type": "ok", "id": id(&asked[0]), "events": [later]}));
    assert!(told[0].ends_with("MARKREAD #kitchen timestamp=2025-11-20T09:20:03.000Z"), "{told:?}");
}

#[test]
fn a_deletion_is_told_to_who_can_take_the_message_off() {
    let deleted = event(
        "kitchen",
        (10, 11),
        &sender(2, "ben"),
        &json!({"kind": "delete", "of": 9, "reason": "spam", "nonce": "d"}),
    );
    let mut rig = Rig::in_kitchen(CAPS);
    let told = rig.server(&deleted);
    assert!(told[0].ends_with(":ben!u2@chinwag REDACT #kitchen s9 spam"), "{told:?}");
    assert!(Rig::in_kitchen("batch").server(&deleted).is_empty());
    let asked = rig.client("REDACT #kitchen s9 :spam");
    assert!(asked[0].contains(r#""type":"delete","room":"kitchen","of":9,"#), "{asked:?}");
    let refused = json!({"type": "error", "id": id(&asked[0]), "code": "forbidden", "message": "not yours"});
    assert!(rig.server(&refused)[0].contains("FAIL REDACT REDACT_FORBIDDEN #kitchen s9 :"));
}

#[test]
fn reactions_go_both_ways() {
    let mut rig = Rig::in_kitchen(CAPS);
    let asked = rig.client("@+draft/reply=s9;+draft/react=👍 TAGMSG #kitchen");
    assert!(asked[0].contains(r#""type":"react","room":"kitchen","of":9,"with":"👍""#), "{asked:?}");
    rig.server(&json!({"type": "ok", "id": id(&asked[0]), "seq": 10}));
    let event = event(
        "kitchen",
        (10, 11),
        &sender(2, "ben"),
        &json!({"kind": "react", "of": 9, "with": "👍", "off": true}),
    );
    let told = rig.server(&event);
    assert!(
        told[0].contains("+draft/unreact=👍;+draft/reply=s9") && told[0].ends_with("TAGMSG #kitchen"),
        "{told:?}"
    );
}
