//! The effects of one proposal while its batch is not committed. Nothing of them is sent before; when the commit fails,
//! whoever asked gets a refusal instead.

use shared::{Code, Event, Kind, Refusal, RequestId, ServerMsg};

use crate::chat::audit::Audit;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Effect;
use crate::encoded::Encoded;
use crate::store::write::{Stored, Write};

/// One proposal's effects, in order.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) outputs: Vec<Output>,
    /// The request to refuse if the commit fails.
    pub(super) reply_to: Option<(ConnId, Option<RequestId>)>,
    /// Whether it came over this server; elsewhere it is another node of the cluster that counts it and logs it.
    pub(super) is_own: bool,
}

/// Something to release after the commit.
#[derive(Debug)]
pub(super) enum Output {
    /// An event, and its wire form, encoded once.
    Event(Event, Encoded),
    /// Anything else.
    Effect(Effect),
}

impl Pending {
    /// Splits the effects of one proposal by the request they answer: usually one; several where a nonce lookup let
    /// deferred requests continue.
    pub(super) fn split(effects: Vec<Effect>, reply_to: Option<(ConnId, Option<RequestId>)>) -> Vec<Self> {
        // Nearly always it is one, with all of them.
        let outputs = Vec::with_capacity(effects.len());
        let mut all = vec![Self { outputs, reply_to, is_own: true }];
        for effect in effects {
            if let Effect::Begin { conn, id } = effect {
                all.push(Self { outputs: Vec::new(), reply_to: Some((conn, id)), is_own: true });
                continue;
            }
            let output = if let Effect::Publish(event) = effect {
                let encoded = Encoded::new(&event);
                Output::Event(event, encoded)
            } else {
                Output::Effect(effect)
            };
            if let Some(last) = all.last_mut() {
                last.outputs.push(output);
            }
        }
        all.retain(|pending| !pending.outputs.is_empty());
        all
    }

    /// Its weight as an estimate of memory: one, plus one for every member it lists.
    pub(super) fn weight(&self) -> usize {
        let listed = self.outputs.iter().map(|output| match output {
            Output::Effect(Effect::Welcome { welcome, .. }) => {
                welcome.rooms.iter().map(|room| room.members.len()).sum()
            }
            Output::Effect(Effect::Tell { msg, .. }) => listed(msg),
            Output::Effect(_) | Output::Event(..) => 0,
        });
        1 + listed.sum::<usize>()
    }

    /// Whether the store must write something of it.
    pub(super) fn is_written(&self) -> bool {
        self.writes().next().is_some()
    }

    /// Whether it only asks the store something, so that a failed commit before it changes nothing about it.
    pub(super) fn only_asks(&self) -> bool {
        let asks = |output: &Output| {
            matches!(output, Output::Effect(Effect::LookUpNonce { .. } | Effect::LookUpMessage { .. }))
        };
        self.outputs.iter().all(asks)
    }

    /// What the store must write of it.
    pub(super) fn writes(&self) -> impl Iterator<Item = Write> {
        self.outputs.iter().filter_map(|output| match output {
            Output::Event(event, encoded) => Some(Write::Event(Stored {
                room: event.room.clone(),
                at: event.at,
                uid: event.from.uid,
                nonce: event.nonce.clone(),
                file: event.file.as_ref().map(|file| (file.sha256, file.bytes)),
                encoded: Encoded::stored(event).unwrap_or_else(|| encoded.clone()),
            })),
            Output::Effect(Effect::Save(record)) => Some(Write::Record(record.clone())),
            Output::Effect(_) => None,
        })
    }

    /// Releases a refusal instead of what was not committed.
    pub(super) fn refuse(self, mut release: impl FnMut(Effect)) {
        let refusal =
            Refusal::new(Code::Storage, "the server could not store this; it was not carried out, try again");
        let greeted =
            self.outputs.iter().any(|output| matches!(output, Output::Effect(Effect::Welcome { .. })));
        let Some((conn, id)) = self.reply_to else {
            // Nobody asked (a lost connection, a tick). Presence and closes are released although nothing was committed:
            // the connection is closed already, and the member lists must agree. The store gets the state with a later
            // commit.
            return self.outputs.into_iter().for_each(|output| release_unstored(output, &mut release));
        };
        if greeted {
            release(Effect::Reject { conn, refusal: refusal.to(id), goodbye: None });
        } else {
            release(Effect::Tell { conn, msg: Box::new(ServerMsg::Error(refusal.to(id))) });
        }
        for output in self.outputs {
            match output {
                // Somebody else was to be removed: a kick, a ban, another connection of the same identity. The chat has let
                // go of that connection, so it is closed all the same, but as one that may come back at once.
                Output::Effect(Effect::Close { conn: other, .. }) if other != conn => {
                    let undone =
                        "the server could not store what it was about to do to you; you may come back";
                    let refusal = Refusal::new(Code::Storage, undone);
                    release(Effect::Reject { conn: other, refusal, goodbye: None });
                }
                Output::Effect(effect @ (Effect::Close { .. } | Effect::Stop { .. })) => release(effect),
                Output::Effect(_) | Output::Event(..) => {}
            }
        }
    }
}

fn listed(msg: &ServerMsg) -> usize {
    let ServerMsg::Ok(answer) = msg else { return 0 };
    let members = answer.state.as_ref().map_or(0, |room| room.members.len());
    let bans = answer.bans.as_ref().map_or(0, Vec::len);
    let rooms = answer.rooms.as_ref().map_or(0, Vec::len);
    members + bans + rooms + answer.users.as_ref().map_or(0, Vec::len)
}

fn release_unstored(output: Output, release: &mut impl FnMut(Effect)) {
    if let Output::Effect(effect) = output {
        release(effect);
    }
}

/// The key of a banned address in the detail of an audit entry. Logged in a field of its own, which `--log-addresses`
/// hides.
const BANNED: &str = "address=";

/// Logs an audit entry.
pub(super) fn log_audit(audit: &Audit) {
    let Audit { by, origin, action, target, reason, detail, .. } = audit;
    let target = target.as_ref();
    let (banned, detail): (Vec<_>, Vec<_>) = detail.split(' ').partition(|word| word.starts_with(BANNED));
    tracing::info!(
        act = action.as_str(),
        by = by.uid.get(),
        by_name = %by.name,
        target = target.map(|target| target.uid.get()),
        target_name = target.map(|target| target.name.as_str()),
        reason = reason.as_str(),
        detail = detail.join(" "),
        banned = banned.first().map(|word| word.trim_start_matches(BANNED)),
        from = %origin,
        "audit"
    );
}

/// Logs a message (`--log-chat`).
pub(super) fn log_chat(event: &Event) {
    let (room, name) = (&event.room, &event.from.name);
    let file = event.file.as_ref().map(|file| file.name.as_str());
    let bytes = event.file.as_ref().map(|file| file.bytes);
    match &event.kind {
        Kind::Message(text) => tracing::info!(%room, %name, text = text.as_str(), file, bytes, "said"),
        Kind::Action(text) => tracing::info!(%room, %name, text = text.as_str(), file, bytes, "did"),
        Kind::Announce(said) => tracing::info!(%name, text = said.text.as_str(), "announced"),
        Kind::Join
        | Kind::Leave(_)
        | Kind::Rename(_)
        | Kind::Topic(_)
        | Kind::Kick(_)
        | Kind::Ban(_)
        | Kind::Mute(_)
        | Kind::Role(..)
        | Kind::Edit(_)
        | Kind::Delete(_)
        | Kind::Deleted(_)
        | Kind::React(_)
        | Kind::SetRoom(_)
        | Kind::Unknown => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::audit::{AuditAction, AuditOrigin};
    use crate::log::tests::logged;

    #[test]
    fn an_audit_entry_is_logged_with_its_addresses_or_without_them() {
        let operator = shared::Sender::operator;
        let act = Audit {
            at: 0,
            by: operator(),
            origin: AuditOrigin::Net("192.0.2.1".parse().unwrap()),
            action: AuditAction::Ban,
            target: Some(operator()),
            reason: shared::Line::parse("no \"fun\"").unwrap(),
            detail: "until=5 address=192.0.2.2".to_owned(),
        };
        let said = "audit act=ban by=0 by_name=operator target=0 target_name=operator reason=\"no \\\"fun\\\"\" detail=\"until=5\"";
        let want = format!("{said} banned=192.0.2.2 from=192.0.2.1\n");
        assert_eq!(logged(&[], || log_audit(&act)).split_once("INFO ").unwrap().1, want);
        let kept = logged(&["--log-addresses=false"], || log_audit(&act));
        assert_eq!(kept.split_once("INFO ").unwrap().1, format!("{said}\n"));
    }

    #[test]
    fn a_file_is_logged_by_its_name_and_length() {
        let event = r#"{"room":"lobby","seq":2,"prev":1,"at":5,"from":{"uid":1,"name":"calm-otter","style":{"color":6}},"kind":"message","text":"the cat""#;
        let file = format!(r#","file":{{"name":"고양이.png","bytes":7,"sha256":"{}"}}"#, "a7".repeat(32));
        let line = |rest: &str| {
            let event: Event = serde_json::from_str(&format!("{event}{rest}}}")).unwrap();
            logged(&["--log-chat"], || log_chat(&event)).split_once("INFO ").unwrap().1.to_owned()
        };
        let said = "said room=lobby name=calm-otter text=\"the cat\"";
        assert_eq!(line(""), format!("{said}\n"));
        assert_eq!(line(&file), format!("{said} file=고양이.png bytes=7\n"));
    }
}
