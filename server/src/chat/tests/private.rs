//! Private rooms, words and invitations; what the owner of a room may do in it; read-only rooms, pins and notices.

use std::fmt::Write as _;

use super::script::check;

#[test]
fn a_private_room_does_not_exist_for_others() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         > 1 private attic
           attic 4: ann sets private=true
           1< ok 4
         > 2 join attic
           2< no_such_room
         > 2 say attic n1 hi
           2< no_such_room
         > 2 history attic
           2< no_such_room
         > 2 part attic
           2< no_such_room
         > 2 topic attic tea
           2< no_such_room
         > 2 typing attic
           2< no_such_room
         > 2 who attic
           2< no_such_room
         > 2 invite attic 2
           2< no_such_room
         > 2 remove attic 1
           2< no_such_room
         > 2 say nowhere n1 hi
           2< no_such_room
         > 2 rooms
           2< ok lobby(2)
         > 2 who
           2< ok ann(lobby) ben(lobby)
         > 2 search tea
           2 reads 200 with \"tea\" in lobby
         > 1 rooms
           1< ok attic(1 private) lobby(2)
         > 1 who
           1< ok ann(attic lobby) ben(lobby)
         >> 2 key admin
         > 2 rooms
           2< ok lobby(2)
         > 2 join attic
           2< no_such_room
         > 2 private attic
           2< no_such_room
         > 9 operator rooms
           9< ok attic(1 private) lobby(2)",
    );
}

#[test]
fn whoever_is_invited_is_told_also_later_and_comes_in_once() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         >> 1 topic attic ghosts
         >> 1 private attic
         > 1 invite attic 2
           attic 6: ann sets invited=ben
           2< invited to attic by ann ghosts
           1< ok 6
         > 1 invite attic 2
           1< ok
         > 1 invite attic 1
           1< no_such_user
         > 1 invite attic 7
           1< no_such_user
         > 2 rooms
           2< ok attic \"ghosts\"(1 private) lobby(2)
         > 2 say attic n1 hi
           2< not_member
         >> 2 quit
         > 3 hello secret=2
           lobby 8: ben joins
           3< welcome ben uid=2 color=2; lobby@8(ann ben)
           3< invited to attic by ann ghosts
           3 follows lobby after 8
         > 3 join attic
           attic 9: ben joins
           3< ok attic@9 \"ghosts\"(ann ben) private=true
           3 follows attic after 9
         > 3 invite attic 1
           3< forbidden
         >> 3 part attic
         > 3 join attic
           3< no_such_room",
    );
}

#[test]
fn a_wrong_word_and_a_room_that_is_not_there_are_refused_alike() {
    check(
        ">> 1 hello wish=ann from=192.0.2.7
         >> 2 hello wish=ben from=192.0.2.8
         >> 3 hello wish=cat from=192.0.2.8
         >> 1 join attic
         > 1 private attic open sesame
           attic 5: ann sets private=true word=true
           1< ok 5
         > 2 join attic sesame
           2< no_such_room
         > 2 join cellar sesame
           2< no_such_room
         > 2 join attic
           2< no_such_room
         > 2 join attic open sesame
           attic 6: ben joins
           2< ok attic@6(ann ben) private=true word=true
           2 follows attic after 6
         >> 3 join attic a
         >> 3 join attic b
         >> 3 join attic c
         > 3 join attic open sesame
           3< rate_limited for 10000 ms
         > 3 join cellar open sesame
           3< rate_limited for 10000 ms
         > 3 join cellar
           cellar 7: cat joins
           3< ok cellar@7(cat)
           3 follows cellar after 7
         > at 10000
         > 3 join attic open sesame
           attic 8: cat joins
           3< ok attic@8(ann ben cat) private=true word=true
           3 follows attic after 8
         > 1 private attic
           attic 9: ann sets word=false
           1< ok 9
         >> 3 part attic
         > 3 join attic open sesame
           3< no_such_room",
    );
}

#[test]
fn who_was_removed_needs_an_invitation_and_the_word_alone_does_not_do() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         >> 1 private attic sesame
         >> 2 join attic sesame
         >> 1 remove attic 2
         > 2 join attic sesame
           2< no_such_room
         >> 1 private attic other
         > 2 join attic other
           2< no_such_room
         > 1 invite attic 2
           attic 8: ann sets invited=ben
           2< invited to attic by ann
           1< ok 8
         > 1 remove attic 2
           1< ok
         > 2 join attic other
           2< no_such_room
         >> 1 invite attic 2
         > 2 join attic
           attic 10: ben joins
           2< ok attic@10(ann ben) private=true word=true
           2 follows attic after 10
         >> 2 part attic
         > 2 join attic other
           attic 12: ben joins
           2< ok attic@12(ann ben) private=true word=true
           2 follows attic after 12",
    );
}

#[test]
fn who_was_removed_from_an_open_room_comes_back_as_long_as_it_is_open() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         >> 2 join attic
         >> 1 remove attic 2
         > 2 join attic
           attic 6: ben joins
           2< ok attic@6(ann ben)
           2 follows attic after 6
         >> 1 remove attic 2
         >> 1 private attic sesame
         > 2 join attic sesame
           2< no_such_room",
    );
}

#[test]
fn moderators_and_the_operator_pin_and_set_the_notice() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         >> 2 join attic
         >> 1 say attic n1 hi
         > 2 notice attic mine
           2< forbidden
         >> 2 key admin
         > 2 notice attic wash your cup
           audit: 2 set-room [room=attic] wash your cup
           attic 7: ben sets notice=wash your cup
           2< ok 7
         > 2 pin attic 5
           looks up 5 in attic for 2 #1
         > found 2 attic 5 #1 1
           2 goes on
           audit: 2 set-room [room=attic pin=5]
           attic 8: ben sets pin=5
           2< ok 8
         > 9 operator pin attic 5
           looks up 5 in attic for 0 #2
         > found 0 attic 5 #2 1
           9 goes on
           9< ok
         > 9 operator pin attic 4
           looks up 4 in attic for 0 #3
         > 9 operator notice attic no cups
           audit: 0 set-room [room=attic] from unix:1000 no cups
           attic 9: operator sets notice=no cups
           9< ok 9
         > found 0 attic 4 #3 missing
           9 goes on
           9< no_such_message
         > 9 operator pin attic 0
           audit: 0 set-room [room=attic pin=0] from unix:1000
           attic 10: operator sets pin=0
           9< ok 10",
    );
}

#[test]
fn an_owner_has_a_moderators_powers_in_that_room_alone() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         >> 1 join attic
         >> 2 join attic
         >> 3 join attic
         > 2 remove attic 3
           2< forbidden
         > 1 remove attic 3 spam
           audit: 1 room-kick 3 [room=attic] spam
           3 leaves attic alone
           3< parted attic by ann spam
           attic 7: ann kicks cat here spam
           1< ok
         > 1 remove attic 3
           1< no_such_user
         > 1 remove attic 1
           1< bad_request
         > 1 remove lobby 3
           1< forbidden
         > 1 kick 3
           1< forbidden
         > 1 hush attic 2 60
           audit: 1 room-mute 2 [room=attic]
           attic 8: ann mutes ben here until 60000
           1< ok
         > 2 say attic n1 hi
           2< muted for 60000 ms
         > 2 typing attic
           2< ok
         > 2 say lobby n2 hi
           lobby 9: ben says hi [n2]
           2< ok 9
         > 1 unhush attic 2
           audit: 1 room-unmute 2 [room=attic]
           attic 10: ann mutes ben here until 0
           1< ok
         > 1 unhush attic 2
           1< bad_request
         > 2 say attic n3 hi
           attic 11: ben says hi [n3]
           2< ok 11
         > 1 delete attic 11 n4
           looks up 11 in attic for 1 #1
         > found 1 attic 11 #1 2
           1 goes on
           audit: 1 delete 2 [room=attic seq=11]
           attic 12: ann deletes 11 [n4]
           1< ok 12",
    );
}

#[test]
fn a_moderator_has_more_say_than_an_owner_and_hands_the_room_on() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         >> 2 join attic
         >> 2 key admin
         > 1 remove attic 2
           1< forbidden
         > 2 owner attic 7
           2< no_such_user
         > 2 owner attic 2
           audit: 2 set-room 2 [room=attic owner=2]
           attic 6: ben sets owner=ben
           2< ok 6
         > 1 notice attic mine
           1< forbidden
         > 2 remove attic 1
           audit: 2 room-kick 1 [room=attic]
           1 leaves attic alone
           1< parted attic by ben
           attic 7: ben kicks ann here
           2< ok
         > 9 operator remove attic 2
           audit: 0 room-kick 2 [room=attic] from unix:1000
           2 leaves attic alone
           2< parted attic by operator
           attic 8: operator kicks ben here
           9< ok
         > 2 owner lobby 2
           2< bad_request
         > 2 private lobby
           2< bad_request",
    );
}

#[test]
fn the_owner_comes_back_to_a_private_room_that_is_empty_and_is_not_forgotten() {
    check(
        ">> 1 hello wish=ann
         >> 1 join attic
         >> 1 private attic
         >> 1 part attic
         >> 2 hello wish=ben
         > 2 join attic
           2< no_such_room
         >> 1 quit
         > at 400000
         > 3 hello secret=1
           lobby 7: ann joins
           3< welcome ann uid=1 color=6; lobby@7(ben ann)
           3 follows lobby after 7
         > 3 rooms
           3< ok lobby(2)
         > 3 join attic
           attic 8: ann joins
           3< ok attic@8(ann) private=true
           3 follows attic after 8",
    );
}

#[test]
fn an_open_room_whose_owner_is_forgotten_is_owned_by_who_opens_it_next() {
    check(
        ">> 1 hello wish=ann
         >> 1 join attic
         >> 1 quit
         > at 400000
         >> 2 hello wish=ben
         >> 2 join attic
         > 2 readonly attic
           attic 7: ben sets read_only=true
           2< ok 7",
    );
}

#[test]
fn in_a_read_only_room_its_owner_and_moderators_speak() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join news
         >> 2 join news
         > 2 readonly news
           2< forbidden
         >> 1 readonly news
         > 2 say news n1 hi
           2< forbidden
         > 2 topic news mine
           2< forbidden
         > 2 delete news 1 n0 so there
           looks up 1 in news for 2 #1
         > found 2 news 1 #1 2
           2 goes on
           2< forbidden
         > 1 say news n1 hi
           news 6: ann says hi [n1]
           1< ok 6
         > 2 react news 6 +1
           looks up 6 in news for 2 #2
         > found 2 news 6 #2 1
           2 goes on
           news 7: ben reacts to 6 with +1
           2< ok 7
         >> 2 key admin
         > 2 say news n2 hi
           news 9: ben says hi [n2]
           2< ok 9
         > 3 hello wish=cat
           lobby 10: cat joins
           3< welcome cat uid=3 color=5 new; lobby@10(ann ben/Admin cat)
           3 follows lobby after 10
         > 3 rooms
           3< ok lobby(3) news(2 read-only)",
    );
}

#[test]
fn a_pinned_message_is_one_of_the_room_and_goes_when_it_is_deleted() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         >> 1 say attic n1 hi
         >> 1 notice attic wash your cup
         > 1 pin attic 3
           looks up 3 in attic for 1 #1
         > found 1 attic 3 #1 missing
           1 goes on
           1< no_such_message
         > 1 pin attic 4
           looks up 4 in attic for 1 #2
         > found 1 attic 4 #2 1
           1 goes on
           attic 6: ann sets pin=4
           1< ok 6
         > 2 join attic
           attic 7: ben joins
           2< ok attic@7(ann ben) notice=wash your cup pin=4
           2 follows attic after 7
         > 1 delete attic 4 n2
           looks up 4 in attic for 1 #3
         > found 1 attic 4 #3 1
           1 goes on
           attic 8: ann deletes 4 [n2]
           1< ok 8
         > 1 pin attic 0
           1< ok
         > 2 join attic
           2< ok attic@8(ann ben) notice=wash your cup",
    );
}

#[test]
fn nobody_is_flooded_with_invitations() {
    let mut script = "rules new_rooms=100/1 max_rooms=100
         >> 1 hello wish=ann
         >> 2 hello wish=ben
    "
    .to_owned();
    for room in 0..20 {
        writeln!(script, ">> 1 join room-{room}\n>> 1 invite room-{room} 2").unwrap();
    }
    script.push_str(
        ">> 1 join attic
         > 1 invite attic 2
           1< rate_limited
         >> 2 join room-7
         > 1 invite attic 2
           attic 45: ann sets invited=ben
           2< invited to attic by ann
           1< ok 45",
    );
    check(&script);
}

#[test]
fn who_is_muted_says_nothing_by_reasons_or_notices_either() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join attic
         >> 2 join attic
         >> 1 say attic n1 hi
         >> 9 operator mute 1
         > 1 remove attic 2 so there
           1< muted
         > 1 hush attic 2
           1< muted
         > 1 unhush attic 2
           1< muted
         > 1 delete attic 5 n2 so there
           looks up 5 in attic for 1 #1
         > found 1 attic 5 #1 1
           1 goes on
           1< muted
         > 1 delete attic 5 n3
           looks up 5 in attic for 1 #2
         > found 1 attic 5 #2 1
           1 goes on
           attic 8: ann deletes 5 [n3]
           1< ok 8
         >> 9 operator unmute 1
         >> 9 operator hush attic 1
         > 1 notice attic so there
           1< muted",
    );
}
