//! A connection that moves a content, under any first line and any bytes behind it, in pieces of any size (the fuzz target `transfer`): what
//! is said to be received is what was sent, what is fetched is what was received, and everything else is refused in a line.

use std::io::{ErrorKind, IoSlice};
use std::sync::Arc;
use std::time::Duration;

use server::assembly::{self, Plan, SingleCore};
use server::chat::conn_id::ConnId;
use server::chat::effect::Query;
use server::chat::rules::Rules;
use server::connection;
use server::store::point_read::PointRead;
use server::store::write::Write;
use server::store::{Results, Store};
use server::transfers::Transfers;
use server::transfers::limits::TransferTiming;
use server::transfers::referred::Referred;
use server::transport::pipe::Pipe;
use shared::client_msg::Upload;
use shared::limits::Limits;
use shared::server_msg::ServerInfo;
use shared::{
    Attachment, Code, FileHash, FileHasher, FileName, Line, MediaType, Refusal, Request, RequestId,
};
use shared::{ServerMsg, Uid};

/// The sizes of the buffers of a connection.
const BUFFERS: [usize; 4] = [1, 7, 64, 4096];
/// After this a check has failed.
const LIMIT: Duration = Duration::from_secs(20);

thread_local! {
    static SERVER: Server = Server::start();
}

/// How the input says a transfer goes.
struct Plot<'a> {
    buffer: usize,
    piece: usize,
    /// Whether what is asked for is the hash of what is sent.
    is_honest: bool,
    /// How much of the body the content is said to have.
    bytes: usize,
    /// Where the connection is cut the first time, and where fetching begins.
    cut: usize,
    /// The rest of a first line in place of a good one, if it is not empty.
    line: &'a [u8],
    body: &'a [u8],
}

impl<'a> Plot<'a> {
    fn of(input: &'a [u8]) -> Option<Self> {
        let (&[how, piece, bytes, cut, line], rest) = input.split_first_chunk::<5>()?;
        let (line, body) = rest.split_at_checked(usize::from(line))?;
        let within = |place: u8| usize::from(place) % (body.len() + 1);
        let (buffer, piece) = (BUFFERS[usize::from(how & 3)], usize::from(piece).max(1));
        let (bytes, cut) = (within(bytes), within(cut));
        Some(Self { buffer, piece, is_honest: how & 4 == 0, bytes, cut, line, body })
    }
}

/// Checks one input.
pub(super) fn check(input: &[u8]) {
    let Some(plot) = Plot::of(input) else { return };
    SERVER.with(|server| {
        let checked = async { tokio::time::timeout(LIMIT, server.check(&plot)).await };
        server.runtime.block_on(checked).expect("it takes too long");
    });
}

/// A server that moves files, and does nothing else.
struct Server {
    runtime: tokio::runtime::Runtime,
    core: SingleCore<Nothing>,
    transfers: Transfers,
    /// Who came last: the next one has sent nothing.
    last: std::cell::Cell<u64>,
    _dir: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let server = ServerInfo::new(Line::parse("tea").unwrap(), Line::parse("0").unwrap());
        let (_, results) = Results::channels();
        let timing = TransferTiming::default();
        let (transfers, service) = Transfers::on_this_runtime(dir.path(), timing, Box::new(Nothing));
        runtime.spawn(service);
        let rules = Rules::new(server, Limits::default());
        let plan = Plan::in_memory(rules, Nothing, results, 1_795_253_400_000).unwrap();
        let core = assembly::single(Plan { transfers: transfers.clone(), ..plan });
        Self { runtime, core, transfers, last: std::cell::Cell::new(0), _dir: dir }
    }

    async fn check(&self, plot: &Plot<'_>) {
        if plot.line.is_empty() {
            self.last.set(self.last.get() + 1);
            return self.move_content(plot, Uid::new(self.last.get()).unwrap()).await;
        }
        let line = [br#"{"type":"transfer","#, plot.line, b"\n"].concat();
        // Any other greeting is for the chat.
        if !Request::claims(line.split(|byte| *byte == b'\n').next().unwrap_or_default(), "transfer") {
            return;
        }
        let mut far = self.open(plot, &[&line, plot.body].concat()).await;
        let said = far.rest().await;
        for line in said.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let msg = ServerMsg::parse(line).expect("the server writes its own language");
            assert!(matches!(msg, ServerMsg::Error(_) | ServerMsg::Goodbye(_)), "{msg:?}");
        }
    }

    /// Sends a content in two goes, and fetches it if it was taken.
    async fn move_content(&self, plot: &Plot<'_>, uid: Uid) {
        let (content, _) = plot.body.split_at(plot.bytes);
        let mut sha256 = FileHasher::of(content).0;
        sha256.0[0] ^= u8::from(!plot.is_honest);
        let upload = Upload { sha256, bytes: content.len() as u64, proof: None };
        let cut = plot.cut.min(content.len());
        let mut from = 0;
        for end in [cut, plot.body.len()] {
            // Where all came before the cut, it may be kept already.
            let Some(token) = self.transfers.upload(uid, &upload).await.unwrap() else { break };
            let mut far = self
                .open(plot, format!("{{\"type\":\"transfer\",\"token\":{}}}\n", json(&token)).as_bytes())
                .await;
            let Some(ServerMsg::Transfer(begin)) = far.line().await else { panic!("no beginning") };
            from = usize::try_from(begin.from).unwrap();
            assert!(begin.bytes == upload.bytes && from <= cut, "{begin:?}");
            far.write(&plot.body[from.min(end)..end], plot.piece).await;
            if end == plot.body.len() {
                let last = far.line().await;
                let code = match &last {
                    Some(ServerMsg::Transferred(_)) => None,
                    Some(ServerMsg::Error(refusal)) => Some(refusal.code),
                    other => panic!("{other:?} at the end"),
                };
                let is_more = plot.body.len() > content.len();
                let is_right = match code {
                    None => plot.is_honest,
                    Some(Code::HashMismatch) => !plot.is_honest,
                    Some(Code::BadRequest) => is_more,
                    Some(_) => false,
                };
                assert!(is_right, "{last:?}");
            }
        }
        match self.transfers.held(uid, sha256) {
            Some(_) => self.fetch(plot, uid, content, sha256).await,
            None => assert!(!plot.is_honest || plot.body.len() > content.len(), "from {from}"),
        }
    }

    async fn fetch(&self, plot: &Plot<'_>, uid: Uid, content: &[u8], sha256: FileHash) {
        let name = FileName::parse("a").unwrap();
        let (bytes, media_type) = (content.len() as u64, MediaType::default());
        let file = Attachment { name, bytes, sha256, media_type, picture: None };
        let token = self.transfers.download(uid, &file).await.unwrap();
        let line = format!(r#"{{"type":"transfer","token":{},"from":{}}}"#, json(&token), plot.cut) + "\n";
        let mut far = self.open(plot, line.as_bytes()).await;
        match far.line().await {
            Some(ServerMsg::Transfer(_)) => assert_eq!(far.rest().await, content[plot.cut..]),
            Some(ServerMsg::Error(refusal)) => {
                assert!(refusal.code == Code::BadRequest && plot.cut > content.len());
            }
            other => panic!("{other:?} in place of the beginning"),
        }
    }

    /// A connection that has said this.
    async fn open(&self, plot: &Plot<'_>, said: &[u8]) -> Far {
        let (pipe, served) = connection::over_pipe(Arc::clone(&self.core.context), plot.buffer);
        tokio::spawn(served);
        let mut far = Far { pipe, read: Vec::new() };
        far.write(said, plot.piece).await;
        far
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// The client's end.
struct Far {
    pipe: Pipe,
    /// What was read and not taken.
    read: Vec<u8>,
}

impl Far {
    /// Writes in pieces; what the server does not take any more is of no interest. Reads meanwhile, or both would wait.
    async fn write(&mut self, bytes: &[u8], piece: usize) {
        for mut piece in bytes.chunks(piece) {
            while !piece.is_empty() {
                match self.pipe.try_write(&[IoSlice::new(piece)]) {
                    Ok(written) => piece = &piece[written..],
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        tokio::select! {
                            ready = self.pipe.writable() => ready.unwrap(),
                            ready = self.pipe.readable() => {
                                ready.unwrap();
                                if !self.fill() {
                                    return;
                                }
                            }
                        }
                    }
                    Err(_) => return,
                }
            }
        }
    }

    /// Reads what is there; false at the end.
    fn fill(&mut self) -> bool {
        let mut some = [0; 256];
        match self.pipe.try_read(&mut some) {
            Ok(0) => false,
            Ok(read) => {
                self.read.extend_from_slice(&some[..read]);
                true
            }
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }

    async fn line(&mut self) -> Option<ServerMsg> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Some(ServerMsg::parse(&line).expect("the server writes its own language"));
            }
            self.pipe.readable().await.unwrap();
            if !self.fill() {
                return None;
            }
        }
    }

    async fn rest(&mut self) -> Vec<u8> {
        loop {
            self.pipe.readable().await.unwrap();
            if !self.fill() {
                return std::mem::take(&mut self.read);
            }
        }
    }
}

/// A store that is never asked, and messages that bring nothing.
#[derive(Debug)]
struct Nothing;

impl Store for Nothing {
    fn commit(&mut self, _: Vec<Write>) -> bool {
        false
    }

    fn ask(&self, _: ConnId, _: Option<RequestId>, _: Query) -> Result<(), Refusal> {
        Ok(())
    }

    fn read(&self, _: Vec<PointRead>) -> bool {
        false
    }
}

impl Referred for Nothing {
    fn all(&mut self) -> anyhow::Result<std::collections::HashSet<FileHash>> {
        Ok(std::collections::HashSet::new())
    }

    fn is_referred(&mut self, _: FileHash) -> anyhow::Result<bool> {
        Ok(true)
    }
}
