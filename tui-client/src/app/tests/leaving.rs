//! Leaving, which asks once where it costs something.

use super::room_list::answer;
use super::{Client, welcome};
use crate::hosting::Hosting;
use crate::lang::Lang;

fn host(lang: Lang) -> Client {
    let hosting = Hosting {
        addresses: Vec::new(),
        is_local: true,
        fingerprint: String::new(),
        has_password: false,
        ssh: None,
    };
    let mut client = Client::with(lang, |setup| setup.hosting = Some(hosting));
    client.hear(&welcome(100));
    client.forget();
    client
}

fn has_left(client: &mut Client) -> bool {
    let asked = client.asked();
    asked.iter().any(|line| line == "quit" || line.contains(r#""type":"quit""#))
}

fn ask(client: &mut Client, how: &str) {
    if how.starts_with('/') {
        client.enter(how);
    } else {
        client.press(how);
    }
}

#[test]
fn leaving_is_done_at_once_where_it_costs_nothing() {
    for how in ["/quit", "/quiet", "ctrl-d", "ctrl-c ctrl-c"] {
        let mut client = Client::online(Lang::En);
        ask(&mut client, how);
        assert!(has_left(&mut client), "{how}");
    }
}

#[test]
fn a_second_ctrl_c_leaves_only_right_behind_the_first() {
    let mut client = Client::online(Lang::En);
    client.press("ctrl-c");
    client.enter("/read");
    client.press("ctrl-c");
    assert!(!has_left(&mut client));
    client.press("ctrl-c");
    assert!(has_left(&mut client));
}

#[test]
fn while_a_question_is_open_the_last_row_says_where_keys_go() {
    let mut client = host(Lang::En);
    client.hear(r#"{"type":"presence","changes":[{"uid":19,"state":"away"}]}"#);
    client.enter("/quit");
    client.sees(&["Leave?", "keys go to what stands above · Esc closes it"]);
    client.press("esc");
    client.sees_no(&["keys go to what stands above"]);
}

#[test]
fn leaving_silently_takes_no_words() {
    let mut client = Client::online(Lang::En);
    client.enter("/quiet on");
    assert!(!has_left(&mut client));
    client.sees(&["write it as /quiet"]);
}

#[test]
fn a_host_is_asked_with_the_number_of_guests() {
    for how in ["/quit", "/quiet", "ctrl-d", "ctrl-c ctrl-c"] {
        let mut client = host(Lang::En);
        client.hear(r#"{"type":"presence","changes":[{"uid":19,"state":"away"}]}"#);
        ask(&mut client, how);
        assert!(!has_left(&mut client), "{how}");
        client.sees(&["Leave?", "it stops, and 1 guest is disconnected", "Enter leaves · Esc stays"]);
        client.press("esc");
        assert!(!has_left(&mut client), "{how}");
        client.sees_no(&["Leave?"]);
        ask(&mut client, how);
        client.press("enter");
        assert!(!has_left(&mut client), "a key that was on its way says no yes");
        client.confirm();
        assert!(has_left(&mut client), "{how}");
    }
    let mut client = host(Lang::Ko);
    client.press("ctrl-d");
    client.sees(&["손님 2명의 접속이 끊깁니다", "Enter 나가기"]);
    for (columns, rows) in [(60, 15), (40, 12), (20, 5)] {
        assert!(client.screen(columns, rows).contains("서버"), "{columns}x{rows}");
    }
}

#[test]
fn the_key_that_asks_to_leave_says_yes_and_others_say_nothing() {
    for (yes, leaves) in
        [("ctrl-c", true), ("ctrl-d", true), ("y", true), ("ㅛ", true), ("n", false), ("x", false)]
    {
        let mut client = host(Lang::En);
        client.press("ctrl-c ctrl-c");
        client.wait(400);
        client.press(yes);
        assert_eq!(has_left(&mut client), leaves, "{yes}");
        assert_eq!(client.app.composer().text(), "");
    }
}

#[test]
fn a_host_alone_is_not_asked() {
    let mut client = host(Lang::En);
    for uid in [18, 19] {
        client.hear(&format!(r#"{{"type":"presence","changes":[{{"uid":{uid},"state":"gone"}}]}}"#));
    }
    client.press("ctrl-d");
    assert!(has_left(&mut client));
}

#[test]
fn a_host_with_another_window_is_asked() {
    let question = |lang, how: &str, windows: &str| {
        let mut client = host(lang);
        client.hear(
            &welcome(100)
                .replace(r#""limits":{"#, r#""limits":{"windows":8"#)
                .replace("member\"},\"se", "admin\"},\"se"),
        );
        for uid in [18, 19] {
            client.hear(&format!(r#"{{"type":"presence","changes":[{{"uid":{uid},"state":"gone"}}]}}"#));
        }
        client.forget();
        ask(&mut client, how);
        let me = format!(
            r#""users":[{{"uid":17,"name":"kim","style":{{"color":6}},"rooms":["lobby"]{windows}}}]"#
        );
        answer(&mut client, r#""who","uid":17"#, &me);
        client
    };
    for how in ["/quit", "/quiet", "ctrl-d", "ctrl-c ctrl-c"] {
        let mut client = question(Lang::En, how, r#","windows":2"#);
        client.sees(&["it stops, and 1 other window of yours is disconnected"]);
        assert!(!has_left(&mut client), "{how}");
        client.confirm();
        assert!(has_left(&mut client), "{how}");
        for alone in ["", r#","windows":1"#] {
            assert!(has_left(&mut question(Lang::En, how, alone)), "{how}");
        }
    }
    question(Lang::Ko, "ctrl-d", r#","windows":3"#).sees(&["내 다른 창 2개의 접속이 끊깁니다"]);
    // A server that does not answer keeps nobody here.
    let mut client = host(Lang::En);
    client.hear(
        &welcome(100)
            .replace(r#""limits":{"#, r#""limits":{"windows":8"#)
            .replace("member\"},\"se", "admin\"},\"se"),
    );
    client.press("ctrl-d");
    client.sees_no(&["Leave?"]);
    client.press("ctrl-d");
    client.sees(&["2 guests are disconnected"]);
}

#[test]
fn unsent_text_is_named_before_leaving() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg 민수");
    client.write("half a thought");
    client.press("alt-1");
    client.press("ctrl-d");
    client.sees(&["what you wrote in @민수", "kept as a draft"]);
    client.press("esc");
    client.lose();
    client.enter("one");
    client.enter("two");
    client.enter("/quit");
    client.sees(&["2 messages are not sent yet", "@민수"]);
    client.confirm();
    assert!(has_left(&mut client));
    // What is on its way needs no question: it is stored before the goodbye is answered.
    let mut client = Client::online(Lang::En);
    client.enter("bye");
    client.enter("/quit");
    assert!(has_left(&mut client));
}
