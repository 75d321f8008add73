//! Files that messages bring: who may send and fetch, and that a message with one is said once.

use super::script::{Stage, check, rules, uid};
use crate::chat::effect::Effect;

#[test]
fn a_message_brings_a_file_that_its_sender_has_sent() {
    check(
        "rules file_bytes=9
         >> 1 hello wish=ann
         > 1 bringunsent lobby n1 cat.png 7
           1< no_such_file
         > 1 bringother lobby n1 cat.png 7
           1< bad_request
         > 1 bring lobby n1 cat.png 7
           lobby 2: ann says cat.png with 7 bytes [n1]
           1< ok 2",
    );
}

#[test]
fn a_message_sent_again_is_the_same_one_when_its_content_is_not_held_any_more() {
    check(
        "rules file_bytes=9
         >> 1 hello wish=ann
         >> 1 bring lobby n1 cat.png 7
         > 1 bringunsent lobby n1 cat.png 7
           1< ok 2
         > 1 bring lobby n1 cat.png 6
           1< nonce_conflict
         > 1 say lobby n1 cat.png
           1< nonce_conflict
         >> rules file_bytes=0
         > 1 bringunsent lobby n1 cat.png 7
           1< ok 2
         > 1 bring lobby n2 cat.png 7
           1< forbidden",
    );
}

#[test]
fn whoever_is_muted_and_whatever_is_too_long_is_not_sent() {
    check(
        "rules file_bytes=9
         >> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         > 2 upload 9
           2 asks to send 9 bytes as 2
         > 2 upload 10
           2< file_too_large
         >> 1 mute 2
         > 2 upload 9
           2< muted
         >> rules file_bytes=0
         > 1 upload 1
           1< forbidden",
    );
}

#[test]
fn whoever_may_read_the_message_may_fetch_its_file() {
    check(
        "rules file_bytes=9 newcomer_history=50
         >> 1 hello wish=ann
         >> 1 join den
         >> 1 private den
         >> 1 direct 1 n1 hi
         >> 2 hello wish=ben
         > 1 download den 2
           1 reads the file of 2 in den since 2 and 50 before
         > 2 download den 2
           2< no_such_room
         >> 1 open den
         > 2 download den 2
           2< not_member
         >> 2 join den
         > 2 download den 2
           2 reads the file of 2 in den since 6 and 50 before
         >> 2 part den
         > 2 download den 2
           2< not_member
         > 2 download @1:3 2
           2< no_such_room",
    );
}

#[test]
fn a_kick_and_a_ban_end_transfers() {
    for act in ["kick 2", "ban 2", "revoke 2 7"] {
        let mut stage = Stage::new(rules(""));
        for line in ["1 hello wish=ann", "1 key admin", "2 hello wish=ben"] {
            stage.play(line);
        }
        let who = if act.starts_with("revoke") { "9 operator" } else { "1" };
        let effects = stage.propose(&format!("{who} {act}"));
        let at = |is: &dyn Fn(&Effect) -> bool| effects.iter().position(is).unwrap();
        let ends = at(&|effect| matches!(effect, Effect::EndTransfers(who) if *who == uid(2)));
        assert!(ends < at(&|effect| matches!(effect, Effect::Close { .. })), "{act}");
    }
}
