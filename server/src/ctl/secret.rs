//! `revoke` and `reset`: replace the secret of an identity. The new one is made here and the server is told its hash only, so
//! that it is nowhere but in what `reset` prints; that of `revoke` is forgotten at once.

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use shared::{Name, Secret, Uid};

use super::output::{NoAnswer, Output};
use super::socket_client::SocketClient;
use super::target::Target;
use crate::chat::proposal::SecretHash;

/// Whose secret.
#[derive(Clone, Debug, Args)]
pub struct Whose {
    /// A uid such as #17 (quote the # in a shell), or the name of somebody, here or not
    #[arg(value_name = "WHO")]
    target: Target,
}

impl Whose {
    pub(super) fn revoke(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let (uid, name) = self.target.anyone(client)?;
        replace(client, uid, false)?;
        let who = shown(uid, name);
        if output.json {
            return output.object(&json!({"type": "ok", "act": "revoke", "uid": uid}));
        }
        output.line(&format!(
            "the secret of {who} no longer works; `chinwagd ctl reset '#{uid}'` makes a new one"
        ))
    }

    pub(super) fn reset(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let (uid, name) = self.target.anyone(client)?;
        let secret = replace(client, uid, true).map_err(|error| match error.downcast::<NoAnswer>() {
            Ok(NoAnswer(why)) => NoAnswer(format!(
                "{why}. The secret that was made is thrown away: run `chinwagd ctl reset '#{uid}'` again when the server \
                 answers, which makes another one"
            ))
            .into(),
            Err(error) => error,
        })?;
        let who = shown(uid, name);
        if output.json {
            let secret = secret.as_str();
            return output.object(&json!({"type": "ok", "act": "reset", "uid": uid, "secret": secret}));
        }
        output
            .line(&format!("{who} comes back with this secret in a file, by chinwag --secret-file FILE:"))?;
        output.line(secret.as_str())
    }
}

/// Gives them a secret that is made here.
fn replace(client: &mut SocketClient, uid: Uid, reset: bool) -> Result<Secret> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).context("the system has no randomness")?;
    let secret = Secret::from_bytes(random);
    let hash = SecretHash::of(&secret);
    client.ask(&json!({"type": "new_secret", "uid": uid, "hash": hash, "reset": reset}))?;
    Ok(secret)
}

fn shown(uid: Uid, name: Option<Name>) -> String {
    name.map_or_else(|| format!("#{uid}"), |name| format!("{name} (#{uid})"))
}
