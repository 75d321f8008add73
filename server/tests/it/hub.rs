//! The hub with a store that the test answers by hand: room loading, rollback, and stopping after a failed commit.

use std::sync::{Arc, mpsc as std_mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use server::assembly::{self, Plan};
use server::chat::conn_id::ConnId;
use server::chat::effect::Query;
use server::chat::proposal::Ordered;
use server::chat::rollback::CommittedState;
use server::chat::rules::Rules;
use server::connection::{self, context::Context};
use server::order::in_process::InProcess;
use server::order::{OnCommitFailure, Order, Proposer};
use server::store::point_read::{PointAnswer, PointRead, Tail};
use server::store::reader::PageAnswer;
use server::store::write::Write;
use server::store::{ResultSenders, Results, Store};
use server::transport::pipe::Pipe;
use shared::limits::Limits;
use shared::server_msg::ServerInfo;
use shared::{Line, Refusal, RequestId, RoomName};
use tokio::task::JoinHandle;

/// A store that passes batches and reads on to the test.
struct TestStore {
    batches: std_mpsc::Sender<Vec<Write>>,
    reads: std_mpsc::Sender<Vec<PointRead>>,
    pages: std_mpsc::Sender<(ConnId, Option<RequestId>)>,
}

impl Store for TestStore {
    fn commit(&mut self, batch: Vec<Write>) -> bool {
        self.batches.send(batch).is_ok()
    }

    fn ask(&self, conn: ConnId, id: Option<RequestId>, _: Query) -> Result<(), Refusal> {
        self.pages.send((conn, id)).unwrap();
        Ok(())
    }

    fn read(&self, reads: Vec<PointRead>) -> bool {
        self.reads.send(reads).is_ok()
    }
}

/// An order with the policy of one that is shared with other servers.
struct SharedOrder(InProcess);

impl Order for SharedOrder {
    fn proposer(&self) -> Proposer {
        self.0.proposer()
    }

    async fn next(&mut self) -> Option<Ordered> {
        self.0.next().await
    }

    fn try_next(&mut self) -> Option<Ordered> {
        self.0.try_next()
    }

    fn on_commit_failure(&self) -> OnCommitFailure {
        OnCommitFailure::Stop
    }
}

/// A running hub and the test's side of its store.
struct Fixture {
    context: Arc<Context>,
    running: JoinHandle<bool>,
    batches: std_mpsc::Receiver<Vec<Write>>,
    reads: std_mpsc::Receiver<Vec<PointRead>>,
    pages: std_mpsc::Receiver<(ConnId, Option<RequestId>)>,
    answers: ResultSenders,
}

impl Fixture {
    fn new(policy: OnCommitFailure) -> Self {
        let server = ServerInfo::new(Line::parse("tea").unwrap(), Line::parse("0").unwrap());
        let rules = Rules { max_users: 10, ..Rules::new(server, Limits::default()) };
        let ((batches_tx, batches), (reads_tx, reads)) = (std_mpsc::channel(), std_mpsc::channel());
        let (answers, results) = Results::channels();
        let (pages_tx, pages) = std_mpsc::channel();
        let store = TestStore { batches: batches_tx, reads: reads_tx, pages: pages_tx };
        let plan = Plan::in_memory(rules, store, results, 1_795_253_400_000).unwrap();
        let (context, running) = match policy {
            OnCommitFailure::RollBack => {
                let core = assembly::single(plan);
                (core.context, tokio::spawn(core.hub.run()))
            }
            OnCommitFailure::Stop => {
                let order = SharedOrder(InProcess::new(Arc::clone(&plan.clock)));
                let core = assembly::with_order(order, plan);
                (core.context, tokio::spawn(core.hub.run()))
            }
        };
        Self { context, running, batches, reads, pages, answers }
    }

    /// A connection that says hello.
    fn connect(&self, name: &str) -> Client {
        let (far, served) = connection::over_pipe(Arc::clone(&self.context), 64 * 1024);
        tokio::spawn(served);
        let peer = Client { pipe: far, unread: Vec::new() };
        peer.send(&json!({"type": "hello", "protocol": [1, 1], "client": "t", "name": name}));
        peer
    }

    /// Receives the next batch and answers with this result.
    async fn commit(&self, result: Result<(), String>) {
        settle().await;
        self.batches.try_recv().expect("nothing is to be committed");
        self.answers.commits.send(result).await.unwrap();
        settle().await;
    }

    /// The next point read.
    async fn read(&self) -> PointRead {
        settle().await;
        let mut reads = self.reads.try_recv().expect("nothing is to be read");
        assert_eq!(reads.len(), 1, "{reads:?}");
        reads.remove(0)
    }

    async fn found(&self, answer: PointAnswer) {
        self.answers.found.send(vec![answer]).await.unwrap();
        settle().await;
    }

    /// A connection that is welcomed, with the lobby loaded.
    async fn enter(&self, name: &str) -> Client {
        let mut peer = self.connect(name);
        self.commit(Ok(())).await;
        if let Ok(reads) = self.reads.try_recv() {
            let [PointRead::Tail(room, _)] = &reads[..] else { panic!("{reads:?}") };
            self.found(PointAnswer::Tail(room.clone(), Ok(Tail::default()))).await;
        }
        assert_eq!(peer.next()["type"], "welcome");
        peer
    }
}

/// Runs all tasks until they are idle.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// A client at the far end of a pipe.
struct Client {
    pipe: Pipe,
    unread: Vec<u8>,
}

impl Client {
    fn send(&self, line: &Value) {
        let line = format!("{line}\n");
        self.pipe.try_write(&[std::io::IoSlice::new(line.as_bytes())]).unwrap();
    }

    /// All lines that have arrived.
    fn lines(&mut self) -> Vec<Value> {
        let mut some = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = self.pipe.try_read(&mut some) {
            self.unread.extend_from_slice(&some[..read]);
        }
        let text = String::from_utf8(std::mem::take(&mut self.unread)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The first line that has arrived; the others are kept.
    fn next(&mut self) -> Value {
        let mut lines = self.lines().into_iter();
        let first = lines.next().expect("nothing was said");
        for line in lines {
            self.unread.extend_from_slice(format!("{line}\n").as_bytes());
        }
        first
    }

    /// The types of the lines that have arrived, with their code or kind.
    fn kinds(&mut self) -> Vec<String> {
        let kind = |line: &Value| {
            let what = line.get("code").or(line.get("kind")).and_then(Value::as_str).unwrap_or_default();
            format!("{} {what}", line["type"].as_str().unwrap()).trim_end().to_owned()
        };
        self.lines().iter().map(kind).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn effects_for_a_connection_wait_in_order_while_its_room_is_loaded_and_others_go_on() {
    let fixture = Fixture::new(OnCommitFailure::RollBack);
    let mut ann = fixture.enter("ann").await;
    let mut ben = fixture.enter("ben").await;
    settle().await;
    tokio::time::advance(Duration::from_millis(200)).await;
    settle().await;
    ann.lines();
    ben.lines();
    ann.send(&json!({"type": "join", "id": "1", "room": "dev"}));
    fixture.commit(Ok(())).await;
    let PointRead::Tail(room, _) = fixture.read().await else { panic!("no tail") };
    assert_eq!(room, "dev".parse::<RoomName>().unwrap());
    ann.send(&json!({"type": "ping", "id": "2"}));
    ben.send(&json!({"type": "say", "id": "3", "room": "lobby", "text": "hi", "nonce": "n1"}));
    fixture.commit(Ok(())).await;
    assert_eq!(ben.kinds(), ["ok", "event message"], "nobody else waits");
    assert_eq!(
        ann.kinds(),
        ["ok", "event message"],
        "what happens in other rooms is heard, later answers wait"
    );
    ann.send(&json!({"type": "say", "id": "4", "room": "dev", "text": "anybody?", "nonce": "n2"}));
    fixture.commit(Ok(())).await;
    assert_eq!(ann.kinds(), [""; 0]);
    fixture.found(PointAnswer::Tail(room, Ok(Tail::default()))).await;
    let said = ann.lines();
    let ids: Vec<_> =
        said.iter().filter(|line| line["type"] == "ok").map(|line| line["id"].clone()).collect();
    assert_eq!(ids, ["2", "4"], "{said:?}");
    let heard: Vec<_> = said.iter().filter(|line| line["kind"] == "message").collect();
    assert_eq!(heard.len(), 1, "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_read_is_not_told_to_somebody_who_has_left_the_room_since() {
    let fixture = Fixture::new(OnCommitFailure::RollBack);
    let mut ann = fixture.enter("ann").await;
    ann.send(&json!({"type": "join", "room": "dev"}));
    fixture.commit(Ok(())).await;
    let PointRead::Tail(room, _) = fixture.read().await else { panic!("no tail") };
    fixture.found(PointAnswer::Tail(room.clone(), Ok(Tail::default()))).await;
    for (id, has_left) in [("1", false), ("2", true)] {
        ann.send(&json!({"type": "history", "id": id, "room": "dev"}));
        settle().await;
        let (conn, asked) = fixture.pages.try_recv().unwrap();
        if has_left {
            ann.send(&json!({"type": "part", "room": "dev"}));
            fixture.commit(Ok(())).await;
        }
        let line = format!("{{\"type\":\"ok\",\"id\":\"{id}\",\"events\":[],\"more\":false}}\n").into();
        let (searched, rooms) = (Duration::ZERO, vec![room.clone()]);
        let page = PageAnswer { line, searched, unreadable: 0, id: asked, rooms, file: None };
        fixture.answers.pages.send((conn, page)).await.unwrap();
        settle().await;
        let answer = ann.lines().into_iter().find(|line| line["id"] == id).unwrap();
        assert_eq!(answer["code"], if has_left { json!("not_member") } else { Value::Null }, "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_room_that_cannot_be_loaded_ends_the_connections_that_wait_for_it_and_is_read_again() {
    let fixture = Fixture::new(OnCommitFailure::RollBack);
    let mut ann = fixture.connect("ann");
    fixture.commit(Ok(())).await;
    let PointRead::Tail(room, _) = fixture.read().await else { panic!("no tail") };
    fixture.found(PointAnswer::Tail(room, Err("the disk is gone".into()))).await;
    assert_eq!(ann.kinds(), ["welcome", "error storage", "goodbye storage"]);
    let mut ben = fixture.enter("ben").await;
    ben.send(&json!({"type": "ping", "id": "1"}));
    settle().await;
    assert_eq!(ben.kinds(), ["pong", "ok"], "the next one has it read again");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_retries_reading_the_committed_state_and_applies_nothing_meanwhile() {
    let fixture = Fixture::new(OnCommitFailure::RollBack);
    let mut ann = fixture.enter("ann").await;
    ann.lines();
    ann.send(&json!({"type": "say", "id": "1", "room": "lobby", "text": "hi", "nonce": "n1"}));
    fixture.commit(Err("the disk is full".into())).await;
    assert!(matches!(fixture.read().await, PointRead::Committed(_)));
    ann.send(&json!({"type": "ping", "id": "2"}));
    fixture.found(PointAnswer::Committed(Err("the disk is gone".into()))).await;
    assert_eq!(ann.kinds(), [""; 0], "it is not known yet what is true");
    tokio::time::advance(Duration::from_secs(1)).await;
    let PointRead::Committed(touched) = fixture.read().await else { panic!("not read again") };
    assert_eq!(touched.people.len(), 1, "that ann spoke was to be kept");
    let ann_as_kept = CommittedState { people: vec![], ..CommittedState::default() };
    fixture.found(PointAnswer::Committed(Ok(ann_as_kept))).await;
    assert_eq!(ann.kinds(), ["error storage", "pong", "ok"]);
    ann.send(&json!({"type": "say", "id": "3", "room": "lobby", "text": "hi", "nonce": "n1"}));
    fixture.commit(Ok(())).await;
    assert_eq!(ann.kinds(), ["ok", "event message"], "the nonce may be used again");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_shares_its_order_starts_again_when_it_cannot_commit() {
    let fixture = Fixture::new(OnCommitFailure::Stop);
    let mut ann = fixture.enter("ann").await;
    ann.lines();
    ann.send(&json!({"type": "say", "id": "1", "room": "lobby", "text": "hi", "nonce": "n1"}));
    fixture.commit(Err("the disk is full".into())).await;
    // The others have carried it out, so it is not refused: whoever comes back there is told that it was said.
    let said = ann.lines();
    assert_eq!((said.len(), &said[0]["type"], &said[0]["reconnect"]), (1, &json!("goodbye"), &json!(true)));
    let restart = tokio::time::timeout(Duration::from_secs(10), fixture.running).await.unwrap().unwrap();
    assert!(restart, "the disk may have room again");
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_while_a_room_is_read_is_away_for_whoever_waits_for_it() {
    let fixture = Fixture::new(OnCommitFailure::RollBack);
    let mut ann = fixture.connect("ann");
    fixture.commit(Ok(())).await;
    let PointRead::Tail(room, _) = fixture.read().await else { panic!("no tail") };
    let ben = fixture.connect("ben");
    fixture.commit(Ok(())).await;
    drop(ben);
    settle().await;
    tokio::time::advance(Duration::from_millis(200)).await;
    settle().await;
    fixture.found(PointAnswer::Tail(room, Ok(Tail::default()))).await;
    tokio::time::advance(Duration::from_millis(200)).await;
    settle().await;
    let heard = ann.lines();
    let told =
        heard.iter().filter(|line| line["type"] == "presence").map(|line| &line["changes"][0]["state"]);
    assert_eq!(told.collect::<Vec<_>>(), ["away"], "{heard:?}");
}
