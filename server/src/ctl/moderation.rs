//! `kick`, `ban`, `unban`, `mute`, `unmute` and `role`: each finds its target and makes one request. Who may do what to whom is
//! not checked here: the server refuses by itself.

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use shared::Line;
use shared::server_msg::SanctionKind;

use super::duration;
use super::output::Output;
use super::socket_client::SocketClient;
use super::target::{Found, Target};

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
    /// A uid such as #17 (quote the # in a shell), or the name of somebody who is here
    #[arg(value_name = "WHO")]
    pub target: Target,
}

/// Whom to let back, or speak.
#[derive(Clone, Debug, Args)]
pub struct Pardon {
    /// A uid such as #17 (quote the # in a shell), or the name of somebody who is banned or muted
    #[arg(value_name = "WHO")]
    pub target: Target,
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
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse)]
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

impl Kick {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let found = self.whom.target.here(client)?;
        let request = json!({"type": "kick", "uid": found.0, "reason": self.reason.reason});
        carry_out(client, output, &request, &found, "kicked")
    }
}

impl Ban {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let found = self.whom.target.here(client)?;
        let mut request =
            json!({"type": "ban", "uid": found.0, "reason": self.reason.reason, "address": self.address});
        self.term.put_into(&mut request);
        carry_out(client, output, &request, &found, "banned")
    }
}

impl Mute {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let found = self.whom.target.here(client)?;
        let mut request = json!({"type": "mute", "uid": found.0, "reason": self.reason.reason});
        self.term.put_into(&mut request);
        carry_out(client, output, &request, &found, "muted")
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
    pub(super) fn unban(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let found = self.target.sanctioned(client, SanctionKind::Ban)?;
        carry_out(client, output, &json!({"type": "unban", "uid": found.0}), &found, "unbanned")
    }

    pub(super) fn unmute(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let found = self.target.sanctioned(client, SanctionKind::Mute)?;
        carry_out(client, output, &json!({"type": "unmute", "uid": found.0}), &found, "unmuted")
    }
}

impl GiveRole {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let found = self.whom.target.here(client)?;
        let (role, done) = match self.role {
            RoleWord::Member => ("member", "made a member"),
            RoleWord::Moderator => ("moderator", "made a moderator"),
            RoleWord::Admin => ("admin", "made an admin"),
        };
        carry_out(client, output, &json!({"type": "role", "uid": found.0, "role": role}), &found, done)
    }
}

/// Does it to one person, and says so.
fn carry_out(
    client: &mut SocketClient,
    output: &mut Output,
    request: &Value,
    found: &Found,
    done: &str,
) -> Result<()> {
    client.ask(request)?;
    let (uid, name) = found;
    if output.json {
        return output.object(&json!({"type": "ok", "act": request["type"], "uid": uid, "name": name}));
    }
    let name = name.as_ref().map_or_else(String::new, |name| format!("{name} "));
    output.line(&format!("{name}(#{uid}) was {done}"))
}
