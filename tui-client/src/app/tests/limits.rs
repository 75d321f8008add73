//! Limits of the server: an admin is told whom they kept out, and changes them; who is kept out is told whom to ask.

use super::Client;
use crate::lang::Lang;

const KEPT_OUT: &str =
    r#"{"type":"kept_out","setting":"max-per-address","count":3,"address":"192.0.2.7","at":1}"#;

#[test]
fn an_admin_sees_whom_a_limit_kept_out_and_raises_it() {
    for (lang, told) in [
        (Lang::En, "max-per-address kept 3 out, the last from 192.0.2.7"),
        (Lang::Ko, "max-per-address 제한으로 3번 들어오지 못했습니다"),
    ] {
        let mut client = Client::online(lang);
        client.become_role("admin");
        client.hear(KEPT_OUT);
        client.sees(&[told]);
        client.enter("/limits max-per-address 200");
        let asked = client.asked();
        let wanted = r#""type":"limits","setting":"max-per-address","value":"200""#;
        assert!(asked[0].contains(wanted), "{asked:?}");
        client.hear(r#"{"type":"ok","id":"r2","settings":[{"setting":"max-per-address","value":"200"}]}"#);
        client.sees(&["max-per-address 200"]);
    }
}

#[test]
fn a_value_that_is_none_is_declined_with_the_reason() {
    let mut client = Client::online(Lang::En);
    client.become_role("admin");
    client.enter("/limits max-users many");
    client.hear(r#"{"type":"error","id":"r2","code":"bad_request","message":"max-users is a number from 1 to 100000"}"#);
    client.sees(&["max-users is a number from 1 to 100000"]);
}

#[test]
fn whoever_is_kept_out_is_told_whom_to_ask_for_what() {
    for (lang, told) in [
        (Lang::En, "ask whoever runs the server to raise max-per-address"),
        (Lang::Ko, "서버 운영자에게 max-per-address 값을 올려 달라고 하세요"),
    ] {
        let mut client = Client::new(lang);
        client.hear(
            r#"{"type":"error","code":"too_many_connections","message":"","setting":"max-per-address"}"#,
        );
        client.sees(&[told]);
    }
}

#[test]
fn a_moderator_frees_a_name_once_that_was_confirmed() {
    let mut client = Client::online(Lang::En);
    client.become_role("moderator");
    client.enter("/free-name bob");
    assert!(client.asked().is_empty());
    client.sees(&["Free the name bob?", "guest-"]);
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"free_name","name":"bob"}"#]);
    client.hear(r#"{"type":"error","id":"r2","code":"bad_request","message":"bob is here; ask them"}"#);
    client.sees(&["bob is here; ask them"]);
    client.enter("/free-name bob");
    client.confirm();
    client.hear(r#"{"type":"ok","id":"r3"}"#);
    client.sees(&["bob is free now"]);
}
