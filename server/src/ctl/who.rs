//! `who` and `whois`: who is here, and everything about one of them.

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use shared::server_msg::{Absence, Sanction, User};
use shared::{Role, RoomName};

use super::bans::until;
use super::columns;
use super::output::Output;
use super::socket_client::SocketClient;
use super::target::Target;
use crate::utc;

/// In which room.
#[derive(Clone, Debug, Args)]
pub struct Who {
    /// Only in this room
    pub room: Option<RoomName>,
}

/// Whom to look at.
#[derive(Clone, Debug, Args)]
pub struct Whois {
    /// A uid such as #17 (quote the # in a shell), or a name; they need not be here
    #[arg(value_name = "WHO")]
    pub target: Target,
}

impl Who {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let users = client.everybody(self.room.as_ref())?;
        if output.json {
            return output.object(&json!({"users": users}));
        }
        let users: Vec<User> = serde_json::from_value(Value::Array(users))?;
        let rows: Vec<_> = users.iter().map(row).collect();
        if rows.is_empty() {
            return output.line("nobody is here");
        }
        output.table(&columns::lines(&["UID", "NAME", "ROLE", "STATE", "ROOMS"], &rows))
    }
}

fn row(user: &User) -> Vec<String> {
    let member = &user.member;
    let state = match user.windows {
        _ if member.away => "away".to_owned(),
        _ if user.absent.is_some() => "absent".to_owned(),
        Some(windows @ 2..) => format!("here ({windows})"),
        Some(_) | None => "here".to_owned(),
    };
    vec![member.uid.to_string(), member.name.to_string(), role(member.role).into(), state, rooms(user)]
}

fn rooms(user: &User) -> String {
    user.rooms.iter().map(RoomName::as_str).collect::<Vec<_>>().join(" ")
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Admin => "admin",
    }
}

impl Whois {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let (uid, _) = self.target.anyone(client)?;
        let answer = client.ask(&json!({"type": "who", "uid": uid}))?;
        if output.json {
            return output.object(&answer["users"][0]);
        }
        let users: Vec<User> = serde_json::from_value(answer["users"].clone())?;
        for user in &users {
            show(user, output)?;
        }
        Ok(())
    }
}

fn show(user: &User, output: &mut Output) -> Result<()> {
    let member = &user.member;
    let details = user.details.clone().unwrap_or_default();
    let state = match (details.present, member.away) {
        (false, _) => "gone",
        (true, true) => "away",
        (true, false) => "here",
    };
    let mut facts = vec![
        ("uid", member.uid.to_string()),
        ("name", member.name.to_string()),
        ("role", role(member.role).to_owned()),
        ("state", state.to_owned()),
        ("address", details.address.map_or_else(|| "none known".to_owned(), |address| address.to_string())),
    ];
    if let Some(windows @ 2..) = user.windows {
        facts.push(("connections", windows.to_string()));
    }
    if let Some(absent) = &user.absent {
        facts.push(("absent", absent_text(absent)));
    }
    if let Some(last_seen) = user.last_seen {
        facts.push(("last seen", utc::text(last_seen)));
    }
    if let Some(since) = details.since {
        facts.push(("connected", utc::text(since)));
    }
    if !details.client.is_empty() {
        facts.push(("client", details.client.to_string()));
    }
    facts.push(("rooms", rooms(user)));
    for sanction in &details.sanctions {
        facts.push((sanction.kind.as_str(), terms(sanction)));
    }
    output.facts(&facts)
}

/// Since when somebody says they are away, and why.
fn absent_text(absent: &Absence) -> String {
    let why = if absent.why.is_empty() { String::new() } else { format!(": {}", absent.why) };
    format!("since {}{why}", utc::text(absent.since))
}

/// How long, by whom and why.
fn terms(sanction: &Sanction) -> String {
    let until = until(sanction);
    let why = if sanction.reason.is_empty() { String::new() } else { format!(": {}", sanction.reason) };
    let end = if sanction.until.is_some() { format!("until {until}") } else { until };
    format!("{end}, by {}{why}", sanction.by.name)
}
