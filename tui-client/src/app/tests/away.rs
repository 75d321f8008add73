//! Being away by one's own word, and who else is; when somebody was last here; typing, told and shown.

use super::{Client, happened, lobby, message, welcome_back};
use crate::lang::Lang;

const AWAY: &str = r#"{"type":"presence","room":"lobby","changes":[{"uid":18,"state":"absent"}]}"#;
const BACK: &str = r#"{"type":"presence","room":"lobby","changes":[{"uid":18,"state":"back"}]}"#;

/// The id of the request that was made last.
#[track_caller]
fn id(client: &mut Client, kind: &str) -> String {
    let asked = client.asked().into_iter().find(|asked| asked.contains(&format!(r#""type":"{kind}""#)));
    asked.unwrap_or_else(|| panic!("no {kind} was asked for")).split('"').nth(3).unwrap().to_owned()
}

#[test]
fn one_says_that_one_is_away_and_sees_it_until_one_is_back() {
    for (lang, away, back, mark) in [
        (Lang::En, "/away lunch", "/back", "online · away"),
        (Lang::Ko, "/자리 비움 lunch", "/돌아옴", "· 자리 비움"),
    ] {
        let mut client = Client::online(lang);
        client.enter(away);
        assert_eq!(client.asked(), [r#"{"id":"r2","type":"absent","why":"lunch"}"#]);
        client.hear(r#"{"type":"ok","id":"r2"}"#);
        client.sees(&["lunch", mark]);
        // What one says changes nothing.
        client.enter("hello");
        client.press("esc");
        client.sees(&[mark]);
        client.forget();
        client.enter(back);
        assert_eq!(client.asked(), [r#"{"id":"r3","type":"absent","back":true}"#]);
        client.hear(r#"{"type":"ok","id":"r3"}"#);
        client.sees_no(&[mark]);
    }
}

#[test]
fn the_list_of_members_says_who_is_away_beside_whose_connection_is_lost() {
    let mut client = Client::online(Lang::En);
    client.hear(AWAY);
    client.hear(r#"{"type":"presence","changes":[{"uid":18,"state":"away"},{"uid":19,"state":"away"}]}"#);
    client.sees(&["민수 away", "cool-otter lost"]);
    client.hear(r#"{"type":"presence","changes":[{"uid":18,"state":"here"}]}"#);
    client.sees(&["민수 away"]);
    client.hear(BACK);
    client.sees_no(&["민수 away"]);
}

#[test]
fn a_welcome_says_who_is_away_and_whoever_left_and_came_again_is_not() {
    let mut client = Client::online(Lang::En);
    client.hear(AWAY);
    client.lose();
    client.enter("/reconnect");
    let welcome = welcome_back(&lobby(100)).replace(r#""motd":"""#, r#""motd":"","absent":[17,19]"#);
    client.hear(&welcome);
    client.sees(&["cool-otter away", "online · away"]);
    client.sees_no(&["민수 away"]);
    client.hear(&happened("lobby", 101, 19, "cool-otter", r#""kind":"leave","how":"quit""#));
    client.hear(&happened("lobby", 102, 19, "cool-otter", r#""kind":"join""#));
    client.sees_no(&["cool-otter away"]);
}

#[test]
fn whoever_writes_directly_is_told_once_for_each_time_the_other_is_away() {
    let mut client = Client::online(Lang::En);
    let write = |client: &mut Client, text: &str, seq: u64, absent: &str| {
        client.forget();
        client.enter(text);
        let id = id(client, "direct");
        client.hear(&format!(r#"{{"type":"ok","id":"{id}","seq":{seq},"room":"@17:18"{absent}}}"#));
        client.noticed()
    };
    let lunch = format!(r#","absent":{{"since":{},"why":"lunch"}}"#, super::START);
    let told = write(&mut client, "/msg 민수 one", 101, &lunch);
    assert!(
        told.iter().any(|told| told.starts_with("민수 is away since ") && told.ends_with(": lunch")),
        "{told:?}"
    );
    assert_eq!(write(&mut client, "two", 102, &lunch), Vec::<String>::new());
    assert_eq!(write(&mut client, "three", 103, ""), Vec::<String>::new());
    let again = format!(r#","absent":{{"since":{}}}"#, super::START + 5);
    assert_eq!(write(&mut client, "four", 104, &again).len(), 1);
}

#[test]
fn when_somebody_was_last_here_is_asked_and_told() {
    let user =
        |more: &str| format!(r#"{{"uid":30,"name":"gone","style":{{"color":1}},"rooms":["lobby"]{more}}}"#);
    for (more, expected) in [
        (r#","away":true,"last_seen":1795100000000"#, "gone was last here 2026-11-19"),
        (r#","absent":{"since":1795253400000,"why":"tea"}"#, "gone is away since "),
        (r#","away":true"#, "gone is not connected now"),
        ("", "gone is here now"),
    ] {
        let mut client = Client::online(Lang::En);
        client.enter("/seen gone");
        let id = id(&mut client, "who");
        client.hear(&format!(r#"{{"type":"ok","id":"{id}","users":[{}]}}"#, user(more)));
        client.sees(&[expected]);
    }
    let mut client = Client::online(Lang::Ko);
    client.enter("/마지막접속 없는이");
    let id = id(&mut client, "who");
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"no_such_user","message":"no"}}"#));
    client.sees(&["없는이"]);
}

#[test]
fn who_and_whois_tell_why_somebody_is_away() {
    let mut client = Client::online(Lang::En);
    let minsu = r#"{"uid":18,"name":"민수","style":{"color":2},"rooms":["lobby"],"absent":{"since":1795253400000,"why":"tea"}}"#;
    for (command, expected) in [("/who", "민수 (away: tea)"), ("/whois 민수", "away since ")] {
        client.forget();
        client.enter(command);
        let id = id(&mut client, "who");
        client.hear(&format!(r#"{{"type":"ok","id":"{id}","users":[{minsu}]}}"#));
        client.sees(&[expected]);
    }
}

#[test]
fn typing_is_neither_told_nor_shown_where_that_is_switched_off() {
    let typing = r#"{"type":"presence","room":"lobby","changes":[{"uid":18,"state":"typing"}]}"#;
    let mut client = Client::online(Lang::En);
    client.hear(typing);
    client.sees(&["민수 is writing"]);
    client.enter("/set show-typing off");
    client.press("esc");
    client.hear(typing);
    client.sees_no(&["is writing"]);
    client.enter("/set send-typing off");
    client.wait(60_000);
    client.forget();
    client.write("half a thought");
    assert_eq!(client.asked(), Vec::<String>::new());
    client.press("ctrl-u");
    client.enter("/set send-typing on");
    client.forget();
    client.write("half a thought");
    assert_eq!(client.asked(), [r#"{"type":"typing","room":"lobby"}"#]);
    client.hear(&message("lobby", 101, 18, "민수", "hi"));
}
