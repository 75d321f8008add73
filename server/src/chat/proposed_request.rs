//! A request of a connection, or of the server's operator, as it is proposed: without the word of a room, of which only the hash may
//! be in the order.

use serde::{Deserialize, Serialize};

use shared::client_msg::{Direct, Say};
use shared::{Attachment, ClientMsg, Nonce, RequestId, RoomName, SecretHash, Seq};

use super::conn_id::ConnId;
use super::room_settings::hash_word;

/// A request of a connection that was welcomed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedRequest {
    /// The connection.
    pub conn: ConnId,
    /// The client's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The request, without the word of a room.
    pub msg: ClientMsg,
    /// The hash of the word it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<SecretHash>,
    /// The length of the content that its file names, where the requester has sent that and it is on disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
}

impl ProposedRequest {
    /// A request as a connection made it.
    #[must_use]
    pub fn new(conn: ConnId, id: Option<RequestId>, mut msg: ClientMsg) -> Self {
        let word = take_word(&mut msg);
        Self { conn, id, msg, word, held: None }
    }

    /// The file that it brings, if it brings one.
    #[must_use]
    pub fn file(&self) -> Option<&Attachment> {
        if let ClientMsg::Say(Say { file, .. }) | ClientMsg::Direct(Direct { file, .. }) = &self.msg {
            return file.as_deref();
        }
        None
    }

    /// The nonce, if it has one.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other requests have none")]
    pub fn nonce(&self) -> Option<&Nonce> {
        match &self.msg {
            ClientMsg::Say(say) => Some(&say.nonce),
            ClientMsg::Direct(direct) => Some(&direct.nonce),
            ClientMsg::Edit(edit) => Some(&edit.nonce),
            ClientMsg::Delete(delete) => Some(&delete.nonce),
            _ => None,
        }
    }

    /// The message it changes or pins, if there is one.
    #[must_use]
    pub fn of(&self) -> Option<(&RoomName, Seq)> {
        changed_message(&self.msg)
    }
}

/// The message that a request changes or pins, if there is one.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other requests change none")]
pub(super) fn changed_message(msg: &ClientMsg) -> Option<(&RoomName, Seq)> {
    match msg {
        ClientMsg::Edit(edit) => Some((&edit.room, edit.of)),
        ClientMsg::Delete(delete) => Some((&delete.room, delete.of)),
        ClientMsg::React(react) => Some((&react.room, react.of)),
        ClientMsg::SetRoom(set) => set.pin.filter(|pin| *pin != Seq::ZERO).map(|pin| (&set.room, pin)),
        _ => None,
    }
}

/// A request of the server's operator, over a connection that the kernel identified as theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedOperation {
    /// The connection to answer on.
    pub conn: ConnId,
    /// The client's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The request, without the word of a room.
    pub msg: ClientMsg,
    /// The hash of the word it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<SecretHash>,
    /// The Unix user whose process asks.
    pub unix: u32,
}

impl ProposedOperation {
    /// A request as the operator made it.
    #[must_use]
    pub fn new(conn: ConnId, id: Option<RequestId>, mut msg: ClientMsg, unix: u32) -> Self {
        let word = take_word(&mut msg);
        Self { conn, id, msg, word, unix }
    }
}

/// Takes the word of a room out of a request that has one, and hashes it.
fn take_word(msg: &mut ClientMsg) -> Option<SecretHash> {
    let (room, word) = if let ClientMsg::Join(join) = msg {
        (&join.room, join.word.take()?)
    } else if let ClientMsg::SetRoom(set) = msg {
        (&set.room, set.word.take()?)
    } else {
        return None;
    };
    Some(hash_word(room, &word))
}
