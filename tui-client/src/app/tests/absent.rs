//! Writing to people who are not here.

use super::Client;
use super::room_list::{answer, last_id};
use crate::lang::Lang;

#[test]
fn somebody_who_is_not_here_is_written_to_and_looked_at() {
    let bob = r#""users":[{"uid":30,"name":"bob","style":{"color":2},"away":true,"rooms":["lobby"],"last_seen":1795253000000}]"#;
    let mut client = Client::online(Lang::En);
    client.enter("/msg bob see you tomorrow");
    answer(&mut client, r#""who","name":"bob""#, bob);
    assert!(client.asked().iter().any(|line| line.contains("see you tomorrow") && line.contains("30")));
    client.sees(&["bob is not here (last seen 09:23); what you write waits for them", "see you tomorrow"]);
    client.enter("/whois bob");
    let id = last_id(&mut client, r#""who""#);
    client.hear(&format!(r#"{{"type":"ok","id":"{id}",{bob}}}"#));
    client.sees(&["last seen 09:23"]);
}

#[test]
fn a_message_to_nobody_is_said_nowhere_and_not_lost() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg eve secret");
    let id = last_id(&mut client, r#""who","name":"eve""#);
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"no_such_user"}}"#));
    assert!(client.input_row().contains("/msg eve secret"), "{}", client.input_row());
    client.sees(&["not sent: nobody is called eve"]);
    assert!(!client.asked().iter().any(|line| line.contains("secret")));
}

#[test]
fn what_is_typed_while_somebody_is_looked_for_is_said_nowhere_else() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg bob one");
    let id = last_id(&mut client, r#""who","name":"bob""#);
    client.enter("two");
    assert!(!client.asked().concat().contains("two"));
    let bob = r#"{"uid":30,"name":"bob","style":{"color":2},"away":true,"rooms":["lobby"]}"#;
    client.sees(&["bob is being looked for"]);
    client.hear(&format!(r#"{{"type":"ok","id":"{id}","users":[{bob}]}}"#));
    assert!(client.input_row().contains("two"), "{}", client.input_row());
    client.press("enter");
    let said: Vec<String> = client.asked().into_iter().filter(|line| line.contains("two")).collect();
    assert!(said.len() == 1 && said[0].contains(r#""type":"direct","uid":30"#), "{said:?}");
}

#[test]
fn what_is_typed_while_nobody_is_found_is_not_said_to_the_room() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg eve one");
    let id = last_id(&mut client, r#""who","name":"eve""#);
    client.write("two");
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"no_such_user"}}"#));
    client.press("enter");
    let asked = client.asked().concat();
    assert!(!asked.contains(r#""type":"say""#), "{asked}");
}

#[test]
fn what_waits_for_somebody_is_kept_over_a_kill_and_a_lost_connection() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg bob one");
    let kept = client.saved().unwrap().drafts.clone();
    assert_eq!(kept.into_values().collect::<Vec<_>>(), ["/msg bob one"]);
    client.enter("/msg eve two");
    client.sees(&["bob is being looked for"]);
    client.press("ctrl-u");
    client.lose();
    assert!(client.input_row().contains("/msg bob one"), "{}", client.input_row());
}

#[test]
fn a_command_that_was_typed_meanwhile_is_not_said_to_somebody() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg bob one");
    client.write("/msg eve two");
    client.lose();
    assert!(client.input_row().contains("› /msg eve two"), "{}", client.input_row());
}

#[test]
fn whoever_looks_elsewhere_meanwhile_stays_there() {
    let mut client = Client::online(Lang::En);
    client.enter("/join dev");
    client.press("alt-1");
    client.enter("/msg bob one");
    let id = last_id(&mut client, r#""who","name":"bob""#);
    client.write("two");
    client.press("alt-2");
    client.write("three");
    let bob = r#"{"uid":30,"name":"bob","style":{"color":2},"away":true,"rooms":["lobby"]}"#;
    client.hear(&format!(r#"{{"type":"ok","id":"{id}","users":[{bob}]}}"#));
    assert!(client.input_row().contains("three"), "{}", client.input_row());
    assert!(client.asked().iter().any(|line| line.contains(r#""type":"direct","uid":30"#)));
    client.press("alt-1");
    assert!(!client.input_row().contains("two"), "{}", client.input_row());
}

#[test]
fn what_was_to_be_said_is_typed_again_in_the_same_language() {
    let mut client = Client::online(Lang::Ko);
    client.enter("/귓속말 eve 내일");
    let id = last_id(&mut client, r#""who","name":"eve""#);
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"no_such_user"}}"#));
    client.sees(&["보내지 못함: eve 이름을 쓰는 사람이 없습니다. /사용자로"]);
    assert!(client.input_row().contains("/귓속말 eve 내일"), "{}", client.input_row());
}
