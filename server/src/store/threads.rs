//! The store of a running server: one thread that writes and one that reads the same `SQLite` file (WAL lets them work
//! side by side).

use shared::{Refusal, RequestId};

use super::Store;
use super::lookup::Lookup;
use super::reader::Reader;
use super::write::Write;
use super::writer::Writer;
use crate::chat::effect::Query;
use crate::chat::proposal::ConnId;

/// A thread that writes and a thread that reads.
#[derive(Debug)]
pub struct Threads {
    /// The writing end.
    pub writer: Writer,
    /// The reading end.
    pub reader: Reader,
    /// The small questions.
    pub lookup: Lookup,
}

impl Store for Threads {
    fn commit(&mut self, batch: Vec<Write>) -> bool {
        self.writer.commit(batch)
    }

    fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal> {
        self.reader.ask(conn, id, query)
    }

    fn lookup(&self) -> &Lookup {
        &self.lookup
    }
}
