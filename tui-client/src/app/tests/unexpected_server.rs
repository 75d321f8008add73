//! A server that is not the one expected at its address.

use super::{Client, SECRET, lobby, message, welcome};
use crate::event::{Event, FromLink};
use crate::lang::Lang;
use crate::met::Recognised;
use crate::profile::{Act, Profile, Unsent};

fn profile(name: &str, text: &str) -> Profile {
    let nonce = "n1".parse().unwrap();
    let unsent = Unsent {
        room: shared::RoomName::lobby(),
        nonce,
        act: Act::Say { text: text.parse().unwrap(), action: false, reply_to: None, file: None },
    };
    Profile {
        secret: SECRET.parse().ok(),
        name: name.parse().ok(),
        uid: shared::Uid::new(17),
        outbox: vec![unsent],
        ..Profile::default()
    }
}

fn recognised(profile: Profile, is_known: bool) -> Event {
    let profile = Box::new(profile);
    Event::Link(FromLink::Recognised(Recognised { profile, is_known, damaged: Vec::new() }))
}

fn new(name: &str) -> Profile {
    Profile { name: name.parse().ok(), ..Profile::default() }
}

#[test]
fn another_server_gets_nothing_that_waits_and_is_asked_for_the_old_name() {
    for (lang, words) in [(Lang::En, "Another server than last time"), (Lang::Ko, "지난번과 다른 서버")]
    {
        let mut client = Client::with(lang, |setup| setup.profile = profile("kim", "only for the old one"));
        client.event(recognised(new("kim"), false));
        client.sees(&[words, "kim"]);
        client.forget();
        client.hear(&welcome(0));
        assert!(!client.asked().concat().contains("only for the old one"));
        let saved = client.saved();
        assert!(saved.is_none_or(|saved| saved.outbox.is_empty()));
    }
}

#[test]
fn if_the_old_name_is_taken_there_any_other_will_do() {
    let mut client = Client::with(Lang::En, |setup| setup.profile = profile("kim", "x"));
    client.event(recognised(new("kim"), false));
    client.forget();
    client.hear(r#"{"type":"error","code":"name_taken","message":""}"#);
    client.wait(1_000);
    let asked = client.asked().concat();
    assert!(asked.contains("connect ") && !asked.contains("kim") && !asked.contains("secret"), "{asked}");
}

#[test]
fn a_server_known_under_another_address_brings_back_who_we_are_there() {
    let mut client = Client::new(Lang::En);
    client.event(recognised(profile("lee", "said to wait"), true));
    client.sees_no(&["Another server"]);
    client.forget();
    client.hear(&super::welcome_back(&lobby(100)));
    assert!(client.asked().concat().contains("said to wait"));
}

#[test]
fn a_server_that_takes_the_place_of_another_one_shows_nothing_of_it() {
    let mut client = Client::online(Lang::En);
    client.hear(&message("lobby", 101, 18, "민수", "said on the old one"));
    client.write("half a thought");
    client.lose();
    client.wait(1_000);
    client.event(recognised(new("kim"), false));
    client.hear(&welcome(5_000));
    client.hear(&message("lobby", 5_001, 44, "lee", "said on the new one"));
    client.sees(&["Another server", "said on the new one", "half a thought"]);
    client.sees_no(&["said on the old one"]);
}

#[test]
fn which_server_it_is_and_its_key_are_kept() {
    let mut client = Client::new(Lang::En);
    let key = shared::Fingerprint::of(b"key");
    let tells = format!(r#""version":"0","id":"9f2c","key":"{key}"}}"#);
    client.hear(&welcome(0).replace(r#""version":"0"}"#, &tells));
    let saved = client.saved().unwrap();
    assert_eq!(saved.server.as_ref().map(ToString::to_string).as_deref(), Some("9f2c"));
    assert!(saved.keys.contains(&key));
}
