//! A client for tests, which checks of every event that it is the next one of its room.

mod show;
pub(crate) mod transport;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use shared::server_msg::{Answer, Presence, Welcome};
use shared::{Code, Event, RoomName, Seq, ServerMsg};

pub(crate) use self::show::{show, show_event};
use self::transport::Transport;

/// After this a test has failed. Long, because machines are busy.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// A connection, and what it has heard.
pub(crate) struct Client {
    stream: BufReader<Transport>,
    line: Vec<u8>,
    /// What was heard while something else was waited for; presence is kept apart, for it may come at any time.
    heard: VecDeque<ServerMsg>,
    pub(crate) presence: VecDeque<String>,
    /// The last seq of each room, and whether the next event must follow it.
    seen: BTreeMap<String, (u64, bool)>,
    names: BTreeMap<u64, String>,
    requests: u32,
    pub(crate) welcome: Option<Box<Welcome>>,
    /// What brings this identity back.
    pub(crate) secret: String,
}

impl Client {
    /// A connection that has said nothing.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::over(Transport::Plain(dial(address).await))
    }

    /// A TLS connection that has said nothing.
    pub(crate) async fn connect_tls(address: SocketAddr) -> Self {
        let connector = TlsConnector::from(transport::trusting());
        let name = ServerName::try_from("localhost").unwrap();
        let tls = tokio::time::timeout(LIMIT, connector.connect(name, dial(address).await)).await;
        Self::over(Transport::Tls(Box::new(tls.expect("no handshake").unwrap())))
    }

    /// A connection over TLS that greeted with these fields, and was welcomed.
    pub(crate) async fn greet_tls(address: SocketAddr, fields: Value) -> Self {
        let mut client = Self::connect_tls(address).await;
        client.hello(fields).await;
        client
    }

    pub(crate) fn over(stream: Transport) -> Self {
        Self {
            stream: BufReader::new(stream),
            line: Vec::new(),
            heard: VecDeque::new(),
            presence: VecDeque::new(),
            seen: BTreeMap::new(),
            names: BTreeMap::new(),
            requests: 0,
            welcome: None,
            secret: String::new(),
        }
    }

    /// A connection that greeted with these fields, and was welcomed.
    pub(crate) async fn greet(address: SocketAddr, fields: Value) -> Self {
        let mut client = Self::connect(address).await;
        client.hello(fields).await;
        client
    }

    /// Greets with these fields, and is welcomed.
    pub(crate) async fn hello(&mut self, fields: Value) {
        self.send(hello(&fields)).await;
        self.welcomed(&fields).await;
    }

    pub(crate) async fn welcomed(&mut self, fields: &Value) {
        let welcome = match self.receive().await {
            Some(ServerMsg::Welcome(welcome)) => welcome,
            other => panic!("not welcome: {other:?}"),
        };
        for room in &welcome.rooms {
            let resumed = fields["resume"][room.name.as_str()].as_u64();
            self.seen.insert(room.name.to_string(), (resumed.unwrap_or(room.head.get()), true));
            for member in &room.members {
                self.names.insert(member.uid.get(), member.name.to_string());
            }
        }
        let shown = fields["secret"].as_str().map(ToOwned::to_owned);
        self.secret = welcome.secret.as_ref().map(|secret| secret.as_str().to_owned()).or(shown).unwrap();
        self.welcome = Some(welcome);
    }

    pub(crate) fn name(&self) -> String {
        self.welcome.as_ref().unwrap().you.name.to_string()
    }

    pub(crate) fn uid(&self) -> u64 {
        self.welcome.as_ref().unwrap().you.uid.get()
    }

    /// The names in a room when the welcome was written, `~` before those away.
    pub(crate) fn members(&self, room: &str) -> Vec<String> {
        let room = self.welcome.as_ref().unwrap().rooms.iter().find(|state| state.name.as_str() == room);
        let shown = |away: bool, name: &shared::Name| format!("{}{name}", if away { "~" } else { "" });
        room.unwrap().members.iter().map(|member| shown(member.away, &member.name)).collect()
    }

    /// The last seq seen in a room.
    pub(crate) fn position(&self, room: &str) -> u64 {
        self.seen[room].0
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        self.stream.get_ref().tcp()
    }

    pub(crate) fn transport(&mut self) -> &mut Transport {
        self.stream.get_mut()
    }

    /// Sends bytes as they are. What the server does not take any more is of no interest.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        let stream = self.stream.get_mut();
        let write = async {
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        tokio::time::timeout(LIMIT, write).await.expect("the server does not read").ok();
    }

    pub(crate) async fn send(&mut self, line: impl ToString) {
        let line = line.to_string() + "\n";
        self.raw(line.as_bytes()).await;
    }

    /// The next line; nothing at the end of the connection, however it ended.
    pub(crate) async fn line(&mut self) -> Option<String> {
        self.line.clear();
        let read = tokio::time::timeout(LIMIT, self.stream.read_until(b'\n', &mut self.line)).await;
        match read.expect("nothing was heard") {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(String::from_utf8(self.line.clone()).unwrap()),
        }
    }

    /// The next message from the socket, noted where later ones depend on it.
    async fn receive_any(&mut self) -> Option<ServerMsg> {
        let line = self.line().await?;
        let msg = ServerMsg::parse(line.as_bytes()).unwrap_or_else(|error| panic!("{error}: {line}"));
        match &msg {
            ServerMsg::Error(refusal) => says_what_next(refusal),
            ServerMsg::Presence(presence) => self.note_presence(presence),
            ServerMsg::Event(event) => self.check_order(event),
            ServerMsg::Membership(told) => self.check_run(&told.room, (told.prev, told.seq), told.events()),
            ServerMsg::Reacted(told) => self.check_run(&told.room, (told.prev, told.seq), told.events()),
            ServerMsg::Gap(gap) => {
                let (last, _) = self.seen[gap.room.as_str()];
                assert_eq!(gap.after.get(), last, "the gap begins elsewhere");
                self.seen.insert(gap.room.to_string(), (gap.before.get() - 1, false));
            }
            ServerMsg::Joined(joined) => {
                self.seen.insert(joined.state.name.to_string(), (joined.state.head.get(), true));
            }
            ServerMsg::Ok(answer) => {
                if let Some(state) = &answer.state {
                    let seen = self.seen.entry(state.name.to_string()).or_default();
                    *seen = (seen.0.max(state.head.get()), true);
                }
            }
            _ => {}
        }
        Some(msg)
    }

    /// The next message from the socket that is no presence.
    async fn receive(&mut self) -> Option<ServerMsg> {
        loop {
            let msg = self.receive_any().await?;
            if !matches!(msg, ServerMsg::Presence(_)) {
                return Some(msg);
            }
        }
    }

    fn note_presence(&mut self, presence: &Presence) {
        let room = presence.room.as_ref().map_or("", |room| room.as_str());
        for change in &presence.changes {
            let who = self.names.get(&change.uid.get()).cloned().unwrap_or_default();
            let state = format!("{:?}", change.state).to_lowercase();
            self.presence.push_back(format!("{room} {who} {state}"));
        }
    }

    /// A run follows what was seen, or begins before it where this connection came in its middle, and tells of nobody twice.
    fn check_run(&mut self, room: &RoomName, (prev, seq): (Seq, Seq), events: Vec<Event>) {
        let room = room.to_string();
        let (last, chained) = self.seen.get(&room).copied().unwrap_or_default();
        assert!(seq.get() > last, "{seq} after {last} in {room}: {events:?}");
        assert!(!chained || prev.get() <= last, "{prev} follows {last} in {room}");
        assert!(events.iter().all(|event| event.seq > prev && event.seq <= seq), "{events:?}");
        assert!(events.windows(2).all(|two| two[0].seq < two[1].seq), "{events:?}");
        for event in events {
            self.names.insert(event.from.uid.get(), event.from.name.to_string());
        }
        self.seen.insert(room, (seq.get(), true));
    }

    /// Every event once, in order, none left out without a word.
    fn check_order(&mut self, event: &Event) {
        self.names.insert(event.from.uid.get(), event.from.name.to_string());
        let room = event.room.to_string();
        let (last, chained) = self.seen.get(&room).copied().unwrap_or((0, event.room.pair().is_some()));
        assert!(event.seq.get() > last, "{} after {last} in {room}: {}", event.seq, show_event(event));
        assert!(!chained || event.prev.get() == last, "{} follows {last} in {room}", event.prev);
        self.seen.insert(room, (event.seq.get(), true));
    }

    /// The next message that is no presence; nothing at the end.
    pub(crate) async fn next(&mut self) -> Option<ServerMsg> {
        match self.heard.pop_front() {
            Some(msg) => Some(msg),
            None => self.receive().await,
        }
    }

    /// The next message must be this one, as [`show`] writes it.
    #[track_caller]
    pub(crate) fn expect(&mut self, what: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let next = self.next().await;
            let shown = next.as_ref().map_or_else(|| "the end".to_owned(), show);
            assert_eq!(shown, what, "at {caller}");
        }
    }

    /// Waits for an event that is this one; others before it are let pass.
    pub(crate) async fn until(&mut self, what: &str) -> ServerMsg {
        loop {
            let next = self.next().await.unwrap_or_else(|| panic!("the end instead of {what}"));
            if show(&next) == what {
                return next;
            }
        }
    }

    /// Waits for a change of presence, such as `lobby ann away`; other changes before it are let pass.
    pub(crate) async fn expect_presence(&mut self, what: &str) {
        loop {
            while let Some(change) = self.presence.pop_front() {
                if change == what {
                    return;
                }
            }
            let next = self.receive_any().await.unwrap_or_else(|| panic!("the end instead of {what}"));
            if !matches!(next, ServerMsg::Presence(_)) {
                self.heard.push_back(next);
            }
        }
    }

    /// Nothing was said to this client but what it has heard, up to this moment; presence aside.
    #[track_caller]
    pub(crate) fn expect_silence(&mut self) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            // A connection's own answers are written before its rooms: the second answer comes after everything
            // that was in the rooms when the first was given.
            self.ok(json!({"type": "ping"})).await;
            self.ok(json!({"type": "ping"})).await;
            self.heard.retain(|msg| !matches!(msg, ServerMsg::Pong(_)));
            let heard: Vec<_> = self.heard.iter().map(show).collect();
            assert!(heard.is_empty(), "{heard:?} was heard at {caller}");
        }
    }

    /// Nothing is said to this client for so long: for what would happen later if it did.
    #[track_caller]
    pub(crate) fn expect_quiet_for(&mut self, time: Duration) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            self.expect_silence().await;
            let heard = tokio::time::timeout(time, self.next()).await;
            assert!(heard.is_err(), "{heard:?} was heard at {caller}");
            self.expect_silence().await;
        }
    }

    /// The connection must be at its end.
    pub(crate) async fn expect_end(&mut self) {
        let next = self.next().await;
        assert!(next.is_none(), "{next:?} instead of the end");
    }

    /// Asks for something, and waits for the answer; what comes before it is heard later.
    pub(crate) async fn ask(&mut self, mut request: Value) -> ServerMsg {
        self.requests += 1;
        let id = format!("q{}", self.requests);
        request["id"] = json!(id);
        self.send(&request).await;
        loop {
            let msg =
                self.receive().await.unwrap_or_else(|| panic!("the end instead of an answer to {request}"));
            let answers = match &msg {
                ServerMsg::Ok(answer) => answer.id.as_ref(),
                ServerMsg::Error(refusal) => refusal.id.as_ref(),
                _ => None,
            };
            if answers.is_some_and(|answered| answered.as_str() == id) {
                return msg;
            }
            self.heard.push_back(msg);
        }
    }

    /// Asks for something that is granted.
    pub(crate) async fn ok(&mut self, request: Value) -> Answer {
        match self.ask(request.clone()).await {
            ServerMsg::Ok(answer) => *answer,
            other => panic!("{request}: {other:?}"),
        }
    }

    /// Asks for something that is refused.
    pub(crate) async fn refused(&mut self, request: Value) -> Code {
        match self.ask(request.clone()).await {
            ServerMsg::Error(refusal) => refusal.code,
            other => panic!("{request}: {other:?}"),
        }
    }

    /// Says something in the lobby, with itself as the nonce; returns where it stands.
    pub(crate) async fn say(&mut self, text: &str) -> u64 {
        self.ok(say(text)).await.seq.unwrap().get()
    }

    /// Says many things in the lobby, hearing its own voice in between.
    pub(crate) async fn say_all(&mut self, texts: impl Iterator<Item = String>) {
        let texts: Vec<String> = texts.collect();
        for some in texts.chunks(64) {
            let lines: String = some.iter().map(|text| say(text).to_string() + "\n").collect();
            self.raw(lines.as_bytes()).await;
            for text in some {
                self.until(&format!("lobby {}: {text}", self.name())).await;
            }
        }
    }

    /// Everybody on the server, `~` before those away.
    pub(crate) async fn who(&mut self) -> Vec<String> {
        let users = self.ok(json!({"type": "who"})).await.users.unwrap();
        let shown = |user: &shared::server_msg::User| {
            format!("{}{}", if user.member.away { "~" } else { "" }, user.member.name)
        };
        users.iter().map(shown).collect()
    }

    /// The kernel holds little for this client, so that the server notices soon when it does not read.
    pub(crate) fn take_little(&self) {
        self.take(4096);
    }

    /// The kernel holds about so many bytes for this client.
    pub(crate) fn take(&self, bytes: usize) {
        socket2::SockRef::from(self.stream()).set_recv_buffer_size(bytes).unwrap();
    }

    /// The connection breaks: no word, no orderly end.
    pub(crate) fn break_off(self) {
        socket2::SockRef::from(self.stream()).set_linger(Some(Duration::ZERO)).unwrap();
    }
}

/// A connection that has said nothing.
pub(crate) async fn dial(address: SocketAddr) -> TcpStream {
    let stream = tokio::time::timeout(LIMIT, TcpStream::connect(address)).await;
    stream.expect("no connection").unwrap()
}

/// A greeting with these fields.
/// Every refusal of the server says what was refused and what to do next. What is wrong with a value says what a right one
/// is.
fn says_what_next(refusal: &shared::Refusal) {
    let is_value =
        matches!(refusal.code, Code::BadJson | Code::UnknownType | Code::NameInvalid | Code::TextInvalid)
            || [
                "a field",
                "the field",
                "a room",
                "a direct room",
                "a secret",
                "id must",
                "nonce must",
                "numbers",
            ]
            .iter()
            .any(|begins| refusal.message.starts_with(begins));
    assert!(is_value || refusal.message.contains("; "), "{}: {}", refusal.code, refusal.message);
}

pub(crate) fn hello(fields: &Value) -> Value {
    let mut line = json!({"type": "hello", "protocol": [1, 1], "client": "test"});
    for (field, value) in fields.as_object().unwrap() {
        line[field] = value.clone();
    }
    line
}

/// A message to the lobby whose nonce is a digest of the text, without spaces.
pub(crate) fn say(text: &str) -> Value {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    json!({"type": "say", "room": "lobby", "text": text, "nonce": format!("{:x}", hasher.finish())})
}
