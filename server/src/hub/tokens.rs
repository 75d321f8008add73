//! Tokens for transfers: asked of those who move contents, on whose thread it may take a while, and answered when they come. Until
//! then they count as pages that the connection asked for.

use shared::client_msg::Upload;
use shared::server_msg::Answer;
use shared::{Attachment, FileHash, FileProof, RequestId, ServerMsg, Uid};

use super::Hub;
use super::token_answer::TokenAnswer;
use crate::chat::conn_id::ConnId;
use crate::order::Order;
use crate::store::Store;

/// The most proofs of one connection that wait for their requests; of more the oldest is forgotten, and the content is sent again.
const PROOFS: usize = 16;

impl<O: Order, S: Store> Hub<O, S> {
    /// Keeps a proof, which opens a content and so is not part of a proposal, until its request comes through the order.
    pub(super) fn keep_proof(&mut self, conn: ConnId, sha256: FileHash, proof: FileProof) {
        let proofs = self.proofs.entry(conn).or_default();
        if proofs.len() == PROOFS {
            proofs.remove(0);
        }
        proofs.push((sha256, proof));
    }

    fn take_proof(&mut self, conn: ConnId, sha256: FileHash) -> Option<FileProof> {
        let proofs = self.proofs.get_mut(&conn)?;
        let at = proofs.iter().position(|(given, _)| *given == sha256)?;
        let (_, proof) = proofs.swap_remove(at);
        if proofs.is_empty() {
            self.proofs.remove(&conn);
        }
        Some(proof)
    }

    pub(super) fn ask_upload(&mut self, conn: ConnId, id: Option<RequestId>, uid: Uid, upload: &Upload) {
        let Upload { sha256, bytes, .. } = *upload;
        let upload = Upload { sha256, bytes, proof: self.take_proof(conn, sha256) };
        let transfers = self.parts.transfers.clone();
        self.asked.entry(conn).or_default().pages += 1;
        self.tokens.spawn(async move {
            let token = transfers.upload(uid, &upload).await;
            TokenAnswer { conn, id, token }
        });
    }

    /// Asks for one to fetch the file of a message, which the connection may read.
    pub(super) fn ask_download(
        &mut self,
        conn: ConnId,
        id: Option<RequestId>,
        uid: Option<Uid>,
        file: Option<Box<Attachment>>,
    ) {
        // The connection is gone where it has no identity any more.
        let (Some(uid), Some(file)) = (uid, file) else { return self.on_page_sent(conn) };
        let transfers = self.parts.transfers.clone();
        self.tokens.spawn(async move {
            let token = transfers.download(uid, &file).await.map(Some);
            TokenAnswer { conn, id, token }
        });
    }

    /// A connection is closed: without another one, its identity opens no transfer any more.
    pub(super) fn note_last_gone(&self, conn: ConnId) {
        let Some(uid) = self.delivery.socket(conn).and_then(|socket| socket.uid()) else { return };
        // Its loss may not have come through the order yet.
        let others = self
            .parts
            .chat
            .roster()
            .get(uid)
            .is_some_and(|identity| identity.conns().any(|other| other != conn));
        if !others {
            self.parts.transfers.gone(uid);
        }
    }

    pub(super) fn on_token(&mut self, answer: TokenAnswer) {
        let TokenAnswer { conn, id, token } = answer;
        match token {
            Ok(None) if id.is_none() => {}
            Ok(token) => {
                self.tell(conn, &mut ServerMsg::Ok(Box::new(Answer { id, token, ..Answer::default() })));
            }
            Err(refusal) => self.tell(conn, &mut ServerMsg::Error(refusal.to(id))),
        }
        self.on_page_sent(conn);
    }
}
