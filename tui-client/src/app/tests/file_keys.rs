//! What the keys do with the file of a message that is picked out, what its line and the status line say of it, and the list of
//! transfers.

use super::{Client, happened, welcome};
use crate::app::popup::Popup;
use crate::app::transfers::TransferState;
use crate::event::Event;
use crate::lang::Lang;
use crate::transfer::{FileProblem, FileTrouble, TransferId, TransferNews};

/// A file of a megabyte that 민수 sent as message 101, and one that cool-otter sent as 102.
pub(crate) fn with_files(lang: Lang) -> Client {
    let mut client = Client::new(lang);
    client.app.setup.home = Some("/home/kim".into());
    client.hear(&welcome(100).replace(r#""limits":{}"#, r#""limits":{"file_bytes":100000000}"#));
    let file = |name: &str, media_type: &str| {
        format!(
            r#""kind":"message","text":"{name}","file":{{"name":"{name}","bytes":1000000,"sha256":"{}","media_type":"{media_type}"}}"#,
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
        )
    };
    client.hear(&happened("lobby", 101, 18, "민수", &file("고양이.mp4", "video/mp4")));
    client.hear(&happened("lobby", 102, 19, "cool-otter", &file("report.pdf", "application/pdf")));
    client.app.screen.clear_hint();
    client.forget();
    client
}

/// The server gives a token for the request that was made last.
fn allow(client: &mut Client) {
    let asked = client.asked();
    let request =
        asked.iter().rev().find(|line| line.contains("download")).unwrap_or_else(|| panic!("{asked:?}"));
    let id = request.split(r#""id":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    client.hear(&format!(r#"{{"type":"ok","id":"{id}","token":"-_v7-_v7-_v7-_v7-_v7-w"}}"#));
}

fn news(client: &mut Client, id: u64, news: TransferNews) {
    client.event(Event::Transfer(TransferId(id), news));
}

/// The file that was sent last is being saved, and moves.
pub(crate) fn saving(lang: Lang) -> Client {
    let mut client = with_files(lang);
    client.press("alt-up s");
    news(&mut client, 1, TransferNews::Ready { from: 0, dir: "/home/kim/Downloads".into() });
    allow(&mut client);
    for done in [100_000, 200_000, 300_000, 420_000] {
        client.wait(500);
        news(&mut client, 1, TransferNews::Progress { done });
    }
    client
}

fn state(client: &Client) -> Option<&TransferState> {
    client.app.transfers().list().first().map(|transfer| &transfer.state)
}

#[test]
fn s_saves_the_file_of_a_message_and_its_line_and_the_status_say_how_far() {
    let mut client = saving(Lang::En);
    client.sees(&["↓ report.pdf · 42% · 420 KB / 1.0 MB · 213 KB/s 0:03"]);
    client.press("esc");
    client.sees(&["↓ report.pdf 42% 213 KB/s 0:03"]);
    news(&mut client, 1, TransferNews::Saved("/home/kim/Downloads/report.pdf".into()));
    client.sees(&[
        "● online  saved to ~/Downloads/report.pdf",
        "≡ report.pdf · 1.0 MB · PDF · saved to ~/Downloads/report.pdf",
    ]);
    assert!(!client.asked().iter().any(|line| line.starts_with("open file")), "nothing opens by itself");
    client.press("alt-up s");
    client.sees(&["saved already: ~/Downloads/report.pdf; s again saves another copy"]);
    assert_eq!(client.app.transfers().list().len(), 1);
    client.press("s");
    assert_eq!(client.app.transfers().list().len(), 2);
}

#[test]
fn enter_saves_and_a_message_without_a_file_keeps_its_keys() {
    let mut client = with_files(Lang::En);
    client.press("alt-up");
    client.sees(&["s save · o open"]);
    client.press("enter");
    assert_eq!(state(&client), Some(&TransferState::Preparing));
    client.hear_message(103, 18, "민수", "hello");
    client.press("esc alt-up");
    client.sees_no(&["s save"]);
    client.press("o");
    client.sees(&["this message answers none"]);
}

#[test]
fn o_opens_after_a_question_and_saves_before() {
    let mut client = with_files(Lang::En);
    client.press("alt-up o");
    client.sees(&[
        "Open this file?",
        "cool-otter: ≡ report.pdf · 1.0 MB · PDF",
        "Your desktop opens it once it is saved",
    ]);
    assert!(client.app.transfers().list().is_empty());
    client.press("esc o");
    client.confirm();
    news(&mut client, 1, TransferNews::Ready { from: 0, dir: "/d".into() });
    allow(&mut client);
    news(&mut client, 1, TransferNews::Saved("/d/report.pdf".into()));
    assert!(client.asked().contains(&"open file /d/report.pdf with None".to_owned()));
    client.event(Event::FileOpened(Err(("/d/report.pdf".into(), String::new()))));
    client.sees(&["no desktop here to open it; it is saved: /d/report.pdf"]);
}

#[test]
fn x_stops_and_goes_on_and_c_twice_cancels() {
    let mut client = saving(Lang::En);
    client.press("x");
    client.sees(&["stopped 42%", "x go on · c cancel"]);
    client.press("x");
    assert_eq!(state(&client), Some(&TransferState::Preparing));
    client.press("c");
    client.sees(&["c again cancels report.pdf: what was moved of it is thrown away"]);
    assert!(state(&client).is_some());
    client.press("c");
    assert_eq!(state(&client), None);
    client.sees(&["≡ report.pdf · 1.0 MB · PDF"]);
}

#[test]
fn the_list_stops_cancels_and_says_why_something_failed() {
    let mut client = saving(Lang::Ko);
    client.press("esc alt-t");
    client.sees(&["파일 전송", "↓ report.pdf · 42% · 420 KB / 1.0 MB", "Enter 멈추기 · o 열기 · c 취소"]);
    client.press("enter");
    client.sees(&["멈춤 42%", "Enter 잇기"]);
    client.press("x");
    let full = FileProblem { path: "/home/kim/Downloads".into(), why: FileTrouble::Full };
    news(&mut client, 1, TransferNews::Failed(full));
    client.sees(&["실패", "디스크가 가득 찼습니다"]);
    client.press("c");
    assert!(state(&client).is_some());
    client.press("c");
    assert_eq!(state(&client), None);
    client.sees(&["없습니다. 파일을 보내려면"]);
    assert!(matches!(client.app.screen().popups(), [Popup::Transfers(_)]));
}

#[test]
fn a_moving_file_is_drawn_a_few_times_a_second() {
    let mut client = saving(Lang::En);
    client.press("esc");
    client.wait(300);
    client.wants_frame();
    let mut frames = 0;
    for step in 0..100 {
        client.wait(10);
        news(&mut client, 1, TransferNews::Progress { done: 430_000 + step * 1_000 });
        frames += usize::from(client.wants_frame());
    }
    assert!((1..=5).contains(&frames), "{frames} in a second");
}

#[test]
fn the_daily_limit_is_told_as_what_it_is() {
    for (retry, told) in [
        (r#","retry_ms":17000000"#, "you have sent as much as one may in a day here; go on in 5 hours"),
        ("", "the file is too large for this server"),
    ] {
        let mut client = with_files(Lang::En);
        client.enter("/send /a.bin");
        news(&mut client, 1, TransferNews::Found { path: "/a.bin".into(), bytes: 5 });
        let refusal = format!(r#"{{"code":"file_too_large","msg":"no"{retry}}}"#);
        news(&mut client, 1, TransferNews::Refused(serde_json::from_str(&refusal).unwrap()));
        client.press("alt-t");
        client.sees(&[told]);
    }
}

#[test]
fn a_file_that_the_server_does_not_give_was_not_saved() {
    let mut client = with_files(Lang::En);
    client.press("alt-up s");
    news(&mut client, 1, TransferNews::Ready { from: 0, dir: "/d".into() });
    let asked = client.asked();
    let request = asked.iter().rev().find(|line| line.contains("download")).unwrap();
    let id = request.split(r#""id":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"no_such_file","msg":"gone"}}"#));
    client.press("esc");
    client.sees(&["report.pdf · 1.0 MB · PDF · failed"]);
    client.press("alt-t");
    client.sees(&["not saved: the file is not there any more; ask its sender to send it again"]);
}

#[test]
fn a_file_that_is_on_a_server_that_is_away_can_be_asked_for_later() {
    for (lang, told) in [
        (Lang::En, "not saved: the server cannot give the file now; try again later, or ask its sender"),
        (Lang::Ko, "저장하지 못함: 지금은 서버가 이 파일을 줄 수 없습니다. 나중에 다시 시도하거나"),
    ] {
        let mut client = with_files(lang);
        client.press("alt-up s");
        news(&mut client, 1, TransferNews::Ready { from: 0, dir: "/d".into() });
        let refusal = r#"{"code":"storage","msg":"no server that can be reached has this file"}"#;
        news(&mut client, 1, TransferNews::Refused(serde_json::from_str(refusal).unwrap()));
        client.press("alt-t");
        client.sees(&[told]);
    }
}

#[test]
fn the_list_is_opened_by_its_command_too() {
    let mut client = with_files(Lang::Ko);
    client.enter("/전송");
    assert!(matches!(client.app.screen().popups(), [Popup::Transfers(_)]));
}
