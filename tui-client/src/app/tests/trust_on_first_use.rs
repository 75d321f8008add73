//! What a person hears of a server's key.

use super::Client;
use crate::app::connection::{Closed, Status};
use crate::app::output_mode::OutputMode;
use crate::event::{Event, FromLink, NewServerKey, TrustError};
use crate::lang::Lang;

fn changed() -> Event {
    let key = |what: &str| shared::Fingerprint::of(what.as_bytes());
    let file = "/home/kim/.local/state/chinwag/known_hosts".into();
    let why = TrustError::Changed { known: vec![key("old")], shown: key("new"), file, line: 7 };
    Event::Link(FromLink::Down(why.into()))
}

#[test]
fn a_server_with_another_key_is_refused_loudly_and_not_tried_again() {
    for (lang, loud, line) in [
        (Lang::En, "The key of 127.0.0.1:7667 has changed", "line 7"),
        (Lang::Ko, "서버의 키가 바뀌었습니다", "7번째 줄"),
    ] {
        let mut client = Client::online(lang);
        client.lose();
        client.wait(1_000);
        client.event(changed());
        let (old, new) = (shared::Fingerprint::of(b"old"), shared::Fingerprint::of(b"new"));
        client.sees(&[loud, line, "chinwag/known_hosts", old.as_str(), new.as_str()]);
        // Calm: one line in the colour of what went wrong, and no fingerprint broken where there is room for it.
        let danger = crate::ui::theme::Theme::ansi().danger.fg.unwrap();
        for (columns, rows) in [(120, 40), (80, 24), (60, 15), (54, 20)] {
            let (buffer, _) = client.draw(columns, rows);
            let red = buffer
                .area
                .rows()
                .take(usize::from(rows) - 1)
                .filter(|row| row.positions().any(|at| buffer[at].fg == danger));
            assert_eq!(red.count(), 1, "{}", client.screen(columns, rows));
            let screen = client.screen(columns, rows);
            assert!(screen.contains(old.as_str()) && screen.contains(new.as_str()), "{screen}");
        }
        client.press("esc");
        client.sees(&[lang
            .not_connected(
                "127.0.0.1:7667",
                &TrustError::Changed { known: vec![], shown: new, file: String::new(), line: 0 },
            )
            .as_str()]);
        assert_eq!(client.app.status(), &Status::Closed(Closed::Distrusted));
        assert_eq!(client.app.deadline(), None, "nothing is tried again");
        client.forget();
        client.enter("/reconnect");
        assert!(client.asked().concat().contains("connect "), "but the person may");
    }
}

#[test]
fn without_a_screen_a_server_with_another_key_is_the_end() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.event(changed());
    assert!(client.asked().concat().contains("HAS CHANGED"), "{:?}", client.asked());
}

#[test]
fn a_server_that_is_met_for_the_first_time_is_one_line() {
    let mut client = Client::new(Lang::En);
    let key = shared::Fingerprint::of(b"new");
    client.event(Event::Link(FromLink::NewServerKey(NewServerKey { key: key.clone(), remembered: true })));
    client.sees(&["First time at 127.0.0.1:7667", key.as_str()]);
}
