//! Edits, deletions, answers and reactions: what is seen of those of others, and what is done to a picked message.

use shared::{Nonce, Seq, Text};

use super::{Client, happened, message, own, welcome};
use crate::app::output_mode::OutputMode;
use crate::app::timeline::Entry;
use crate::event::Event;
use crate::lang::Lang;
use crate::profile::{Act, Profile, Unsent};

const NONE: [&str; 0] = [];

fn edit(seq: u64, of: u64, text: &str) -> String {
    let what = format!(r#""kind":"edit","text":"{text}","nonce":"e{seq}","of":{of}"#);
    happened("lobby", seq, 18, "민수", &what)
}

fn delete(seq: u64, of: u64, (uid, name): (u64, &str)) -> String {
    happened("lobby", seq, uid, name, &format!(r#""kind":"delete","nonce":"d{seq}","of":{of}"#))
}

fn react(seq: u64, of: u64, (uid, name): (u64, &str), with: &str) -> String {
    happened("lobby", seq, uid, name, &format!(r#""kind":"react","of":{of},"with":"{with}""#))
}

fn answer(seq: u64, to: u64, text: &str) -> String {
    let what = format!(r#""kind":"message","text":"{text}","nonce":"m{seq}","reply_to":{to}"#);
    happened("lobby", seq, 18, "민수", &what)
}

/// What a message that waits answers.
fn answered(act: &Act) -> Option<u64> {
    if let Act::Say { reply_to, .. } = act { reply_to.map(Seq::get) } else { None }
}

/// A client that has heard two messages, the first of its own.
fn talking() -> Client {
    let mut client = Client::online(Lang::En);
    client.enter("frist");
    client.hear(&own(101, "1", "frist"));
    client.hear_message(102, 18, "민수", "second\nto none");
    client.screen(120, 30);
    client.forget();
    client
}

#[test]
fn what_others_change_is_seen_and_is_not_unread() {
    for (lang, edited, gone) in [
        (Lang::En, "(edited)", "민수 deleted this message"),
        (Lang::Ko, "(수정됨)", "민수님이 메시지를 삭제했습니다"),
    ] {
        let mut client = Client::online(lang);
        client.hear_message(101, 18, "민수", "helo");
        client.event(Event::Focus(false));
        client.hear(&edit(102, 101, "hello"));
        client.hear(&react(103, 101, (19, "cool-otter"), "👍"));
        client.hear(&react(104, 101, (17, "kim"), "👍"));
        client.hear(&react(105, 101, (17, "kim"), "🎉"));
        client.sees(&["hello", edited, "[👍 2]  [🎉 1]"]);
        client.sees_no(&["helo", "new messages", "새 메시지"]);
        let room = client.app.rooms().current();
        assert_eq!((room.unread, room.position.get(), room.timeline.len()), (0, 105, 2));
        client.hear(&delete(106, 101, (18, "민수")));
        client.sees(&[gone]);
        client.sees_no(&["hello", "👍"]);
    }
}

#[test]
fn an_answer_shows_whom_and_the_first_words() {
    let mut client = talking();
    client.hear(&answer(103, 101, "indeed"));
    client.sees(&["↱ kim: frist", "indeed"]);
    client.hear(&delete(104, 101, (17, "kim")));
    client.sees(&["↱ (deleted)"]);
    client.sees_no(&["frist"]);
}

#[test]
fn what_is_answered_and_not_here_is_fetched_once() {
    let mut client = talking();
    client.hear(&answer(103, 50, "indeed"));
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"history","room":"lobby","around":50,"limit":1}"#]);
    client.sees(&["↱ an earlier message"]);
    client.hear(&answer(104, 50, "yes"));
    assert_eq!(client.asked(), NONE);
    let old = message("lobby", 50, 19, "cool-otter", "shall we?");
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{old}],"more":true}}"#));
    assert_eq!(client.screen(120, 30).matches("↱ cool-otter: shall we?").count(), 2);
    assert_eq!(client.asked(), NONE);
    assert_eq!(client.app.rooms().current().timeline.gaps(), [], "it is no part of the scrollback");
}

#[test]
fn a_picked_message_is_answered_and_esc_takes_that_off() {
    let mut client = talking();
    client.write("draft");
    client.press("alt-up r");
    client.sees(&["↱ answering 민수: second", "Esc cancels"]);
    client.press("esc");
    client.sees_no(&["answering"]);
    assert_eq!(client.app.composer().text(), "draft");
    client.press("alt-up r enter");
    client.sees_no(&["answering"]);
    client.sees(&["↱ 민수: second"]);
    let sent = client.asked().concat();
    assert!(sent.contains(r#""text":"draft","nonce":"0000000000000007-000002","reply_to":102"#), "{sent}");
    client.enter("next");
    assert!(!client.asked().concat().contains("reply_to"));
}

#[test]
fn an_answer_is_kept_while_there_is_no_connection() {
    let mut client = talking();
    client.press("alt-up r");
    client.lose();
    client.enter("later");
    let saved = client.saved().unwrap().outbox.clone();
    assert_eq!(saved.iter().map(|unsent| answered(&unsent.act)).collect::<Vec<_>>(), [Some(102)]);
    let json = serde_json::to_string(&saved).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Unsent>>(&json).unwrap(), saved);
    let old = r#"[{"room":"lobby","nonce":"n1","text":"as it was kept before"}]"#;
    assert_eq!(answered(&serde_json::from_str::<Vec<Unsent>>(old).unwrap()[0].act), None);
}

#[test]
fn ones_own_message_is_edited_and_the_draft_comes_back() {
    let mut client = talking();
    client.write("draft");
    client.press("alt-up alt-up e");
    client.sees(&["editing"]);
    assert_eq!(client.app.composer().text(), "frist");
    client.press("esc");
    assert_eq!(client.app.composer().text(), "draft");
    client.press("alt-up alt-up e ctrl-u");
    client.wait(4_000);
    client.forget();
    client.write("x");
    assert_eq!(client.asked(), NONE, "nobody is told of typing: no message will come");
    client.press("ctrl-u");
    client.write("/first");
    client.press("enter");
    assert_eq!(client.app.composer().text(), "draft");
    client.sees_no(&["editing"]);
    let nonce = "0000000000000007-000002";
    let sent = client.asked().concat();
    let expect = format!(
        r#"{{"id":"{nonce}","type":"edit","room":"lobby","of":101,"text":"/first","nonce":"{nonce}"}}"#
    );
    assert!(sent.contains(&expect), "{sent}");
    assert_eq!(client.app.rooms().current().timeline.unsent().count(), 0);
    client.hear(&happened(
        "lobby",
        103,
        17,
        "kim",
        &format!(r#""kind":"edit","text":"/first","nonce":"{nonce}","of":101"#),
    ));
    assert_eq!(client.app.outbox().waiting(), 0);
    client.sees(&["/first (edited)"]);
}

#[test]
fn an_edit_waits_for_the_connection_and_is_no_draft() {
    let mut client = talking();
    client.write("draft");
    client.press("alt-up alt-up e x");
    client.wait(6_000);
    assert_eq!(client.saved().unwrap().drafts.values().collect::<Vec<_>>(), ["draft"]);
    client.lose();
    client.press("enter");
    let saved = client.saved().unwrap().outbox.clone();
    assert_eq!(saved[0].act.of().map(Seq::get), Some(101));
    assert_eq!(saved[0].act.text().unwrap().as_str(), "fristx");
    let profile = Profile { outbox: saved, ..client.saved().unwrap().clone() };
    let mut again = Client::with(Lang::En, |setup| setup.profile = profile);
    again.hear(&welcome(102));
    assert!(again.asked().concat().contains(r#""type":"edit","room":"lobby","of":101,"text":"fristx""#));
    again.sees_no(&["fristx"]);
}

#[test]
fn what_is_not_ones_own_is_neither_edited_nor_deleted() {
    let mut client = talking();
    client.press("alt-up e");
    client.sees(&["only your own messages can be edited"]);
    client.press("alt-up d");
    client.sees(&["that takes a moderator"]);
    client.sees_no(&["Delete this message?"]);
    assert_eq!((client.asked(), client.app.composer().text()), (vec![], ""));
    client.become_role("moderator");
    client.press("alt-up d");
    client.sees(&["Delete this message?", "민수: second to none"]);
    client.press("esc");
    client.hear_message(104, 19, "cool-otter", "from an admin");
    client.press("alt-up d");
    client.sees(&["cool-otter has as much say as you"]);
}

#[test]
fn a_deletion_is_asked_once_and_done() {
    let mut client = talking();
    client.press("alt-up alt-up d");
    client.sees(&["Delete this message?", "kim: frist"]);
    client.press("enter");
    assert_eq!(client.asked(), NONE, "that was too soon to be read");
    client.confirm();
    let nonce = "0000000000000007-000002";
    let expect = format!(r#"{{"id":"{nonce}","type":"delete","room":"lobby","of":101,"nonce":"{nonce}"}}"#);
    assert_eq!(client.asked(), [expect]);
    client.hear(&delete(103, 101, (17, "kim")));
    client.sees(&["kim deleted this message"]);
}

#[test]
fn a_sheet_names_its_keys_however_small_the_screen_is() {
    for (lang, keys) in
        [(Lang::En, ["Enter deletes", "Enter opens"]), (Lang::Ko, ["Enter 삭제", "Enter 열기"])]
    {
        let mut client = Client::online(lang);
        client.enter("see https://example.org/");
        client.hear(&own(101, "1", "see https://example.org/"));
        client.screen(20, 5);
        for (open, keys) in ["d", "l"].into_iter().zip(keys) {
            client.press("alt-up");
            client.press(open);
            let screen = client.screen(20, 5);
            assert!(screen.contains(keys), "{open}: {screen}");
            client.press("esc esc");
        }
    }
}

#[test]
fn a_reaction_is_chosen_from_a_list_or_by_name_and_taken_back_the_same_way() {
    let mut client = talking();
    client.press("alt-up +");
    client.sees(&["👍", "❤️", "😂", "🎉", "👀", "✅"]);
    client.press("down enter");
    let asked = |id: u32, with: &str, off: &str| {
        let nonce = format!("0000000000000007-{id:06}");
        format!(r#"{{"id":"{nonce}","type":"react","room":"lobby","of":102,"with":"{with}"{off}}}"#)
    };
    let done = |id: u32, seq: u32| format!(r#"{{"type":"ok","id":"0000000000000007-{id:06}","seq":{seq}}}"#);
    assert_eq!(client.asked(), [asked(2, "❤️", "")]);
    client.sees(&["[❤️ 1…]"]);
    client.hear(&done(2, 103));
    client.sees(&["[❤️ 1]"]);
    client.press("alt-up +");
    client.sees(&["take back"]);
    client.press("enter");
    assert_eq!(client.asked(), [asked(3, "❤️", r#","off":true"#)]);
    client.press("alt-up +");
    client.write("otte");
    client.press("enter");
    assert_eq!(client.asked(), [asked(4, "🦦", "")]);
}

#[test]
fn from_an_answer_one_goes_to_the_original_and_back() {
    let mut client = talking();
    for seq in 103..160 {
        client.hear_message(seq, 19, "cool-otter", "and so on");
    }
    client.hear(&answer(160, 101, "indeed"));
    client.screen(80, 24);
    let selected =
        |client: &Client| client.app.rooms().current().timeline.selected().and_then(Entry::seq).map(Seq::get);
    client.press("alt-up o");
    assert_eq!(selected(&client), Some(101));
    client.press("b");
    assert_eq!(selected(&client), Some(160));
    client.press("alt-up o");
    client.sees(&["this message answers none"]);
}

#[test]
fn an_older_server_is_named_as_such() {
    let mut client = talking();
    client.press("alt-up + enter");
    let nonce = "0000000000000007-000002";
    client.hear(&format!(r#"{{"type":"error","id":"{nonce}","code":"unknown_type","message":""}}"#));
    client.sees_no(&["👍"]);
    client.sees(&["this server cannot do that yet"]);
    client.press("alt-up alt-up e x enter");
    let nonce = "0000000000000007-000003";
    client.hear(&format!(r#"{{"type":"error","id":"{nonce}","code":"unknown_type","message":""}}"#));
    client.sees(&["this server cannot do that yet", "frist"]);
    assert!(client.app.outbox().entries().is_empty());
}

#[test]
fn a_refused_edit_is_told_and_is_not_tried_again() {
    let mut client = talking();
    client.press("alt-up alt-up e x enter");
    let nonce = "0000000000000007-000002";
    client.hear(&format!(r#"{{"type":"error","id":"{nonce}","code":"no_such_message","message":""}}"#));
    client.sees(&["not edited: there is no such message any more"]);
    client.press("up");
    assert_eq!(client.app.composer().text(), "fristx", "it can be had again");
    assert!(client.saved().unwrap().outbox.is_empty());
}

#[test]
fn what_was_found_goes_with_its_message() {
    let mut client = talking();
    client.press("ctrl-f");
    client.write("second");
    client.press("enter");
    let found = message("lobby", 102, 18, "민수", "second to none");
    client.hear(&format!(r#"{{"type":"ok","id":"r2","events":[{found}],"more":false}}"#));
    client.sees(&["second to none"]);
    client.hear(&delete(103, 102, (18, "민수")));
    assert!(client.app.screen().search().unwrap().found.is_empty());
}

#[test]
fn another_log_forgets_what_is_answered_and_edited() {
    let mut client = talking();
    client.press("alt-up r");
    client.lose();
    client.enter("later");
    let text = Text::parse("fristx").unwrap();
    let nonce = Nonce::parse("n9").unwrap();
    let room = shared::RoomName::lobby();
    let act = Act::Edit { edits: Seq::new(101).unwrap(), text };
    client.app.outbox.push(Unsent { room: room.clone(), nonce, act });
    client.app.outbox.forget_seqs(&room);
    let kept = client.app.outbox.to_keep();
    assert_eq!((kept.len(), answered(&kept[0].act)), (1, None));
    assert_eq!(kept[0].act.text().unwrap().as_str(), "later");
}

#[test]
fn what_waits_to_be_stored_is_the_newest_and_no_older_one_is_changed_in_its_place() {
    for (lang, said) in [(Lang::En, "is still on its way"), (Lang::Ko, "아직 보내는 중입니다")] {
        let mut client = talking();
        client.app.setup.lang = lang;
        client.enter("secnod");
        for line in ["/edit ^ second", "/delete ^", "/react ^ 👍", "/reply ^ indeed"] {
            client.forget();
            client.enter(line);
            client.sees(&[said]);
            assert_eq!(client.asked(), NONE, "{line}");
            // It stays in the input: Enter does it again.
            client.press("ctrl-u");
        }
        client.hear(r#"{"type":"ok","id":"0000000000000007-000002","seq":103}"#);
        client.forget();
        client.enter("/edit ^2 first");
        client.enter("/edit ^ second");
        let asked = client.asked().concat();
        assert!(asked.contains(r#""of":101,"text":"first""#), "{asked}");
        assert!(asked.contains(r#""of":103,"text":"second""#), "{asked}");
    }
}

#[test]
fn the_commands_name_a_message_by_its_seq_or_from_the_end() {
    for (line, sent) in [
        ("/reply ^ well", r#""type":"say","room":"lobby","text":"well","nonce":"NONCE","reply_to":103"#),
        ("/답장 ^3 well", r#""type":"say","room":"lobby","text":"well","nonce":"NONCE","reply_to":101"#),
        ("/reply 50 well", r#""type":"say","room":"lobby","text":"well","nonce":"NONCE","reply_to":50"#),
        ("/edit ^ first", r#""type":"edit","room":"lobby","of":101,"text":"first","nonce":"NONCE""#),
        (
            "/수정 101 first of all",
            r#""type":"edit","room":"lobby","of":101,"text":"first of all","nonce":"NONCE""#,
        ),
        ("/delete ^", r#""type":"delete","room":"lobby","of":101,"nonce":"NONCE""#),
        ("/삭제 50", r#""type":"delete","room":"lobby","of":50,"nonce":"NONCE""#),
        ("/react ^2 :tada:", r#""type":"react","room":"lobby","of":102,"with":"🎉""#),
        ("/반응 101 👍", r#""type":"react","room":"lobby","of":101,"with":"👍""#),
    ] {
        let mut client = lines();
        client.event(Event::Line(line.into()));
        let asked = client.asked().concat();
        assert!(asked.contains(&sent.replace("NONCE", "0000000000000007-000002")), "{line}: {asked}");
    }
    for line in [
        "/edit ^2 x",
        "/edit 102 x",
        "/edit ^",
        "/delete",
        "/delete ^ x",
        "/reply ^9 x",
        "/react ^",
        "/delete 102",
    ] {
        let mut client = lines();
        client.event(Event::Line(line.into()));
        assert_eq!(client.asked(), ["not done"], "{line}");
        assert!(!client.app.waits_for_answer());
    }
    let mut client = lines();
    client.app.setup.output_mode = OutputMode::Lines { confirms: true };
    client.event(Event::Line("/delete ^".into()));
    assert_eq!(client.noticed(), ["Delete this message? kim: frist\nType y to do it, n to leave it."]);
    assert_eq!(client.asked(), NONE);
    client.event(Event::Line("no".into()));
    client.event(Event::Line("/delete ^".into()));
    client.event(Event::Line("y".into()));
    assert!(client.asked().concat().contains(r#""type":"delete","room":"lobby","of":101"#));
    let mut client = talking();
    client.enter("/delete ^");
    client.sees(&["Delete this message?", "kim: frist"]);
}

/// A program's client that has heard three messages, the first of its own.
fn lines() -> Client {
    let mut client = Client::with(Lang::En, |setup| {
        setup.output_mode = OutputMode::Lines { confirms: false };
    });
    client.hear(&welcome(100));
    client.event(Event::Line("frist".into()));
    client.hear(&own(101, "1", "frist"));
    client.hear_message(102, 18, "민수", "second");
    client.hear_message(103, 19, "cool-otter", "third");
    client.forget();
    client
}

#[test]
fn picking_does_not_hold_the_view_before_the_picked_message_would_leave_it() {
    let mut client = talking();
    for seq in 103..=150 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}."));
    }
    client.screen(60, 15);
    client.event(Event::Resize(60, 15));
    client.press("alt-up");
    client.hear(&react(151, 150, (17, "kim"), "👍"));
    assert!(client.screen(60, 15).contains("[👍 1]"), "the reaction is not below the edge");
    client.hear_message(152, 18, "민수", "and on");
    assert!(client.screen(60, 15).contains("and on"), "the newest is followed");
    for seq in 153..=170 {
        client.hear_message(seq, 18, "민수", &format!("line {seq}."));
    }
    let screen = client.screen(60, 15);
    assert!(screen.contains("line 150.") && !screen.contains("line 170."), "{screen}");
    client.press("esc esc");
    assert!(client.screen(60, 15).contains("line 170."));
}

#[test]
fn a_deletion_under_way_is_seen_on_the_message() {
    for how_it_ends in ["refused", "done"] {
        let mut client = talking();
        client.press("alt-up alt-up d");
        client.confirm();
        client.sees(&["frist (deleting…)"]);
        let asked = client.asked().concat();
        let id = asked.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        match how_it_ends {
            "refused" => {
                client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"forbidden","message":"no"}}"#));
            }
            _ => client.hear(&format!(r#"{{"type":"ok","id":"{id}","seq":103}}"#)),
        }
        client.sees_no(&["(deleting…)"]);
    }
}

#[test]
fn the_keys_of_a_picked_message_are_those_that_do_something() {
    let mut client = talking();
    client.hear(&answer(103, 101, "indeed"));
    client.press("alt-up");
    client.sees(&["o original", "r answer"]);
    client.sees_no(&["e edit", "d delete", "b back"]);
    client.press("o");
    client.sees(&["e edit", "d delete", "b back"]);
    client.sees_no(&["o original"]);
}

#[test]
fn the_links_of_a_picked_message_are_shown_whole_before_one_is_opened_or_copied() {
    let mut client = talking();
    client.press("alt-up l");
    client.sees(&["there is no link in this message"]);
    client.press("esc");
    client.hear_message(
        103,
        18,
        "민수",
        "see https://аррӏе.com/x and https://예.한국/길, https://예.한국/길",
    );
    client.sees(&["! the link leads to xn--80ak6aa92e.com"]);
    client.press("alt-up");
    client.sees(&["l links"]);
    client.press("l");
    client.sees(&[
        "› https://xn--80ak6aa92e.com/x",
        "  https://xn--2j5b.xn--3e0b707e/%EA%B8%B8",
        "Enter opens",
    ]);
    client.forget();
    client.press("enter");
    assert_eq!(client.asked(), NONE, "it could not be read yet");
    client.wait(400);
    client.press("enter");
    assert_eq!(client.asked(), ["open https://xn--80ak6aa92e.com/x"]);
    client.event(Event::Opened(Err("xdg-open: exit status: 3".into())));
    client.sees(&["the link was not opened: xdg-open"]);
    client.press("l down y");
    assert_eq!(client.asked(), ["copy https://xn--2j5b.xn--3e0b707e/%EA%B8%B8"]);
}

#[test]
fn reactions_are_found_by_their_korean_names() {
    let mut client = talking();
    client.press("alt-up +");
    client.write("축하");
    client.sees(&["🎉  tada"]);
    client.press("enter");
    assert!(client.asked().concat().contains(r#""with":"🎉""#));
}
