//! Commands of moderators, what others see of them, and what the one they are about sees.

use super::{Client, happened, own};
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;

fn with_role(lang: Lang, role: &str) -> Client {
    let mut client = Client::online(lang);
    client.become_role(role);
    client
}

const TARGET: &str = r#""target":{"uid":18,"name":"민수","style":{"color":2}}"#;

#[test]
fn commands_ask_the_same_question_as_keys() {
    for (line, question, request) in [
        ("/kick 민수 spam", "Kick 민수?", r#""type":"kick","uid":18,"reason":"spam"}"#),
        ("/ban 민수", "Ban 민수 for good?", r#""type":"ban","uid":18}"#),
        (
            "/ban 민수 2h address spam here",
            "Ban 민수 for 2 hours, and their address?",
            r#""type":"ban","uid":18,"reason":"spam here","for_s":7200,"address":true}"#,
        ),
        (
            "/ban 민수 address 1h 30m 3 times",
            "Ban 민수 for 1 hour 30 minutes, and their address?",
            r#""type":"ban","uid":18,"reason":"3 times","for_s":5400,"address":true}"#,
        ),
        (
            "/차단 #18 2시간 주소 도배",
            "Ban 민수 for 2 hours, and",
            r#""uid":18,"reason":"도배","for_s":7200,"address":true}"#,
        ),
        ("/mute 민수 10m", "Mute 민수 for 10 minutes?", r#""type":"mute","uid":18,"for_s":600}"#),
        ("/role 민수 moderator", "Make 민수 a moderator?", r#""type":"role","uid":18,"role":"moderator"}"#),
        ("/announce tea", "“tea”", r#""type":"announce","text":"tea"}"#),
        ("/shutdown cancel", "Call the shutdown off?", r#""type":"shutdown","in_s":0,"cancel":true}"#),
    ] {
        let mut client = with_role(Lang::En, "admin");
        client.enter(line);
        client.sees(&[question]);
        assert_eq!(client.asked(), Vec::<String>::new(), "{line}");
        client.confirm();
        let asked = client.asked().concat();
        assert!(asked.ends_with(request), "{line}: {asked}");
    }
}

#[test]
fn a_word_that_looks_like_a_time_and_is_none_is_never_a_reason() {
    for line in [
        "/ban 민수 5x",
        "/ban 민수 5",
        "/ban 민수 -5m spam",
        "/ban 민수 address 1.5h",
        "/차단 민수 ５칸",
        "/mute 민수 10q",
        "/shutdown 5x",
        "/shutdown 30s0 restart",
        "/shutdown 99999999",
    ] {
        let mut client = with_role(Lang::En, "admin");
        client.enter(line);
        client.sees(&["write a time like 90m, 2h or 7d"]);
        assert_eq!(client.app.composer().text(), line, "it stays to be changed");
        assert!(client.app.screen().popups().is_empty(), "{line}");
    }
}

#[test]
fn a_shutdown_by_command_wants_the_name_too() {
    let mut client = with_role(Lang::Ko, "admin");
    client.enter("/서버종료 30초 재시작 점검");
    client.sees(&["tea 서버를 30초 뒤에 다시 시작할까요?", "이유: 점검"]);
    client.write("tea");
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"shutdown","in_s":30,"reason":"점검","restart":true}"#]);
}

#[test]
fn commands_are_for_those_who_may() {
    let mut client = Client::online(Lang::En);
    for line in ["/kick 민수", "/bans", "/announce x", "/unban 민수"] {
        client.enter(line);
        client.sees(&["; /admin becomes admin by key"]);
        assert_eq!(client.app.composer().text(), line, "it stays to be changed");
        client.press("ctrl-c");
    }
    assert_eq!(client.asked(), Vec::<String>::new());
    let mut client = with_role(Lang::En, "moderator");
    client.enter("/kick cool-otter");
    client.sees(&["cool-otter is an admin and has as much say as you"]);
}

fn held(client: &Client) -> String {
    let by = r#"{"uid":0,"name":"root","style":{"color":1}}"#;
    let at = client.now;
    let until = at + 86_400_000;
    format!(
        r#"[{{"kind":"ban","target":{{"uid":31,"name":"mallory","style":{{"color":9}}}},"by":{by},"at":{at},"reason":"flood","until":{until},"address":"192.0.2.7"}},{{"kind":"mute",{TARGET},"by":{by},"at":{at}}}]"#
    )
}

#[test]
fn the_list_of_bans_says_who_until_when_and_why_and_lifts_one() {
    let mut client = with_role(Lang::En, "moderator");
    client.enter("/bans");
    let bans = held(&client);
    client.hear(&format!(r#"{{"type":"ok","id":"r2","bans":{bans}}}"#));
    client.forget();
    client.sees(&[
        "mallory  banned until 2026-11-22 09:30",
        "by operator · 09:30 · 192.0.2.7 · flood",
        "민수  muted for good",
    ]);
    client.press("down enter");
    client.sees(&["Let 민수 speak again?"]);
    client.press("esc up enter");
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"unban","uid":31}"#]);
    client.hear(r#"{"type":"ok","id":"r3"}"#);
    assert_eq!(client.asked(), [r#"{"id":"r4","type":"bans"}"#]);
    client.hear(r#"{"type":"ok","id":"r4","bans":[]}"#);
    client.sees(&["nobody is banned or muted"]);
}

#[test]
fn a_ban_is_lifted_by_the_name_of_somebody_who_is_not_here() {
    let mut client = with_role(Lang::En, "moderator");
    client.enter("/unban Mallory");
    let bans = held(&client);
    client.hear(&format!(r#"{{"type":"ok","id":"r2","bans":{bans}}}"#));
    client.sees(&["Lift the ban of mallory?"]);
    client.forget();
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"unban","uid":31}"#]);
    client.enter("/unban eve");
    client.hear(&format!(r#"{{"type":"ok","id":"r4","bans":{bans}}}"#));
    client.sees(&["nobody called eve is banned"]);
}

#[test]
fn whois_tells_a_moderator_everything() {
    let mut client = with_role(Lang::En, "moderator");
    client.enter("/whois 민수");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"who","uid":18}"#]);
    let bans = held(&client);
    let at = client.now;
    let details = format!(
        r#"{{"present":true,"address":"192.0.2.9","client":"chinwag 0.1.0","since":{at},"sanctions":{bans}}}"#
    );
    client.hear(&format!(
        r#"{{"type":"ok","id":"r2","users":[{{"uid":18,"name":"민수","style":{{"color":2}},"rooms":["lobby"],"details":{details}}}]}}"#
    ));
    client.sees(&[
        "민수 · #18 · a member",
        "address: 192.0.2.9",
        "here since 09:30",
        "muted for good · by operator",
    ]);
}

#[test]
fn what_is_done_is_told_in_the_room() {
    let mut client = Client::online(Lang::Ko);
    let at = super::START;
    let act = |kind: &str, more: &str| format!(r#""kind":"{kind}",{TARGET}{more}"#);
    let until = |wait: i64| format!(r#","until":{}"#, at + wait);
    for (seq, uid, what) in [
        (101, 19, act("mute", &until(3_600_000))),
        (102, 19, act("mute", &until(0))),
        (103, 0, act("ban", &until(86_400_000))),
        (104, 0, act("ban", &until(0))),
        (105, 19, act("ban", r#","reason":"도배""#)),
    ] {
        client.hear(&happened("lobby", seq, uid, "whatever", &what));
    }
    client.sees(&[
        "whatever님이 민수님의 채팅을 10:30까지 금지했습니다",
        "whatever님이 민수님의 채팅 금지를 풀었습니다",
        "운영자가 민수님을 2026년 11월 22일 09:30까지 차단했습니다",
        "운영자가 민수님의 차단을 풀었습니다",
        "whatever님이 민수님을 무기한 차단했습니다: 도배",
    ]);
}

#[test]
fn a_muted_message_is_kept_and_says_until_when() {
    let mut client = Client::online(Lang::En);
    let until = client.now + 3_600_000;
    let mute =
        format!(r#""kind":"mute","target":{{"uid":17,"name":"kim","style":{{"color":6}}}},"until":{until}"#);
    client.hear(&happened("lobby", 101, 19, "cool-otter", &mute));
    client.enter("let me speak");
    client.hear(r#"{"type":"error","id":"0000000000000007-000001","code":"muted","message":""}"#);
    client.sees(&["not sent: you are muted until 10:30", "/retry sends it again"]);
    client.hear(&own(102, "1", "let me speak"));
    client.press("left");
    client.sees_no(&["not sent:"]);
}

#[test]
fn who_was_removed_reads_by_whom_why_and_until_when() {
    let mut client = Client::online(Lang::En);
    client.enter("on its way");
    client.write("half a thought");
    client.forget();
    let until = client.now + 86_400_000;
    client.hear(&format!(
        r#"{{"type":"goodbye","code":"banned","by":"cool-otter","reason":"spam","until":{until},"reconnect":false}}"#
    ));
    client.sees(&[
        "You are banned here",
        "by        cool-otter",
        "reason    spam",
        "until     2026-11-22 09:30",
        "does not connect again by itself",
        "is kept, and 1 message not sent",
        "half a thought",
        "/reconnect tries again",
    ]);
    assert_eq!(client.asked(), ["disconnect"]);
    // The draft is kept, and then nothing happens.
    client.wait(1_000);
    assert_eq!(client.app.deadline(), None, "it does not come back by itself");
    client.press("esc");
    client.sees_no(&["You are banned here"]);
    client.press("ctrl-c");
    client.enter("/reconnect");
    assert!(client.asked().concat().starts_with("connect"));
}

#[test]
fn whose_secret_the_operator_replaced_was_not_kicked() {
    for (lang, words, not) in [
        (Lang::En, ["Your secret was replaced", "chinwag --secret-file"], "kicked"),
        (Lang::Ko, ["비밀 값이 바뀌었습니다", "운영자에게 새 비밀 값을"], "강퇴"),
    ] {
        let mut client = Client::online(lang);
        let said =
            "your secret no longer works; the operator gives you the new one, for chinwag --secret-file";
        client.hear(&format!(
            r#"{{"type":"goodbye","code":"kicked","by":"operator","message":"{said}","reason":"{said}","reconnect":false}}"#
        ));
        client.sees(&words);
        client.sees_no(&[not, "the operator gives"]);
    }
}

#[test]
fn who_is_banned_already_reads_why_before_the_welcome() {
    let mut client = Client::new(Lang::Ko);
    client.hear(r#"{"type":"goodbye","code":"banned","by":"operator","reason":"도배","reconnect":false}"#);
    client.sees(&["차단되었습니다", "운영자", "도배", "무기한"]);
    assert_eq!(client.app.deadline(), None);
}

#[test]
fn a_ban_that_refuses_the_greeting_is_told_by_the_goodbye_after_it_and_in_the_persons_language() {
    const REFUSED: &str =
        r#"{"type":"error","code":"banned","message":"you are banned for an hour: spam","retry_ms":3600000}"#;
    const GOODBYE: &str = r#"{"type":"goodbye","code":"banned","message":"you were banned by kim","by":"kim","reason":"spam","until":1795257000000,"reconnect":false}"#;
    const BY_ADDRESS: &str = r#"{"type":"goodbye","code":"banned","message":"nobody new is let in from your address for good","reconnect":false}"#;
    for (lang, title, then, rows) in [
        (
            Lang::En,
            "You are banned here",
            GOODBYE,
            &["by        kim", "reason    spam", "until     10:30"][..],
        ),
        (Lang::Ko, "차단되었습니다", GOODBYE, &["누가      kim", "이유      spam", "10:30"]),
        (Lang::Ko, "차단되었습니다", BY_ADDRESS, &["이 주소에서는 새 사용자가", "무기한"]),
    ] {
        let mut client = Client::new(lang);
        client.hear(REFUSED);
        client.hear(then);
        client.sees(&[title]);
        client.sees(rows);
        client.sees_no(&[
            "you are banned for",
            "you were banned",
            "nobody new is let in from your address for good",
        ]);
        assert_eq!(client.app.deadline(), None);
    }
    // A server that closes without a word more.
    let mut client = Client::new(Lang::Ko);
    client.hear(REFUSED);
    client.lose();
    client.sees(&["차단되었습니다", "10:30"]);
    client.sees_no(&["you are banned"]);
    assert_eq!(client.app.deadline(), None);
}

#[test]
fn what_is_wrong_with_an_act_is_told_in_the_servers_words() {
    for (lang, before) in [(Lang::En, "not done: "), (Lang::Ko, "서버가 영어로 알린 이유: ")] {
        let mut client = with_role(lang, "moderator");
        client.enter("/ban 민수 address");
        client.confirm();
        client
            .hear(r#"{"type":"error","id":"r2","code":"bad_request","message":"ban them without address"}"#);
        client.sees(&[&format!("{before}ban them without")]);
    }
}

/// A moderator without a screen.
fn without_screen(confirms: bool) -> Client {
    let mut client = member_without_screen(confirms);
    client.become_role("moderator");
    client
}

fn member_without_screen(confirms: bool) -> Client {
    let mut client = Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms });
    client.hear(&super::welcome(100));
    client.forget();
    client
}

#[test]
fn without_a_screen_nothing_is_asked_that_would_be_refused_but_a_key_may_be_on_its_way() {
    for confirms in [true, false] {
        for line in ["/kick 민수", "/ban 민수 1h", "/free-name bob", "/announce hello", "/limits"] {
            let mut client = member_without_screen(confirms);
            client.event(Event::Line(line.into()));
            assert_eq!(client.noticed().len(), 1, "{line}");
            assert!(client.noticed()[0].contains("give the key with --admin-key-file, or as /admin KEY"));
            assert_eq!(client.asked(), ["not done"], "{line}");
        }
    }
    let mut client = member_without_screen(false);
    client.event(Event::Line("/admin open-sesame".into()));
    client.event(Event::Line("/kick 민수".into()));
    assert!(client.asked().concat().contains("\"kick\""), "only the server knows whether the key is right");
}

#[test]
fn what_is_refused_says_whom_it_is_about_and_what_to_do_next() {
    for (line, code, words) in [
        ("/kick 민수", "forbidden", "민수 has as much say as you; ask somebody of a higher role"),
        ("/kick 민수", "no_such_user", "nobody here is called 민수; /who"),
        ("/free-name bob", "no_such_user", "nobody is called bob; /who"),
        ("/free-name bob", "bad_request", "bob is here; ask them for another name"),
        ("/whois bob", "no_such_user", "nobody is called bob; /who"),
        ("/nick 민수2", "name_taken", "choose another one with /nick NAME"),
        ("/nick admins", "name_reserved", "choose another one with /nick NAME"),
        ("/nick 민수2", "name_invalid", "choose 2 to 24 columns"),
        ("/topic tea", "not_member", "enter it with /join ROOM first"),
        ("/who dev", "no_such_room", "/rooms lists those there are"),
    ] {
        let mut client = without_screen(false);
        client.event(Event::Line(line.into()));
        let asked = client.asked().concat();
        let id = asked.split(r#""id":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
        client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"{code}","message":"in its words"}}"#));
        assert!(client.noticed().concat().contains(words), "{line} {code}: {:?}", client.noticed());
    }
}

#[test]
fn too_many_rooms_are_told_with_their_number_and_the_way_out() {
    for (lang, words) in [(Lang::En, ["in 20 rooms", "/part"]), (Lang::Ko, ["방 20개까지", "/퇴장"])] {
        let mut client = Client::online(lang);
        client.enter("/join dev");
        client.hear(
            r#"{"type":"error","id":"r2","code":"rate_limited","message":"","setting":"max-rooms-each","limit":20}"#,
        );
        client.sees(&words);
    }
}

#[test]
fn a_scripts_admin_command_is_done_at_once() {
    let mut client = without_screen(false);
    client.event(Event::Line("/ban 민수 1h spam".into()));
    assert_eq!(client.asked(), [r#"{"id":"r1","type":"ban","uid":18,"reason":"spam","for_s":3600}"#]);
}

#[test]
fn in_line_mode_on_a_terminal_an_admin_command_is_confirmed_by_yes() {
    let mut client = without_screen(true);
    // ㅛ is y, and ㅛㄷㄴ yes, with the Korean layout on.
    for (answer, asked) in [
        ("no", 0),
        ("", 0),
        ("ㅜ", 0),
        ("yes", 1),
        ("Y", 1),
        ("ㅛ", 1),
        ("ㅛㄷㄴ", 1),
        (" 예 ", 1),
        ("네", 1),
    ] {
        client.event(Event::Line("/kick 민수".into()));
        assert_eq!(client.asked(), Vec::<String>::new());
        client.event(Event::Line(answer.into()));
        assert_eq!(client.asked().len(), asked, "{answer}: and it is not said in the room either");
    }
}
