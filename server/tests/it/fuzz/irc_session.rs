//! A whole session of the IRC door under any lines of a client and any messages of the server, in any order (the fuzz target
//! `irc_session`): every line it writes is one line of UTF-8 within its length, what it asks is a request the server would read, and what it
//! keeps has an end.

use server::irc::line::LINE_BYTES;
use server::irc::session::{Action, Session, Setup};
use server::irc_people::People;
use shared::client_msg::Hello;
use shared::{ClientMsg, Request, ServerMsg};

/// What a server says, for inputs that have no messages of their own: a welcome with a room, events, answers.
const SERVER: [&str; 9] = [
    r#"{"type":"welcome","protocol":1,"server":{"name":"t","version":"0"},"you":{"uid":1,"name":"ann","style":{"color":6}},"rooms":[{"name":"lobby","topic":"","head":9,"members":[{"uid":1,"name":"ann","style":{"color":6}},{"uid":2,"name":"ben","style":{"color":6}}]}],"limits":{},"durability":"disk","motd":""}"#,
    r#"{"type":"ok","id":"ID","room":"kitchen","state":{"name":"kitchen","topic":"","head":10,"members":[{"uid":1,"name":"ann","style":{"color":6}}],"settings":{"owner":1}}}"#,
    r#"{"type":"ok","id":"ID","events":[{"room":"kitchen","seq":12,"prev":11,"at":5,"from":{"uid":2,"name":"ben","style":{"color":6}},"kind":"message","text":"a\nb","nonce":"x"}],"more":true}"#,
    r#"{"type":"error","id":"ID","code":"forbidden","message":"no"}"#,
    r#"{"type":"event","room":"kitchen","seq":14,"prev":13,"at":5,"from":{"uid":2,"name":"ben","style":{"color":6}},"kind":"join"}"#,
    r#"{"type":"gap","room":"kitchen","after":14,"before":20}"#,
    r#"{"type":"presence","room":"lobby","changes":[{"uid":2,"state":"absent"},{"uid":2,"state":"gone"}]}"#,
    r#"{"type":"parted","room":"kitchen","by":"ben"}"#,
    r#"{"type":"ok","id":"ID","seq":15}"#,
];

/// Checks one input: lines; one that begins with `{` is said by the server, with a digit the message of that number; any other by
/// the client.
pub(super) fn check(input: &[u8]) {
    let setup = Setup {
        nonce_prefix: "n".to_owned(),
        mechanisms: vec!["PLAIN"],
        created: "now".to_owned(),
        people: People::default(),
    };
    let mut session = Session::new(setup);
    let mut last = String::from("1");
    for line in input.split(|byte| *byte == b'\n') {
        match line {
            [digit @ b'0'..=b'8', ..] => {
                let msg = SERVER[usize::from(digit - b'0')].replace("ID", &last);
                session.on_server(ServerMsg::parse(msg.as_bytes()).unwrap(), 5);
            }
            [b'{', ..] => {
                if let Ok(msg) = ServerMsg::parse(line) {
                    session.on_server(msg, 5);
                }
            }
            _ if session.wants_input() => session.on_line(line, 5),
            _ => {}
        }
        let output = session.take_output();
        for action in output.actions {
            let request = match action {
                Action::Ask(request) => *request,
                Action::Greet(hello) => Request::unnamed(ClientMsg::Hello(Hello::clone(&hello))),
                Action::LogIn(_) => continue,
            };
            let written = serde_json::to_vec(&request).unwrap();
            assert_eq!(Request::parse(&written).as_ref(), Ok(&request));
            last = request.id.map_or(last, |id| id.to_string());
        }
        for line in output.lines.split_inclusive("\r\n") {
            let without = line.strip_suffix("\r\n").expect("a line has its end");
            assert!(!without.contains(['\r', '\n', '\0']), "{line:?} is not one line");
            let tags = if line.starts_with('@') { line.find(' ').unwrap() + 1 } else { 0 };
            assert!(line.len() - tags <= LINE_BYTES, "{} bytes: {line:?}", line.len() - tags);
        }
    }
}
