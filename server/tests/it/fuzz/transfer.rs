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
use shared::{Attachment, Code, FileHash, FileHasher, FileName, Line, MediaType, Refusal, RequestId};
use shared::{ServerMsg, TransferToken, Uid};

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
    /// Whether bytes are sent before the server has said where to begin.
    is_early: bool,
    /// How much of the body the content is said to have.
    bytes: usize,
    /// Where the connection is cut the first time, and where fetching begins.
    cut: usize,
    /// Stands in place of the token, if it is not empty.
    line: &'a [u8],
    body: &'a [u8],
}

impl<'a> Plot<'a> {
    fn of(input: &'a [u8]) -> Option<Self> {
        let (&[how, piece, bytes, cut, line], rest) = input.split_first_chunk::<5>()?;
        let (line, body) = rest.split_at_checked(usize::from(line))?;
        let within = |place: u8| usize::from(place) % (body.len() + 1);
        Some(Self {
            buffer: BUFFERS[usize::from(how & 3)],
            piece: usize::from(piece).max(1),
            is_honest: how & 4 == 0,
            is_early: how & 8 != 0,
            bytes: within(bytes),
            cut: within(cut),
            line,
            body,
        })
    }
}

/// Checks one input.
pub(super) fn check(input: &[u8]) {
    let Some(plot) = Plot::of(input) else { return };
    SERVER.with(|server| {
        let checked = tokio::time::timeout(LIMIT, server.check(&plot));
        server.runtime.block_on(checked).expect("it takes too long");
    });
}

/// A server that moves files, and nothing else.
struct Server {
    runtime: tokio::runtime::Runtime,
    core: SingleCore<Nothing>,
    transfers: Transfers,
    /// Who sent last: whoever comes next has sent nothing.
    last: std::cell::Cell<u64>,
    _dir: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let server = ServerInfo::new(Line::parse("tea").unwrap(), Line::parse("0").unwrap());
        let rules = Rules::new(server, Limits::default());
        let (_, results) = Results::channels();
        let (transfers, service) =
            Transfers::on_this_runtime(dir.path(), TransferTiming::default(), Box::new(Nothing));
        runtime.spawn(service);
        let plan = Plan::in_memory(rules, Nothing, results, 1_795_253_400_000).unwrap();
        let core = assembly::single(Plan { transfers: transfers.clone(), ..plan });
        Self { runtime, core, transfers, last: std::cell::Cell::new(0), _dir: dir }
    }

    async fn check(&self, plot: &Plot<'_>) {
        self.last.set(self.last.get() + 1);
        let uid = Uid::new(self.last.get()).unwrap();
        let (content, _) = plot.body.split_at(plot.bytes);
        let (mut sha256, _) = FileHasher::of(content);
        if !plot.is_honest {
            sha256.0[0] ^= 1;
        }
        if plot.line.is_empty() {
            self.move_it(plot, uid, content, sha256).await;
        } else {
            let line = [br#"{"type":"transfer","#, plot.line, b"\n", plot.body].concat();
            let (_, said) = self.talk(plot, line, 0).await;
            let said = said.strip_suffix(b"\n").unwrap_or(&said);
            let all = said.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            for msg in all.map(|line| ServerMsg::parse(line).expect("the server writes its own language")) {
                assert!(matches!(msg, ServerMsg::Error(_) | ServerMsg::Goodbye(_) | ServerMsg::Identity(_)), "{msg:?}");
            }
        }
    }

    /// Sends a content in two goes, and fetches it if it was taken.
    async fn move_it(&self, plot: &Plot<'_>, uid: Uid, content: &[u8], sha256: FileHash) {
        let upload = Upload { sha256, bytes: content.len() as u64, proof: None };
        let token = self.transfers.upload(uid, &upload).await.unwrap().expect("it was sent already");
        let cut = plot.cut.min(content.len());
        let (_, first) = self.talk(plot, opened(&token, &plot.body[..cut]), 0).await;
        if cut < content.len() {
            assert!(!has(&first, "transferred"), "too little was taken");
        }
        if has(&first, "transferred") {
            return self.fetch(plot, uid, content, sha256).await;
        }
        let token = match self.transfers.upload(uid, &upload).await.unwrap() {
            Some(token) => token,
            // It was received, and the word of it was cut.
            None => return self.fetch(plot, uid, content, sha256).await,
        };
        let (mut pipe, begin) = self.begin(plot, &opened(&token, b"")).await;
        let Some(ServerMsg::Transfer(begin)) = begin else { panic!("{begin:?} in place of the beginning") };
        let from = usize::try_from(begin.from).unwrap();
        assert!(begin.bytes == content.len() as u64 && from <= cut.max(plot.body.len()));
        write(&mut pipe, &plot.body[from..], plot.piece).await;
        let last = read_all(&mut pipe).await;
        match (plot.is_honest, plot.body.len() == content.len()) {
            (true, true) => assert!(has(&last, "transferred"), "{}", String::from_utf8_lossy(&last)),
            (true, false) => assert!(has(&last, "transferred") || has(&last, "bad_request")),
            (false, true) => assert!(has(&last, "hash_mismatch")),
            (false, false) => assert!(has(&last, "hash_mismatch") || has(&last, "bad_request")),
        }
        if has(&last, "transferred") {
            self.fetch(plot, uid, content, sha256).await;
        }
    }

    async fn fetch(&self, plot: &Plot<'_>, uid: Uid, content: &[u8], sha256: FileHash) {
        assert_eq!(self.transfers.held(uid, sha256), Some(content.len() as u64));
        let name = FileName::parse("a").unwrap();
        let (bytes, media_type) = (content.len() as u64, MediaType::default());
        let file = Attachment { name, bytes, sha256, media_type, picture: None };
        let token = self.transfers.download(uid, &file).await.unwrap();
        let line = format!(r#"{{"type":"transfer","token":{},"from":{}}}"#, quoted(&token), plot.cut) + "\n";
        let (begin, rest) = self.talk(plot, line.into_bytes(), 0).await;
        match begin {
            Some(ServerMsg::Transfer(_)) => assert_eq!(rest, content[plot.cut..]),
            Some(ServerMsg::Error(refusal)) => {
                assert!(refusal.code == Code::BadRequest && plot.cut > content.len());
            }
            other => panic!("{other:?} in place of the beginning"),
        }
    }

    /// Says all of this, and closes; what was said: the first line where it is one of a transfer, and the rest.
    async fn talk(&self, plot: &Plot<'_>, bytes: Vec<u8>, _from: usize) -> (Option<ServerMsg>, Vec<u8>) {
        let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
        if plot.is_early {
            let mut pipe = self.connect(plot);
            write(&mut pipe, &bytes, plot.piece).await;
            pipe.close_half().await;
            return split(read_all(&mut pipe).await);
        }
        let (mut pipe, begin) = self.begin(plot, &bytes[..line]).await;
        if !matches!(begin, Some(ServerMsg::Transfer(_))) {
            let mut rest = pipe.read;
            rest.extend(begin.map(|msg| shared::codec::to_line::<bytes::Bytes>(&msg)).unwrap_or_default());
            return (None, rest);
        }
        write(&mut pipe, &bytes[line..], plot.piece).await;
        pipe.close_half().await;
        (begin, read_all(&mut pipe).await)
    }
}
