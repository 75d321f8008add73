//! Bans and mutes: whom they apply to, what is told to whom, and when they end.

use super::script::{Stage, check, rules, uid};
use crate::chat::effect::{Effect, Record};
use crate::chat::proposal::Proposal;
use crate::chat::rollback::CommittedState;
use crate::chat::{Chat, Memory};

#[test]
fn a_banned_person_hears_who_why_and_until_when_and_the_rooms_see_one_line() {
    check(
        ">> 1 hello wish=ann from=192.0.2.1
         >> 1 key admin
         >> 2 hello wish=민수 from=192.0.2.7
         >> 2 join kitchen
         >> 2 direct 1 n1 psst
         >> at 1000
         > 1 ban 2 60 도배 그만
           audit: 1 ban 2 [until=1970-01-01T00:01:01Z] from 192.0.2.1 도배 그만
           kitchen 6: ann bans 민수 until 61000 도배 그만
           lobby 7: ann bans 민수 until 61000 도배 그만
           @1:2: 2 is gone
           kitchen: 2 is gone
           lobby: 2 is gone
           2 goodbye banned by ann until 61000 도배 그만
           1< ok",
    );
}

#[test]
fn a_banned_person_stays_out_and_changes_nothing_until_the_end() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         >> 1 ban 2 60 spam
         >> at 20000
         > 3 hello secret=2
           3 rejected: banned for 40000 ms goodbye banned by ann until 60000 spam
         > 3 hello secret=2 wish=ann resume=lobby:1
           3 rejected: banned for 40000 ms goodbye banned by ann until 60000 spam
         > 3 hello secret=2 wish=admin
           3 rejected: banned for 40000 ms goodbye banned by ann until 60000 spam
         > 4 hello wish=eve
           lobby 5: eve joins
           4< welcome eve uid=3 color=2 new; lobby@5(ann/Admin eve)
           4 follows lobby after 5
         >> at 60000
         > 5 hello secret=2 wish=bob
           lobby 6: bob joins
           5< welcome bob uid=2 color=2; lobby@6(ann/Admin eve bob)
           5 follows lobby after 6",
    );
}

#[test]
fn banning_somebody_who_is_gone_publishes_nothing() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         >> 2 quit
         > 1 ban 2 - troll
           audit: 1 ban 2 troll
           1< ok
         > 3 hello secret=2
           3 rejected: banned goodbye banned by ann troll",
    );
}

#[test]
fn a_ban_of_somebody_away_takes_them_off_the_lists() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         >> 2 lost
         > 1 ban 2 -
           audit: 1 ban 2
           lobby 4: ann bans ben
           lobby: 2 is gone
           1< ok
         > at 900000
         > 1 who
           1< ok ann/Admin(lobby)",
    );
}

#[test]
fn a_new_ban_replaces_the_old_one_and_is_lifted_once() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         >> 1 ban 2 60 spam
         >> at 1000
         >> 1 ban 2 - worse
         > 1 bans
           1< ok [ban of ben by ann at 1000 worse]
         > 1 unban 2
           audit: 1 unban 2
           1< ok
         > 1 unban 2
           1< bad_request
         > 1 unban 7
           1< no_such_user
         > 1 bans
           1< ok
         > 3 hello secret=2
           lobby 5: ben joins
           3< welcome ben uid=2 color=2; lobby@5(ann/Admin ben)
           3 follows lobby after 5",
    );
}

#[test]
fn a_banned_address_admits_known_identities_and_no_new_ones() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben from=2001:db8:1:2::7
         >> 3 hello wish=cat from=2001:db8:1:2::8
         > 1 banip 2 60 spam
           audit: 1 ban 2 [until=1970-01-01T00:01:00Z address=2001:db8:1:2::] spam
           lobby 5: ann bans ben until 60000 spam
           lobby: 2 is gone
           2 goodbye banned by ann until 60000 spam
           1< ok
         > 4 hello wish=eve from=2001:db8:1:2::9
           4 rejected: banned for 60000 ms goodbye banned until 60000
         > 4 hello secret=9 from=2001:db8:1:2::9
           4 rejected: banned for 60000 ms goodbye banned until 60000
         > 5 hello secret=2 from=192.0.2.7
           5 rejected: banned for 60000 ms goodbye banned by ann until 60000 spam
         > 6 hello secret=3 from=2001:db8:1:2::8
           3 goodbye replaced
           6< welcome cat uid=3 color=5; lobby@5(ann/Admin cat)
           6 follows lobby after 5
         > 7 hello wish=eve from=2001:db8:1:3::9
           lobby 6: eve joins
           7< welcome eve uid=4 color=2 new; lobby@6(ann/Admin cat eve)
           7 follows lobby after 6
         > 1 bans
           1< ok [ban of ben and 2001:db8:1:2:: by ann at 0 until 60000 spam]
         >> 1 unban 2
         > 8 hello wish=dan from=2001:db8:1:2::9
           lobby 7: dan joins
           8< welcome dan uid=5 color=3 new; lobby@7(ann/Admin cat eve dan)
           8 follows lobby after 7",
    );
}

#[test]
fn a_local_or_unknown_address_is_not_banned() {
    for from in ["from=127.0.0.1", "from=::1", "from=::ffff:127.0.0.1", "from=fe80::7", "unix=1000", ""] {
        let mut stage = Stage::new(rules(""));
        for line in ["1 hello wish=ann", "1 key admin", &format!("2 hello wish=ben {from}")] {
            stage.play(line);
        }
        assert_eq!(stage.play("1 banip 2 60 spam"), ["1< bad_request"], "{from}");
        assert_eq!(stage.play("2 ping"), ["2< pong", "2< ok"], "{from}");
    }
}

#[test]
fn a_muted_person_reads_on_and_is_not_heard_anywhere() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=민수
         >> 2 join kitchen
         >> 2 direct 1 n1 psst
         >> at 1000
         > 1 mute 2 60 잠시 조용히
           audit: 1 mute 2 [until=1970-01-01T00:01:01Z] 잠시 조용히
           kitchen 6: ann mutes 민수 until 61000 잠시 조용히
           lobby 7: ann mutes 민수 until 61000 잠시 조용히
           1< ok
         >> at 2000
         > 2 say lobby n2 hi
           2< muted for 59000 ms
         > 2 me kitchen n3 waves
           2< muted for 59000 ms
         > 2 direct 1 n4 hi
           2< muted for 59000 ms
         > 2 say @1:2 n5 hi
           2< muted for 59000 ms
         > 2 topic kitchen tea
           2< muted for 59000 ms
         > 2 rename bob
           2< muted for 59000 ms
         > 2 typing lobby
           2< ok
         > 2 direct 1 n1 psst
           2< ok 5 @1:2
         > 2 direct 1 n1 other
           2< nonce_conflict
         > 2 history lobby
           2 reads 200 of lobby the end
         >> at 61000
         > 2 say lobby n2 hi
           lobby 8: 민수 says hi [n2]
           2< ok 8",
    );
}

#[test]
fn a_mute_survives_a_reconnect() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         >> 2 hello wish=ben
         >> 1 mute 2 -
         >> 2 quit
         > 3 hello secret=2 wish=bob
           lobby 6: ben joins
           3< welcome ben uid=2 color=2; lobby@6(ann/Admin ben)
           3 follows lobby after 6
         > 3 say lobby n1 hi
           3< muted
         > 1 unmute 2
           audit: 1 unmute 2
           lobby 7: ann mutes ben until 0
           1< ok
         > 3 say lobby n1 hi
           lobby 8: ben says hi [n1]
           3< ok 8
         > 1 unmute 2
           1< bad_request",
    );
}

#[test]
fn nobody_moderates_themself_or_somebody_of_the_same_role() {
    let mut stage = Stage::new(rules(""));
    for line in
        ["1 hello wish=ann", "2 hello wish=ben", "3 hello wish=cat", "4 hello wish=dan", "1 key admin"]
    {
        stage.play(line);
    }
    for line in ["1 role 2 moderator", "1 role 3 moderator", "1 role 4 admin"] {
        stage.play(line);
    }
    for act in ["kick", "ban", "mute", "unban", "unmute"] {
        assert_eq!(stage.play(&format!("2 {act} 2")), ["2< bad_request"], "{act}");
        assert_eq!(stage.play(&format!("2 {act} 3")), ["2< forbidden"], "{act}");
        assert_eq!(stage.play(&format!("2 {act} 1")), ["2< forbidden"], "{act}");
        assert_eq!(stage.play(&format!("1 {act} 4")), ["1< forbidden"], "{act}");
        assert_eq!(stage.play(&format!("2 {act} 9")), ["2< no_such_user"], "{act}");
    }
    assert_eq!(stage.play("1 role 4 member"), ["1< forbidden"]);
    assert_eq!(stage.play("9 operator role 4 member").last().unwrap(), "9< ok");
    assert_eq!(stage.play("1 role 1 member").last().unwrap(), "1< ok");
    assert_eq!(stage.play("1 role 1 admin"), ["1< forbidden"]);
}

#[test]
fn a_member_may_not_moderate() {
    let mut stage = Stage::new(rules(""));
    stage.play("1 hello wish=ann");
    stage.play("2 hello wish=ben");
    for act in ["ban 2 60", "banip 2 60", "mute 2 60", "unban 2", "unmute 2", "bans"] {
        assert_eq!(stage.play(&format!("1 {act}")), ["1< forbidden"], "{act}");
    }
}

#[test]
fn a_ban_or_mute_lasts_a_second_to_ten_years() {
    for act in ["ban", "mute"] {
        let mut stage = Stage::new(rules(""));
        for line in ["1 hello wish=ann", "1 key admin", "2 hello wish=ben"] {
            stage.play(line);
        }
        for wrong in ["0", "315360001", "18446744073709551615"] {
            assert_eq!(stage.play(&format!("1 {act} 2 {wrong}")), ["1< bad_request"], "{act} {wrong}");
        }
        assert_eq!(stage.play(&format!("1 {act} 2 315360000")).last().unwrap(), "1< ok", "{act}");
    }
}

#[test]
fn expired_bans_and_mutes_are_removed() {
    let mut stage = Stage::new(rules(""));
    for line in ["1 hello wish=ann", "1 key admin", "2 hello wish=ben", "1 mute 2 1", "1 ban 2 1"] {
        stage.play(line);
    }
    let lifted = |effects: &[Effect]| {
        effects.iter().filter(|effect| matches!(effect, Effect::Save(Record::Lift { .. }))).count()
    };
    stage.now = 999;
    assert_eq!(lifted(&stage.propose("1 bans")), 0);
    stage.now = 1000;
    assert_eq!(lifted(&stage.propose("1 bans")), 2);
    assert_eq!(stage.play("1 unban 2"), ["1< bad_request"]);
}

#[test]
fn a_whois_tells_everyone_who_it_is_and_moderators_where_from() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> at 5000
         >> 3 hello wish=민수 from=192.0.2.7 client=nc
         >> 3 direct 2 n1 psst
         > 1 whois 3
           1< ok 민수(lobby)
         > 2 whois 3
           2< ok 민수(@2:3 lobby)
         >> 1 key admin
         >> 1 mute 3 60 shh
         >> 3 quit
         > 1 whois 3
           1< ok ~민수(lobby) last seen 5000 present=false at 192.0.2.7 with \"nc\" since 5000 [mute of 민수 by ann at 5000 until 65000 shh]
         > 9 operator whois 2
           9< ok ben(lobby) present=true at nowhere with \"\" since 0
         > 1 whois 9
           1< no_such_user",
    );
}

#[test]
fn the_operator_bans_and_mutes_whoever_it_is() {
    check(
        ">> 1 hello wish=ann
         >> 1 key admin
         > 9 operator mute 1 60 쉿
           audit: 0 mute 1 [until=1970-01-01T00:01:00Z] from unix:1000 쉿
           lobby 3: operator mutes ann until 60000 쉿
           9< ok
         > 1 unmute 1
           1< bad_request
         > 9 operator unmute 1
           audit: 0 unmute 1 from unix:1000
           lobby 4: operator mutes ann until 0
           9< ok
         > 9 operator ban 1 -
           audit: 0 ban 1 from unix:1000
           lobby 5: operator bans ann
           lobby: 1 is gone
           1 goodbye banned by operator
           9< ok
         > 9 operator bans
           9< ok [ban of ann by operator at 0]
         > 9 operator unban 1
           audit: 0 unban 1 from unix:1000
           9< ok",
    );
}

#[test]
fn a_wrong_key_is_in_the_audit_trail() {
    check(
        ">> 1 hello wish=ann from=192.0.2.7
         > 1 wrongkey
           audit: 1 wrong-key from 192.0.2.7
         > 7 wrongkey",
    );
}

#[test]
fn identities_that_must_be_kept_are_not_forgotten_however_many_come_and_go() {
    let mut stage = Stage::new(rules(""));
    for line in [
        "1 hello wish=ann",
        "1 key admin",
        "2 hello wish=ben",
        "3 hello wish=cat",
        "4 hello wish=dan",
        "5 hello wish=eve",
        "6 hello wish=fay",
        "1 role 2 moderator",
        "1 mute 3",
        "1 ban 4",
        "1 direct 5 n1 hi",
        "2 quit",
        "3 quit",
        "5 quit",
        "6 quit",
    ] {
        stage.play(line);
    }
    let mut forgotten = Vec::new();
    for conn in 10..4120 {
        for line in [format!("{conn} hello"), format!("{conn} quit")] {
            forgotten.extend(stage.propose(&line).into_iter().filter_map(|effect| match effect {
                Effect::Save(Record::Forget(uid)) => Some(uid.get()),
                _ => None,
            }));
        }
    }
    assert_eq!(forgotten.first(), Some(&6));
    assert!(forgotten.len() > 5, "only {forgotten:?}");
    for uid in 1..=5 {
        assert!(!forgotten.contains(&uid), "{uid} was forgotten");
    }
}

#[test]
fn a_mute_of_a_minute_lasts_a_minute_whatever_is_done_to_the_wall_clock() {
    check(
        ">> 1 hello wish=ann role=admin
         >> 2 hello wish=ben
         >> 1 mute 2 60 spam
         >> at 10000
         >> step 3600000
         > 2 say lobby n1 hi
           2< muted for 50000 ms
         >> step -7200000
         > 2 say lobby n1 hi
           2< muted for 50000 ms
         >> at -3540001
         > 2 say lobby n1 hi
           2< muted for 1 ms
         >> at -3540000
         > 2 say lobby n1 hi
           lobby 5: ben says hi [n1]
           2< ok 5",
    );
}

#[test]
fn a_mute_of_a_run_whose_clock_was_ahead_has_its_length_from_now_on() {
    const DAY: shared::Millis = 86_400_000;
    let mut stage = Stage::new(rules(""));
    stage.now = 60 * DAY;
    for line in ["1 hello wish=ann role=admin", "2 hello wish=ben", "1 mute 2 10 spam"] {
        stage.play(line);
    }
    let memory = Memory { sanctions: stage.chat.sanctions.to_vec(), ..Memory::default() };
    let mut chat = Chat::new(rules(""), memory, 1000);
    assert!(chat.sanctions.mute(uid(2), 10_999).is_some() && chat.sanctions.mute(uid(2), 11_000).is_none());
    let kept = chat.handle(stage.order(Proposal::Tick));
    assert!(
        matches!(&kept[..], [Effect::Save(Record::Sanction(mute)), ..] if mute.until == Some(11_000)),
        "another start must not begin it again: {kept:?}"
    );
}

#[test]
fn the_resume_window_and_a_countdown_are_as_long_as_they_were_when_the_wall_clock_is_set() {
    check(
        ">> 1 hello wish=ann role=admin
         >> 2 hello wish=ben
         >> 2 lost
         >> 1 shutdown 400
         >> step 86400000
         > at 86699999
         > at 86700000
           lobby 5: ben leaves (lost)
         > at 86799999
         > at 86800000
           stop by ann",
    );
}

#[test]
fn a_ban_that_could_not_be_stored_holds_for_nobody() {
    let mut stage = Stage::new(rules(""));
    for line in ["1 hello wish=ann role=admin", "2 hello wish=ben", "1 ban 2 60 spam"] {
        stage.play(line);
    }
    assert_eq!(
        stage.play("3 hello secret=2"),
        ["3 rejected: banned for 60000 ms goodbye banned by ann until 60000 spam"]
    );
    let kept = CommittedState { sanctions: vec![(uid(2), vec![])], ..CommittedState::default() };
    stage.chat.roll_back(&[], kept, &[]);
    assert!(stage.play("3 hello secret=2").iter().any(|effect| effect.starts_with("3< welcome ben")));
}

#[test]
fn a_ban_that_was_lifted_and_could_not_be_stored_holds_again() {
    let mut stage = Stage::new(rules(""));
    for line in ["1 hello wish=ann role=admin", "2 hello wish=ben", "1 ban 2 60 spam"] {
        stage.play(line);
    }
    let ban = stage.chat.sanctions.on(uid(2), 0);
    stage.play("1 unban 2");
    let kept = CommittedState { sanctions: vec![(uid(2), ban)], ..CommittedState::default() };
    stage.chat.roll_back(&[], kept, &[]);
    assert_eq!(
        stage.play("3 hello secret=2"),
        ["3 rejected: banned for 60000 ms goodbye banned by ann until 60000 spam"]
    );
}
