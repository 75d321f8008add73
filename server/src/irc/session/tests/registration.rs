//! Up to the welcome.

use serde_json::json;

use super::rig::{Rig, id, welcome};

#[test]
fn the_server_is_greeted_when_nick_and_user_are_said_and_negotiation_is_over() {
    let mut rig = Rig::new();
    assert_eq!(
        rig.client("JOIN #a"),
        [":irc.chinwag 451 * :You have not registered; say NICK and USER first"]
    );
    let offered = rig.client("CAP LS 302");
    assert!(offered[0].starts_with(":irc.chinwag CAP * LS :account-notify"), "{offered:?}");
    assert_eq!(rig.client("CAP REQ :batch nonsense"), [":irc.chinwag CAP * NAK :batch nonsense"]);
    assert_eq!(rig.client("CAP REQ batch"), [":irc.chinwag CAP * ACK :batch"]);
    assert_eq!(rig.client("CAP LIST"), [":irc.chinwag CAP * LIST :batch cap-notify"]);
    assert!(rig.client("PASS secret").is_empty());
    assert!(rig.client("NICK ann").is_empty());
    assert!(rig.client("USER a 0 * :Ann").is_empty());
    assert_eq!(rig.client("PING x"), [":irc.chinwag PONG irc.chinwag x"]);
    let hello = rig.client("CAP END");
    assert_eq!(
        hello,
        [
            r#"> {"type":"hello","protocol":[1,1],"client":"irc","name":"ann","window":"n","password":"secret"}"#
        ]
    );
    assert!(!rig.0.wants_input(), "it waits for the server");
    let greeted = rig.server(&welcome("ann"));
    let digits: Vec<&str> = greeted.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    let want = [
        "001", "002", "003", "004", "005", "005", "251", "252", "254", "255", "265", "266", "375", "372",
        "372", "376",
    ];
    assert_eq!(digits, want);
    assert!(greeted[13].ends_with(":- be kind") && greeted[0].contains("ann!u1@chinwag"), "{greeted:?}");
    assert_eq!(rig.client("USER a 0 * :b"), [":irc.chinwag 462 ann :You may not reregister"]);
}

#[test]
fn what_begins_as_another_protocol_is_ended_before_its_body_is_heard() {
    for first in ["POST / HTTP/1.1", "GET /x HTTP/1.1", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2"] {
        let mut rig = Rig::new();
        assert_eq!(
            rig.client(first),
            ["ERROR :Closing link: this is a port for IRC clients", "the end"],
            "{first}"
        );
        assert!(!rig.0.wants_input(), "its header and body are not read");
    }
}

#[test]
fn after_a_name_that_cannot_be_had_another_is_tried() {
    let mut rig = Rig::new();
    assert!(rig.client("NICK #a")[0].starts_with(":irc.chinwag 432 * #a :Erroneous nickname"));
    rig.client("USER a 0 * :Ann");
    assert_eq!(rig.client("NICK ann").len(), 1);
    let taken = json!({"type": "error", "code": "name_taken", "message": "taken"});
    assert_eq!(
        rig.server(&taken),
        [
            ":irc.chinwag 433 * ann :Nickname is already in use; choose another, or log in by SASL if it is yours"
        ]
    );
    assert!(
        rig.server(&json!({"type": "goodbye", "code": "name_taken", "message": "taken", "reconnect": false}))
            .is_empty()
    );
    rig.0.on_server_gone(0);
    assert_eq!(
        rig.client("NICK eve")[0],
        r#"> {"type":"hello","protocol":[1,1],"client":"irc","name":"eve","window":"n"}"#
    );
    let full = json!({"type": "error", "code": "server_full", "message": "the server is full"});
    assert_eq!(rig.server(&full), ["ERROR :Closing link: the server is full", "the end"]);
}

#[test]
fn commands_that_are_unknown_or_lack_something_are_told_apart() {
    let mut rig = Rig::ann("batch");
    assert_eq!(rig.client("DANCE"), [":irc.chinwag 421 ann DANCE :Unknown command"]);
    assert_eq!(rig.client("JOIN"), [":irc.chinwag 461 ann JOIN :Not enough parameters"]);
    assert_eq!(rig.client("PRIVMSG"), [":irc.chinwag 411 ann :No recipient given (PRIVMSG)"]);
    assert_eq!(rig.client("PRIVMSG ben"), [":irc.chinwag 412 ann :No text to send"]);
    // Of a room one is not in only the server knows whether it is there.
    for (code, told) in [("not_member", "442 ann #a :You're not on"), ("no_such_room", "403 ann #a :No such")]
    {
        let asked = rig.client("TOPIC #a");
        let refused =
            rig.server(&json!({"type": "error", "id": id(&asked[0]), "code": code, "message": "no"}));
        assert!(refused[0].contains(told), "{refused:?}");
    }
}
