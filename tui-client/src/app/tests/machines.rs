//! One person on several machines: codes, the list, and what the others have read.

use super::{Client, SECRET, message, welcome};
use crate::lang::Lang;
use crate::profile::Profile;

const TWO: &str = r#"{"type":"machines","machines":[{"number":1,"name":"laptop","since":1763640000123,"here":true,"own":true},{"number":2,"name":"phone","since":1763640000123,"connected":1763640000123}]}"#;

#[test]
fn a_code_is_shown_as_what_to_start_on_the_other_machine() {
    for (lang, command, told) in
        [(Lang::En, "/link", "within 10 minutes; whoever"), (Lang::Ko, "/기기연결", "10분 안에 실행하세요.")]
    {
        let mut client = Client::online(lang);
        client.app.setup.machine = "laptop".parse().unwrap();
        client.enter(command);
        assert!(client.asked().concat().contains(r#""type":"link","machine":"laptop""#));
        client.hear(r#"{"type":"ok","id":"r2","link":{"code":"7KQ2-M0XV-93HD","valid_ms":600000}}"#);
        client.sees(&[told, "chinwag --link 7KQ2-M0XV-93HD 127.0.0.1:7667"]);
        // What is private is said to nobody.
        assert_eq!(client.asked(), Vec::<String>::new());
    }
}

#[test]
fn who_starts_with_a_code_shows_no_secret_and_keeps_the_one_it_is_given() {
    let mut client = Client::with(Lang::En, |setup| {
        setup.link = "7kq2m0xv93hd".parse().ok();
        setup.machine = "phone".parse().unwrap();
        setup.profile = Profile { secret: SECRET.parse().ok(), ..Profile::default() };
    });
    let hello = client.asked().concat();
    assert!(
        hello.contains(r#""link":"7KQ2-M0XV-93HD","machine":"phone""#) && !hello.contains("secret"),
        "{hello}"
    );
    client.hear(&welcome(100));
    client.sees(&["this machine is linked: you are kim here, too"]);
    client.lose();
    client.wait(60_000);
    let hello = client.asked().concat();
    assert!(hello.contains(SECRET) && !hello.contains("link"), "{hello}");
}

#[test]
fn a_code_that_does_not_work_is_told_with_what_to_do() {
    let mut client = Client::with(Lang::En, |setup| setup.link = "7kq2m0xv93hd".parse().ok());
    client.hear(r#"{"type":"error","code":"link_invalid","message":""}"#);
    client.sees(&["link code", "/link on your other machine"]);
}

#[test]
fn a_machine_that_is_linked_already_says_what_secrets_it_has_by_their_hashes() {
    let mut client = Client::with(Lang::Ko, |setup| {
        setup.link = "7kq2m0xv93hd".parse().ok();
        setup.has = vec![shared::SecretHash::of(&SECRET.parse().unwrap())];
    });
    let hello = client.asked().concat();
    assert!(hello.contains(r#""has":[""#) && !hello.contains(SECRET), "{hello}");
    client.hear(r#"{"type":"error","code":"already_linked","message":""}"#);
    client.sees(&["이미 연결된 기기입니다", "--link 없이"]);
}

#[test]
fn machines_are_listed_and_taken_out_by_number() {
    let mut client = Client::online(Lang::En);
    client.enter("/machines");
    client.hear(r#"{"type":"ok","id":"r2","machines":[]}"#);
    client.sees(&["no other machine is linked"]);
    client.hear(TWO);
    client.sees(&[
        "your machines",
        "1 laptop (this one) · linked 2025-11-20",
        "2 phone · linked 2025-11-20 12:00, last",
    ]);
    client.enter("/unlink");
    client.sees(&["write it as /unlink NUMBER"]);
    client.press("ctrl-c");
    client.enter("/unlink 2");
    assert!(client.asked().concat().contains(r#""type":"unlink","machine":2"#));
    client.hear(r#"{"type":"ok","id":"r3"}"#);
    client.sees(&["machine 2 is taken out"]);
}

#[test]
fn what_another_machine_has_read_is_not_unread_here() {
    let mut client = Client::online(Lang::En);
    client.hear(&another_room());
    client.press("alt-2");
    client.hear(&message("lobby", 101, 18, "민수", "kim?"));
    client.hear(&message("lobby", 102, 18, "민수", "kim!"));
    client.sees(&[" lobby       !2 "]);
    client.hear(r#"{"type":"read","room":"lobby","seq":101}"#);
    client.sees(&[" lobby       !1 "]);
    client.hear(r#"{"type":"read","room":"lobby","seq":102}"#);
    client.sees_no(&["!1", "!2"]);
}

#[test]
fn what_calls_us_by_a_word_of_our_own_is_counted_back_as_it_was_counted() {
    let mut client = Client::online(Lang::En);
    client.enter("/highlight add deploy");
    client.hear(&another_room());
    client.press("alt-2");
    client.hear(&message("lobby", 101, 18, "민수", "the deploy is done"));
    client.hear(&message("lobby", 102, 18, "민수", "tea?"));
    client.sees(&[" lobby       !2 "]);
    client.hear(r#"{"type":"read","room":"lobby","seq":101}"#);
    client.sees_no(&["!"]);
    client.sees(&[" lobby        1 "]);
}

#[test]
fn what_is_read_is_told_once_to_other_machines_and_to_nobody_where_there_are_none() {
    for (linked, told) in [(false, 0), (true, 1)] {
        let mut client = Client::online(Lang::En);
        if linked {
            client.hear(TWO);
        }
        client.hear(&message("lobby", 101, 18, "민수", "hello"));
        client.hear(&message("lobby", 102, 18, "민수", "there"));
        client.wait(60_000);
        client.wait(60_000);
        let read: Vec<_> =
            client.asked().into_iter().filter(|line| line.contains(r#""type":"read""#)).collect();
        assert_eq!(read.len(), told, "{read:?}");
        assert!(read.iter().all(|line| line.contains(r#""room":"lobby","seq":102"#)), "{read:?}");
    }
}

/// Another room to look at.
fn another_room() -> String {
    r#"{"type":"joined","state":{"name":"dev","topic":"","head":50,"members":[{"uid":17,"name":"kim","style":{"color":6}}]}}"#.to_owned()
}

#[test]
fn a_machine_that_was_taken_out_is_told_and_says_nothing_as_a_stranger() {
    for (lang, told, what_to_do) in [
        (Lang::En, "another machine of yours took this one", "chinwag --link CODE"),
        (Lang::Ko, "내 다른 기기에서", "--link"),
    ] {
        let mut client = Client::with(lang, |setup| {
            setup.profile = Profile { secret: SECRET.parse().ok(), ..Profile::default() };
        });
        client.enter("typed ahead");
        client.forget();
        client.hear(r#"{"type":"error","code":"taken_out","message":""}"#);
        client.hear(r#"{"type":"goodbye","code":"unlinked","message":"","reconnect":false}"#);
        client.lose();
        client.sees(&[told, what_to_do]);
        client.wait(600_000);
        assert_eq!(client.asked(), ["disconnect"], "it does not come back by itself, and greets as nobody");
    }
}

#[test]
fn a_word_for_irc_is_asked_for_unseen_and_said_to_the_server_alone() {
    for (lang, command, told) in [
        (Lang::En, "/irc-password", "/server add chinwag 127.0.0.1/6697"),
        (Lang::Ko, "/irc암호", "암호를 정했습니다."),
    ] {
        let mut client = Client::online(lang);
        client.enter(command);
        client.enter("short");
        assert_eq!(client.asked(), Vec::<String>::new(), "it is too short");
        client.enter("open sesame");
        let asked = client.asked().concat();
        assert!(asked.contains(r#""type":"irc_password","word":"open sesame""#), "{asked}");
        client.hear(r#"{"type":"ok","id":"r2"}"#);
        client.sees(&[told]);
        client.sees_no(&["sesame"]);
        // The line before is the command.
        client.press("up");
        client.sees_no(&["sesame"]);
    }
}

#[test]
fn a_word_for_irc_that_was_typed_in_sight_is_not_set_and_is_asked_for_unseen() {
    for (lang, command, told) in
        [(Lang::En, "/irc-password", "so it is not set"), (Lang::Ko, "/irc암호", "정하지 않았습니다")]
    {
        let mut client = Client::online(lang);
        client.enter(&format!("{command} open sesame"));
        assert_eq!(client.asked(), Vec::<String>::new());
        client.sees(&[told]);
        client.enter("another word");
        let asked = client.asked().concat();
        assert!(asked.contains("another word") && !asked.contains("sesame"), "{asked}");
        client.press("up");
        client.sees_no(&["sesame"]);
    }
}

#[test]
fn off_takes_the_word_for_irc_out() {
    let mut client = Client::online(Lang::En);
    client.enter("/irc-password off");
    let asked = client.asked().concat();
    assert!(asked.contains(r#""type":"irc_password""#) && !asked.contains("\"word\""), "{asked}");
    client.hear(r#"{"type":"error","id":"r2","code":"bad_request","message":""}"#);
    client.sees(&["no word is set"]);
}

#[test]
fn a_certificate_for_irc_is_told_as_openssl_prints_it() {
    let mut client = Client::online(Lang::En);
    client.enter("/irc-cert nonsense");
    client.sees(&["openssl x509"]);
    client.enter(&format!("/irc-cert sha256 Fingerprint={}", ["AB"; 32].join(":")));
    let asked = client.asked().concat();
    assert!(asked.contains(&format!(r#""fingerprint":"{}""#, "ab".repeat(32))), "{asked}");
    client.hear(r#"{"type":"ok","id":"r2"}"#);
    client.sees(&["IRC clients that show this certificate"]);
}
