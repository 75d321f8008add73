//! The list of the server's rooms: in the picker, by `/rooms`, and for completion.

use super::Client;
use crate::app::output_mode::OutputMode;
use crate::effect::Effect;
use crate::lang::Lang;

const ROOMS: &str =
    r#""rooms":[{"name":"dev","topic":"compilers","people":3},{"name":"lobby","people":3}],"more":false"#;

/// The id of the last request that was sent.
#[track_caller]
pub(super) fn last_id(client: &mut Client, kind: &str) -> String {
    let asked = client.asked();
    let line = asked.iter().rev().find(|line| line.contains(kind)).unwrap_or_else(|| panic!("{asked:?}"));
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    value["id"].as_str().unwrap().to_owned()
}

#[track_caller]
pub(super) fn answer(client: &mut Client, kind: &str, fields: &str) {
    let id = last_id(client, kind);
    client.hear(&format!(r#"{{"type":"ok","id":"{id}",{fields}}}"#));
}

#[test]
fn the_picker_offers_to_join_rooms_one_is_not_in() {
    for (lang, detail) in [(Lang::En, "join · 3 here · compilers"), (Lang::Ko, "들어가기 · 3명 · compilers")]
    {
        let mut client = Client::online(lang);
        client.press("alt-k");
        answer(&mut client, r#""rooms""#, ROOMS);
        client.sees(&["dev", detail]);
        client.write("de");
        client.press("enter");
        assert!(client.asked().iter().any(|line| line.contains(r#""type":"join","room":"dev""#)));
    }
}

#[test]
fn rooms_opens_the_picker_for_what_was_typed() {
    let mut client = Client::online(Lang::En);
    client.enter("/rooms de");
    answer(&mut client, r#""rooms""#, ROOMS);
    client.sees(&["join · 3 here"]);
    client.press("enter");
    assert!(client.asked().iter().any(|line| line.contains(r#""type":"join","room":"dev""#)));
}

#[test]
fn rooms_are_printed_where_there_are_only_lines_and_all_pages_are_asked_for() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.hear(&super::welcome(100));
    client.event(crate::event::Event::Line("/rooms".into()));
    answer(
        &mut client,
        r#""rooms""#,
        r#""rooms":[{"name":"dev","topic":"compilers","people":3}],"more":true"#,
    );
    let id = last_id(&mut client, r#""type":"rooms","after":"dev""#);
    client.hear(&format!(
        r#"{{"type":"ok","id":"{id}","rooms":[{{"name":"lobby","people":3}}],"more":false}}"#
    ));
    let told = client.effects.iter().find_map(|effect| {
        if let Effect::Notice(text) = effect { text.contains("rooms").then(|| text.clone()) } else { None }
    });
    assert_eq!(told.unwrap(), "2 rooms (* you are in it)\n  dev  3 here  compilers\n* lobby  3 here");
}

#[test]
fn a_room_one_is_not_in_is_completed_once_the_list_came() {
    let mut client = Client::online(Lang::En);
    client.write("/join d");
    client.press("tab");
    answer(&mut client, r#""rooms""#, ROOMS);
    client.press("tab");
    assert!(client.input_row().contains("/join dev"), "{}", client.input_row());
}

#[test]
fn a_server_that_knows_no_list_changes_nothing() {
    let mut client = Client::online(Lang::En);
    client.press("alt-k");
    let id = last_id(&mut client, r#""rooms""#);
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"unknown_type"}}"#));
    client.sees(&["lobby"]);
    client.sees_no(&["declined"]);
}
