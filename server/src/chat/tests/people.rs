//! Presence: greeting, lost connections, resuming, quitting.

use super::script::check;

#[test]
fn a_secret_brings_name_colour_and_uid_back() {
    check(
        ">> 1 hello wish=ann
         >> 1 join kitchen
         >> 2 hello wish=ben
         > 1 quit
           1< ok
           kitchen 4: ann leaves (quit)
           lobby 5: ann leaves (quit)
           1 goodbye quit
         > 3 hello secret=1
           kitchen 6: ann joins
           lobby 7: ann joins
           3< welcome ann uid=1 color=6; kitchen@6(ann) lobby@7(ben ann)
           3 follows kitchen after 6
           3 follows lobby after 7",
    );
}

#[test]
fn a_secret_nobody_knows_makes_a_new_identity() {
    check(
        "> 1 hello secret=77 wish=ann
           lobby 1: ann joins
           1< welcome ann uid=1 color=6 new; lobby@1(ann)
           1 follows lobby after 1",
    );
}

#[test]
fn a_name_with_a_secret_renames_whoever_it_brings_back() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 lost
         > 3 hello secret=1 wish=ben
           3 rejected: name_taken
         > 4 hello secret=1 wish=anna
           lobby 3: ann is now anna
           lobby: 1 is here
           4< welcome anna uid=1 color=6; lobby@3(anna ben)
           4 follows lobby after 3",
    );
}

#[test]
fn the_same_identity_again_replaces_the_old_connection_and_publishes_nothing() {
    check(
        ">> 1 hello wish=ann
         > 2 hello secret=1
           1 goodbye replaced
           2< welcome ann uid=1 color=6; lobby@1(ann)
           2 follows lobby after 1
         > 1 lost
         > 1 say lobby n1 hi
         > 2 say lobby n1 hi
           lobby 2: ann says hi [n1]
           2< ok 2",
    );
}

#[test]
fn a_full_server_refuses_more_users() {
    check(
        "rules max_users=2
         >> 1 hello wish=ann
         >> 2 hello wish=ben
         > 3 hello wish=cat
           3 rejected: server_full
         > 2 quiet
           2< ok
           lobby: 2 is gone
           2 goodbye quit
         > 4 hello wish=cat
           lobby 3: cat joins
           4< welcome cat uid=3 color=2 new; lobby@3(ann cat)
           4 follows lobby after 3
         > 5 hello secret=2
           5 rejected: server_full",
    );
}

#[test]
fn lowering_max_users_disconnects_nobody_and_raising_it_applies_at_once() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         > rules max_users=1
         > 3 hello wish=cat
           3 rejected: server_full
         > rules max_users=3
         > 4 hello wish=cat
           lobby 3: cat joins
           4< welcome cat uid=3 color=5 new; lobby@3(ann ben cat)
           4 follows lobby after 3",
    );
}

#[test]
fn somebody_away_resumes_on_a_full_server() {
    check(
        "rules max_users=2
         >> 1 hello wish=ann
         >> 2 hello wish=ben
         > 2 lost
           lobby: 2 is away
         > 3 hello wish=cat
           3 rejected: server_full
         > 4 hello secret=2
           lobby: 2 is here
           4< welcome ben uid=2 color=2; lobby@2(ann ben)
           4 follows lobby after 2
         > 5 hello secret=2
           4 goodbye replaced
           5< welcome ben uid=2 color=2; lobby@2(ann ben)
           5 follows lobby after 2",
    );
}

#[test]
fn a_refused_greeting_changes_nothing() {
    check(
        "rules max_users=1
         > 1 hello wish=admin
           1 rejected: name_reserved
         > 2 hello wish=ann
           lobby 1: ann joins
           2< welcome ann uid=1 color=6 new; lobby@1(ann)
           2 follows lobby after 1
         > 3 hello wish=ann
           3 rejected: server_full
         > 3 say lobby n1 hi
         > 3 lost",
    );
}

#[test]
fn a_lost_connection_is_away_and_leaves_when_the_resume_window_is_over() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 join kitchen
         >> at 1000
         > 2 lost
           kitchen: 2 is away
           lobby: 2 is away
         > 1 who
           1< ok ann(lobby) ~ben(kitchen lobby)
         > at 300999
         > at 301000
           kitchen 4: ben leaves (lost)
           lobby 5: ben leaves (lost)
         > 1 who
           1< ok ann(lobby)
         > 3 hello secret=2
           kitchen 6: ben joins
           lobby 7: ben joins
           3< welcome ben uid=2 color=2; kitchen@6(ben) lobby@7(ann ben)
           3 follows kitchen after 6
           3 follows lobby after 7",
    );
}

#[test]
fn resuming_in_time_publishes_no_leave_and_no_join() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 lost
         >> 1 say lobby n1 hi
         > 3 hello secret=2 resume=lobby:2
           lobby: 2 is here
           3< welcome ben uid=2 color=2; lobby@3(ann ben)
           3 follows lobby after 2
           3 resumed
         > at 900000",
    );
}

#[test]
fn positions_are_taken_for_the_rooms_one_is_in_and_never_beyond_the_head() {
    check(
        ">> 1 hello wish=ann
         >> 1 join kitchen
         >> 1 say kitchen n1 hi
         >> 1 join cellar
         >> 1 part cellar
         >> 1 lost
         > 2 hello secret=1 resume=kitchen:0,cellar:4,attic:9
           kitchen: 1 is here
           lobby: 1 is here
           2< welcome ann uid=1 color=6; kitchen@3(ann) lobby@1(ann)
           2 follows kitchen after 0
           2 follows lobby after 1
           2 resumed
         > 3 hello secret=1 resume=lobby:99
           2 goodbye replaced
           3< welcome ann uid=1 color=6; kitchen@3(ann) lobby@1(ann)
           3 follows kitchen after 3
           3 follows lobby after 1
           3 resumed",
    );
}

#[test]
fn quitting_is_told_and_quitting_quietly_is_not() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         > 2 quit
           2< ok
           lobby 4: ben leaves (quit)
           2 goodbye quit
         > 3 quiet
           3< ok
           lobby: 3 is gone
           3 goodbye quit
         > 3 lost
         > at 900000
         > 1 who
           1< ok ann(lobby)",
    );
}

#[test]
fn the_list_stays_right_when_many_leave_at_once() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         >> 4 hello wish=dan
         >> 5 hello wish=eva
         >> 2 lost
         >> 4 lost
         >> 3 quit
         >> 5 lost
         > 1 who
           1< ok ann(lobby) ~ben(lobby) ~dan(lobby) ~eva(lobby)
         > at 300000
           lobby 7: ben leaves (lost)
           lobby 8: dan leaves (lost)
           lobby 9: eva leaves (lost)
         > 6 hello wish=fay
           lobby 10: fay joins
           6< welcome fay uid=6 color=2 new; lobby@10(ann fay)
           6 follows lobby after 10",
    );
}

#[test]
fn whoever_never_spoke_is_forgotten_after_the_resume_window_and_may_have_the_name_again() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         >> 2 say lobby n1 hi
         >> 3 direct 2 n1 hi
         >> 1 quit
         >> 2 quit
         >> 3 quit
         >> at 299999
         >> 4 hello secret=1
         >> 4 quit
         >> at 300000
         >> at 599998
         > 5 hello secret=1
           lobby 11: ann joins
           5< welcome ann uid=1 color=6; lobby@11(ann)
           5 follows lobby after 11
         >> 5 quit
         >> at 899998
         > 6 hello secret=1 wish=ann
           lobby 13: ann joins
           6< welcome ann uid=4 color=6 new; lobby@13(ann)
           6 follows lobby after 13
         > 7 hello secret=2
           @2:3: 2 is here
           lobby 14: ben joins
           7< welcome ben uid=2 color=2; @2:3@5(ben ~cat) lobby@14(ann ben)
           7 follows @2:3 after 5
           7 follows lobby after 14",
    );
}

#[test]
fn two_windows_of_one_person_stand_beside_each_other_and_nobody_else_notices() {
    check(
        ">> 1 hello wish=ann window=a
         >> 1 join kitchen
         > 2 hello secret=1 window=b
           2< welcome ann uid=1 color=6; kitchen@2(ann) lobby@1(ann)
           2 follows kitchen after 2
           2 follows lobby after 1
         > 2 say kitchen n1 hi
           kitchen 3: ann says hi [n1]
           2< ok 3
         > 1 say kitchen n1 hi
           1< ok 3
         > 1 say kitchen n1 bye
           1< nonce_conflict
         > 1 who
           1< ok ann(kitchen lobby)
         > 1 quit
           1< ok
           1 goodbye quit
         > 2 quiet
           2< ok
           kitchen: 1 is gone
           lobby: 1 is gone
           2 goodbye quit",
    );
}

#[test]
fn somebody_is_away_when_the_last_of_their_windows_is_lost() {
    check(
        ">> 1 hello wish=ann window=a
         >> 2 hello secret=1 window=b
         > 1 lost
         > 2 lost
           lobby: 1 is away
         > 3 hello secret=1 window=a
           lobby: 1 is here
           3< welcome ann uid=1 color=6; lobby@1(ann)
           3 follows lobby after 1
         > 4 hello secret=1 window=b
           4< welcome ann uid=1 color=6; lobby@1(ann)
           4 follows lobby after 1
         > 3 quit
           3< ok
           3 goodbye quit
         > 4 lost
           lobby: 1 is away
         > at 300000
           lobby 2: ann leaves (lost)",
    );
}

#[test]
fn a_window_that_comes_back_takes_its_own_place_and_a_greeting_without_one_takes_all() {
    check(
        ">> 1 hello wish=ann window=a
         >> 2 hello secret=1 window=b
         > 3 hello secret=1 window=a
           1 goodbye replaced
           3< welcome ann uid=1 color=6; lobby@1(ann)
           3 follows lobby after 1
         > 4 hello secret=1
           2 goodbye replaced
           3 goodbye replaced
           4< welcome ann uid=1 color=6; lobby@1(ann)
           4 follows lobby after 1
         > 5 hello secret=1 window=a
           5< welcome ann uid=1 color=6; lobby@1(ann)
           5 follows lobby after 1
         > 4 lost
         > 5 say lobby n1 hi
           lobby 2: ann says hi [n1]
           5< ok 2",
    );
}

#[test]
fn one_person_has_no_more_windows_than_the_server_takes_and_counts_once_as_a_user() {
    check(
        "rules max_users=2
         >> 1 hello wish=ann window=a
         >> 2 hello secret=1 window=b
         >> 3 hello secret=1 window=c
         > 4 hello secret=1 window=d wish=anna
           4 rejected: too_many_windows
         > 5 hello secret=1 window=c
           3 goodbye replaced
           5< welcome ann uid=1 color=6; lobby@1(ann)
           5 follows lobby after 1
         > 6 hello wish=ben
           lobby 2: ben joins
           6< welcome ben uid=2 color=2 new; lobby@2(ann ben)
           6 follows lobby after 2
         > 7 hello wish=cat
           7 rejected: server_full",
    );
}

#[test]
fn all_windows_of_a_person_are_in_the_same_rooms() {
    check(
        ">> 1 hello wish=ann window=a
         >> 2 hello secret=1 window=b
         >> 3 hello wish=ben
         > 1 join kitchen
           kitchen 3: ann joins
           2< joined kitchen@3(ann)
           1< ok kitchen@3(ann)
           1 follows kitchen after 3
           2 follows kitchen after 3
         > 2 join kitchen
           2< ok kitchen@3(ann)
         > 2 part kitchen
           1 leaves kitchen alone
           2 leaves kitchen alone
           1< parted kitchen
           kitchen 4: ann leaves (part)
           2< ok
         > 1 part kitchen
           1< not_member
         > 3 direct 1 n1 psst
           1 follows @1:2 after 0
           2 follows @1:2 after 0
           3 follows @1:2 after 0
           @1:2 5: ben says psst [n1]
           3< ok 5 @1:2",
    );
}

#[test]
fn a_kick_ends_all_windows_and_the_trail_says_from_which_one_it_was_done() {
    check(
        ">> 1 hello wish=ann window=a from=192.0.2.1
         >> 1 key admin
         >> 2 hello secret=1 window=b from=192.0.2.2
         >> 3 hello wish=ben window=a
         >> 4 hello secret=3 window=b
         > 1 kick 2
           audit: 1 kick 2 from 192.0.2.1
           lobby 4: ann kicks ben
           lobby: 2 is gone
           3 goodbye kicked by ann
           4 goodbye kicked by ann
           1< ok
         > 4 say lobby n1 hi
         > 2 whois 1
           2< ok ann/Admin(lobby) 2 times present=true at 192.0.2.2 with \"\" since 0",
    );
}

#[test]
fn whoever_is_new_and_was_never_welcomed_is_forgotten_at_once_and_their_name_is_free() {
    check(
        "> 1 hello wish=ann
           lobby 1: ann joins
           1< welcome ann uid=1 color=6 new; lobby@1(ann)
           1 follows lobby after 1
         > 1 unwelcomed
           lobby 2: ann leaves (lost)
         > 2 hello wish=ann
           lobby 3: ann joins
           2< welcome ann uid=2 color=6 new; lobby@3(ann)
           2 follows lobby after 3",
    );
}

#[test]
fn whoever_came_back_and_was_not_welcomed_is_away_as_after_any_loss() {
    check(
        ">> 1 hello wish=ann
         >> 1 lost
         >> 2 hello secret=1
         > 2 unwelcomed
           lobby: 1 is away",
    );
}
