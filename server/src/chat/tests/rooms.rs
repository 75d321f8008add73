//! Rooms, topics, direct conversations, and who may see what of them.

use super::script::check;

#[test]
fn whoever_comes_back_to_a_server_that_is_full_of_rooms_leaves_those_that_nobody_else_is_in() {
    check(
        "rules rooms=3
         >> 1 hello wish=ann
         >> 1 join attic
         >> 1 join kitchen
         >> 1 quit
         >> 2 hello wish=ben
         >> 2 join kitchen
         >> 2 join den
         >> 3 hello secret=1
         > 3 typing attic
           3< not_member",
    );
}

#[test]
fn a_room_comes_into_being_with_its_first_member() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         > 1 say kitchen n1 hi
           1< no_such_room
         > 1 join kitchen
           kitchen 3: ann joins
           1< ok kitchen@3(ann)
           1 follows kitchen after 3
         > 2 say kitchen n1 hi
           2< not_member
         > 2 join kitchen
           kitchen 4: ben joins
           2< ok kitchen@4(ann ben)
           2 follows kitchen after 4
         > 2 join kitchen
           2< ok kitchen@4(ann ben)
         > 2 say kitchen n1 hi
           kitchen 5: ben says hi [n1]
           2< ok 5",
    );
}

#[test]
fn whoever_parts_is_out_of_that_room_only() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join kitchen
         >> 2 join kitchen
         > 1 part kitchen
           1 leaves kitchen alone
           kitchen 5: ann leaves (part)
           1< ok
         > 1 part kitchen
           1< not_member
         > 1 typing kitchen
           1< not_member
         > 1 history kitchen
           1< not_member
         > 1 topic kitchen soup
           1< not_member
         > 1 part nowhere
           1< no_such_room
         > 1 part lobby
           1< bad_request
         > 2 who kitchen
           2< ok ben(kitchen lobby)
         > 1 join kitchen
           kitchen 6: ann joins
           1< ok kitchen@6(ben ann)
           1 follows kitchen after 6",
    );
}

#[test]
fn a_topic_is_an_event_and_stays_with_the_room() {
    check(
        ">> 1 hello wish=ann
         > 1 topic lobby 점심 at noon
           lobby 2: ann sets the topic 점심 at noon
           1< ok 2
         >> 2 hello wish=ben
         > 2 topic lobby
           lobby 4: ben sets the topic
           2< ok 4
         >> 1 topic lobby tea
         > 3 hello wish=cat
           lobby 6: cat joins
           3< welcome cat uid=3 color=5 new; lobby@6 \"tea\"(ann ben cat)
           3 follows lobby after 6",
    );
}

#[test]
fn an_action_is_published_as_an_action() {
    check(
        ">> 1 hello wish=ann
         > 1 me lobby n1 waves
           lobby 2: ann does waves [n1]
           1< ok 2",
    );
}

#[test]
fn a_direct_message_reaches_the_two_and_nobody_else() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         > 2 direct 1 n1 psst
           1 follows @1:2 after 0
           2 follows @1:2 after 0
           @1:2 4: ben says psst [n1]
           2< ok 4 @1:2
         > 1 say @1:2 n1 what
           @1:2 5: ann says what [n1]
           1< ok 5
         > 3 say @1:2 n1 me too
           3< no_such_room
         > 3 join @1:2
           3< no_such_room
         > 3 history @1:2
           3< no_such_room
         > 3 typing @1:2
           3< no_such_room
         > 3 who @1:2
           3< no_such_room
         > 3 topic @1:2 gossip
           3< no_such_room
         > 3 part @1:2
           3< no_such_room
         > 3 who
           3< ok ann(lobby) ben(lobby) cat(lobby)
         > 1 who
           1< ok ann(@1:2 lobby) ben(@1:2 lobby) cat(lobby)
         > 3 search psst
           3 reads 200 with \"psst\" in lobby
         > 1 search psst
           1 reads 200 with \"psst\" in @1:2 lobby
         > 1 topic @1:2 gossip
           1< bad_request",
    );
}

#[test]
fn a_direct_message_waits_for_somebody_who_is_not_here() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 quit
         > 1 direct 2 n1 psst
           1 follows @1:2 after 0
           @1:2 4: ann says psst [n1]
           1< ok 4 @1:2
         > 1 direct 9 n2 psst
           1< no_such_user
         > 1 direct 1 n3 psst
           1< bad_request
         > 3 hello secret=2 resume=@1:2:0
           @1:2: 2 is here
           lobby 5: ben joins
           3< welcome ben uid=2 color=2; @1:2@4(ann ben) lobby@5(ann ben)
           3 follows @1:2 after 0
           3 follows lobby after 5
           3 resumed",
    );
}

#[test]
fn nobody_is_told_who_closes_a_direct_conversation_and_the_next_message_opens_it_again() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 direct 2 n1 psst
         > 2 part @1:2
           2 leaves @1:2 alone
           2< ok
         > 1 direct 2 n2 are you there
           2 follows @1:2 after 3
           @1:2 4: ann says are you there [n2]
           1< ok 4 @1:2",
    );
}

/// PROTOCOL.md: a direct room is spoken in with `say` or `direct` alike, and opens again with its next message.
#[test]
fn a_closed_direct_conversation_opens_again_with_say_as_with_direct() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 direct 2 n1 psst
         >> 2 part @1:2
         > 1 say @1:2 n2 are you there
           2 follows @1:2 after 3
           @1:2 4: ann says are you there [n2]
           1< ok 4",
    );
}

/// PROTOCOL.md: a request that was declined changed nothing; a direct room's first event is the first either hears.
#[test]
fn a_direct_message_that_is_declined_opens_no_room() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 say lobby n1 hi
         > 1 direct 2 n1 psst
           1< nonce_conflict
         > 2 who
           2< ok ann(lobby) ben(lobby)",
    );
}

#[test]
fn a_direct_room_has_no_joins_and_leaves() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 direct 2 n1 psst
         > 2 quit
           2< ok
           @1:2: 2 is gone
           lobby 4: ben leaves (quit)
           2 goodbye quit
         > 3 hello secret=2
           @1:2: 2 is here
           lobby 5: ben joins
           3< welcome ben uid=2 color=2; @1:2@3(ann ben) lobby@5(ann ben)
           3 follows @1:2 after 3
           3 follows lobby after 5",
    );
}

#[test]
fn a_person_is_in_a_limited_number_of_rooms() {
    check(
        "rules max_rooms=2
         >> 1 hello wish=ann
         >> 1 join kitchen
         > 1 join cellar
           1< rate_limited
         > 1 join kitchen
           1< ok kitchen@2(ann)
         >> 1 part kitchen
         > 1 join cellar
           cellar 4: ann joins
           1< ok cellar@4(ann)
           1 follows cellar after 4",
    );
}

#[test]
fn rooms_that_strangers_open_with_somebody_do_not_count_as_theirs() {
    check(
        "rules max_rooms=2
         >> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         >> 2 direct 1 n1 hi
         >> 3 direct 1 n1 hi
         >> 1 join kitchen
         > 1 join cellar
           1< rate_limited
         > 1 who kitchen
           1< ok ann(@1:2 @1:3 kitchen lobby)",
    );
}

#[test]
fn a_server_has_a_limited_number_of_rooms_and_those_without_people_do_not_count() {
    check(
        "rules rooms=2
         >> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join kitchen
         > 2 join cellar
           2< rate_limited
         >> 2 join kitchen
         >> 2 direct 1 n1 hi
         >> 1 part kitchen
         >> 2 part kitchen
         > 2 join cellar
           cellar 8: ben joins
           2< ok cellar@8(ben)
           2 follows cellar after 8
         > 1 join kitchen
           kitchen 9: ann joins
           1< ok kitchen@9(ann)
           1 follows kitchen after 9",
    );
}

#[test]
fn creating_rooms_has_a_burst_and_a_rate_per_hour() {
    check(
        "rules new_rooms=2/1
         >> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join kitchen
         >> 1 direct 2 n1 hi
         > 1 join cellar
           1< rate_limited for 3600000 ms
         >> 2 join cellar
         > 1 join cellar
           cellar 6: ann joins
           1< ok cellar@6(ben ann)
           1 follows cellar after 6
         > 1 direct 2 n2 again
           @1:2 7: ann says again [n2]
           1< ok 7 @1:2
         > 2 direct 1 n1 hi
           @1:2 8: ben says hi [n1]
           2< ok 8 @1:2
         > at 3600000
         > 1 join attic
           attic 9: ann joins
           1< ok attic@9(ann)
           1 follows attic after 9",
    );
}

#[test]
fn who_tells_of_one_room_or_of_all() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join kitchen
         > 2 who
           2< ok ann(kitchen lobby) ben(lobby)
         > 1 who kitchen
           1< ok ann(kitchen lobby)
         > 2 who kitchen
           2< not_member
         > 2 who nowhere
           2< no_such_room",
    );
}

#[test]
fn typing_is_presence_and_no_event() {
    check(
        ">> 1 hello wish=ann
         > 1 typing lobby
           lobby: 1 is typing
           1< ok
         > 1 say lobby n1 hi
           lobby 2: ann says hi [n1]
           1< ok 2",
    );
}

#[test]
fn pages_are_asked_for_within_the_limit() {
    check(
        ">> 1 hello wish=ann
         > 1 history lobby
           1 reads 200 of lobby the end
         > 1 history lobby before 7 5
           1 reads 5 of lobby before 7
         > 1 history lobby after 7 100000
           1 reads 200 of lobby after 7
         > 1 history lobby around 7 0
           1 reads 1 of lobby around 7",
    );
}

#[test]
fn a_ping_is_ponged_and_a_pong_is_not_answered() {
    check(
        ">> 1 hello wish=ann
         > 1 ping
           1< pong
           1< ok
         > 1 pong",
    );
}

#[test]
fn rooms_are_listed_by_name_and_by_pages_as_long_as_somebody_belongs_to_them() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join kitchen
         >> 1 topic kitchen soup
         >> 1 join dev
         >> 2 join dev
         >> 2 join typo
         >> 2 part typo
         >> 1 direct 2 n1 psst
         > 2 rooms
           2< ok dev(2) kitchen \"soup\"(1) lobby(2)
         > 2 rooms 1
           2< ok dev(2) and more
         > 2 rooms 1 dev
           2< ok kitchen \"soup\"(1) and more
         > 2 rooms 9 kitchen
           2< ok lobby(2)
         > 2 roomslike D
           2< ok dev(2)
         > 2 roomslike x
           2< ok
         >> 1 quit
         > 9 operator rooms
           9< ok dev(1) kitchen \"soup\"(0) lobby(1)",
    );
}
