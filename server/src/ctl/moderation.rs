//! `kick`, `ban`, `unban`, `mute`, `unmute` and `role`: each finds its target and makes one request. Who may do what to whom is
//! not checked here: the server refuses by itself.

use anyhow::{Result, bail};
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
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Line>,
}

/// Whom, here or not.
#[derive(Clone, Debug, Args)]
pub struct Whom {
    /// A uid such as #17 (quote the # in a shell), or a name; they need not be here
    #[arg(value_name = "WHO")]
    pub target: Target,
}

/// Whom, among those who are here.
#[derive(Clone, Debug, Args)]
pub struct WhoIsHere {
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
    whom: WhoIsHere,
    /// Why, as --reason says it
    #[arg(value_name = "REASON")]
    words: Vec<String>,
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
    /// For how long and why, as --for and --reason say it: a time with its unit comes first
    #[arg(value_name = "TIME|REASON")]
    words: Vec<String>,
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
    /// For how long and why, as --for and --reason say it: a time with its unit comes first
    #[arg(value_name = "TIME|REASON")]
    words: Vec<String>,
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
        let reason = self.reason.or(&self.words)?;
        let found = self.whom.target.here(client)?;
        let request = json!({"type": "kick", "uid": found.0, "reason": reason});
        carry_out(client, output, &request, &found, "kicked")
    }
}

impl Ban {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let (for_s, words) = self.term.or(&self.words)?;
        let reason = self.reason.or(words)?;
        let found = self.whom.target.anyone(client)?;
        let mut request = json!({"type": "ban", "uid": found.0, "reason": reason, "address": self.address});
        put_term(for_s, &mut request);
        carry_out(client, output, &request, &found, "banned")
    }
}

impl Mute {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let (for_s, words) = self.term.or(&self.words)?;
        let reason = self.reason.or(words)?;
        let found = self.whom.target.anyone(client)?;
        let mut request = json!({"type": "mute", "uid": found.0, "reason": reason});
        put_term(for_s, &mut request);
        carry_out(client, output, &request, &found, "muted")
    }
}

impl Term {
    /// The time that was given, or that the words begin with, and the words after it. What looks like a time and is none
    /// must not become the reason of something that holds for good.
    fn or<'a>(&self, words: &'a [String]) -> Result<(Option<u64>, &'a [String])> {
        if self.for_s.is_some() {
            return Ok((self.for_s, words));
        }
        let is_time = |word: &&String| !has_no_unit(word) && duration::parse(word).is_ok();
        let times = words.iter().take_while(is_time).count();
        let (times, rest) = words.split_at_checked(times).unwrap_or((&[], words));
        if let Some(word) = rest.first().filter(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
            bail!(
                "is \"{word}\" a time or the reason? say --for TIME, such as 30m, 2h or 7d, or --reason TEXT"
            );
        }
        let seconds = times.iter().filter_map(|word| duration::parse(word).ok());
        Ok(((!times.is_empty()).then(|| seconds.fold(0, u64::saturating_add)), rest))
    }
}

fn has_no_unit(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

impl Reason {
    /// The reason; empty where none was given.
    pub(super) fn text(&self) -> Line {
        self.reason.clone().unwrap_or_default()
    }

    /// The reason that was given, or these words.
    fn or(&self, words: &[String]) -> Result<Line> {
        match (&self.reason, words) {
            (Some(reason), []) => Ok(reason.clone()),
            (Some(_), [word, ..]) => {
                bail!("with --reason, what does \"{word}\" mean? put it into the reason")
            }
            (None, words) => Ok(Line::parse(&words.join(" "))?),
        }
    }
}

fn put_term(for_s: Option<u64>, request: &mut Value) {
    if let Some(for_s) = for_s {
        request["for_s"] = json!(for_s);
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
        let found = self.whom.target.anyone(client)?;
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

#[cfg(test)]
mod tests {
    use super::{Reason, Term};

    #[track_caller]
    fn check(line: &str, for_s: Option<u64>, expect: Result<(Option<u64>, &str), &str>) {
        let words: Vec<String> = line.split_whitespace().map(ToOwned::to_owned).collect();
        let read = Term { for_s }
            .or(&words)
            .and_then(|(for_s, rest)| Ok((for_s, Reason { reason: None }.or(rest)?.to_string())));
        match (read, expect) {
            (Ok((for_s, reason)), Ok(expect)) => assert_eq!((for_s, reason.as_str()), expect, "{line}"),
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
            (read, _) => panic!("{line}: {read:?}"),
        }
    }

    #[test]
    fn a_time_and_a_reason_are_taken_as_they_stand_where_they_can_be_told_apart() {
        check("", None, Ok((None, "")));
        check("10m", None, Ok((Some(600), "")));
        check("1h 30m flooding the room", None, Ok((Some(5400), "flooding the room")));
        check("flooding 10m", None, Ok((None, "flooding 10m")));
        check("3 strikes", Some(60), Ok((Some(60), "3 strikes")));
        check("3 strikes", None, Err("is \"3\" a time or the reason? say --for"));
        check("5x", None, Err("say --for TIME"));
        check("10m 5x", None, Err("is \"5x\" a time"));
        let both = Reason { reason: Some(shared::Line::parse("one").unwrap()) };
        assert!(both.or(&["two".to_owned()]).unwrap_err().to_string().contains("put it into the reason"));
    }
}
