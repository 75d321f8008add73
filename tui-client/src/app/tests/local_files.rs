//! Paths: dropped or pasted alone, typed, and completed by Tab. What is there comes as an event; nothing is sent unasked, and no text
//! is lost.

use super::Client;
use crate::app::popup::Popup;
use crate::event::Event;
use crate::lang::Lang;
use crate::local_files::{FilesFound, LocalFile, LocalKind};

/// The number of the question that was asked last.
fn asked(client: &mut Client) -> Option<u64> {
    let asked = client.asked();
    let number = asked.iter().rev().find_map(|line| line.strip_prefix("files "))?.split(' ').next()?;
    number.parse().ok()
}

fn found(files: &[(&str, LocalKind)]) -> FilesFound {
    let file = |(path, kind): &(&str, LocalKind)| LocalFile { path: path.into(), kind: *kind };
    FilesFound::Looked(files.iter().map(file).collect())
}

/// At a server that takes files up to so many bytes.
fn online(lang: Lang, bytes: u64) -> Client {
    let mut client = Client::new(lang);
    let limits = format!(r#""limits":{{"file_bytes":{bytes}}}"#);
    client.hear(&super::welcome(100).replace(r#""limits":{}"#, &limits));
    client.forget();
    client
}

fn dropped(text: &str, files: &[(&str, LocalKind)]) -> Client {
    let mut client = online(Lang::En, 1_000_000);
    client.event(Event::Paste(text.to_owned()));
    if let Some(number) = asked(&mut client) {
        client.event(Event::FilesFound(number, found(files)));
    }
    client
}

fn is_asking(client: &Client) -> bool {
    matches!(client.app.screen().popups(), [Popup::SendFiles(_)])
}

#[test]
fn a_dropped_file_is_sent_when_that_was_confirmed() {
    let mut client =
        dropped("'/home/kim/cat picture.png' ", &[("/home/kim/cat picture.png", LocalKind::File(318_400))]);
    client.sees(&[
        "Send this file to lobby?",
        "≡ cat picture.png · 318 KB",
        "Enter send · Esc keep it as text",
    ]);
    client.press("enter");
    assert!(is_asking(&client), "it could not be read yet");
    client.confirm();
    assert!(!is_asking(&client));
    assert_eq!(client.app.input().text(), "");
}

#[test]
fn a_no_keeps_the_text() {
    for key in ["esc", "n"] {
        let mut client = dropped("/a/b.txt", &[("/a/b.txt", LocalKind::File(1))]);
        assert!(is_asking(&client));
        client.press(key);
        assert!(client.app.screen().popups().is_empty(), "{key}");
        assert_eq!(client.app.input().text(), "/a/b.txt");
    }
}

#[test]
fn a_path_that_is_kept_as_text_is_said_until_the_draft_is_another() {
    let mut client = dropped("/a/b.txt", &[("/a/b.txt", LocalKind::File(1))]);
    client.press("esc");
    client.forget();
    client.press("enter");
    let said = client.asked();
    assert!(said.iter().any(|line| line.contains("say") && line.contains("/a/b.txt")), "{said:?}");
    assert_eq!(client.app.input().text(), "");

    let mut client = dropped("/a/b.txt", &[("/a/b.txt", LocalKind::File(1))]);
    client.press("esc");
    client.write("!");
    client.press("backspace");
    client.forget();
    client.press("enter");
    assert!(asked(&mut client).is_some(), "it was another in between");
    assert_eq!(client.app.input().text(), "/a/b.txt");
}

#[test]
fn nothing_is_asked_where_it_is_no_file_or_not_alone_or_not_wished() {
    let file = [("/a/b.txt", LocalKind::File(1))];
    assert!(!is_asking(&dropped("/a/b.txt", &[])), "it is not there");
    assert!(!is_asking(&dropped("see /a/b.txt", &file)));
    assert!(!is_asking(&dropped("/dev/tty", &[("/dev/tty", LocalKind::Special)])));
    let mut client = dropped("/a", &[("/a", LocalKind::Folder)]);
    client.sees(&["a is a folder; pack it, then send that"]);
    assert_eq!(client.app.input().text(), "/a");

    let mut client = online(Lang::En, 1_000);
    client.write("look: ");
    client.event(Event::Paste("/a/b.txt".into()));
    assert_eq!(asked(&mut client), None);

    let mut client = online(Lang::En, 1_000);
    client.enter("/set ask-to-send off");
    client.forget();
    client.event(Event::Paste("/a/b.txt".into()));
    assert_eq!(asked(&mut client), None);
}

#[test]
fn an_answer_that_comes_too_late_counts_for_nothing() {
    let mut client = online(Lang::En, 1_000);
    client.event(Event::Paste("/a/b.txt".into()));
    let number = asked(&mut client).unwrap();
    client.write("!");
    client.event(Event::FilesFound(number, found(&[("/a/b.txt", LocalKind::File(1))])));
    assert!(!is_asking(&client));
}

#[test]
fn a_typed_path_is_asked_about_when_it_is_no_command() {
    let mut client = online(Lang::En, 1_000);
    client.enter("/tmp/notes.txt");
    let number = asked(&mut client).unwrap();
    client.event(Event::FilesFound(number, found(&[("/tmp/notes.txt", LocalKind::File(1))])));
    assert!(is_asking(&client));
    assert_eq!(client.app.input().text(), "/tmp/notes.txt");
    client.enter("/who");
    assert_eq!(asked(&mut client), None, "a command is none");
}

#[test]
fn what_the_server_does_not_take_is_not_sent() {
    let mut client = online(Lang::Ko, 1_000);
    client.event(Event::Paste("/a/b.iso".into()));
    let number = asked(&mut client).unwrap();
    client.event(Event::FilesFound(number, found(&[("/a/b.iso", LocalKind::File(1_001))])));
    client.sees(&["이 파일을 lobby에 보낼까요?", "이 서버는 1.0 KB까지 받습니다", "Esc 글로 두기"]);
    client.confirm();
    assert!(is_asking(&client));
    client.press("esc");
    assert_eq!(client.app.input().text(), "/a/b.iso");

    let mut client = online(Lang::En, 0);
    client.event(Event::Paste("/a/b.iso".into()));
    assert_eq!(asked(&mut client), None, "it takes none");
}
