//! The IRC door when things do not go smoothly: who comes back, who reads slowly, who is removed.

use serde_json::json;

use crate::irc::Irc;
use crate::test_server::TestServer;

fn open() -> TestServer {
    TestServer::with(&["--irc", "127.0.0.1:0"])
}

/// What was said, of the lines.
fn said(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.split_once("PRIVMSG #kitchen :").map(|(_, text)| text)).collect()
}

#[tokio::test]
async fn who_comes_back_is_in_their_rooms_and_reads_what_was_said_meanwhile() {
    let server = open();
    let mut ann = server.guest("ann").await;
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    let mut ben = Irc::connect(&server).await;
    ben.say("NICK ben\r\nUSER phone 0 * :x").await;
    let told = ben.until("with this password: ").await;
    let secret = told.last().unwrap().rsplit_once(' ').unwrap().1.to_owned();
    ben.say("JOIN #kitchen\r\nPRIVMSG ann :hi\r\nPING 1").await;
    ben.until("PONG").await;
    ben.say("QUIT").await;
    ben.until("ERROR").await;
    assert!(ben.line().await.is_none());
    for text in ["one", "two\nlines"] {
        ann.ok(json!({"type": "say", "room": "kitchen", "text": text, "nonce": text.len().to_string()}))
            .await;
    }
    ann.ok(json!({"type": "direct", "uid": 2, "text": "for you", "nonce": "d"})).await;
    let mut again = Irc::connect(&server).await;
    again
        .say(&format!(
            "PASS ben:{secret}\r\nCAP REQ :server-time\r\nNICK other\r\nUSER phone 0 * :x\r\nCAP END"
        ))
        .await;
    let welcome = again.until(" 001 ").await;
    assert!(welcome.last().unwrap().contains(" 001 ben "), "{welcome:?}");
    again.say("PRIVMSG #kitchen :back\r\nPING 2").await;
    let mut lines = again.until("PONG").await;
    if !lines.iter().any(|line| line.ends_with(":for you")) {
        lines.extend(again.until(":for you").await);
    }
    assert_eq!(said(&lines), ["one", "two", "lines"], "{lines:?}");
    let place = |what: &str| {
        lines.iter().position(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}: {lines:?}"))
    };
    assert!(place("JOIN #kitchen") < place(":one") && lines[place(":one")].starts_with("@time="));
    assert!(place("PRIVMSG ben :for you") > place(" 376 "));
    ann.ok(json!({"type": "say", "room": "kitchen", "text": "live", "nonce": "l"})).await;
    assert_eq!(said(&again.until(":live").await), ["live"]);
    let mut other = Irc::connect(&server).await;
    other.say(&format!("PASS ben:{secret}\r\nCAP REQ :draft/chathistory batch message-tags\r\nNICK x\r\nUSER phone 0 * :x\r\nCAP END\r\nPING 3")).await;
    assert!(said(&other.until("PONG").await).is_empty(), "it asks for history itself");
    server.stop().await;
}

#[tokio::test]
async fn who_reads_slowly_reads_everything_in_order() {
    const MESSAGES: usize = 4000;
    let server = open();
    let mut ann = server.guest("ann").await;
    let mut ben = Irc::greet(&server, "ben").await;
    ben.say("JOIN #lobby").await;
    ben.until(" 366 ").await;
    let filler = "x".repeat(380);
    ann.say_all((0..MESSAGES).map(|number| format!("{number}-{filler}"))).await;
    let lines = ben.until(&format!("PRIVMSG #lobby :{}-", MESSAGES - 1)).await;
    let texts = lines.iter().filter_map(|line| line.split_once("PRIVMSG #lobby :"));
    let numbers: Vec<usize> =
        texts.map(|(_, text)| text.split('-').next().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (0..MESSAGES).collect::<Vec<_>>());
    assert!(server.observer.stats.gaps.get() > 0, "it was sent all of it, and had to page nothing");
    server.stop().await;
}

#[tokio::test]
async fn who_is_kicked_is_told_by_whom_and_the_others_see_it() {
    let server = open();
    let mut ann = server.admin("ann").await;
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    let mut ben = Irc::greet(&server, "ben").await;
    let mut eve = Irc::greet(&server, "eve").await;
    for irc in [&mut ben, &mut eve] {
        irc.say("JOIN #kitchen").await;
        irc.until(" 366 ").await;
    }
    ann.ok(json!({"type": "room_kick", "room": "kitchen", "uid": 2, "reason": "out"})).await;
    assert_eq!(eve.until("KICK").await, [":ann!u1@chinwag KICK #kitchen ben :out"]);
    assert!(ben.until("KICK").await.last().unwrap().ends_with(":ann!u1@chinwag KICK #kitchen ben :out"));
    ben.say("PRIVMSG #kitchen :hey").await;
    assert_eq!(
        ben.line().await.unwrap(),
        ":irc.chinwag 404 ben #kitchen :Cannot send to channel; /join it first"
    );
    ben.say("JOIN #kitchen").await;
    ben.until(" 366 ").await;
    eve.until("JOIN").await;
    ann.ok(json!({"type": "kick", "uid": 2, "reason": "spam"})).await;
    assert!(ben.until("ERROR").await.last().unwrap().contains("kicked by ann: spam"));
    assert!(ben.line().await.is_none());
    assert_eq!(eve.until("KICK").await, [":ann!u1@chinwag KICK #kitchen ben :spam"]);
    server.stop().await;
}

#[tokio::test]
async fn what_was_said_before_the_end_of_the_stream_is_carried_out() {
    let server = open();
    let mut ann = server.guest("ann").await;
    let mut ben = Irc::connect(&server).await;
    ben.say("NICK ben\r\nUSER x 0 * :x\r\nJOIN #lobby\r\nPRIVMSG #lobby :last words").await;
    ben.shut_down().await;
    ann.until("lobby ben: last words").await;
    while ben.line().await.is_some() {}
    server.stop().await;
}
