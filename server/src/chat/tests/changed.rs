//! Messages that are changed, deleted, answered and reacted to. The store is asked whose they are.

use super::script::check;

#[test]
fn the_author_changes_and_deletes_a_message() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         > 1 edit lobby 2 n2 hi all
           looks up 2 in lobby for 1 #1
         > found 1 lobby 2 #1 1
           1 goes on
           lobby 3: ann changes 2 to hi all [n2]
           1< ok 3
         > 1 delete lobby 2 n3
           looks up 2 in lobby for 1 #2
         > found 1 lobby 2 #2 1
           1 goes on
           lobby 4: ann deletes 2 [n3]
           1< ok 4",
    );
}

#[test]
fn an_edit_or_a_deletion_sent_again_is_answered_without_another_look() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 1 edit lobby 2 n2 hi all
         >> found 1 lobby 2 #1 1
         > 1 edit lobby 2 n2 hi all
           1< ok 3
         > 1 edit lobby 2 n2 hi
           1< nonce_conflict
         > 1 edit lobby 1 n2 hi all
           1< nonce_conflict
         >> 1 delete lobby 2 n3
         >> found 1 lobby 2 #2 1
         > 1 delete lobby 2 n3
           1< ok 4
         > 1 delete lobby 1 n3
           1< nonce_conflict
         > 1 say lobby n1 hi
           1< ok 2",
    );
}

#[test]
fn somebody_else_changes_nothing_and_a_moderator_deletes_with_an_entry_in_the_audit_trail() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 2 hello wish=ben
         >> 2 edit lobby 2 n1 bye
         > found 2 lobby 2 #1 1
           2 goes on
           2< forbidden
         >> 2 delete lobby 2 n1
         > found 2 lobby 2 #2 1
           2 goes on
           2< forbidden
         >> 2 key moderator
         >> 2 edit lobby 2 n1 bye
         > found 2 lobby 2 #3 1
           2 goes on
           2< forbidden
         >> 2 delete lobby 2 n1 spam
         > found 2 lobby 2 #4 1
           2 goes on
           audit: 2 delete 1 [room=lobby seq=2] spam
           lobby 5: ben deletes 2 spam [n1]
           2< ok 5",
    );
}

#[test]
fn a_moderator_deletes_nothing_of_another_moderator_but_what_of_somebody_forgotten() {
    check(
        ">> 1 hello wish=ann
         >> 1 key moderator
         >> 2 hello wish=ben
         >> 2 key moderator
         >> 2 delete lobby 2 n1
         > found 2 lobby 2 #1 1
           2 goes on
           2< forbidden
         >> 2 delete lobby 2 n1
         > found 2 lobby 2 #2 99
           2 goes on
           audit: 2 delete 99 [room=lobby seq=2]
           lobby 5: ben deletes 2 [n1]
           2< ok 5",
    );
}

#[test]
fn what_is_not_there_or_cannot_be_read_is_not_changed() {
    check(
        ">> 1 hello wish=ann
         >> 1 edit lobby 1 n1 hi
         > found 1 lobby 1 #1 missing
           1 goes on
           1< no_such_message
         >> 1 delete lobby 1 n1
         > found 1 lobby 1 #2 unknown
           1 goes on
           1< storage
         >> 1 react lobby 1 +1
         > found 1 lobby 1 #3 missing
           1 goes on
           1< no_such_message",
    );
}

#[test]
fn a_room_one_is_not_in_is_as_for_saying_something_and_none_of_a_hidden_one_is_looked_up() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 join kitchen
         >> 1 edit kitchen 3 n1 hi
         > found 1 kitchen 3 #1 1
           1 goes on
           1< not_member
         > 1 delete @2:3 3 n1
           1< no_such_room
         > 1 react nowhere 3 +1
           1< no_such_room",
    );
}

#[test]
fn whoever_waits_to_change_a_message_that_is_deleted_meanwhile_finds_none() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 2 hello wish=ben
         > 1 edit lobby 2 n2 hi all
           looks up 2 in lobby for 1 #1
         > 2 react lobby 2 +1
           looks up 2 in lobby for 2 #2
         > 1 delete lobby 2 n3
           looks up 2 in lobby for 1 #3
         >> 3 hello secret=1
         >> 3 delete lobby 2 n3
         > found 1 lobby 2 #4 1
           3 goes on
           lobby 4: ann deletes 2 [n3]
           3< ok 4
         > found 2 lobby 2 #2 1
           2 goes on
           2< no_such_message",
    );
}

/// Somebody asks twice about the same message, which is deleted in between: the first answer was read before that.
#[test]
fn an_answer_counts_for_its_own_question_alone() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 2 hello wish=ben
         >> 2 key moderator
         >> 1 edit lobby 2 n2 hi all
         >> 2 delete lobby 2 n1
         >> found 2 lobby 2 #2 1
         > 1 delete lobby 2 n3
           looks up 2 in lobby for 1 #3
         > found 1 lobby 2 #1 1
           1 goes on
           1< no_such_message
         > found 1 lobby 2 #3 missing
           1 goes on
           1< no_such_message",
    );
}

#[test]
fn what_is_asked_meanwhile_waits_behind_it_and_others_do_not() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 say lobby n1 hi
         >> 1 edit lobby 3 n2 hi all
         > 1 say lobby n3 next
         > 2 say lobby n1 hello
           lobby 4: ben says hello [n1]
           2< ok 4
         > found 1 lobby 3 #1 1
           1 goes on
           lobby 5: ann changes 3 to hi all [n2]
           1< ok 5
           1 goes on
           lobby 6: ann says next [n3]
           1< ok 6",
    );
}

#[test]
fn a_reaction_is_put_on_a_message_and_taken_back() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 say lobby n1 hi
         >> 2 react lobby 3 👍
         > found 2 lobby 3 #1 1
           2 goes on
           lobby 4: ben reacts to 3 with 👍
           2< ok 4
         >> 2 unreact lobby 3 👍
         > found 2 lobby 3 #2 1 1000
           2 goes on
           lobby 5: ben takes 👍 from 3
           2< ok 5
         >> 2 react lobby 3 👍
         > found 2 lobby 3 #3 1 1000
           2 goes on
           2< bad_request",
    );
}

#[test]
fn a_message_takes_no_more_reactions_than_it_may_have_however_many_come_at_once() {
    // What the store answers to 3 is from before 1 and 2, which were carried out meanwhile.
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cy
         >> 1 say lobby n1 hi
         >> 1 react lobby 4 a
         >> 2 react lobby 4 b
         >> 3 react lobby 4 c
         >> found 1 lobby 4 #1 1 998
         >> found 2 lobby 4 #2 1 998
         > found 3 lobby 4 #3 1 998
           3 goes on
           3< bad_request
         >> 3 react lobby 4 c
         > found 3 lobby 4 #4 1 999
           3 goes on
           lobby 7: cy reacts to 4 with c
           3< ok 7",
    );
}

#[test]
fn who_is_muted_deletes_what_they_said_and_no_more() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 2 hello wish=ben
         >> 2 key moderator
         >> 2 mute 1 60
         >> 1 edit lobby 2 n2 worse
         > found 1 lobby 2 #1 1
           1 goes on
           1< muted for 60000 ms
         >> 1 react lobby 2 👍
         > found 1 lobby 2 #2 1
           1 goes on
           1< muted for 60000 ms
         >> 1 delete lobby 2 n3
         > found 1 lobby 2 #3 1
           1 goes on
           lobby 6: ann deletes 2 [n3]
           1< ok 6",
    );
}

#[test]
fn an_answer_names_the_message_it_answers_and_is_another_message_than_without() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         > 1 reply lobby 2 n2 yes
           lobby 3: ann answers 2 and says yes [n2]
           1< ok 3
         > 1 reply lobby 2 n2 yes
           1< ok 3
         > 1 say lobby n2 yes
           1< nonce_conflict
         > 1 reply lobby 1 n2 yes
           1< nonce_conflict",
    );
}
