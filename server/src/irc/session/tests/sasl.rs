//! Logging in: the exchange, its limits, and what becomes of it.

use base64ct::{Base64, Encoding as _};
use shared::{Name, Secret, Uid};

use super::rig::Rig;
use crate::irc::session::LoginOutcome;

fn base64(text: &str) -> String {
    Base64::encode_string(text.as_bytes())
}

fn negotiating() -> Rig {
    let mut rig = Rig::new();
    assert!(rig.client("CAP LS 302")[0].contains(" sasl=PLAIN,EXTERNAL "));
    rig.client("CAP REQ sasl");
    rig
}

fn known() -> LoginOutcome {
    let secret = Secret::from_bytes([7; 32]);
    LoginOutcome::Known { uid: Uid::new(17).unwrap(), name: Name::parse("민수").unwrap(), secret }
}

#[test]
fn who_logs_in_is_welcomed_by_their_secret_whatever_nick_they_ask_for() {
    let mut rig = negotiating();
    assert_eq!(rig.client("AUTHENTICATE plain"), [":irc.chinwag AUTHENTICATE +"]);
    let asked = rig.client(&format!("AUTHENTICATE {}", base64("\0민수\0open sesame")));
    assert_eq!(asked, ["Password(민수, …)"]);
    assert!(!rig.0.wants_input(), "nothing is taken meanwhile");
    let told = rig.login(known());
    assert_eq!(told[0], ":irc.chinwag 900 * 민수!u17@chinwag u17 :You are now logged in as 민수");
    assert_eq!(told[1], ":irc.chinwag 903 * :SASL authentication successful");
    assert!(rig.client("AUTHENTICATE PLAIN")[0].contains(" 907 "));
    rig.client("NICK other");
    rig.client("USER x 0 * :x");
    let hello = rig.client("CAP END").concat();
    let secret = Secret::from_bytes([7; 32]);
    assert!(hello.contains(secret.as_str()) && !hello.contains("other"), "{hello}");
}

#[test]
fn whose_log_in_waits_for_too_long_is_told_that_it_is_not_their_fault() {
    let mut rig = negotiating();
    rig.client("AUTHENTICATE PLAIN");
    rig.client(&format!("AUTHENTICATE {}", base64("\0ann\0open sesame")));
    rig.0.end_unregistered(0);
    let told = rig.0.take_output().lines;
    assert!(told.contains("too many people log in at the moment"), "{told}");
}

#[test]
fn an_answer_comes_in_chunks_and_ends_with_a_short_one_or_a_plus() {
    let word = "x".repeat(291);
    let answer = base64(&format!("\0ann12\0{word}yy"));
    assert_eq!(answer.len(), 400);
    let mut rig = negotiating();
    rig.client("AUTHENTICATE PLAIN");
    assert!(rig.client(&format!("AUTHENTICATE {answer}")).is_empty());
    assert_eq!(rig.client("AUTHENTICATE +"), ["Password(ann12, …)"]);
    let mut rig = negotiating();
    rig.client("AUTHENTICATE PLAIN");
    let long = base64(&format!("\0ann12\0{word}yyzzz"));
    let (first, rest) = long.split_at(400);
    assert!(rig.client(&format!("AUTHENTICATE {first}")).is_empty());
    assert_eq!(rig.client(&format!("AUTHENTICATE {rest}")), ["Password(ann12, …)"]);
}

#[test]
fn what_is_no_answer_has_its_numeric_and_a_few_of_them_end_the_connection() {
    for (answers, numeric) in [
        (vec!["*".to_owned()], "906"),
        (vec!["x".repeat(401)], "905"),
        (vec!["A".repeat(400); 5], "904"),
        (vec!["!!".to_owned()], "904"),
        (vec![base64("no zeros")], "904"),
        (vec![base64("\0ann\0word\0more")], "904"),
        (vec![base64("\0\0word")], "904"),
        (vec![base64("ben\0ann\0word")], "904"),
        (vec!["+".to_owned()], "904"),
    ] {
        let mut rig = negotiating();
        rig.client("AUTHENTICATE PLAIN");
        let told: Vec<_> =
            answers.iter().flat_map(|answer| rig.client(&format!("AUTHENTICATE {answer}"))).collect();
        assert!(told.len() == 1 && told[0].contains(&format!(" {numeric} ")), "{answers:?}: {told:?}");
        assert_eq!(rig.client("AUTHENTICATE PLAIN"), [":irc.chinwag AUTHENTICATE +"], "another try");
    }
    let mut rig = negotiating();
    let told: Vec<_> = (0..4).flat_map(|_| rig.client("AUTHENTICATE SCRAM-SHA-256")).collect();
    assert!(told[0].contains(" 908 * PLAIN,EXTERNAL ") && told[1].contains(" 904 "), "{told:?}");
    assert_eq!(told.last().unwrap(), "the end");
}

#[test]
fn ending_the_negotiation_aborts_the_exchange_and_without_the_capability_there_is_none() {
    let mut rig = negotiating();
    rig.client("NICK ann");
    rig.client("USER x 0 * :x");
    rig.client("AUTHENTICATE EXTERNAL");
    let told = rig.client("CAP END");
    assert!(told.iter().any(|line| line.contains(" 906 ")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("\"hello\"")), "{told:?}");
    assert!(Rig::new().client("AUTHENTICATE PLAIN")[0].contains(" 904 "));
}

#[test]
fn a_certificate_needs_no_name() {
    let mut rig = negotiating();
    rig.client("AUTHENTICATE EXTERNAL");
    assert_eq!(rig.client("AUTHENTICATE +"), ["Certificate()"]);
    let told = rig.login(LoginOutcome::Refused("no".to_owned()));
    assert_eq!(told, [":irc.chinwag 904 * :SASL authentication failed: no"]);
}

#[test]
fn a_pass_may_be_a_log_in_and_a_wrong_one_makes_no_stranger() {
    let mut rig = Rig::new();
    assert_eq!(rig.client("PASS ann:sesame"), ["Pass(…)"]);
    let told = rig.login(LoginOutcome::Refused("wrong".to_owned()));
    assert!(told[0].contains(" 464 ") && told.last().unwrap() == "the end", "{told:?}");
    let mut rig = Rig::new();
    rig.client("PASS ann:sesame");
    assert!(rig.login(known())[0].contains(" 900 "));
    rig.client("NICK x1");
    let hello = rig.client("USER x 0 * :x").concat();
    assert!(hello.contains("\"secret\"") && !hello.contains("sesame"), "{hello}");
    let mut rig = Rig::new();
    rig.client("PASS a:b");
    assert!(rig.login(LoginOutcome::NoCredentials).is_empty());
    rig.client("NICK x1");
    let hello = rig.client("USER x 0 * :x").concat();
    assert!(hello.contains(r#""password":"a:b""#), "{hello}");
}
