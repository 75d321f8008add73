//! Whether the nodes of a cluster agree.

use serde_json::json;

use super::rig::{Rig, id};

#[test]
fn that_the_nodes_do_not_agree_is_told_once_and_what_is_refused_meanwhile_says_why() {
    let mut rig = Rig::in_kitchen("echo-message standard-replies");
    let stalled = json!({"type": "order", "state": "stalled", "for_ms": 2000});
    let told = rig.server(&stalled);
    assert!(
        told.len() == 1 && told[0].contains("NOTICE ann :The servers of this chat do not reach"),
        "{told:?}"
    );
    assert_eq!(rig.server(&stalled), Vec::<String>::new());
    let why = "the servers do not reach each other; nothing was changed, try again when they do";
    let no = |asked: &[String]| json!({"type": "error", "id": id(asked.last().unwrap()), "code": "storage", "message": why, "retry_ms": 5000});
    for (line, fail) in [
        ("NICK anna", "NICK STORAGE anna"),
        ("TOPIC #kitchen :tea", "TOPIC STORAGE kitchen"),
        ("JOIN #garden", "JOIN STORAGE garden"),
        ("PART #kitchen", "PART STORAGE kitchen"),
        ("AWAY :lunch", "AWAY STORAGE"),
        ("PRIVMSG #kitchen :hi", "PRIVMSG STORAGE kitchen"),
        ("OPER x y", "OPER STORAGE"),
        ("KICK #kitchen ben", "KICK STORAGE kitchen ben"),
    ] {
        let asked = rig.client(line);
        let told = rig.server(&no(&asked));
        assert_eq!(told, [format!(":irc.chinwag FAIL {fail} :{why}")], "{line}");
    }
    let told = rig.server(&json!({"type": "order", "state": "flowing"}));
    assert!(told[0].contains("reach each other again"), "{told:?}");
}
