//! Who is here, and what is told of people.

use serde_json::json;

use super::rig::{Rig, event, id, sender};

#[test]
fn the_coming_and_going_of_some_people_is_told() {
    let mut rig = Rig::ann("batch");
    assert_eq!(
        rig.client("MONITOR + BEN,eve,ben"),
        [":irc.chinwag 730 ann :ben!u2@chinwag", ":irc.chinwag 731 ann :eve"]
    );
    let eve = sender(3, "eve");
    let came = event("lobby", (9, 10), &eve, &json!({"kind": "join"}));
    assert_eq!(rig.server(&came), [":irc.chinwag 730 ann :eve!u3@chinwag"]);
    let renamed = event("lobby", (10, 11), &eve, &json!({"kind": "rename", "name": "zoe"}));
    assert_eq!(rig.server(&renamed), [":irc.chinwag 731 ann :eve"]);
    let left = event("lobby", (11, 12), &sender(2, "ben"), &json!({"kind": "leave", "how": "lost"}));
    assert_eq!(rig.server(&left), [":irc.chinwag 731 ann :ben"]);
    assert!(rig.client("MONITOR - eve").is_empty());
    assert_eq!(
        rig.client("MONITOR L"),
        [":irc.chinwag 732 ann :BEN", ":irc.chinwag 733 ann :End of MONITOR list"]
    );
    assert!(rig.client("MONITOR C").is_empty());
    let many: Vec<String> = (0..101).map(|at| format!("n{at}")).collect();
    let full = rig.client(&format!("MONITOR + {}", many[..100].join(",")));
    assert!(full.iter().all(|line| line.starts_with(":irc.chinwag 731 ann :n")), "{full:?}");
    assert_eq!(
        rig.client(&format!("MONITOR + {}", many[100])),
        [":irc.chinwag 734 ann 100 n100 :Monitor list is full"]
    );
}

#[test]
fn who_is_away_is_told_to_those_who_see_them() {
    let mut rig = Rig::in_kitchen("away-notify");
    let presence =
        |state: &str| json!({"type": "presence", "room": "lobby", "changes": [{"uid": 2, "state": state}]});
    let why = rig.server(&presence("absent"));
    assert!(rig.server(&presence("away")).is_empty(), "both is no more than one");
    let refused = json!({"type": "error", "id": id(&why[0]), "code": "rate_limited", "message": "slow down"});
    assert_eq!(rig.server(&refused), [":ben!u2@chinwag AWAY :away"], "told without what they said of it");
    assert!(
        rig.client("WHO #kitchen")[1].contains(" ben G*@ "),
        "away, an operator of the server and of the room"
    );
    assert!(rig.server(&presence("back")).is_empty());
    assert_eq!(rig.server(&presence("here")), [":ben!u2@chinwag AWAY"]);
    let asked = rig.client("AWAY :lunch \u{2}soon\u{2}");
    assert!(asked[0].ends_with(r#""type":"absent","why":"lunch soon"}"#), "{asked:?}");
    let ok = json!({"type": "ok", "id": id(&asked[0])});
    assert_eq!(rig.server(&ok), [":irc.chinwag 306 ann :You have been marked as being away"]);
}
