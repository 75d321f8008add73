//! Several windows of one person: what another one does is seen here, and nothing of it disturbs who is typing.

use super::{Client, lobby, message, welcome_back};
use crate::lang::Lang;

const JOINED: &str = r#"{"type":"joined","state":{"name":"dev","topic":"code","head":50,"members":[{"uid":17,"name":"kim","style":{"color":6}}]}}"#;
const PARTED: &str = r#"{"type":"parted","room":"dev"}"#;

fn current(client: &Client) -> &str {
    client.app.rooms().current().name.as_str()
}

#[test]
fn a_room_entered_in_another_window_is_there_and_what_is_looked_at_stays() {
    let mut client = Client::online(Lang::En);
    client.write("half a");
    client.hear(JOINED);
    client.hear(&message("dev", 51, 18, "민수", "hello"));
    client.sees(&[" dev          1 │", "half a"]);
    assert_eq!(current(&client), "lobby");
    client.press("alt-2");
    client.enter("hi");
    assert!(client.asked().concat().contains(r#""type":"say","room":"dev","text":"hi""#));
    client.press("alt-1");
    client.hear(PARTED);
    // Something is on its way there: it is entered again.
    assert!(client.asked().concat().contains(r#""type":"join","room":"dev""#));
}

#[test]
fn a_room_left_in_another_window_is_gone_unless_it_is_looked_at() {
    for (lang, told) in
        [(Lang::En, "you left dev in another window"), (Lang::Ko, "다른 창에서 dev 방을 나갔습니다")]
    {
        let mut client = Client::online(lang);
        client.hear(JOINED);
        client.hear(PARTED);
        client.sees_no(&["dev"]);
        client.hear(JOINED);
        client.press("alt-2");
        client.write("not for the lobby");
        client.hear(PARTED);
        client.sees(&["not for the lobby", told]);
        assert_eq!(client.app.rooms().current().roster.len(), 0, "who is in it is not known any more");
        client.forget();
        client.press("enter");
        assert_eq!((current(&client), client.app.composer().text()), ("dev", "not for the lobby"));
        assert_eq!(client.asked(), Vec::<String>::new(), "nobody hears it");
        client.hear(JOINED);
        client.press("enter");
        assert!(client.asked().concat().contains("not for the lobby"));
    }
}

#[test]
fn what_is_said_in_another_window_is_shown_as_ours_and_reads_the_room() {
    let mut client = Client::online(Lang::En);
    client.hear(JOINED);
    client.hear(&message("dev", 51, 18, "민수", "kim?"));
    client.sees(&[" dev         !1 │"]);
    client.hear(&message("dev", 52, 17, "kim", "here"));
    client.sees_no(&["!1"]);
    client.press("alt-2");
    client.sees(&["kim?", "here"]);
    client.sees_no(&["new messages"]);
}

#[test]
fn whoever_was_replaced_by_an_older_server_leaves_the_next_start_alone() {
    let mut client = Client::online(Lang::En);
    assert!(!client.app.session().profile().beside, "this server has said nothing of windows");
    client.hear(&super::welcome(100).replace(r#""limits":{"#, r#""limits":{"windows":8"#));
    let beside = client.app.session().profile().beside;
    client.hear(r#"{"type":"goodbye","code":"replaced","reconnect":false}"#);
    assert!(beside && !client.app.session().profile().beside);
}

#[test]
fn one_window_too_many_says_so_and_waits() {
    for (lang, told) in [(Lang::En, "in too many windows"), (Lang::Ko, "너무 많은 창에서")] {
        let mut client = Client::new(lang);
        client.forget();
        client.hear(r#"{"type":"error","code":"too_many_windows","message":""}"#);
        client.sees(&[told]);
        client.wait(60_000);
        assert!(client.asked().concat().contains("connect {"));
    }
}

#[test]
fn a_room_left_in_another_window_while_this_one_was_cut_off_stays_left() {
    let mut client = Client::online(Lang::En);
    client.hear(JOINED);
    client.lose();
    client.event(crate::event::Event::Tick);
    client.enter("/reconnect");
    client.forget();
    client.hear(&welcome_back(&lobby(100)).replace(r#""limits":{"#, r#""limits":{"windows":8"#));
    assert!(!client.asked().concat().contains("join"));
    client.sees_no(&["dev"]);
}

#[test]
fn a_room_left_and_entered_again_in_another_window_while_this_one_was_cut_off_is_still_there() {
    let mut client = Client::online(Lang::En);
    client.hear(JOINED);
    client.lose();
    client.event(crate::event::Event::Tick);
    client.enter("/reconnect");
    let dev =
        r#"{"name":"dev","topic":"code","head":52,"members":[{"uid":17,"name":"kim","style":{"color":6}}]}"#;
    client.hear(&welcome_back(&format!("{},{dev}", lobby(100))));
    for (seq, kind) in [(51, r#""leave","how":"part""#), (52, r#""join""#)] {
        client.hear(&format!(
            r#"{{"type":"event","room":"dev","seq":{seq},"prev":{},"at":1763640000000,"from":{{"uid":17,"name":"kim","style":{{"color":6}}}},"kind":{kind}}}"#,
            seq - 1
        ));
    }
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100,"dev":52}}"#);
    client.hear(&message("dev", 53, 18, "민수", "hello"));
    client.sees(&[" dev          1"]);
}
