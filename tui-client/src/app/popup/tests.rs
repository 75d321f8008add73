//! What all popups have in common: the global keys, and one text field that is edited alike in each.

use super::viewer::Viewer;
use crate::app::popup::links::LinkList;
use shared::Role;

use crate::admin_action::AdminAction;
use crate::app::action::PopupKind;
use crate::app::popup::Popup;
use crate::app::popup::ban_list::BanList;
use crate::app::popup::delete::DeleteQuestion;
use crate::app::popup::dialog::Dialog;
use crate::app::popup::global_keys::{FIXED, GlobalKey};
use crate::app::popup::open_file::OpenFile;
use crate::app::popup::outcome::{Outcome, Parts};
use crate::app::popup::picker::{Picker, PickerKind};
use crate::app::popup::reactions::ReactionPicker;
use crate::app::popup::send_files::SendFiles;
use crate::app::popup::send_parts::SendParts;
use crate::app::popup::unseen_prompt::UnseenPrompt;
use crate::app::tests::Client;
use crate::event::Key;
use crate::lang::Lang;
use crate::message_length::Limit;

/// One popup of every kind.
fn all() -> Vec<(&'static str, Popup)> {
    let kinds = [
        ("help", PopupKind::Help),
        ("rooms", PopupKind::Switcher),
        ("members", PopupKind::Members),
        ("search", PopupKind::Search),
        ("history search", PopupKind::HistorySearch),
        ("transfers", PopupKind::Transfers),
    ];
    let mut all: Vec<_> = kinds.into_iter().map(|(name, kind)| (name, Popup::of_kind(kind))).collect();
    all.push(("dialog", Popup::dialog(Dialog::new(AdminAction::Kick, 0))));
    all.push(("admin key", Popup::Unseen(UnseenPrompt::default())));
    all.push(("bans", Popup::BanList(BanList::default())));
    let parts =
        Parts { room: shared::RoomName::lobby(), texts: vec!["one".into(), "two".into()], action: false };
    let length = Limit { bytes: 4, lines: 1 }.measure("one two");
    let message = || (shared::RoomName::lobby(), shared::Seq::new(1).unwrap());
    let author = shared::Sender::operator();
    all.push(("delete", Popup::Delete(Box::new(DeleteQuestion::new(message(), author, "x".into(), 0)))));
    all.push(("reactions", Popup::Reactions(Box::new(ReactionPicker::new(message(), None)))));
    all.push(("links", Popup::Links(LinkList::of("https://a.b", 0).unwrap())));
    let file = shared::Attachment {
        name: "a.png".parse().unwrap(),
        bytes: 7,
        sha256: shared::FileHash([0; 32]),
        media_type: shared::MediaType::parse("image/png").unwrap(),
        picture: None,
    };
    let (room, seq) = message();
    all.push(("picture", Popup::Viewer(Box::new(Viewer::new(room, seq, file)))));
    let files = vec![("/a/b".into(), 7)];
    let send = SendFiles::new(shared::RoomName::lobby(), files, None, 0);
    let file = shared::Attachment {
        name: "a".parse().unwrap(),
        bytes: 1,
        sha256: shared::FileHash([0; 32]),
        media_type: shared::MediaType::default(),
        picture: None,
    };
    let open = OpenFile::new(message(), file, shared::Sender::operator(), true, 0);
    all.push(("open file", Popup::OpenFile(Box::new(open))));
    all.push(("send files", Popup::SendFiles(Box::new(send))));
    all.push(("send parts", Popup::SendParts(Box::new(SendParts::new(parts, length, 0)))));
    // A new kind of popup must be tested here, too; the question before leaving has Ctrl-C for a yes, and its own tests.
    for (_, popup) in &all {
        match popup {
            Popup::Help(_)
            | Popup::Picker(_)
            | Popup::HistorySearch(_)
            | Popup::Search(_)
            | Popup::Dialog(_)
            | Popup::Unseen(_)
            | Popup::BanList(_)
            | Popup::Leave(_)
            | Popup::SendFiles(_)
            | Popup::OpenFile(_)
            | Popup::Transfers(_)
            | Popup::SendParts(_)
            | Popup::Delete(_)
            | Popup::Links(_)
            | Popup::Viewer(_)
            | Popup::Reactions(_) => {}
        }
    }
    all
}

/// The text in the popup's field; `None` where it has none.
fn field(popup: &Popup) -> Option<String> {
    match popup {
        Popup::Help(_)
        | Popup::Viewer(_)
        | Popup::Links(_)
        | Popup::BanList(_)
        | Popup::Delete(_)
        | Popup::Leave(_)
        | Popup::SendFiles(_)
        | Popup::OpenFile(_)
        | Popup::Transfers(_)
        | Popup::SendParts(_) => None,
        Popup::Reactions(picker) => Some(picker.list.query.text().to_owned()),
        Popup::Picker(picker) => Some(picker.list.query.text().to_owned()),
        Popup::HistorySearch(search) => Some(search.query.text().to_owned()),
        Popup::Search(search) => Some(search.query.text().to_owned()),
        Popup::Dialog(dialog) => dialog.field().map(|field| field.text().to_owned()),
        Popup::Unseen(prompt) => Some("•".repeat(prompt.len())),
    }
}

fn press(client: &Client, popup: &mut Popup, keys: &str) -> Outcome {
    let mut outcome = Outcome::Kept;
    for key in keys.split(' ') {
        outcome = popup.on_key(key.parse().unwrap(), &client.app.popup_context());
    }
    outcome
}

#[test]
fn a_global_key_means_the_same_above_every_popup() {
    let client = Client::online(Lang::En);
    let usual = [("f1", GlobalKey::Help), ("ctrl-l", GlobalKey::App), ("ctrl-z", GlobalKey::App)];
    for (key, meaning) in FIXED.into_iter().chain(usual) {
        let key: Key = key.parse().unwrap();
        assert_eq!(key, key.normal(), "{key} never arrives like this");
        for (name, mut popup) in all() {
            let is_help = matches!(popup, Popup::Help(_));
            let outcome = popup.on_key(key, &client.app.popup_context());
            let is_as_said = match meaning {
                GlobalKey::Back | GlobalKey::Close => matches!(outcome, Outcome::Closed),
                GlobalKey::Help if is_help => matches!(outcome, Outcome::Closed),
                GlobalKey::Help | GlobalKey::App => matches!(outcome, Outcome::Passed),
            };
            assert!(is_as_said, "{key} in {name}: {outcome:?}");
        }
    }
}

#[test]
fn the_help_opens_above_every_popup_and_gives_it_back() {
    for (name, popup) in all() {
        let mut client = Client::online(Lang::En);
        if matches!(popup, Popup::Help(_)) {
            continue;
        }
        client.open(popup);
        client.press("f1");
        assert!(matches!(client.app.screen().popups(), [_, Popup::Help(_)]), "{name}");
        client.press("f1");
        assert!(
            matches!(client.app.screen().popups(), [below] if !matches!(below, Popup::Help(_))),
            "{name}"
        );
    }
}

#[test]
fn every_text_field_is_edited_with_the_keys_of_the_draft() {
    let mut client = Client::online(Lang::En);
    client.become_role("admin");
    assert_eq!(client.app.role(), Role::Admin);
    let typed = "x space y z left backspace ctrl-a w";
    for (name, mut popup) in all() {
        press(&client, &mut popup, typed);
        let Some(text) = field(&popup) else { continue };
        let expect = if name == "admin key" { "••••" } else { "wx z" };
        assert_eq!(text, expect, "{name}");
        press(&client, &mut popup, "ctrl-e ctrl-u");
        assert_eq!(field(&popup).as_deref(), Some(""), "{name}");
        press(&client, &mut popup, "ctrl-y");
        assert_eq!(field(&popup).as_deref(), Some(expect), "{name}");
    }
}

#[test]
fn a_paste_stays_one_line_in_every_text_field() {
    for (name, mut popup) in all() {
        let Some(before) = field(&popup) else { continue };
        assert_eq!(before, "");
        assert!(popup.on_paste("one\ntwo\n"));
        let expect = if name == "admin key" { "••••••" } else { "one two" };
        assert_eq!(field(&popup).as_deref(), Some(expect), "{name}");
    }
}

#[test]
fn what_is_typed_in_the_middle_of_a_search_narrows_it() {
    let client = Client::online(Lang::En);
    let mut popup = Popup::Picker(Picker::new(PickerKind::Members));
    press(&client, &mut popup, "o t r left t e");
    let Popup::Picker(picker) = &popup else { panic!() };
    let found: Vec<_> =
        picker.items(&client.app.popup_context()).into_iter().map(|item| item.title).collect();
    assert_eq!((picker.list.query.text(), found), ("otter", vec!["cool-otter".to_owned()]));
}

#[test]
fn a_letter_that_is_a_command_counts_in_every_layout() {
    for closing in ["q", "ㅂ", "\u{1107}", "й"] {
        for mut popup in [Popup::of_kind(PopupKind::Help), Popup::BanList(BanList::default())] {
            let outcome = press(&Client::online(Lang::Ko), &mut popup, closing);
            assert!(matches!(outcome, Outcome::Closed), "{closing}: {outcome:?}");
        }
    }
}
