//! Idempotency keys: a message is published once, however often it is sent.

use shared::{Event, Kind};

use super::script::{Stage, check, rules, uid};
use crate::chat::dedupe::Dedupe;
use crate::chat::effect::{Effect, Record};

#[test]
fn the_same_nonce_is_the_same_message() {
    check(
        ">> 1 hello wish=ann
         > 1 say lobby n1 hi
           lobby 2: ann says hi [n1]
           1< ok 2
         > 1 say lobby n1 hi
           1< ok 2
         > 1 say lobby n2 hi
           lobby 3: ann says hi [n2]
           1< ok 3
         > 1 say lobby n1 hi
           1< ok 2",
    );
}

#[test]
fn the_same_nonce_on_another_message_is_a_conflict() {
    check(
        ">> 1 hello wish=ann
         >> 1 join kitchen
         >> 2 hello wish=ben
         >> 1 say lobby n1 hi
         > 1 say lobby n1 bye
           1< nonce_conflict
         > 1 me lobby n1 hi
           1< nonce_conflict
         > 1 say kitchen n1 hi
           1< nonce_conflict
         >> 1 direct 2 n2 psst
         > 1 direct 2 n2 hey
           1< nonce_conflict
         > 1 direct 2 n2 psst
           1< ok 5 @1:2
         > 1 say @1:2 n2 psst
           1< ok 5",
    );
}

#[test]
fn a_nonce_is_its_senders_own() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 say lobby n1 hi
         > 2 say lobby n1 hello
           lobby 4: ben says hello [n1]
           2< ok 4",
    );
}

#[test]
fn a_nonce_is_known_again_on_another_connection() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 1 lost
         >> 2 hello secret=1
         > 2 say lobby n1 hi
           2< ok 2",
    );
}

/// A chat in which ann has sent more messages than are remembered, so that only the store has the first one, `zzzz0`. The
/// nonces of the tests are not above it.
fn with_a_forgotten_nonce() -> Stage {
    let mut stage = Stage::new(rules(""));
    stage.play("1 hello wish=ann");
    stage.play("2 hello wish=ben");
    stage.play("1 say lobby zzzz0 hi");
    for n in 1..=Dedupe::KEPT {
        stage.play(&format!("1 say lobby n{n} hi"));
    }
    stage
}

#[test]
fn a_forgotten_nonce_is_looked_up_in_the_store() {
    let mut stage = with_a_forgotten_nonce();
    assert_eq!(stage.play("1 say lobby n1 hi"), ["1< ok 4"], "is remembered");
    assert_eq!(
        stage.play("2 say lobby zzzz0 hi"),
        ["lobby 8196: ben says hi [zzzz0]", "2< ok 8196"],
        "ben never spoke"
    );
    assert_eq!(
        stage.play("1 topic lobby zzzz0"),
        ["lobby 8197: ann sets the topic zzzz0", "1< ok 8197"],
        "no message"
    );
    assert_eq!(stage.play("1 say lobby zzzz0 hi"), ["looks up 1 zzzz0"], "may have been said");
    assert_eq!(stage.play("lookup 1 zzzz0 3 lobby hi"), ["1 goes on", "1< ok 3"]);
    assert_eq!(stage.play("1 direct 2 new psst"), ["looks up 1 new"], "may have been said");
}

#[test]
fn a_message_that_only_the_store_remembers_is_not_published_again() {
    let mut stage = with_a_forgotten_nonce();
    for (line, answer, want) in [
        ("1 say lobby zzzz0 hi", "zzzz0 3 lobby hi", vec!["1 goes on", "1< ok 3"]),
        ("1 say lobby zzzz0 bye", "zzzz0 3 lobby hi", vec!["1 goes on", "1< nonce_conflict"]),
        ("1 me lobby zzzz0 hi", "zzzz0 3 lobby hi", vec!["1 goes on", "1< nonce_conflict"]),
        ("1 say lobby zzzz0 hi", "zzzz0 unknown", vec!["1 goes on", "1< storage"]),
        ("1 say lobby new hi", "new new", vec!["1 goes on", "lobby 8196: ann says hi [new]", "1< ok 8196"]),
    ] {
        assert_eq!(stage.play(line).len(), 1, "{line}");
        assert_eq!(stage.play(&format!("lookup 1 {answer}")), want, "{line}");
    }
}

#[test]
fn a_nonce_that_is_above_all_forgotten_ones_is_not_looked_up() {
    let mut stage = with_a_forgotten_nonce();
    for (nonce, seq) in [("zzzz1", 8196), ("a00000", 8197)] {
        let said = [format!("lobby {seq}: ann says hi [{nonce}]"), format!("1< ok {seq}")];
        assert_eq!(stage.play(&format!("1 say lobby {nonce} hi")), said);
    }
}

#[test]
fn what_is_forgotten_while_it_waits_to_be_said_again_is_not_published_again() {
    let mut stage = with_a_forgotten_nonce();
    assert_eq!(stage.play("1 say lobby a one"), ["looks up 1 a"]);
    assert_eq!(stage.play("1 say lobby n9 hi"), [""; 0], "is remembered, and waits for the one before");
    for n in 0..Dedupe::KEPT {
        stage.play(&format!("2 say lobby m{n} hi"));
    }
    let went_on = stage.play("lookup 1 a new");
    assert_eq!(went_on[..2], ["1 goes on", "lobby 16388: ann says one [a]"]);
    assert_eq!(went_on[2..], ["1< ok 16388", "1 goes on", "1< ok 12"]);
}

#[test]
fn requests_behind_a_nonce_lookup_keep_their_order_and_delay_nobody_else() {
    let mut stage = with_a_forgotten_nonce();
    assert_eq!(stage.play("1 say lobby a one"), ["looks up 1 a"]);
    assert_eq!(stage.play("1 topic lobby tea"), [""; 0]);
    assert_eq!(stage.play("1 say lobby b two"), ["looks up 1 b"]);
    assert_eq!(stage.play("1 say lobby a one"), ["looks up 1 a"], "sent twice while it waits");
    assert_eq!(stage.play("2 say lobby c three"), ["lobby 8196: ben says three [c]", "2< ok 8196"]);
    assert_eq!(stage.play("lookup 1 b new"), [""; 0], "comes after what waits still");
    let want = [
        "1 goes on",
        "lobby 8197: ann says one [a]",
        "1< ok 8197",
        "1 goes on",
        "lobby 8198: ann sets the topic tea",
    ];
    let went_on = stage.play("lookup 1 a new");
    assert_eq!(went_on[..5], want);
    assert_eq!(
        went_on[5..],
        ["1< ok 8198", "1 goes on", "lobby 8199: ann says two [b]", "1< ok 8199", "1 goes on", "1< ok 8197"]
    );
    assert_eq!(stage.play("lookup 1 a new"), [""; 0], "nothing waits any more");
}

#[test]
fn a_lost_connection_is_away_only_after_its_deferred_requests() {
    let mut stage = with_a_forgotten_nonce();
    stage.play("1 say lobby a one");
    assert_eq!(stage.play("1 lost"), [""; 0]);
    let went_on = stage.play("lookup 1 a new");
    assert_eq!(went_on[1..], ["lobby 8196: ann says one [a]", "1< ok 8196", "1 goes on", "lobby: 1 is away"]);
}

#[test]
fn deferred_requests_are_dropped_by_a_kick_and_by_a_new_connection_of_the_identity() {
    let mut stage = with_a_forgotten_nonce();
    stage.play("1 say lobby a one");
    stage.play("3 hello secret=1");
    assert_eq!(stage.play("lookup 1 a new"), [""; 0], "the client sends it again");
    stage.play("3 say lobby a one");
    stage.play("1 operator kick 1");
    assert_eq!(stage.play("lookup 1 a new"), [""; 0], "who was kicked is not heard");
}

#[test]
fn an_identity_has_a_limit_of_deferred_requests() {
    let mut stage = with_a_forgotten_nonce();
    for n in 0..2048 {
        assert_eq!(stage.play(&format!("1 say lobby a{n} hi")).len(), 1);
    }
    assert_eq!(stage.play("1 say lobby more hi"), ["1< rate_limited for 1000 ms"]);
    assert_eq!(stage.play("lookup 1 a0 new").len(), 3);
    // One is free, but what came later must not be stored before what was refused.
    assert_eq!(stage.play("1 say lobby later hi"), ["1< rate_limited for 1000 ms"]);
    for n in 1..2048 {
        assert_eq!(stage.play(&format!("lookup 1 a{n} new")).len(), 3);
    }
    assert_eq!(stage.play("1 say lobby more hi"), ["looks up 1 more"]);
}

/// The event that a line publishes.
fn event_of(stage: &mut Stage, line: &str) -> Event {
    let effects = stage.propose(line);
    let event = effects.iter().find_map(|effect| match effect {
        Effect::Publish(event) => Some(event.clone()),
        _ => None,
    });
    event.unwrap_or_else(|| panic!("{line}: {effects:?}"))
}

#[test]
fn a_message_that_was_not_stored_may_be_sent_again_with_its_nonce() {
    let mut stage = Stage::new(rules(""));
    stage.propose("1 hello wish=ann");
    let events = ["1 say lobby n1 hi", "1 say lobby n2 bye"].map(|line| event_of(&mut stage, line));
    for event in events.iter().rev() {
        stage.chat.revoke(event);
    }
    let again = event_of(&mut stage, "1 say lobby n1 hi");
    assert_eq!(again.kind, Kind::Message("hi".parse().unwrap()));
    assert_eq!(again.prev, events[0].prev, "what was revoked left no hole");
    assert!(again.seq > events[1].seq, "a seq is never given twice");
}

#[test]
fn revoking_a_message_does_not_affect_others() {
    let mut stage = Stage::new(rules(""));
    stage.propose("1 hello wish=ann");
    let kept = event_of(&mut stage, "1 say lobby n1 hi");
    let revoked = event_of(&mut stage, "1 say lobby n2 bye");
    stage.chat.revoke(&revoked);
    assert_eq!(stage.play("1 say lobby n1 hi"), [format!("1< ok {}", kept.seq)]);
}

/// Otherwise their nonces would not be looked up after a restart, and the store would refuse the whole batch of a repeated one.
#[test]
fn the_first_committed_message_stores_that_its_sender_spoke() {
    let mut stage = Stage::new(rules(""));
    stage.propose("1 hello wish=ann");
    let refused = event_of(&mut stage, "1 say lobby n1 hi");
    stage.chat.revoke(&refused);
    let effects = stage.propose("1 say lobby n1 hi");
    let kept = effects.iter().any(|effect| {
        matches!(effect, Effect::Save(Record::Identity(identity)) if identity.uid == uid(1) && identity.spoke)
    });
    assert!(kept, "{effects:?}");
}

#[test]
fn what_a_window_asked_after_it_quit_is_dropped_and_what_the_other_one_asked_is_done() {
    let mut stage = with_a_forgotten_nonce();
    stage.play("3 hello secret=1 window=b");
    for (line, want) in [
        ("1 say lobby zzzz0 hi", vec!["looks up 1 zzzz0"]),
        ("3 say lobby x yes", vec!["looks up 1 x"]),
        ("3 quit", vec![]),
        ("3 say lobby y no", vec!["looks up 1 y"]),
        ("1 say lobby z done", vec!["looks up 1 z"]),
        ("lookup 1 zzzz0 3 lobby hi", vec!["1 goes on", "1< ok 3"]),
        (
            "lookup 1 x new",
            vec![
                "3 goes on",
                "lobby 8196: ann says yes [x]",
                "3< ok 8196",
                "3 goes on",
                "3< ok",
                "3 goodbye quit",
            ],
        ),
        ("lookup 1 y new", vec![]),
        ("lookup 1 z new", vec!["1 goes on", "lobby 8197: ann says done [z]", "1< ok 8197"]),
    ] {
        assert_eq!(stage.play(line), want, "{line}");
    }
}
