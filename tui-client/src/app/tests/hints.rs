//! Hints in the status line: they go by themselves, and never hide how the connection is.

use super::Client;
use crate::lang::Lang;

#[test]
fn a_hint_goes_after_a_while() {
    let mut client = Client::online(Lang::En);
    client.press("ctrl-c");
    client.sees(&["press Ctrl-C again to leave"]);
    let until = client.app.deadline().unwrap();
    client.wants_frame();
    client.wait(until - client.now);
    assert!(client.wants_frame());
    client.sees_no(&["press Ctrl-C again"]);
    assert_eq!(client.app.deadline(), None, "nothing wakes up afterwards");
}

#[test]
fn a_hint_never_hides_the_state() {
    for lang in [Lang::En, Lang::Ko] {
        for columns in [20, 40, 60, 80] {
            let mut client = Client::online(lang);
            client.enter("/unban nobody at all who has a rather long name");
            let status = client.screen(columns, 15).lines().last().unwrap().to_owned();
            assert!(status.starts_with(" ●"), "{status}");
            client.lose();
            client.enter("said while away");
            let status = client.screen(columns, 15).lines().last().unwrap().to_owned();
            let state = if lang == Lang::En { " ○ reconnecting" } else { " ○" };
            assert!(status.starts_with(state), "{status}");
        }
    }
}

#[test]
fn what_to_do_next_is_read_at_any_width() {
    for (lang, line, next) in [
        (Lang::En, "/quti", "/quit"),
        (Lang::Ko, "/quti", "/quit"),
        (Lang::En, "/whois nobody-of-this-name", "/who"),
        (Lang::Ko, "/누구 nobody-of-this-name", "/사용자"),
    ] {
        let mut client = Client::online(lang);
        for seq in 101..160 {
            client.hear_message(seq, 18, "민수", &format!("line {seq}"));
        }
        // How far up one is also wants room there.
        client.press("pgup");
        client.hear_message(160, 18, "민수", "one more");
        client.forget();
        client.enter(line);
        let asked = client.asked().into_iter().find(|line| line.contains(r#""who""#));
        if let Some(id) = asked.as_deref().and_then(|line| line.split(r#""id":""#).nth(1)?.split('"').next())
        {
            client.hear(&format!(r#"{{"type":"ok","id":"{id}","users":[]}}"#));
        }
        for columns in 20..=120 {
            let status = client.screen(columns, 15).lines().last().unwrap().to_owned();
            assert!(status.starts_with(" ●") && status.contains(next), "{line} at {columns}: {status}");
        }
    }
}

#[test]
fn having_scrolled_up_is_no_alarm() {
    use super::screen_text::style_of;
    use crate::ui::theme::Theme;
    let mut client = Client::online(Lang::En);
    for seq in 101..160 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}"));
    }
    client.press("pgup");
    let warning = Theme::ansi().warning.fg;
    assert_ne!(style_of(&client.draw(80, 24).0, "scrolled up").fg, warning);
    client.hear_message(160, 18, "민수", "one more");
    assert_ne!(style_of(&client.draw(80, 24).0, "1 new below").fg, warning);
}

#[test]
fn what_was_said_of_a_connection_goes_with_it() {
    let mut client = Client::new(Lang::En);
    client.hear(&super::welcome(100));
    client.sees(&["kim is connected"]);
    client.hear(r#"{"type":"goodbye","code":"shutting_down","reconnect":true}"#);
    client.sees(&["reconnecting in"]);
    client.sees_no(&["kim is connected"]);
}

#[test]
fn whoever_has_scrolled_up_sees_what_a_command_answers() {
    let mut client = Client::online(Lang::En);
    for seq in 101..160 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}"));
    }
    client.press("pgup");
    client.sees(&["scrolled up"]);
    client.enter("/server");
    client.sees(&["127.0.0.1:7667", "line 159"]);
    client.sees_no(&["scrolled up"]);
}
