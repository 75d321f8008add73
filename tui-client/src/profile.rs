//! The profile: what the client remembers about one identity at one server from one start to the next (secret, name,
//! read positions, drafts, messages that are not acknowledged yet).
//!
//! Plain data below the app, which fills it in, and below [`crate::profile_store`], which keeps it on disk.

mod attention;
mod ignored;
mod path;
pub mod sent_lines;
mod unsent;
mod unsent_file;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::{Fingerprint, Name, RoomName, Secret, Seq, ServerId, Uid};

use crate::address::Address;

pub use self::attention::{Attention, NotifyOn};
pub use self::ignored::Ignored;
pub use self::sent_lines::SentLine;
pub use self::unsent::{Act, Unsent};
pub use self::unsent_file::{FileContent, FileSource, SavePlace, Stamp, Unsaved};

/// One identity at one server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// What brings the identity back.
    pub secret: Option<Secret>,
    /// What it is called.
    pub name: Option<Name>,
    /// Its number.
    pub uid: Option<Uid>,
    /// Which server this is about, if it has said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerId>,
    /// The keys that server has over TLS, as it said or showed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub keys: BTreeSet<Fingerprint>,
    /// Where that server is, too: the nodes of its cluster, as far as it told them to somebody who may believe it. Each is an
    /// address, and its key after a space where that was told: it is kept here and not with the known hosts, for what a server says
    /// of others counts for itself alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<String>,
    /// Whether that server lets several connections be one person, as it said last.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
    /// Whether it was made for a name while there were others: then a program is the same person only if it asks for that
    /// name, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
    /// How far each room was read.
    pub read: BTreeMap<RoomName, Seq>,
    /// The rooms in the order they were listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<RoomName>,
    /// What was being written in each room.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub drafts: BTreeMap<RoomName, String>,
    /// The lines sent before in each room, oldest first.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sent: BTreeMap<RoomName, Vec<String>>,
    /// The messages that each of these lines became.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sent_as: BTreeMap<RoomName, Vec<Vec<Seq>>>,
    /// What the person wants to be told of.
    #[serde(skip_serializing_if = "Attention::is_default")]
    pub attention: Attention,
    /// The people whom the person ignores.
    #[serde(skip_serializing_if = "Ignored::is_empty")]
    pub ignored: Ignored,
    /// What was not known to be stored when this was written, in order: messages, and other texts for them.
    pub outbox: Vec<Unsent>,
    /// The same of deletions and reactions. An older client would take them for messages, so they stand apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Unsent>,
    /// The same of messages that bring a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Unsent>,
    /// The files that are being saved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub saves: Vec<Unsaved>,
    /// How often something in it was deleted that must not stay in the file before it either. It counts in this run alone.
    #[serde(skip)]
    pub purges: u64,
}

impl Profile {
    /// The addresses of the server's nodes.
    pub fn node_addresses(&self) -> impl Iterator<Item = Address> {
        self.nodes.iter().filter_map(|node| node.split(' ').next()?.parse().ok())
    }

    /// The keys of those of which they are known.
    pub fn node_keys(&self) -> impl Iterator<Item = (Address, Fingerprint)> {
        self.nodes.iter().filter_map(|node| {
            let (address, key) = node.split_once(' ')?;
            Some((address.parse().ok()?, key.parse().ok()?))
        })
    }

    /// Whether nothing of a person is in it yet, as after a start that no server let in.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        let Self { secret, name, drafts, outbox, files, .. } = self;
        secret.is_none() && name.is_none() && drafts.is_empty() && outbox.is_empty() && files.is_empty()
    }

    /// Whether whoever it is has never typed or set anything that is kept: a server forgets such people, too.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        let Self { drafts, sent, attention, ignored, outbox, changes, files, saves, .. } = self;
        let has_written = !(drafts.is_empty() && sent.is_empty());
        let waits = !(outbox.is_empty() && changes.is_empty() && files.is_empty() && saves.is_empty());
        !has_written && !waits && Attention::is_default(attention) && ignored.is_empty()
    }

    /// Forgets files on their way. Somebody who is elsewhere has none, whatever stands in a profile: it would name files of the machine.
    pub fn forget_files(&mut self) {
        self.outbox.retain(|unsent| unsent.act.file().is_none());
        self.files.clear();
        self.saves.clear();
    }

    /// Takes all that was not known to be stored.
    pub fn take_unsent(&mut self) -> Vec<Unsent> {
        let mut unsent = std::mem::take(&mut self.outbox);
        unsent.append(&mut self.files);
        unsent.append(&mut self.changes);
        unsent
    }

    /// Keeps what is not known to be stored.
    pub fn keep_unsent(&mut self, unsent: Vec<Unsent>) {
        let files: Vec<Unsent>;
        (self.changes, self.outbox) = unsent.into_iter().partition(|unsent| unsent.act.is_wordless());
        (files, self.outbox) =
            std::mem::take(&mut self.outbox).into_iter().partition(|unsent| unsent.act.file().is_some());
        self.files = files;
    }
}

impl Profile {
    /// Takes the lines sent in a room, oldest first.
    pub fn take_sent(&mut self, room: &RoomName) -> Vec<SentLine> {
        let texts = self.sent.remove(room).unwrap_or_default();
        let mut of = self.sent_as.remove(room).unwrap_or_default();
        of.resize(texts.len(), Vec::new());
        texts.into_iter().zip(of).map(|(text, of)| SentLine { text, of }).collect()
    }

    /// Keeps the lines sent in a room, in place of those before.
    pub fn put_sent(&mut self, room: RoomName, lines: Vec<SentLine>) {
        let (texts, of): (Vec<_>, Vec<_>) = lines.into_iter().map(|line| (line.text, line.of)).unzip();
        if of.iter().any(|of| !of.is_empty()) {
            self.sent_as.insert(room.clone(), of);
        } else {
            self.sent_as.remove(&room);
        }
        if texts.is_empty() {
            self.sent.remove(&room);
        } else {
            self.sent.insert(room, texts);
        }
    }
}
