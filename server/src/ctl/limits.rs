//! `limits`: lists the limits of the running server, or changes one until it is restarted or reads its configuration again.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use shared::Line;
use shared::server_msg::LimitValue;

use super::columns;
use super::output::Output;
use super::socket_client::SocketClient;

/// Which limit to change.
#[derive(Clone, Debug, Args)]
pub struct Limits {
    /// The limit, such as max-per-address; without one, all are listed
    #[arg(requires = "value")]
    pub setting: Option<Line>,
    /// Its value from now on, until the server is restarted or reads its configuration again
    pub value: Option<Line>,
}

impl Limits {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let mut request = json!({"type": "limits"});
        if let (Some(setting), Some(value)) = (&self.setting, &self.value) {
            request["setting"] = json!(setting);
            request["value"] = json!(value);
        }
        let limits: Vec<LimitValue> = client.ask_for(&request, "settings")?;
        if output.json {
            return output.object(&json!({"settings": limits}));
        }
        if let (Some(setting), Some(value)) = (&self.setting, &self.value) {
            let keep = "until the server is restarted or reads its configuration again";
            return output.line(&format!("{setting} is {value} now, {keep}"));
        }
        let rows: Vec<_> =
            limits.iter().map(|limit| vec![limit.setting.to_string(), limit.value.to_string()]).collect();
        output.table(&columns::lines(&["LIMIT", "VALUE"], &rows))
    }
}
