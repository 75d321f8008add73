//! `free-name`: takes a name from somebody who is not here, so that somebody else can have it.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use shared::Name;

use super::output::Output;
use super::socket_client::SocketClient;

/// Which name.
#[derive(Clone, Debug, Args)]
pub struct FreeName {
    /// The name; whoever has it is called otherwise until they choose another
    pub name: Name,
}

impl FreeName {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        client.ask(&json!({"type": "free_name", "name": self.name}))?;
        if output.json {
            return output.object(&json!({"type": "ok", "act": "free_name", "name": self.name}));
        }
        output.line(&format!("{} is free now", self.name))
    }
}
