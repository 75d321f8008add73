//! Before the greeting: finding out which server this is, where it matters, so that a secret goes to the server it is from
//! and to no other. The keys that a server is verified by, and the next one that it announces in its welcome, are in
//! `pinned_key.rs` and `known_hosts.rs`; the keys by which a profile belongs to it, in the profile (`Session::note_keys`).

use std::time::Duration;

use shared::client_msg::Empty;
use shared::codec::{Frame, LineCodec, to_line};
use shared::{ClientMsg, Code, Request, ServerId, ServerMsg};
use tokio::io::{AsyncReadExt as _, ReadHalf, WriteHalf};
use tokio::time::timeout;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::Decoder as _;

use super::stream::{self, Stream, write_and_flush};
use crate::event::{FromLink, Lost};
use crate::met::{Met, Recognised};
use crate::profile_store::SharedStore;

/// A server may take this long to say which it is; after that it is greeted as one that does not say.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The reading half of a stream, with what was read and not decoded yet.
pub(super) struct Incoming {
    pub(super) half: ReadHalf<Box<dyn Stream>>,
    pub(super) buffer: BytesMut,
    pub(super) codec: LineCodec,
}

/// Finds out which server this is, and puts the right secret into the greeting. Gives back what the app is to be told
/// first.
pub(super) async fn introduce(
    incoming: &mut Incoming,
    outgoing: &mut WriteHalf<Box<dyn Stream>>,
    mut met: Met,
    store: &SharedStore,
    limit: Option<Duration>,
    hello: &mut Request,
) -> Result<Vec<FromLink>, Lost> {
    let mut first = Vec::new();
    // Whoever is linked greets as nobody known here.
    if matches!(&hello.msg, ClientMsg::Hello(hello) if hello.link.is_some()) {
        return Ok(first);
    }
    let wants_id = store.wants_id(met.clone()).await;
    // Where there is another address the answer is wanted all the same: a node that stands still is known by giving none.
    if wants_id || limit.is_some() {
        let question = to_line(&Request::unnamed(ClientMsg::Identify(Empty {})));
        write_and_flush(outgoing, &question).await.map_err(|error| stream::lost(&error))?;
        match timeout(limit.unwrap_or(ANSWER_TIMEOUT), read_id(incoming, &mut first)).await {
            Ok(answer) => met.id = answer?.filter(|_| wants_id),
            // There is another address to go to.
            Err(_) if limit.is_some() => return Err(Lost::Silent),
            // It is like a server that does not know the question.
            Err(_) => {}
        }
    }
    if store.is_another(met.clone()).await {
        return Err(Lost::AnotherServer);
    }
    if let Some(recognised) = store.recognise(met).await {
        address_to(hello, &recognised);
        first.insert(0, FromLink::Recognised(recognised));
    }
    Ok(first)
}

/// Greets as who we are at the server that was recognised. A server that was never met is asked for the name we had.
fn address_to(hello: &mut Request, recognised: &Recognised) {
    if let ClientMsg::Hello(hello) = &mut hello.msg {
        let profile = &recognised.profile;
        hello.secret.clone_from(&profile.secret);
        hello.resume.clear();
        if !recognised.is_known && hello.name.is_none() {
            hello.name.clone_from(&profile.name);
        }
    }
}

/// Reads which server it says it is. What else it says meanwhile is for the app.
async fn read_id(incoming: &mut Incoming, others: &mut Vec<FromLink>) -> Result<Option<ServerId>, Lost> {
    loop {
        while let Ok(Some(frame)) = incoming.codec.decode(&mut incoming.buffer) {
            let Frame::Line(line) = frame else { return Err(Lost::NotUnderstood) };
            match ServerMsg::parse(&line) {
                Ok(ServerMsg::Identity(identity)) => return Ok(Some(identity.server)),
                Ok(ServerMsg::Error(refusal))
                    if matches!(refusal.code, Code::UnknownType | Code::BadRequest) =>
                {
                    return Ok(None);
                }
                Ok(msg) => {
                    let is_end = matches!(msg, ServerMsg::Error(_) | ServerMsg::Goodbye(_));
                    others.push(FromLink::Said(msg));
                    if is_end {
                        return Ok(None);
                    }
                }
                Err(_) => return Ok(None),
            }
        }
        match incoming.half.read_buf(&mut incoming.buffer).await {
            Ok(0) => return Err(Lost::Closed),
            Ok(_) => {}
            Err(error) => return Err(stream::lost(&error)),
        }
    }
}
