//! Ignored people: what is hidden of them and what is not, in rooms and direct ones, and that it can be undone.

use super::{Client, happened, message, welcome, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;

/// A client in the lobby that ignores 민수 (18).
fn ignoring() -> Client {
    let mut client = Client::online(Lang::En);
    client.enter("/ignore 민수");
    client.sees(&["민수 ignored", "민수 is ignored"]);
    client.press("esc");
    client.forget();
    client
}

fn unread(client: &Client, room: &str) -> Option<(usize, usize)> {
    client.app.rooms().get(&room.parse().unwrap()).map(|room| (room.unread, room.mentions))
}

#[test]
fn nothing_an_ignored_person_says_is_shown_counted_or_told() {
    let mut client = ignoring();
    client.event(Event::Focus(false));
    client.forget();
    client.hear_message(101, 18, "민수", "kim, look here");
    client.hear(&happened("lobby", 102, 18, "민수", r#""kind":"action","text":"waves at kim","nonce":"w1""#));
    client.hear(r#"{"type":"presence","room":"lobby","changes":[{"uid":18,"state":"typing"}]}"#);
    client.sees_no(&["look here", "waves", "is writing", "new messages"]);
    assert_eq!((unread(&client, "lobby"), client.asked()), (Some((0, 0)), vec![]));
    client.hear_message(103, 19, "cool-otter", "kim, hello");
    client.sees(&["kim, hello"]);
    assert_eq!(unread(&client, "lobby"), Some((1, 1)));
}

#[test]
fn what_is_hidden_is_shown_in_its_place_when_the_person_is_not_ignored_any_more() {
    let mut client = ignoring();
    client.hear_message(101, 19, "cool-otter", "one");
    client.hear_message(102, 18, "민수", "two");
    client.hear_message(103, 19, "cool-otter", "three");
    client.sees_no(&["two"]);
    client.enter("/unignore 민수");
    client.press("esc");
    let screen = client.screen(120, 30);
    let places = ["one", "two", "three"].map(|word| screen.find(word));
    assert!(places.is_sorted() && places[0].is_some(), "{screen}");
    client.sees_no(&["민수 ignored"]);
    assert_eq!(unread(&client, "lobby"), Some((0, 0)));
}

#[test]
fn a_reaction_an_answer_and_an_edit_do_not_bring_them_back() {
    let mut client = ignoring();
    client.hear_message(101, 18, "민수", "the secret word");
    client.hear(&happened(
        "lobby",
        102,
        19,
        "cool-otter",
        r#""kind":"message","text":"indeed","nonce":"a1","reply_to":101"#,
    ));
    client.hear(&happened("lobby", 103, 18, "민수", r#""kind":"edit","of":101,"text":"the other word""#));
    client.sees(&["↱ a message of somebody you ignore", "indeed"]);
    client.sees_no(&["word"]);
    let react =
        |seq, uid, name: &str| happened("lobby", seq, uid, name, r#""kind":"react","of":102,"with":"👍""#);
    client.hear(&react(104, 18, "민수"));
    client.sees_no(&["👍"]);
    client.hear(&react(105, 20, "지훈"));
    client.sees(&["👍 1"]);
    client.hear(
        r#"{"type":"reacted","room":"lobby","seq":107,"prev":105,"at":1763640000123,"reactions":[[106,18,"민수",[2],102,"🎉"],[107,19,"cool-otter",[3,true],102,"🫖"]]}"#,
    );
    client.sees(&["👍 1  🫖 1"]);
    client.enter("/unignore 민수");
    client.sees(&["👍 2", "🎉 1", "↱ 민수: the other word"]);
}

#[test]
fn picking_counting_back_and_the_first_unread_pass_over_what_is_hidden() {
    let mut client = ignoring();
    client.hear_message(101, 19, "cool-otter", "first");
    client.hear_message(102, 18, "민수", "kim, hidden");
    client.hear_message(103, 19, "cool-otter", "last");
    client.hear_message(104, 18, "민수", "kim, hidden too");
    let picked = |client: &Client| {
        client.app.rooms().current().timeline.selected().and_then(|entry| entry.text()).map(str::to_owned)
    };
    client.draw(120, 30);
    client.press("alt-up");
    assert_eq!(picked(&client).as_deref(), Some("last"));
    client.press("alt-up");
    assert_eq!(picked(&client).as_deref(), Some("first"));
    client.press("esc alt-p");
    assert_eq!(picked(&client), None, "no call is left");
    client.forget();
    client.enter("/reply ^1 yes");
    assert!(client.asked().concat().contains(r#""reply_to":103"#));
}

#[test]
fn who_comes_and_goes_is_hidden_and_counted_in_no_line_of_several() {
    let mut client = ignoring();
    let came = |seq, uid, name: &str| happened("lobby", seq, uid, name, r#""kind":"join""#);
    let left = |seq, uid, name: &str| happened("lobby", seq, uid, name, r#""kind":"leave","how":"quit""#);
    client.hear_message(101, 19, "cool-otter", "good morning");
    client.hear(&left(102, 18, "민수"));
    client.hear(&came(103, 20, "지훈"));
    client.hear(&came(104, 18, "민수"));
    client.sees(&["지훈 joined"]);
    client.hear(&came(105, 21, "하나"));
    client.hear(&left(106, 18, "민수"));
    client.sees(&["2 came (지훈, 하나)"]);
    client.enter("/unignore 민수");
    client.sees(&["2 came (지훈, 하나), 1 left (민수)"]);
}

#[test]
fn what_they_do_to_the_room_or_what_is_done_to_them_stays() {
    let mut client = ignoring();
    client.hear(&happened("lobby", 101, 18, "민수", r#""kind":"topic","topic":"new topic""#));
    let kicked = r#""kind":"kick","target":{"uid":18,"name":"민수","style":{"color":2}},"reason":"spam""#;
    client.hear(&happened("lobby", 102, 19, "cool-otter", kicked));
    client.sees(&["new topic", "spam"]);
}

#[test]
fn unread_messages_of_whoever_is_ignored_are_counted_no_longer() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Focus(false));
    client.hear_message(101, 18, "민수", "kim!");
    client.hear_message(102, 19, "cool-otter", "hello");
    client.hear_message(103, 18, "민수", "kim, kim");
    client.hear(&message("@17:18", 1, 18, "민수", "psst"));
    assert_eq!((unread(&client, "lobby"), unread(&client, "@17:18")), (Some((3, 2)), Some((1, 1))));
    let uid = shared::Uid::new(18).unwrap();
    client.app.ignore_or_not(uid);
    assert_eq!((unread(&client, "lobby"), unread(&client, "@17:18")), (Some((1, 0)), Some((0, 0))));
    client.sees_no(&["kim!"]);
}

#[test]
fn a_direct_message_of_an_ignored_person_opens_no_room_until_they_are_not_ignored() {
    let mut client = ignoring();
    client.hear(&message("@17:18", 1, 18, "민수", "psst"));
    assert_eq!(unread(&client, "@17:18"), None);
    assert_eq!(client.asked(), Vec::<String>::new());
    client.enter("/unignore 민수");
    assert!(unread(&client, "@17:18").is_some());
    let asked = client.asked().concat();
    assert!(asked.contains(r#""type":"history","room":"@17:18","before":2"#), "{asked}");
}

#[test]
fn whoever_writes_to_a_person_they_ignore_is_told() {
    let mut client = ignoring();
    client.enter("/msg 민수 hello");
    client.sees(&["you ignore 민수 and will not see an answer", "@민수  ignored"]);
}

#[test]
fn the_list_is_kept_says_since_when_and_names_people_who_are_not_here_any_more() {
    let mut client = Client::online(Lang::En);
    client.enter("/ignore");
    client.sees(&["you ignore nobody"]);
    client.enter("/ignore cool-otter");
    let renamed = r#""kind":"rename","name":"calm-otter""#;
    client.hear(&happened("lobby", 101, 19, "cool-otter", renamed));
    client.hear(&happened("lobby", 102, 19, "calm-otter", r#""kind":"leave","how":"quit""#));
    client.sees_no(&["calm-otter"]);
    client.event(Event::Terminate);
    let profile = client.saved().unwrap().clone();
    let kept = serde_json::to_string(&profile).unwrap();
    let mut next = Client::with(Lang::En, |setup| setup.profile = serde_json::from_str(&kept).unwrap());
    next.hear(&welcome_back(&super::lobby(102)));
    next.hear(&message("lobby", 103, 19, "calm-otter", "guess who"));
    next.sees_no(&["guess who"]);
    next.enter("/ignore");
    next.sees(&["you ignore 1 person:", "calm-otter · #19 · since "]);
    next.enter("/unignore nobody");
    next.sees(&["nobody is not ignored; /ignore lists who is"]);
    next.press("ctrl-u");
    next.enter("/무시해제 calm-otter");
    next.sees(&["guess who"]);
}

#[test]
fn somebody_who_is_not_here_is_looked_for_and_oneself_is_not_ignored() {
    let mut client = Client::online(Lang::En);
    client.enter("/ignore kim");
    client.sees(&["that is you"]);
    client.press("ctrl-u");
    client.forget();
    client.enter("/ignore gone");
    let asked = client.asked().concat();
    assert!(asked.contains(r#""type":"who","name":"gone""#), "{asked}");
    let id = asked.split('"').nth(3).unwrap().to_owned();
    client.hear(&format!(
        r#"{{"type":"ok","id":"{id}","users":[{{"uid":30,"name":"gone","style":{{"color":1}},"away":true,"rooms":[],"last_seen":5}}]}}"#
    ));
    client.sees(&["gone is ignored"]);
    client.enter("/who");
}

#[test]
fn a_key_in_the_list_of_members_ignores_and_undoes_it() {
    let mut client = Client::online(Lang::En);
    client.press("alt-m");
    client.sees(&["Alt-I ignore"]);
    client.press("up alt-i");
    client.sees(&["민수 ignored"]);
    client.press("alt-m up alt-i");
    client.sees_no(&["민수 ignored"]);
}

#[test]
fn what_is_not_shown_is_neither_found_nor_printed() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.hear(&welcome(100));
    client.event(Event::Line("/ignore 민수".into()));
    client.forget();
    client.hear_message(101, 18, "민수", "hidden");
    client.hear(&happened("lobby", 102, 19, "cool-otter", r#""kind":"react","of":101,"with":"👍""#));
    client.hear_message(103, 19, "cool-otter", "shown");
    assert_eq!(client.asked(), ["told 103"]);
    client.event(Event::Line("/search word".into()));
    client.forget();
    let events =
        [message("lobby", 50, 18, "민수", "a word"), message("lobby", 51, 19, "cool-otter", "a word")];
    client.hear(&format!(r#"{{"type":"ok","id":"r1","events":[{}],"more":false}}"#, events.join(",")));
    assert_eq!(client.asked(), ["recalled 51"]);
}

#[test]
fn no_hook_runs_for_them() {
    let mut client = ignoring();
    let hooks = "[hooks]\nmention = ['bell']\nmessage = ['log']\n";
    client.event(Event::SettingsFile(hooks.into()));
    client.forget();
    client.hear_message(101, 18, "민수", "kim!");
    assert_eq!(client.asked(), Vec::<String>::new());
}
