//! Impersonation: names that read like somebody else's (confusables), or like a role, are refused.

use serde_json::json;

use super::attack_harness::{AttackHarness, Attacker};
use crate::client::{hello, show};

/// What a name that reads like one that is taken is refused with. Somebody called `modern` and somebody called
/// `민수` are there, and `alice`.
const NAMES: [(&str, &str, &str); 28] = [
    ("another case", "ALICE", "name_taken"),
    ("a capital I for an l", "aIice", "name_taken"),
    ("a one for an l", "a1ice", "name_taken"),
    ("a Cyrillic a", "аlice", "name_invalid"),
    ("Cyrillic all through", "аӏісе", "name_taken"),
    ("an m for rn", "modem", "name_taken"),
    ("letters of a full width", "ａｌｉｃｅ", "name_invalid"),
    ("letters for mathematics", "𝐚𝐥𝐢𝐜𝐞", "name_invalid"),
    ("a zero-width space", "ali\u{200b}ce", "name_invalid"),
    ("a zero-width joiner", "ali\u{200d}ce", "name_invalid"),
    ("a soft hyphen", "ali\u{ad}ce", "name_invalid"),
    ("a Hangul filler", "alice\u{3164}", "name_invalid"),
    ("decomposed Hangul", "민수", "name_taken"),
    ("a space at the end", "alice ", "name_invalid"),
    ("a role", "admin", "name_reserved"),
    ("a role in capitals", "ADMIN", "name_reserved"),
    ("a role with a digit", "adm1n", "name_reserved"),
    ("a role in Cyrillic and Latin", "аdmin", "name_invalid"),
    ("a role with marks around it", "admin_", "name_reserved"),
    ("the server", "server", "name_reserved"),
    ("the program", "chinwag", "name_reserved"),
    ("a role in Korean", "관리자", "name_reserved"),
    ("the chat's admin in Korean", "채팅관리자", "name_reserved"),
    ("everyone", "everyone", "name_reserved"),
    ("a dot above a dotted letter", "ali\u{307}ce", "name_taken"),
    ("a capital with its dot", "AL\u{130}CE", "name_taken"),
    ("admins", "admins", "name_reserved"),
    ("an admin with a title", "서버관리자님", "name_reserved"),
];

#[tokio::test]
async fn nobody_is_called_what_reads_like_another_or_like_a_role() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for (trick, name, code) in NAMES {
            harness
                .attack(trick, async |at| {
                    let mut server = Vec::new();
                    for name in ["alice", "modern", "민수"] {
                        let mut one = at.stranger().await;
                        one.send(hello(&json!({"name": name}))).await;
                        // From the second attack on it is somebody's already, who spoke.
                        if one.next().await.is_some_and(|said| show(&said).starts_with("welcome")) {
                            one.send(crate::client::say(name)).await;
                            one.ok(json!({"type": "ping"})).await;
                            server.push(one);
                        }
                    }
                    at.turned_away(json!({"name": name}), code).await;
                    let mut eve = at.guest("eve").await;
                    assert_eq!(eve.refused(json!({"type": "rename", "name": name})).await.as_str(), code);
                })
                .await;
        }
        harness.attack("a sender of one's own choice", async |at| forged(&at).await).await;
    })
    .await;
}

/// Whatever a message claims about its sender, the server says who it was.
async fn forged(at: &Attacker) {
    let (mut eve, mut cat) = (at.guest("eve").await, at.guest("cat").await);
    let from = json!({"uid": 1, "name": "ann", "style": {"color": 1}});
    let text = at.name("forged");
    let mut line =
        json!({"type": "say", "room": "lobby", "text": text, "nonce": "n", "from": from, "uid": 1});
    for (field, value) in
        [("seq", json!(1)), ("at", json!(0)), ("kind", json!("announce")), ("role", json!("admin"))]
    {
        line[field] = value;
    }
    eve.ok(line).await;
    cat.until(&format!("lobby {}: {text}", eve.name())).await;
}
