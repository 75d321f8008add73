//! Roles, kicks, announcements and shutdown: who may do what, and its effects.

use super::script::{Stage, check, rules};

#[test]
fn a_member_is_refused_what_needs_an_admin() {
    for act in ["kick 2 spam", "role 1 admin", "announce cake", "shutdown 0", "restart 0", "cancel"] {
        let mut stage = Stage::new(rules(""));
        stage.play("1 hello wish=ann");
        stage.play("2 hello wish=ben");
        assert_eq!(stage.play(&format!("1 {act}")), ["1< forbidden"], "{act}");
        assert_eq!(stage.play("2 ping"), ["2< pong", "2< ok"]);
        assert_eq!(stage.chat.next_deadline(), None);
    }
}

#[test]
fn a_moderator_may_kick_and_is_refused_what_needs_an_admin() {
    let script = |act: &str| {
        let mut stage = Stage::new(rules(""));
        for line in ["1 hello wish=ann", "2 hello wish=ben", "3 hello wish=cat", "1 key admin"] {
            stage.play(line);
        }
        for line in ["1 role 2 moderator", "1 role 3 moderator"] {
            stage.play(line);
        }
        stage.play(&format!("2 {act}"))
    };
    for act in ["role 2 admin", "announce cake", "shutdown 0", "cancel", "kick 1", "kick 3"] {
        assert_eq!(script(act), ["2< forbidden"], "{act}");
    }
    assert_eq!(script("kick 99"), ["2< no_such_user"]);
}

#[test]
fn the_key_makes_an_admin_and_everyone_sees_it() {
    check(
        ">> 1 hello wish=ann
         > 1 key admin
           audit: 1 auth [role=admin]
           lobby 2: ann makes ann admin
           1< ok Admin
         > 1 key admin
           audit: 1 auth [role=admin]
           1< ok Admin
         > 2 hello secret=1
           1 goodbye replaced
           2< welcome ann uid=1 color=6 Admin; lobby@2(ann/Admin)
           2 follows lobby after 2
         > 9 key admin",
    );
}

#[test]
fn a_kick_is_told_in_every_room_and_to_the_one_it_hits() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         >> 2 join kitchen
         > 1 kick 2 too loud
           audit: 1 kick 2 too loud
           kitchen 5: ann kicks ben too loud
           lobby 6: ann kicks ben too loud
           kitchen: 2 is gone
           lobby: 2 is gone
           2 goodbye kicked by ann too loud
           1< ok
         > 2 say lobby n1 hey
         > 2 lost
         > 1 kick 2
           1< no_such_user
         > 3 hello secret=2
           kitchen 7: ben joins
           lobby 8: ben joins
           3< welcome ben uid=2 color=2; kitchen@7(ben) lobby@8(ann/Admin ben)
           3 follows kitchen after 7
           3 follows lobby after 8",
    );
}

#[test]
fn somebody_away_can_be_kicked() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         >> 2 lost
         > 1 kick 2
           audit: 1 kick 2
           lobby 4: ann kicks ben
           lobby: 2 is gone
           1< ok
         > at 900000",
    );
}

#[test]
fn a_role_is_given_by_an_admin_and_told_in_the_lobby() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 key admin
         > 1 role 2 moderator
           audit: 1 role 2 [role=moderator]
           lobby 4: ann makes ben moderator
           1< ok
         > 1 role 9 moderator
           1< no_such_user
         > 1 role 2 member
           audit: 1 role 2 [role=member]
           lobby 5: ann makes ben member
           1< ok
         > 2 kick 1
           2< forbidden",
    );
}

#[test]
fn an_announcement_is_an_event_of_the_lobby() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         > 1 announce 케이크 is here
           lobby 3: ann announces 케이크 is here
           audit: 1 announce [seq=3]
           1< ok 3",
    );
}

#[test]
fn a_shutdown_counts_down_in_front_of_everyone() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> at 1000
         > 1 shutdown 30 new version
           audit: 1 shutdown [in_s=30 restart=false] new version
           lobby 3: ann announces the server stops in 30 s: new version (stop in 30000 for new version)
           1< ok
         > at 30999
         > 2 hello wish=ben
           lobby 4: ben joins
           2< welcome ben uid=2 color=2 new; (stop in 1 by ann for new version) lobby@4(ann/Admin ben)
           2 follows lobby after 4
         > at 31000
           stop by ann new version",
    );
}

#[test]
fn a_shutdown_can_be_called_off_once() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         > 1 cancel
           1< bad_request
         >> 1 shutdown 30 oops
         > 1 cancel
           audit: 1 shutdown-cancel
           lobby 4: ann announces the shutdown is called off (off)
           1< ok
         > 1 cancel
           1< bad_request
         > at 900000",
    );
}

#[test]
fn a_shutdown_at_once_is_due_at_once_and_a_restart_asks_everyone_back() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         > 1 restart 0
           audit: 1 shutdown [in_s=0 restart=true]
           lobby 3: ann announces the server restarts now (restart in 0)
           1< ok
         > 2 hello wish=ben
           2 rejected: shutting_down
         > at 0
           restart by ann come back",
    );
}

#[test]
fn a_countdown_lasts_a_day_at_most() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         > 1 shutdown 86401
           1< bad_request
         > 1 cancel
           1< bad_request",
    );
}

#[test]
fn the_operator_stops_the_server_without_a_countdown() {
    check(
        "> stop
           stop by the operator come back",
    );
}

#[test]
fn the_next_deadline_is_the_earliest_of_all() {
    let mut stage = Stage::new(rules(""));
    for line in ["1 hello wish=ann", "1 key admin", "2 hello wish=ben", "3 hello wish=cat"] {
        stage.play(line);
    }
    assert_eq!(stage.chat.next_deadline(), None);
    stage.now = 500;
    stage.play("2 lost");
    stage.now = 600;
    stage.play("3 lost");
    assert_eq!(stage.chat.next_deadline(), Some(300_500));
    stage.play("1 shutdown 30");
    assert_eq!(stage.chat.next_deadline(), Some(30_600));
    stage.play("1 cancel");
    stage.play("4 hello secret=2");
    assert_eq!(stage.chat.next_deadline(), Some(300_600));
}
