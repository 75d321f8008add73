//! Names (free, taken, reserved, random) and colours.

use super::script::{Stage, check, rules};

#[test]
fn everyone_gets_a_random_name_a_palette_colour_and_a_secret() {
    check(
        "> 1 hello names=calm-otter,bold-fox
           lobby 1: calm-otter joins
           1< welcome calm-otter uid=1 color=6 new; lobby@1(calm-otter)
           1 follows lobby after 1
         > 2 hello names=bold-fox
           lobby 2: bold-fox joins
           2< welcome bold-fox uid=2 color=2 new; lobby@2(calm-otter bold-fox)
           2 follows lobby after 2",
    );
}

#[test]
fn a_random_name_that_is_taken_gives_way_to_the_next_and_then_to_a_number() {
    check(
        ">> 1 hello names=calm-otter,bold-fox
         > 2 hello names=calm-otter,bold-fox
           lobby 2: bold-fox joins
           2< welcome bold-fox uid=2 color=2 new; lobby@2(calm-otter bold-fox)
           2 follows lobby after 2
         > 3 hello names=calm-otter,bold-fox
           lobby 3: calm-otter-2 joins
           3< welcome calm-otter-2 uid=3 color=5 new; lobby@3(calm-otter bold-fox calm-otter-2)
           3 follows lobby after 3",
    );
}

#[test]
fn a_candidate_that_cannot_carry_a_number_ends_in_a_guest_name() {
    check(
        ">> 1 hello names=an-adjective-and-an-otter
         > 2 hello names=an-adjective-and-an-otter
           lobby 2: guest-1 joins
           2< welcome guest-1 uid=2 color=2 new; lobby@2(an-adjective-and-an-otter guest-1)
           2 follows lobby after 2"
            .replace("an-adjective-and-an-otter", "an-adjectival-old-otter1")
            .as_str(),
    );
}

#[test]
fn a_wished_name_is_given_or_refused_but_never_altered() {
    check(
        ">> 1 hello wish=ann
         > 2 hello wish=민수
           lobby 2: 민수 joins
           2< welcome 민수 uid=2 color=2 new; lobby@2(ann 민수)
           2 follows lobby after 2
         > 3 hello wish=ann
           3 rejected: name_taken
         > 4 hello wish=ANN
           4 rejected: name_taken
         > 5 hello wish=관리자
           5 rejected: name_reserved
         > 6 hello wish=ben
           lobby 3: ben joins
           6< welcome ben uid=3 color=5 new; lobby@3(ann 민수 ben)
           6 follows lobby after 3",
    );
}

#[test]
fn a_name_that_looks_like_a_taken_one_is_taken() {
    for (name, look_alike) in [
        ("modern", "modem"),
        ("bill", "BILL"),
        ("pau1", "PAU1"),
        ("scope", "ѕсоре"),
        ("cl-one", "cI-one"),
        ("bo.bo", "bO.Bo"),
        ("ilker", "i\u{307}lker"),
        ("ilker", "\u{130}lker"),
        ("\u{130}lker", "ilker"),
        ("jo", "j\u{307}o"),
        ("ali", "al\u{131}\u{307}"),
        ("ali", "al\u{131}"),
        ("straße", "STRASSE"),
        ("strasse", "Straße"),
        ("νίκος", "ΝΊΚΟΣ"),
        ("νίκοσ", "νίκος"),
        ("will", "vvill"),
        ("vvill", "Will"),
        ("wow", "vvovv"),
        ("dan", "clan"),
        ("d0", "cl0"),
        ("idle", "icIle"),
        ("bo8", "b08"),
        ("kimo", "kim0"),
        ("paul", "pau1"),
        ("ab", "\u{2bc}ab"),
        ("ab", "ab\u{2bc}"),
        ("ann", "ann."),
        ("ann", "ann_"),
        ("ann-", "ann"),
        ("ann.", "ann_"),
        ("calm-otter", "calm_otter"),
        ("calm-otter", "calm--otter."),
        ("민수", "민수_"),
    ] {
        let mut stage = Stage::new(rules(""));
        stage.play(&format!("1 hello wish={name}"));
        let said = stage.play(&format!("2 hello wish={look_alike}"));
        assert_eq!(said, ["2 rejected: name_taken"], "{look_alike} beside {name}");
    }
}

#[test]
fn honest_names_are_not_taken_for_one_another() {
    let names = [
        "kim",
        "kim2",
        "kim-2",
        "kim10",
        "kim11",
        "kim20",
        "abd",
        "abc1",
        "ann",
        "anne",
        "ann-b",
        "annb",
        "dan",
        "van",
        "wan",
        "jo",
        "joe",
        "ben",
        "민수",
        "민서",
        "민기",
        "민그",
        "지수",
        "지유",
        "서연",
        "서현",
        "수민",
        "ㅋㅋ",
        "ㅎㅎ",
        "アンナ",
        "アンナー",
        "小明",
        "小朋",
        "анна",
        "ㅣㅣ",
        "student1",
        "student2",
        "student10",
        "student12",
    ];
    let mut stage = Stage::new(rules(""));
    for (conn, name) in (1..).zip(names) {
        let said = stage.play(&format!("{conn} hello wish={name}")).concat();
        assert!(said.contains(&format!("welcome {name} ")), "{name}: {said}");
    }
}

#[test]
fn somebody_who_stayed_keeps_a_name_that_is_alike_by_newer_rules() {
    let mut stage = Stage::new(rules(""));
    stage.play("1 hello wish=ann");
    stage.play("2 hello wish=ben");
    let ben = stage.chat.roster.all().find(|one| one.name.as_str() == "ben").unwrap().uid;
    stage.chat.roster.rename(ben, &"ann_".parse().unwrap());
    stage.play("2 lost");
    let said = stage.play("3 hello secret=2 names=other").concat();
    assert!(said.contains("welcome ann_ "), "{said}");
}

#[test]
fn stored_names_that_are_alike_by_newer_rules_stay() {
    let mut stage = Stage::new(rules(""));
    for (conn, name) in [(1, "ilker"), (2, "ben")] {
        stage.play(&format!("{conn} hello wish={name}"));
        stage.play(&format!("{conn} say lobby n hi"));
        stage.play(&format!("{conn} quit"));
    }
    // As if the rules had allowed it.
    let ben = stage.chat.roster.all().find(|one| one.name.as_str() == "ben").unwrap().uid;
    stage.chat.roster.rename(ben, &"\u{130}lker".parse().unwrap());
    for (conn, secret, name) in [(3, 2, "\u{130}lker"), (4, 1, "ilker"), (5, 2, "\u{130}lker")] {
        let said = stage.play(&format!("{conn} hello secret={secret} wish={name} names=other")).concat();
        assert!(said.contains(&format!("welcome {name} ")), "{said}");
    }
    assert_eq!(stage.play("6 hello wish=ILKER"), ["6 rejected: name_taken"]);
}

#[test]
fn a_word_for_a_role_is_reserved_also_with_digits_dots_and_lookalikes() {
    for name in [
        "admin",
        "Admin",
        "ADMIN7",
        "a.d.m.i.n",
        "root",
        "server-",
        "аdmin",
        "moderator",
        "시스템",
        "운영자1",
        "adm1n",
        "r00t",
        "5y5tem",
        "admins",
        "the-admin",
        "Admin_Team",
        "superadmin",
        "adm1ns",
        "mods",
        "mod-team",
        "server-admin",
        "chinwag-support",
        "관리자님",
        "서버관리자",
        "운영자들",
        "공식운영팀",
        "서버장",
        "админ",
        "管理员",
        "adm\u{131}n",
    ] {
        let Ok(name) = shared::Name::parse(name) else { continue };
        let mut stage = Stage::new(rules(""));
        stage.play("1 hello wish=ann");
        assert_eq!(stage.play(&format!("2 hello wish={name}")), ["2 rejected: name_reserved"], "{name}");
        assert_eq!(stage.play(&format!("1 rename {name}")), ["1< name_reserved"], "{name}");
    }
    for name in [
        "adminna",
        "ali",
        "rooty",
        "hallo",
        "서버실",
        "ben",
        "modern",
        "modesto",
        "systemd",
        "chief",
        "bota",
        "allen",
        "부장",
        "팀장",
    ] {
        let said = Stage::new(rules("")).play(&format!("1 hello wish={name}"));
        assert!(said.len() > 1, "{name}: {said:?}");
    }
}

#[test]
fn a_rename_is_told_in_every_room_and_keeps_everything_else() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 1 join kitchen
         >> 1 direct 2 n1 psst
         > 1 rename 지수
           @1:2 5: ann is now 지수
           kitchen 6: ann is now 지수
           lobby 7: ann is now 지수
           1< ok 7
         > 1 say lobby n2 hi
           lobby 8: 지수 says hi [n2]
           1< ok 8
         > 1 rename ben
           1< name_taken
         > 2 rename ann
           @1:2 9: ben is now ann
           lobby 10: ben is now ann
           2< ok 10
         > 1 rename JISU
           @1:2 11: 지수 is now JISU
           kitchen 12: 지수 is now JISU
           lobby 13: 지수 is now JISU
           1< ok 13
         > 1 rename jisu
           @1:2 14: JISU is now jisu
           kitchen 15: JISU is now jisu
           lobby 16: JISU is now jisu
           1< ok 16",
    );
}

#[test]
fn the_name_of_somebody_who_spoke_stays_theirs_and_a_silent_one_is_free_again() {
    check(
        ">> 1 hello wish=ann
         >> 1 say lobby n1 hi
         >> 1 quit
         > 2 hello wish=ann
           2 rejected: name_taken
         >> 3 hello wish=ben
         >> 3 quit
         > 4 hello wish=ben
           lobby 6: ben joins
           4< welcome ben uid=3 color=6 new; lobby@6(ben)
           4 follows lobby after 6
         > 5 hello secret=3 names=calm-otter
           lobby 7: calm-otter joins
           5< welcome calm-otter uid=2 color=6; lobby@7(ben calm-otter)
           5 follows lobby after 7",
    );
}

/// PROTOCOL.md, Identities: a `name` together with a secret that is taken fails the greeting with `name_taken`.
#[test]
fn asking_for_ones_own_name_back_says_so_when_it_was_taken_meanwhile() {
    check(
        ">> 1 hello wish=ann
         >> 1 quit
         >> 2 hello wish=ann
         > 3 hello secret=1 wish=ann
           3 rejected: name_taken",
    );
}

#[test]
fn colours_are_given_least_used_first_then_underlined_and_red_last() {
    let mut stage = Stage::new(rules(""));
    let mut colors = Vec::new();
    for conn in 1..=26 {
        let said = stage.play(&format!("{conn} hello names=calm-otter"));
        let color = said.iter().find_map(|line| line.split_once("color=")?.1.split(' ').next());
        colors.push(color.unwrap().to_owned());
    }
    // The reds come last, as clients show errors in red; then it begins anew.
    let palette = ["6", "2", "5", "3", "14", "10", "13", "12", "11", "4"];
    let underlined = palette.map(|color| format!("{color}_"));
    let last = ["1", "9", "1_", "9_", "6", "2"].map(ToOwned::to_owned);
    let wanted: Vec<String> = palette.iter().map(ToString::to_string).chain(underlined).chain(last).collect();
    assert_eq!(colors, wanted);
}

#[test]
fn a_colour_is_free_again_when_its_owner_leaves() {
    check(
        ">> 1 hello wish=ann
         >> 2 hello wish=ben
         >> 3 hello wish=cat
         >> 2 quiet
         > 4 hello wish=dan
           lobby 4: dan joins
           4< welcome dan uid=4 color=2 new; lobby@4(ann cat dan)
           4 follows lobby after 4
         > 5 hello secret=2
           lobby 5: ben joins
           5< welcome ben uid=2 color=2; lobby@5(ann cat dan ben)
           5 follows lobby after 5",
    );
}

#[test]
fn a_colour_is_not_free_while_its_owner_is_only_away() {
    check(
        ">> 1 hello wish=ann
         >> 1 lost
         > 2 hello wish=ben
           lobby 2: ben joins
           2< welcome ben uid=2 color=2 new; lobby@2(~ann ben)
           2 follows lobby after 2",
    );
}
