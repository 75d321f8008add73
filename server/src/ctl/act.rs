//! What is done to people and said to everybody: each verb is one request. It must not repeat the chat's rules.

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use shared::server_msg::SanctionKind;
use shared::{Line, Text};

use super::call::Call;
use super::output::Output;
use super::person::{Found, Person};
use super::span;

/// Why.
#[derive(Clone, Debug, Args)]
pub struct Reason {
    /// Why; the person is told
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: Line,
}

/// Whom, among those who are here.
#[derive(Clone, Debug, Args)]
pub struct Whom {
    /// A uid such as 17 or #17, or the name of somebody who is here
    #[arg(value_name = "WHO")]
    pub person: Person,
}

/// Whom to let back, or speak.
#[derive(Clone, Debug, Args)]
pub struct Pardon {
    /// A uid such as 17 or #17, or the name of somebody who is banned or muted
    #[arg(value_name = "WHO")]
    pub person: Person,
}

/// Whom to remove.
#[derive(Clone, Debug, Args)]
pub struct Kick {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    reason: Reason,
}

/// For how long.
#[derive(Clone, Debug, Args)]
pub struct Term {
    /// For so long, such as 30m, 2h or 7d; without it, until it is lifted
    #[arg(long = "for", value_name = "TIME", value_parser = span::parse)]
    pub for_s: Option<u64>,
}

/// Whom to keep out.
#[derive(Clone, Debug, Args)]
pub struct Ban {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    term: Term,
    /// Keep out whoever connects from their address, too
    #[arg(long)]
    address: bool,
    #[command(flatten)]
    reason: Reason,
}

/// Whose voice to take.
#[derive(Clone, Debug, Args)]
pub struct Mute {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    term: Term,
    #[command(flatten)]
    reason: Reason,
}

/// Whom to give a role.
#[derive(Clone, Debug, Args)]
pub struct GiveRole {
    #[command(flatten)]
    whom: Whom,
    /// The role
    role: RoleWord,
}

/// A role by its word.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleWord {
    /// Talks
    Member,
    /// Kicks, bans and mutes
    Moderator,
    /// Everything
    Admin,
}

/// What to tell everybody.
#[derive(Clone, Debug, Args)]
pub struct Announce {
    /// The announcement
    #[arg(value_parser = |text: &str| Text::parse(text).map_err(|invalid| invalid.why))]
    pub text: Text,
}

/// How to stop.
#[derive(Clone, Debug, Args)]
pub struct Shutdown {
    /// After so long, counted down for everybody, such as 30s or 5m
    #[arg(long = "in", value_name = "TIME", default_value = "0", hide_default_value = true, value_parser = span::parse)]
    pub in_s: u64,
    /// Come back at once: clients are told to wait, and whoever supervises the server starts it again
    #[arg(long)]
    pub restart: bool,
    #[command(flatten)]
    reason: Reason,
    /// Call a countdown off
    #[arg(long, conflicts_with_all = ["in_s", "restart"])]
    pub cancel: bool,
}

impl Kick {
    pub(super) fn run(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let found = self.whom.person.here(call)?;
        let request = json!({"type": "kick", "uid": found.0, "reason": self.reason.reason});
        act(call, output, &request, &found, "kicked")
    }
}

impl Ban {
    pub(super) fn run(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let found = self.whom.person.here(call)?;
        let mut request =
            json!({"type": "ban", "uid": found.0, "reason": self.reason.reason, "address": self.address});
        self.term.put_into(&mut request);
        act(call, output, &request, &found, "banned")
    }
}

impl Mute {
    pub(super) fn run(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let found = self.whom.person.here(call)?;
        let mut request = json!({"type": "mute", "uid": found.0, "reason": self.reason.reason});
        self.term.put_into(&mut request);
        act(call, output, &request, &found, "muted")
    }
}

impl Term {
    fn put_into(&self, request: &mut Value) {
        if let Some(for_s) = self.for_s {
            request["for_s"] = json!(for_s);
        }
    }
}

impl Pardon {
    pub(super) fn unban(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let found = self.person.sanctioned(call, SanctionKind::Ban)?;
        act(call, output, &json!({"type": "unban", "uid": found.0}), &found, "unbanned")
    }

    pub(super) fn unmute(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let found = self.person.sanctioned(call, SanctionKind::Mute)?;
        act(call, output, &json!({"type": "unmute", "uid": found.0}), &found, "unmuted")
    }
}

impl GiveRole {
    pub(super) fn run(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let found = self.whom.person.here(call)?;
        let (role, done) = match self.role {
            RoleWord::Member => ("member", "made a member"),
            RoleWord::Moderator => ("moderator", "made a moderator"),
            RoleWord::Admin => ("admin", "made an admin"),
        };
        act(call, output, &json!({"type": "role", "uid": found.0, "role": role}), &found, done)
    }
}

/// Does it to one person, and says so.
fn act(call: &mut Call, output: &mut Output, request: &Value, found: &Found, done: &str) -> Result<()> {
    call.ask(request)?;
    let (uid, name) = found;
    if output.json {
        return output.object(&json!({"type": "ok", "act": request["type"], "uid": uid, "name": name}));
    }
    let name = name.as_ref().map_or_else(String::new, |name| format!("{name} "));
    output.line(&format!("{name}(#{uid}) was {done}"))
}

impl Announce {
    pub(super) fn run(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let answer = call.ask(&json!({"type": "announce", "text": self.text}))?;
        if output.json {
            return output.object(&json!({"type": "ok", "act": "announce", "seq": answer["seq"]}));
        }
        output.line("everybody was told")
    }
}

impl Shutdown {
    pub(super) fn run(&self, call: &mut Call, output: &mut Output) -> Result<()> {
        let Self { in_s, restart, cancel, .. } = self;
        let reason = &self.reason.reason;
        call.ask(&json!({"type": "shutdown", "in_s": in_s, "restart": restart, "cancel": cancel, "reason": reason}))?;
        if output.json {
            let done =
                json!({"type": "ok", "act": "shutdown", "in_s": in_s, "restart": restart, "cancel": cancel});
            return output.object(&done);
        }
        let what = if *restart { "restarts" } else { "stops" };
        output.line(&match (cancel, in_s) {
            (true, _) => "the countdown was called off".to_owned(),
            (false, 0) => format!("the server {what}"),
            (false, _) => format!("the server {what} in {}", span::show(*in_s)),
        })
    }
}
