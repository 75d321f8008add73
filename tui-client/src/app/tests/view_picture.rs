//! A picture shown large: fetched where it is not here, decoded for the screen as it is, and gone with its popup.

use std::sync::Arc;

use super::{Client, happened, welcome};
use crate::app::popup::Popup;
use crate::event::Event;
use crate::lang::Lang;
use crate::picture_way::PictureWay;
use crate::pictures::decode::NotShown;
use crate::pictures::large::{Drawn, LargePicture};
use crate::pictures::viewing::PictureProblem;
use crate::transfer::{TransferId, TransferNews};

const HASH: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

/// A picture that 민수 sent, picked out.
fn with_picture(lang: Lang) -> Client {
    let mut client = Client::with(lang, |setup| {
        setup.lang = lang;
        setup.home = Some("/home/kim".into());
        setup.picture_cache = Some("/cache".into());
    });
    client.hear(&welcome(100).replace(r#""limits":{}"#, r#""limits":{"file_bytes":100000000}"#));
    let preview = r#"{"width":4,"height":4,"pixels":"xMTExMTExMTExMTExMTExA=="}"#;
    let file = format!(
        r#""kind":"message","text":"cat.png","file":{{"name":"cat.png","bytes":1000000,"sha256":"{HASH}","media_type":"image/png","picture":{{"width":800,"height":600,"preview":{preview}}}}}"#
    );
    client.hear(&happened("lobby", 101, 18, "민수", &file));
    client.event(Event::Resize(80, 24));
    client.event(Event::Pictures(PictureWay::Blocks));
    client.app.screen.clear_hint();
    client.press("alt-up");
    client.forget();
    client
}

fn decoded(client: &mut Client, columns: u16, rows: u16) {
    let row = vec![(196, Some(21)); usize::from(columns)];
    let drawn = Drawn::Blocks(vec![row; usize::from(rows)]);
    let picture = LargePicture { columns, rows, drawn };
    client.event(Event::LargePicture(HASH.parse().unwrap(), Ok(Arc::new(picture))));
}

fn not_decoded(client: &mut Client, why: PictureProblem) {
    client.event(Event::LargePicture(HASH.parse().unwrap(), Err(why)));
}

fn is_viewing(client: &Client) -> bool {
    matches!(client.app.screen().popups(), [Popup::Viewer(_)])
}

#[test]
fn enter_shows_the_picture_of_the_picked_message_in_the_whole_screen() {
    let mut client = with_picture(Lang::En);
    client.press("enter");
    assert_eq!(client.asked(), ["load (80, 22)"]);
    decoded(&mut client, 20, 10);
    let screen = client.screen(80, 24);
    let rows: Vec<&str> = screen.lines().collect();
    assert!(rows[0].starts_with("cat.png · 1.0 MB · PNG 800×600"), "{screen}");
    assert_eq!(rows[7], format!("{}{}", " ".repeat(30), "▀".repeat(20)));
    assert_eq!(screen.matches('▀').count(), 200, "{screen}");
    assert!(rows[23].contains("Esc close · s save"), "{screen}");
    client.press("enter");
    assert!(client.app.screen().popups().is_empty() && client.app.large_picture().is_none());
    client.press("v");
    assert!(is_viewing(&client), "v as well");
}

#[test]
fn what_is_not_here_is_fetched_first_and_leaves_no_trace_in_the_list() {
    let mut client = with_picture(Lang::Ko);
    client.press("enter");
    not_decoded(&mut client, PictureProblem::Missing);
    let saves = format!("{:?}", client.app.transfers().list());
    assert!(saves.contains("/cache/5891b5b5"), "{saves}");
    client.sees(&["받는 중: 0바이트 / 1.0 MB"]);
    // What was seen was on a larger screen.
    client.event(Event::Resize(80, 24));
    client.forget();
    client.event(Event::Transfer(TransferId(1), TransferNews::Saved("/cache/5891/cat.png".into())));
    let from = client.app.screen().viewer().and_then(|viewer| viewer.path.clone());
    assert_eq!(from, Some("/cache/5891/cat.png".into()));
    assert_eq!(client.asked(), ["load (80, 22)"]);
    assert!(client.app.transfers().list().is_empty());
    decoded(&mut client, 20, 10);
    assert!(client.app.large_picture().is_some());
    client.press("esc");
    client.sees_no(&["/cache"]);
}

#[test]
fn another_size_has_it_decoded_anew_once() {
    let mut client = with_picture(Lang::En);
    client.press("enter");
    client.forget();
    client.event(Event::Resize(60, 15));
    client.event(Event::Resize(20, 5));
    assert!(client.asked().is_empty(), "the first is under way");
    decoded(&mut client, 20, 10);
    assert_eq!(client.asked(), ["load (20, 4)"], "that was for another size");
    assert!(client.app.large_picture().is_none());
    decoded(&mut client, 6, 4);
    assert!(client.app.large_picture().is_some());
    client.forget();
    client.event(Event::Resize(80, 24));
    assert_eq!(client.asked(), ["load (80, 22)"]);
    assert!(client.app.large_picture().is_some(), "the small one stays until the large one is there");
}

#[test]
fn under_another_popup_it_is_not_on_the_terminal() {
    let mut client = with_picture(Lang::En);
    client.press("enter");
    decoded(&mut client, 20, 10);
    client.press("f1");
    assert!(client.app.large_picture().is_none());
    client.press("f1");
    assert!(client.app.large_picture().is_some());
}

#[test]
fn a_bomb_gets_a_line_of_text() {
    for (lang, says) in
        [(Lang::En, "too large to be shown here: 30000×30000; s saves it"), (Lang::Ko, "너무 큽니다")]
    {
        let mut client = with_picture(lang);
        client.press("enter");
        let why = NotShown::TooLarge { width: 30_000, height: 30_000 };
        not_decoded(&mut client, PictureProblem::NotShown(why));
        client.sees(&[says]);
        client.press("s");
        assert!(client.app.screen().popups().is_empty());
        assert_eq!(client.app.transfers().list().len(), 1, "s saves it");
    }
}

#[test]
fn where_no_pictures_are_shown_enter_saves_it() {
    let mut client = with_picture(Lang::En);
    client.event(Event::Pictures(PictureWay::None));
    client.press("enter");
    assert!(!is_viewing(&client));
    assert_eq!(client.app.transfers().list().len(), 1);
    client.sees_no(&["▀"]);
}
