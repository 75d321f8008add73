//! Rooms that are set up: words, invitations, notices, pins, read-only rooms, and what is done to somebody in one room.

use super::{Client, happened};
use crate::lang::Lang;

/// In a room of ours, with 민수.
fn with_dev(lang: Lang, settings: &str) -> Client {
    let mut client = Client::online(lang);
    client.enter("/join dev");
    let members =
        r#"[{"uid":17,"name":"kim","style":{"color":6}},{"uid":18,"name":"민수","style":{"color":2}}]"#;
    client.hear(&format!(
        r#"{{"type":"ok","id":"r2","room":"dev","state":{{"name":"dev","topic":"code","head":150,"members":{members},"settings":{settings}}}}}"#
    ));
    client
}

#[test]
fn the_word_of_a_room_goes_to_the_server_and_is_kept_nowhere() {
    let mut client = Client::online(Lang::En);
    client.enter("/join Attic open sesame");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"join","room":"attic","word":"open sesame"}"#]);
    client.hear(r#"{"type":"error","id":"r2","code":"no_such_room","message":""}"#);
    client.sees(&["could not enter attic"]);
    client.press("up");
    assert!(!client.app.composer().text().contains("sesame"), "{}", client.app.composer().text());
    client.write("/join attic open ses");
    client.wait(60_000);
    assert!(!format!("{:?}", client.saved()).contains("ses"));
}

#[test]
fn each_command_is_a_request_about_the_room_on_the_screen() {
    let mut client = with_dev(Lang::En, r#"{"owner":17}"#);
    client.forget();
    for (typed, asked) in [
        ("/invite 민수", r#""type":"set_room","room":"dev","invite":18"#),
        ("/private", r#""type":"set_room","room":"dev","private":true"#),
        ("/private open sesame", r#""private":true,"word":"open sesame""#),
        ("/open", r#""private":false"#),
        ("/read-only", r#""read_only":true"#),
        ("/read-only off", r#""read_only":false"#),
        ("/notice wash your cup", r#""notice":"wash your cup""#),
        ("/notice -", r#""notice":"""#),
        ("/unpin", r#""pin":0"#),
        ("/pin 77", r#""pin":77"#),
        ("/owner #18", r#""owner":18"#),
        ("/remove 민수 spam here", r#""type":"room_kick","room":"dev","uid":18,"reason":"spam here""#),
        ("/silence 민수 10m spam", r#""type":"room_mute","room":"dev","uid":18,"reason":"spam","for_s":600"#),
        ("/unsilence 민수", r#""type":"room_unmute","room":"dev","uid":18"#),
    ] {
        client.enter(typed);
        let sent = client.asked().concat();
        assert!(sent.contains(asked), "{typed}: {sent}");
        client.forget();
    }
    client.enter("/silence 민수 10x");
    assert_eq!(client.asked(), [""; 0], "what was meant as a duration is no reason");
    client.press("ctrl-u");
    client.enter("/msg 민수");
    client.forget();
    let of_rooms =
        ["topic x", "invite 민수", "private", "open", "notice x", "read-only", "remove 민수", "silence 민수"];
    for line in of_rooms.into_iter().chain(["unsilence 민수", "owner 민수", "unpin"]) {
        client.enter(&format!("/{line}"));
        client.sees(&["not for a direct conversation"]);
        assert_eq!(client.asked(), [""; 0], "{line}");
        client.press("ctrl-u");
    }
}

#[test]
fn a_newcomer_is_shown_the_notice_once_and_the_pinned_message() {
    let mut client = with_dev(Lang::En, r#"{"owner":18,"notice":"wash your cup"}"#);
    client.sees(&["notice: wash your cup"]);
    client.hear(&happened("dev", 151, 18, "민수", r#""kind":"message","text":"read me","nonce":"a""#));
    client.hear(&happened("dev", 152, 18, "민수", r#""kind":"set_room","changed":{"pin":151}"#));
    client.sees(&["code · pinned: read me", "민수 pinned a message"]);
    client.hear(&happened("dev", 153, 18, "민수", r#""kind":"delete","of":151,"nonce":"b""#));
    client.sees_no(&["pinned: read me"]);
    client.enter("/pin");
    client.sees(&["nothing is pinned in this room"]);
}

#[test]
fn the_picked_message_is_pinned_with_p() {
    let mut client = with_dev(Lang::En, r#"{"owner":17}"#);
    client.hear(&happened("dev", 151, 18, "민수", r#""kind":"message","text":"read me","nonce":"a""#));
    client.forget();
    client.press("alt-up p");
    assert!(client.asked().concat().contains(r#""type":"set_room","room":"dev","pin":151"#));
}

#[test]
fn nothing_is_sent_to_a_read_only_room_of_somebody_else() {
    let mut client = with_dev(Lang::En, r#"{"owner":18,"read_only":true}"#);
    client.forget();
    client.enter("hello");
    assert_eq!(client.asked(), [""; 0]);
    client.sees(&["only the owner of this room and moderators speak here"]);
    client.hear(&happened("dev", 151, 18, "민수", r#""kind":"set_room","changed":{"read_only":false}"#));
    client.press("enter");
    assert!(client.asked().concat().contains(r#""text":"hello""#));
}

#[test]
fn what_is_done_in_one_room_concerns_that_room_only() {
    let mut client = with_dev(Lang::En, r#"{"owner":18}"#);
    let me = r#""target":{"uid":17,"name":"kim","style":{"color":6}},"room_only":true"#;
    client.hear(&happened("dev", 151, 18, "민수", &format!(r#""kind":"mute",{me}"#)));
    client.sees(&["민수 silenced kim in this room for good"]);
    assert_eq!(client.app.session().muted_until(0), None, "not on the server");
    client.hear(r#"{"type":"parted","room":"dev","by":"민수","reason":"spam"}"#);
    client.sees(&["민수 removed you from dev: spam"]);
    client.forget();
    client.press("ctrl-p");
    client.sees_no(&[" dev "]);
    assert_eq!(client.asked(), [""; 0], "who was removed does not come back by themself");
}

#[test]
fn an_invitation_is_told_in_both_languages() {
    let line = r#"{"type":"invited","room":"attic","by":{"uid":18,"name":"민수","style":{"color":2}},"topic":"ghosts"}"#;
    for (lang, text) in [
        (Lang::En, "민수 invites you to attic (ghosts); /join attic enters it"),
        (Lang::Ko, "민수님이 attic (ghosts) 방에 초대했습니다. /입장 attic"),
    ] {
        let mut client = Client::online(lang);
        client.hear(line);
        client.sees(&[text]);
    }
}

#[test]
fn a_refusal_says_who_may() {
    let mut client = with_dev(Lang::En, r#"{"owner":18}"#);
    client.forget();
    client.enter("/private");
    let asked = client.asked().concat();
    let id = asked.split('"').nth(3).unwrap().to_owned();
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"forbidden","message":""}}"#));
    client.sees(&["only the owner of this room or a moderator may do this"]);
}

#[test]
fn who_is_not_here_is_found_by_name_and_invited() {
    let mut client = with_dev(Lang::En, r#"{"owner":17}"#);
    client.forget();
    client.enter("/invite jae");
    assert_eq!(client.asked(), [r#"{"id":"r4","type":"who","name":"jae"}"#]);
    client.forget();
    client.press("alt-1");
    client.hear(
        r#"{"type":"ok","id":"r4","users":[{"uid":30,"name":"jae","style":{"color":2},"away":true,"rooms":[]}]}"#,
    );
    assert!(client.asked().concat().contains(r#""type":"set_room","room":"dev","invite":30"#));
    client.press("alt-2");
    client.forget();
    client.enter("/remove nobody spam");
    let id = client.asked().concat().split('"').nth(3).unwrap().to_owned();
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"no_such_user","message":""}}"#));
    client.sees(&["nobody is called nobody"]);
}

#[test]
fn what_a_room_is_stands_beside_its_name_in_letters() {
    let settings = r#"{"owner":18,"private":true,"read_only":true}"#;
    for (lang, mark, words, placeholder) in [
        (Lang::En, " dev [pr]", "dev  private · read-only · code", "read-only: its owner and moderators"),
        (Lang::Ko, " dev [비읽]", "dev  비공개 · 읽기 전용 · code", "읽기 전용: 방장과 관리자만 쓸 수"),
    ] {
        let mut client = with_dev(lang, settings);
        client.sees(&[mark, words, placeholder, "~민수"]);
        client.write("x");
        client.sees_no(&[placeholder]);
        client.press("ctrl-u");
        client.become_role("moderator");
        client.sees_no(&[placeholder]);
    }
    let mut client = with_dev(Lang::En, r#"{"owner":17,"private":true}"#);
    client.sees(&[" dev [p]"]);
    client.press("alt-k");
    client.sees(&["private · yours"]);
    client.press("esc alt-m");
    client.sees(&["owner · you"]);
}

#[test]
fn a_room_that_lets_nobody_in_says_how_to_get_in() {
    for (lang, typed, told) in [
        (Lang::En, "/join plans", "could not enter plans: it is private; ask for an invitation, or"),
        (Lang::En, "/join plans tea", "could not enter plans: the word does not open it"),
        (Lang::Ko, "/입장 plans", "plans 방은 비공개라 들어갈 수 없습니다."),
        (Lang::Ko, "/입장 plans tea", "plans 방은 이 암호로 들어갈 수 없습니다."),
    ] {
        let mut client = Client::online(lang);
        client.enter(typed);
        client.hear(r#"{"type":"error","id":"r2","code":"no_such_room","message":""}"#);
        client.sees(&[told]);
    }
}

#[test]
fn who_is_removed_from_a_private_room_is_told_what_leads_back() {
    let mut client = with_dev(Lang::En, r#"{"owner":18,"private":true}"#);
    client.hear(r#"{"type":"parted","room":"dev","by":"민수"}"#);
    client.sees(&["민수 removed you from dev; an invitation lets you in again"]);
}

#[test]
fn the_key_that_pins_is_named_to_those_who_may() {
    for (owner, is_named) in [(17, true), (18, false)] {
        let mut client = with_dev(Lang::En, &format!(r#"{{"owner":{owner}}}"#));
        client.hear(&happened("dev", 151, 18, "민수", r#""kind":"message","text":"read me","nonce":"a""#));
        client.press("alt-up");
        let screen = client.screen(120, 40);
        assert_eq!(screen.contains("p pin"), is_named, "{screen}");
    }
}
