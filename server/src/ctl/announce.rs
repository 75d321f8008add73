//! `announce`: tells everybody something.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use shared::Text;

use super::output::Output;
use super::socket_client::SocketClient;

/// What to tell everybody.
#[derive(Clone, Debug, Args)]
pub struct Announce {
    /// The announcement
    #[arg(value_parser = |text: &str| Text::parse(text).map_err(|invalid| invalid.why))]
    pub text: Text,
}

impl Announce {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let answer = client.ask(&json!({"type": "announce", "text": self.text}))?;
        if output.json {
            return output.object(&json!({"type": "ok", "act": "announce", "seq": answer["seq"]}));
        }
        output.line("everybody was told")
    }
}
