//! The mouse, as the bytes a terminal sends: what a click does on a room, a name, a message.

use clap::ValueEnum as _;

use super::{Client, message};
use crate::lang::Lang;
use crate::settings::look::PaneOrder;
use crate::settings::value::Value as _;

/// Clicks on the first cell of a text on the screen. A cell that is clicked is drawn there, so that the test sees what a
/// person sees.
#[track_caller]
fn click(client: &mut Client, (columns, rows): (u16, u16), text: &str) {
    let screen = client.screen(columns, rows);
    let row =
        screen.lines().position(|row| row.contains(text)).unwrap_or_else(|| panic!("{text}:\n{screen}"));
    let line = screen.lines().nth(row).unwrap();
    let column = crate::app::text_width::columns(line.split(text).next().unwrap());
    client.bytes(&format!("\x1b[<0;{};{}M\x1b[<0;{};{}m", column + 1, row + 1, column + 1, row + 1));
}

const WIDE: (u16, u16) = (120, 30);

fn with_rooms() -> Client {
    let mut client = Client::online(Lang::En);
    for number in 1..30 {
        client.app.rooms.ensure(&format!("r{number:02}").parse().unwrap()).joined = true;
    }
    client
}

#[test]
fn a_click_on_a_room_goes_there() {
    let mut client = with_rooms();
    client.write("a draft");
    click(&mut client, WIDE, "r05");
    assert_eq!(client.app.rooms().current().name.as_str(), "r05");
    assert_eq!(client.app.composer().text(), "", "the draft stays with its room");
    click(&mut client, WIDE, "lobby");
    assert_eq!(client.app.composer().text(), "a draft");
}

#[test]
fn a_click_on_what_is_new_out_of_sight_goes_to_it() {
    let mut client = with_rooms();
    client.hear(&message("r29", 101, 18, "민수", "hello"));
    let screen = client.screen(120, 30);
    let row = screen.lines().find(|row| row.contains("↓ more")).unwrap_or_else(|| panic!("{screen}"));
    assert!(row.starts_with(" ↓ more       1 "), "{screen}");
    assert!(!screen.contains("r29"), "{screen}");
    click(&mut client, WIDE, "↓ more");
    assert_eq!(client.app.rooms().current().name.as_str(), "r29");
    let screen = client.screen(120, 30);
    assert!(screen.contains("r29") && !screen.contains("more"), "{screen}");
}

#[test]
fn clicks_follow_the_order_of_the_panes() {
    for order in PaneOrder::value_variants() {
        let mut client = with_rooms();
        client.enter(&format!("/set panes {}", order.text()));
        client.hear(&message("lobby", 101, 18, "민수", "clicked words"));
        click(&mut client, WIDE, "clicked words");
        assert!(client.app.rooms().current().timeline.selected().is_some(), "{order:?}");
        client.press("esc");
        click(&mut client, WIDE, "cool-otter");
        client.press("enter");
        assert_eq!(client.app.rooms().current().name.as_str(), "@17:19", "{order:?}");
        click(&mut client, WIDE, "r25");
        assert_eq!(client.app.rooms().current().name.as_str(), "r25", "{order:?}");
    }
}

#[test]
fn a_click_on_a_member_offers_to_talk_to_them() {
    let mut client = Client::online(Lang::En);
    click(&mut client, WIDE, "민수");
    client.sees(&["Members", "Enter talk"]);
    client.press("enter");
    assert_eq!(client.app.rooms().current().name.as_str(), "@17:18");
}

#[test]
fn a_click_on_a_name_in_the_scrollback_offers_the_same_at_every_width() {
    for size in [(120, 30), (80, 24), (60, 15), (45, 12), (30, 8)] {
        let mut client = Client::online(Lang::En);
        client.hear_message(101, 19, "cool-otter", "good morning");
        client.hear_message(102, 40, "gone", "bye");
        let whole = client.screen(size.0, size.1);
        let name = if whole.contains("cool-otter │") { "cool-otter │" } else { "cool-otter: " };
        click(&mut client, size, name);
        client.press("enter");
        assert_eq!(client.app.rooms().current().name.as_str(), "@17:19", "{whole}");
        client.press("alt-1");
        let name = if whole.contains("cool-otter │") { "gone │" } else { "gone: " };
        click(&mut client, size, name);
        client.sees(&["nobody here is called gone"]);
    }
}

#[test]
fn a_click_on_a_message_picks_it_out_and_another_lets_it_go() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "good morning");
    client.hear_message(102, 18, "민수", "anybody here?");
    click(&mut client, WIDE, "good morning");
    client.sees(&["y copy"]);
    let selected = |client: &Client| {
        client
            .app
            .rooms()
            .current()
            .timeline
            .selected()
            .and_then(|entry| entry.text())
            .map(ToString::to_string)
    };
    assert_eq!(selected(&client).as_deref(), Some("good morning"));
    click(&mut client, WIDE, "anybody here?");
    assert_eq!(selected(&client).as_deref(), Some("anybody here?"));
    click(&mut client, WIDE, "anybody here?");
    assert_eq!(selected(&client), None);
}

#[test]
fn a_click_anywhere_else_or_over_a_popup_does_nothing() {
    let mut client = with_rooms();
    for column in 0..120 {
        client.bytes(&format!("\x1b[<0;{column};1M\x1b[<0;{column};28M\x1b[<0;{column};30M"));
    }
    client.press("f1");
    click(&mut client, WIDE, "lobby");
    client.bytes("\x1b[<0;5;6M\x1b[<0;60;20M");
    assert_eq!(client.app.screen().popups().len(), 1);
    assert_eq!(client.app.rooms().current().name.as_str(), "lobby");
}
