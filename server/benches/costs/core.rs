//! A server's core on this thread, with a store that says at once that everything is committed, and connections in memory. The
//! time is simulated: what waits for a moment does not wait.

use std::io::{ErrorKind, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;

use server::admin::AdminKey;
use server::admin::status::Facts;
use server::assembly::{self, Plan};
use server::chat::Memory;
use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::creation_limit::CreationLimits;
use server::chat::effect::Query;
use server::chat::newcomer_history::NewcomerHistory;
use server::chat::rules::Rules;
use server::clock::Clock;
use server::config::files::Files;
use server::config::live::{Current, Terms};
use server::config::{Config, Live};
use server::connection::{self, context::Context};
use server::delivery::ring::RingCapacity;
use server::random_names::RandomNames;
use server::store::point_read::{Marked, PointAnswer, PointRead, Tail};
use server::store::write::Write;
use server::store::{ResultSenders, Results, Store};
use server::timing::Timing;
use server::token_bucket::Pace;
use server::transport::peer::Peer;
use server::transport::pipe::{Pipe, pair};
use server::transport::socket::{Socket, Stream};
use shared::limits::{Limits, WINDOWS};
use shared::server_msg::{Durability, ServerInfo};
use shared::{Line, Refusal, RequestId};

/// When it begins: 2026-11-21 09:30 UTC.
pub(crate) const START: i64 = 1_795_253_400_000;
/// The bytes a connection holds that nobody has read.
const BUFFER: usize = 1024 * 1024;
/// How much is read at once.
const READ: usize = 32 * 1024;

/// The rules of the chat that is measured.
pub(crate) fn rules() -> Rules {
    Rules {
        server: ServerInfo::new(Line::parse("tea").unwrap(), Line::parse("0").unwrap()),
        motd: String::new(),
        durability: Durability::Disk,
        max_users: 1000,
        creation: CreationLimits::START,
        next_key: None,
        newcomer_history: NewcomerHistory::All,
        limits: Limits { pace_burst: 0, pace_per_s: 0, windows: WINDOWS, ..Limits::default() },
    }
}

/// A store that has nothing and keeps nothing.
struct NoStore(ResultSenders);

impl Store for NoStore {
    fn commit(&mut self, _: Vec<Write>) -> bool {
        self.0.commits.try_send(Ok(())).is_ok()
    }

    fn ask(&self, _: ConnId, _: Option<RequestId>, _: Query) -> Result<(), Refusal> {
        Ok(())
    }

    fn read(&self, reads: Vec<PointRead>) -> bool {
        let answer = |read| match read {
            PointRead::Nonce(uid, nonce) => {
                PointAnswer::Nonce(uid, nonce, Ok(Marked { said: None, greatest: None }))
            }
            PointRead::Tail(room, _) => PointAnswer::Tail(room, Ok(Tail::default())),
            PointRead::Committed(_) => panic!("nothing fails here"),
        };
        self.0.found.try_send(reads.into_iter().map(answer).collect()).is_ok()
    }
}

/// A running core.
pub(crate) struct Core(Arc<Context>);

impl Core {
    pub(crate) fn start() -> Self {
        let rules = rules();
        let (answers, results) = Results::channels();
        let settings = Live { pace: Pace::Off, ..Config::defaults().unwrap().live };
        let files = Files { password: None, motd: String::new(), next_key: None };
        let (change, terms) = Current::new(Terms { settings, files });
        let facts = Facts {
            server: rules.server.clone(),
            pid: 0,
            listen: vec![],
            sockets: vec![],
            state_dir: PathBuf::new(),
            durability: rules.durability,
        };
        let core = assembly::single(Plan {
            start: NodeStart::default(),
            rules,
            memory: Memory::default(),
            store: NoStore(answers),
            results,
            clock: Arc::new(Clock::simulated(START)),
            terms,
            change,
            key: AdminKey::load_or_create(tempfile::tempdir().unwrap().path()).unwrap(),
            names: RandomNames::always("calm", "otter"),
            timing: Timing::default(),
            capacity: RingCapacity::default(),
            facts,
            state_dir: PathBuf::new(),
            tls: None,
            index: Arc::default(),
        });
        tokio::spawn(core.hub.run());
        Self(core.context)
    }

    /// What its connections share.
    pub(crate) fn context(&self) -> &Arc<Context> {
        &self.0
    }

    /// A connection that has sent nothing yet.
    pub(crate) fn connect(&self) -> Far {
        let (near, far) = pair(BUFFER);
        let context = Arc::clone(self.context());
        let conn = context.conn_ids.next();
        let socket = Socket::new(
            Stream::Memory(near),
            Peer::Local,
            context.clock.uptime_ms(),
            Arc::clone(&context.stats),
        );
        let greet_by = tokio::time::Instant::now() + context.greeting;
        tokio::spawn(connection::serve(conn, Arc::new(socket), greet_by, Vec::new(), context));
        Far { pipe: far, read: vec![0; READ], filled: 0 }
    }
}

/// The far end of a connection, and what was read from it last.
pub(crate) struct Far {
    pipe: Pipe,
    read: Vec<u8>,
    filled: usize,
}

impl Far {
    pub(crate) fn send(&self, line: &str) {
        let pieces = [IoSlice::new(line.as_bytes()), IoSlice::new(b"\n")];
        assert_eq!(self.pipe.try_write(&pieces).unwrap(), line.len() + 1);
    }

    /// Takes all that has come; returns how many bytes.
    pub(crate) fn take(&mut self) -> usize {
        let mut bytes = 0;
        loop {
            match self.pipe.try_read(&mut self.read) {
                Ok(0) => return bytes,
                Ok(count) => self.filled = count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return bytes,
                Err(error) => panic!("the connection has failed: {error}"),
            }
            bytes += self.filled;
        }
    }

    /// Waits until something with this in it has come; returns how many bytes came until then.
    pub(crate) async fn wait_for(&mut self, what: &str) -> usize {
        let mut bytes = 0;
        loop {
            self.pipe.readable().await.unwrap();
            let taken = self.take();
            assert_ne!(taken, 0, "the connection ended before {what}");
            bytes += taken;
            if memchr::memmem::find(self.last(), what.as_bytes()).is_some() {
                return bytes;
            }
        }
    }

    /// What was read last.
    pub(crate) fn last(&self) -> &[u8] {
        &self.read[..self.filled]
    }
}
