//! Requests of the operator, who has no identity in the chat.

use super::script::{Stage, check, rules};

#[test]
fn the_operator_kicks_whoever_it_is_and_everyone_sees_who_did_it() {
    check(
        ">> 1 hello wish=민수
         >> 1 key admin
         > 9 operator kick 1 도배
           audit: 0 kick 1 from unix:1000 도배
           lobby 3: operator kicks 민수 도배
           lobby: 1 is gone
           1 goodbye kicked by operator 도배
           9< ok
         > 9 operator kick 1
           9< no_such_user",
    );
}

#[test]
fn a_secret_that_is_revoked_brings_nobody_back_and_the_one_of_a_reset_does() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         > 9 operator revoke 1 99
           audit: 0 revoke 1 from unix:1000
           lobby 3: ann leaves (quit)
           1 goodbye kicked by operator your secret no longer works; ask the operator for a new one, for chinwag --secret-file
           9< ok
         >> 1 lost
         >> 3 hello secret=1 wish=cat
         > 9 operator reset 1 98
           audit: 0 reset 1 from unix:1000
           9< ok
         > 9 operator reset 7 97
           9< no_such_user",
    );
}

#[test]
fn the_operator_gives_and_takes_roles() {
    check(
        ">> 1 hello wish=ann
         > 9 operator role 1 admin
           audit: 0 role 1 [role=admin] from unix:1000
           lobby 2: operator makes ann admin
           9< ok
         > 9 operator role 1 member
           audit: 0 role 1 [role=member] from unix:1000
           lobby 3: operator makes ann member
           9< ok
         > 9 operator role 0 member
           9< no_such_user",
    );
}

#[test]
fn the_operator_announces_and_counts_down_without_being_here() {
    check(
        "> 9 operator announce 점검 합니다
           lobby 1: operator announces 점검 합니다
           audit: 0 announce [seq=1] from unix:1000
           9< ok 1
         > 9 operator shutdown 30 new version
           audit: 0 shutdown [in_s=30 restart=false] from unix:1000 new version
           lobby 2: operator announces the server stops in 30 s: new version (stop in 30000 for new version)
           9< ok
         > 9 operator cancel
           audit: 0 shutdown-cancel from unix:1000
           lobby 3: operator announces the shutdown is called off (off)
           9< ok
         >> 9 operator restart 1
         > at 1000
           restart by operator come back",
    );
}

#[test]
fn the_operator_sees_who_is_here_but_no_direct_room() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 join kitchen
         >> 1 direct 2 n1 psst
         > 9 operator who
           9< ok ann(lobby) ben(kitchen lobby)
         > 9 operator who kitchen
           9< ok ben(kitchen lobby)
         > 9 operator who cellar
           9< no_such_room
         > 9 operator who @1:2
           9< no_such_room",
    );
}

#[test]
fn the_operator_cannot_take_part() {
    let asked = [
        "say lobby n1 hi",
        "direct 1 n1 hi",
        "join kitchen",
        "part lobby",
        "rename ann",
        "topic lobby tea",
        "history lobby",
        "search tea",
        "typing lobby",
        "ping",
        "quit",
    ];
    let mut stage = Stage::new(rules(""));
    stage.play("1 hello wish=ben");
    for said in asked {
        assert_eq!(stage.play(&format!("9 operator {said}")), ["9< bad_request"], "{said}");
    }
    assert_eq!(stage.play("9 operator pong"), [""; 0]);
}

#[test]
fn nobody_is_called_operator() {
    check(
        "> 1 hello wish=operator
           1 rejected: name_reserved
         > 1 hello wish=Operat0r
           1 rejected: name_reserved",
    );
}

#[test]
fn a_connection_may_prove_a_role_by_itself() {
    check(
        "> 1 hello wish=ann role=admin unix=1000
           lobby 1: ann joins
           audit: 1 auth [role=admin] from unix:1000
           lobby 2: ann makes ann admin
           1< welcome ann uid=1 color=6 Admin new; lobby@2(ann/Admin)
           1 follows lobby after 2
         > 2 hello secret=1
           1 goodbye replaced
           2< welcome ann uid=1 color=6 Admin; lobby@2(ann/Admin)
           2 follows lobby after 2",
    );
}
