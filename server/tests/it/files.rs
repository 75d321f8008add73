//! Files: contents sent and fetched over connections of their own.

mod cuts;
mod hostile;
mod kept;
mod once;
pub(crate) mod who;

use serde_json::{Value, json};
use shared::client_msg::Upload;
use shared::{Attachment, Code, FileHasher, FileName, MediaType, Refusal, ServerMsg, TransferToken, Uid};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use server::transfers::Transfers;

use crate::client::LIMIT;
use crate::client::transport::{Transport, trusting};
use crate::test_server::{Setup, TestServer};

/// Somebody; the server need not know them to move their files.
pub(crate) const ANN: u64 = 17;
pub(crate) const BEN: u64 = 18;

/// A content of so many bytes, no two pieces of which are alike.
pub(crate) fn content(bytes: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ bytes as u64;
    let word = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 24).to_le_bytes()
    };
    let mut made: Vec<u8> = (0..bytes.div_ceil(8)).flat_map(word).collect();
    made.truncate(bytes);
    made
}

pub(crate) fn uid(number: u64) -> Uid {
    Uid::new(number).unwrap()
}

/// What is asked to send a content.
pub(crate) fn upload_of(content: &[u8], with_proof: bool) -> Upload {
    let (sha256, proof) = FileHasher::of(content);
    Upload { sha256, bytes: content.len() as u64, proof: with_proof.then_some(proof) }
}

/// The file of a message that brings a content.
pub(crate) fn attachment(content: &[u8]) -> Attachment {
    let (sha256, _) = FileHasher::of(content);
    Attachment {
        name: FileName::parse("a.bin").unwrap(),
        bytes: content.len() as u64,
        sha256,
        media_type: MediaType::default(),
        picture: None,
    }
}

impl TestServer {
    pub(crate) fn transfers(&self) -> &Transfers {
        self.acceptor.transfers()
    }

    /// Asks to send a content that is not here.
    pub(crate) async fn may_send(&self, who: u64, content: &[u8]) -> TransferToken {
        let asked = self.transfers().upload(uid(who), &upload_of(content, false)).await;
        asked.unwrap().expect("nothing need be sent")
    }

    /// Asks to fetch a content that is here.
    pub(crate) async fn may_fetch(&self, who: u64, content: &[u8]) -> TransferToken {
        self.transfers().download(uid(who), &attachment(content)).await.unwrap()
    }

    /// A new connection for one content.
    pub(crate) async fn mover(&self) -> Mover {
        Mover::over(Transport::Plain(TcpStream::connect(self.address).await.unwrap()))
    }

    /// The same over TLS.
    pub(crate) async fn mover_tls(&self) -> Mover {
        let tcp = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let tls = TlsConnector::from(trusting()).connect(name, tcp).await.unwrap();
        Mover::over(Transport::Tls(Box::new(tls)))
    }

    /// The same over the Unix socket.
    pub(crate) async fn mover_unix(&self) -> Mover {
        let path = self.dir().join("chinwagd.sock");
        Mover::over(Transport::Unix(UnixStream::connect(path).await.unwrap()))
    }

    /// Sends a content, all at once.
    pub(crate) async fn send_file(&self, who: u64, content: &[u8]) {
        let token = self.may_send(who, content).await;
        let mut mover = self.mover().await;
        mover.upload(&token, content).await;
    }

    /// Fetches a content as a whole.
    pub(crate) async fn fetch_file(&self, who: u64, content: &[u8]) -> Vec<u8> {
        let token = self.may_fetch(who, content).await;
        self.mover().await.download(&token, 0).await
    }
}

/// A connection that moves one content.
pub(crate) struct Mover(BufReader<Transport>);

impl Mover {
    pub(crate) fn over(transport: Transport) -> Self {
        Self(BufReader::new(transport))
    }

    /// Writes bytes as they are; what the server does not take any more is of no interest.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        let written = async {
            self.0.get_mut().write_all(bytes).await?;
            self.0.get_mut().flush().await
        };
        timeout(LIMIT, written).await.expect("the server does not read").ok();
    }

    /// Closes the sending half.
    pub(crate) async fn finish(&mut self) {
        self.0.get_mut().shutdown().await.ok();
    }

    pub(crate) async fn open(&mut self, token: &TransferToken, from: u64) {
        let mut line = json!({"type": "transfer", "token": token});
        if from > 0 {
            line["from"] = json!(from);
        }
        self.raw(format!("{line}\n").as_bytes()).await;
    }

    /// The next line; nothing at the end.
    pub(crate) async fn line(&mut self) -> Option<ServerMsg> {
        let mut line = Vec::new();
        let read = timeout(LIMIT, self.0.read_until(b'\n', &mut line)).await.expect("nothing was said");
        match read {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(ServerMsg::parse(&line).unwrap()),
        }
    }

    /// Where the transfer begins, and how long the content is.
    pub(crate) async fn begins(&mut self) -> (u64, u64) {
        match self.line().await {
            Some(ServerMsg::Transfer(begin)) => (begin.from, begin.bytes),
            other => panic!("{other:?} in place of the beginning"),
        }
    }

    /// It is refused, and the connection is over.
    pub(crate) async fn refused(&mut self) -> Refusal {
        let refusal = match self.line().await {
            Some(ServerMsg::Error(refusal)) => refusal,
            other => panic!("{other:?} in place of an error"),
        };
        assert!(self.line().await.is_none(), "something follows {refusal:?}");
        refusal
    }

    /// All of it was received.
    pub(crate) async fn transferred(&mut self) -> u64 {
        match self.line().await {
            Some(ServerMsg::Transferred(done)) => done.bytes,
            other => panic!("{other:?} in place of the end"),
        }
    }

    /// Sends what is missing; returns from where.
    pub(crate) async fn upload(&mut self, token: &TransferToken, content: &[u8]) -> u64 {
        self.open(token, 0).await;
        let (from, bytes) = self.begins().await;
        assert_eq!(bytes, content.len() as u64);
        self.raw(&content[usize::try_from(from).unwrap()..]).await;
        assert_eq!(self.transferred().await, bytes);
        assert!(self.line().await.is_none());
        from
    }

    /// Fetches the rest.
    pub(crate) async fn download(&mut self, token: &TransferToken, from: u64) -> Vec<u8> {
        self.open(token, from).await;
        assert_eq!(self.begins().await.0, from);
        self.rest().await
    }

    /// Everything up to the end.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        timeout(LIMIT, self.0.read_to_end(&mut bytes)).await.expect("no end").ok();
        bytes
    }

    /// So many bytes.
    pub(crate) async fn some(&mut self, bytes: usize) -> Vec<u8> {
        let mut some = vec![0; bytes];
        timeout(LIMIT, self.0.read_exact(&mut some)).await.expect("too few").unwrap();
        some
    }
}

/// The names of the files in a folder of the state directory, of all folders in it.
pub(crate) fn files_in(server: &TestServer, folder: &str) -> Vec<String> {
    fn walk(dir: &std::path::Path, names: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).into_iter().flatten() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), names);
            } else {
                names.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    let mut names = Vec::new();
    walk(&server.dir().join("files").join(folder), &mut names);
    names.sort();
    names
}

#[tokio::test]
async fn a_content_that_was_sent_is_fetched_as_it_was_over_every_transport() {
    let server = TestServer::open();
    for bytes in [0, 1, 6, 4096, 131_072, 131_073, 3_000_000] {
        let content = content(bytes);
        server.send_file(ANN, &content).await;
        assert_eq!(server.transfers().held(uid(ANN), upload_of(&content, false).sha256), Some(bytes as u64));
        assert!(server.transfers().held(uid(BEN), upload_of(&content, false).sha256).is_none());
        for mut mover in [server.mover().await, server.mover_tls().await, server.mover_unix().await] {
            let token = server.may_fetch(BEN, &content).await;
            assert!(mover.download(&token, 0).await == content, "{bytes}");
        }
        for (number, mut mover) in [(1, server.mover_tls().await), (2, server.mover_unix().await)] {
            let other = [&content[..], &[number]].concat();
            let token = server.may_send(ANN, &other).await;
            mover.upload(&token, &other).await;
            assert!(server.fetch_file(BEN, &other).await == other);
        }
    }
    assert!(files_in(&server, "part").is_empty());
}

#[tokio::test]
async fn a_content_is_stored_once_and_named_by_both_its_hashes() {
    let server = TestServer::open();
    let hello = b"hello\n";
    server.send_file(ANN, hello).await;
    server.send_file(BEN, hello).await;
    let (hash, proof) = FileHasher::of(hello);
    assert_eq!(files_in(&server, "content"), [format!("{hash}-{}", String::from(proof))]);
    assert_eq!((server.transfers().stats().contents.get(), server.transfers().stats().bytes.get()), (1, 6));
}

#[tokio::test]
async fn who_has_a_content_need_not_send_it_and_who_only_knows_its_hash_does() {
    let server = TestServer::open();
    let content = content(5000);
    server.send_file(ANN, &content).await;
    let upload = async |who, upload: Upload| server.transfers().upload(uid(who), &upload).await.unwrap();
    assert!(upload(ANN, upload_of(&content, false)).await.is_none(), "it was sent");
    assert!(upload(BEN, upload_of(&content, false)).await.is_some(), "nothing tells that it is here");
    let (_, wrong) = FileHasher::of(b"other");
    let guess = Upload { proof: Some(wrong), ..upload_of(&content, false) };
    assert!(upload(BEN, guess).await.is_some());
    assert!(server.transfers().held(uid(BEN), attachment(&content).sha256).is_none());
    assert!(upload(BEN, upload_of(&content, true)).await.is_none(), "it was proved");
    assert_eq!(server.transfers().held(uid(BEN), attachment(&content).sha256), Some(5000));
    let short = Upload { bytes: 4999, ..upload_of(&content, true) };
    assert!(upload(ANN, short).await.is_some(), "of another length it is another content");
}

#[tokio::test]
async fn two_send_the_same_content_at_once_and_both_have_it() {
    let server = TestServer::open();
    let content = content(300_000);
    let (mut first, mut second) = (server.mover().await, server.mover_tls().await);
    first.open(&server.may_send(ANN, &content).await, 0).await;
    second.open(&server.may_send(BEN, &content).await, 0).await;
    assert_eq!((first.begins().await, second.begins().await), ((0, 300_000), (0, 300_000)));
    first.raw(&content[..100_000]).await;
    second.raw(&content).await;
    assert_eq!(second.transferred().await, 300_000);
    first.raw(&content[100_000..]).await;
    assert_eq!(first.transferred().await, 300_000);
    for who in [ANN, BEN] {
        assert_eq!(server.transfers().held(uid(who), attachment(&content).sha256), Some(300_000));
    }
    assert_eq!((files_in(&server, "content").len(), files_in(&server, "part").len()), (1, 0));
}

#[tokio::test]
async fn contents_are_found_after_a_restart() {
    let server = TestServer::open();
    let content = content(100_000);
    server.send_file(ANN, &content).await;
    let server = server.again().await;
    assert!(server.transfers().held(uid(ANN), attachment(&content).sha256).is_none());
    let proved = server.transfers().upload(uid(ANN), &upload_of(&content, true)).await;
    assert_eq!(proved, Ok(None), "nothing is sent twice");
    assert!(server.fetch_file(ANN, &content).await == content);
}

#[tokio::test]
async fn a_content_that_was_removed_from_disk_is_said_to_be_gone_and_can_be_sent_again() {
    let server = TestServer::open();
    let content = content(5000);
    server.send_file(ANN, &content).await;
    std::fs::remove_dir_all(server.dir().join("files/content")).unwrap();
    std::fs::create_dir(server.dir().join("files/content")).unwrap();
    let mut mover = server.mover().await;
    mover.open(&server.may_fetch(ANN, &content).await, 0).await;
    assert_eq!(mover.refused().await.code, Code::NoSuchFile);
    let again = server.transfers().download(uid(ANN), &attachment(&content)).await;
    assert_eq!(again.unwrap_err().code, Code::NoSuchFile);
    server.send_file(ANN, &content).await;
    assert!(server.fetch_file(ANN, &content).await == content);
}

#[tokio::test]
async fn a_transfer_after_a_hello_is_a_mistake() {
    let server = TestServer::open();
    let token = server.may_send(ANN, b"hello\n").await;
    let mut ann = server.guest("ann").await;
    assert_eq!(ann.refused(json!({"type": "transfer", "token": token})).await, Code::BadRequest);
}

/// A server whose limits are these.
pub(crate) fn limited(change: impl FnOnce(&mut server::transfers::limits::TransferLimits)) -> TestServer {
    let server = Setup::new(&[]).open();
    let mut limits = server::transfers::limits::TransferLimits::default();
    change(&mut limits);
    server.transfers().set_limits(limits);
    server
}

/// A line of JSON.
pub(crate) fn line(value: &Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}
