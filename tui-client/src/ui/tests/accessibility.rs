//! Who sees no colours, no Unicode, or only where the cursor is: nothing may depend on it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;
use unicode_width::UnicodeWidthStr as _;

use super::afternoon;
use crate::app::popup::Popup;
use crate::app::popup::leave::LeaveQuestion;
use crate::app::tests::{Client, happened};
use crate::hyperlinks::Hyperlinks;
use crate::lang::Lang;
use crate::terminal::screen::{Fit, Screen};
use crate::terminal::stand_in::sign;
use crate::ui;
use crate::ui::theme::Theme;

fn press(client: &mut Client, keys: &str) {
    if !keys.is_empty() {
        client.press(keys);
    }
}

/// Screens with everything that can be on one.
fn scenes(lang: Lang) -> Vec<Buffer> {
    let mut scenes = Vec::new();
    let keys = [
        "",
        "f1",
        "alt-k",
        "alt-m",
        "alt-s",
        "ctrl-r",
        "alt-up",
        "alt-up r",
        "alt-up alt-up +",
        "ctrl-u tab",
        "pgup",
        "ctrl-x",
        "ctrl-x k",
        "ctrl-x b",
        "ctrl-x m",
        "ctrl-x a",
        "ctrl-x Q",
        "ctrl-c ctrl-c",
    ];
    for keys in keys {
        let mut client = afternoon(lang);
        client.become_role("admin");
        client.hear(&happened("lobby", 110, 19, "cool-otter", r#""kind":"announce","text":"tea is ready""#));
        client.hear(r#"{"type":"error","id":"r9","code":"muted","message":"no"}"#);
        client.draw(120, 40);
        press(&mut client, keys);
        scenes.extend([(120, 40), (60, 15), (20, 5)].map(|(columns, rows)| client.draw(columns, rows).0));
        client.lose();
        scenes.push(client.draw(80, 24).0);
    }
    scenes
}

#[test]
fn what_the_theme_colours_has_an_attribute_as_well() {
    for buffer in [Lang::En, Lang::Ko].into_iter().flat_map(scenes) {
        // People's colours are numbers, and beside each stands the name; that one is online is said in a word.
        let is_colour_alone = |cell: &&Cell| {
            let is_of_theme = !matches!(cell.fg, Color::Reset | Color::Indexed(_)) && cell.fg != Color::Green;
            (is_of_theme || cell.bg != Color::Reset) && cell.modifier.is_empty() && cell.symbol() != " "
        };
        let alone: Vec<_> = buffer.content.iter().filter(is_colour_alone).map(Cell::symbol).collect();
        assert!(alone.is_empty(), "{alone:?} has a colour alone in {buffer:?}");
    }
}

#[test]
fn without_colour_the_screen_says_the_same() {
    for keys in ["", "alt-k", "alt-up", "f1"] {
        let mut client = afternoon(Lang::En);
        client.draw(120, 40);
        press(&mut client, keys);
        let (colored, _) = client.draw(120, 40);
        let mut plain = Buffer::empty(colored.area);
        assert!(
            ui::render(&client.app, &Theme::plain(), &mut plain, &mut Hyperlinks::default()).is_some()
                || keys == "f1"
        );
        assert!(plain.content.iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)));
        let same =
            |one: &Cell, other: &Cell| one.symbol() == other.symbol() && one.modifier == other.modifier;
        assert!(colored.content.iter().zip(&plain.content).all(|(one, other)| same(one, other)), "{keys}");
    }
}

#[test]
fn every_sign_of_ours_has_an_ascii_form() {
    for buffer in scenes(Lang::En) {
        for cell in &buffer.content {
            let first = cell.symbol().chars().next().unwrap_or(' ');
            // What is a letter or two columns wide, people wrote.
            let is_theirs = first.is_alphanumeric() || cell.symbol().width() > 1;
            assert!(
                first.is_ascii() || is_theirs || sign(first).is_some(),
                "{:?} in {buffer:?}",
                cell.symbol()
            );
        }
    }
}

#[test]
fn in_ascii_nothing_else_goes_to_the_terminal_but_what_people_wrote() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 19, "cool-otter", "Привет, 민수 … naïve");
    client.press("f1");
    for keys in ["f1", "esc", "alt-k", "esc", "alt-up"] {
        press(&mut client, keys);
        let mut screen = Screen::new(120, 40);
        screen.set_fit(Fit { ascii_signs: true, ..Fit::default() });
        let bytes = screen
            .draw(Vec::new(), 0..40, |cells, links| ui::render(&client.app, &Theme::ansi(), cells, links));
        let text = String::from_utf8(bytes).unwrap();
        let other: String = text.chars().filter(|c| !c.is_ascii() && !c.is_alphabetic()).collect();
        assert_eq!(other, "", "{keys}");
        assert!(keys != "esc" || text.contains("Привет,") && text.contains("naïve"), "{text}");
    }
}

#[test]
fn the_cursor_stands_where_typing_goes_in_popups_too() {
    for lang in [Lang::En, Lang::Ko] {
        for keys in [
            "", "alt-k", "alt-m", "alt-s", "ctrl-r", "alt-up +", "ctrl-x k", "ctrl-x b", "ctrl-x a",
            "alt-up r",
        ] {
            for (columns, rows) in [(120, 40), (60, 15), (40, 12)] {
                let mut client = Client::online(lang);
                client.become_role("admin");
                client.hear_message(101, 19, "cool-otter", "tea?");
                client.draw(columns, rows);
                press(&mut client, keys);
                client.write("xq");
                let (buffer, caret) = client.draw(columns, rows);
                let caret = caret.unwrap_or_else(|| panic!("{keys}: there is no cursor"));
                let before = [2, 1].map(|back| buffer[(caret.x - back, caret.y)].symbol().to_owned());
                assert_eq!(before.concat(), "xq", "{keys} at {columns}x{rows}: {buffer:?}");
                assert_eq!(buffer[caret].symbol(), " ", "{keys}");
            }
        }
    }
}

#[test]
fn where_nothing_is_typed_there_is_no_cursor_in_the_draft() {
    let mut client = Client::online(Lang::En);
    client.become_role("admin");
    client.hear_message(101, 17, "kim", "tea?");
    client.draw(80, 24);
    client.press("f1");
    assert_eq!(client.draw(80, 24).1, None);
    client.press("esc");
    client.open(Popup::Leave(LeaveQuestion::new(vec!["a draft".into()], false, client.now)));
    assert_eq!(client.draw(80, 24).1, None);
    client.press("esc");
    assert!(client.draw(80, 24).1.is_some());
}
