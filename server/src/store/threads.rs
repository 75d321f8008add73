//! The store of a running server: a thread that writes, two that read pages and one that reads by key, over one `SQLite`
//! file (WAL lets them work side by side), and one that writes the search index, in a file of its own.

use std::path::Path;
use std::sync::Arc;

use shared::{FileHash, Refusal, RequestId, ServerId};

use super::error::StoreError;
use super::files::OpenedFiles;
use super::point_read::PointRead;
use super::point_reader::PointReader;
use super::reader::{ReadQueues, Reader};
use super::retention_progress::RetentionProgress;
use super::search_index::status::IndexStatus;
use super::search_index::{self, SearchIndex};
use super::write::Write;
use super::writer::Writer;
use super::{ResultSenders, Store};
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Query;
use crate::clock::Clock;
use crate::config::storage::{Keep, Sync};

/// What the store's threads do that nobody waits for at once, to be watched.
#[derive(Clone, Debug)]
pub struct Background {
    /// How far retention is.
    pub retention: Arc<RetentionProgress>,
    /// What waits to be read.
    pub reads: ReadQueues,
}

/// The threads.
#[derive(Debug)]
pub struct Threads {
    writer: Writer,
    index: SearchIndex,
    pages: Reader,
    points: PointReader,
}

impl Threads {
    /// Opens the store in a directory and starts its threads. `keep` says how long the past is kept from now on, `released`
    /// is told of contents that lost a message which brought them.
    pub fn start(
        dir: &Path,
        sync: Sync,
        keep: impl FnMut() -> Keep + Send + 'static,
        clock: Arc<Clock>,
        released: impl Fn(Vec<FileHash>) + Send + 'static,
        results: ResultSenders,
    ) -> Result<Self, StoreError> {
        let ResultSenders { commits, pages, found } = results;
        // The writer first: it brings an older file to this version. Once the hub is gone, nobody takes the answers.
        let (waker, wake_ups) = search_index::wake_ups();
        let index_waker = waker.clone();
        let committed = move || index_waker.wake();
        let done = move |done| drop(commits.blocking_send(done));
        let writer = Writer::start(dir, sync, keep, clock, committed, released, done)?;
        let index = SearchIndex::start(dir, (waker, wake_ups))?;
        let pages =
            Reader::start(dir, index.reader(), move |conn, page| drop(pages.blocking_send((conn, page))))?;
        let points = PointReader::start(dir, move |answer| drop(found.blocking_send(answer)))?;
        Ok(Self { writer, index, pages, points })
    }

    /// The files that were opened.
    #[must_use]
    pub fn files(&self) -> Arc<OpenedFiles> {
        Arc::clone(&self.writer.files)
    }

    /// How the search index does.
    #[must_use]
    pub fn index_status(&self) -> Arc<IndexStatus> {
        self.index.status()
    }

    /// How far retention is, and what waits to be read.
    #[must_use]
    pub fn background(&self) -> Background {
        Background { retention: Arc::clone(&self.writer.retention), reads: self.pages.queues() }
    }

    /// How many times a server was started on this store before.
    #[must_use]
    pub fn starts(&self) -> u32 {
        self.writer.starts
    }

    /// Which server this is the store of; nothing where the disk took none yet.
    #[must_use]
    pub fn id(&self) -> Option<&ServerId> {
        self.writer.id.as_ref()
    }
}

impl Store for Threads {
    fn commit(&mut self, batch: Vec<Write>) -> bool {
        self.writer.commit(batch)
    }

    fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal> {
        self.pages.ask(conn, id, query)
    }

    fn forget(&self, conn: ConnId) {
        self.pages.forget(conn);
    }

    fn read(&self, reads: Vec<PointRead>) -> bool {
        self.points.read(reads)
    }
}
