//! Rooms: entering, leaving, and who is in them.

use serde_json::json;

use super::rig::{Rig, event, id, sender};

#[test]
fn the_lobby_is_shown_when_it_is_joined_and_hidden_when_it_is_left() {
    let mut rig = Rig::ann("server-time");
    let spoken =
        event("lobby", (9, 11), &sender(2, "ben"), &json!({"kind": "message", "text": "hi", "nonce": "x"}));
    assert!(rig.server(&spoken).is_empty(), "the lobby is not shown");
    assert_eq!(
        rig.client("JOIN #Lobby"),
        [
            "@time=2025-11-20T09:20:00.123Z :ann!u1@chinwag JOIN #lobby",
            ":irc.chinwag 353 ann = #lobby :ann @ben",
            ":irc.chinwag 366 ann #lobby :End of /NAMES list",
        ]
    );
    let joined = event("lobby", (11, 12), &sender(3, "eve"), &json!({"kind": "join"}));
    assert_eq!(rig.server(&joined), ["@time=2025-11-20T09:20:01.000Z :eve!u3@chinwag JOIN #lobby"]);
    assert_eq!(
        rig.client("PART #lobby :bye"),
        ["@time=2025-11-20T09:20:00.123Z :ann!u1@chinwag PART #lobby :bye"]
    );
    assert_eq!(
        rig.client("PART #lobby"),
        [":irc.chinwag 442 ann #lobby :You're not on that channel; /join it first"]
    );
}

#[test]
fn a_room_is_joined_and_what_follows_waits_for_it() {
    let mut rig = Rig::ann("batch");
    let asked = rig.client("JOIN #kitchen,lobby word");
    assert_eq!(
        asked[1],
        ":irc.chinwag 403 ann lobby :No such channel; a name is # and letters, digits, '-', '_' and '.'"
    );
    assert!(!rig.0.wants_input());
    let refused = json!({"type": "error", "id": id(&asked[0]), "code": "no_such_room", "message": "no"});
    assert_eq!(
        rig.server(&refused),
        [
            ":irc.chinwag 475 ann #kitchen :Cannot join channel (+k); the word is wrong, or one needs an invitation: ask somebody in it"
        ]
    );
    let asked = rig.client("JOIN #kitchen");
    let state = json!({"name": "kitchen", "topic": "tea", "head": 10, "members": [
        {"uid": 1, "name": "ann", "style": {"color": 6}}], "settings": {"owner": 1}});
    let joined = json!({"type": "ok", "id": id(&asked[0]), "room": "kitchen", "state": state});
    assert_eq!(
        rig.server(&joined),
        [
            ":ann!u1@chinwag JOIN #kitchen",
            ":irc.chinwag 332 ann #kitchen :tea",
            ":irc.chinwag 353 ann = #kitchen :@ann",
            ":irc.chinwag 366 ann #kitchen :End of /NAMES list",
        ]
    );
    assert!(rig.client("JOIN #kitchen").is_empty(), "already there");
    let asked = rig.client("PART #kitchen");
    assert_eq!(rig.server(&json!({"type": "ok", "id": id(&asked[0])})), [":ann!u1@chinwag PART #kitchen"]);
}

#[test]
fn who_leaves_the_server_quits_once_and_a_new_name_is_told_once() {
    let mut rig = Rig::in_kitchen("batch");
    rig.client("JOIN #lobby");
    let ben = sender(2, "ben");
    let renamed = json!({"kind": "rename", "name": "bob"});
    assert_eq!(rig.server(&event("lobby", (9, 11), &ben, &renamed)), [":ben!u2@chinwag NICK bob"]);
    assert!(rig.server(&event("kitchen", (10, 12), &ben, &renamed)).is_empty());
    let bob = sender(2, "bob");
    let left = json!({"kind": "leave", "how": "quit"});
    assert_eq!(rig.server(&event("kitchen", (12, 14), &bob, &left)), [":bob!u2@chinwag QUIT :left"]);
    assert!(rig.server(&event("lobby", (11, 13), &bob, &left)).is_empty());
}

#[test]
fn who_is_back_already_when_a_room_tells_late_that_they_left_stays() {
    let mut rig = Rig::in_kitchen("batch");
    rig.client("JOIN #lobby");
    let ben = sender(2, "ben");
    let left = json!({"kind": "leave", "how": "quit"});
    assert_eq!(rig.server(&event("lobby", (9, 11), &ben, &left)), [":ben!u2@chinwag QUIT :left"]);
    assert_eq!(
        rig.server(&event("lobby", (11, 13), &ben, &json!({"kind": "join"}))),
        [":ben!u2@chinwag JOIN #lobby"]
    );
    assert!(rig.server(&event("kitchen", (10, 12), &ben, &left)).is_empty());
    assert_eq!(rig.client("NAMES #lobby")[0], ":irc.chinwag 353 ann = #lobby :ann ben");
    assert_eq!(rig.client("NAMES #kitchen")[0], ":irc.chinwag 353 ann = #kitchen :@ann");
}

#[test]
fn a_topic_and_a_kick_are_answered_by_their_events_with_the_label() {
    let mut rig = Rig::in_kitchen("labeled-response batch");
    let ann = sender(1, "ann");
    let asked = rig.client("@label=a TOPIC #kitchen :tea");
    assert!(rig.server(&json!({"type": "ok", "id": id(&asked[0]), "seq": 11})).is_empty());
    let topic = event("kitchen", (10, 11), &ann, &json!({"kind": "topic", "topic": "tea"}));
    assert_eq!(rig.server(&topic), ["@label=a :ann!u1@chinwag TOPIC #kitchen :tea"]);
    let asked = rig.client("@label=b KICK #kitchen BEN :out");
    let kick = json!({"kind": "kick", "target": sender(2, "ben"), "reason": "out", "room_only": true});
    assert!(rig.server(&event("kitchen", (11, 12), &ann, &kick)).is_empty());
    assert_eq!(
        rig.server(&json!({"type": "ok", "id": id(&asked[0]), "seq": 12})),
        ["@label=b :ann!u1@chinwag KICK #kitchen ben :out"]
    );
    assert_eq!(rig.client("@label=c JOIN #kitchen"), ["@label=c :irc.chinwag ACK"]);
    let names = rig.client("@label=d NAMES #kitchen");
    assert_eq!(
        names,
        [
            "@label=d :irc.chinwag BATCH +b1 labeled-response",
            "@batch=b1 :irc.chinwag 353 ann = #kitchen :@ann",
            "@batch=b1 :irc.chinwag 366 ann #kitchen :End of /NAMES list",
            ":irc.chinwag BATCH -b1",
        ]
    );
}

#[test]
fn what_was_missed_is_paged_and_comes_before_what_came_meanwhile() {
    let mut rig = Rig::in_kitchen("batch");
    let ben = sender(2, "ben");
    let said = |text: &str| json!({"kind": "message", "text": text, "nonce": text});
    let gap = json!({"type": "gap", "room": "kitchen", "after": 10, "before": 13});
    let asked = rig.server(&gap);
    assert!(asked[0].contains(r#""type":"history","room":"kitchen","after":10"#), "{asked:?}");
    assert!(rig.server(&event("kitchen", (12, 13), &ben, &said("c"))).is_empty());
    let page = |seqs: &[(u64, u64, &str)]| {
        let events = seqs.iter().map(|(prev, seq, text)| event("kitchen", (*prev, *seq), &ben, &said(text)));
        events.collect::<Vec<_>>()
    };
    let first = json!({"type": "ok", "id": id(&asked[0]), "events": page(&[(10, 11, "a")]), "more": true});
    let more = rig.server(&first);
    assert_eq!(more[1], ":ben!u2@chinwag PRIVMSG #kitchen :a");
    let rest = page(&[(11, 12, "b"), (12, 13, "c")]);
    let last = rig.server(&json!({"type": "ok", "id": id(&more[0]), "events": rest, "more": false}));
    assert_eq!(last, [":ben!u2@chinwag PRIVMSG #kitchen :b", ":ben!u2@chinwag PRIVMSG #kitchen :c"]);
    assert_eq!(
        rig.server(&event("kitchen", (13, 14), &ben, &said("d"))),
        [":ben!u2@chinwag PRIVMSG #kitchen :d"]
    );
}
