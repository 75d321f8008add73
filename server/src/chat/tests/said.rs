//! Said once, however often it is sent.

use shared::{Event, Kind, Nonce};

use super::script::{Stage, check, proposal, rules, show, uid};
use crate::chat::dedupe::Dedupe;
use crate::chat::effect::{Effect, Record};
use crate::chat::proposal::Proposal;

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

/// Says more than is remembered, so that the first message `n0` is only in the store.
fn beyond_what_is_remembered() -> (Stage, Event) {
    let mut stage = Stage::new(rules(""));
    stage.play("1 hello wish=ann");
    stage.play("2 hello wish=ben");
    let effects = stage.propose("1 say lobby n0 hi");
    let first = effects.iter().find_map(|effect| match effect {
        Effect::Publish(event) => Some(event.clone()),
        _ => None,
    });
    for n in 1..=Dedupe::KEPT {
        stage.propose(&format!("1 say lobby n{n} hi"));
    }
    (stage, first.unwrap())
}

#[test]
fn what_is_no_longer_remembered_is_looked_up() {
    let (stage, first) = beyond_what_is_remembered();
    let unsure = |line: &str| {
        let proposal = proposal(line);
        stage.chat.unsure_about(&proposal).map(|(uid, nonce)| (uid.get(), nonce.to_string()))
    };
    assert_eq!(unsure("1 say lobby n0 hi"), Some((1, "n0".into())), "may have been said");
    assert_eq!(unsure("1 direct 2 new psst"), Some((1, "new".into())), "may have been said");
    assert_eq!(unsure("1 say lobby n1 hi"), None, "is remembered");
    assert_eq!(unsure("2 say lobby n0 hi"), None, "ben never said anything");
    assert_eq!(unsure("1 topic lobby n0"), None, "is no message");
    assert_eq!(first.nonce, Nonce::parse("n0").ok());
}

#[test]
fn what_the_store_knows_is_said_once_as_well() {
    let (mut stage, first) = beyond_what_is_remembered();
    let mut again = |line: &str, before: Option<&Event>| {
        let mut proposal = proposal(line);
        let Proposal::Request(asked) = &mut proposal else { unreachable!() };
        asked.said_before = before.cloned().map(Box::new);
        let effects = stage.chat.handle(0, proposal);
        effects.iter().filter_map(show).collect::<Vec<_>>()
    };
    assert_eq!(again("1 say lobby n0 hi", Some(&first)), ["1< ok 3"]);
    assert_eq!(again("1 say lobby n0 bye", Some(&first)), ["1< nonce_conflict"]);
    assert_eq!(again("1 me lobby n0 hi", Some(&first)), ["1< nonce_conflict"]);
    assert_eq!(again("1 say lobby new hi", None), ["lobby 8196: ann says hi [new]", "1< ok 8196"]);
}

/// The event a line becomes.
fn event_of(stage: &mut Stage, line: &str) -> Event {
    let effects = stage.propose(line);
    let event = effects.iter().find_map(|effect| match effect {
        Effect::Publish(event) => Some(event.clone()),
        _ => None,
    });
    event.unwrap_or_else(|| panic!("{line}: {effects:?}"))
}

#[test]
fn a_message_that_could_not_be_stored_may_be_said_again() {
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
fn a_revoked_message_takes_nothing_of_others_with_it() {
    let mut stage = Stage::new(rules(""));
    stage.propose("1 hello wish=ann");
    let kept = event_of(&mut stage, "1 say lobby n1 hi");
    let revoked = event_of(&mut stage, "1 say lobby n2 bye");
    stage.chat.revoke(&revoked);
    assert_eq!(stage.play("1 say lobby n1 hi"), [format!("1< ok {}", kept.seq)]);
}

/// Otherwise, after a restart, nobody would look their nonces up, and a repeated one would spoil a whole batch.
#[test]
fn that_somebody_spoke_is_kept_with_the_first_message_that_is() {
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
