//! Why somebody is away.

use serde_json::json;

use super::rig::{Rig, id};

#[test]
fn what_somebody_said_of_being_away_is_asked_for() {
    let mut rig = Rig::in_kitchen("away-notify");
    let absent = json!({"type": "presence", "room": "lobby", "changes": [{"uid": 2, "state": "absent"}]});
    let asked = rig.server(&absent);
    assert!(asked[0].contains(r#""type":"who","uid":2"#), "{asked:?}");
    let ben = json!({"uid": 2, "name": "ben", "style": {"color": 6}, "rooms": ["lobby"], "absent": {"since": 1, "why": "lunch"}});
    let told = rig.server(&json!({"type": "ok", "id": id(&asked[0]), "users": [ben]}));
    assert_eq!(told, [":ben!u2@chinwag AWAY :lunch"]);
    let back = json!({"type": "presence", "room": "lobby", "changes": [{"uid": 2, "state": "back"}]});
    assert_eq!(rig.server(&back), [":ben!u2@chinwag AWAY"]);
}
