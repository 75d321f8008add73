//! What servers that give each other files say, and by which subjects.

use std::fs::File;
use std::sync::Arc;

use async_nats::Client;
use serde::{Deserialize, Serialize};

use super::super::options::Options;
use crate::chat::node_identity::NodeIdentity;

/// The bytes of a piece.
pub(super) const PIECE: usize = 256 * 1024;

/// The header of an answer that is no piece: why not.
pub(super) const ERROR: &str = "Chinwag-Error";

/// What a server gives to others.
pub trait Source: Send + Sync + 'static {
    /// Whether it has something by this key. Quick: it is asked whenever anybody wants anything.
    fn has(&self, key: &str) -> bool;

    /// Opens it; it must not change any more. May take a while: runs in a thread of its own.
    ///
    /// # Errors
    /// When it cannot be had; another server is asked then.
    fn open(&self, key: &str) -> std::io::Result<Arc<File>>;

    /// Its SHA-256, in hexadecimal digits, where that is known: otherwise the file is read through when it is opened. Whoever fetches
    /// it finds out if it is wrong.
    fn sha256(&self, _key: &str) -> Option<String> {
        None
    }
}

/// The other servers of a cluster.
#[derive(Clone, Debug)]
pub struct Peers {
    pub(super) client: Client,
    /// The name of the cluster.
    cluster: String,
    /// What this server is called among them.
    pub(super) own: String,
    /// Which one it is, also after its next start.
    identity: Option<NodeIdentity>,
}

/// The subjects for one kind of things.
#[derive(Clone, Debug)]
pub(super) struct Subjects {
    prefix: String,
}

/// To all: who has this?
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ask {
    pub(super) key: String,
    /// Who asks; it does not answer itself.
    pub(super) from: String,
}

/// I have.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Have {
    pub(super) peer: String,
}

/// To one: open this.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) key: String,
    /// Who fetches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<Fetcher>,
}

/// A start of a server that fetches something: what an earlier start of the same one fetched, nobody reads any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fetcher {
    pub(super) identity: NodeIdentity,
    /// What it is called among the others.
    pub(super) own: String,
}

/// It is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opened {
    /// The number to read it by.
    pub(super) of: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// To the same: a piece from this place on. The answer is the piece.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Read {
    pub(super) of: u64,
    pub(super) offset: u64,
}

/// To the same: it is not read any more. No answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Close {
    pub(super) of: u64,
}

impl Peers {
    pub(in super::super) fn new(client: Client, options: &Options) -> Self {
        // The library's names for inboxes are random; only the last part is.
        let own = client.new_inbox().rsplit('.').next().unwrap_or_default().to_owned();
        Self { client, cluster: options.name.clone(), own, identity: options.identity }
    }

    /// This server, as it fetches something.
    pub(super) fn fetcher(&self) -> Option<Fetcher> {
        self.identity.map(|identity| Fetcher { identity, own: self.own.clone() })
    }

    pub(super) fn subjects(&self, what: &str) -> Subjects {
        Subjects { prefix: format!("chinwag.{}.{what}", self.cluster) }
    }
}

impl Subjects {
    pub(super) fn ask(&self) -> String {
        self.prefix.clone()
    }

    pub(super) fn open(&self, peer: &str) -> String {
        format!("{}.{peer}.open", self.prefix)
    }

    pub(super) fn read(&self, peer: &str) -> String {
        format!("{}.{peer}.read", self.prefix)
    }

    pub(super) fn close(&self, peer: &str) -> String {
        format!("{}.{peer}.close", self.prefix)
    }

    pub(super) fn all_of(&self, peer: &str) -> String {
        format!("{}.{peer}.*", self.prefix)
    }
}

pub(super) fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // A string takes everything.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
