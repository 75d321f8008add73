//! `shutdown`: stops the server, at once or after a countdown, or calls a countdown off.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::duration;
use super::moderation::Reason;
use super::output::Output;
use super::socket_client::SocketClient;

/// How to stop.
#[derive(Clone, Debug, Args)]
pub struct Shutdown {
    /// After so long, counted down for everybody, such as 30s or 5m
    #[arg(long = "in", value_name = "TIME", default_value = "0", hide_default_value = true, value_parser = duration::parse)]
    pub in_s: u64,
    /// Come back at once: clients are told to wait, and the server starts again, by the service manager if there is one
    #[arg(long)]
    pub restart: bool,
    #[command(flatten)]
    reason: Reason,
    /// Call a countdown off
    #[arg(long, conflicts_with_all = ["in_s", "restart"])]
    pub cancel: bool,
}

impl Shutdown {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let Self { in_s, restart, cancel, .. } = self;
        let reason = &self.reason.text();
        client.ask(&json!({"type": "shutdown", "in_s": in_s, "restart": restart, "cancel": cancel, "reason": reason}))?;
        if output.json {
            let done =
                json!({"type": "ok", "act": "shutdown", "in_s": in_s, "restart": restart, "cancel": cancel});
            return output.object(&done);
        }
        let what = if *restart { "restarts" } else { "stops" };
        output.line(&match (cancel, in_s) {
            (true, _) => "the countdown was called off".to_owned(),
            (false, 0) => format!("the server {what}"),
            (false, _) => format!("the server {what} in {}", duration::show(*in_s)),
        })
    }
}
