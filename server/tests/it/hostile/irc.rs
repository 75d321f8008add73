//! What brought other IRC servers down, and what an IRC client can do beside: others talk on, and the memory stays bounded.

use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::client::LIMIT;
use crate::hostile::attack_harness::{AttackHarness, Attacker};
use crate::irc::Irc;
use crate::test_server::TestServer;

/// How long an attacker goes on who is not answered.
const STUBBORN: Duration = Duration::from_millis(300);

impl Attacker {
    async fn irc(&self) -> Irc {
        Irc::at(self.irc.unwrap()).await
    }

    /// Somebody who is in, with a room of theirs.
    async fn in_room(&self) -> Irc {
        let mut irc = Irc::greet_at(self.irc.unwrap(), &format!("evil{}", self.n)).await;
        irc.say(&format!("JOIN #evil{}", self.n)).await;
        irc.until(" 366 ").await;
        irc
    }
}

/// The client is answered, whatever came before.
async fn is_alive(irc: &mut Irc) {
    irc.say("PING alive").await;
    irc.until("PONG").await;
}

/// Writes until the server does not take more for a while.
async fn push(tcp: &mut TcpStream, what: &[u8], times: usize) {
    for _ in 0..times {
        if !matches!(timeout(STUBBORN, tcp.write_all(what)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn registered_raw(attacker: &Attacker) -> TcpStream {
    let mut tcp = TcpStream::connect(attacker.irc.unwrap()).await.unwrap();
    SockRef::from(&tcp).set_recv_buffer_size(4096).unwrap();
    tcp.write_all(format!("NICK evil{}\r\nUSER x 0 * :x\r\n", attacker.n).as_bytes()).await.unwrap();
    let mut some = [0; 4096];
    let mut heard = String::new();
    while !heard.contains(" 376 ") {
        let read = timeout(LIMIT, tcp.read(&mut some)).await.unwrap().unwrap();
        assert!(read > 0, "the end: {heard}");
        heard.push_str(&String::from_utf8_lossy(&some[..read]));
    }
    tcp
}

const WITHOUT_CHANNEL: [&str; 16] = [
    "JOIN :",
    "JOIN ,",
    "JOIN #",
    "JOIN #,#,",
    "JOIN 0",
    "JOIN",
    "PART :",
    "PART ,",
    "PART #",
    "PART",
    "PART #nowhere,#,x :a b",
    "PART #nowhere :\u{1}",
    "NAMES ,",
    "TOPIC #",
    "MODE #",
    "INVITE  #",
];

const NO_LINES: [&str; 18] = [
    "PING a\rQUIT",
    "PING \0",
    "\0\0\0",
    "\r\r\r",
    " ",
    ":",
    "@",
    "@ ",
    "@a",
    ":a",
    "::::",
    "@;;;== X",
    "PRIVMSG #lobby :\u{202e}x",
    "USER a b c d",
    "PASS",
    "CAP",
    "AUTHENTICATE",
    "AUTHENTICATE *",
];

#[tokio::test]
async fn what_brought_other_irc_servers_down_brings_down_nothing() {
    AttackHarness::run(&["--irc", "127.0.0.1:0"], async |harness| {
        harness
            .attack("JOIN without a channel (CVE-2007-6062), odd PARTs (CVE-2008-0285)", async |attacker| {
                let mut irc = attacker.in_room().await;
                for line in WITHOUT_CHANNEL {
                    irc.say(line).await;
                }
                is_alive(&mut irc).await;
            })
            .await;
        harness
            .attack("KICK of somebody who is not there (CVE-2013-1747)", async |attacker| {
                let mut irc = attacker.in_room().await;
                let room = format!("#evil{}", attacker.n);
                for line in [
                    format!("KICK {room} ann :out"),
                    format!("KICK {room} nobody"),
                    format!("KICK {room} nobody,ann,ben,,:"),
                    format!("KICK {room}"),
                    "KICK #nowhere ann".to_owned(),
                    "KICK #lobby ann".to_owned(),
                    "KICK ,, ,,".to_owned(),
                ] {
                    irc.say(&line).await;
                }
                is_alive(&mut irc).await;
            })
            .await;
        harness
            .attack("clients that are gone at once (CVE-2013-5580)", async |attacker| {
                for n in 0..50 {
                    let mut tcp = TcpStream::connect(attacker.irc.unwrap()).await.unwrap();
                    SockRef::from(&tcp).set_linger(Some(Duration::ZERO)).unwrap();
                    if n % 2 == 0 {
                        tcp.write_all(b"NICK x1\r\nUSER").await.unwrap();
                    }
                }
            })
            .await;
        harness
            .attack("lines that are none", async |attacker| {
                let mut irc = attacker.in_room().await;
                let long_tags = format!("@{}=x PING a", "a".repeat(8190));
                let long = ["x ".repeat(250), "y".repeat(5000), "z".repeat(70_000), long_tags];
                for line in NO_LINES.into_iter().chain(long.iter().map(String::as_str)) {
                    irc.say(line).await;
                }
                irc.raw(b"PRIVMSG \xff\xfe :\xc3\x28\r\n").await;
                is_alive(&mut irc).await;
            })
            .await;
        harness
            .attack("CAP loops and PING floods", async |attacker| {
                let mut irc = attacker.irc().await;
                for _ in 0..100 {
                    irc.say("CAP LS 302\r\nCAP REQ :batch -batch sasl\r\nCAP REQ :nonsense\r\nCAP LIST")
                        .await;
                }
                irc.say("CAP END\r\nNICK x\r\nPING alive").await;
                irc.until("PONG").await;
                let mut tcp = registered_raw(&attacker).await;
                push(&mut tcp, b"PING x\r\n".repeat(100).as_slice(), 500).await;
            })
            .await;
        harness
            .attack("races for a nick", async |attacker| {
                let (mut one, mut two) = (attacker.irc().await, attacker.irc().await);
                for irc in [&mut one, &mut two] {
                    irc.say(&format!("NICK race{}\r\nUSER x 0 * :x", attacker.n)).await;
                }
                let first = [one.until(" 00").await, two.until(" 433 ").await];
                assert!(first[0].last().unwrap().contains(" 001 "), "{first:?}");
                for nick in 0..40 {
                    two.say(&format!("NICK race{}{}", attacker.n, if nick == 39 { "b" } else { "" })).await;
                }
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_client_that_asks_for_lists_without_end_and_reads_nothing_holds_up_nobody() {
    AttackHarness::run(&["--irc", "127.0.0.1:0", "--pace", "off"], async |harness| {
        for (name, line) in [
            ("100,000 NAMES", "NAMES #lobby\r\n"),
            ("100,000 WHO", "WHO *\r\n"),
            ("100,000 LIST", "LIST\r\n"),
            ("100,000 messages", "PRIVMSG ann :x\r\n"),
        ] {
            harness
                .attack(name, async |attacker| {
                    let mut tcp = registered_raw(&attacker).await;
                    tcp.write_all(b"JOIN #lobby\r\n").await.unwrap();
                    push(&mut tcp, line.repeat(1000).as_bytes(), 100).await;
                    sleep(STUBBORN).await;
                })
                .await;
        }
        harness
            .attack("half a line, and then nothing", async |attacker| {
                let mut tcp = registered_raw(&attacker).await;
                tcp.write_all(b"PRIVMSG #lobby :half").await.unwrap();
                push(&mut tcp, "x".repeat(100_000).as_bytes(), 20).await;
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_web_page_cannot_speak_through_a_browser_that_posts_to_the_port() {
    let server = TestServer::with(&["--irc", "127.0.0.1:0"]);
    let mut ann = server.guest("ann").await;
    let mut browser = Irc::connect(&server).await;
    let body = "NICK page\r\nUSER x 0 * :x\r\nPRIVMSG #lobby :from a web page\r\n";
    browser.raw(format!("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{body}").as_bytes()).await;
    browser.until("this is a port for IRC clients").await;
    ann.expect_silence().await;
}
