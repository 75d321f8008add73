//! What a person hears of a server's key.

use super::Client;
use crate::app::connection::{Closed, Status};
use crate::app::output_mode::OutputMode;
use crate::event::{Event, FromLink, Protection, Reached, TrustError};
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
fn that_a_server_is_met_for_the_first_time_is_said_below_what_was_said_there() {
    for (lang, words) in [(Lang::En, "First time at 127.0.0.1:7667"), (Lang::Ko, "처음 접속합니다")] {
        let mut client = Client::new(lang);
        client.event(reached(Protection::NewKey { remembered: true }));
        client.hear(&super::welcome(140));
        let said = (101..141).map(|seq| super::message("lobby", seq, 18, "민수", &format!("line {seq}")));
        let page = said.collect::<Vec<_>>().join(",");
        client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{page}],"more":false}}"#));
        for (columns, rows) in [(120, 40), (60, 15)] {
            let screen = client.screen(columns, rows);
            assert!(screen.contains(words) && screen.contains(key().as_str()), "{screen}");
        }
        let screen = client.screen(120, 40);
        assert!(screen.find("line 140").unwrap() < screen.find(words).unwrap(), "{screen}");
        // A reconnect to the same server has nothing new to say.
        client.lose();
        client.wait(1_000);
        client.event(reached(Protection::KnownKey));
        client.hear(&super::welcome(140));
        assert_eq!(client.screen(120, 40).matches(words).count(), 1);
    }
}

#[test]
fn the_key_is_said_before_a_password_is_given_to_a_server_met_for_the_first_time() {
    let mut client = Client::new(Lang::En);
    client.event(reached(Protection::NewKey { remembered: true }));
    client.hear(r#"{"type":"error","code":"auth_failed","message":""}"#);
    client.sees(&["First time at", key().as_str(), "asks for a password"]);
}

#[test]
fn server_tells_everybody_the_address_the_key_and_what_protects_the_connection() {
    for (protection, words) in [
        (Protection::KnownKey, ["the one that is remembered", "기억해 둔 서버 키"]),
        (Protection::NewKey { remembered: true }, ["is remembered now", "기억해 두었습니다"]),
        (Protection::NewKey { remembered: false }, ["could not be remembered", "기억해 두지는 못했습니다"]),
        (Protection::Authority, ["an authority of this system", "기관이 보증"]),
        (Protection::AnyKey, ["on this machine", "이 컴퓨터에 있는 서버"]),
        (Protection::Own, ["runs in this program", "이 프로그램이 연 서버"]),
        (Protection::Clear, ["not encrypted", "암호화되지 않고"]),
        (Protection::UnixSocket, ["a socket of this machine", "이 컴퓨터의 소켓"]),
    ] {
        for (lang, words) in [Lang::En, Lang::Ko].into_iter().zip(words) {
            let mut client = Client::new(lang);
            client.event(reached(protection));
            client.hear(&super::welcome(100));
            client.enter(lang.pick(["/server", "/서버정보"]));
            let screen = client.screen(120, 24);
            for word in ["tea · chinwagd 0", "127.0.0.1:7667", words] {
                assert!(screen.contains(word), "{word:?} is not on the screen:\n{screen}");
            }
            let has_key = !matches!(protection, Protection::Clear | Protection::UnixSocket);
            assert_eq!(screen.contains(key().as_str()), has_key, "{screen}");
        }
    }
}

#[test]
fn at_any_size_a_fingerprint_is_whole_or_in_equal_parts_and_what_has_no_room_is_said_to_be_elsewhere() {
    let (old, new) = (shared::Fingerprint::of(b"old"), shared::Fingerprint::of(b"new"));
    for lang in [Lang::En, Lang::Ko] {
        let mut client = Client::new(lang);
        client.event(changed());
        for (columns, rows) in [(120, 40), (60, 15), (53, 15), (40, 15), (30, 24), (20, 24), (20, 5)] {
            let screen = client.screen(columns, rows);
            let hash = |key: &shared::Fingerprint| key.as_str().trim_start_matches("SHA256:").to_owned();
            for hash in [hash(&old), hash(&new)] {
                let parts = [1, 2, 3].map(|count: usize| {
                    let part = hash.len().div_ceil(count);
                    hash.as_bytes()
                        .chunks(part)
                        .map(|part| String::from_utf8(part.to_vec()).unwrap())
                        .collect()
                });
                let is_whole = |parts: &Vec<String>| {
                    let at = screen.lines().position(|row| row.trim_end().ends_with(&parts[0]));
                    let rows = at.map(|at| screen.lines().skip(at).zip(parts));
                    rows.is_some_and(|mut rows| rows.all(|(row, part)| row.trim_end().ends_with(part)))
                };
                let more = screen.contains("… /server") || screen.contains("… /서버정보");
                let is_there = parts.iter().any(is_whole);
                assert!(
                    is_there || more && !screen.contains(hash.split_at(8).0),
                    "{columns}x{rows}:\n{screen}"
                );
            }
        }
        client.enter(lang.pick(["/server", "/서버정보"]));
        let screen = client.screen(60, 24);
        assert!(screen.contains(old.as_str()) && screen.contains(new.as_str()), "{screen}");
        assert!(screen.contains("known_hosts"), "{screen}");
    }
}

fn key() -> shared::Fingerprint {
    shared::Fingerprint::of(b"new")
}

fn reached(protection: Protection) -> Event {
    let has_key = !matches!(protection, Protection::Clear | Protection::UnixSocket);
    Event::Link(FromLink::Reached(Reached { key: has_key.then(key), protection }))
}
