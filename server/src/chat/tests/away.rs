//! People who say that they are away: told in the lobby, kept over lost connections and restarts, over when they leave.

use super::script::check;

#[test]
fn it_is_told_once_in_the_lobby_and_to_whoever_comes_asks_or_writes_directly() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join kitchen
         > 1 absent lunch
           lobby: 1 is absent
           1< ok
         > 1 absent lunch
           1< ok
         > 3 hello wish=cho
           lobby 4: cho joins
           3< welcome cho uid=3 color=5 new; lobby@4(ann ben cho) absent=1
           3 follows lobby after 4
         > 2 whois 1
           2< ok ann(kitchen lobby) away since 0: lunch
         > 2 direct 1 n1 psst
           1 follows @1:2 after 0
           2 follows @1:2 after 0
           @1:2 5: ben says psst [n1]
           2< ok 5 @1:2 away since 0: lunch
         > 1 say lobby n1 hi
           lobby 6: ann says hi [n1]
           1< ok 6
         > 1 back
           lobby: 1 is back
           1< ok
         > 1 back
           1< ok
         > 2 direct 1 n2 hello
           @1:2 7: ben says hello [n2]
           2< ok 7 @1:2",
    );
}

#[test]
fn it_outlives_a_lost_connection_and_ends_when_they_leave() {
    check(
        ">> 1 hello wish=ann window=a
         >> 2 hello wish=ben
         >> 3 hello secret=1 window=b
         >> 3 absent
         >> 1 lost
         >> 3 lost
         > 4 hello secret=1
           lobby: 1 is here
           4< welcome ann uid=1 color=6; lobby@2(ann ben) absent=1
           4 follows lobby after 2
         >> 4 quit
         > 5 hello secret=1
           lobby 4: ann joins
           5< welcome ann uid=1 color=6; lobby@4(ben ann)
           5 follows lobby after 4",
    );
}

#[test]
fn who_is_muted_gives_no_reason() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben role=admin
         >> 2 mute 1 - spam
         > 1 absent come and see
           1< muted
         > 1 absent
           lobby: 1 is absent
           1< ok",
    );
}
