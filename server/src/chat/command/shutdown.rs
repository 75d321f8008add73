//! `shutdown`: an admin stops the server, at once or after a countdown that everyone sees, or cancels a countdown. The
//! end itself is caused by a tick when the countdown is over.

use shared::client_msg::Shutdown;
use shared::event::{Announcement, Countdown};
use shared::{Code, Kind, Millis, Refusal, Role, RoomName, Text};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::audit::AuditAction;
use crate::chat::{Chat, Stopping};

/// The longest countdown, in seconds: a day.
const LONGEST_S: u64 = 24 * 60 * 60;

impl Chat {
    pub(super) fn shutdown(
        &mut self,
        now: Millis,
        requester: &Requester,
        shutdown: Shutdown,
    ) -> CommandResult {
        requester.check_role(Role::Admin)?;
        if shutdown.in_s > LONGEST_S {
            return Err(Refusal::new(
                Code::BadRequest,
                "a countdown takes at most 86400 seconds; give fewer",
            ));
        }
        if shutdown.cancel && self.stopping.take().is_none() {
            return Err(Refusal::new(
                Code::BadRequest,
                "no shutdown is under way; there is nothing to call off",
            ));
        }
        let entry = if shutdown.cancel {
            AuditFields {
                action: AuditAction::Cancel,
                target: None,
                reason: &shutdown.reason,
                detail: String::new(),
            }
        } else {
            let detail = format!("in_s={} restart={}", shutdown.in_s, shutdown.restart);
            AuditFields { action: AuditAction::Shutdown, target: None, reason: &shutdown.reason, detail }
        };
        self.audit(now, requester, entry);
        let line = announcement(&shutdown);
        if let Ok(text) = Text::parse(&line) {
            let said = Announcement { text, countdown: Some(countdown(&shutdown)) };
            self.publish(now, &RoomName::lobby(), requester.by.clone(), Kind::Announce(said));
        }
        if !shutdown.cancel {
            let in_ms = Millis::try_from(shutdown.in_s * 1000).unwrap_or(0);
            let Shutdown { reason, restart, .. } = shutdown;
            self.stopping =
                Some(Stopping { at: now + in_ms, restart, reason, by: requester.by.name.clone() });
        }
        self.reply_ok(requester);
        Ok(())
    }
}

impl Stopping {
    /// The time left, for a welcome.
    pub(in crate::chat) fn left(&self, now: Millis) -> Countdown {
        Countdown {
            in_ms: Some(u64::try_from(self.at - now).unwrap_or(0)),
            restart: self.restart,
            reason: self.reason.clone(),
            by: Some(self.by.clone()),
        }
    }
}

fn countdown(shutdown: &Shutdown) -> Countdown {
    let Shutdown { in_s, restart, reason, cancel } = shutdown.clone();
    let in_ms = (!cancel).then_some(in_s.saturating_mul(1000));
    Countdown { in_ms, restart: restart && !cancel, reason, by: None }
}

fn announcement(shutdown: &Shutdown) -> String {
    if shutdown.cancel {
        return "the shutdown is called off".to_owned();
    }
    let what = if shutdown.restart { "restarts" } else { "stops" };
    let when = if shutdown.in_s == 0 { "now".to_owned() } else { format!("in {} s", shutdown.in_s) };
    let why = if shutdown.reason.is_empty() { String::new() } else { format!(": {}", shutdown.reason) };
    format!("the server {what} {when}{why}")
}
