//! One person on several machines: codes, the list, taking one out, how far was read.

use super::script::check;

#[test]
fn a_code_makes_another_machine_the_same_person_once() {
    check(
        ">> 1 hello wish=ann window=a
         >> 2 hello wish=ben
         > 1 link 77 laptop
           1< ok a link for 600000 ms
         > 3 hello link=77 machine=phone window=a
           audit: 1 link [machine=2]
           3< welcome ann uid=1 color=6 new; lobby@2(ann ben) machines=2
           1< machines 1 laptop here own, 2 phone here
           3 follows lobby after 2
         > 4 hello link=77
           4 rejected: link_invalid
         > 1 say lobby n1 hi
           lobby 3: ann says hi [n1]
           1< ok 3
         > 3 say lobby n1 hi
           3< ok 3
         > 3 machines
           3< ok machines 1 laptop here, 2 phone here own
         > 1 lost
         > 3 lost
           lobby: 1 is away
         > 5 hello secret=3
           lobby: 1 is here
           5< welcome ann uid=1 color=6; lobby@3(ann ben) machines=2
           5 follows lobby after 3
         > 6 hello secret=1
           6< welcome ann uid=1 color=6; lobby@3(ann ben) machines=2
           6 follows lobby after 3",
    );
}

#[test]
fn a_code_works_for_ten_minutes_and_the_newest_alone() {
    check(
        ">> 1 hello wish=ann
         >> 1 link 77
         >> 1 link 78
         > 2 hello link=77
           2 rejected: link_invalid
         > at 600000
         > 3 hello link=78
           3 rejected: link_invalid
         > 4 hello wish=ben link=99
           4 rejected: link_invalid",
    );
}

#[test]
fn a_greeting_that_is_refused_leaves_the_code_as_it_was() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 link 77
         > 3 hello link=77 wish=ben
           3 rejected: name_taken
         > 4 hello link=77
           audit: 1 link [machine=2]
           4< welcome ann uid=1 color=6 new; lobby@2(ann ben) machines=2
           1< machines 1  here own, 2  here
           4 follows lobby after 2",
    );
}

#[test]
fn a_machine_is_not_linked_twice_and_the_code_stays() {
    check(
        ">> 1 hello wish=ann
         >> 1 link 77
         > 2 hello link=77 has=1
           2 rejected: already_linked
         > 3 hello link=77 has=50,51
           audit: 1 link [machine=2]
           3< welcome ann uid=1 color=6 new; lobby@1(ann) machines=2
           1< machines 1  here own, 2  here
           3 follows lobby after 1
         >> 1 link 78
         > 4 hello link=78 has=60,3
           4 rejected: already_linked
         >> 1 unlink 2
         >> 1 link 79
         > 5 hello link=79 has=3
           audit: 1 link [machine=3]
           5< welcome ann uid=1 color=6 new; lobby@1(ann) machines=2
           1< machines 1  here own, 3  here
           5 follows lobby after 1",
    );
}

#[test]
fn who_is_banned_comes_in_by_no_code() {
    check(
        ">> 1 hello wish=ann
         >> 1 link 77
         >> 2 hello wish=eve role=admin
         >> 2 ban 1 - spam
         > 3 hello link=77
           3 rejected: banned goodbye banned by eve spam",
    );
}

#[test]
fn a_machine_that_is_taken_out_is_that_person_no_more() {
    check(
        ">> 1 hello wish=ann
         >> 1 link 77 laptop
         >> 2 hello link=77 machine=phone
         > 2 unlink 2
           2< bad_request
         > 2 unlink 7
           2< bad_request
         > 2 unlink 1
           1 goodbye unlinked by ann
           audit: 1 unlink [machine=1]
           2< ok
         > 2 machines
           2< ok machines 2 phone here own
         > 3 hello secret=1 names=kim
           3 rejected: taken_out goodbye unlinked
         > 2 lost
           lobby: 1 is away
         > 4 hello secret=2
           lobby: 1 is here
           4< welcome ann uid=1 color=6; lobby@1(ann) machines=1
           4 follows lobby after 1
         >> 4 link 78
         > 5 hello secret=1 link=78
           audit: 1 link [machine=3]
           5< welcome ann uid=1 color=6 new; lobby@1(ann) machines=2
           4< machines 2 phone here own, 3  here
           5 follows lobby after 1
         >> 9 operator revoke 1 88
         > 6 hello secret=1 names=kim
           lobby 3: kim joins
           6< welcome kim uid=2 color=6 new; lobby@3(kim)
           6 follows lobby after 3",
    );
}

#[test]
fn a_new_secret_by_the_operator_is_the_only_one() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 1 link 77
         >> 2 hello link=77
         >> 1 link 78
         >> 9 operator reset 1 50
         >> 3 hello secret=2 names=kim
         > 3 who
           3< ok kim(lobby)
         > 4 hello link=78
           4 rejected: link_invalid
         > 5 hello secret=50
           lobby 5: ann joins
           5< welcome ann uid=1 color=6; lobby@5(kim ann)
           5 follows lobby after 5",
    );
}

#[test]
fn how_far_was_read_is_told_to_ones_other_connections_and_kept_for_linked_machines() {
    check(
        ">> 1 hello wish=ann window=a
         >> 2 hello secret=1 window=b
         >> 1 say lobby n1 hi
         > 1 read lobby 9
           2< read lobby to 2
           1< ok
         > 1 read kitchen 1
           1< no_such_room
         >> 1 link 77
         >> 3 hello link=77
         > 3 read lobby 2
           1< read lobby to 2
           2< read lobby to 2
           3< ok
         > 1 read lobby 1
           1< ok
         > 4 hello secret=3
           3 goodbye replaced
           4< welcome ann uid=1 color=6; lobby@2(ann) read to 2 machines=2
           4 follows lobby after 2",
    );
}

#[test]
fn eight_machines_are_the_most() {
    let linked: Vec<String> = (2..=8)
        .map(|n| {
            format!(
                ">> 1 link {n}
>> {n} hello link={n}"
            )
        })
        .collect();
    let linked = linked.join(
        "
",
    );
    check(&format!(
        ">> 1 hello wish=ann
         {linked}
         > 1 link 9
           1< too_many_windows"
    ));
}

#[test]
fn taking_a_machine_out_voids_the_code_that_it_was_given() {
    check(
        ">> 1 hello wish=ann
         >> 1 link 77
         >> 2 hello link=77
         >> 2 link 78
         >> 1 unlink 2
         > 3 hello link=78
           3 rejected: link_invalid",
    );
}

#[test]
fn the_code_of_somebody_who_was_forgotten_works_no_longer_and_who_linked_is_not_forgotten() {
    check(
        ">> 1 hello wish=ann
         >> 1 link 77
         >> 1 quit
         >> 2 hello wish=ben
         >> 2 link 78
         >> 3 hello link=78
         >> 2 quit
         >> 3 quit
         > at 300000
         > 4 hello link=77
           4 rejected: link_invalid
         > 5 hello secret=3
           lobby 5: ben joins
           5< welcome ben uid=2 color=6; lobby@5(ben) machines=2
           5 follows lobby after 5",
    );
}

#[test]
fn nobody_links_more_than_eight_machines_in_an_hour() {
    let link = |n: u32| format!(">> 1 link {n}\n>> {n} hello link={n}\n>> 1 unlink {n}");
    let linked: Vec<String> = (2..=9).map(link).collect();
    let linked = linked.join("\n");
    check(&format!(
        ">> 1 hello wish=ann
         {linked}
         > 1 link 10
           1< rate_limited for 3600000 ms
         > at 3600000
         > 1 link 10
           1< ok a link for 600000 ms"
    ));
}

#[test]
fn a_machine_without_a_name_is_named_when_it_says_one() {
    check(
        ">> 1 hello wish=ann
         >> 1 link 77
         >> 2 hello link=77
         >> 2 link 78 phone
         >> 1 link 79 laptop
         >> 1 link 80 another
         > 1 machines
           1< ok machines 1 laptop here own, 2 phone here",
    );
}

#[test]
fn a_word_is_one_more_machine_and_another_word_takes_its_place() {
    check(
        ">> 1 hello wish=ann
         > 1 word 60 laptop
           audit: 1 link [machine=2]
           1< ok
         > 2 hello secret=60 window=a
           2< welcome ann uid=1 color=6; lobby@1(ann) machines=2
           2 follows lobby after 1
         > 3 hello secret=60 window=b
           3< welcome ann uid=1 color=6; lobby@1(ann) machines=2
           3 follows lobby after 1
         > 3 word 61
           2 goodbye unlinked by ann
           audit: 1 link [machine=2]
           1< machines 1 laptop here own, 2 IRC here
           3< ok
         > 4 hello secret=60
           4 rejected: taken_out goodbye unlinked
         > 5 hello secret=61 window=a
           5< welcome ann uid=1 color=6; lobby@1(ann) machines=2
           5 follows lobby after 1
         > 1 word none
           3 goodbye unlinked by ann
           5 goodbye unlinked by ann
           audit: 1 unlink [machine=2]
           1< ok
         > 1 word none
           1< bad_request
         > 6 hello secret=61
           6 rejected: taken_out goodbye unlinked
         > 1 word 61
           audit: 1 link [machine=3]
           1< ok
         > 7 hello secret=61
           7< welcome ann uid=1 color=6; lobby@1(ann) machines=2
           7 follows lobby after 1",
    );
}

#[test]
fn a_certificate_is_one_persons_and_adding_it_again_changes_nothing() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         > 1 certificate 70
           audit: 1 link [machine=2]
           1< ok
         > 1 certificate 70
           1< ok
         > 2 certificate 70
           2< already_linked
         > 1 certificate 71
           audit: 1 link [machine=3]
           1< ok
         > 1 machines
           1< ok machines 1  here own, 2 IRC certificate, 3 IRC certificate
         > 1 unlink 2
           audit: 1 unlink [machine=2]
           1< ok
         > 2 certificate 70
           audit: 2 link [machine=2]
           2< ok
         > 3 hello secret=70
           3< welcome ben uid=2 color=2; lobby@2(ann ben) machines=2
           3 follows lobby after 2",
    );
}

#[test]
fn a_word_that_is_changed_too_often_waits_and_eight_machines_are_the_most() {
    check(
        ">> 1 hello wish=ann
         >> 1 word 60
         >> 1 word 61
         >> 1 word 62
         >> 1 word 63
         >> 1 word 64
         >> 1 word 65
         >> 1 word 66
         >> 1 word 67
         > 1 word 68
           1< rate_limited for 3600000 ms
         > at 3600000
         >> 1 certificate 71
         >> 1 certificate 72
         >> 1 certificate 73
         >> 1 certificate 74
         >> 1 certificate 75
         >> 1 certificate 76
         > 1 certificate 77
           1< too_many_windows
         > 1 word 69
           audit: 1 link [machine=2]
           1< ok",
    );
}
