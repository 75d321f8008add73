//! A server's core on this thread, with a store that says at once that everything is committed, and connections in memory. The
//! time is simulated: what waits for a moment does not wait.

use std::io::{ErrorKind, IoSlice};
use std::sync::Arc;

use server::assembly::{self, Plan};
use server::chat::conn_id::ConnId;
use server::chat::effect::Query;
use server::chat::rules::Rules;
use server::config::{Config, Live};
use server::connection::{self, context::Context};
use server::store::point_read::{Marked, PointAnswer, PointRead, Tail};
use server::store::write::Write;
use server::store::{ResultSenders, Results, Store};
use server::token_bucket::Pace;
use server::transport::pipe::Pipe;
use shared::limits::{Limits, WINDOWS};
use shared::server_msg::ServerInfo;
use shared::{Line, Refusal, RequestId};

/// When it begins: 2026-11-21 09:30 UTC.
pub(crate) const START: i64 = 1_795_253_400_000;
/// The bytes a connection holds that nobody has read.
const BUFFER: usize = 1024 * 1024;
/// How much is read at once.
const READ: usize = 32 * 1024;

/// The rules of the chat that is measured.
pub(crate) fn rules() -> Rules {
    let server = ServerInfo::new(Line::parse("tea").unwrap(), Line::parse("0").unwrap());
    Rules::new(server, Limits { pace_burst: 0, pace_per_s: 0, windows: WINDOWS, ..Limits::default() })
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
            PointRead::Message(..) | PointRead::Committed(_) => {
                panic!("nothing is changed and nothing fails here")
            }
        };
        self.0.found.try_send(reads.into_iter().map(answer).collect()).is_ok()
    }
}

/// A running core.
pub(crate) struct Core(Arc<Context>);

impl Core {
    pub(crate) fn start() -> Self {
        let (answers, results) = Results::channels();
        let plan = Plan::in_memory(rules(), NoStore(answers), results, START).unwrap();
        let core = assembly::single(
            plan.with_settings(Live { pace: Pace::Off, ..Config::defaults().unwrap().live }),
        );
        tokio::spawn(core.hub.run());
        Self(core.context)
    }

    /// What its connections share.
    pub(crate) fn context(&self) -> &Arc<Context> {
        &self.0
    }

    /// A connection that has sent nothing yet.
    pub(crate) fn connect(&self) -> Far {
        let (far, served) = connection::over_pipe(Arc::clone(self.context()), BUFFER);
        tokio::spawn(served);
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
