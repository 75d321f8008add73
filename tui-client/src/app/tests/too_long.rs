//! A message near the limit and beyond it: its length is shown, and what is too long can be sent in parts.

use shared::{ClientMsg, Request};

use super::{Client, Effect};
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;

fn draft(client: &mut Client, text: &str) {
    client.event(Event::Paste(text.to_owned()));
}

fn said(client: &Client) -> Vec<String> {
    let text = |effect: &Effect| {
        let Effect::Send(Request { msg, .. }) = effect else { return None };
        if let ClientMsg::Say(say) = msg {
            return Some(say.text.to_string());
        }
        if let ClientMsg::Direct(direct) = msg { Some(direct.text.to_string()) } else { None }
    };
    client.effects.iter().filter_map(text).collect()
}

#[test]
fn the_length_is_shown_before_the_limit_and_beyond() {
    for (lang, near, over) in [
        (Lang::En, "3100 / 4096 bytes", "5000 / 4096 bytes, 904 over"),
        (Lang::Ko, "3100 / 4096바이트", "5000 / 4096바이트, 904 초과"),
    ] {
        for (columns, rows) in [(120, 40), (60, 15), (50, 8)] {
            let mut client = Client::online(lang);
            draft(&mut client, &"x".repeat(3000));
            assert!(!client.screen(columns, rows).contains("4096"));
            draft(&mut client, &"x".repeat(100));
            let screen = client.screen(columns, rows);
            assert!(screen.contains(near), "{screen}");
            draft(&mut client, &"x".repeat(1900));
            let screen = client.screen(columns, rows);
            assert!(screen.contains(over), "{screen}");
        }
    }
    let mut client = Client::online(Lang::En);
    draft(&mut client, &"x\n".repeat(60));
    client.sees(&["60 / 64 lines"]);
}

#[test]
fn what_is_too_long_says_so_and_goes_in_parts_in_order_once_confirmed() {
    let mut client = Client::online(Lang::En);
    let words: Vec<String> = (0..900).map(|number| format!("word{number}")).collect();
    let text = words.join(" ");
    draft(&mut client, &text);
    client.press("enter");
    let over = text.len() - 4096;
    client.sees(&[&format!("It has {} bytes, {over} more than the 4096", text.len()), "in 2 parts?"]);
    client.press("enter");
    client.sees(&["that Enter came too soon"]);
    assert!(said(&client).is_empty() && client.app.composer().text() == text);
    client.confirm();
    let said = said(&client);
    assert_eq!(said.len(), 2);
    assert_eq!(said.join(" "), text);
    assert_eq!(client.app.composer().text(), "");
}

#[test]
fn esc_goes_back_to_the_draft_and_nothing_was_sent() {
    let mut client = Client::online(Lang::Ko);
    let text = "가나다라 ".repeat(400);
    draft(&mut client, &text);
    client.press("enter esc");
    client.wait(1_000);
    assert!(said(&client).is_empty());
    assert_eq!(client.app.composer().text(), text);
    client.sees(&["바이트"]);
}

#[test]
fn a_direct_message_in_parts_goes_to_that_person_alone() {
    let mut client = Client::online(Lang::En);
    draft(&mut client, &format!("/msg 민수 {}", "psst ".repeat(900)));
    client.press("enter");
    client.confirm();
    assert_eq!(said(&client).len(), 2);
    assert_eq!(client.app.rooms().current().name.as_str(), "@17:18");
    client.press("alt-1");
    assert_eq!(client.app.composer().text(), "");
}

#[test]
fn lines_are_told_the_limit() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.hear(&super::welcome(0));
    client.event(Event::Line("x".repeat(5000)));
    assert!(client.noticed().iter().any(|said| said.contains("too long by 904 bytes (5000 of 4096)")));
    assert!(said(&client).is_empty());
}

#[test]
fn what_the_server_refuses_as_too_long_says_which_limit_and_how_much_over() {
    let told = "the text has 12 lines, 10 are allowed";
    for (lang, code, limits, message, words) in [
        (Lang::En, "text_invalid", r#""text_bytes":100"#, "", "not sent: too long by 50 bytes (150 of 100)"),
        (
            Lang::Ko,
            "too_long",
            r#""text_bytes":100"#,
            "",
            "보내지 못함: 한도보다 50바이트 깁니다 (150 / 100)",
        ),
        (Lang::En, "text_invalid", "", told, "not sent: the text has 12 lines, 10 are allowed"),
        (Lang::Ko, "too_long", "", told, "서버가 영어로 알린 이유: the text has 12 lines, 10 are allowed"),
        (Lang::En, "too_long", "", "", "not sent: it is too long; send it in parts"),
    ] {
        let mut client = Client::online(lang);
        // Written while the limits of before were known.
        client.lose();
        client.enter(&"x".repeat(150));
        client.wait(1_000);
        let welcome = super::welcome_back(&super::lobby(100));
        client.hear(&welcome.replace(r#""limits":{}"#, &format!(r#""limits":{{{limits}}}"#)));
        client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
        let sent = client.asked().concat();
        let nonce = sent.rsplit(r#""nonce":""#).next().unwrap().split('"').next().unwrap();
        client.hear(&format!(r#"{{"type":"error","id":"{nonce}","code":"{code}","message":"{message}"}}"#));
        client.wait(60_000);
        // As it is beneath the message, where it is wrapped.
        let screen = client.screen(120, 40);
        let shown: Vec<&str> = screen.split(['│', '\n', ' ']).filter(|word| !word.is_empty()).collect();
        assert!(shown.join(" ").contains(words), "{words}\n{screen}");
    }
}
