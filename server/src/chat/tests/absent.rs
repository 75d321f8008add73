//! People who are not here: finding them by name, writing to them, taking their name.

use super::script::check;

#[test]
fn somebody_who_is_not_here_is_found_by_name_and_was_seen_last_when_they_left() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 say lobby n1 hi
         >> at 7000
         >> 2 quit
         > 1 whoname ben
           1< ok ~ben(lobby) last seen 7000
         > 1 whoname BEN
           1< ok ~ben(lobby) last seen 7000
         > 1 whoname eve
           1< no_such_user
         >> 3 hello secret=2
         > 1 whoname ben
           1< ok ben(lobby)",
    );
}

#[test]
fn a_direct_message_waits_for_whoever_is_not_here() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 say lobby n1 hi
         >> 2 quit
         > 1 direct 2 n2 see you tomorrow
           1 follows @1:2 after 0
           @1:2 5: ann says see you tomorrow [n2]
           1< ok 5 @1:2
         > 3 hello secret=2
           @1:2: 2 is here
           lobby 6: ben joins
           3< welcome ben uid=2 color=2; @1:2@5(ann ben) lobby@6(ann ben)
           3 follows @1:2 after 5
           3 follows lobby after 6",
    );
}

#[test]
fn a_moderator_frees_the_name_of_somebody_who_is_not_here() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         >> 2 say lobby n1 hi
         > 1 freename ben
           1< forbidden
         >> 1 key admin
         > 1 freename ben
           1< bad_request
         >> 2 quit
         > 3 rename ben
           3< name_taken
         > 1 freename ben
           audit: 1 free-name 2 [now=guest-2]
           1< ok
         > 1 freename ben
           1< no_such_user
         > 3 rename ben
           lobby 7: cat is now ben
           3< ok 7
         > 4 hello secret=2
           lobby 8: guest-2 joins
           4< welcome guest-2 uid=2 color=2; lobby@8(ann/Admin ben guest-2)
           4 follows lobby after 8",
    );
}

#[test]
fn the_operator_frees_the_name_of_an_admin_and_a_moderator_does_not() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 1 quit
         >> 2 hello wish=ben
         >> 9 operator role 2 moderator
         > 2 freename ann
           2< forbidden
         > 9 operator freename ann
           audit: 0 free-name 1 [now=guest-1] from unix:1000
           9< ok",
    );
}
