//! Text that would take a terminal, a log or the wire over. It is refused in every field.

use serde_json::json;

use super::attack_harness::{AttackHarness, Attacker};

/// What must not pass, by what it does.
const TEXTS: [(&str, &str); 15] = [
    ("an escape that clears the screen", "a\u{1b}[2J"),
    ("an escape that writes the clipboard", "a\u{1b}]52;c;eA==\u{7}"),
    ("an escape of the eight-bit kind", "a\u{9b}2J"),
    ("an operating system command of the eight-bit kind", "a\u{9d}0;x\u{9c}"),
    ("a carriage return that begins a line of the wire", "a\r{\"type\":\"goodbye\"}"),
    ("a next-line", "a\u{85}b"),
    ("a backspace over a name", "a\u{8}\u{8}\u{8}ann: hi"),
    ("a bell", "a\u{7}"),
    ("a NUL", "a\0b"),
    ("a delete", "a\u{7f}"),
    ("a turned direction", "a\u{202e}nimda"),
    ("an isolated direction", "a\u{2066}b\u{2069}"),
    ("a line separator", "a\u{2028}ann: hi"),
    ("a byte order mark", "a\u{feff}b"),
    ("a tower of accents", "Z\u{335}\u{321}\u{31b}\u{331}\u{34d}\u{355}\u{301}\u{302}\u{303}\u{304}\u{305}"),
];

#[tokio::test]
async fn text_that_takes_over_is_refused_wherever_it_stands() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for (name, text) in TEXTS {
            harness.attack(name, async |at| everywhere(&at, text).await).await;
        }
        harness
            .attack("line ends where there is one line", async |at| {
                let mut eve = at.admin("chief").await;
                for request in [
                    json!({"type": "topic", "room": "lobby", "topic": "a\nb"}),
                    json!({"type": "kick", "uid": 1, "reason": "a\nb"}),
                    json!({"type": "shutdown", "in_s": 60, "reason": "a\nb"}),
                    json!({"type": "search", "query": "a\nb"}),
                ] {
                    assert_eq!(eve.refused(request).await, shared::Code::TextInvalid);
                }
            })
            .await;
        harness
            .attack("text of nothing", async |at| {
                let mut eve = at.guest("eve").await;
                for text in ["", " ", "\n\n", "\u{200b}", "\u{3164}", "\u{2800}", "\u{301}"] {
                    let say = json!({"type": "say", "room": "lobby", "text": text, "nonce": "n"});
                    assert_eq!(eve.refused(say).await, shared::Code::TextInvalid, "{text:?}");
                }
            })
            .await;
        harness
            .attack("emoji as wide as they come", async |at| {
                let (mut eve, mut cat) = (at.guest("eve").await, at.guest("cat").await);
                let text = format!("{} {}", "👩‍👩‍👧‍👦".repeat(40), at.n);
                eve.say(&text).await;
                cat.until(&format!("lobby {}: {text}", eve.name())).await;
            })
            .await;
    })
    .await;
}

/// By every field that holds what somebody wrote; asked by one who may do all of it, so that only the text is at fault.
async fn everywhere(at: &Attacker, text: &str) {
    at.turned_away(json!({"client": text}), "text_invalid").await;
    at.turned_away(json!({"name": text}), "name_invalid").await;
    let mut chief = at.admin("chief").await;
    for (request, code) in [
        (json!({"type": "say", "room": "lobby", "text": text, "nonce": "n"}), "text_invalid"),
        (json!({"type": "direct", "uid": 1, "text": text, "nonce": "n"}), "text_invalid"),
        (json!({"type": "announce", "text": text}), "text_invalid"),
        (json!({"type": "topic", "room": "lobby", "topic": text}), "text_invalid"),
        (json!({"type": "search", "query": text}), "text_invalid"),
        (json!({"type": "kick", "uid": 1, "reason": text}), "text_invalid"),
        (json!({"type": "ban", "uid": 1, "reason": text}), "text_invalid"),
        (json!({"type": "mute", "uid": 1, "reason": text}), "text_invalid"),
        (json!({"type": "shutdown", "in_s": 60, "reason": text}), "text_invalid"),
        (json!({"type": "rename", "name": text}), "name_invalid"),
        (json!({"type": "join", "room": text}), "bad_request"),
    ] {
        let refused = chief.refused(request.clone()).await;
        assert_eq!(refused.as_str(), code, "{request}");
    }
}
