//! What one request makes in many rooms at once counts as a message in each of them.

use shared::Millis;

use super::script::{Stage, rules};

/// Somebody in fifty rooms, at the start pace of ten messages and then two a second.
fn stage(is_paced: bool) -> Stage {
    let mut rules = rules("new_rooms=off");
    if !is_paced {
        (rules.limits.pace_burst, rules.limits.pace_per_s) = (0, 0);
    }
    let mut stage = Stage::new(rules);
    stage.play("1 hello wish=ann");
    for n in 1..50 {
        stage.play(&format!("1 join r{n}"));
    }
    stage
}

/// How many of these effects there are when somebody does this ten times a second, for a hundred seconds.
fn count(stage: &mut Stage, effect: &str, does: impl Fn(&mut Stage, usize) -> Vec<String>) -> usize {
    let mut count = 0;
    for n in 0..1_000 {
        stage.now += 100;
        count += does(stage, n).iter().filter(|line| line.contains(effect)).count();
    }
    count
}

#[test]
fn renames_make_no_more_events_than_messages_might() {
    let rename = |stage: &mut Stage, n: usize| stage.play(&format!("1 rename ann{}x", n % 2));
    // Ten at once, two a second, and what the last one makes.
    let events = count(&mut stage(true), " is now ", rename);
    assert!((100..=10 + 200 + 50).contains(&events), "{events}");
    assert_eq!(count(&mut stage(false), " is now ", rename), 50 * 1_000);
    // In one room each request is paced by admission.
    let mut alone = Stage::new(rules(""));
    alone.play("1 hello wish=ann");
    assert_eq!(count(&mut alone, " is now ", rename), 1_000);
}

#[test]
fn whoever_is_refused_a_name_is_told_when_to_try_again() {
    let mut stage = stage(true);
    assert!(stage.play("1 rename bob").concat().contains("1< ok"));
    // Forty-nine events more than the one that admission counts; ten of them are free.
    assert_eq!(stage.play("1 rename cat"), ["1< rate_limited for 19500 ms"]);
    assert!(stage.play("2 hello secret=1 wish=cat").concat().contains("rate_limited"));
    stage.now += 19_500;
    assert!(stage.play("1 rename cat").concat().contains("1< ok"));
}

#[test]
fn coming_and_going_makes_no_more_events_than_messages_might() {
    let come_and_go = |stage: &mut Stage, n: usize| {
        let conn = n + 10;
        let mut said = stage.play("1 quit");
        said.extend(stage.play(&format!("{conn} hello secret=1")));
        said.extend(stage.play(&format!("{conn} quit")));
        said
    };
    // A minute of it may be owed.
    for effect in [" joins", " leaves (quit)"] {
        let events = count(&mut stage(true), effect, come_and_go);
        assert!((50..=10 + 2 * (100 + 60) + 100).contains(&events), "{events}{effect}");
    }
}

#[test]
fn who_comes_back_a_few_times_is_let_in() {
    let mut stage = stage(true);
    for conn in 2..4 {
        stage.play(&format!("{} quit", conn - 1));
        let said = stage.play(&format!("{conn} hello secret=1")).concat();
        assert!(said.contains("welcome ann"), "{said}");
        stage.now += Millis::from(20_000_i32);
    }
}
