//! Drives a session: what comes out of each step is a list of lines, requests among them as JSON behind `> `.

use serde_json::{Value, json};
use shared::{ClientMsg, Request, ServerMsg};

use crate::irc::session::{Action, LoginOutcome, Session, Setup};

/// 2025-11-20T09:20:00.123Z.
pub(super) const NOW: i64 = 1_763_630_400_123;

pub(super) struct Rig(pub(super) Session);

impl Rig {
    pub(super) fn new() -> Self {
        Self(Session::new(Setup {
            nonce_prefix: "n".to_owned(),
            mechanisms: vec!["PLAIN", "EXTERNAL"],
            created: "2025-11-20".to_owned(),
            people: crate::irc_people::People::default(),
        }))
    }

    /// Somebody who is in as `ann`, uid 1, with `ben`, uid 2, who is an admin; what the welcome showed is passed over.
    pub(super) fn ann(caps: &str) -> Self {
        let mut rig = Self::new();
        rig.client("CAP LS");
        rig.client(&format!("CAP REQ :{caps}"));
        rig.client("NICK ann");
        rig.client("USER a 0 * :Ann");
        rig.client("CAP END");
        rig.server(&welcome("ann"));
        assert!(rig.0.is_registered());
        rig
    }

    /// The same, in `#kitchen` with ben, which ann opened.
    pub(super) fn in_kitchen(caps: &str) -> Self {
        let mut rig = Self::ann(caps);
        let asked = rig.client("JOIN #kitchen");
        let id = id(asked.last().unwrap());
        rig.server(
            &json!({"type": "ok", "id": id, "room": "kitchen", "state": {"name": "kitchen", "topic": "",
            "head": 10, "members": [member(1, "ann"), member(2, "ben")], "settings": {"owner": 1}}}),
        );
        rig
    }

    /// The client says something.
    pub(super) fn client(&mut self, line: &str) -> Vec<String> {
        assert!(self.0.wants_input(), "{line}: it is not the client's turn");
        self.0.on_line(line.as_bytes(), NOW);
        self.output()
    }

    /// The server says something.
    pub(super) fn server(&mut self, msg: &Value) -> Vec<String> {
        let msg = ServerMsg::parse(msg.to_string().as_bytes()).unwrap();
        self.0.on_server(msg, NOW);
        self.output()
    }

    /// The shell has found out whose credentials they were.
    pub(super) fn login(&mut self, outcome: LoginOutcome) -> Vec<String> {
        self.0.on_login(outcome, NOW);
        self.output()
    }

    fn output(&mut self) -> Vec<String> {
        let output = self.0.take_output();
        let mut out: Vec<String> = output
            .actions
            .into_iter()
            .map(|action| match action {
                Action::Greet(hello) => request(&Request::unnamed(ClientMsg::Hello(*hello))),
                Action::Ask(asked) => request(&asked),
                Action::LogIn(credentials) => format!("{credentials:?}"),
            })
            .collect();
        out.extend(output.lines.split_terminator("\r\n").map(ToOwned::to_owned));
        out.extend(output.end.then(|| "the end".to_owned()));
        out
    }
}

fn request(request: &Request) -> String {
    format!("> {}", serde_json::to_string(request).unwrap())
}

/// The id of a request that came out.
pub(super) fn id(out: &str) -> String {
    let request: Value = serde_json::from_str(out.strip_prefix("> ").unwrap()).unwrap();
    request["id"].as_str().unwrap().to_owned()
}

pub(super) fn sender(uid: u64, name: &str) -> Value {
    json!({"uid": uid, "name": name, "style": {"color": 6}})
}

pub(super) fn member(uid: u64, name: &str) -> Value {
    let role = if name == "ben" { "admin" } else { "member" };
    json!({"uid": uid, "name": name, "style": {"color": 6}, "role": role})
}

pub(super) fn welcome(name: &str) -> Value {
    json!({"type": "welcome", "protocol": 1, "server": {"name": "Test", "version": "0.1.0"},
        "you": {"uid": 1, "name": name, "style": {"color": 6}, "role": "member"},
        "rooms": [{"name": "lobby", "topic": "", "head": 9, "members": [member(1, name), member(2, "ben")]}],
        "limits": {}, "durability": "disk", "motd": "be kind"})
}

/// An event with these fields, at 2025-11-20T09:20:01.000Z.
pub(super) fn event(room: &str, (prev, seq): (u64, u64), from: &Value, fields: &Value) -> Value {
    let mut event = json!({"type": "event", "room": room, "prev": prev, "seq": seq, "at": 1_763_630_401_000_i64, "from": from});
    event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    event
}
