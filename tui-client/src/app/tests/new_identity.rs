//! The server does not know us any more: what was written before goes on under the new number.

use super::{Client, happened, lobby, message, welcome};
use crate::lang::Lang;
use crate::profile::Profile;

/// The welcome of `kim` as 23, a number the server never gave us before.
fn welcome_anew(head: u64) -> String {
    welcome(head).replace(r#""uid":17"#, r#""uid":23"#)
}

/// Sends the welcome with a new number after the connection was lost.
fn come_back_anew(client: &mut Client) {
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_anew(100));
}

/// What is asked to be said, to whom and under which nonce.
fn said(client: &mut Client) -> Vec<String> {
    let nonce = "0000000000000007-";
    client.asked().into_iter().filter(|line| line.contains(nonce)).collect()
}

#[test]
fn what_was_written_to_one_person_goes_to_them_under_the_new_number() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.enter("/msg 민수 one");
    client.enter("two");
    client.write("half a thought");
    come_back_anew(&mut client);
    let sent = said(&mut client);
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].contains(r#""type":"direct","uid":18,"text":"one","nonce":"0000000000000007-000001""#));
    assert!(sent[1].contains(r#""type":"direct","uid":18,"text":"two","nonce":"0000000000000007-000002""#));
    for (n, text) in [(1, "one"), (2, "two")] {
        let seq = 100 + n;
        client
            .hear(&format!(r#"{{"type":"ok","id":"0000000000000007-{n:06}","seq":{seq},"room":"@18:23"}}"#));
        let what = format!(r#""kind":"message","text":"{text}","nonce":"0000000000000007-{n:06}""#);
        client.hear(&happened("@18:23", seq, 23, "kim", &what));
    }
    client.sees(&[" @민수", "one", "two", "half a thought"]);
    assert_eq!(client.screen(120, 30).matches("one").count(), 1);
    assert_eq!(client.app.outbox().entries(), []);
    assert_eq!(client.app.rooms().list().len(), 2);
}

#[test]
fn what_was_written_to_everybody_is_ours_though_the_number_is_another() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.enter("hello all");
    come_back_anew(&mut client);
    assert_eq!(said(&mut client).len(), 1);
    let what = r#""kind":"message","text":"hello all","nonce":"0000000000000007-000001""#;
    client.hear(&happened("lobby", 101, 23, "kim", what));
    assert_eq!(client.screen(120, 30).matches("hello all").count(), 1);
    assert_eq!(client.app.rooms().current().timeline.unsent().count(), 0);
}

#[test]
fn what_an_earlier_run_wrote_to_one_person_goes_to_them_and_is_on_the_screen() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.enter("/msg 민수 psst");
    client.write("and");
    client.press("alt-1");
    let mut saved = client.saved().unwrap().clone();
    saved.drafts.insert("@17:18".parse().unwrap(), "and".into());
    let mut next = Client::with(Lang::En, |setup| (setup.profile, setup.seed) = (saved, 8));
    next.hear(&welcome_anew(100));
    let sent = said(&mut next);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains(r#""type":"direct","uid":18,"text":"psst","nonce":"0000000000000007-000001""#));
    next.press("alt-2");
    next.sees(&["psst"]);
    assert_eq!(next.app.composer().text(), "and");
    next.hear(r#"{"type":"error","id":"0000000000000007-000001","code":"no_such_user","message":""}"#);
    next.sees(&["psst", "there is nobody"]);
    let saved: &Profile = next.saved().unwrap();
    assert_eq!(saved.outbox[0].room.as_str(), "@18:23");
}

#[test]
fn a_direct_message_is_not_sent_unasked_where_its_number_may_be_somebody_elses() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg 민수 hi");
    client.hear(&message("@17:18", 101, 18, "민수", "bygone"));
    client.hear(
        r#"{"type":"error","id":"0000000000000007-000001","code":"storage","message":"","retry_ms":9000}"#,
    );
    client.lose();
    client.enter("a secret");
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_anew(5));
    assert_eq!(said(&mut client), Vec::<String>::new(), "the store is another one");
    client.sees(&["hi", "a secret"]);
    client.sees_no(&["bygone"]);
    client.enter("/retry");
    let sent = said(&mut client);
    assert!(sent.concat().contains(r#""type":"direct","uid":18,"text":"a secret""#), "{sent:?}");
}

#[test]
fn a_direct_message_to_the_number_that_is_ours_now_is_not_sent() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.enter("/msg 민수 psst");
    client.wait(1_000);
    client.forget();
    let ours = r#""you":{"uid":18,"#;
    client.hear(&welcome(100).replace(r#""you":{"uid":17,"#, ours));
    assert_eq!(said(&mut client), Vec::<String>::new());
    client.sees(&["psst"]);
    assert_eq!(client.app.outbox().entries().len(), 1);
}

#[test]
fn a_message_refused_before_is_shown_as_refused_and_does_not_go_by_itself() {
    let mut client = Client::online(Lang::En);
    client.enter("too late");
    client.hear(r#"{"type":"error","id":"0000000000000007-000001","code":"muted","message":""}"#);
    client.lose();
    come_back_anew(&mut client);
    assert_eq!(said(&mut client), Vec::<String>::new());
    let room = client.app.rooms().current();
    let refused: Vec<_> = room.timeline.unsent().map(|own| own.failed).collect();
    assert_eq!(refused, [Some((shared::Code::Muted, None))]);
}

#[test]
fn what_is_not_sent_stays_on_the_screen_when_the_log_is_another_one() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.enter("keep me");
    client.wait(1_000);
    client.hear(&super::welcome_back(&lobby(5)));
    client.sees(&["keep me"]);
    assert_eq!(client.app.rooms().current().timeline.unsent().count(), 1);
}
