//! The operator's connection (`chinwagd ctl`): its requests, carried out in order and not rate limited. That it is the
//! operator was decided by the listener from the kernel's peer credentials.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::oneshot;
use tokio::time::Instant;

use shared::codec::{Frame, to_line};
use shared::{ClientMsg, Code, Millis, Refusal, ServerMsg};

use super::context::Context;
use super::end::EndReason;
use super::greet;
use super::line_reader::LineReader;
use super::propose::propose;
use crate::admin::reload::{ReloadAnswer, ReloadReport};
use crate::admin::request::{NewSecret, OperatorCommand, OperatorRequest, RemoveNode};
use crate::admin::status::{FileReport, Holdings, KeptRoom, ProbeReport};
use crate::chat::conn_id::ConnId;
use crate::chat::node_proposal::ProposedRemoval;
use crate::chat::proposal::{Proposal, ProposedSecret};
use crate::chat::proposed_request::ProposedOperation;
use crate::hub_msg::HubMsg;
use crate::store::files::DiskUse;
use crate::store::search_index::status::IndexStatus;
use crate::tls::Tls;

/// How long a probe waits for the store.
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection of the operator.
#[derive(Clone, Copy, Debug)]
pub(super) struct OperatorSession {
    /// The connection.
    pub(super) conn: ConnId,
    /// The Unix user at its other end.
    pub(super) uid: u32,
}

impl OperatorSession {
    /// Takes all lines that are there.
    pub(super) async fn take(self, reader: &mut LineReader, context: &Context) -> Result<(), EndReason> {
        while let Some(frame) = reader.next_line().map_err(EndReason::Failed)? {
            match frame {
                Frame::Line(line) => match OperatorRequest::parse(&line) {
                    Ok(request) => self.carry_out(request, context).await?,
                    Err(refusal) => self.refuse(refusal, context).await?,
                },
                Frame::TooLong => return Err(EndReason::fatal(greet::too_long(shared::limits::LINE_BYTES))),
                Frame::BadUtf8 => return Err(EndReason::fatal(greet::bad_utf8())),
            }
        }
        Ok(())
    }

    async fn carry_out(self, request: OperatorRequest, context: &Context) -> Result<(), EndReason> {
        let OperatorRequest { id, command } = request;
        match command {
            OperatorCommand::Wire(
                ClientMsg::Hello(_) | ClientMsg::Auth(_) | ClientMsg::Upload(_) | ClientMsg::Transfer(_),
            ) => {
                // They carry secrets, which must not be part of a proposal; the operator needs neither.
                let nobody =
                    "the operator is nobody in the chat; say hello on a connection of its own to take part";
                self.refuse(Refusal::new(Code::BadRequest, nobody).to(id), context).await
            }
            OperatorCommand::Wire(msg) => {
                let operated = ProposedOperation::new(self.conn, id, msg, self.uid);
                let proposal = Proposal::Operate(Box::new(operated));
                propose(proposal, context).await
            }
            OperatorCommand::NewSecret(NewSecret { uid, hash, reset }) => {
                let proposed = ProposedSecret { conn: self.conn, id, unix: self.uid, uid, hash, reset };
                let proposal = Proposal::NewSecret(Box::new(proposed));
                propose(proposal, context).await
            }
            OperatorCommand::RemoveNode(RemoveNode { node, force }) => {
                let proposed = ProposedRemoval { conn: self.conn, id, unix: self.uid, node, force };
                let proposal = Proposal::RemoveNode(Box::new(proposed));
                propose(proposal, context).await
            }
            OperatorCommand::Status => {
                let asked = HubMsg::Status(self.conn, id, Box::new(probe(context).await));
                context.tell_hub(asked).await.map_err(|_| EndReason::ServerEnds)
            }
            OperatorCommand::Reload => match reload(context).await {
                Ok(reload) => self.answer(&ReloadAnswer { id, reload }, context).await,
                Err(refusal) => self.refuse(refusal.to(id), context).await,
            },
        }
    }

    async fn refuse(self, refusal: Refusal, context: &Context) -> Result<(), EndReason> {
        self.answer(&ServerMsg::Error(refusal), context).await
    }

    async fn answer(self, answer: &impl Serialize, context: &Context) -> Result<(), EndReason> {
        let answer = HubMsg::Answer(self.conn, to_line(answer));
        context.tell_hub(answer).await.map_err(|_| EndReason::ServerEnds)
    }
}

/// Reloads the configuration. The refusal says what is wrong; nothing has changed then.
async fn reload(context: &Context) -> Result<ReloadReport, Refusal> {
    let Some(reload) = context.reload.get() else {
        let why = "this server has no configuration of its own to read again; it runs inside another program";
        return Err(Refusal::new(Code::BadRequest, why));
    };
    reload.request().await.map_err(|error| {
        Refusal::new(Code::BadRequest, format!("nothing has changed; mend this and reload again: {error}"))
    })
}

/// The settings in force and measurements of the store, each with a timeout.
async fn probe(context: &Context) -> ProbeReport {
    let mut terms = context.admission.terms.clone();
    let (keep, next) = (terms.get().settings.keep(), terms.get().files.next_key.clone());
    let files = FileReport::of(context.transfers.stats(), terms.get().settings.file_limits);
    let index = Arc::clone(&context.index);
    let measured = measure(context.state_dir.clone(), context.tls.clone(), index, context.clock.now());
    let (tried, store, measured) =
        tokio::join!(try_store(context), count_holdings(context.state_dir.clone()), measured);
    let (commit_us, commit_error) = match tried {
        Ok(us) => (Some(us), None),
        Err(why) => (None, Some(why)),
    };
    let tls_next = next.map(|next| next.to_string());
    let keep_rooms = keep.rooms.rooms().map(|room| {
        let (days, events) = keep.of(room);
        KeptRoom { room: room.clone(), days, events }
    });
    ProbeReport {
        keep_rooms: keep_rooms.collect(),
        keep_days: keep.days,
        keep_events: keep.per_room,
        commit_us,
        commit_error,
        store,
        files: Some(files),
        doors: context.doors.reports(),
        tls_next,
        ..measured
    }
}

/// Looks at the disk and the certificate's file, on a blocking thread: a disk that hangs must not hold the runtime up.
async fn measure(dir: PathBuf, tls: Option<Arc<Tls>>, index: Arc<IndexStatus>, now: Millis) -> ProbeReport {
    let measuring = tokio::task::spawn_blocking(move || {
        let disk = DiskUse::of(&dir);
        let certificate = tls.as_ref().map(|tls| tls.certificate());
        let warning = certificate.as_ref().and_then(|certificate| certificate.warning(now));
        let expired = certificate.as_ref().is_some_and(|certificate| certificate.is_expired(now));
        let (expired, soon) = if expired { (warning, None) } else { (None, warning) };
        ProbeReport {
            tls: certificate.as_ref().map(|certificate| certificate.key.to_string()),
            tls_expires: certificate.and_then(|certificate| certificate.expires),
            free_bytes: disk.free,
            problems: disk.troubles().chain(expired).collect(),
            warnings: [soon, tls.and_then(|tls| tls.on_disk().warning()), index.warning()]
                .into_iter()
                .flatten()
                .collect(),
            index: Some(index.report(&dir)),
            ..ProbeReport::default()
        }
    });
    if let Ok(Ok(report)) = tokio::time::timeout(STORE_TIMEOUT, measuring).await {
        return report;
    }
    let silent = "the disk of the state directory does not answer".to_owned();
    ProbeReport { problems: vec![silent], ..ProbeReport::default() }
}

/// Measures a commit of the store in microseconds, or says why it failed.
async fn try_store(context: &Context) -> Result<u64, String> {
    let before = Instant::now();
    let (reply, answer) = oneshot::channel();
    context.tell_hub(HubMsg::ProbeWrite(reply)).await.map_err(|_| "the server is stopping".to_owned())?;
    match tokio::time::timeout(STORE_TIMEOUT, answer).await {
        Ok(Ok(Ok(()))) => Ok(u64::try_from(before.elapsed().as_micros()).unwrap_or(u64::MAX)),
        Ok(Ok(Err(why))) => Err(why),
        Ok(Err(_)) => Err("the server is stopping".to_owned()),
        Err(_) => Err(format!("it did not answer in {} s", STORE_TIMEOUT.as_secs())),
    }
}

/// Counts what the store holds, on a blocking thread; none if that fails or takes too long.
async fn count_holdings(dir: PathBuf) -> Option<Holdings> {
    let counting = tokio::task::spawn_blocking(move || Holdings::count(&dir));
    match tokio::time::timeout(STORE_TIMEOUT, counting).await {
        Ok(Ok(Ok(holdings))) => Some(holdings),
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "could not count what the store holds");
            None
        }
        Ok(Err(_)) | Err(_) => None,
    }
}
