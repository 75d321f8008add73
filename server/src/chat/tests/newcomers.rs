//! How far back somebody may read in a room they are new in.

use super::script::check;

#[test]
fn by_default_a_newcomer_reads_everything() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 2 hello wish=ben
         > 2 history lobby
           2 reads 200 of lobby the end
         > 2 search hi
           2 reads 200 with \"hi\" in lobby
         >> 2 lost
         > 3 hello secret=2 resume=lobby:0
           lobby: 2 is here
           3< welcome ben uid=2 color=2; lobby@3(ann ben)
           3 follows lobby after 0
           3 resumed",
    );
}

#[test]
fn a_newcomer_reads_from_where_they_came_in_and_so_much_before_it() {
    check(
        "rules newcomer_history=50
         >> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 2 hello wish=ben
         > 2 history lobby
           2 reads 200 of lobby the end since 3 and 50 before
         > 2 search hi
           2 reads 200 with \"hi\" in lobby (lobby since 3 and 50 before)
         >> 2 lost
         > 3 hello secret=2 resume=lobby:0
           lobby: 2 is here
           3< welcome ben uid=2 color=2; lobby@3(ann ben)
           3< gap lobby after 0 before 4
           3 follows lobby after 3
           3 resumed",
    );
}

#[test]
fn whoever_parts_and_joins_again_is_new_and_direct_rooms_are_read_whole() {
    check(
        "rules newcomer_history=none
         >> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 2 join dev
         >> 2 part dev
         >> 2 join dev
         >> 1 direct 2 n1 psst
         > 2 history dev
           2 reads 200 of dev the end since 5 and 0 before
         > 2 history @1:2
           2 reads 200 of @1:2 the end",
    );
}

#[test]
fn moderators_admins_and_the_setting_itself_lift_the_limit() {
    check(
        "rules newcomer_history=none
         >> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 9 operator role 2 moderator
         > 2 history lobby
           2 reads 200 of lobby the end
         > 1 history lobby
           1 reads 200 of lobby the end since 1 and 0 before
         > rules newcomer_history=all
         > 1 history lobby
           1 reads 200 of lobby the end",
    );
}
