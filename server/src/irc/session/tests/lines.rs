//! Messages of several lines (`draft/multiline`), both ways.

use serde_json::json;

use super::rig::{Rig, event, sender};

const CAPS: &str = "message-tags batch labeled-response echo-message draft/multiline";

#[test]
fn a_batch_of_the_client_is_one_message() {
    let mut rig = Rig::in_kitchen(CAPS);
    for line in [
        "@label=x;+draft/reply=s9 BATCH +1 draft/multiline #kitchen",
        "@batch=1 PRIVMSG #kitchen hello",
        "@batch=1 PRIVMSG #kitchen :",
        "@batch=1 PRIVMSG #kitchen :how is ",
        "@batch=1;draft/multiline-concat PRIVMSG #kitchen :everyone?",
    ] {
        assert!(rig.client(line).is_empty(), "{line}");
    }
    let asked = rig.client("BATCH -1");
    assert!(asked[0].contains(r#""text":"hello\n\nhow is everyone?""#), "{asked:?}");
    assert!(asked[0].contains(r#""reply_to":9"#), "{asked:?}");
}

#[test]
fn a_batch_that_is_wrong_is_told_once_and_passed_over() {
    let begin = "BATCH +1 draft/multiline #kitchen";
    let many = vec!["@batch=1 PRIVMSG #kitchen hi".to_owned(); 65];
    let long = vec![format!("@batch=1 PRIVMSG #kitchen {}", "x".repeat(400)); 11];
    let one = |line: &str| vec!["@batch=1 PRIVMSG #kitchen hi".to_owned(), line.to_owned()];
    for (lines, told) in [
        (many, "MULTILINE_MAX_LINES 64"),
        (long, "MULTILINE_MAX_BYTES 4096"),
        (one("@batch=1 PRIVMSG #other hi"), "MULTILINE_INVALID_TARGET #kitchen #other"),
        (one("@batch=1;draft/multiline-concat PRIVMSG #kitchen :"), "MULTILINE_INVALID"),
        (one("@batch=2 PRIVMSG #kitchen hi"), "MULTILINE_INVALID"),
        (one("@batch=1 NOTICE #kitchen hi"), "MULTILINE_INVALID"),
        (one("BATCH +2 draft/multiline #kitchen"), "MULTILINE_INVALID"),
    ] {
        let mut rig = Rig::in_kitchen(CAPS);
        rig.client(begin);
        let mut out: Vec<String> = lines.iter().flat_map(|line| rig.client(line)).collect();
        out.extend(
            rig.client("@batch=1 PRIVMSG #kitchen more").into_iter().filter(|_| told != "MULTILINE_INVALID"),
        );
        assert_eq!(out.len(), 1, "{out:?}");
        assert!(out[0].contains(&format!(" FAIL BATCH {told} :")), "{out:?}");
    }
    let mut rig = Rig::in_kitchen(CAPS);
    rig.client(begin);
    rig.client("@batch=1 PRIVMSG #kitchen :");
    assert!(rig.client("BATCH -1")[0].contains("FAIL BATCH MULTILINE_INVALID"), "nothing but empty lines");
}

#[test]
fn a_long_text_is_a_batch_to_who_knows_them_and_lines_to_others() {
    let text = format!("one\n\n{}", "한국어 ".repeat(60));
    let said = event(
        "kitchen",
        (10, 11),
        &sender(2, "ben"),
        &json!({"kind": "message", "text": text, "nonce": "x"}),
    );
    let batch = Rig::in_kitchen(CAPS).server(&said);
    assert!(
        batch[0].contains("msgid=s11") && batch[0].ends_with("BATCH +b1 draft/multiline #kitchen"),
        "{batch:?}"
    );
    assert_eq!(batch.len(), 6, "{batch:?}");
    assert!(batch[2].ends_with("PRIVMSG #kitchen :"), "{batch:?}");
    assert!(batch[4].contains("draft/multiline-concat") && !batch[4].contains("msgid"), "{batch:?}");
    let lines = Rig::in_kitchen("message-tags").server(&said);
    assert_eq!(lines.len(), 3, "empty lines are left out: {lines:?}");
    assert!(lines[0].contains("msgid=s11") && !lines[1].contains("msgid"), "{lines:?}");
}

#[test]
fn a_notice_is_a_notice_to_other_irc_clients() {
    let mut rig = Rig::in_kitchen("batch");
    let asked = rig.client("NOTICE #kitchen hi");
    assert!(asked[0].contains(r#""nonce":"n00000001.notice""#), "{asked:?}");
    let said = event(
        "kitchen",
        (10, 11),
        &sender(2, "ben"),
        &json!({"kind": "message", "text": "hi", "nonce": "b1.notice"}),
    );
    assert_eq!(rig.server(&said), [":ben!u2@chinwag NOTICE #kitchen :hi"]);
}
