//! A server with several addresses: going to another one when a connection ends or none comes about.

use super::{Client, lobby, own, welcome, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::event::{Event, FromLink, Lost, Protection, Reached, TrustError};
use crate::lang::Lang;

/// What a node says of its cluster.
fn node(welcome: &str, name: &str, nodes: &str) -> String {
    let open = welcome.strip_suffix('}').unwrap();
    format!(r#"{open},"cluster":{{"node":"{name}","nodes":[{nodes}]}}}}"#)
}

/// Somebody in the lobby of a server with these addresses, at the node seoul, which was verified and has told these nodes.
fn at_seoul(lang: Lang, given: &str, nodes: &str) -> Client {
    let mut client = Client::with(lang, |setup| setup.address = given.parse().unwrap());
    client.reach(Protection::KnownKey);
    client.hear(&node(&welcome(100), "seoul", nodes));
    client.app.screen.clear_hint();
    // Long enough for the connection to be a good one.
    client.wait(20_000);
    client.forget();
    client
}

impl Client {
    fn reach(&mut self, protection: Protection) {
        self.event(Event::Link(FromLink::Reached(Reached { key: None, protection })));
    }

    fn fail(&mut self, lost: Lost) {
        self.event(Event::Link(FromLink::Down(lost)));
    }

    /// Where it has connected to since this was asked last; `-` for the first address.
    fn went(&mut self) -> String {
        let asked = self.asked();
        let attempts = asked.iter().filter_map(|asked| asked.strip_prefix("connect "));
        let at = attempts.map(|rest| rest.split_once(" {").map_or("-", |(at, _)| at));
        at.collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn when_a_node_dies_the_next_one_is_gone_to_within_a_quarter_of_a_second_and_one_line_says_so() {
    for (lang, words, online) in [
        (Lang::En, "connected to busan", "● online (seoul)"),
        (Lang::Ko, "busan에 접속했습니다", "● 접속됨 (seoul)"),
    ] {
        let mut client = at_seoul(lang, "seoul,busan,jeju", "");
        client.sees(&[online]);
        client.write("half a thought");
        client.lose();
        client.sees_no(&["Disconnected", "끊겼습니다"]);
        client.wait(250);
        assert_eq!(client.went(), "busan");
        client.reach(Protection::KnownKey);
        client.hear(&node(&welcome_back(&lobby(100)), "busan", ""));
        client.sees(&[words, "(busan)", "half a thought"]);
        client.sees_no(&["Disconnected", "끊겼습니다", "connected again", "다시 접속했습니다"]);
    }
}

#[test]
fn what_was_sent_and_not_answered_is_sent_once_more_to_the_other_node() {
    let mut client = at_seoul(Lang::En, "seoul,busan", "");
    client.enter("do not lose me");
    let said = client.asked().concat();
    assert!(said.contains("do not lose me"));
    client.lose();
    client.wait(250);
    client.forget();
    client.reach(Protection::KnownKey);
    client.hear(&node(&welcome_back(&lobby(100)), "busan", ""));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
    assert_eq!(client.asked().iter().filter(|asked| asked.contains("do not lose me")).count(), 1);
    client.hear(&own(101, "1", "do not lose me"));
    assert_eq!(client.app.outbox().waiting(), 0);
}

#[test]
fn each_address_is_tried_at_once_and_what_is_wrong_is_said_when_none_answers() {
    let mut client = Client::with(Lang::En, |setup| setup.address = "seoul,busan,jeju".parse().unwrap());
    assert_eq!(client.went(), "-");
    client.fail(Lost::Refused);
    client.fail(Lost::Silent);
    assert_eq!(client.went(), "busan jeju");
    client.sees_no(&["Cannot reach", "refused"]);
    client.fail(Lost::Refused);
    client.sees(&[
        "Cannot reach seoul, busan, jeju: Connection refused",
        "reconnecting in 1 s  Connection refused",
    ]);
    assert_eq!(client.went(), "", "a round is over");
    client.wait(1_000);
    assert_eq!(client.went(), "-");
    client.fail(Lost::Refused);
    client.fail(Lost::Refused);
    client.fail(Lost::Refused);
    assert_eq!(client.screen(120, 30).matches("Cannot reach").count(), 1);
    client.forget();
    client.wait(2_000);
    client.hear(&node(&welcome(100), "seoul", ""));
    client.sees(&["kim is connected", "(seoul)"]);
}

#[test]
fn a_node_that_stops_hands_over_to_those_it_names_without_a_line() {
    let mut client = at_seoul(Lang::En, "seoul,busan", r#""busan:7667","jeju:7667""#);
    client.hear(
        r#"{"type":"goodbye","code":"restarting","message":"","reconnect":true,"after_ms":3000,"try":["jeju:7667"]}"#,
    );
    client.sees_no(&["Disconnected"]);
    client.wait(2_999);
    assert_eq!(client.went(), "", "it waits as long as it was told");
    client.wait(251);
    assert_eq!(client.went(), "jeju");
    client.fail(Lost::Refused);
    client.fail(Lost::Refused);
    assert_eq!(client.went(), "busan -");
}

#[test]
fn a_server_with_one_address_says_that_it_is_gone_as_ever() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.sees(&["Disconnected from chat server", "reconnecting in"]);
    client.wait(1_000);
    assert_eq!(client.went(), "-");
    client.hear(&welcome_back(&lobby(100)));
    client.sees(&["connected again", "● online "]);
}

#[test]
fn a_node_that_lets_nobody_in_for_now_is_passed_over() {
    let mut client = Client::with(Lang::En, |setup| setup.address = "seoul,busan".parse().unwrap());
    client.forget();
    client.hear(r#"{"type":"error","code":"storage","message":""}"#);
    client.hear(r#"{"type":"goodbye","code":"storage","reconnect":true,"after_ms":5000}"#);
    client.wait(250);
    assert_eq!(client.went(), "busan");
    client.hear(r#"{"type":"error","code":"storage","message":""}"#);
    client.wait(250);
    assert_eq!(client.went(), "", "all have said so");
    client.sees(&["did not let us in"]);
}

#[test]
fn a_node_that_is_cut_off_names_others_and_each_is_gone_to_once() {
    let mut client = Client::with(Lang::En, |setup| setup.address = "seoul".parse().unwrap());
    let cut_off = |other: &str| {
        format!(
            r#"{{"type":"goodbye","code":"storage","message":"","reconnect":true,"after_ms":100,"try":["{other}:7667"]}}"#
        )
    };
    client.reach(Protection::KnownKey);
    client.forget();
    client.hear(&cut_off("busan"));
    client.wait(250);
    assert_eq!(client.went(), "busan");
    client.reach(Protection::KnownKey);
    client.hear(&cut_off("seoul"));
    client.wait(250);
    assert_eq!(client.went(), "", "both have said so");
    client.sees(&["did not let us in"]);
}

#[test]
fn who_is_thrown_out_again_and_again_goes_round_more_slowly_each_time() {
    let mut client = at_seoul(Lang::En, "seoul,busan", "");
    let mut waits = Vec::new();
    for _ in 0..6 {
        client.lose();
        let before = client.now;
        while client.went().is_empty() {
            client.wait(10);
        }
        waits.push(client.now - before);
        client.hear(&node(&welcome_back(&lobby(100)), "busan", ""));
    }
    assert!(waits[0] <= 250 && waits[5] >= 4_000, "{waits:?}");
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
}

#[test]
fn nodes_that_come_later_are_known_too() {
    let mut client = at_seoul(Lang::En, "seoul", r#""seoul:7667""#);
    client.hear(r#"{"type":"cluster","node":"seoul","nodes":["seoul:7667","busan:7000"]}"#);
    client.enter("/server");
    client.sees(&["node seoul of a cluster; its addresses: seoul, busan:7000"]);
    client.wait(2_000);
    assert_eq!(client.saved().unwrap().nodes, ["seoul:7667", "busan:7000"]);
    client.fail(Lost::Closed);
    client.wait(250);
    assert_eq!(client.went(), "busan:7000");
}

#[test]
fn the_nodes_that_a_trusted_server_tells_are_kept_for_the_next_time() {
    let mut client = at_seoul(Lang::En, "seoul", r#""seoul:7667","busan:7000""#);
    client.event(Event::Terminate);
    client.wait(1_000);
    let saved = client.saved().unwrap().clone();
    assert_eq!(saved.nodes, ["seoul:7667", "busan:7000"]);
    assert_eq!(saved.node_keys().count(), 0);
    let mut next = Client::with(Lang::En, |setup| {
        setup.address = "seoul".parse().unwrap();
        setup.profile = saved;
    });
    next.fail(Lost::Refused);
    assert_eq!(next.went(), "- busan:7000");
    next.enter("/server");
    next.sees(&["its addresses: seoul, busan:7000"]);
    let mut client = at_seoul(Lang::En, "seoul", r#""busan:7000""#);
    client.enter("/server");
    client.sees(&["node seoul of a cluster; its addresses: seoul, busan:7000"]);
}

#[test]
fn the_keys_of_the_nodes_are_kept_with_the_profile_and_with_nothing_else() {
    let mut client = Client::with(Lang::En, |setup| setup.address = "seoul".parse().unwrap());
    client.reach(Protection::KnownKey);
    let key = shared::Fingerprint::of(b"busan");
    let keys = format!(r#""busan:7667"],"keys":{{"busan:7667":"{key}","jeju:7667":"{key}"}},"x":["#);
    client.hear(&node(&welcome(100), "seoul", &keys));
    let saved = client.saved().unwrap();
    assert_eq!(saved.node_keys().collect::<Vec<_>>(), [("busan".parse().unwrap(), key)]);
    assert_eq!(saved.node_addresses().count(), 1);
}

#[test]
fn what_was_told_in_the_clear_is_neither_used_nor_kept() {
    let mut client = Client::with(Lang::En, |setup| setup.address = "seoul".parse().unwrap());
    client.reach(Protection::Clear);
    client.hear(&node(&welcome(100), "seoul", r#""evil:7667""#));
    assert!(client.saved().unwrap().nodes.is_empty());
    client
        .hear(r#"{"type":"goodbye","code":"restarting","reconnect":true,"after_ms":1,"try":["evil:7667"]}"#);
    client.forget();
    client.wait(60_000);
    assert_eq!(client.went(), "-");
}

#[test]
fn a_node_whose_key_has_changed_is_passed_over_with_a_warning_and_the_only_given_one_is_an_alarm() {
    let changed = || {
        let key = shared::Fingerprint::of(b"");
        let known = vec![shared::Fingerprint::of(b"x")];
        Lost::from(TrustError::Changed { known, shown: key, file: "f".into(), line: 1 })
    };
    let mut client = Client::with(Lang::En, |setup| setup.address = "seoul,busan".parse().unwrap());
    client.forget();
    client.fail(changed());
    assert_eq!(client.went(), "busan");
    client.sees(&["seoul:7667 is passed over: its key has changed"]);
    client.fail(Lost::Refused);
    client.wait(1_000);
    client.fail(changed());
    assert_eq!(client.screen(120, 30).matches("is passed over").count(), 1);
    client.fail(changed());
    client.sees(&["The key of busan:7667 has changed"]);
    client.forget();
    client.wait(600_000);
    assert_eq!(client.went(), "", "nothing more is tried");

    let mut alone = at_seoul(Lang::En, "seoul", r#""busan:7667""#);
    alone.lose();
    alone.wait(250);
    assert_eq!(alone.went(), "busan:7667".trim_end_matches(":7667"));
    alone.fail(changed());
    assert_eq!(alone.went(), "-", "one that was told is passed over");
    alone.fail(changed());
    alone.sees(&["The key of seoul:7667 has changed"]);
}

#[test]
fn that_the_nodes_do_not_agree_is_shown_when_it_lasts_and_gone_when_they_do() {
    for (lang, words) in [
        (Lang::En, "the servers do not reach each other; what you send waits"),
        (Lang::Ko, "서버들이 서로 닿지 않습니다"),
    ] {
        let mut client = at_seoul(lang, "seoul,busan", "");
        client.hear(r#"{"type":"order","state":"stalled","for_ms":500}"#);
        client.enter("is anybody there?");
        client.sees_no(&[words]);
        client.wait(1_500);
        client.sees(&[words, "is anybody there?", "● "]);
        client.hear(r#"{"type":"order","state":"resting"}"#);
        client.sees(&[words]);
        client.hear(r#"{"type":"order","state":"flowing"}"#);
        client.sees_no(&[words]);
        client.hear(r#"{"type":"order","state":"stalled","for_ms":18446744073709551615}"#);
        client.sees(&[words]);
        client.lose();
        client.wait(250);
        client.hear(&node(&welcome_back(&lobby(100)), "busan", ""));
        client.sees_no(&[words]);
    }
}

#[test]
fn without_a_screen_a_move_is_one_line_and_a_stall_is_told_once() {
    let mut client = Client::with(Lang::En, |setup| {
        setup.address = "seoul,busan".parse().unwrap();
        setup.output_mode = OutputMode::Lines { confirms: false };
    });
    client.hear(&node(&welcome(100), "seoul", ""));
    client.forget();
    client.lose();
    client.wait(250);
    client.hear(&node(&welcome_back(&lobby(100)), "busan", ""));
    assert_eq!(client.noticed(), ["connected to busan"]);
    client.forget();
    for _ in 0..3 {
        client.hear(r#"{"type":"order","state":"stalled","for_ms":5000}"#);
    }
    client.hear(r#"{"type":"order","state":"flowing"}"#);
    assert_eq!(client.noticed(), [Lang::En.stalled_at_length(), Lang::En.flows_again()]);
}
